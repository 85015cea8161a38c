//! Ways of paying back → words.

use serde::Serialize;

use super::plans::fill;
use super::{Phrase, format};
use crate::policy::{DAY, FROM, FactKind, LEAST_AMOUNT, MOST_AMOUNT, Policy, TO};
use crate::repayment::Repayment;
use crate::units::{Date, Locale, decimal};

/// One way of paying back, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepaymentWay {
    /// What is paid, and what that costs.
    pub title: String,
    /// What it costs in a year.
    pub yearly: String,
    /// The payments; empty where the title says the only one.
    pub instalments: Vec<String>,
}

/// The ways of paying back, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepaymentNotice {
    /// In which locale.
    pub locale: Locale,
    /// The plans, in their order.
    pub plans: Vec<RepaymentWay>,
    /// What it costs to be late.
    pub late: String,
}

/// Says plans in a locale; a locale that the policy does not have gets the
/// policy's first.
pub fn render_repayment(
    policy: &Policy,
    repayment: &Repayment<'_>,
    locale: Locale,
) -> RepaymentNotice {
    let texts = policy.model().texts_in(locale);
    let say = |phrase: Phrase, filled: &[(char, &str)]| {
        // The loader has checked that every phrase has a text.
        fill(&texts.phrases[phrase as usize], filled)
    };
    let number = |kind: FactKind, value: i64| {
        let mut text = String::new();
        format::number(&mut text, kind, value, 0, texts.locale);
        text
    };
    let money = |fen: i64| number(FactKind::Money, fen);
    let day = |day: Date| number(FactKind::Date, day.days().into());
    let mut plans = Vec::new();
    for plan in &repayment.plans {
        let mut instalments = Vec::new();
        let mut last = String::new();
        for one in &plan.instalments {
            last = day(one.due);
            instalments.push(say(
                Phrase::RepayPart,
                &[
                    (DAY, &last),
                    (LEAST_AMOUNT, &money(one.total)),
                    (MOST_AMOUNT, &money(one.fee)),
                ],
            ));
        }
        let mut phrase = Phrase::RepaySplit;
        let count = number(FactKind::Integer, instalments.len() as i64);
        if instalments.len() == 1 {
            phrase = Phrase::RepayFull;
            instalments.clear();
        }
        plans.push(RepaymentWay {
            title: say(
                phrase,
                &[
                    (LEAST_AMOUNT, &money(plan.total)),
                    (MOST_AMOUNT, &money(plan.fee)),
                    (FROM, &count),
                    (DAY, &last),
                ],
            ),
            yearly: say(Phrase::RepayYearly, &[(TO, &percent(plan.yearly))]),
            instalments,
        });
    }
    let late = policy.model().repayment.as_ref().map_or(0, |one| one.late);
    RepaymentNotice {
        locale: texts.locale,
        plans,
        late: say(Phrase::RepayLate, &[(TO, &percent(late))]),
    }
}

/// Millionths as a percentage, exactly: 89 712 is 8.9712%.
fn percent(millionths: u32) -> String {
    let mut text = decimal::text(millionths.into(), 4);
    text.push('%');
    text
}
