//! How an order is paid back: parts, days and what it costs, to the fen.
//!
//! The terms are the policy's ([`Terms`]). Each way of paying back is a plan:
//! all at once, and in instalments where the terms offer them. Parts differ by
//! a fen at most, the larger ones first, and add up exactly; the fee is rounded
//! down once, for the whole plan. Whether an order may be paid with the line at
//! all is decided elsewhere (`evaluate`).

mod calendar;
mod rate;

use serde::Serialize;

use crate::outcome::PolicyRef;
use crate::policy::{Policy, Problem, Terms};
use crate::units::Date;

/// The format of [`Repayment`].
pub const REPAYMENT_FORMAT: u8 = 1;

/// The largest amount that plans are made for: ten million yuan in fen.
const MAX_AMOUNT: i64 = 1_000_000_000;
/// The last year of orders: a plan, and what is told of it, ends within two.
const LAST_YEAR: i32 = 2997;

/// When somebody is told of a part that is not paid yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reminder {
    /// The day.
    pub on: Date,
    /// Days after the due day; negative before it.
    pub days: i32,
    /// What being late has cost by then, in fen.
    pub late: i64,
}

/// One payment of a plan. Amounts are in fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Instalment {
    /// The day of its statement.
    pub statement: Date,
    /// The last day on which it is paid in time.
    pub due: Date,
    /// What it pays back.
    pub principal: i64,
    /// What it costs.
    pub fee: i64,
    /// Both together.
    pub total: i64,
    /// When to remind, and when to tell that it is overdue.
    pub reminders: Vec<Reminder>,
}

/// One way of paying back. Amounts are in fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepaymentPlan {
    /// The fees of all payments.
    pub fee: i64,
    /// All payments together.
    pub total: i64,
    /// What it costs in a year, in millionths: see [`repayment`].
    pub yearly: u32,
    /// The payments, in order.
    pub instalments: Vec<Instalment>,
}

/// The ways in which an order can be paid back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repayment<'p> {
    /// [`REPAYMENT_FORMAT`].
    pub format: u8,
    /// The policy with the terms.
    pub policy: PolicyRef<'p>,
    /// What the order costs, in fen.
    pub amount: i64,
    /// The day of the order.
    pub from: Date,
    /// All at once, then in instalments where that is offered.
    pub plans: Vec<RepaymentPlan>,
}

/// Says how an order of `amount` fen on the day `from` can be paid back.
///
/// `yearly` is the internal rate of return by days: the daily rate at which the
/// payments, each discounted from its due day to the day of the order, are worth
/// the amount, times 365 (simple interest, 单利), rounded to the nearest
/// millionth.
///
/// # Errors
///
/// | code | when |
/// |---|---|
/// | `repayment-none` | the policy has no terms of paying back |
/// | `repayment-amount` | the amount is not between 1 fen and ten million yuan |
/// | `repayment-day` | the day is after 2997, near the end of the calendar |
///
/// # Source
///
/// 中国人民银行公告〔2021〕第3号: the yearly rate covers all costs of a loan, in
/// proportion to the principal that is really in use.
pub fn repayment<'p>(
    policy: &'p Policy,
    amount: i64,
    from: Date,
) -> Result<Repayment<'p>, Problem> {
    let terms = policy.model().repayment.as_ref().ok_or_else(|| {
        let text = "the policy has no terms of paying back; add `[repayment]` to the pack";
        Problem::new("", "repayment-none", text)
    })?;
    if !(1..=MAX_AMOUNT).contains(&amount) {
        let text = "write an amount in fen, from 1 to 1000000000";
        return Err(Problem::new("/amount", "repayment-amount", text));
    }
    if from.ymd().0 > LAST_YEAR {
        let text = "the calendar ends in 2999; write a day before 2998";
        return Err(Problem::new("/from", "repayment-day", text));
    }
    let order = Order {
        terms,
        amount,
        from,
    };
    let mut plans = Vec::new();
    plans.push(order.plan(1, 0));
    if let Some(split) = &terms.instalments
        && split.least <= amount
    {
        plans.push(order.plan(split.count.into(), split.fee.into()));
    }
    Ok(Repayment {
        format: REPAYMENT_FORMAT,
        policy: PolicyRef::of(policy),
        amount,
        from,
        plans,
    })
}

/// An order whose amount and day were checked.
struct Order<'t> {
    terms: &'t Terms,
    amount: i64,
    from: Date,
}

impl Order<'_> {
    fn plan(&self, count: i64, fee_each: i64) -> RepaymentPlan {
        let amount = self.amount;
        // Down: nobody pays a fen that the terms do not ask for.
        let fee = amount * fee_each * count / 1_000_000;
        let mut instalments = Vec::new();
        for place in 0..count {
            let part = |of: i64| of / count + i64::from(place < of % count);
            let (statement, due) = calendar::due(self.terms, self.from, place as i32);
            let (principal, fee) = (part(amount), part(fee));
            let total = principal + fee;
            instalments.push(Instalment {
                statement,
                due,
                principal,
                fee,
                total,
                reminders: self.reminders(due, total),
            });
        }
        RepaymentPlan {
            fee,
            total: amount + fee,
            yearly: rate::yearly(amount, self.from, &instalments),
            instalments,
        }
    }

    fn reminders(&self, due: Date, total: i64) -> Vec<Reminder> {
        let before = self.terms.reminders.iter().map(|days| -i32::from(*days));
        let after = self.terms.overdue.iter().map(|days| i32::from(*days));
        let mut all = Vec::new();
        for days in before.chain(after) {
            all.push(Reminder {
                on: calendar::day(due.days() + days),
                days,
                // Of what is overdue, for each day after the due day, down to the fen.
                late: total * i64::from(self.terms.late) * i64::from(days.max(0)) / 1_000_000,
            });
        }
        all
    }
}
