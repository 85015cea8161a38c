//! The scorecard of a file, with exact points.

use super::logic::{Cond, Three};
use super::number::Number;
use super::predicate::{Fields, PREDICATES};
use super::xml::{Element, Source, children, named};

/// Where the ranking of reasons begins to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ranking {
    /// `useReasonCodes="false"`.
    None,
    Below,
    Above,
}

/// A scorecard.
pub(super) struct Card<'d> {
    pub(super) element: Element<'d>,
    pub(super) initial: Number,
    pub(super) ranking: Ranking,
    pub(super) baseline_method: &'d str,
    pub(super) characteristics: Vec<Characteristic<'d>>,
}

/// A characteristic.
pub(super) struct Characteristic<'d> {
    pub(super) element: Element<'d>,
    pub(super) name: String,
    pub(super) baseline: Number,
    pub(super) attributes: Vec<Attribute<'d>>,
    /// When no attribute holds.
    pub(super) uncovered: Cond,
}

/// An attribute that can hold.
pub(super) struct Attribute<'d> {
    pub(super) element: Element<'d>,
    pub(super) when: Cond,
    pub(super) points: Number,
    /// The reason code of the file; without them, the characteristic's name.
    pub(super) reason: String,
}

impl<'d> Card<'d> {
    pub(super) fn read(
        source: &Source<'_>,
        fields: &Fields<'d>,
        element: Element<'d>,
    ) -> Option<Card<'d>> {
        source.word(element, "functionName", &["regression"]);
        if !source.flag(element, "isScorable", true) {
            let message = "the file says that this scorecard is not to be used for scoring";
            source.error(element, "pmml-not-scorable", message, None);
        }
        let ranking = if source.flag(element, "useReasonCodes", true) {
            match source.word(
                element,
                "reasonCodeAlgorithm",
                &["pointsBelow", "pointsAbove"],
            ) {
                Some("pointsAbove") => Ranking::Above,
                _ => Ranking::Below,
            }
        } else {
            let message = "the file ranks no reasons, and a pack has to give some";
            let help =
                "each characteristic got one of its own name, ranked by points below its best";
            source.note(element, "pmml-no-reasons", message, help);
            Ranking::None
        };
        let initial = if element.has_attribute("initialScore") {
            source.number(element, "initialScore")
        } else {
            Some(Number::ZERO)
        };
        let baseline = source.number(element, "baselineScore");
        let lists: Vec<Element<'d>> = named(element, "Characteristics").collect();
        let all = lists.iter().flat_map(|list| named(*list, "Characteristic"));
        let mut characteristics = Vec::new();
        for (index, one) in all.enumerate() {
            characteristics.extend(characteristic(
                source, fields, ranking, baseline, index, one,
            ));
        }
        if lists.is_empty() {
            let message = "the scorecard has no `Characteristics`";
            source.error(element, "pmml-characteristics", message, None);
        }
        Some(Card {
            element,
            initial: initial?,
            ranking,
            baseline_method: element.attribute("baselineMethod").unwrap_or("other"),
            characteristics,
        })
    }
}

fn characteristic<'d>(
    source: &Source<'_>,
    fields: &Fields<'d>,
    ranking: Ranking,
    of_card: Option<Number>,
    index: usize,
    element: Element<'d>,
) -> Option<Characteristic<'d>> {
    let name = match element.attribute("name") {
        Some(name) if !name.trim().is_empty() => name.to_owned(),
        _ => format!("characteristic {}", index + 1),
    };
    let baseline = match source.number(element, "baselineScore").or(of_card) {
        Some(baseline) => baseline,
        None if ranking == Ranking::None => Number::ZERO,
        None => {
            let message = format!("`{name}` has no `baselineScore`, nor has the scorecard");
            let help = "reasons are ranked against it; write it, or `useReasonCodes=\"false\"`";
            source.error(element, "pmml-baseline", message, help);
            return None;
        }
    };
    let mut attributes = Vec::new();
    let mut before = Vec::new();
    let (mut is_settled, mut is_whole) = (false, true);
    for one in named(element, "Attribute") {
        let points = points(source, one);
        let reason = reason(source, ranking, element, one, &name);
        let when = when(source, fields, one);
        let (Some(when), Some(points), Some(reason)) = (when, points, reason) else {
            is_whole = false;
            continue;
        };
        if is_settled || when == Cond::Is(false) {
            let message = "the attribute never gives its points";
            let help = "one before it always holds, or it never does; it was left out";
            source.note(one, "pmml-attribute-never", message, help);
            continue;
        }
        is_settled = when == Cond::Is(true);
        before.push(when.clone().not());
        attributes.push(Attribute {
            element: one,
            when,
            points,
            reason,
        });
    }
    if named(element, "Attribute").next().is_none() {
        let message = format!("`{name}` has no `Attribute`");
        source.error(element, "pmml-characteristics", message, None);
    }
    // What of it could not be read has been reported.
    is_whole.then(|| Characteristic {
        element,
        name,
        baseline,
        attributes,
        uncovered: Cond::all(before),
    })
}

fn when<'d>(source: &Source<'_>, fields: &Fields<'d>, attribute: Element<'d>) -> Option<Cond> {
    let mut predicates = children(attribute).filter(|(what, _)| PREDICATES.contains(what));
    let Some((_, predicate)) = predicates.next() else {
        let message = "the attribute has no predicate that is imported";
        let help = "write `<True/>` for one that always holds";
        source.error(attribute, "pmml-predicate", message, help);
        return None;
    };
    let Three { is_true, .. } = fields.predicate(source, predicate)?;
    Some(is_true)
}

fn points(source: &Source<'_>, attribute: Element<'_>) -> Option<Number> {
    if let Some(complex) = named(attribute, "ComplexPartialScore").next() {
        let message = "points that are computed are not imported";
        let help =
            "a pack's points are constants: cut the attribute into some with a `partialScore` each";
        source.error(complex, "pmml-complex-score", message, help);
        return None;
    }
    source.need(attribute, "partialScore")?;
    source.number(attribute, "partialScore")
}

fn reason(
    source: &Source<'_>,
    ranking: Ranking,
    characteristic: Element<'_>,
    attribute: Element<'_>,
    name: &str,
) -> Option<String> {
    if ranking == Ranking::None {
        return Some(name.to_owned());
    }
    let code = attribute.attribute("reasonCode");
    let code = code.or_else(|| characteristic.attribute("reasonCode"));
    if code.is_none() {
        let message = format!("neither the attribute nor `{name}` has a `reasonCode`");
        let help = "write one, or `useReasonCodes=\"false\"` in the scorecard";
        source.error(attribute, "pmml-reason-code", message, help);
    }
    code.map(str::to_owned)
}
