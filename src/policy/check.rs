//! Checks a decoded model once, so that evaluation has no error type.
//!
//! The compiler never writes a model that fails here; a bundle that does was
//! made by something else. The checks are about references and shape, not
//! about sense: sense is proved by the tools for policy authors.

use super::change;
use super::fact::{FactDef, FactKind};
use super::formula::{Derived, Formula};
use super::message::{Arg, Message};
use super::model::{
    Audience, Band, Characteristic, LimitTable, Model, Op, Scenario, Scorecard, Test, Until,
};
use super::prior;
use super::problem::{At, Problem, ROOT};
use super::terms::Terms;
use super::texts::Wording;
use crate::evaluate::MAX_DEPTH;
use crate::render::Phrase;

/// Points beyond this are refused: they have at most nine digits.
const MAX_POINTS: i32 = 1_000_000_000;
/// Values beyond this lose exactness in JavaScript.
const MAX_VALUE: i64 = 9_007_199_254_740_991;

/// The most decimals that points can have.
const MAX_DIGITS: u8 = 9;

/// The axes of a table of limits: two of its own, and the day and the region
/// of overlays.
const MAX_AXES: usize = 4;
/// Larger tables of limits would make the search slow.
const MAX_CELLS: usize = 512;
/// More would make every validation slow.
const MAX_IMPOSSIBLE: usize = 64;

/// Every problem of a model, in document order.
pub(super) fn check(model: &Model) -> Vec<Problem> {
    let mut check = Check {
        model,
        problems: Vec::new(),
    };
    let last = model.valid_until;
    let has_days = last.is_none_or(|last| model.valid_from <= last);
    check.demand(
        has_days,
        &ROOT.part("/valid_until"),
        "the policy is never in force",
    );
    check.tables();
    check.facts();
    check.impossible();
    check.reasons();
    for (index, scenario) in model.scenarios.iter().enumerate() {
        check.scenario(&ROOT.nth("/scenarios/", index), scenario);
    }
    let sound = prior::is_sound(model);
    check.demand(
        sound,
        &ROOT.part("/priors"),
        "the priors do not fit the facts",
    );
    let sound = change::is_sound(model);
    check.demand(
        sound,
        &ROOT.part("/changes"),
        "what moves facts does not fit them",
    );
    let sound = model.repayment.as_ref().is_none_or(Terms::is_sound);
    check.demand(
        sound,
        &ROOT.part("/repayment"),
        "the terms of paying back are out of range",
    );
    check.texts();
    check.problems
}

struct Check<'a> {
    model: &'a Model,
    problems: Vec<Problem>,
}

