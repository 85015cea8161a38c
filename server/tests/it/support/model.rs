//! A small policy, made by hand so that these tests need neither a compiler
//! nor a product. It has one rule for each thing that a demo account shows.

use precheck::identity::{FieldKind, IssueCode};
use precheck::units::{Date, Locale};
use precheck::{
    Actionable, Audience, Contact, Decision, Derived, Disclosure, FactDef, FactId, FactKind,
    FactText, Field, Formula, IssueText, Lasts, Message, Model, Op, Phrase, Priors, Reason,
    ReasonKind, ReasonText, Rule, Scenario, Source, Test, Texts, Token,
};

const BIRTH_DATE: FactId = 0;
const AGE: FactId = 1;
const MONTHLY_INCOME: FactId = 2;
const EMPLOYMENT: FactId = 3;
const ACCOUNT_AGE_DAYS: FactId = 5;
/// Facts from here on are the server's.
const FIRST_SERVER_FACT: usize = 7;
const OVERDUE_12M: FactId = 7;
const ZHIMA_SCORE: FactId = 8;
const INQUIRIES_3M: FactId = 9;
const IDENTITY_MATCH: FactId = 10;
const APPLICATIONS_24H: FactId = 11;
const LOGIN_PLACES_7D: FactId = 12;

const EMPLOYMENTS: &[&str] = &[
    "employed",
    "self-employed",
    "freelance",
    "student",
    "retired",
    "none",
];
const STUDENT: i64 = 3;
const MISMATCH: i64 = 1;

/// The full policy.
pub(crate) fn server() -> Model {
    let facts = facts();
    let reasons = reasons();
    let names: Vec<String> = reasons.iter().map(|reason| reason.code.clone()).collect();
    let texts = Locale::ALL
        .iter()
        .map(|&locale| texts(locale, &facts, &names))
        .collect();
    Model {
        pack: "hand-made".into(),
        version: 7,
        audience: Audience::Server,
        segments: Vec::new(),
        cards: Vec::new(),
        valid_from: Date::from_ymd(2026, 1, 1).expect("a day of the calendar"),
        valid_until: Date::from_ymd(2027, 12, 31),
        constants: Vec::new(),
        overlays: Vec::new(),
        derived: vec![Derived {
            fact: AGE,
            formula: Formula::YearsSince(BIRTH_DATE),
        }],
        impossible: Vec::new(),
        reasons,
        neutral_reason: 0,
        scenarios: vec![scenario((0..).take(facts.len()).collect())],
        priors: Priors::NONE,
        changes: Vec::new(),
        couplings: Vec::new(),
        evolutions: Vec::new(),
        repayment: None,
        says_would_fail: true,
        texts,
        facts,
    }
}

/// What a browser may have of it.
pub(crate) fn public() -> Model {
    let mut model = server();
    model.audience = Audience::Public;
    model.facts.truncate(FIRST_SERVER_FACT);
    for texts in &mut model.texts {
        texts.facts.truncate(FIRST_SERVER_FACT);
    }
    let is_server = |fact: &FactId| usize::from(*fact) >= FIRST_SERVER_FACT;
    for scenario in &mut model.scenarios {
        scenario.facts.retain(|fact| !is_server(fact));
        for rule in &mut scenario.rules {
            let reads = |op: &Op| matches!(op, Op::Atom(fact, _) if is_server(fact));
            if rule.when.iter().any(reads) {
                rule.when = vec![Op::Opaque];
            }
        }
    }
    model
}

fn facts() -> Vec<FactDef> {
    use FactKind::{Code, Days, Integer, Money, Years};
    use Source::{Account, Applicant, Bureau, Fraud};
    let day = |text| i64::from(Date::parse(text).expect("a day of the calendar").days());
    let mut facts = vec![
        fact("birth_date", FactKind::Date, day("2100-12-31"), Applicant),
        fact("age", Years, 150, Applicant),
        fact("monthly_income", Money, 100_000_000, Applicant),
        coded("employment", EMPLOYMENTS, Applicant),
        fact("monthly_debt", Money, 100_000_000, Applicant),
        fact("account_age_days", Days, 20_000, Account),
        fact("orders_12m", Integer, 10_000, Account),
        fact("overdue_12m", Integer, 1000, Bureau),
        fact("zhima_score", Integer, 950, Bureau),
        fact("inquiries_3m", Integer, 1000, Bureau),
        coded("identity_match", &["match", "mismatch"], Bureau),
        fact("applications_24h", Integer, 1000, Fraud),
        fact("login_places_7d", Integer, 1000, Fraud),
    ];
    facts[usize::from(BIRTH_DATE)].min = day("1900-01-01");
    for def in &mut facts[FIRST_SERVER_FACT..] {
        def.audience = Audience::Server;
        if def.source == Bureau {
            def.specials = vec!["unavailable".into()];
            def.may_be_missing = def.kind != Code;
        }
    }
    facts
}

