//! Paying back: to the fen, on the right day, at the rate that it says.

#![expect(
    clippy::float_arithmetic,
    reason = "the rate is held against a calculation that shares nothing with it"
)]

use precheck::units::{Date, Locale};
use precheck::{
    Instalments, Policy, RepaymentPlan, Terms, Weekends, render_repayment, repay, repayment,
};
use proptest::prelude::*;

use crate::random::{Random, model};
use crate::scenarios::sample;

fn day(text: &str) -> Date {
    Date::parse(text).expect("a day of the calendar")
}

fn terms() -> Terms {
    Terms {
        statement_day: 1,
        due_days: 27,
        weekends: Weekends::Keep,
        instalments: Some(Instalments {
            count: 3,
            fee: 6_000,
            least: 1,
        }),
        late: 500,
        reminders: vec![3, 0],
        overdue: vec![1, 30],
    }
}

fn policy(terms: Terms) -> Policy {
    let mut model = model(&mut Random(1));
    model.repayment = Some(terms);
    Policy::from_model(model).expect("the terms are sound")
}

fn plans(policy: &Policy, amount: i64, from: Date) -> Vec<RepaymentPlan> {
    let found = repayment(policy, amount, from);
    found.expect("an amount and a day that there are").plans
}

/// Everything that has to hold of a plan for an amount.
fn adds_up(plan: &RepaymentPlan, amount: i64, count: u8, fee: u32, from: Date) {
    let parts = &plan.instalments;
    let sum = |of: fn(&precheck::Instalment) -> i64| parts.iter().map(of).sum::<i64>();
    assert_eq!(parts.len(), usize::from(count), "{amount}");
    assert_eq!(sum(|one| one.principal), amount);
    assert_eq!(sum(|one| one.fee), plan.fee, "{amount}");
    assert_eq!(sum(|one| one.total), plan.total, "{amount}");
    assert_eq!(plan.total, amount + plan.fee);
    let exact = i128::from(amount) * i128::from(fee) * i128::from(count);
    let down = i128::from(plan.fee) * 1_000_000;
    assert!(
        down <= exact && exact < down + 1_000_000,
        "{amount}: the fee"
    );
    for two in parts.windows(2) {
        assert!(two[0].due < two[1].due, "{amount}: in order");
        assert!(two[0].statement < two[1].statement);
        assert!((0..=2).contains(&(two[0].total - two[1].total)), "{amount}");
    }
    for one in parts {
        assert!(
            one.principal >= 0 && one.fee >= 0,
            "{amount}: never less than nothing"
        );
        assert_eq!(one.total, one.principal + one.fee);
        assert!(from < one.statement && one.statement < one.due);
    }
}

#[test]
fn every_amount_up_to_200_000_yuan_adds_up() {
    let policy = policy(terms());
    let from = day("2026-11-22");
    let all = (1..=30_000)
        .chain((30_000..=20_000_000).step_by(997))
        .chain(19_999_990..=20_000_000);
    for amount in all {
        let plans = plans(&policy, amount, from);
        assert_eq!(plans.len(), 2, "{amount}");
        adds_up(&plans[0], amount, 1, 0, from);
        adds_up(&plans[1], amount, 3, 6_000, from);
        assert_eq!((plans[0].fee, plans[0].yearly), (0, 0), "{amount}: free");
    }
}

/// The daily rate at which the payments are worth the amount, times 365, by
/// halving an interval in floating point.
fn independent(plan: &RepaymentPlan, amount: i64, from: Date) -> f64 {
    let worth = |yearly: f64| -> f64 {
        let daily = 1.0 + yearly / 365.0;
        let parts = plan.instalments.iter().map(|one| {
            let days = one.due.days() - from.days();
            one.total as f64 / daily.powi(days)
        });
        parts.sum()
    };
    let (mut low, mut high) = (0.0, 10.0);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if worth(middle) > amount as f64 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever sound terms, amount and day: the plan adds up, and its rate is
    /// the nearest millionth to what another calculation finds.
    #[test]
    fn plans_add_up_and_the_rate_is_the_internal_rate_of_return(
        amount in prop_oneof![1..=1_000_i64, 1..=20_000_000_i64, 1..=1_000_000_000_i64],
        from in -20_000..60_000_i32,
        statement_day in 1..=31_u8,
        due_days in 1..=60_u8,
        weekends in 0..3_u8,
        count in 2..=12_u8,
        fee in 0..=12_000_u32,
    ) {
        let from = Date::from_days(from).expect("in the calendar");
        let mut terms = terms();
        terms.statement_day = statement_day;
        terms.due_days = due_days;
        terms.weekends = match weekends {
            0 => Weekends::Keep,
            1 => Weekends::Next,
            _ => Weekends::Previous,
        };
        terms.instalments = Some(Instalments { count, fee, least: 1 });
        // The Friday before can be the day of the statement, or before it.
        prop_assume!(terms.weekends != Weekends::Previous || due_days > 2);
        let plans = plans(&policy(terms), amount, from);
        adds_up(&plans[0], amount, 1, 0, from);
        adds_up(&plans[1], amount, count, fee, from);
        let rate = independent(&plans[1], amount, from);
        let told = f64::from(plans[1].yearly) / 1e6;
        prop_assert!((told - rate).abs() <= 0.5e-6 + 1e-9, "{told} for {rate}");
    }
}

