//! Random policies and applications, from a seed.
//!
//! Domains are tiny so that the reference can try every completion, and every
//! feature of the model occurs often: missing and special states, shared facts
//! between rules and characteristics, mixed directions, opaque conditions.

use precheck::units::{Date, Locale};
use precheck::{
    Actionable, Application, Audience, Axis, Band, Bin, Bound, Case, Characteristic, Conditional,
    Constant, Contact, Decision, Derived, Disclosure, Entries, FactDef, FactInput, FactKind,
    FactText, Formula, Impossible, Lasts, LimitTable, Message, Model, Op, Phrase, Priors, Reason,
    ReasonKind, ReasonMethod, ReasonText, Rule, Scenario, Scorecard, Source, Test, Texts, Token,
};

/// SplitMix64: the same numbers on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(crate) fn range(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below(u64::try_from(high - low + 1).expect("low <= high")))
            .expect("small")
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.below(items.len() as u64)).expect("small")]
    }
}

/// A random policy with one scenario, `s`.
pub(crate) fn model(random: &mut Random) -> Model {
    let facts = (0..random.range(1, 5))
        .map(|index| fact(random, index))
        .collect();
    around(random, facts, Vec::new())
}

/// The same with a fact, the last one, that is computed from the first two.
pub(crate) fn model_with_formula(random: &mut Random) -> Model {
    let mut facts: Vec<FactDef> = (0..random.range(3, 4))
        .map(|index| fact(random, index))
        .collect();
    let last = facts.len() - 1;
    for def in &mut facts[..2] {
        def.kind = FactKind::Money;
        def.min = random.range(0, 2);
        def.max = def.min + random.range(0, 5);
    }
    let inputs = facts[..2].iter();
    let is_server = inputs.clone().any(|one| one.audience == Audience::Server);
    let lacks = inputs
        .clone()
        .any(|one| one.may_be_missing || !one.specials.is_empty());
    let def = &mut facts[last];
    if is_server {
        def.audience = Audience::Server;
    }
    def.may_be_missing |= lacks;
    let formula = if random.one_in(2) {
        def.kind = FactKind::Money;
        Formula::Sum(0, 1)
    } else {
        (def.kind, def.min, def.max) = (FactKind::Ratio, 0, random.pick(&[15_000, 100_000]));
        let zero = Some(0).filter(|_| !def.specials.is_empty());
        def.may_be_missing |= zero.is_none();
        Formula::Ratio {
            over: 0,
            under: 1,
            up: random.one_in(2),
            zero,
        }
    };
    let fact = u16::try_from(last).expect("few facts");
    around(random, facts, vec![Derived { fact, formula }])
}

/// Ends of bins of a fact, the end of its domain last.
fn cuts(random: &mut Random, def: &FactDef) -> Vec<i64> {
    let mut cuts: Vec<i64> = if def.kind == FactKind::Ratio {
        vec![0, 1, 3_333, 3_334, 5_000, 6_666, 6_667, 10_000, 12_500]
    } else {
        (def.min..def.max).collect()
    };
    cuts.retain(|_| random.one_in(2));
    cuts.push(def.max);
    cuts
}

pub(crate) fn around(random: &mut Random, facts: Vec<FactDef>, derived: Vec<Derived>) -> Model {
    let rules = (0..random.range(0, 5))
        .map(|index| rule(random, &facts, index))
        .collect();
    let scorecard = (!random.one_in(4)).then(|| scorecard(random, &facts));
    let limit = (!random.one_in(3)).then(|| limit(random, &facts, scorecard.as_ref()));
    let ids = (0u16..).take(facts.len()).collect();
    let reasons: Vec<Reason> = (0..REASONS).map(|index| reason(random, index)).collect();
    let texts = vec![texts(&facts, &reasons)];
    Model {
        pack: "random".into(),
        version: 1,
        audience: Audience::Server,
        segments: Vec::new(),
        cards: Vec::new(),
        valid_from: Date::from_days(0).expect("in range"),
        valid_until: None,
        facts,
        constants: Vec::<Constant>::new(),
        overlays: Vec::new(),
        derived,
        impossible: Vec::new(),
        reasons,
        neutral_reason: 0,
        scenarios: vec![Scenario {
            name: "s".into(),
            audience: Audience::Public,
            fields: Vec::new(),
            facts: ids,
            rules,
            scorecard,
            limit,
        }],
        priors: Priors::NONE,
        changes: Vec::new(),
        couplings: Vec::new(),
        evolutions: Vec::new(),
        repayment: None,
        says_would_fail: true,
        texts,
    }
}

