//! Other engines, each in the idiom that its own pages show for evaluating one policy often: compiled once where it
//! can be, the input already in the engine's own type. `peers/` has the policy in their languages.

use std::hint::black_box;

use cedar_policy::{Authorizer, Context, Entities, EntityUid, PolicyId, PolicySet, Request};
use datalogic_rs::ParsedData;
use serde_json::{Value, json};
use zen_engine::DecisionEngine;
use zen_engine::model::DecisionContent;

use crate::measure::Row;
use crate::workload::{Answer, Decided, Result, Workload, bits, decided, peer_text};

/// The rows of all of them.
pub(crate) fn rows(workload: &Workload) -> Result<Vec<Row<'_>>> {
    Ok(vec![
        datalogic(workload)?,
        cedar(workload)?,
        regorus(workload)?,
        zen(workload)?,
    ])
}

/// JSONLogic gives the codes and the score; which decision follows, it cannot say without working both out again.
fn datalogic(workload: &Workload) -> Result<Row<'_>> {
    let engine = datalogic_rs::Engine::new();
    let logic = engine.compile(peer_text("eligibility.jsonlogic.json")?.as_str())?;
    let inputs = workload
        .inputs
        .iter()
        .map(|input| ParsedData::from_json(&input.to_string()));
    let inputs: Vec<ParsedData> = inputs.collect::<std::result::Result<_, _>>()?;
    let mut arena = datalogic_rs::bumpalo::Bump::new();
    Row::of_each(
        workload,
        "datalogic-rs 5.4.0",
        "the decision itself by hand",
        move |index| {
            arena.reset();
            let found = engine.evaluate(&logic, black_box(&inputs[index]), &arena)?;
            let [codes, score] = found.as_array().ok_or("no list")? else {
                return Err("not two answers".into());
            };
            let codes = codes.as_array().ok_or("no list of codes")?;
            let failed = bits(codes.iter().filter_map(|code| code.as_str()))?;
            let score = score.as_i64().ok_or("no score")?;
            let decision = match score {
                _ if failed != 0 => Decided::Decline,
                560.. => Decided::Approve,
                500.. => Decided::Refer,
                _ => Decided::Decline,
            };
            Ok(Answer {
                decision,
                score: Some(score),
                failed: Some(failed),
            })
        },
    )
}

/// A policy that permits, and one for each rule that forbids; those that forbid are the reasons.
fn cedar(workload: &Workload) -> Result<Row<'_>> {
    let parsed: PolicySet = peer_text("eligibility.cedar")?.parse()?;
    let mut policies = PolicySet::new();
    for policy in parsed.policies() {
        let id = policy.annotation("id").ok_or("a policy without an id")?;
        policies.add(policy.new_id(PolicyId::new(id)))?;
    }
    let entities = Entities::empty();
    let mut requests = Vec::new();
    for input in &workload.inputs {
        let mut context = input.clone();
        let ratio = input["debt_to_income"].as_f64().ok_or("no ratio")?;
        context["debt_to_income"] =
            json!({ "__extn": { "fn": "decimal", "arg": format!("{ratio:.2}") } });
        let uid = |text: &str| -> Result<EntityUid> { Ok(text.parse()?) };
        requests.push(Request::new(
            uid("Person::\"applicant\"")?,
            uid("Action::\"apply\"")?,
            uid("Product::\"line\"")?,
            Context::from_json_value(context, None)?,
            None,
        )?);
    }
    let authorizer = Authorizer::new();
    Row::of_each(
        workload,
        "cedar-policy 4.14.1",
        "rules only",
        move |index| {
            let response =
                authorizer.is_authorized(black_box(&requests[index]), &policies, &entities);
            if response.diagnostics().errors().next().is_some() {
                return Err("a policy could not be evaluated".into());
            }
            let is_met = response.decision() == cedar_policy::Decision::Allow;
            let reasons = response
                .diagnostics()
                .reason()
                .map(|id| AsRef::<str>::as_ref(id));
            Ok(Answer {
                decision: if is_met {
                    Decided::RulesMet
                } else {
                    Decided::RulesNotMet
                },
                score: None,
                failed: Some(bits(reasons.filter(|id| *id != "permit"))?),
            })
        },
    )
}

fn regorus(workload: &Workload) -> Result<Row<'_>> {
    let mut engine = regorus::Engine::new();
    engine.add_policy("eligibility.rego".into(), peer_text("eligibility.rego")?)?;
    let inputs: Vec<regorus::Value> = workload
        .inputs
        .iter()
        .cloned()
        .map(regorus::Value::from)
        .collect();
    let [reasons, score, decision] = ["reasons", "score", "decision"].map(regorus::Value::from);
    Row::of_each(workload, "regorus 0.14.1", "", move |index| {
        engine.set_input(black_box(inputs[index].clone()));
        let result = engine.eval_rule("data.eligibility.result".into())?;
        let codes = result[&reasons].as_set()?.iter();
        let codes = codes.map(|code| code.as_string().map_or("", |code| &**code));
        Ok(Answer {
            decision: decided(result[&decision].as_string()?)?,
            score: Some(result[&score].as_i64()?),
            failed: Some(bits(codes)?),
        })
    })
}

/// A table of the rules, the points as expressions, and an expression that decides.
fn zen(workload: &Workload) -> Result<Row<'_>> {
    let content: DecisionContent = serde_json::from_str(&peer_text("eligibility.jdm.json")?)?;
    let mut decision = DecisionEngine::default().create_decision(content.into())?;
    decision.compile();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let inputs: Vec<Value> = workload.inputs.clone();
    Row::of_each(workload, "zen-engine 2.1.6", "", move |index| {
        let input = black_box(&inputs[index]).into();
        let result = runtime
            .block_on(decision.evaluate(input))
            .map_err(|error| format!("{error:?}"))?
            .result;
        let text = |value: Option<zen_engine::Variable>| value.and_then(|value| value.as_rc_str());
        let codes = result
            .dot("reasons")
            .and_then(|codes| codes.as_array())
            .ok_or("no list")?;
        let codes: Vec<_> = codes
            .borrow()
            .iter()
            .filter_map(|code| code.as_rc_str())
            .collect();
        Ok(Answer {
            decision: decided(&text(result.dot("decision")).ok_or("no decision")?)?,
            score: result
                .dot("score")
                .and_then(|score| score.as_number())
                .and_then(|score| score.to_string().parse().ok()),
            failed: Some(bits(codes.iter().map(|code| &**code))?),
        })
    })
}
