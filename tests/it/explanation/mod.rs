//! What an explanation must satisfy, a test for each row of the list below.
//!
//! Drawn from Reg B, FCRA, CFPB circulars 2022-03 and 2023-03, CCD2 art. 18, GDPR art. 22 with C-203/22, PIPL art. 24,
//! 征信业务管理办法, 互联网贷款管理暂行办法 and GB/T 35273. Each test fails when the behaviour is removed.
//!
//! | row | what | test |
//! |---|---|---|
//! | 1 | a pre-check says *likely*, *cannot tell* or *would fail*, the last only where the pack may | `status::row_01_…` |
//! | 2 | reasons are specific | `reasons::row_02_…` |
//! | 3 | every reason comes from what was evaluated | `reasons::row_03_…` |
//! | 4 | at most four, never padded | `reasons::row_04_…` |
//! | 5 | no main factor is left out | `reasons::row_05_…` |
//! | 6 | each stage that failed is named | `status::row_06_…` |
//! | 7 | a rule that refuses is disclosed as that rule | `status::row_07_…` |
//! | 8 | ranking method, baselines and version are recorded | `score::row_08_…` |
//! | 9 | total order, ties included | `score::row_09_…` |
//! | 10 | contributions add up to the decided score | `score::row_10_…` |
//! | 11 | a third party's score with value, range, day and source | `score::row_11_…` |
//! | 12 | policy hash and facts are echoed, and reproduce the decision | `data::row_12_…`; how long decisions are kept is the service's to say, and open |
//! | 13 | no protected attribute in rules, reasons or what helps | `data::row_13_…` |
//! | 14 | which data were used, and how a change would alter the result | `data::row_14_…` |
//! | 15 | confidential is not silent: the full trace is there for an authority | `confidential::row_15_…` |
//! | 16 | a way to a person and a second look | `people::row_16_…` |
//! | 17 | asking that a person decides | `people::row_17_…` |
//! | 18 | every fact has source and time | `data::row_18_…`: the source and the day of the application; a time of each fact is open |
//! | 19 | beside an offer: lender, yearly cost, plan, complaints | open: there is no offer yet |
//! | 20 | legal caps are rules with ids | `score::row_20_…`: of exposure; caps of rates come with offers |
//! | 21 | a counterfactual was evaluated again, and is no promise | `plans::plans_keep_their_word_…` |
//! | 22 | "nothing that you can change would do" is said, with what blocks | `plans::plans_keep_their_word_…` |
//! | 23 | unknown is neither missing nor refused, and assumptions are listed | `data::row_23_…` |
//! | 24 | three lengths of the same | `lengths::row_24_…` |
//! | 25 | both languages say the same | `lengths::row_25_…` |

mod confidential;
mod data;
mod lengths;
mod people;
mod reasons;
mod score;
mod snapshots;
mod status;
mod twins;

use precheck::units::Locale;
use precheck::{Audience, Document, Evaluation, Policy, Trace, Validated, decide, render};

use crate::case::{self, Case};
use crate::scenarios::{Sample, sample};

/// A case with everything that follows from it.
struct Told<'p> {
    case: Case,
    policy: &'p Policy,
    validated: Validated,
    evaluation: Evaluation,
    /// In Chinese and in English.
    documents: [Document<'p>; 2],
    trace: Trace<'p>,
}

impl<'p> Told<'p> {
    fn new(case: Case, policy: &'p Policy) -> Told<'p> {
        let validated = precheck::validate(policy, &case.application).expect("a valid case");
        let evaluation = policy.evaluate(validated.scenario, &validated.facts);
        let documents = [Locale::ZhCn, Locale::En].map(|locale| {
            let outcome = decide(policy, &validated, &evaluation);
            let notice = render(policy, &validated, &outcome, locale);
            Document { outcome, notice }
        });
        let trace = precheck::trace(policy, &validated, &evaluation, &documents[0].outcome);
        Told {
            case,
            policy,
            validated,
            evaluation,
            documents,
            trace,
        }
    }

    fn public_trace(&self) -> Trace<'p> {
        precheck::trace_for(
            self.policy,
            &self.validated,
            &self.evaluation,
            &self.documents[0].outcome,
            Audience::Public,
        )
    }

    /// The codes of the certain reasons.
    fn codes(&self) -> Vec<&'p str> {
        let reasons = self.documents[0].outcome.reasons.iter();
        reasons.map(|one| one.code).collect()
    }

    fn is_on_server(&self) -> bool {
        self.case.bundle == Audience::Server
    }
}

/// Every case of the sample product, told by the policy that it names.
fn told(sample: &Sample) -> Vec<Told<'_>> {
    let all = case::all().into_iter();
    all.map(|case| {
        let policy = sample.policy(case.bundle);
        Told::new(case, policy)
    })
    .collect()
}

/// The case with this name.
fn told_case<'p>(sample: &'p Sample, name: &str) -> Told<'p> {
    let found = case::all().into_iter().find(|case| case.name == name);
    let case = found.expect("the case is there");
    let policy = sample.policy(case.bundle);
    Told::new(case, policy)
}