/// Adds combinations of facts that no application has; they may leave none.
pub(crate) fn exclude(random: &mut Random, model: &mut Model) {
    for index in 0..random.range(1, 3) {
        let mut when = Vec::new();
        condition(random, &model.facts, 2, &mut when);
        let id = format!("i{index}");
        for texts in &mut model.texts {
            texts.impossible.push(format!("not {id}"));
        }
        model.impossible.push(Impossible { id, when });
    }
}

const REASONS: u16 = 6;

pub(crate) fn fact(random: &mut Random, index: i64) -> FactDef {
    let min = random.range(-3, 3);
    let specials = random.below(3);
    FactDef {
        name: format!("f{index}"),
        kind: FactKind::Integer,
        min,
        max: min + random.range(0, 5),
        digits: 0,
        codes: Vec::new(),
        specials: (0..specials).map(|code| format!("x{code}")).collect(),
        may_be_missing: random.one_in(3),
        source: random.pick(&[Source::Applicant, Source::Bureau, Source::Fraud]),
        audience: random.pick(&[Audience::Public, Audience::Public, Audience::Server]),
        actionable: Actionable::No,
        personal: false,
    }
}

pub(crate) fn rule(random: &mut Random, facts: &[FactDef], index: i64) -> Rule {
    let mut when = Vec::new();
    if random.one_in(8) {
        when.push(Op::Opaque);
    } else {
        condition(random, facts, 3, &mut when);
    }
    Rule {
        id: format!("r{index}"),
        when,
        effect: random.pick(&[Decision::Refer, Decision::RetryLater, Decision::Decline]),
        reason: u16::try_from(random.below(u64::from(REASONS))).expect("small"),
    }
}

fn condition(random: &mut Random, facts: &[FactDef], depth: u32, out: &mut Vec<Op>) {
    match if depth == 0 { 0 } else { random.below(5) } {
        0 | 1 => out.push(atom(random, facts)),
        2 => {
            condition(random, facts, depth - 1, out);
            out.push(Op::Not);
        }
        kind => {
            let count = random.range(1, 3);
            for _ in 0..count {
                condition(random, facts, depth - 1, out);
            }
            let count = u8::try_from(count).expect("small");
            out.push(if kind == 3 {
                Op::All(count)
            } else {
                Op::Any(count)
            });
        }
    }
}

fn atom(random: &mut Random, facts: &[FactDef]) -> Op {
    let index = usize::try_from(random.below(facts.len() as u64)).expect("small");
    let def = &facts[index];
    let value = |random: &mut Random| match def.kind {
        FactKind::Ratio => random.pick(&[0, 1, 3_333, 3_334, 6_667, 10_000, 12_501]),
        _ => random.range(def.min - 1, def.max + 1),
    };
    let test = match random.below(5) {
        0 => Test::AtMost(value(random)),
        1 => Test::AtLeast(value(random)),
        2 => {
            let mut values: Vec<i64> = (0..random.range(1, 3)).map(|_| value(random)).collect();
            values.sort_unstable();
            values.dedup();
            Test::OneOf(values)
        }
        3 if def.may_be_missing => Test::Missing,
        4 if !def.specials.is_empty() => {
            Test::Special(u8::try_from(random.below(def.specials.len() as u64)).expect("small"))
        }
        _ => Test::AtLeast(value(random)),
    };
    Op::Atom(u16::try_from(index).expect("few facts"), test)
}

