//! A policy with overlays gives what choosing by hand would give between
//! policies that have none.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use precheck::units::{Date, Locale};
use precheck::{
    Application, DecisionSet, Entries, Evaluation, FactInput, Notice, Phrase, Policy, Range,
    assess, validate,
};
use precheck_cli::{Compiled, Pack, compile};
use proptest::prelude::*;

use crate::mini;

const REGIONS: [&str; 3] = ["north", "south", "west"];
/// Where overlays begin and end.
const EDGES: [&str; 3] = ["2026-06-01", "2026-06-10", "2026-06-20"];
/// The edges and the days beside them.
const DAYS: [&str; 6] = [
    "2026-05-31",
    "2026-06-01",
    "2026-06-09",
    "2026-06-10",
    "2026-06-20",
    "2026-06-21",
];
const EFFECTS: [&str; 3] = ["refer", "retry-later", "decline"];
/// The amounts of the table of limits in yuan: row by row, column by column.
const AMOUNTS: [[i64; 2]; 2] = [[5, 7], [6, 9]];

#[derive(Debug, Clone)]
struct MadeRule {
    id: String,
    when: String,
    effect: &'static str,
}

#[derive(Debug, Clone)]
struct MadeOverlay {
    regions: Option<Vec<&'static str>>,
    from: Option<&'static str>,
    until: Option<&'static str>,
    values: BTreeMap<usize, i64>,
    off: Vec<String>,
    rule: Option<MadeRule>,
    cap: Option<i64>,
}

#[derive(Debug, Clone)]
struct World {
    constants: [i64; 2],
    rules: Vec<MadeRule>,
    overlays: Vec<MadeOverlay>,
    /// Who has `b`.
    audience: &'static str,
}

fn when() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "a < c0",
        "a >= c1",
        "c0 < a",
        "a != c0",
        "a == c1",
        "b <= c1",
        "b > c0",
        "b in [c0, 2]",
        "b in [c0, c1]",
        "b in [0, 3]",
        "is_missing(b)",
        "region == \"north\"",
        "today >= \"2026-06-10\"",
    ]);
    let leaf = atom.prop_map(str::to_owned);
    leaf.prop_recursive(2, 5, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("!({one})")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} && {other})")),
            (inner.clone(), inner).prop_map(|(one, other)| format!("({one} || {other})")),
        ]
    })
}

fn rule(id: String) -> impl Strategy<Value = MadeRule> {
    let effect = prop::sample::select(EFFECTS.to_vec());
    (when(), effect).prop_map(move |(when, effect)| MadeRule {
        id: id.clone(),
        when,
        effect,
    })
}

fn overlay(index: usize) -> impl Strategy<Value = MadeOverlay> {
    let regions = prop::option::of(prop::sample::subsequence(REGIONS.to_vec(), 1..=3));
    let edges = prop::sample::subsequence(EDGES.to_vec(), 1..=2);
    let values = prop::collection::btree_map(0..2usize, 0..7_i64, 0..=2);
    let off = prop::sample::subsequence(vec!["r1".to_owned(), "r2".to_owned()], 0..=1);
    let rule = prop::option::of(rule(format!("o{index}")));
    let cap = prop::option::of(0..9_i64);
    (regions, edges, 0..3, values, off, rule, cap).prop_map(
        |(regions, edges, dated, values, off, rule, cap)| {
            let (first, last) = (edges[0], edges[edges.len() - 1]);
            let is_open = regions.is_some() && dated == 0;
            MadeOverlay {
                regions,
                from: (!is_open && dated != 1).then_some(first),
                until: (!is_open && dated != 2).then_some(last),
                values,
                off,
                rule,
                cap,
            }
        },
    )
}

fn world() -> impl Strategy<Value = World> {
    let constants = [0..7_i64, 0..7_i64];
    let rules = (rule("r1".into()), rule("r2".into()));
    let overlays = (overlay(0), overlay(1), overlay(2), 1..=3usize);
    let audience = prop::sample::select(vec!["public", "server"]);
    (constants, rules, overlays, audience).prop_map(|(constants, rules, overlays, audience)| {
        // Names both constants, so that no value of an overlay is for nothing.
        let both = MadeRule {
            id: "r0".into(),
            when: "a < c0 && b >= c1".into(),
            effect: "refer",
        };
        let mut made = vec![overlays.0, overlays.1, overlays.2];
        made.truncate(overlays.3);
        for one in &mut made {
            one.values
                .retain(|index, value| *value != constants[*index]);
            if one.values.is_empty() && one.off.is_empty() && one.rule.is_none() {
                one.cap = one.cap.or(Some(3));
            }
        }
        World {
            constants,
            rules: vec![both, rules.0, rules.1],
            overlays: made,
            audience,
        }
    })
}

