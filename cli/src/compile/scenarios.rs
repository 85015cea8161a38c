//! Scenarios: which fields, facts, rules and scorecard belong together.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use precheck::identity::FieldKind;
use precheck::{Audience, Decision, FactId, FactKind, Field, Rule, Scenario};

use super::cases;
use super::condition::{self, Condition};
use super::diagnostic::{Place, Problems};
use super::facts::{AUDIENCES, Symbols};
use super::grammar::Shape;
use super::limits;
use super::places::{CasePlaces, RulePlaces, ScenarioPlaces, Spot};
use super::reasons::Reasons;
use super::scorecard::{Card, DECISIONS};
use super::table::{Name, Node, Table, Toml};

/// Reads `[scenarios]` and the files of the folder `scenarios`, each of which
/// holds one scenario, whose name it bears.
pub(super) fn read<'t>(
    problems: &'t Problems<'_>,
    symbols: &Symbols,
    reasons: &Reasons<'_>,
    cards: &[Card<'_>],
    policy: Table<'t>,
    files: &'t [(&str, Toml<'_>)],
) -> (Vec<Scenario>, Vec<ScenarioPlaces>) {
    let reading = Reading {
        problems,
        symbols,
        reasons,
        cards,
        rule_ids: RefCell::default(),
        used_cards: RefCell::default(),
    };
    let mut tables = policy.tables("scenarios");
    tables.extend(files.iter().map(|(name, toml)| {
        let place = Place::top(toml.file);
        (Name { text: name, place }, toml.root(problems))
    }));
    if tables.is_empty()
        && let Some(node) = policy.need("scenarios")
    {
        node.report(
            "scenarios-empty",
            "a policy needs a scenario",
            "add a file `scenarios/<name>.toml`, or `[scenarios.<name>]`",
        );
    }
    for (index, (name, _)) in tables.iter().enumerate() {
        let same = |other: &&(Name<'_>, Table<'_>)| other.0.text == name.text;
        if let Some((first, _)) = tables[..index].iter().find(same) {
            let first = problems.shown(first.place);
            let message = format!(
                "there are two scenarios `{}`; the first is at {first}",
                name.text
            );
            problems.report(name.place, "scenario-duplicate", message, "remove one");
        }
    }
    let scenarios = tables
        .into_iter()
        .map(|(name, table)| reading.scenario(name, table))
        .unzip();
    for card in cards {
        if !reading.used_cards.borrow().contains(card.name) {
            let message = format!("no scenario uses the scorecard `{}`", card.name);
            let help = format!(
                "use it as `scorecard = \"{}\"`, or delete the file",
                card.name
            );
            problems.report(Place::top(card.file), "scorecard-unused", message, help);
        }
    }
    scenarios
}

type CardAndPlaces = (
    Option<precheck::Scorecard>,
    Vec<Spot>,
    Vec<Spot>,
    Vec<CasePlaces>,
);

struct Reading<'r, 't, 'a> {
    problems: &'r Problems<'a>,
    symbols: &'r Symbols,
    reasons: &'r Reasons<'a>,
    cards: &'r [Card<'r>],
    /// Where each rule is.
    rule_ids: RefCell<BTreeMap<&'t str, Place<'t>>>,
    used_cards: RefCell<BTreeSet<String>>,
}

impl<'t> Reading<'_, 't, '_> {
    fn scenario(&self, name: Name<'_>, table: Table<'t>) -> (Scenario, ScenarioPlaces) {
        table.only(Shape::Scenario);
        self.identifier(name, "a scenario");
        let audience = table.get("audience").and_then(|node| node.word(&AUDIENCES));
        let fields = self.fields(table);
        let facts = self.facts(table);
        let scorecard = table
            .get("scorecard")
            .and_then(|node| self.card(node, &facts));
        let limit = table.get("limit").and_then(|node| {
            let has_card = table.get("scorecard").is_some();
            let card = scorecard.as_ref().and_then(|(card, ..)| card.as_ref());
            let limits = limits::read(self.symbols, node, has_card, card)?;
            for (fact, place) in &limits.facts {
                self.in_scenario(*fact, *place, &facts);
            }
            limits.table
        });
        let (scorecard, bands, characteristics, conditional) = scorecard.unwrap_or_default();
        let rules = table.array_of_tables("rules");
        let (rules, places) = rules
            .into_iter()
            .filter_map(|rule| self.rule(rule, &facts))
            .unzip();
        let places = ScenarioPlaces {
            name: name.place.into(),
            rules: places,
            bands,
            characteristics,
            conditional,
        };
        let scenario = Scenario {
            name: name.text.into(),
            audience: audience.unwrap_or(Audience::Public),
            fields,
            facts,
            rules,
            scorecard,
            limit,
        };
        (scenario, places)
    }

    /// Names on the wire are plain.
    fn identifier(&self, name: Name<'_>, what: &str) {
        let allowed = |one: char| one.is_ascii_alphanumeric() || one == '-' || one == '_';
        if name.text.is_empty() || !name.text.chars().all(allowed) {
            let message = format!("`{}` cannot be the name of {what}", name.text);
            let help = "use letters, digits, `-` and `_`";
            self.problems
                .report(name.place, "name-malformed", message, help);
        }
    }

