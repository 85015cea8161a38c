//! Names that came and went, and texts that read otherwise.

use precheck::{
    Arg, Change, FactId, Message, Model, Pace, Phrase, Prior, Pull, Reason, ReasonText, Texts,
    Token,
};

/// Named things of two sides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Only the new side has them.
    pub added: Vec<String>,
    /// Only the old side had them.
    pub removed: Vec<String>,
    /// Both have them, and they are not the same.
    pub changed: Vec<String>,
}

impl Names {
    /// Compares two lists by name, in the order of each.
    pub(super) fn of<'n, T: PartialEq>(
        old: impl Iterator<Item = (&'n str, T)>,
        new: impl Iterator<Item = (&'n str, T)>,
    ) -> Names {
        let old: Vec<_> = old.collect();
        let mut names = Names::default();
        let mut kept = Vec::new();
        for (name, value) in new {
            match old.iter().find(|(other, _)| *other == name) {
                None => names.added.push(name.to_owned()),
                Some((_, before)) if *before != value => names.changed.push(name.to_owned()),
                Some(_) => {}
            }
            kept.push(name);
        }
        let gone = old.into_iter().filter(|(name, _)| !kept.contains(name));
        names.removed.extend(gone.map(|(name, _)| name.to_owned()));
        names
    }

    /// Whether nothing came, went or changed.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// The reasons with what is told of them, facts by name.
pub(super) fn reasons(model: &Model) -> impl Iterator<Item = (&str, (Vec<&str>, String))> {
    model.reasons.iter().map(|reason| {
        let Reason {
            kind,
            disclosure,
            lasts,
            contact,
            ..
        } = reason;
        let helps = reason.helps.iter();
        let helps = helps.map(|fact| model.facts[usize::from(*fact)].name.as_str());
        let until = reason.until.map(|until| {
            let reach = until
                .reach
                .map(|index| &*model.constants[usize::from(index)].name);
            (&*model.facts[usize::from(until.fact)].name, reach)
        });
        let how = format!("{kind:?} {disclosure:?} {lasts:?} {until:?} {contact:?}");
        (&*reason.code, (helps.collect(), how))
    })
}

/// What else differs of two policies that has a name of its own.
pub(super) fn parts(old: &Model, new: &Model) -> Vec<&'static str> {
    let days = |model: &Model| (model.valid_from, model.valid_until);
    let parts = [
        ("days in force", days(old) != days(new)),
        (
            "what a person can change, and with what effort",
            !Names::of(changes(old), changes(new)).is_empty() || !couplings(old).eq(couplings(new)),
        ),
        (
            "what moves with time",
            !Names::of(evolutions(old), evolutions(new)).is_empty(),
        ),
        (
            "what is expected of applicants",
            old.priors.segments != new.priors.segments
                || !Names::of(priors(old), priors(new)).is_empty(),
        ),
        ("how orders are paid back", old.repayment != new.repayment),
        (
            "whether a pre-check says that something would fail",
            old.says_would_fail != new.says_would_fail,
        ),
        ("mobile numbers", old.segments != new.segments),
        ("bank cards", old.cards != new.cards),
    ];
    let differing = parts.into_iter().filter(|(_, differs)| *differs);
    differing.map(|(part, _)| part).collect()
}

fn name(model: &Model, fact: FactId) -> &str {
    let def = model.facts.get(usize::from(fact));
    def.map_or("", |def| &def.name)
}

/// How a person changes facts, by name.
fn changes(model: &Model) -> impl Iterator<Item = (&str, Change)> {
    model.changes.iter().map(|one| {
        let (fact, change) = (0, one.clone());
        (name(model, one.fact), Change { fact, ..change })
    })
}

/// What moves with a change, by names.
fn couplings(model: &Model) -> impl Iterator<Item = (&str, &str, Pull)> {
    let all = model.couplings.iter();
    all.map(|one| (name(model, one.fact), name(model, one.moves), one.pull))
}

/// What moves with time, by name.
fn evolutions(model: &Model) -> impl Iterator<Item = (&str, Pace)> {
    let all = model.evolutions.iter();
    all.map(|one| (name(model, one.fact), one.pace))
}

/// How often the values of facts occur, by name.
fn priors(model: &Model) -> impl Iterator<Item = (&str, Prior)> {
    model.priors.facts.iter().map(|one| {
        let (fact, prior) = (0, one.clone());
        (name(model, one.fact), Prior { fact, ..prior })
    })
}

/// The texts of a locale that both sides have and read otherwise.
pub(super) fn texts(models: [&Model; 2], texts: [&Texts; 2]) -> Vec<String> {
    let [old, new] = [0, 1].map(|side: usize| all(models[side], texts[side]));
    let changed = Names::of(
        old.iter().map(|(name, text)| (&**name, text)),
        new.iter().map(|(name, text)| (&**name, text)),
    )
    .changed;
    let locale = texts[1].locale.as_str();
    let named = changed.into_iter().map(|name| format!("{locale}/{name}"));
    named.collect()
}

/// Every text under a name that does not depend on positions.
fn all(model: &Model, texts: &Texts) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (phrase, text) in Phrase::ALL.iter().zip(&texts.phrases) {
        all.push((format!("phrase/{}", phrase.id()), text.clone()));
    }
    for one in &texts.wordings {
        let scenario = model.scenarios.get(usize::from(one.scenario));
        let phrase = Phrase::ALL.get(usize::from(one.phrase));
        if let Some((scenario, phrase)) = scenario.zip(phrase) {
            let name = format!("phrase/{}-{}", scenario.name, phrase.id());
            all.push((name, one.text.clone()));
        }
    }
    for (def, text) in model.facts.iter().zip(&texts.facts) {
        let mut add = |part: &str, text: &str| {
            all.push((format!("fact/{}/{part}", def.name), text.to_owned()));
        };
        add("label", &text.label);
        add("question", &text.question);
        let codes = def.codes.iter().chain(&def.specials);
        for (code, text) in codes.zip(text.codes.iter().chain(&text.specials)) {
            add(code, text);
        }
    }
    for (reason, text) in model.reasons.iter().zip(&texts.reasons) {
        let ReasonText {
            title,
            requirement,
            notice,
            help,
        } = text;
        for (part, message) in [
            ("title", title),
            ("requirement", requirement),
            ("notice", notice),
            ("help", help),
        ] {
            let name = format!("reason/{}/{part}", reason.code);
            all.push((name, written(model, message)));
        }
    }
    for issue in &texts.issues {
        all.push((format!("issue/{}", issue.issue), issue.text.clone()));
    }
    all
}

/// A message with its placeholders by name.
fn written(model: &Model, message: &Message) -> String {
    let name = |arg: Arg| {
        let name = match arg {
            Arg::Fact(fact) => model.facts.get(usize::from(fact)).map(|def| &def.name),
            Arg::Constant(at) => model.constants.get(usize::from(at)).map(|one| &one.name),
        };
        name.map_or("", String::as_str)
    };
    let tokens = message.tokens().map(|token| match token {
        Token::Text(text) => text.to_owned(),
        Token::Arg(arg) => format!("{{{}}}", name(arg)),
        Token::Select(arg) => format!("{{{}:", name(arg)),
        Token::When(variant) => format!("{variant:?}="),
        Token::Otherwise => "*=".to_owned(),
        Token::End => "}".to_owned(),
    });
    tokens.collect()
}
