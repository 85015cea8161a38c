//! Plans for the people of the case files: true, and told as what they are.

use precheck::units::Locale;
use precheck::{Application, FactInput, Holds, PlansStatus, WishInput, Written, advise, assess};

use crate::case::{self, Case};
use crate::scenarios::{Sample, sample};

fn cases() -> Vec<Case> {
    case::all()
}

fn case_of(name: &str) -> Case {
    let found = cases().into_iter().find(|case| case.name == name);
    found.unwrap_or_else(|| panic!("there is a case {name}"))
}

/// What the person has to do, in words.
fn words(sample: &Sample, name: &str) -> String {
    let case = case_of(name);
    let wish = WishInput::default();
    let policy = sample.policy(case.bundle);
    let advice = advise(policy, &case.application, &wish, Locale::En).expect("valid");
    let notice = advice.notice;
    let mut lines: Vec<String> = notice.summary.into_iter().collect();
    for plan in notice.plans {
        lines.extend(plan.steps);
        lines.extend(plan.moves);
        lines.push(plan.result);
        lines.extend(plan.from);
    }
    lines.extend(notice.earliest);
    lines.extend(notice.blocked.into_iter().map(|one| one.title));
    lines.push(notice.note);
    lines.join("\n")
}

/// Cases and what is told of them, in part.
#[test]
fn what_people_are_told_to_do() {
    let sample = sample();
    for (name, told) in [
        (
            "activation/debt-share-over-the-limit",
            "Bring Monthly repayments down from ¥6,300.01 to ¥6,200.01",
        ),
        (
            "activation/new-account",
            "it can go through from 10 December 2026 on without you doing anything",
        ),
        (
            "activation/overdue",
            "from 22 November 2027 on without you doing anything",
        ),
        (
            "checkout/own-bill-overdue",
            "Bring Overdue on the line down from ¥199 to ¥0",
        ),
        (
            "activation/login-places",
            "There is nothing for now that we can name and that would certainly be enough",
        ),
    ] {
        let words = words(&sample, name);
        let is_told = words.to_lowercase().contains(&told.to_lowercase());
        assert!(is_told, "{name}: {told}\n{words}");
    }
}

fn input(value: &Written<'_>) -> FactInput {
    match value {
        Written::Bool(value) => FactInput::Bool(*value),
        Written::Integer(value) => FactInput::Integer(*value),
        Written::Code(code) => FactInput::Text((*code).into()),
        Written::Text(text) => FactInput::Text(text.clone()),
    }
}

/// Rows 21 and 22 of what an explanation must satisfy: whoever does what a plan
/// says gets what it says, it says that it is no promise and of which policy it
/// speaks; and where nothing helps, that is said, with what blocks.
#[test]
fn plans_keep_their_word_and_say_when_nothing_helps() {
    let sample = sample();
    let (mut kept, mut blocked) = (0, 0);
    for case in cases() {
        let policy = sample.policy(case.bundle);
        let wish = WishInput::default();
        let Ok(advice) = advise(policy, &case.application, &wish, Locale::ZhCn) else {
            continue;
        };
        let found = &advice.outcome;
        assert!(advice.notice.note.contains("不是承诺"), "{}", case.name);
        assert_eq!(found.policy.hash, policy.hash(), "{}", case.name);
        for plan in found.plans.iter().filter(|plan| plan.from == found.as_of) {
            let mut then: Application = case.application.clone();
            for step in plan.steps.iter().chain(&plan.moves) {
                let id = policy.fact_id(step.fact).expect("a fact");
                let is_computed = policy.model().derived.iter().any(|one| one.fact == id);
                if !is_computed {
                    then.facts.0.retain(|(name, _)| name != step.fact);
                    then.facts.0.push((step.fact.into(), input(&step.to)));
                }
            }
            let document = assess(policy, &then, Locale::ZhCn).expect("a possible person");
            assert_eq!(document.outcome.decisions, plan.decisions, "{}", case.name);
            kept += 1;
        }
        if found.status == PlansStatus::NothingHelps {
            let reasons = &found.blocked.as_ref().expect("what blocks").reasons;
            assert!(!reasons.is_empty(), "{}", case.name);
            assert_eq!(reasons.len(), advice.notice.blocked.len(), "{}", case.name);
            let is_told = |one: &precheck::NoticeReason| !one.title.is_empty();
            assert!(advice.notice.blocked.iter().all(is_told), "{}", case.name);
            assert!(found.certificate.complete, "{}", case.name);
            blocked += 1;
        }
    }
    assert!(kept > 20 && blocked > 20, "{kept} plans, {blocked} without");
}

/// What a person holds fast is not moved, and what they allow bounds the rest.
#[test]
fn locks_and_ranges_hold() {
    let sample = sample();
    let case = case_of("activation/debt-share-over-the-limit");
    let policy = sample.policy(case.bundle);
    let find = |wish: &WishInput| {
        let advice = advise(policy, &case.application, wish, Locale::En).expect("valid");
        let plans = advice.outcome.plans.into_iter();
        plans
            .filter(|plan| plan.holds == Holds::Certainly)
            .map(|plan| {
                let steps = plan.steps.iter();
                steps.map(|step| step.fact.to_owned()).collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    };
    let free = find(&WishInput::default());
    assert_eq!(free[0], ["monthly_debt"]);
    let locked = find(&WishInput {
        locks: vec!["monthly_debt".into()],
        ..WishInput::default()
    });
    assert!(locked.iter().flatten().all(|fact| fact != "monthly_debt"));
    assert!(!locked.is_empty(), "a higher income helps as well");
    let problems = advise(
        policy,
        &case.application,
        &WishInput {
            locks: vec!["debt".into()],
            limit: Some(-1),
            ..WishInput::default()
        },
        Locale::En,
    );
    let problems = problems.expect_err("there is no such fact");
    let places: Vec<&str> = problems.iter().map(|one| one.at.as_str()).collect();
    assert_eq!(places, ["/wish/locks/0", "/wish/limit"]);
}