fn conditionals(random: &mut Random, facts: &[FactDef]) -> Vec<Conditional> {
    let points = |random: &mut Random| i32::try_from(random.range(-20, 20)).expect("small");
    let reason =
        |random: &mut Random| u16::try_from(random.below(u64::from(REASONS))).expect("small");
    let count = if random.one_in(2) {
        0
    } else {
        random.range(1, 2)
    };
    let mut all = Vec::new();
    for _ in 0..count {
        let mut cases = Vec::new();
        for _ in 0..random.range(0, 3) {
            let mut when = Vec::new();
            condition(random, facts, 2, &mut when);
            cases.push(Case {
                when,
                points: points(random),
                reason: reason(random),
            });
        }
        all.push(Conditional {
            cases,
            otherwise: points(random),
            baseline: points(random),
            reason: reason(random),
        });
    }
    all
}

fn scorecard(random: &mut Random, facts: &[FactDef]) -> Scorecard {
    let points = |random: &mut Random| i32::try_from(random.range(-20, 20)).expect("small");
    let mut characteristics = Vec::new();
    for _ in 0..random.range(0, 4) {
        let index = usize::try_from(random.below(facts.len() as u64)).expect("small");
        let def = &facts[index];
        let uptos = cuts(random, def);
        characteristics.push(Characteristic {
            fact: u16::try_from(index).expect("few facts"),
            bins: uptos
                .into_iter()
                .map(|upto| Bin {
                    upto,
                    points: points(random),
                })
                .collect(),
            missing: def.may_be_missing.then(|| points(random)),
            specials: def.specials.iter().map(|_| points(random)).collect(),
            baseline: points(random),
            reason: u16::try_from(random.below(u64::from(REASONS))).expect("small"),
        });
    }
    let low = random.range(-25, 10);
    Scorecard {
        id: "card".into(),
        base: points(random),
        hidden: (0, 0),
        digits: 0,
        characteristics,
        conditional: conditionals(random, facts),
        bands: vec![
            Band {
                from: -1_000_000,
                decision: Decision::Decline,
            },
            Band {
                from: low,
                decision: Decision::Refer,
            },
            Band {
                from: low + random.range(1, 20),
                decision: Decision::Approve,
            },
        ],
        method: ReasonMethod::BelowMean,
    }
}

/// A table that jumps up and down, so that no end of a range is where the
/// first or the last cell is.
fn limit(random: &mut Random, facts: &[FactDef], card: Option<&Scorecard>) -> LimitTable {
    let mut rows = Vec::new();
    if let Some(card) = card {
        let from = card.bands[2].from;
        rows = (-3..20)
            .filter(|_| random.one_in(6))
            .map(|above| from + above)
            .collect();
    }
    let mut axes: Vec<Axis> = Vec::new();
    let mut cells = rows.len() + 1;
    for _ in 0..random.range(0, 2) {
        let index = usize::try_from(random.below(facts.len() as u64)).expect("small");
        let def = &facts[index];
        let fact = u16::try_from(index).expect("few facts");
        if axes.iter().all(|one| one.fact != fact) {
            let upto = cuts(random, def);
            let axis = Axis { fact, upto };
            // The engine takes no larger tables.
            if cells * axis.length(def) <= 512 {
                cells *= axis.length(def);
                axes.push(axis);
            }
        }
    }
    let amounts = (0..cells).map(|_| {
        let least = 100 * random.range(0, 50);
        let more = if random.one_in(5) {
            100 * random.range(1, 9)
        } else {
            0
        };
        (least, least + more)
    });
    LimitTable {
        rows,
        axes,
        amounts: amounts.collect(),
    }
}

fn reason(random: &mut Random, index: u16) -> Reason {
    let is_confidential = index > 0 && random.one_in(4);
    Reason {
        code: format!("R{index}"),
        kind: ReasonKind::Applicant,
        disclosure: if is_confidential {
            Disclosure::Neutral
        } else {
            Disclosure::Full
        },
        lasts: Lasts::UntilChanged,
        helps: Vec::new(),
        until: None,
        contact: Contact::Service,
    }
}