fn fact(name: &str, kind: FactKind, max: i64, source: Source) -> FactDef {
    FactDef {
        name: name.into(),
        kind,
        min: 0,
        max,
        digits: 0,
        codes: Vec::new(),
        specials: Vec::new(),
        may_be_missing: false,
        source,
        audience: Audience::Public,
        actionable: Actionable::No,
        personal: true,
    }
}

fn coded(name: &str, codes: &[&str], source: Source) -> FactDef {
    let last = i64::try_from(codes.len() - 1).expect("a short list");
    let codes = codes.iter().map(|&code| code.into()).collect();
    FactDef {
        codes,
        ..fact(name, FactKind::Code, last, source)
    }
}

fn reasons() -> Vec<Reason> {
    let reason = |code: &str, disclosure| Reason {
        code: code.into(),
        kind: ReasonKind::Applicant,
        disclosure,
        lasts: Lasts::UntilChanged,
        helps: Vec::new(),
        until: None,
        contact: Contact::Service,
    };
    let mut reasons = vec![reason("NOT-NAMED", Disclosure::Full)];
    let open = [
        "MINOR",
        "LOW-INCOME",
        "STUDENT",
        "NEW-ACCOUNT",
        "OVERDUE",
        "MISMATCH",
        "NO-ANSWER",
    ];
    reasons.extend(open.map(|code| reason(code, Disclosure::Full)));
    reasons.extend(["VELOCITY", "PLACES"].map(|code| reason(code, Disclosure::Neutral)));
    reasons
}

fn scenario(facts: Vec<FactId>) -> Scenario {
    use Decision::{Decline, Refer, RetryLater};
    let sources = [OVERDUE_12M, ZHIMA_SCORE, INQUIRIES_3M, IDENTITY_MATCH];
    let mut no_answer = sources
        .map(|fact| Op::Atom(fact, Test::Special(0)))
        .to_vec();
    no_answer.push(Op::Any(4));
    let field = |name: &str, kind, birth_date| Field {
        name: name.into(),
        kind,
        birth_date,
    };
    Scenario {
        name: "activation".into(),
        audience: Audience::Public,
        fields: vec![
            field("name", FieldKind::CnName, None),
            field("id_number", FieldKind::CnId, Some(BIRTH_DATE)),
            field("phone", FieldKind::CnMobile, None),
        ],
        facts,
        rules: vec![
            rule(1, one(AGE, Test::AtMost(17)), Decline),
            rule(2, one(MONTHLY_INCOME, Test::AtMost(199_999)), Decline),
            rule(3, one(EMPLOYMENT, Test::OneOf(vec![STUDENT])), Decline),
            rule(4, one(ACCOUNT_AGE_DAYS, Test::AtMost(29)), Refer),
            rule(5, one(OVERDUE_12M, Test::AtLeast(3)), Decline),
            rule(6, one(IDENTITY_MATCH, Test::OneOf(vec![MISMATCH])), Decline),
            rule(7, no_answer, RetryLater),
            rule(8, one(APPLICATIONS_24H, Test::AtLeast(5)), Decline),
            rule(9, one(LOGIN_PLACES_7D, Test::AtLeast(4)), Refer),
        ],
        scorecard: None,
        limit: None,
    }
}

fn one(fact: FactId, test: Test) -> Vec<Op> {
    vec![Op::Atom(fact, test)]
}

fn rule(reason: u16, when: Vec<Op>, effect: Decision) -> Rule {
    Rule {
        id: format!("R-{reason}"),
        when,
        effect,
        reason,
    }
}

fn texts(locale: Locale, facts: &[FactDef], reasons: &[String]) -> Texts {
    let tag = locale.as_str();
    let message =
        |of: &str, what: &str| Message::from_iter([Token::Text(&format!("{of} {what} ({tag})"))]);
    let reason = |code: &String| ReasonText {
        title: message(code, "title"),
        requirement: message(code, "requirement"),
        notice: message(code, "notice"),
        help: message(code, "help"),
    };
    let fact = |def: &FactDef| FactText {
        label: format!("{} ({tag})", def.name),
        question: format!("{}? ({tag})", def.name),
        codes: def.codes.clone(),
        specials: def.specials.clone(),
    };
    Texts {
        issues: IssueCode::ALL
            .iter()
            .map(|issue| IssueText {
                issue: issue.number(),
                text: issue.message(locale).into(),
            })
            .collect(),
        locale,
        phrases: Phrase::ALL
            .iter()
            .map(|one| format!("{} ({tag})", one.id()))
            .collect(),
        wordings: Vec::new(),
        facts: facts.iter().map(fact).collect(),
        impossible: Vec::new(),
        reasons: reasons.iter().map(reason).collect(),
    }
}
