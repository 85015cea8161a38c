//! The keys and the closed words of the language, in one place.
//!
//! The compiler accepts a key only by a [`Shape`], and the JSON Schemas in
//! `policies/schema` describe each shape where it says. So a key cannot be
//! added to the one without a test noticing that the other does not have it.

use precheck::identity::FieldKind;
use precheck::units::Locale;
use precheck::{Decision, FactKind};

use super::{derived, facts, identity, moves, reasons, repayment, scorecard, values};

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident at $at:expr => $keys:expr;)*) => {
        /// A table of the language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Shape { $($(#[$doc])* $name,)* }

        impl Shape {
            /// Every shape.
            pub const ALL: &'static [Shape] = &[$(Shape::$name,)*];

            /// The keys that such a table may have.
            #[must_use]
            pub const fn keys(self) -> &'static [&'static str] {
                match self { $(Shape::$name => &$keys,)* }
            }

            /// Where the schemas describe it: `<schema>#<JSON Pointer>`.
            #[must_use]
            pub const fn schemas(self) -> &'static [&'static str] {
                match self { $(Shape::$name => &$at,)* }
            }
        }
    };
}

shapes! {
    /// The whole of `policy.toml`.
    Policy at ["policy#"] => [
        "pack", "constants", "identity", "facts", "impossible", "scenarios", "repayment", "lint",
    ];
    /// A combination of facts that no application has.
    Impossible at ["policy#/$defs/impossible"] => ["id", "when"];
    /// `[pack]`.
    Pack at ["policy#/properties/pack"] =>
        [
            "name", "version", "valid_from", "valid_until", "locales", "neutral_reason",
            "says_would_fail",
        ];
    /// `[repayment]`.
    Repayment at ["policy#/properties/repayment"] => [
        "free_days", "statement_day", "due_days", "weekends", "instalments", "late", "reminders",
        "overdue",
    ];
    /// `[repayment.instalments]`.
    Instalments at ["policy#/$defs/instalments"] => ["count", "fee", "least"];
    /// `[identity]`.
    Identity at ["policy#/properties/identity"] => ["segments", "cards"];
    /// A row of `identity.segments`.
    Segment at ["policy#/$defs/segment"] => ["first", "last", "used_by"];
    /// A row of `identity.cards`.
    CardRange at ["policy#/$defs/card_range"] =>
        ["first", "last", "shortest", "longest", "check"];
    /// A constant.
    Constant at ["policy#/$defs/constant"] => ["kind", "value"];
    /// A fact in `policy.toml`.
    Fact at ["policy#/$defs/fact"] => [
        "kind", "domain", "digits", "codes", "specials", "missing", "source", "audience", "actionable",
        "effort", "moves", "evolves", "personal", "derived", "better", "protected", "proxy_for",
    ];
    /// A fact in `facts/<source>.toml`: the file tells the source.
    FactOfSource at ["facts#/$defs/fact"] => [
        "kind", "domain", "digits", "codes", "specials", "missing", "audience", "actionable", "effort",
        "moves", "evolves", "personal", "derived", "better", "protected", "proxy_for",
    ];
    /// The formula of a derived fact.
    Formula at ["policy#/$defs/derived", "facts#/$defs/derived"] => [
        "years_since", "days_since", "ratio", "sum", "days_between", "rounds", "zero", "today",
    ];
    /// What it takes to change a fact.
    Effort at ["policy#/$defs/effort", "facts#/$defs/effort"] =>
        ["fixed", "per_step", "step", "most", "scale", "to"];
    /// A place on the scale of an effort.
    ScalePlace at ["policy#/$defs/scale_place", "facts#/$defs/scale_place"] => ["from", "at"];
    /// A fact that moves when a person changes another.
    Move at ["policy#/$defs/move", "facts#/$defs/move"] => ["fact", "by", "at", "to"];
    /// What runs out with time.
    RunsOut at ["policy#/$defs/runs_out", "facts#/$defs/runs_out"] => ["runs_out", "to"];
    /// A scenario.
    Scenario at ["policy#/$defs/scenario", "scenario#"] =>
        ["audience", "fields", "facts", "scorecard", "limit", "rules"];
    /// The table of limits of a scenario.
    Limit at ["policy#/$defs/limit", "scenario#/$defs/limit"] => ["columns", "tiers", "rows"];
    /// What cuts a table of limits into columns.
    LimitColumns at ["policy#/$defs/limit_columns", "scenario#/$defs/limit_columns"] =>
        ["fact", "below"];
    /// A row of a table of limits.
    LimitRow at ["policy#/$defs/limit_row", "scenario#/$defs/limit_row"] => ["from", "amounts"];
    /// An identity field of a scenario.
    Field at ["policy#/$defs/field", "scenario#/$defs/field"] => ["name", "kind", "birth_date"];
    /// A rule.
    Rule at ["policy#/$defs/rule", "scenario#/$defs/rule"] =>
        ["id", "when", "effect", "reason", "legal_minimum"];
    /// An overlay.
    Overlay at ["overlay#"] =>
        ["from", "until", "region", "constants", "off", "limits", "rules"];
    /// Where an overlay applies.
    OverlayRegion at ["overlay#/$defs/region"] => ["fact", "codes"];
    /// What an overlay says of the limits of a scenario.
    OverlayLimit at ["overlay#/$defs/limit"] => ["at_most"];
    /// A rule that an overlay adds to a scenario.
    OverlayRule at ["overlay#/$defs/rule"] =>
        ["scenario", "id", "when", "effect", "reason", "legal_minimum"];
    /// What concerns `precheck lint` alone.
    Lint at ["policy#/properties/lint"] => ["allow"];
    /// A finding that is allowed.
    Allow at ["policy#/$defs/allow"] => ["code", "for", "because"];
    /// A scorecard.
    Scorecard at ["scorecard#"] => ["base", "digits", "method", "bands", "characteristics"];
    /// A band of a scorecard.
    Band at ["scorecard#/$defs/band"] => ["from", "decision"];
    /// A characteristic of a scorecard.
    Characteristic at ["scorecard#/$defs/characteristic"] =>
        ["fact", "reason", "mean", "neutral", "bins", "codes", "missing", "specials"];
    /// A characteristic by cases.
    Conditional at ["scorecard#/$defs/conditional"] =>
        ["reason", "mean", "neutral", "cases", "otherwise"];
    /// A case of a characteristic.
    Case at ["scorecard#/$defs/case"] => ["when", "points", "reason"];
    /// A bin of a characteristic.
    Bin at ["scorecard#/$defs/bin"] => ["below", "points"];
    /// The whole of `priors.toml`.
    Priors at ["priors#"] => ["segments", "facts"];
    /// How often the values of a fact occur.
    Prior at ["priors#/$defs/prior"] => ["bins", "codes", "missing", "specials"];
    /// A stretch of values of a prior.
    PriorBin at ["priors#/$defs/bin"] => ["below", "weights"];
    /// The front matter of a reason.
    Reason at ["reason#"] =>
        [
            "status", "kind", "disclosure", "lasts", "until", "helps", "contact", "source",
            "covers",
        ];
    /// Until when a reason lasts.
    Until at ["reason#/$defs/until"] => ["fact", "reaches"];
}

