//! What is written of each type of a model, and in which order.
//!
//! A member or a choice that is forgotten here does not compile. The numbers of
//! choices belong to the format of bundles: a new one gets a new number, and an
//! old one is never used again without a new [`super::FORMAT`].

use super::code::{Code, Reader, Writer};
use super::{
    Actionable, Audience, Axis, Band, Bin, Case, Change, Characteristic, Conditional, Constant,
    Contact, Coupling, Decision, Derived, Disclosure, Evolution, FactDef, FactKind, FactText,
    Field, Formula, Impossible, Instalments, IssueText, Lasts, LimitTable, Message, Model, Op,
    Overlay, Pace, Prior, Priors, Pull, Reason, ReasonKind, ReasonMethod, ReasonText, Rule,
    Scenario, Scorecard, Source, Terms, Test, Texts, Until, Weekends, Wording,
};
use crate::identity::{CardCheck, CardRange, FieldKind, Segment, SegmentUse};
use crate::units::{Date, Locale};

/// Read where a mistake was made.
const SOME_DAY: Date = Date::from_days(0).expect("calendars begin before 1970");

/// Types with members, all of which are written.
macro_rules! members {
    ($($name:ident { $($member:ident),* })*) => {
        $(impl Code for $name {
            fn write(&self, to: &mut Writer) {
                let $name { $($member),* } = self;
                $($member.write(to);)*
            }
            // All of them in one function would have more locals than a byte can number.
            #[inline(never)]
            fn read(from: &mut Reader<'_>) -> $name {
                $name { $($member: Code::read(from)),* }
            }
        })*
    };
}

/// Types with choices. The first one also stands for what is none of them.
macro_rules! choices {
    ($($name:ident {
        0 $first:ident $(($($first_place:ident),*))? $({$($first_member:ident),*})?
        $(, $number:literal $choice:ident $(($($place:ident),*))? $({$($member:ident),*})?)*
    })*) => {
        $(impl Code for $name {
            fn write(&self, to: &mut Writer) {
                match self {
                    $name::$first $(($($first_place),*))? $({$($first_member),*})? => {
                        to.number(0);
                        $($($first_place.write(to);)*)?
                        $($($first_member.write(to);)*)?
                    }
                    $($name::$choice $(($($place),*))? $({$($member),*})? => {
                        to.number($number);
                        $($($place.write(to);)*)?
                        $($($member.write(to);)*)?
                    })*
                }
            }
            fn read(from: &mut Reader<'_>) -> $name {
                let others: &[u64] = &[$($number),*];
                match from.at_most(others.len() as u64) {
                    $($number => {
                        $($(let $place = Code::read(from);)*)?
                        $($(let $member = Code::read(from);)*)?
                        $name::$choice $(($($place),*))? $({$($member),*})?
                    })*
                    _ => {
                        $($(let $first_place = Code::read(from);)*)?
                        $($(let $first_member = Code::read(from);)*)?
                        $name::$first $(($($first_place),*))? $({$($first_member),*})?
                    }
                }
            }
        })*
    };
}

members! {
    Model {
        pack, version, audience, valid_from, valid_until, segments, cards, facts, constants,
        overlays, derived, impossible, reasons, neutral_reason, scenarios, priors, changes,
        couplings, evolutions, repayment, texts, says_would_fail
    }
    Segment { first, last, used_by }
    CardRange { first, last, shortest, longest, check }
    FactDef {
        name, kind, min, max, digits, codes, specials, may_be_missing, source, audience,
        actionable, personal
    }
    Constant { name, kind, value, overlaid }
    Overlay { name, when }
    Derived { fact, formula }
    Impossible { id, when }
    Reason { code, kind, disclosure, lasts, helps, until, contact }
    Until { fact, reach }
    Scenario { name, audience, fields, facts, rules, scorecard, limit }
    Field { name, kind, birth_date }
    Rule { id, when, effect, reason }
    Scorecard { id, base, hidden, digits, characteristics, conditional, bands, method }
    Characteristic { fact, bins, missing, specials, baseline, reason }
    Bin { upto, points }
    Conditional { cases, otherwise, baseline, reason }
    Case { when, points, reason }
    Band { from, decision }
    LimitTable { rows, axes, amounts }
    Axis { fact, upto }
    Priors { segments, facts }
    Prior { fact, upto, weights }
    Change { fact, fixed, per_step, step, most, scale, to }
    Coupling { fact, moves, pull }
    Evolution { fact, pace }
    Terms { statement_day, due_days, weekends, instalments, late, reminders, overdue }
    Instalments { count, fee, least }
    Texts { locale, phrases, wordings, facts, impossible, reasons, issues }
    Wording { scenario, phrase, text }
    FactText { label, question, codes, specials }
    ReasonText { title, requirement, notice, help }
    IssueText { issue, text }
}

