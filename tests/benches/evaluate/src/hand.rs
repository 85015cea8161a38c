//! The policy written by hand: what a good programmer would write for this one policy, and nothing else.
//!
//! It works on the engine's integers (fen, basis points, places of codes), so that both read the same numbers.

use std::hint::black_box;

use crate::measure::Row;
use crate::workload::{Answer, Decided, Result, Workload};

/// One applicant.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Applicant {
    pub(crate) age: i64,
    pub(crate) kyc_status: i64,
    pub(crate) region: i64,
    pub(crate) id_expiry_days: i64,
    pub(crate) name_match: i64,
    pub(crate) phone_age_days: i64,
    pub(crate) account_age_days: i64,
    pub(crate) overdue_days_max: i64,
    pub(crate) times_overdue_12m: i64,
    pub(crate) current_overdue_amount: i64,
    pub(crate) monthly_income: i64,
    pub(crate) debt_to_income: i64,
    pub(crate) attempts_24h: i64,
    pub(crate) zhima_score: i64,
    pub(crate) device_risk: i64,
    pub(crate) is_blacklisted: i64,
    pub(crate) orders_12m: i64,
    pub(crate) spend_12m: i64,
    pub(crate) employment: i64,
}

const VERIFIED: i64 = 0;
/// Regions 0 to 7 are served, in the order of the pack's codes.
const LAST_REGION_SERVED: i64 = 7;
const STUDENT: i64 = 2;
const RETIRED: i64 = 3;

impl Applicant {
    fn of(workload: &Workload, index: usize) -> Applicant {
        let mut applicant = Applicant::default();
        for fact in 0..workload.policy.model().facts.len() as u16 {
            applicant.set(workload, fact, workload.value(index, fact));
        }
        applicant
    }

    /// Sets the field of a fact of the policy.
    pub(crate) fn set(&mut self, workload: &Workload, fact: u16, value: i64) {
        let name = workload
            .policy
            .fact(fact)
            .map_or("", |def| def.name.as_str());
        let field = match name {
            "age" => &mut self.age,
            "kyc_status" => &mut self.kyc_status,
            "region" => &mut self.region,
            "id_expiry_days" => &mut self.id_expiry_days,
            "name_match" => &mut self.name_match,
            "phone_age_days" => &mut self.phone_age_days,
            "account_age_days" => &mut self.account_age_days,
            "overdue_days_max" => &mut self.overdue_days_max,
            "times_overdue_12m" => &mut self.times_overdue_12m,
            "current_overdue_amount" => &mut self.current_overdue_amount,
            "monthly_income" => &mut self.monthly_income,
            "debt_to_income" => &mut self.debt_to_income,
            "attempts_24h" => &mut self.attempts_24h,
            "zhima_score" => &mut self.zhima_score,
            "device_risk" => &mut self.device_risk,
            "is_blacklisted" => &mut self.is_blacklisted,
            "orders_12m" => &mut self.orders_12m,
            "spend_12m" => &mut self.spend_12m,
            "employment" => &mut self.employment,
            // No rule looks at the twentieth.
            _ => return,
        };
        *field = value;
    }
}

fn bin(value: i64, cuts: [i64; 4], points: [i64; 5]) -> i64 {
    for (cut, points) in cuts.into_iter().zip(points) {
        if value < cut {
            return points;
        }
    }
    points[4]
}

/// Decides one applicant: every rule, the score, the decision.
pub(crate) fn decide(a: &Applicant) -> Answer {
    let mut failed = 0_u32;
    let mut rule = |number: u32, fails: bool| failed |= u32::from(fails) << (number - 1);
    rule(1, a.age < 18);
    rule(2, a.age > 60);
    rule(3, a.kyc_status != VERIFIED);
    rule(4, a.region > LAST_REGION_SERVED);
    rule(5, a.id_expiry_days < 30);
    rule(6, a.name_match == 0);
    rule(7, a.phone_age_days < 90);
    rule(8, a.account_age_days < 60);
    rule(9, a.overdue_days_max > 30);
    rule(10, a.times_overdue_12m > 2);
    rule(11, a.current_overdue_amount > 0);
    rule(12, a.monthly_income < 200_000 && a.employment != RETIRED);
    rule(13, a.debt_to_income > 5_500);
    rule(14, a.attempts_24h >= 5);
    rule(15, a.zhima_score < 600);
    rule(16, a.device_risk >= 70);
    rule(17, a.is_blacklisted != 0);
    rule(18, a.orders_12m < 3 && a.spend_12m < 100_000);
    rule(19, a.employment == STUDENT && a.age < 22);
    rule(20, a.debt_to_income > 4_000 && a.times_overdue_12m >= 1);
    let score = 300
        + bin(a.age, [22, 26, 32, 45], [10, 22, 34, 41, 37])
        + bin(
            a.account_age_days,
            [180, 365, 730, 1460],
            [5, 14, 25, 36, 44],
        )
        + bin(a.overdue_days_max, [1, 4, 8, 16], [52, 33, 18, 6, -20])
        + bin(a.times_overdue_12m, [1, 2, 3, 5], [45, 24, 8, -6, -30])
        + bin(
            a.monthly_income,
            [300_000, 500_000, 800_000, 1_500_000],
            [8, 19, 29, 38, 47],
        )
        + bin(
            a.debt_to_income,
            [1_000, 2_000, 3_500, 5_000],
            [42, 35, 24, 11, -8],
        )
        + bin(a.attempts_24h, [1, 2, 3, 4], [28, 24, 15, 6, -12])
        + bin(a.zhima_score, [620, 660, 700, 750], [0, 18, 34, 49, 63])
        + bin(a.device_risk, [10, 25, 40, 60], [33, 26, 15, 3, -18])
        + bin(a.orders_12m, [3, 8, 20, 50], [4, 13, 22, 30, 35]);
    let decision = match score {
        _ if failed != 0 => Decided::Decline,
        560.. => Decided::Approve,
        500.. => Decided::Refer,
        _ => Decided::Decline,
    };
    Answer {
        decision,
        score: Some(score),
        failed: Some(failed),
    }
}

/// All applicants.
pub(crate) fn applicants(workload: &Workload) -> Vec<Applicant> {
    (0..workload.len())
        .map(|index| Applicant::of(workload, index))
        .collect()
}

/// The rows of this file.
pub(crate) fn rows(workload: &Workload) -> Result<Vec<Row<'_>>> {
    let applicants = applicants(workload);
    let by_hand = Row::of_each(
        workload,
        "Rust by hand, for this policy only",
        "",
        move |index| Ok(decide(black_box(&applicants[index]))),
    )?;
    Ok(vec![by_hand, memory(workload)])
}

/// All values, fact by fact.
pub(crate) fn columns(workload: &Workload) -> Vec<Vec<i64>> {
    let values = |fact| (0..workload.len()).map(move |index| workload.value(index, fact));
    let count = workload.policy.model().facts.len() as u16;
    (0..count).map(|fact| values(fact).collect()).collect()
}

/// Reading all values of all facts once, column by column: no engine that looks at them can be faster.
fn memory(workload: &Workload) -> Row<'_> {
    let columns = columns(workload);
    let sum = |columns: &[Vec<i64>]| {
        let sums = columns.iter().map(|column| column.iter().sum::<i64>());
        sums.sum::<i64>() as u64
    };
    Row {
        name: "reading every value once, in columns".into(),
        note: "no decision",
        count: workload.len(),
        expected: sum(&columns),
        pass: Box::new(move || sum(black_box(&columns))),
    }
}