/// A closed list of words, and where the schemas enumerate it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// `<schema>#<JSON Pointer>` of each schema with the list as its `enum`.
    pub schemas: Vec<String>,
    /// The words, in the order of the language.
    pub words: Vec<&'static str>,
}

/// Keys of shapes that take words.
type Uses = &'static [(Shape, &'static str)];

/// Every closed list of words that a value may be out of.
#[must_use]
pub fn vocabularies() -> Vec<Vocabulary> {
    fn list<T>(words: &[(&'static str, T)]) -> Vec<&'static str> {
        words.iter().map(|(word, _)| *word).collect()
    }
    let decisions = scorecard::DECISIONS.iter();
    // No rule makes anything milder, see `rule-effect`.
    let effects = decisions.filter(|(_, effect)| *effect != Decision::Approve);
    let fields = FieldKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let locales = Locale::ALL.iter().map(|locale| locale.as_str()).collect();
    let all: [(Vec<&'static str>, Uses); 19] = [
        (
            list(&values::KINDS),
            &[(Shape::Fact, "kind"), (Shape::FactOfSource, "kind")],
        ),
        (constant_kinds(), &[(Shape::Constant, "kind")]),
        (list(&facts::SOURCES), &[(Shape::Fact, "source")]),
        (
            list(&facts::AUDIENCES),
            &[
                (Shape::Fact, "audience"),
                (Shape::FactOfSource, "audience"),
                (Shape::Scenario, "audience"),
            ],
        ),
        (
            list(&facts::ACTIONABLE),
            &[
                (Shape::Fact, "actionable"),
                (Shape::FactOfSource, "actionable"),
            ],
        ),
        (
            effects.map(|(word, _)| *word).collect(),
            &[(Shape::Rule, "effect"), (Shape::OverlayRule, "effect")],
        ),
        (list(&scorecard::DECISIONS), &[(Shape::Band, "decision")]),
        (list(&scorecard::METHODS), &[(Shape::Scorecard, "method")]),
        (list(&reasons::STATUSES), &[(Shape::Reason, "status")]),
        (list(&reasons::KINDS), &[(Shape::Reason, "kind")]),
        (
            list(&reasons::DISCLOSURES),
            &[(Shape::Reason, "disclosure")],
        ),
        (list(&reasons::LASTS), &[(Shape::Reason, "lasts")]),
        (list(&reasons::CONTACTS), &[(Shape::Reason, "contact")]),
        (list(&identity::USES), &[(Shape::Segment, "used_by")]),
        (list(&identity::CHECKS), &[(Shape::CardRange, "check")]),
        (fields, &[(Shape::Field, "kind")]),
        (
            list(&facts::BETTER),
            &[(Shape::Fact, "better"), (Shape::FactOfSource, "better")],
        ),
        (list(&derived::ROUNDS), &[(Shape::Formula, "rounds")]),
        (
            list(&repayment::WEEKENDS),
            &[(Shape::Repayment, "weekends")],
        ),
    ];
    let at = |(shape, key): &(Shape, &str)| -> Vec<String> {
        let places = shape.schemas().iter();
        places
            .map(|place| format!("{place}/properties/{key}"))
            .collect()
    };
    let mut all: Vec<Vocabulary> = all
        .into_iter()
        .map(|(words, uses)| Vocabulary {
            schemas: uses.iter().flat_map(at).collect(),
            words,
        })
        .collect();
    all.push(Vocabulary {
        schemas: vec!["policy#/properties/pack/properties/locales/items".into()],
        words: locales,
    });
    let paces = ["policy", "facts"].map(|schema| format!("{schema}#/$defs/evolves/oneOf/0"));
    all.push(Vocabulary {
        schemas: paces.into(),
        words: list(&moves::PACES),
    });
    all
}

/// A constant is no code and no decimal: one writes that where it is compared.
fn constant_kinds() -> Vec<&'static str> {
    let kinds = values::KINDS.iter();
    kinds
        .filter(|(_, kind)| !matches!(kind, FactKind::Code | FactKind::Decimal))
        .map(|(word, _)| *word)
        .collect()
}