impl MadeOverlay {
    fn applies(&self, day: &str, region: &FactInput) -> bool {
        let here = self.regions.as_ref().is_none_or(|regions| {
            regions
                .iter()
                .any(|one| *region == FactInput::Text((*one).into()))
        });
        here && self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day <= until)
    }

    fn file(&self) -> String {
        let mut text = String::new();
        for (key, day) in [("from", self.from), ("until", self.until)] {
            if let Some(day) = day {
                writeln!(text, "{key} = {day}").expect("text");
            }
        }
        if let Some(regions) = &self.regions {
            writeln!(
                text,
                "region = {{ fact = \"region\", codes = {regions:?} }}"
            )
            .expect("text");
        }
        if !self.off.is_empty() {
            writeln!(text, "off = {:?}", self.off).expect("text");
        }
        if !self.values.is_empty() {
            text.push_str("[constants]\n");
        }
        for (index, value) in &self.values {
            writeln!(text, "c{index} = {value}").expect("text");
        }
        if let Some(cap) = self.cap {
            writeln!(text, "[limits.s]\nat_most = \"{cap}.00\"").expect("text");
        }
        if let Some(rule) = &self.rule {
            text.push_str("[[rules]]\nscenario = \"s\"\n");
            text.push_str(&rule.text());
        }
        text
    }
}

impl MadeRule {
    fn text(&self) -> String {
        let MadeRule { id, when, effect } = self;
        format!("id = \"{id}\"\nwhen = '{when}'\neffect = \"{effect}\"\nreason = \"R\"\n")
    }
}

/// The files of a policy without overlays.
fn plain(
    constants: [i64; 2],
    rules: &[MadeRule],
    cap: i64,
    audience: &str,
) -> Vec<(String, String)> {
    let mut policy = format!(
        r#"[pack]
name = "choice"
version = 1
valid_from = 2026-01-01
locales = ["en"]
neutral_reason = "N"
[constants]
c0 = {{ kind = "integer", value = {} }}
c1 = {{ kind = "integer", value = {} }}
[facts.a]
kind = "integer"
domain = [0, 5]
source = "applicant"
audience = "public"
[facts.b]
kind = "integer"
domain = [0, 4]
missing = true
source = "account"
audience = "{audience}"
[facts.region]
kind = "code"
codes = ["north", "south", "west"]
specials = ["unavailable"]
missing = true
source = "account"
audience = "public"
[facts.today]
kind = "date"
source = "market"
audience = "public"
derived = {{ today = true }}
[scenarios.s]
facts = ["a", "b", "region"]
scorecard = "card"
[scenarios.s.limit]
columns = {{ fact = "a", below = [5] }}
"#,
        constants[0], constants[1]
    );
    for (from, row) in [20, 25].into_iter().zip(AMOUNTS) {
        let [low, high] = row.map(|amount| amount.min(cap));
        let row = format!("from = {from}\namounts = [\"{low}.00\", \"{high}.00\"]");
        writeln!(policy, "[[scenarios.s.limit.rows]]\n{row}").expect("text");
    }
    for rule in rules {
        write!(policy, "[[scenarios.s.rules]]\n{}", rule.text()).expect("text");
    }
    let card = "base = 0\nmethod = \"below-best\"\nbands = [{ from = 0, decision = \"decline\" }, \
        { from = 10, decision = \"refer\" }, { from = 20, decision = \"approve\" }]\n\
        [[characteristics]]\nfact = \"a\"\nreason = \"R\"\n\
        bins = [{ below = 2, points = 0 }, { below = 4, points = 10 }, { points = 20 }]\n\
        [[characteristics]]\nfact = \"b\"\nreason = \"R\"\nmissing = 5\n\
        bins = [{ below = 2, points = 0 }, { points = 10 }]\n";
    let mut locale = String::new();
    for phrase in Phrase::ALL {
        let amounts = phrase.slots().iter();
        let said: String = amounts.map(|(name, _)| format!(" {{ ${name} }}")).collect();
        writeln!(locale, "{} = {}{said}", phrase.id(), phrase.id()).expect("text");
    }
    locale.push_str("fact-a = a\n    .question = a?\nfact-b = b\nfact-today = today\n");
    locale.push_str("fact-region = region\n    .north = n\n    .south = s\n    .west = w\n");
    locale.push_str("    .unavailable = u\n");
    let reason = |constants: &str| {
        format!(
            "+++\nstatus = \"active\"\nkind = \"applicant\"\ndisclosure = \"full\"\n\
             lasts = \"short\"\nhelps = []\nsource = \"made up\"\n+++\n\n# en: T\n\n\
             ## Requirement\n\nAt {constants}.\n\n## Notice\n\nIt was {constants}.\n\n\
             ## What helps\n\nNothing.\n\n## Example\n\nOne.\n"
        )
    };
    vec![
        ("policy.toml".into(), policy),
        ("scorecards/card.toml".into(), card.into()),
        ("locales/en.ftl".into(), locale),
        ("reasons/R.md".into(), reason("{ $c0 } and { $c1 }")),
        ("reasons/N.md".into(), reason("once")),
    ]
}

fn built(files: Vec<(String, String)>) -> Compiled {
    match compile(&Pack::from_files(files)) {
        Ok(compiled) => compiled,
        Err(problems) => panic!("the pack compiles: {problems:#?}"),
    }
}

