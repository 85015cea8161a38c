//! A policy pack as source → the models that are shipped.
//!
//! | file | what it holds |
//! |---|---|
//! | `policy.toml` | the pack, constants; facts and scenarios too where they are few |
//! | `facts/<source>.toml` | the facts of one source |
//! | `scenarios/<name>.toml` | one scenario with its rules |
//! | `scorecards/<id>.toml` | one scorecard |
//! | `overlays/<name>.toml` | what is otherwise in some regions or on some days |
//! | `reasons/<CODE>.md` | one reason with its texts in every locale |
//! | `locales/<locale>.ftl` | the other texts in one locale |
//! | `priors.toml` | how often the values of facts occur |
//!
//! Every problem is reported, with its place. A pack that compiles loads.

mod blocks;
mod cases;
mod cel_words;
mod condition;
mod derived;
pub(crate) mod diagnostic;
mod excerpt;
pub(crate) mod facts;
mod grammar;
mod identity;
mod impossible;
mod limits;
mod locales;
mod markdown;
mod message;
mod moves;
mod overlays;
mod pack;
mod places;
mod priors;
mod project;
mod reasons;
mod repayment;
mod scenarios;
mod scorecard;
mod short;
pub(crate) mod table;
mod values;

pub(crate) use diagnostic::Problems;
pub use diagnostic::{Diagnostic, Severity};
pub use grammar::{Shape, Vocabulary, vocabularies};
pub use pack::Pack;
pub(crate) use pack::folders as pack_folders;
pub(crate) use places::{Allowed, Better, FactNotes, Places, RulePlaces, ScenarioPlaces, Spot};
pub use project::project;
pub(crate) use reasons::Lesson;

use precheck::units::{Date, Locale};
use precheck::{Audience, Disclosure, FactId, Model, Priors, ReasonId, Source, Texts};

use diagnostic::Place;
use facts::Symbols;
use overlays::Changes;
use pack::{POLICY, PRIORS};
use reasons::Reasons;
use scorecard::Card;
use table::{Node, Table, Toml};

/// Stands in for a day that could not be read.
const EPOCH: Date = match Date::from_days(0) {
    Some(date) => date,
    None => panic!("1970-01-01 is a day of the calendar"),
};

/// Where the calendar of the engine begins and ends.
const FIRST_DAY: Date = match Date::from_ymd(1800, 1, 1) {
    Some(date) => date,
    None => panic!("1800-01-01 is a day of the calendar"),
};
const LAST_DAY: Date = match Date::from_ymd(2999, 12, 31) {
    Some(date) => date,
    None => panic!("2999-12-31 is a day of the calendar"),
};

/// A compiled pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// The whole policy.
    pub server: Model,
    /// What of it a browser may have.
    pub public: Model,
    /// Where everything stands in the source.
    pub(crate) places: Places,
}

/// Compiles a pack.
///
/// # Errors
///
/// Every problem, `policy.toml` first, then in the order of paths and lines.
pub fn compile(pack: &Pack) -> Result<Compiled, Vec<Diagnostic>> {
    let problems = Problems::new(pack);
    match model(&problems, pack) {
        Some((server, places)) if problems.is_empty() => {
            let public = project(&server);
            Ok(Compiled {
                server,
                public,
                places,
            })
        }
        _ => Err(problems.into_sorted()),
    }
}

/// `[pack]`; what could not be read is missing and has been reported.
#[derive(Default)]
struct Header<'t> {
    name: Option<String>,
    version: Option<u32>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
    locales: Vec<(Locale, Place<'t>)>,
    neutral_reason: Option<Node<'t>>,
    says_would_fail: bool,
}