/// Rows: statement day, days until due, weekends, day of the order; the days of
/// three statements and on which they are due.
#[test]
#[rustfmt::skip] // One row, one line.
fn statements_and_due_days() {
    use Weekends::{Keep, Next, Previous};
    for (statement_day, due_days, weekends, from, expected, why) in [
        (1, 27, Keep, "2026-11-22", ["2026-12-01 2026-12-28", "2027-01-01 2027-01-28", "2027-02-01 2027-02-28"], "the usual way"),
        (1, 27, Next, "2026-11-22", ["2026-12-01 2026-12-28", "2027-01-01 2027-01-28", "2027-02-01 2027-03-01"], "a Sunday becomes Monday"),
        (1, 27, Previous, "2026-11-22", ["2026-12-01 2026-12-28", "2027-01-01 2027-01-28", "2027-02-01 2027-02-26"], "a Sunday becomes Friday"),
        (1, 26, Next, "2027-01-31", ["2027-02-01 2027-03-01", "2027-03-01 2027-03-29", "2027-04-01 2027-04-27"], "Saturdays become Monday"),
        (1, 26, Previous, "2027-01-31", ["2027-02-01 2027-02-26", "2027-03-01 2027-03-26", "2027-04-01 2027-04-27"], "Saturdays become Friday"),
        (1, 29, Keep, "2026-12-01", ["2027-01-01 2027-01-30", "2027-02-01 2027-03-02", "2027-03-01 2027-03-30"], "an order of the statement's day is on the next: sixty days"),
        (1, 29, Keep, "2026-11-30", ["2026-12-01 2026-12-30", "2027-01-01 2027-01-30", "2027-02-01 2027-03-02"], "the day before is on this one"),
        (31, 10, Keep, "2026-01-30", ["2026-01-31 2026-02-10", "2026-02-28 2026-03-10", "2026-03-31 2026-04-10"], "the last day where a month is shorter"),
        (31, 10, Keep, "2026-02-28", ["2026-03-31 2026-04-10", "2026-04-30 2026-05-10", "2026-05-31 2026-06-10"], "and the day itself is on the next"),
        (30, 1, Keep, "2028-02-28", ["2028-02-29 2028-03-01", "2028-03-30 2028-03-31", "2028-04-30 2028-05-01"], "a leap year has the 29th"),
        (29, 1, Keep, "2100-02-27", ["2100-02-28 2100-03-01", "2100-03-29 2100-03-30", "2100-04-29 2100-04-30"], "2100 is no leap year"),
        (15, 20, Keep, "1969-12-31", ["1970-01-15 1970-02-04", "1970-02-15 1970-03-07", "1970-03-15 1970-04-04"], "over the turn of a year, before the first day that is counted from"),
    ] {
        let policy = policy(Terms { statement_day, due_days, weekends, ..terms() });
        let plans = plans(&policy, 30_000, day(from));
        let found: Vec<String> = plans[1].instalments.iter().map(|one| format!("{} {}", one.statement, one.due)).collect();
        assert_eq!(found, expected, "{why}");
        assert_eq!(plans[0].instalments[0].due, plans[1].instalments[0].due);
    }
}

/// The sample promises sixty days: some order has as many, and none has more.
#[test]
fn an_order_is_free_for_up_to_sixty_days() {
    let sample = sample();
    let free = (0..1_461).map(|ahead| {
        let from = Date::from_days(day("2026-11-01").days() + ahead).expect("a day");
        let plans = plans(&sample.public, 1, from);
        plans[0].instalments[0].due.days() - from.days()
    });
    let free: Vec<i32> = free.collect();
    assert_eq!(free.iter().max(), Some(&60));
    assert_eq!(free.iter().min(), Some(&28));
}

