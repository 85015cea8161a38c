//! Reasons: one Markdown file per code, with a TOML front matter.
//!
//! ```text
//! +++
//! status = "active"
//! …
//! +++
//!
//! # en: A few words
//!
//! ## Requirement
//! …
//! ```

use std::cell::RefCell;
use std::collections::BTreeSet;

use precheck::units::Locale;
use precheck::{
    Arg, Audience, Contact, Disclosure, FactId, FactKind, Lasts, Message, Reason, ReasonId,
    ReasonKind, ReasonText, Until,
};

use super::diagnostic::{Place, Problems, nearest};
use super::facts::{Symbol, Symbols};
use super::grammar::Shape;
use super::markdown::{self, Article};
use super::message::Said;
use super::pack::Pack;
use super::places::Spot;
use super::table::{Node, Table, Toml};

/// Words for whose matter a reason is.
pub(super) const KINDS: [(&str, ReasonKind); 4] = [
    ("applicant", ReasonKind::Applicant),
    ("risk", ReasonKind::Risk),
    ("platform", ReasonKind::Platform),
    ("external", ReasonKind::External),
];
/// Words for what a person is told.
pub(super) const DISCLOSURES: [(&str, Disclosure); 2] =
    [("full", Disclosure::Full), ("neutral", Disclosure::Neutral)];
/// Words for whether a reason goes away.
pub(super) const LASTS: [(&str, Lasts); 4] = [
    ("until-changed", Lasts::UntilChanged),
    ("passes", Lasts::Passes),
    ("short", Lasts::Short),
    ("permanent", Lasts::Permanent),
];
/// Words for who to talk to.
pub(super) const CONTACTS: [(&str, Contact); 3] = [
    ("service", Contact::Service),
    ("security", Contact::Security),
    ("record", Contact::Record),
];
/// Words for whether a reason is given; `true` for one that no longer is.
pub(super) const STATUSES: [(&str, bool); 2] = [("active", false), ("retired", true)];

/// An active reason with its texts, one per locale of the pack.
pub(super) struct Draft<'a> {
    pub(super) reason: Reason,
    pub(super) place: Place<'a>,
    /// Where the file says until when the reason lasts.
    until: Option<Place<'a>>,
    texts: Vec<Article<'a>>,
}

/// All reasons of a pack.
pub(super) struct Reasons<'a> {
    pub(super) active: Vec<Draft<'a>>,
    retired: BTreeSet<&'a str>,
    used: RefCell<BTreeSet<ReasonId>>,
}