fn model<'a>(problems: &Problems<'a>, pack: &'a Pack) -> Option<(Model, Places)> {
    let Some(text) = pack.text(POLICY) else {
        let help = "a pack is a folder with a `policy.toml`";
        problems.report(
            Place::top(POLICY),
            "file-missing",
            "the pack has no `policy.toml`",
            help,
        );
        return None;
    };
    let toml = Toml::parse(problems, POLICY, text, 0)?;
    let policy = toml.root(problems);
    policy.only(Shape::Policy);
    let header = header(policy).unwrap_or_default();
    let locales: Vec<Locale> = header.locales.iter().map(|(locale, _)| *locale).collect();
    let (segments, cards_of_banks) = identity::read(policy);
    let files = |folder: &'static str| -> Vec<(&'a str, Toml<'a>)> {
        let files = pack.folder(folder);
        files
            .filter_map(|(name, file, text)| Some((name, Toml::parse(problems, file, text, 0)?)))
            .collect()
    };
    let fact_files = files("facts");
    let days = (
        header.valid_from.unwrap_or(FIRST_DAY),
        header.valid_until.unwrap_or(LAST_DAY),
    );
    let mut symbols = facts::read(problems, policy, &fact_files, days);
    let overlay_files = files("overlays");
    overlays::read(problems, &mut symbols, &overlay_files, days);
    let symbols = symbols;
    let combinations = impossible::read(problems, &symbols, policy);
    let priors = pack.text(PRIORS).map_or(Some(Priors::NONE), |text| {
        let toml = Toml::parse(problems, PRIORS, text, 0)?;
        priors::read(&symbols, problems, toml.root(problems))
    });
    let reasons = Reasons::read(problems, pack, &symbols, &locales);
    let card_files = files("scorecards");
    let cards: Vec<Card<'_>> = card_files
        .iter()
        .map(|(name, toml)| {
            scorecard::read(
                problems,
                &symbols,
                &reasons,
                name,
                toml.file,
                toml.root(problems),
            )
        })
        .collect();
    let scenario_files = files("scenarios");
    let (scenarios, scenario_places) = scenarios::read(
        problems,
        &symbols,
        &reasons,
        &cards,
        policy,
        &scenario_files,
        &Changes::new(problems, &overlay_files),
    );
    symbols.report_unused_values(problems);
    let neutral = header
        .neutral_reason
        .and_then(|node| neutral(&reasons, node));
    reasons.report_unused(problems);
    let mut model = Model {
        pack: header.name.clone().unwrap_or_default(),
        version: header.version.unwrap_or_default(),
        audience: Audience::Server,
        valid_from: header.valid_from.unwrap_or(EPOCH),
        valid_until: header.valid_until,
        segments,
        cards: cards_of_banks,
        facts: symbols.facts.clone(),
        constants: symbols.constants.clone(),
        overlays: symbols.shipped(),
        derived: symbols.derived.clone(),
        impossible: combinations.all,
        reasons: reasons
            .active
            .iter()
            .map(|draft| draft.reason.clone())
            .collect(),
        neutral_reason: neutral.unwrap_or_default(),
        scenarios,
        priors: priors.unwrap_or(Priors::NONE),
        changes: symbols.moves.changes.clone(),
        couplings: symbols.moves.couplings.clone(),
        evolutions: symbols.moves.evolutions.clone(),
        repayment: repayment::read(policy, &symbols),
        texts: Vec::new(),
        says_would_fail: header.says_would_fail,
    };
    impossible::report_nothing_left(problems, &model, &combinations.places);
    let shipped = project::public_reasons(&model);
    reasons.report_leaks(problems, &symbols, |reason| shipped.contains(&reason));
    reasons.report_days(problems, &symbols, |reason| shipped.contains(&reason));
    report_confidential_points(problems, &model, &cards);
    model.texts = texts(problems, pack, &symbols, &model, &reasons, &header)?;
    if problems.is_empty() {
        short::check(problems, pack, &model, &reasons);
    }
    let drafts = reasons.active.iter();
    let places = Places {
        facts: symbols.notes.clone(),
        reasons: drafts.map(|draft| draft.place.into()).collect(),
        impossible: combinations.places,
        couplings: symbols.moves.places.clone(),
        scenarios: scenario_places,
        allowed: allowed(policy),
        lessons: (0..locales.len()).map(|at| reasons.lessons(at)).collect(),
    };
    Some((model, places))
}

/// `[lint]`: findings that the author has looked at and keeps, with reasons.
fn allowed(policy: Table<'_>) -> Vec<Allowed> {
    let Some(lint) = policy.get("lint").and_then(Node::table) else {
        return Vec::new();
    };
    lint.only(Shape::Lint);
    let one = |entry: Table<'_>| {
        entry.only(Shape::Allow);
        let code = entry.need("code")?.name()?;
        entry.need("for");
        let because = entry.need("because")?.name()?;
        if because.text.trim().is_empty() {
            let message = "nothing is allowed without a reason";
            entry.get("because")?.report(
                "lint-because",
                message,
                "say why the finding is right to keep",
            );
        }
        let names = entry.names("for").into_iter();
        Some(Allowed {
            code: code.text.into(),
            names: names.map(|name| name.text.into()).collect(),
            because: because.text.into(),
            at: code.place.into(),
        })
    };
    let entries = lint.array_of_tables("allow").into_iter();
    entries.filter_map(one).collect()
}

