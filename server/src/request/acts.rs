//! What somebody wants done to a line.

use precheck::units::{Date, Locale};

use super::{Problem, Shape, parts};

/// Something to do to a line.
pub(crate) struct ActRequest {
    pub(crate) locale: Locale,
    /// What: a word, not looked up yet.
    pub(crate) act: String,
    /// The new limit in fen.
    pub(crate) limit: Option<i64>,
    /// The last day of what ends by itself.
    pub(crate) until: Option<Date>,
    /// Why, in words that the person is told.
    pub(crate) because: Option<String>,
}

/// The most characters of a reason.
const MOST_CHARACTERS: usize = 500;

/// Reads what a person does: `{ act }`.
pub(crate) fn parse_own_act(bytes: &[u8]) -> Result<ActRequest, Problem> {
    read(bytes, &["act", "locale"])
}

/// Reads what an operator does: `{ act, limit, until, because }`. A reason has
/// to be there, since the person is told it.
pub(crate) fn parse_act(bytes: &[u8]) -> Result<ActRequest, Problem> {
    read(bytes, &["act", "locale", "limit", "until", "because"])
}

/// What somebody asks for a second look at.
pub(crate) struct AppealRequest {
    pub(crate) locale: Locale,
    /// The decision's id.
    pub(crate) decision: String,
    /// Why, in the person's words.
    pub(crate) statement: String,
}

/// The most characters of a statement.
const MOST_STATED: usize = 4000;

/// Reads `{ decision, statement }`.
pub(crate) fn parse_appeal(bytes: &[u8]) -> Result<AppealRequest, Problem> {
    let (mut parts, mut shape) = parts(bytes, &["decision", "statement", "locale"])?;
    let decision = parts.text(&mut shape, "decision");
    let statement = parts.text(&mut shape, "statement");
    let is_fine = |text: &String| {
        let is_plain = |one: char| !one.is_control() || one == '\n';
        let count = text.chars().count();
        !text.trim().is_empty() && count <= MOST_STATED && text.chars().all(is_plain)
    };
    if statement.as_ref().is_some_and(|text| !is_fine(text)) {
        let zh = format!("请写 1 到 {MOST_STATED} 个字。");
        let en = format!("Write 1 to {MOST_STATED} characters.");
        shape.fault("/statement", "member-range", &zh, &en);
    }
    match (decision, statement) {
        (Some(decision), Some(statement)) if shape.faults.is_empty() => Ok(AppealRequest {
            locale: shape.locale,
            decision,
            statement,
        }),
        _ => Err(shape.problem()),
    }
}

/// Decisions to take again.
pub(crate) struct RedecisionRequest {
    pub(crate) locale: Locale,
    /// The fact that was wrong.
    pub(crate) fact: String,
    /// The first row of the log.
    pub(crate) from: i64,
    /// The last one.
    pub(crate) to: i64,
    /// Why: the persons are told it.
    pub(crate) because: String,
}

/// Reads `{ fact, from, to, because }`.
pub(crate) fn parse_redecision(bytes: &[u8]) -> Result<RedecisionRequest, Problem> {
    let (mut parts, mut shape) = parts(bytes, &["fact", "from", "to", "because", "locale"])?;
    let fact = parts.text(&mut shape, "fact");
    let because = parts.text(&mut shape, "because");
    let because = because.filter(|text| is_told(text, &mut shape));
    let [from, to] = ["from", "to"].map(|name| {
        let row = parts.rows.get(name).copied();
        let is_there = shape.has_fault(&format!("/{name}"));
        if row.is_none() && !is_there {
            let (zh, en) = (format!("缺少 {name}。"), format!("Add `{name}`."));
            shape.fault(format!("/{name}"), "member-missing", &zh, &en);
        }
        row
    });
    match (fact, from, to, because) {
        (Some(fact), Some(from), Some(to), Some(because)) if shape.faults.is_empty() => {
            Ok(RedecisionRequest {
                locale: shape.locale,
                fact,
                from,
                to,
                because,
            })
        }
        _ => Err(shape.problem()),
    }
}

fn read(bytes: &[u8], allowed: &[&str]) -> Result<ActRequest, Problem> {
    let (mut parts, mut shape) = parts(bytes, allowed)?;
    let act = parts.text(&mut shape, "act");
    let until = parts.texts.remove("until").flatten();
    let day = until.as_deref().and_then(Date::parse);
    if until.is_some() && day.is_none() {
        shape.wrong_type("/until", "日期 YYYY-MM-DD", "a day as YYYY-MM-DD");
    }
    let because = if allowed.contains(&"because") {
        let because = parts.text(&mut shape, "because");
        because.filter(|text| is_told(text, &mut shape))
    } else {
        None
    };
    match act {
        Some(act) if shape.faults.is_empty() => Ok(ActRequest {
            locale: shape.locale,
            act,
            limit: parts.limit,
            until: day,
            because,
        }),
        _ => Err(shape.problem()),
    }
}

/// Whether a text can be told as it is: not empty, not endless, no controls.
pub(super) fn is_told(text: &str, shape: &mut Shape) -> bool {
    let is_fine = !text.trim().is_empty()
        && text.chars().count() <= MOST_CHARACTERS
        && !text.chars().any(char::is_control);
    if !is_fine {
        let zh = format!("请写 1 到 {MOST_CHARACTERS} 个字，不要换行。");
        let en = format!("Write 1 to {MOST_CHARACTERS} characters on one line.");
        shape.fault("/because", "member-range", &zh, &en);
    }
    is_fine
}
