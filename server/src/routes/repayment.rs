//! How an order can be paid back, for callers without the WASM package.
//!
//! An amount and a day are nobody's personal data, so they may stand in the
//! address, and the answer is the same for everybody. Nothing is kept.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use precheck::repay;
use precheck::units::{Date, Locale};

use super::{Service, json};
use crate::clock::Moment;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::DEFAULT_LOCALE;

/// The parameters that there are.
const NAMES: [&str; 3] = ["amount", "from", "locale"];

/// What is asked for: `?amount=160000&from=2026-11-22&locale=en`.
struct Query {
    amount: i64,
    from: Option<Date>,
    locale: Locale,
}

pub(super) async fn show(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let query = read(uri.query().unwrap_or_default())?;
    let locale = query.locale;
    let today = || {
        let today = service.as_of;
        today.or_else(|| Moment::now().map(|now| now.date()))
    };
    let from = query.from.or_else(today);
    let from = from.ok_or_else(|| Problem::new(ProblemKind::Internal, locale))?;
    match repay(
        &service.policies.active().public,
        query.amount,
        from,
        locale,
    ) {
        Ok(document) => Ok(json(document.to_json())),
        Err(problem) if problem.code == "repayment-none" => {
            Err(Problem::new(ProblemKind::NotFound, locale))
        }
        Err(problem) => {
            let faults = vec![Fault::from(problem)];
            Err(Problem::at(ProblemKind::ApplicationInvalid, locale, faults))
        }
    }
}

/// Reads the parameters, each at most once and none besides.
fn read(query: &str) -> Result<Query, Problem> {
    let given: Vec<(&str, &str)> = query
        .split('&')
        .filter(|one| !one.is_empty())
        .map(|one| one.split_once('=').unwrap_or((one, "")))
        .collect();
    let find = |wanted: &str| given.iter().find(|(name, _)| *name == wanted);
    // The locale first: everything else is said in it.
    let tag = find("locale").map(|(_, value)| Locale::parse(value));
    let locale = tag.flatten().unwrap_or(DEFAULT_LOCALE);
    let mut faults = Vec::new();
    let mut fault = |at: &str, code: &'static str, zh: &str, en: &str| {
        let detail = if locale == Locale::En { en } else { zh };
        faults.push(Fault::new(at, code, detail));
    };
    if tag == Some(None) {
        let (zh, en) = ("请写 zh-CN 或 en。", "Write zh-CN or en.");
        fault("/locale", "locale-unknown", zh, en);
    }
    for (index, (name, _)) in given.iter().enumerate() {
        if !NAMES.contains(name) {
            // A name that is nobody's is not repeated.
            let zh = "没有这个参数；可用的有 amount、from、locale。";
            let en = "There is no such parameter; there are amount, from, locale.";
            fault("", "member-unknown", zh, en);
        } else if given[..index].iter().any(|(other, _)| other == name) {
            let (zh, en) = ("重复的参数，请只写一次。", "Give it once.");
            fault(&format!("/{name}"), "member-duplicate", zh, en);
        }
    }
    let amount = find("amount").map(|(_, value)| value.parse::<i64>().ok());
    match amount {
        None => fault(
            "/amount",
            "member-missing",
            "请写明金额。",
            "Say the amount.",
        ),
        Some(None) => {
            let zh = "金额请写整数，单位为分，例如 160000。";
            let en = "Write whole fen, such as 160000.";
            fault("/amount", "member-type", zh, en);
        }
        Some(Some(_)) => {}
    }
    let from = find("from").map(|(_, value)| Date::parse(value));
    if from == Some(None) {
        let zh = "日期请写成 2026-11-22 的样子。";
        let en = "Write a day such as 2026-11-22.";
        fault("/from", "member-type", zh, en);
    }
    match amount.flatten() {
        Some(amount) if faults.is_empty() => Ok(Query {
            amount,
            from: from.flatten(),
            locale,
        }),
        _ => Err(Problem::at(ProblemKind::RequestInvalid, locale, faults)),
    }
}