#[test]
fn reminders_come_before_and_what_is_late_costs_after() {
    let policy = policy(terms());
    let plans = plans(&policy, 100_001, day("2026-11-22"));
    let told = |part: &precheck::Instalment| -> Vec<(String, i32, i64)> {
        let all = part.reminders.iter();
        all.map(|one| (one.on.to_string(), one.days, one.late))
            .collect()
    };
    assert_eq!(
        told(&plans[0].instalments[0]),
        [
            ("2026-12-25".to_owned(), -3, 0),
            ("2026-12-28".to_owned(), 0, 0),
            // 1 000.01 yuan at 0.05 % a day is 50 fen and a bit, for 30 days 15 yuan and a bit.
            ("2026-12-29".to_owned(), 1, 50),
            ("2027-01-27".to_owned(), 30, 1_500),
        ]
    );
}

#[test]
fn what_cannot_be_planned_says_why() {
    let none = Policy::from_model(model(&mut Random(1))).expect("a sound model");
    let some = policy(terms());
    let usual = day("2026-11-22");
    for (policy, amount, from, code) in [
        (&none, 1, usual, "repayment-none"),
        (&some, 0, usual, "repayment-amount"),
        (&some, -1, usual, "repayment-amount"),
        (&some, 1_000_000_001, usual, "repayment-amount"),
        (&some, i64::MAX, usual, "repayment-amount"),
        (&some, 1, day("2999-12-31"), "repayment-day"),
        (&some, 1, day("2998-01-01"), "repayment-day"),
    ] {
        let problem = repayment(policy, amount, from).expect_err(code);
        assert_eq!(problem.code, code, "{amount} on {from}");
    }
    // The last day on which orders are planned for, with all that may follow it.
    let longest = policy(Terms {
        statement_day: 31,
        due_days: 60,
        weekends: Weekends::Next,
        instalments: Some(Instalments {
            count: 12,
            fee: 100_000,
            least: 1,
        }),
        overdue: vec![255],
        ..terms()
    });
    assert_eq!(plans(&longest, 1_000_000_000, day("2997-12-31")).len(), 2);
    // What is too little is not split.
    let mut terms = terms();
    if let Some(split) = &mut terms.instalments {
        split.least = 10_000;
    }
    let some = policy(terms);
    assert_eq!(plans(&some, 9_999, usual).len(), 1);
    assert_eq!(plans(&some, 10_000, usual).len(), 2);
}

/// The order on the sample's page, in words.
#[test]
fn the_sample_says_it_in_both_languages() {
    let sample = sample();
    let from = day("2026-11-22");
    let said = |locale| {
        let document = repay(&sample.public, 150_000, from, locale).expect("a plan");
        let notice = document.notice;
        assert_eq!(notice.locale, locale);
        let mut lines = Vec::new();
        for plan in notice.plans {
            lines.push(plan.title);
            lines.extend(plan.instalments);
            lines.push(plan.yearly);
        }
        lines.push(notice.late);
        lines
    };
    assert_eq!(
        said(Locale::ZhCn),
        [
            "最晚 2026年12月28日一次还清 1,500 元，不收费用",
            "综合年化成本 0%（单利，已包含全部费用）",
            "分 3 期还，一共还 1,527 元，其中费用 27 元",
            "最晚 2026年12月28日还 509 元，其中费用 9 元",
            "最晚 2027年1月28日还 509 元，其中费用 9 元",
            "最晚 2027年3月1日还 509 元，其中费用 9 元",
            "综合年化成本 9.6846%（单利，已包含全部费用）",
            "过了还款日还没有还的部分，从第二天起每天按 0.05% 收取违约金，还清就停。",
        ]
    );
    assert_eq!(
        said(Locale::En),
        [
            "Pay ¥1,500 back at once by 28 December 2026, without any fee",
            "Yearly cost 0% (simple interest, all fees included)",
            "Pay back in 3 parts, ¥1,527 together, of which ¥27 is the fee",
            "¥509 by 28 December 2026, of which ¥9 is the fee",
            "¥509 by 28 January 2027, of which ¥9 is the fee",
            "¥509 by 1 March 2027, of which ¥9 is the fee",
            "Yearly cost 9.6846% (simple interest, all fees included)",
            "What is not paid by its day costs 0.05% of it a day from the next day on, until it is paid.",
        ]
    );
}

/// Both sides of the projection say the same, with the same bytes but for whose
/// policy it is.
#[test]
fn a_browser_says_what_the_server_says() {
    let sample = sample();
    for amount in [1, 9_999, 10_000, 150_000, 20_000_000] {
        for locale in Locale::ALL {
            let from = day("2027-02-28");
            let server = repayment(&sample.server, amount, from).expect("a plan");
            let public = repayment(&sample.public, amount, from).expect("a plan");
            assert_eq!(server.plans, public.plans);
            assert_eq!(
                render_repayment(&sample.server, &server, *locale),
                render_repayment(&sample.public, &public, *locale)
            );
        }
    }
}