fn header(policy: Table<'_>) -> Option<Header<'_>> {
    let table = policy.need("pack")?.table()?;
    table.only(Shape::Pack);
    let name = table.need("name").and_then(Node::name);
    if let Some((name, node)) = name.zip(table.get("name")) {
        let allowed = |one: char| one.is_ascii_alphanumeric() || one == '-';
        if name.text.is_empty() || !name.text.chars().all(allowed) {
            let help = "use letters, digits and `-`";
            node.report("name-malformed", "this cannot be the name of a pack", help);
        }
    }
    let version = table.need("version").and_then(|node| {
        let version = u32::try_from(node.integer()?)
            .ok()
            .filter(|version| *version > 0);
        if version.is_none() {
            node.report("version-range", "a version is at least 1", None);
        }
        version
    });
    let valid_from = table.need("valid_from").and_then(Node::date);
    let last_day = table.get("valid_until");
    let valid_until = last_day.and_then(Node::date);
    if let Some((node, (from, until))) = last_day.zip(valid_from.zip(valid_until))
        && until < from
    {
        node.report(
            "period-empty",
            "the policy would never be in force",
            "`valid_until` is the last day, and not before `valid_from`; leave it out for no end",
        );
    }
    let neutral_reason = table.need("neutral_reason");
    let mut locales: Vec<(Locale, Place<'_>)> = Vec::new();
    let tags: Vec<(&str, Locale)> = Locale::ALL
        .iter()
        .map(|locale| (locale.as_str(), *locale))
        .collect();
    for node in table
        .need("locales")
        .and_then(Node::array)
        .unwrap_or_default()
    {
        let Some(locale) = node.word(&tags) else {
            continue;
        };
        if locales.iter().any(|(other, _)| *other == locale) {
            node.report(
                "locale-duplicate",
                "the locale is listed twice",
                "remove one",
            );
        } else {
            locales.push((locale, node.place));
        }
    }
    if let Some(node) = table.get("locales").filter(|_| locales.is_empty()) {
        node.report("locales-empty", "a pack needs a locale", None);
    }
    let says_would_fail = table.get("says_would_fail").and_then(Node::boolean);
    Some(Header {
        says_would_fail: says_would_fail.unwrap_or(true),
        name: name.map(|name| name.text.into()),
        version,
        valid_from,
        valid_until,
        locales,
        neutral_reason,
    })
}

fn neutral(reasons: &Reasons<'_>, node: Node<'_>) -> Option<ReasonId> {
    let reason = reasons.resolve(node)?;
    let draft = reasons.active.get(usize::from(reason))?;
    if draft.reason.disclosure == Disclosure::Neutral {
        let message = "the neutral reason is said itself, so it must be disclosed";
        node.report(
            "neutral-disclosure",
            message,
            "set `disclosure = \"full\"` in its file",
        );
    }
    Some(reason)
}

/// A characteristic of a public fact ships with its points; that its reason is
/// confidential would then be an illusion.
fn report_confidential_points(problems: &Problems<'_>, model: &Model, cards: &[Card<'_>]) {
    for card in cards {
        let characteristics = card.card.iter().flat_map(|card| &card.characteristics);
        for (one, (_, place)) in characteristics.zip(&card.facts) {
            let def = &model.facts[usize::from(one.fact)];
            let reason = model.reasons.get(usize::from(one.reason));
            let is_neutral = reason.is_some_and(|one| one.disclosure == Disclosure::Neutral);
            if is_neutral && def.audience == Audience::Public {
                let message = "the points of a public fact cannot have a confidential reason";
                let help = "disclose the reason, or keep the fact on the server";
                problems.report(*place, "reason-disclosure", message, help);
            }
        }
        for one in &card.cases {
            let mut ends = one.conditional.ends();
            let is_neutral = ends.any(|(_, reason)| {
                let reason = model.reasons.get(usize::from(reason));
                reason.is_some_and(|one| one.disclosure == Disclosure::Neutral)
            });
            let mut facts = one.conditional.facts();
            let is_server = |fact| model.facts[usize::from(fact)].audience == Audience::Server;
            if is_neutral && !facts.any(is_server) {
                let message = "the points of public facts cannot have a confidential reason";
                let help = "disclose the reason, or keep a fact on the server";
                problems.report(one.place, "reason-disclosure", message, help);
            }
        }
    }
}

fn texts<'a>(
    problems: &Problems<'a>,
    pack: &'a Pack,
    symbols: &Symbols,
    model: &Model,
    reasons: &Reasons<'a>,
    header: &Header<'_>,
) -> Option<Vec<Texts>> {
    for (tag, file, _) in pack.folder("locales") {
        if !header
            .locales
            .iter()
            .any(|(locale, _)| locale.as_str() == tag)
        {
            let message = format!("the pack does not list the locale `{tag}`");
            let help = "add it to `locales` in `policy.toml`, or delete the file";
            problems.report(Place::top(file), "locale-unknown", message, help);
        }
    }
    let is_asked = |fact: FactId| {
        let def = symbols.fact(fact);
        let is_derived = model.derived.iter().any(|derived| derived.fact == fact);
        def.source == Source::Applicant
            && !is_derived
            && !scenarios::is_given(&model.scenarios, fact)
    };
    let mut all = Some(Vec::new());
    for (index, (locale, place)) in header.locales.iter().enumerate() {
        let found = pack
            .folder("locales")
            .find(|(tag, ..)| *tag == locale.as_str());
        let words = match found {
            Some((_, file, text)) => {
                locales::read(problems, symbols, model, file, text, *locale, is_asked)
            }
            None => {
                let file = format!("locales/{}.ftl", locale.as_str());
                let message = format!("the locale has no file `{file}`");
                problems.report(*place, "locale-missing", message, "add the file");
                None
            }
        };
        let texts = words
            .zip(reasons.texts(index))
            .map(|(words, reasons)| Texts {
                locale: *locale,
                phrases: words.phrases,
                wordings: words.wordings,
                facts: words.facts,
                impossible: words.impossible,
                reasons,
                issues: words.issues,
            });
        all = all.zip(texts).map(|(mut all, texts)| {
            all.push(texts);
            all
        });
    }
    all
}
