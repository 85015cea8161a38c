//! How long one check takes, beside other libraries, in one run.
//!
//! Every row judges the same values: made up, right by their check digits.
//! Time is the best of many rounds, so that other work on the machine does not
//! count. Two more columns say what the time buys: how many of the right
//! values a library accepts, and how many wrong ones it refuses.
//!
//! `--values` prints the values as JSON instead, for the same run in Node.

mod values;

use std::hint::black_box;
use std::time::Instant;

use precheck::identity::{FieldKind, Status, Verdict, check, check_packed};
use precheck::units::Date;
use values::Values;

const ROUNDS: usize = 200;

/// A peer does the same in more time than this; fewer rounds are enough.
const SLOW: u128 = 20_000_000;

type Judge = Box<dyn Fn(&str) -> bool>;

fn main() {
    let all = values::all();
    if std::env::args().any(|argument| argument == "--values") {
        println!("{}", values::json(&all));
        return;
    }
    println!(
        "{:<11} {:<38} {:>9} {:>8} {:>9} {:>9}",
        "kind", "library", "ns", "ratio", "accepts", "refuses"
    );
    for values in &all {
        let Some(kind) = FieldKind::parse(values.kind) else {
            println!("{:<11} this engine does not know the kind", values.kind);
            continue;
        };
        let mut base = None;
        for (name, judge) in ours(kind).into_iter().chain(peers(values.kind)) {
            let time = nanoseconds(&judge, &values.right);
            let base = *base.get_or_insert(time);
            println!(
                "{:<11} {name:<38} {:>9.1} {:>7.1}x {:>8}‰ {:>8}‰",
                values.kind,
                time,
                time / base,
                share(values, |values| values
                    .right
                    .iter()
                    .filter(|one| judge(one))
                    .count()),
                share(values, |values| values
                    .wrong
                    .iter()
                    .filter(|one| !judge(one))
                    .count()),
            );
        }
    }
}

fn share(values: &Values, count: impl Fn(&Values) -> usize) -> usize {
    count(values) * 1000 / values.right.len()
}

/// The best time of one call.
fn nanoseconds(judge: &Judge, values: &[String]) -> f64 {
    let mut best = u128::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for value in values {
            black_box(judge(black_box(value)));
        }
        best = best.min(start.elapsed().as_nanos());
        if best > SLOW {
            break;
        }
    }
    best as f64 / values.len() as f64
}

fn today() -> Date {
    Date::from_ymd(2026, 11, 22).expect("a day of the calendar")
}

fn is_good(status: Status) -> bool {
    matches!(status, Status::Ok | Status::Warn)
}

fn ours(kind: FieldKind) -> Vec<(&'static str, Judge)> {
    let today = today();
    vec![
        (
            "precheck check_packed",
            Box::new(move |value| {
                let packed = check_packed(kind, value, today);
                Verdict::unpack(packed).is_some_and(|verdict| is_good(verdict.status))
            }),
        ),
        (
            "precheck check",
            Box::new(move |value| is_good(check(kind, value, today).status)),
        ),
    ]
}

/// What other crates call a good value, in the way their pages show first.
fn peers(kind: &str) -> Vec<(&'static str, Judge)> {
    match kind {
        "cn_id" => vec![
            (
                "idcard 0.3.0",
                Box::new(|value| idcard::Identity::new(value).is_valid()),
            ),
            (
                "china_identification_card 10.3.0 (sum)",
                Box::new(|value| {
                    china_identification_card::ChineseIdCard::is_valid_id_number(value)
                }),
            ),
        ],
        "cn_mobile" => vec![(
            "phonenumber 0.3.10",
            Box::new(|value| {
                phonenumber::parse(Some(phonenumber::country::Id::CN), value)
                    .is_ok_and(|number| number.is_valid())
            }),
        )],
        "bankcard" => vec![
            (
                "card-validate 2.4.0",
                Box::new(|value| card_validate::Validate::from(value).is_ok()),
            ),
            (
                "creditcard-identifier 2.3.0",
                Box::new(|value| {
                    creditcard_identifier::is_supported(value) && creditcard_identifier::luhn(value)
                }),
            ),
            (
                "luhn3 1.1.0 (sum)",
                Box::new(|value| luhn3::decimal::valid(value.as_bytes())),
            ),
        ],
        "uscc" => vec![(
            "regex-collection 0.1.3 (shape)",
            Box::new(regex_collection::common::is_unified_social_credit_code),
        )],
        _ => Vec::new(),
    }
}