impl<'a> Reasons<'a> {
    /// Reads every file of the folder `reasons`.
    pub(super) fn read(
        problems: &Problems<'a>,
        pack: &'a Pack,
        symbols: &Symbols,
        locales: &[Locale],
    ) -> Reasons<'a> {
        let mut reasons = Reasons {
            active: Vec::new(),
            retired: BTreeSet::new(),
            used: RefCell::default(),
        };
        for (code, file, text) in pack.folder("reasons") {
            let is_code = |one: char| one.is_ascii_alphanumeric() || one == '-' || one == '_';
            if !code.starts_with(|one: char| one.is_ascii_alphabetic())
                || !code.chars().all(is_code)
            {
                let help =
                    "name the file with letters, digits, `-` and `_`, beginning with a letter";
                let message = format!("`{code}` cannot be used as a code");
                problems.report(Place::top(file), "reason-malformed", message, help);
            }
            let Some((front, body)) = split(text) else {
                let help = "begin the file with `+++`, keys in TOML, and `+++`";
                let message = "the file has no front matter";
                problems.report(Place::top(file), "front-matter-missing", message, help);
                reasons.active.push(Draft::broken(code, file));
                continue;
            };
            let Some(toml) = Toml::parse(problems, file, &text[front.clone()], front.start) else {
                reasons.active.push(Draft::broken(code, file));
                continue;
            };
            let root = toml.root(problems);
            root.only(Shape::Reason);
            let is_retired = root.need_word("status", &STATUSES);
            if is_retired == Some(true) {
                reasons.retired.insert(code);
                continue;
            }
            let draft = Draft {
                reason: front_matter(root, symbols, code),
                place: Place::top(file),
                until: root.get("until").map(|node| Place { file, ..node.place }),
                texts: markdown::read(problems, symbols, file, text, body, locales),
            };
            draft.same_placeholders(problems, symbols);
            reasons.active.push(draft);
        }
        reasons
    }

    /// The reason that a value names, which is thereby used.
    pub(super) fn resolve(&self, node: Node<'_>) -> Option<ReasonId> {
        let name = node.name()?;
        let found = self
            .active
            .iter()
            .position(|draft| draft.reason.code == name.text);
        let found = found.and_then(|index| ReasonId::try_from(index).ok());
        if let Some(index) = found {
            self.used.borrow_mut().insert(index);
        } else if self.retired.contains(name.text) {
            let message = format!("reason `{}` is retired", name.text);
            node.report(
                "reason-retired",
                message,
                "codes are never reused; declare a new one",
            );
        } else {
            let message = format!("reason `{}` is not declared", name.text);
            let codes = self.active.iter().map(|draft| draft.reason.code.as_str());
            let help = nearest(name.text, codes)
                .unwrap_or_else(|| format!("write it in `reasons/{}.md`", name.text));
            node.report("reason-unknown", message, help);
        }
        found
    }

    /// Reports reasons that nothing gives.
    pub(super) fn report_unused(&self, problems: &Problems<'a>) {
        for (index, draft) in self.active.iter().enumerate() {
            let is_used = self
                .used
                .borrow()
                .iter()
                .any(|used| usize::from(*used) == index);
            if !is_used {
                let message = format!(
                    "reason `{}` is active, but nothing gives it",
                    draft.reason.code
                );
                let help = "use it, or set `status = \"retired\"`: the file stays, so that the code is not reused";
                problems.report(draft.place, "reason-unused", message, help);
            }
        }
    }

    /// Reports texts of a public reason that tell a server fact.
    pub(super) fn report_leaks(
        &self,
        problems: &Problems<'a>,
        symbols: &Symbols,
        is_public: impl Fn(ReasonId) -> bool,
    ) {
        for (index, draft) in (0..).zip(&self.active) {
            let sections = draft.texts.iter().flat_map(Article::sections);
            let args = sections.flat_map(|said| &said.args);
            for (arg, place) in args.filter(|_| is_public(index)) {
                let fact = match arg {
                    Arg::Fact(fact) => fact,
                    Arg::Constant(constant) => {
                        report_overlay_leak(problems, symbols, *constant, *place);
                        continue;
                    }
                };
                let def = symbols.fact(*fact);
                if def.audience == Audience::Server {
                    let message = format!(
                        "`{}` stays on the server, and this text is shipped to browsers",
                        def.name
                    );
                    problems.report(
                        *place,
                        "text-server-fact",
                        message,
                        "say it without the value",
                    );
                }
            }
        }
    }

    /// Reports days that browsers would be told by a fact of the server's own.
    pub(super) fn report_days(
        &self,
        problems: &Problems<'a>,
        symbols: &Symbols,
        is_public: impl Fn(ReasonId) -> bool,
    ) {
        for (index, draft) in (0..).zip(&self.active) {
            let Some((until, place)) = draft.reason.until.zip(draft.until) else {
                continue;
            };
            let def = symbols.fact(until.fact);
            if is_public(index) && def.audience == Audience::Server {
                let message = format!(
                    "`{}` stays on the server, and the day would tell it",
                    def.name
                );
                let help = "leave `until` out, or make the fact public";
                problems.report(place, "until-server-fact", message, help);
            }
            if let Some(constant) = until.reach.filter(|_| is_public(index)) {
                report_overlay_leak(problems, symbols, constant, place);
            }
        }
    }

    /// Where the title of a reason stands in the pack's locale with this position.
    pub(super) fn title(&self, reason: ReasonId, locale: usize) -> Option<Place<'a>> {
        let draft = self.active.get(usize::from(reason))?;
        Some(
            draft
                .texts
                .get(locale)
                .map_or(draft.place, |text| text.place(0)),
        )
    }

    /// The texts of all active reasons in the pack's locale with this position.
    pub(super) fn texts(&self, locale: usize) -> Option<Vec<ReasonText>> {
        self.active
            .iter()
            .map(|draft| draft.texts.get(locale)?.text())
            .collect()
    }

    /// What the help centre says besides about all active reasons, in the same locale.
    pub(super) fn lessons(&self, locale: usize) -> Vec<Lesson> {
        let drafts = self.active.iter();
        drafts.map(|draft| draft.lesson(locale)).collect()
    }
}

/// What the help centre says about a reason besides what a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lesson {
    /// The example, as the author wrote it; Markdown.
    pub(crate) example: String,
    /// How to do it right, step by step, and where each stands.
    pub(crate) steps: Vec<(Message, Spot)>,
}

/// Reports a constant whose value tells browsers what only the server knows.
fn report_overlay_leak(
    problems: &Problems<'_>,
    symbols: &Symbols,
    constant: u16,
    place: Place<'_>,
) {
    let constant = symbols.constant(constant);
    for (index, _) in &constant.overlaid {
        let overlay = &symbols.overlays[usize::from(*index)];
        let facts = overlay.facts();
        let mut facts = facts.iter().map(|fact| symbols.fact(*fact));
        if let Some(def) = facts.find(|def| def.audience == Audience::Server) {
            let message = format!(
                "the overlay `{}` gives `{}` another value by `{}`, which stays on the server",
                overlay.name, constant.name, def.name
            );
            let help = "say it without the value, or make the fact public";
            problems.report(place, "text-server-overlay", message, help);
        }
    }
}