    fn fields(&self, table: Table<'_>) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for field in table.array_of_tables("fields") {
            field.only(Shape::Field);
            let kind = field.need("kind").and_then(|node| {
                let kinds: Vec<(&str, FieldKind)> = FieldKind::ALL
                    .iter()
                    .map(|kind| (kind.as_str(), *kind))
                    .collect();
                node.word(&kinds)
            });
            let birth_date = field.get("birth_date").and_then(|node| {
                let fact = self.symbols.need_fact(node)?;
                if self.symbols.fact(fact).kind != FactKind::Date {
                    let message = "a birth date goes into a fact of kind date";
                    node.report("field-birth-date", message, None);
                }
                Some(fact)
            });
            let name = field.need("name").and_then(Node::name);
            let (Some(name), Some(kind)) = (name, kind) else {
                continue;
            };
            self.identifier(name, "a field");
            if fields.iter().any(|other| other.name == name.text) {
                let message = format!("the field `{}` is listed twice", name.text);
                self.problems
                    .report(name.place, "field-duplicate", message, "remove one");
            }
            fields.push(Field {
                name: name.text.into(),
                kind,
                birth_date,
            });
        }
        fields
    }

    fn facts(&self, table: Table<'_>) -> Vec<FactId> {
        let mut facts = Vec::new();
        let list = table
            .need("facts")
            .and_then(Node::array)
            .unwrap_or_default();
        for node in list {
            let Some(fact) = self.symbols.need_fact(node) else {
                continue;
            };
            if facts.contains(&fact) {
                node.report("fact-duplicate", "the fact is listed twice", "remove one");
            } else {
                facts.push(fact);
            }
        }
        facts
    }

    /// The scorecard, and where its bands and characteristics are.
    fn card(&self, node: Node<'_>, facts: &[FactId]) -> Option<CardAndPlaces> {
        let names = self.cards.iter().map(|card| card.name);
        let index = node.reference("scorecard-unknown", "scorecard", names)?;
        let card = &self.cards[index];
        self.used_cards.borrow_mut().insert(card.name.into());
        let named = card.cases.iter().flat_map(|one| &one.facts);
        for (fact, place) in card.facts.iter().chain(named) {
            self.in_scenario(*fact, *place, facts);
        }
        let bands = card.bands.iter().map(|place| Spot::from(*place)).collect();
        let named = card.facts.iter().map(|(_, place)| Spot::from(*place));
        let cases = card.cases.iter().map(|one| one.places.clone());
        Some((card.card.clone(), bands, named.collect(), cases.collect()))
    }

    fn in_scenario(&self, fact: FactId, place: Place<'_>, facts: &[FactId]) {
        if !facts.contains(&fact) {
            let name = &self.symbols.fact(fact).name;
            let message = format!("the scenario's `facts` do not list `{name}`");
            let help = format!("add \"{name}\" there: an application could not carry it");
            self.problems
                .report(place, "fact-not-in-scenario", message, help);
        }
    }

    fn rule(&self, table: Table<'t>, facts: &[FactId]) -> Option<(Rule, RulePlaces)> {
        table.only(Shape::Rule);
        let is_legal_minimum = table.flag("legal_minimum");
        let id = table.need("id").and_then(Node::name);
        if let Some(id) = id {
            self.identifier(id, "a rule");
            let mut ids = self.rule_ids.borrow_mut();
            let first = *ids.entry(id.text).or_insert(id.place);
            if first != id.place {
                let first = self.problems.shown(first);
                let message = format!(
                    "there are two rules with the id `{}`; the first is at {first}",
                    id.text
                );
                self.problems
                    .report(id.place, "rule-duplicate", message, "rename one of them");
            }
        }
        let when = table
            .need("when")
            .and_then(|node| self.condition(node, facts));
        let effect = table.need_word("effect", &DECISIONS);
        if effect == Some(Decision::Approve)
            && let Some(node) = table.get("effect")
        {
            let message = "a rule with the effect `approve` never changes anything";
            let help = "the most severe effect wins; write `refer`, `retry-later` or `decline`";
            node.report("rule-effect", message, help);
        }
        let reason = table
            .need("reason")
            .and_then(|node| self.reasons.resolve(node));
        let (id, when) = (id?, when?);
        let rule = Rule {
            id: id.text.into(),
            when: when.ops,
            effect: effect?,
            reason: reason?,
        };
        let places = RulePlaces {
            id: id.place.into(),
            when: when.spots,
            is_legal_minimum,
        };
        Some((rule, places))
    }

    fn condition(&self, node: Node<'_>, facts: &[FactId]) -> Option<Condition> {
        let condition = condition::compile(self.problems, self.symbols, &node.excerpt()?)?;
        for fact in cases::facts_of(&condition.ops) {
            self.in_scenario(fact, node.place, facts);
        }
        Some(condition)
    }
}

/// Whether nobody needs to be asked for a fact because a document tells it.
pub(super) fn is_given(scenarios: &[Scenario], fact: FactId) -> bool {
    let mut fields = scenarios.iter().flat_map(|scenario| &scenario.fields);
    fields.any(|field| field.birth_date == Some(fact))
}