fn texts(facts: &[FactDef], reasons: &[Reason]) -> Texts {
    let message = |text: &str| Message::from_iter([Token::Text(text)]);
    Texts {
        issues: Vec::new(),
        locale: Locale::ZhCn,
        phrases: Phrase::ALL
            .iter()
            .map(|phrase| phrase.id().into())
            .collect(),
        wordings: Vec::new(),
        facts: facts
            .iter()
            .map(|def| FactText {
                label: def.name.clone(),
                question: def.name.clone(),
                codes: def.codes.clone(),
                specials: def.specials.clone(),
            })
            .collect(),
        impossible: Vec::new(),
        reasons: reasons
            .iter()
            .map(|reason| ReasonText {
                title: message(&reason.code),
                requirement: message("requirement"),
                notice: message("notice"),
                help: message("help"),
            })
            .collect(),
    }
}

/// Every state that a fact can have, `Unknown` left out.
pub(crate) fn states(def: &FactDef) -> Vec<FactInput> {
    let mut states: Vec<FactInput> = (def.min..=def.max).map(FactInput::Integer).collect();
    if def.may_be_missing {
        states.push(FactInput::Missing);
    }
    states.extend(def.specials.iter().cloned().map(FactInput::Special));
    states
}

/// The states that a fact can still have, as an application states it.
pub(crate) fn states_left(def: &FactDef, given: Option<&FactInput>) -> Vec<FactInput> {
    match given {
        None | Some(FactInput::Unknown) => states(def),
        Some(FactInput::Between(ends)) => {
            let end = |bound: &Option<Bound>, otherwise| match bound {
                Some(Bound::Integer(value)) => *value,
                _ => otherwise,
            };
            let (low, high) = (end(&ends[0], def.min), end(&ends[1], def.max));
            (low..=high).map(FactInput::Integer).collect()
        }
        Some(state) => vec![state.clone()],
    }
}

/// An application in which about half of the facts are left out.
pub(crate) fn application(random: &mut Random, model: &Model) -> Application {
    let mut facts = Vec::new();
    for (id, def) in (0..).zip(&model.facts) {
        let is_computed = model.derived.iter().any(|one| one.fact == id);
        if !is_computed && random.one_in(2) {
            let states = states(def);
            let chosen = usize::try_from(random.below(states.len() as u64)).expect("small");
            let mut state = states[chosen].clone();
            if random.one_in(5) {
                let low = random.range(def.min, def.max);
                let ends = [low, random.range(low, def.max)];
                state = FactInput::Between(
                    ends.map(|end| Some(Bound::Integer(end)).filter(|_| !random.one_in(3))),
                );
                if state == FactInput::Between([None, None]) {
                    state = FactInput::Unknown;
                }
            }
            facts.push((def.name.clone(), state));
        }
    }
    with_facts(facts)
}

/// An application for the random scenario with these facts.
pub(crate) fn with_facts(facts: Vec<(String, FactInput)>) -> Application {
    Application {
        scenario: "s".into(),
        as_of: Date::from_days(20_000).expect("in range"),
        fields: Entries::default(),
        facts: Entries(facts),
    }
}

/// Makes a whole policy of it, as it is before the projection: no rule is open.
pub(crate) fn without_opaque_rules(model: &mut Model) {
    for rule in &mut model.scenarios[0].rules {
        for op in &mut rule.when {
            if *op == Op::Opaque {
                *op = Op::Atom(0, Test::AtMost(model.facts[0].min));
            }
        }
    }
}

/// What a browser may know of an application.
pub(crate) fn public_part(application: &Application, model: &Model) -> Application {
    let is_public = |name: &String| {
        let def = model.facts.iter().find(|def| def.name == *name);
        def.is_some_and(|def| def.audience == Audience::Public)
    };
    let facts = application.facts.0.iter();
    with_facts(facts.filter(|(name, _)| is_public(name)).cloned().collect())
}