impl<'a> Draft<'a> {
    /// Keeps the code of a file that could not be read.
    fn broken(code: &str, file: &'a str) -> Draft<'a> {
        let reason = Reason {
            code: code.into(),
            kind: ReasonKind::Applicant,
            disclosure: Disclosure::Full,
            lasts: Lasts::UntilChanged,
            helps: Vec::new(),
            until: None,
            contact: Contact::Service,
        };
        Draft {
            reason,
            place: Place::top(file),
            until: None,
            texts: Vec::new(),
        }
    }

    /// Every locale says the same: the same placeholders per section.
    fn same_placeholders(&self, problems: &Problems<'a>, symbols: &Symbols) {
        let Some((first, others)) = self.texts.split_first() else {
            return;
        };
        for other in others {
            for (index, name) in markdown::PARTS.iter().enumerate() {
                let (Some(one), Some(two)) = (first.part(index), other.part(index)) else {
                    continue;
                };
                let list = |said: &Said<'_>| -> BTreeSet<String> {
                    said.args
                        .iter()
                        .map(|(arg, _)| arg_name(symbols, *arg))
                        .collect()
                };
                let (one, listed) = (list(one), list(two));
                if one != listed {
                    let differ: Vec<String> = one
                        .symmetric_difference(&listed)
                        .map(|name| format!("`${name}`"))
                        .collect();
                    let message = format!(
                        "the {name} has other placeholders than in {}: {}",
                        first.locale.as_str(),
                        differ.join(", ")
                    );
                    let help = "use the same placeholders in every locale";
                    problems.report(other.place(index), "placeholders-differ", message, help);
                }
            }
        }
    }

    /// What the help centre says besides, in the pack's locale with this position.
    fn lesson(&self, locale: usize) -> Lesson {
        let Some(article) = self.texts.get(locale) else {
            return Lesson::default();
        };
        let steps = article.steps.iter();
        Lesson {
            example: article.example.into(),
            steps: steps
                .map(|(said, at)| (said.message.clone(), (*at).into()))
                .collect(),
        }
    }
}

fn arg_name(symbols: &Symbols, arg: Arg) -> String {
    match arg {
        Arg::Fact(fact) => symbols.fact(fact).name.clone(),
        Arg::Constant(index) => symbols.constant(index).name.clone(),
    }
}

/// The ranges of the front matter and of the body.
fn split(text: &str) -> Option<(core::ops::Range<usize>, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "+++")?;
    let mut at = first.len();
    for line in lines {
        if line.trim_end() == "+++" {
            return Some((first.len()..at, at + line.len()));
        }
        at += line.len();
    }
    None
}

fn front_matter(root: Table<'_>, symbols: &Symbols, code: &str) -> Reason {
    let kind = root
        .need_word("kind", &KINDS)
        .unwrap_or(ReasonKind::Applicant);
    let disclosure = root
        .need_word("disclosure", &DISCLOSURES)
        .unwrap_or(Disclosure::Full);
    let lasts = root
        .need_word("lasts", &LASTS)
        .unwrap_or(Lasts::UntilChanged);
    let helps = root.get("helps").and_then(Node::array).unwrap_or_default();
    let helps: Vec<FactId> = helps
        .into_iter()
        .filter_map(|node| symbols.need_fact(node))
        .collect();
    if let Some(name) = root
        .need("source")
        .and_then(|node| Some((node, node.name()?)))
        && name.1.text.trim().is_empty()
    {
        name.0.report(
            "source-empty",
            "the source is empty",
            "say where the reason comes from",
        );
    }
    let until = root.get("until").and_then(|node| until(symbols, node));
    let contact = root.get("contact").and_then(|node| node.word(&CONTACTS));
    let of_kind = match kind {
        ReasonKind::Risk => Contact::Security,
        _ => Contact::Service,
    };
    // Which rows of a catalogue a reason covers is kept for the readers of the source.
    root.names("covers");
    Reason {
        code: code.into(),
        kind,
        disclosure,
        lasts,
        helps,
        until,
        contact: contact.unwrap_or(of_kind),
    }
}

/// `until = { fact = "…", reaches = "…" }`: a fact that tells a day, and the
/// constant that it has to reach.
fn until(symbols: &Symbols, node: Node<'_>) -> Option<Until> {
    let table = node.table()?;
    table.only(Shape::Until);
    let fact = symbols.need_fact(table.need("fact")?)?;
    let kind = symbols.fact(fact).kind;
    let reaches = table.get("reaches");
    let reach = match reaches {
        None => None,
        Some(node) => {
            let name = node.name()?;
            let Some(Symbol::Constant(index)) = symbols.get(name.text) else {
                let message = format!("no constant is called `{}`", name.text);
                let names = symbols.constants.iter().map(|one| one.name.as_str());
                node.report("constant-unknown", message, nearest(name.text, names));
                return None;
            };
            Some((index, symbols.constant(index).kind))
        }
    };
    let tells = matches!(
        (kind, reach.map(|(_, kind)| kind)),
        (FactKind::Days | FactKind::Date, None | Some(FactKind::Days))
            | (FactKind::Date, Some(FactKind::Years))
    );
    if !tells {
        let help = "name a date, with days or years after it, or a number of days, which runs \
                    down, or rises to another";
        node.report("until-kind", "this does not tell a day", help);
        return None;
    }
    Some(Until {
        fact,
        reach: reach.map(|(index, _)| index),
    })
}