impl World {
    fn whole(&self) -> Compiled {
        let mut files = plain(self.constants, &self.rules, i64::MAX, self.audience);
        for (index, overlay) in self.overlays.iter().enumerate() {
            files.push((format!("overlays/o{index}.toml"), overlay.file()));
        }
        built(files)
    }

    /// The policy that holds where just these overlays apply.
    fn by_hand(&self, active: &[bool]) -> Policy {
        let (mut constants, mut rules) = (self.constants, self.rules.clone());
        let mut cap = i64::MAX;
        for (overlay, _) in self
            .overlays
            .iter()
            .zip(active)
            .filter(|(_, active)| **active)
        {
            for (index, value) in &overlay.values {
                constants[*index] = *value;
            }
            rules.retain(|rule| !overlay.off.contains(&rule.id));
            rules.extend(overlay.rule.clone());
            cap = cap.min(overlay.cap.unwrap_or(i64::MAX));
        }
        mini::load(&built(plain(constants, &rules, cap, self.audience)).server)
    }
}

fn application(day: &str, facts: [(&str, &Option<FactInput>); 3]) -> Application {
    let given = facts
        .into_iter()
        .filter_map(|(name, input)| Some((name.into(), input.clone()?)));
    Application {
        scenario: "s".into(),
        as_of: Date::parse(day).expect("a day"),
        fields: Entries::default(),
        facts: Entries(given.collect()),
    }
}

fn evaluated(policy: &Policy, application: &Application) -> Evaluation {
    let valid = validate(policy, application).expect("valid");
    policy.evaluate(valid.scenario, &valid.facts)
}

fn hull(one: Option<Range>, other: Option<Range>) -> Option<Range> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Range {
            min: one.min.min(other.min),
            max: one.max.max(other.max),
        }),
        (one, other) => one.or(other),
    }
}

fn numbers(range: core::ops::RangeInclusive<i64>) -> Vec<Option<FactInput>> {
    let known = range.map(|value| Some(FactInput::Integer(value)));
    known.chain([None]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    /// Whatever is known: with a region, overlays are the policy that one would
    /// have written for it, in every word; without, they are all of these.
    #[test]
    fn overlays_are_a_choice_between_policies(world in world()) {
        let whole = world.whole();
        let (server, public) = (mini::load(&whole.server), mini::load(&whole.public));
        let mut by_hand: BTreeMap<Vec<bool>, Policy> = BTreeMap::new();
        let mut regions: Vec<FactInput> =
            REGIONS.iter().map(|one| FactInput::Text((*one).into())).collect();
        regions.extend([FactInput::Missing, FactInput::Special("unavailable".into())]);
        let mut b = numbers(0..=4);
        b.push(Some(FactInput::Missing));
        for day in DAYS {
            let places = regions.iter().map(|region| {
                let active = world.overlays.iter().map(|one| one.applies(day, region));
                (region, active.collect::<Vec<bool>>())
            });
            let places: Vec<_> = places.collect();
            for (_, active) in &places {
                by_hand.entry(active.clone()).or_insert_with(|| world.by_hand(active));
            }
            for (a, b) in numbers(0..=5).iter().flat_map(|a| b.iter().map(move |b| (a, b))) {
                let (mut decisions, mut limit) = (DecisionSet::EMPTY, None);
                for (region, active) in &places {
                    let full = application(day, [("a", a), ("b", b), ("region", &Some((*region).clone()))]);
                    let (own, hand) = (evaluated(&server, &full), &by_hand[active]);
                    let wanted = evaluated(hand, &full);
                    prop_assert_eq!(own.decisions, wanted.decisions, "{} {:?}", day, &full.facts);
                    // What a check that looks at one fact twice may find depends on
                    // how it is written.
                    let has_open_checks = world.audience == "server" && b.is_none();
                    prop_assert!(has_open_checks || own.if_checks_pass == wanted.if_checks_pass);
                    prop_assert_eq!((own.limit, own.score), (wanted.limit, wanted.score));
                    // What to ask goes by bounds, which depend on it as well.
                    let said = |policy| {
                        let notice = assess(policy, &full, Locale::En).expect("valid").notice;
                        Notice { ask: Vec::new(), ..notice }
                    };
                    prop_assert_eq!(said(&server), said(hand), "{} {:?}", day, &full.facts);
                    if world.audience == "server" {
                        let seen = application(day, [("a", a), ("b", &None), ("region", &Some((*region).clone()))]);
                        let seen = evaluated(&public, &seen);
                        prop_assert!(own.decisions.is_subset(seen.decisions));
                    }
                    decisions = decisions.union(wanted.decisions);
                    limit = hull(limit, wanted.limit);
                }
                let open = application(day, [("a", a), ("b", b), ("region", &None)]);
                let open = evaluated(&server, &open);
                prop_assert!(open.tight);
                prop_assert_eq!(open.decisions, decisions, "{} without a region", day);
                prop_assert_eq!(open.limit, limit, "{} without a region", day);
            }
        }
        prop_assert!(by_hand.len() > 1, "some overlay applies somewhere");
    }
}