choices! {
    Audience { 0 Public, 1 Server }
    Decision { 0 Approve, 1 Refer, 2 RetryLater, 3 Decline }
    SegmentUse { 0 People, 1 Data, 2 Satellite }
    CardCheck { 0 Kept, 1 Loose, 2 Unlisted }
    FactKind {
        0 Bool, 1 Integer, 2 Money, 3 Ratio, 4 Date, 5 Days, 6 Years, 7 Code, 8 Decimal
    }
    Source { 0 Applicant, 1 Device, 2 Account, 3 Bureau, 4 Fraud, 5 Market }
    Actionable { 0 No, 1 Up, 2 Down, 3 Free }
    Formula {
        0 Today, 1 YearsSince(fact), 2 DaysSince(fact), 3 Sum(first, second),
        4 DaysBetween { from, to }, 5 Ratio { over, under, up, zero }
    }
    Op { 0 Opaque, 1 Not, 2 All(count), 3 Any(count), 4 Atom(fact, test) }
    Test { 0 Missing, 1 AtMost(most), 2 AtLeast(least), 3 OneOf(values), 4 Special(code) }
    ReasonKind { 0 Applicant, 1 Risk, 2 Platform, 3 External }
    Disclosure { 0 Full, 1 Neutral }
    Lasts { 0 UntilChanged, 1 Passes, 2 Short, 3 Permanent }
    Contact { 0 Service, 1 Security, 2 Record }
    ReasonMethod { 0 BelowMean, 1 BelowBest, 2 BelowNeutral, 3 AboveNeutral }
    Pull { 0 By { times, per }, 1 At { value, to } }
    Pace { 0 Up, 1 Down, 2 RunsOut { days, to } }
    Weekends { 0 Keep, 1 Next, 2 Previous }
}

impl Code for Message {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }
    fn read(from: &mut Reader<'_>) -> Message {
        let message = Message(String::read(from));
        if !message.is_sound() {
            from.fail();
        }
        message
    }
}

impl Code for Date {
    fn write(&self, to: &mut Writer) {
        self.days().write(to);
    }
    fn read(from: &mut Reader<'_>) -> Date {
        found(from, Date::from_days, SOME_DAY)
    }
}

impl Code for FieldKind {
    fn write(&self, to: &mut Writer) {
        self.number().write(to);
    }
    fn read(from: &mut Reader<'_>) -> FieldKind {
        found(from, FieldKind::from_number, FieldKind::CnId)
    }
}

impl Code for Locale {
    fn write(&self, to: &mut Writer) {
        (*self as u8).write(to);
    }
    fn read(from: &mut Reader<'_>) -> Locale {
        let find = |number: u8| Locale::ALL.get(usize::from(number)).copied();
        found(from, find, Locale::ZhCn)
    }
}

/// What a number names; `otherwise` where that is nothing.
fn found<N: Code, T>(from: &mut Reader<'_>, find: impl Fn(N) -> Option<T>, otherwise: T) -> T {
    find(N::read(from)).unwrap_or_else(|| {
        from.fail();
        otherwise
    })
}