impl Check<'_> {
    /// Reports unless `holds`.
    fn demand(&mut self, holds: bool, at: &At<'_>, text: &str) {
        if !holds {
            self.problems
                .push(Problem::new(at.pointer(), "bundle-inconsistent", text));
        }
    }

    fn fact(&self, fact: u16) -> Option<&FactDef> {
        self.model.facts.get(usize::from(fact))
    }

    fn has_reason(&self, reason: u16) -> bool {
        usize::from(reason) < self.model.reasons.len()
    }

    fn tables(&mut self) {
        let model = self.model;
        let mut before = 9_999;
        let segments = model.segments.iter().all(|segment| {
            let rises = before < segment.first && segment.first <= segment.last;
            before = segment.last;
            rises && segment.last < 20_000
        });
        self.demand(
            segments,
            &ROOT.part("/segments"),
            "the segments are not in order",
        );
        let mut before = 99_999;
        let cards = model.cards.iter().all(|card| {
            let rises = before < card.first && card.first <= card.last;
            before = card.last;
            let lengths = 12 <= card.shortest && card.shortest <= card.longest;
            rises && card.last < 1_000_000 && lengths && card.longest <= 19
        });
        self.demand(
            cards,
            &ROOT.part("/cards"),
            "the ranges of cards are not in order",
        );
    }

    fn facts(&mut self) {
        let model = self.model;
        for (index, def) in model.facts.iter().enumerate() {
            let at = ROOT.nth("/facts/", index);
            let sane = def.min <= def.max && def.min >= -MAX_VALUE && def.max <= MAX_VALUE;
            self.demand(sane, &at, "the domain is empty or too wide");
            let codes = i64::try_from(def.codes.len()).unwrap_or(i64::MAX);
            let coded = def.kind != FactKind::Code || (def.min == 0 && def.max == codes - 1);
            self.demand(coded, &at, "the domain and the list of codes differ");
            let digits = match def.kind {
                FactKind::Decimal => (1..=15).contains(&def.digits),
                _ => def.digits == 0,
            };
            self.demand(digits, &at, "the decimals do not fit the kind");
            self.demand(def.specials.len() <= 64, &at, "more than 64 special codes");
            let is_leak = model.audience == Audience::Public && def.audience == Audience::Server;
            self.demand(!is_leak, &at, "a public bundle holds a server-only fact");
        }
        for (index, constant) in model.constants.iter().enumerate() {
            let sane = |value| (-MAX_VALUE..=MAX_VALUE).contains(&value);
            let others = constant.overlaid.iter().all(|(overlay, value)| {
                usize::from(*overlay) < model.overlays.len() && sane(*value)
            });
            let is_plain = constant.kind != FactKind::Decimal;
            self.demand(
                is_plain && sane(constant.value) && others,
                &ROOT.nth("/constants/", index),
                "the value is too large, a decimal, or of no overlay",
            );
        }
        for (index, overlay) in model.overlays.iter().enumerate() {
            let at = ROOT.nth("/overlays/", index);
            let shape = self.is_condition(&overlay.when);
            self.demand(shape, &at, "the condition is malformed");
        }
        for (index, derived) in model.derived.iter().enumerate() {
            let at = ROOT.nth("/derived/", index);
            let fits = self.is_derived(derived, &model.derived[..index]);
            self.demand(fits, &at, "the formula does not fit its facts");
        }
    }

    /// Whether a formula has the facts that it needs. A formula of two does not
    /// read what is computed itself, and its fact can say when there is nothing
    /// to compute.
    fn is_derived(&self, derived: &Derived, before: &[Derived]) -> bool {
        let (first, second) = derived.formula.inputs();
        let Some(def) = self.fact(derived.fact) else {
            return false;
        };
        let Some(first) = first else {
            return def.kind == FactKind::Date;
        };
        let Some(first) = self.fact(first) else {
            return false;
        };
        let Some(second) = second else {
            return first.kind == FactKind::Date;
        };
        let Some(second) = self.fact(second) else {
            return false;
        };
        let (wanted, zero) = match derived.formula {
            Formula::Ratio { zero, .. } => (FactKind::Money, Some(zero)),
            Formula::Sum(..) => (FactKind::Money, None),
            _ => (FactKind::Date, None),
        };
        let is_money = wanted == FactKind::Money;
        let input = |def: &FactDef| def.kind == wanted && (!is_money || def.min >= 0);
        let lacks = |def: &FactDef| def.may_be_missing || !def.specials.is_empty();
        let says_zero = zero.is_none_or(|zero| match zero {
            Some(code) => usize::from(code) < def.specials.len(),
            None => second.min > 0 || def.may_be_missing,
        });
        let is_plain = self.model.derived.iter().all(|one| {
            let (first, second) = derived.formula.inputs();
            Some(one.fact) != first && Some(one.fact) != second
        });
        input(first)
            && input(second)
            && (zero.is_none() || first.max <= MAX_VALUE / 10_000)
            && says_zero
            && (def.may_be_missing || !(lacks(first) || lacks(second)))
            && is_plain
            && before.iter().all(|one| one.fact != derived.fact)
    }

    fn impossible(&mut self) {
        let model = self.model;
        let few = model.impossible.len() <= MAX_IMPOSSIBLE;
        self.demand(few, &ROOT.part("/impossible"), "more than 64 combinations");
        for (index, one) in model.impossible.iter().enumerate() {
            let shape = self.is_condition(&one.when) && !one.when.contains(&Op::Opaque);
            let at = ROOT.nth("/impossible/", index);
            self.demand(shape, &at, "the condition is malformed");
        }
        // What is malformed cannot be asked.
        if self.problems.is_empty() {
            let is_possible = model.leaves_nothing().is_empty();
            self.demand(
                is_possible,
                &ROOT.part("/impossible"),
                "no application is possible",
            );
        }
    }

    fn reasons(&mut self) {
        let model = self.model;
        for (index, reason) in model.reasons.iter().enumerate() {
            let known = reason.helps.iter().all(|fact| self.fact(*fact).is_some());
            self.demand(
                known,
                &ROOT.nth("/reasons/", index).part("/helps"),
                "no such fact",
            );
            let until = reason.until.is_none_or(|until| self.is_until(until));
            self.demand(
                until,
                &ROOT.nth("/reasons/", index).part("/until"),
                "tells no day",
            );
        }
        let neutral = self.has_reason(model.neutral_reason);
        self.demand(neutral, &ROOT.part("/neutral_reason"), "no such reason");
    }

    /// Whether a fact of this kind tells a day, by itself or with a constant.
    fn is_until(&self, until: Until) -> bool {
        let constants = &self.model.constants;
        let reach = until
            .reach
            .map(|index| constants.get(usize::from(index)).map(|one| one.kind));
        let kind = self.fact(until.fact).map(|def| def.kind);
        matches!(
            (kind, reach),
            (
                Some(FactKind::Days | FactKind::Date),
                None | Some(Some(FactKind::Days))
            ) | (Some(FactKind::Date), Some(Some(FactKind::Years)))
        )
    }

    fn scenario(&mut self, at: &At<'_>, scenario: &Scenario) {
        for (index, field) in scenario.fields.iter().enumerate() {
            let date = field.birth_date.is_none_or(|fact| {
                self.fact(fact)
                    .is_some_and(|def| def.kind == FactKind::Date)
            });
            self.demand(
                date,
                &at.nth("/fields/", index),
                "the birth date is no date fact",
            );
        }
        let is_leak =
            self.model.audience == Audience::Public && scenario.audience == Audience::Server;
        self.demand(!is_leak, at, "a public bundle holds a server-only scenario");
        let known = scenario.facts.iter().all(|fact| self.fact(*fact).is_some());
        self.demand(known, &at.part("/facts"), "no such fact");
        for (index, rule) in scenario.rules.iter().enumerate() {
            let at = at.nth("/rules/", index);
            let shape = self.is_condition(&rule.when);
            self.demand(shape, &at, "the condition is malformed");
            let reason = self.has_reason(rule.reason);
            self.demand(reason, &at, "no such reason");
        }
        if let Some(card) = &scenario.scorecard {
            self.scorecard(&at.part("/scorecard"), card);
        }
        if let Some(table) = &scenario.limit {
            let fits = self.is_limit(table, scenario.scorecard.is_some());
            let at = at.part("/limit");
            self.demand(fits, &at, "the table of limits is malformed");
        }
    }

    fn is_limit(&self, table: &LimitTable, has_score: bool) -> bool {
        let rows = &table.rows;
        let mut cells = rows.len().saturating_add(1);
        for (index, axis) in table.axes.iter().enumerate() {
            let Some(def) = self.fact(axis.fact) else {
                return false;
            };
            let bins = &axis.upto;
            // Each bin holds a value: what is cut off the domain is never reached.
            let covers = bins.first().is_some_and(|first| *first >= def.min)
                && bins.last().is_some_and(|last| *last >= def.max)
                && bins
                    .windows(2)
                    .all(|two| two[0] < two[1] && two[0] < def.max);
            let again = table.axes[..index].iter().any(|one| one.fact == axis.fact);
            if !covers || again {
                return false;
            }
            cells = cells.saturating_mul(axis.length(def));
        }
        let amounts = &table.amounts;
        let rises = rows.windows(2).all(|two| two[0] < two[1]);
        let sane = |(least, most): &(i64, i64)| 0 <= *least && least <= most && *most <= MAX_VALUE;
        table.axes.len() <= MAX_AXES
            && (has_score || rows.is_empty())
            && rises
            && cells <= MAX_CELLS
            && cells == amounts.len()
            && amounts.iter().all(sane)
    }

    fn is_condition(&self, ops: &[Op]) -> bool {
        let mut depth = 0usize;
        for op in ops {
            let taken = match op {
                Op::Opaque => 0,
                Op::Atom(fact, test) => match self.fact(*fact) {
                    Some(def) if is_test(def, test) => 0,
                    _ => return false,
                },
                Op::Not => 1,
                Op::All(count) | Op::Any(count) => usize::from(*count),
            };
            let starved = depth < taken || (taken == 0 && matches!(op, Op::All(_) | Op::Any(_)));
            if starved {
                return false;
            }
            depth = depth - taken + 1;
            if depth > MAX_DEPTH {
                return false;
            }
        }
        depth == 1
    }

    fn scorecard(&mut self, at: &At<'_>, card: &Scorecard) {
        let small = |points: i32| (-MAX_POINTS..=MAX_POINTS).contains(&points);
        let (least, most) = card.hidden;
        let sane = |sum: i64| (-MAX_VALUE..=MAX_VALUE).contains(&sum);
        let hidden = least <= most && sane(least) && sane(most) && card.digits <= MAX_DIGITS;
        self.demand(small(card.base) && hidden, at, "points are out of range");
        for (index, one) in card.characteristics.iter().enumerate() {
            let at = at.nth("/characteristics/", index);
            let fits = self.fact(one.fact).is_some_and(|def| covers(def, one));
            self.demand(fits, &at, "the bins do not fit the fact");
            let mut points = one
                .bins
                .iter()
                .map(|bin| bin.points)
                .chain(one.specials.clone());
            let bounded = points.all(small) && one.missing.is_none_or(small) && small(one.baseline);
            self.demand(bounded, &at, "points are out of range");
            let reason = self.has_reason(one.reason);
            self.demand(reason, &at, "no such reason");
        }
        for (index, one) in card.conditional.iter().enumerate() {
            let at = at.nth("/conditional/", index);
            let shape = one.cases.iter().all(|case| self.is_condition(&case.when));
            self.demand(shape, &at, "the condition is malformed");
            let bounded = one.ends().all(|(points, _)| small(points)) && small(one.baseline);
            self.demand(bounded, &at, "points are out of range");
            let reasons = one.ends().all(|(_, reason)| self.has_reason(reason));
            self.demand(reasons, &at, "no such reason");
        }
        let rising = card
            .bands
            .windows(2)
            .all(|pair| pair[0].from < pair[1].from);
        let milder = |pair: &[Band]| pair[0].decision >= pair[1].decision;
        let falls = card.bands.windows(2).all(milder);
        let small = card
            .bands
            .iter()
            .all(|band| (-MAX_VALUE..=MAX_VALUE).contains(&band.from));
        let bands = !card.bands.is_empty() && rising && falls && small;
        self.demand(
            bands,
            &at.part("/bands"),
            "bands must rise in score and fall in severity",
        );
    }

    fn texts(&mut self) {
        let model = self.model;
        self.demand(!model.texts.is_empty(), &ROOT.part("/texts"), "no locale");
        for (index, texts) in model.texts.iter().enumerate() {
            let at = ROOT.nth("/texts/", index);
            let complete = texts.phrases.len() == Phrase::ALL.len()
                && texts.facts.len() == model.facts.len()
                && texts.impossible.len() == model.impossible.len()
                && texts.reasons.len() == model.reasons.len();
            self.demand(complete, &at, "texts are missing");
            let place = |one: &Wording| (one.scenario, one.phrase);
            let ordered = texts
                .wordings
                .windows(2)
                .all(|pair| place(&pair[0]) < place(&pair[1]));
            let known = texts.wordings.iter().all(|one| {
                usize::from(one.scenario) < model.scenarios.len()
                    && usize::from(one.phrase) < Phrase::ALL.len()
            });
            let at_wordings = at.part("/wordings");
            self.demand(
                ordered && known,
                &at_wordings,
                "a sentence of no scenario, or out of order",
            );
            let named = texts.facts.iter().zip(&model.facts).all(|(text, def)| {
                text.codes.len() == def.codes.len() && text.specials.len() == def.specials.len()
            });
            self.demand(named, &at, "names of codes are missing");
            for text in &texts.reasons {
                let messages = [&text.title, &text.requirement, &text.notice, &text.help];
                let known = messages.into_iter().all(|message| self.is_message(message));
                self.demand(known, &at, "a text has an unknown placeholder");
            }
        }
    }

    fn is_message(&self, message: &Message) -> bool {
        message.args().all(|arg| match arg {
            Arg::Fact(fact) => self.fact(fact).is_some(),
            Arg::Constant(index) => usize::from(index) < self.model.constants.len(),
        })
    }
}

fn is_test(def: &FactDef, test: &Test) -> bool {
    match test {
        Test::AtMost(_) | Test::AtLeast(_) => true,
        Test::OneOf(values) => values.windows(2).all(|pair| pair[0] < pair[1]),
        Test::Missing => def.may_be_missing,
        Test::Special(code) => usize::from(*code) < def.specials.len(),
    }
}

fn covers(def: &FactDef, characteristic: &Characteristic) -> bool {
    let bins = &characteristic.bins;
    bins.windows(2).all(|pair| pair[0].upto < pair[1].upto)
        && bins.last().is_some_and(|last| last.upto >= def.max)
        && characteristic.missing.is_some() == def.may_be_missing
        && characteristic.specials.len() == def.specials.len()
}
