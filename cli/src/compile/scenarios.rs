//! Scenarios: which fields, facts, rules and scorecard belong together.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use precheck::identity::FieldKind;
use precheck::{
    Audience, Decision, FactId, FactKind, Field, LimitTable, Op, Rule, Scenario, Scorecard,
};

use super::condition::{self, Condition};
use super::diagnostic::{Place, Problems};
use super::facts::{AUDIENCES, Symbol, Symbols};
use super::grammar::Shape;
use super::limits;
use super::overlays::{self, Changes};
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
    changes: &Changes<'t>,
) -> (Vec<Scenario>, Vec<ScenarioPlaces>) {
    let reading = Reading {
        problems,
        symbols,
        reasons,
        cards,
        changes,
        rule_ids: RefCell::default(),
        own_rules: RefCell::default(),
        unlisted: RefCell::default(),
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
    let names: Vec<&str> = tables.iter().map(|(name, _)| name.text).collect();
    let scenarios = tables
        .into_iter()
        .map(|(name, table)| reading.scenario(name, table))
        .unzip();
    let rules = reading.own_rules.borrow();
    changes.report_unknown(problems, &names, &rules);
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

/// The scenario that is being read.
#[derive(Clone, Copy)]
struct Scope<'s> {
    name: &'s str,
    facts: &'s [FactId],
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
    changes: &'r Changes<'t>,
    /// Where each rule is.
    rule_ids: RefCell<BTreeMap<&'t str, Place<'t>>>,
    /// The rules that no overlay has added.
    own_rules: RefCell<BTreeSet<&'t str>>,
    /// Overlays and scenarios of which was said that they do not fit.
    unlisted: RefCell<BTreeSet<(usize, String)>>,
    used_cards: RefCell<BTreeSet<String>>,
}

impl<'t> Reading<'_, 't, '_> {
    fn scenario(&self, name: Name<'_>, table: Table<'t>) -> (Scenario, ScenarioPlaces) {
        table.only(Shape::Scenario);
        self.identifier(name, "a scenario");
        let audience = table.get("audience").and_then(|node| node.word(&AUDIENCES));
        let fields = self.fields(table);
        let facts = self.facts(table);
        self.inputs(table, &fields, &facts);
        let scorecard = table
            .get("scorecard")
            .and_then(|node| self.card(node, &facts));
        let scope = Scope {
            name: name.text,
            facts: &facts,
        };
        let card = scorecard.as_ref().and_then(|(card, ..)| card.as_ref());
        let limit = self.limit(scope, table, card);
        let (scorecard, bands, characteristics, conditional) = scorecard.unwrap_or_default();
        let own = table.array_of_tables("rules").into_iter();
        let own = own.map(|rule| (None, rule));
        let added = self.changes.rules(name.text).into_iter();
        let added = added.map(|(overlay, rule)| (Some(overlay), rule));
        let (rules, places) = own
            .chain(added)
            .filter_map(|(overlay, rule)| self.rule(rule, scope, overlay))
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

    /// The table of limits, cut by what overlays say of it.
    fn limit(
        &self,
        scope: Scope<'_>,
        table: Table<'t>,
        card: Option<&Scorecard>,
    ) -> Option<LimitTable> {
        let caps = self.changes.caps(scope.name);
        let Some(node) = table.get("limit") else {
            for (.., node) in caps {
                let message = format!("`{}` has no table of limits", scope.name);
                node.report("overlay-limit", message, "remove it");
            }
            return None;
        };
        let has_card = table.get("scorecard").is_some();
        let limits = limits::read(self.symbols, node, has_card, card)?;
        for (fact, place) in &limits.facts {
            self.in_scenario(*fact, *place, scope.facts);
        }
        for (overlay, ..) in &caps {
            self.applies_in(*overlay, scope);
        }
        let table = limits.table?;
        if caps.is_empty() {
            return Some(table);
        }
        Some(overlays::capped(self.symbols, &table, &caps))
    }

    /// Reports an overlay that applies by a fact which no application of a
    /// scenario carries.
    fn applies_in(&self, overlay: usize, scope: Scope<'_>) {
        let Some((fact, place)) = &self.symbols.overlays[overlay].region else {
            return;
        };
        let is_new = || {
            let mut unlisted = self.unlisted.borrow_mut();
            unlisted.insert((overlay, scope.name.into()))
        };
        if !scope.facts.contains(fact) && is_new() {
            let (name, fact) = (scope.name, &self.symbols.fact(*fact).name);
            let message = format!("the overlay changes `{name}`, which does not list `{fact}`");
            let help = format!("add \"{fact}\" to the `facts` of `{name}`");
            self.problems
                .report(place.place(), "overlay-region-unlisted", message, help);
        }
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

    /// Reports facts computed from two others that an application cannot carry:
    /// they could never be known. (What is computed from one date may be stated
    /// itself.)
    fn inputs(&self, table: Table<'_>, fields: &[Field], facts: &[FactId]) {
        let nodes = table.get("facts").and_then(Node::array).unwrap_or_default();
        for node in nodes {
            let named = node.as_text().and_then(|name| self.symbols.get(name));
            let Some(Symbol::Fact(fact)) = named else {
                continue;
            };
            let mut derived = self.symbols.derived.iter();
            let inputs = derived
                .find(|one| one.fact == fact)
                .map(|one| one.formula.inputs());
            let Some((Some(first), Some(second))) = inputs else {
                continue;
            };
            for input in [first, second] {
                let is_given = fields.iter().any(|field| field.birth_date == Some(input));
                if !facts.contains(&input) && !is_given {
                    let (own, input) = (self.symbols.fact(fact), self.symbols.fact(input));
                    let message = format!(
                        "`{}` is computed from `{}`, which the scenario does not list",
                        own.name, input.name
                    );
                    let help = format!("add \"{}\": it could never be known otherwise", input.name);
                    node.report("derived-not-in-scenario", message, help);
                }
            }
        }
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

    /// Reports a fact that applications of the scenario do not carry; the day
    /// is known without being carried.
    fn in_scenario(&self, fact: FactId, place: Place<'_>, facts: &[FactId]) {
        if !facts.contains(&fact) && self.symbols.day() != Some(fact) {
            let name = &self.symbols.fact(fact).name;
            let message = format!("the scenario's `facts` do not list `{name}`");
            let help = format!("add \"{name}\" there: an application could not carry it");
            self.problems
                .report(place, "fact-not-in-scenario", message, help);
        }
    }

    fn rule(
        &self,
        table: Table<'t>,
        scope: Scope<'_>,
        overlay: Option<usize>,
    ) -> Option<(Rule, RulePlaces)> {
        table.only(overlay.map_or(Shape::Rule, |_| Shape::OverlayRule));
        let is_legal_minimum = table.flag("legal_minimum");
        let id = table.need("id").and_then(Node::name);
        if let Some(id) = id {
            self.rule_id(id, overlay.is_none());
        }
        let when = table
            .need("when")
            .and_then(|node| Some((node, self.condition(node, scope, overlay)?)));
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
        let (id, (node, mut when)) = (id?, when?);
        let off = match overlay {
            None => self.changes.off(id.text),
            Some(_) => Vec::new(),
        };
        for own in overlay.iter().chain(&off) {
            self.applies_in(*own, scope);
            let steps = self.symbols.overlays[*own].when.iter().cloned();
            when.ops.extend(steps);
            if overlay.is_none() {
                when.ops.push(Op::Not);
            }
        }
        let joined = overlay.iter().chain(&off).count();
        if joined > 0 {
            when.ops.push(Op::All(u8::try_from(joined + 1).ok()?));
            // To lint, what an overlay adds stands where the rule does.
            when.spots.resize(when.ops.len(), id.place.into());
            condition::is_flat(self.problems, node.place, &when.ops).then_some(())?;
        }
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

    fn rule_id(&self, id: Name<'t>, is_own: bool) {
        self.identifier(id, "a rule");
        if is_own {
            self.own_rules.borrow_mut().insert(id.text);
        }
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

    fn condition(
        &self,
        node: Node<'_>,
        scope: Scope<'_>,
        overlay: Option<usize>,
    ) -> Option<Condition> {
        let source = node.excerpt()?;
        let condition = condition::compile(self.problems, self.symbols, &source, overlay)?;
        for fact in &condition.facts {
            self.in_scenario(*fact, node.place, scope.facts);
        }
        for overlay in &condition.overlays {
            self.applies_in(*overlay, scope);
        }
        Some(condition)
    }
}

/// Whether nobody needs to be asked for a fact because a document tells it.
pub(super) fn is_given(scenarios: &[Scenario], fact: FactId) -> bool {
    let mut fields = scenarios.iter().flat_map(|scenario| &scenario.fields);
    fields.any(|field| field.birth_date == Some(fact))
}
