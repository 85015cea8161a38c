//! What somebody wants of activation links and codes.

use axum::http::Uri;
use precheck::FactInput;
use precheck::units::Locale;

use super::{Problem, ProblemKind, Shape, parts};
use crate::problem::Fault;

/// A link to make. It holds personal data, so it cannot be printed.
pub(crate) struct IssueRequest {
    pub(crate) locale: Locale,
    pub(crate) account: String,
    /// As it was typed.
    pub(crate) phone: Option<String>,
}

/// A code to send. It holds personal data, so it cannot be printed.
pub(crate) struct CodeRequest {
    pub(crate) locale: Locale,
    /// What it is for: a scenario. Links have theirs.
    pub(crate) purpose: String,
    /// As it was typed.
    pub(crate) phone: String,
}

/// What a form of a link holds. It holds personal data, so it cannot be printed.
pub(crate) struct FormRequest {
    pub(crate) locale: Locale,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) facts: Vec<(String, FactInput)>,
}

/// Reads `{ account, phone, locale }`; the phone may be left out.
pub(crate) fn parse_issue(bytes: &[u8]) -> Result<IssueRequest, Problem> {
    let (mut parts, mut shape) = parts(bytes, &["account", "phone", "locale"])?;
    let phone = parts.texts.remove("phone").flatten();
    match parts.text(&mut shape, "account") {
        Some(account) if shape.faults.is_empty() => Ok(IssueRequest {
            locale: shape.locale,
            account,
            phone,
        }),
        _ => Err(shape.problem()),
    }
}

/// Reads `{ purpose, phone, locale }`.
pub(crate) fn parse_code(bytes: &[u8]) -> Result<CodeRequest, Problem> {
    let (mut parts, mut shape) = parts(bytes, &["purpose", "phone", "locale"])?;
    let purpose = parts.text(&mut shape, "purpose");
    let phone = parts.text(&mut shape, "phone");
    match (purpose, phone) {
        (Some(purpose), Some(phone)) if shape.faults.is_empty() => Ok(CodeRequest {
            locale: shape.locale,
            purpose,
            phone,
        }),
        _ => Err(shape.problem()),
    }
}

/// Reads `{ phone, locale }` for a purpose that is known.
pub(crate) fn parse_link_code(bytes: &[u8], purpose: &str) -> Result<CodeRequest, Problem> {
    let (mut parts, mut shape) = parts(bytes, &["phone", "locale"])?;
    match parts.text(&mut shape, "phone") {
        Some(phone) if shape.faults.is_empty() => Ok(CodeRequest {
            locale: shape.locale,
            purpose: purpose.to_owned(),
            phone,
        }),
        _ => Err(shape.problem()),
    }
}

/// Reads `{ locale }`.
pub(crate) fn parse_opening(bytes: &[u8]) -> Result<Locale, Problem> {
    let (_, shape) = parts(bytes, &["locale"])?;
    finished(shape).map(|shape| shape.locale)
}

/// Reads `{ fields, facts, locale }`.
pub(crate) fn parse_form(bytes: &[u8]) -> Result<FormRequest, Problem> {
    let (parts, shape) = parts(bytes, &["fields", "facts", "locale"])?;
    let shape = finished(shape)?;
    Ok(FormRequest {
        locale: shape.locale,
        fields: parts.fields,
        facts: parts.facts,
    })
}

fn finished(shape: Shape) -> Result<Shape, Problem> {
    if shape.faults.is_empty() {
        Ok(shape)
    } else {
        Err(shape.problem())
    }
}

/// The version that `?after=` says was seen already.
pub(crate) fn after_of(uri: &Uri, locale: Locale) -> Result<Option<i64>, Problem> {
    let mut parameters = uri.query().unwrap_or_default().split('&');
    let Some(text) = parameters.find_map(|one| one.strip_prefix("after=")) else {
        return Ok(None);
    };
    let number: Option<i64> = text.parse().ok().filter(|number| *number >= 0);
    number.map(Some).ok_or_else(|| {
        let detail = match locale {
            Locale::En => "Write the `position` of an earlier answer as `after`.",
            _ => "after 请填之前回答里的 position。",
        };
        let fault = Fault::new("", "position-malformed", detail);
        Problem::at(ProblemKind::RequestInvalid, locale, vec![fault])
    })
}
