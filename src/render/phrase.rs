//! The sentences around the reasons, by name.

use crate::policy::{
    Contact, DAY, Decision, FACT, FROM, HEADLINE, LEAST_AMOUNT, MOST_AMOUNT, REASON, TO,
};

macro_rules! phrases {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal;)*) => {
        /// A sentence around the reasons. Every pack has a text for each, under
        /// its id, in every locale; a scenario may say it in its own words, under
        /// the scenario's name and the id: `closure-approve-headline`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Phrase { $($(#[doc = $doc])* $name,)* }

        impl Phrase {
            /// All phrases, in the order in which a bundle holds their texts.
            pub const ALL: &'static [Phrase] = &[$(Phrase::$name,)*];

            /// The id under which a pack's locale file has the text.
            pub fn id(self) -> &'static str {
                match self { $(Phrase::$name => $id,)* }
            }
        }
    };
}

phrases! {
    /// Pre-check: everything given passes.
    LikelyHeadline = "likely-headline";
    /// What that means.
    LikelyDetail = "likely-detail";
    /// Pre-check: it depends.
    CannotTellHeadline = "cannot-tell-headline";
    /// What that means.
    CannotTellDetail = "cannot-tell-detail";
    /// Pre-check: it would not pass as stated.
    WouldFailHeadline = "would-fail-headline";
    /// What that means.
    WouldFailDetail = "would-fail-detail";
    /// Decision: opened.
    ApproveHeadline = "approve-headline";
    /// What that means.
    ApproveDetail = "approve-detail";
    /// Decision: a person looks at it.
    ReferHeadline = "refer-headline";
    /// What that means.
    ReferDetail = "refer-detail";
    /// Decision: try again later.
    RetryLaterHeadline = "retry-later-headline";
    /// What that means.
    RetryLaterDetail = "retry-later-detail";
    /// Decision: not opened.
    DeclineHeadline = "decline-headline";
    /// What that means.
    DeclineDetail = "decline-detail";
    /// Decision: the limit of the line.
    LimitDecided = "limit-decided";
    /// Pre-check: the limit if the line is opened.
    LimitExact = "limit-exact";
    /// The limit if the line is opened, where it depends.
    LimitRange = "limit-range";
    /// Beside a pre-check: not a decision, no trace in the credit record.
    PreCheckNote = "pre-check-note";
    /// Beside a decision: how to reach a person and ask for a second look.
    DecisionNote = "decision-note";
    /// One sentence for a text message: what it is, and where to read on.
    Short = "short";
    /// The same with the weightiest reason.
    ShortBecause = "short-because";
    /// What a text message says in place of the headline: nothing, the headline.
    LikelyShort = "likely-short";
    /// The same where it depends.
    CannotTellShort = "cannot-tell-short";
    /// The same where it would not pass as stated.
    WouldFailShort = "would-fail-short";
    /// The same where it is opened; it may say the limit.
    ApproveShort = "approve-short";
    /// The same where a person looks at it.
    ReferShort = "refer-short";
    /// The same where one has to try again later.
    RetryLaterShort = "retry-later-short";
    /// The same where it is not opened.
    DeclineShort = "decline-short";
    /// From which day on a reason is over.
    Until = "until";
    /// Who to talk to: customer service.
    ContactService = "contact-service";
    /// Who to talk to: customer service, about a security check.
    ContactSecurity = "contact-security";
    /// Who to talk to: who keeps the record.
    ContactRecord = "contact-record";
    /// A plan: what to raise.
    PlanRaise = "plan-raise";
    /// What to lower.
    PlanLower = "plan-lower";
    /// What to change otherwise.
    PlanSet = "plan-set";
    /// What changes with it.
    PlanMoves = "plan-moves";
    /// That it is enough.
    PlanReaches = "plan-reaches";
    /// That it is enough if the server's checks find nothing.
    PlanReachesChecks = "plan-reaches-checks";
    /// That it makes the goal possible.
    PlanPossible = "plan-possible";
    /// From when on.
    PlanFrom = "plan-from";
    /// From when on if nobody does anything.
    PlanEarliest = "plan-earliest";
    /// Nothing has to change.
    PlanReached = "plan-reached";
    /// Nothing has to change, but more has to be known.
    PlanOpen = "plan-open";
    /// Nothing that the person can change is enough.
    PlanNothing = "plan-nothing";
    /// Nothing was found, or nothing may be told; what blocks is beside it.
    PlanUnknown = "plan-unknown";
    /// Beside plans: under which rules, and that it is no promise.
    PlanNote = "plan-note";
    /// Two decisions: nothing changed.
    ChangesNone = "changes-none";
    /// Two decisions: something changed, the result did not.
    ChangesSame = "changes-same";
    /// Two decisions: the result is another one.
    ChangesResult = "changes-result";
    /// Two decisions: the limit went down.
    ChangesLimitLowered = "changes-limit-lowered";
    /// Two decisions: the limit went up.
    ChangesLimitRaised = "changes-limit-raised";
    /// What changed: the person's own circumstances.
    ChangesYou = "changes-you";
    /// What changed: time went by.
    ChangesTime = "changes-time";
    /// What changed: the policy, the platform or the market.
    ChangesPolicy = "changes-policy";
    /// What changed: the policy in the person's region.
    ChangesRegion = "changes-region";
    /// What changed: a data source or a module.
    ChangesSource = "changes-source";
    /// What changed: a module was at fault, and no longer is.
    ChangesFaultUndone = "changes-fault-undone";
    /// What changed: a module turned out to be at fault.
    ChangesFaultFound = "changes-fault-found";
    /// What that did: the limit is so much lower.
    ChangesEffectLowered = "changes-effect-lowered";
    /// What that did: the limit is so much higher.
    ChangesEffectRaised = "changes-effect-raised";
    /// What that did: it would have been enough by itself.
    ChangesEffectEnough = "changes-effect-enough";
    /// What that did: without it the result would be another one.
    ChangesEffectNeeded = "changes-effect-needed";
    /// Beside it: something confidential changed too.
    ChangesConfidential = "changes-confidential";
    /// Several changes that cannot be told apart in what they did.
    ChangesTogether = "changes-together";
    /// Paying back: all at once, on which day.
    RepayFull = "repay-full";
    /// Paying back: in parts, and what that costs.
    RepaySplit = "repay-split";
    /// Paying back: a part.
    RepayPart = "repay-part";
    /// Paying back: what it costs in a year.
    RepayYearly = "repay-yearly";
    /// Paying back: what it costs to be late.
    RepayLate = "repay-late";
    /// A line: approved, and to be activated.
    LineOffered = "line-offered";
    /// A line: begun.
    LineOpened = "line-opened";
    /// A line: the limit may go up.
    LineProposed = "line-proposed";
    /// A line: the limit went up.
    LineRaised = "line-raised";
    /// A line: the limit went down.
    LineLowered = "line-lowered";
    /// A line: new use is paused.
    LineRestricted = "line-restricted";
    /// A line: new use is paused until a review.
    LineRestrictedUntil = "line-restricted-until";
    /// A line: the pause is over.
    LineReleased = "line-released";
    /// A line: frozen.
    LineFrozen = "line-frozen";
    /// A line: frozen until a day.
    LineFrozenUntil = "line-frozen-until";
    /// A line: not frozen any more.
    LineUnfrozen = "line-unfrozen";
    /// A line: what was changed is undone.
    LineRestored = "line-restored";
    /// A line: to be closed on a day.
    LineLeaving = "line-leaving";
    /// A line: not to be closed after all.
    LineStayed = "line-stayed";
    /// A line: closed.
    LineClosed = "line-closed";
    /// A line: an appeal has arrived.
    LineAppealReceived = "line-appeal-received";
    /// A line: an appeal needs something more.
    LineAppealAsked = "line-appeal-asked";
    /// A line: an appeal changed the earlier decision.
    LineAppealGranted = "line-appeal-granted";
    /// A line: an appeal left the earlier decision.
    LineAppealUpheld = "line-appeal-upheld";
    /// A line: an appeal was taken back.
    LineAppealWithdrawn = "line-appeal-withdrawn";
}

impl Phrase {
    /// What the sentence is filled with: the name of the placeholder in a
    /// locale file, and what stands for it in a bundle.
    pub fn slots(self) -> &'static [(&'static str, char)] {
        match self {
            Phrase::LimitDecided | Phrase::LimitExact | Phrase::ApproveShort => {
                &[("limit", LEAST_AMOUNT)]
            }
            Phrase::LimitRange => &[("least", LEAST_AMOUNT), ("most", MOST_AMOUNT)],
            Phrase::Short => &[("headline", HEADLINE)],
            Phrase::ShortBecause => &[("headline", HEADLINE), ("reason", REASON)],
            Phrase::Until | Phrase::PlanFrom | Phrase::PlanEarliest => &[("day", DAY)],
            Phrase::PlanRaise | Phrase::PlanLower => &[("fact", FACT), ("from", FROM), ("to", TO)],
            Phrase::PlanSet | Phrase::PlanMoves => &[("fact", FACT), ("to", TO)],
            Phrase::ChangesLimitLowered | Phrase::ChangesLimitRaised => {
                &[("before", LEAST_AMOUNT), ("after", MOST_AMOUNT)]
            }
            Phrase::ChangesEffectLowered | Phrase::ChangesEffectRaised => {
                &[("amount", LEAST_AMOUNT)]
            }
            Phrase::RepayFull => &[("day", DAY), ("amount", LEAST_AMOUNT)],
            Phrase::RepaySplit => &[
                ("count", FROM),
                ("amount", LEAST_AMOUNT),
                ("fee", MOST_AMOUNT),
            ],
            Phrase::RepayPart => &[("day", DAY), ("amount", LEAST_AMOUNT), ("fee", MOST_AMOUNT)],
            Phrase::LineProposed | Phrase::LineRaised | Phrase::LineLowered => {
                &[("before", MOST_AMOUNT), ("limit", LEAST_AMOUNT)]
            }
            Phrase::LineOffered
            | Phrase::LineOpened
            | Phrase::LineReleased
            | Phrase::LineUnfrozen
            | Phrase::LineRestored
            | Phrase::LineStayed => &[("limit", LEAST_AMOUNT)],
            Phrase::LineRestrictedUntil | Phrase::LineFrozenUntil | Phrase::LineLeaving => {
                &[("day", DAY)]
            }
            Phrase::RepayYearly | Phrase::RepayLate => &[("rate", TO)],
            _ => &[],
        }
    }

    /// Whether it says the amount of a line, so that only packs with a table of
    /// limits need it.
    pub fn is_about_limit(self) -> bool {
        matches!(
            self,
            Phrase::LimitDecided | Phrase::LimitExact | Phrase::LimitRange
        )
    }

    /// Whether it is about plans: needed only where facts can be moved.
    pub fn is_of_plans(self) -> bool {
        self.id().starts_with("plan-")
    }

    /// Whether it tells what happened to a line. A pack that does not word it
    /// has general ones.
    pub fn is_of_line(self) -> bool {
        self.id().starts_with("line-")
    }

    /// Whether it is about paying back: needed only where the pack has terms.
    pub fn is_of_repayment(self) -> bool {
        self.id().starts_with("repay-")
    }

    /// Whether it compares two decisions. A pack that does not word them has
    /// general ones.
    pub fn compares(self) -> bool {
        self.id().starts_with("changes-")
    }

    /// Whether only the server says it: what compares two decisions, or announces
    /// one, or what happened to a line. Browsers get these texts empty.
    pub fn is_of_server(self) -> bool {
        let decisions = Decision::ALL.iter();
        let announces = decisions.flat_map(|one| self.id().strip_prefix(one.as_str()));
        let beside = [Phrase::LimitDecided, Phrase::DecisionNote];
        self.compares() || self.is_of_line() || beside.contains(&self) || announces.count() > 0
    }

    /// Whether it stands in for a headline where the author wants that.
    pub fn is_short(self) -> bool {
        Phrase::SHORT.contains(&self)
    }

    /// The phrases that stand in for a headline in a text message.
    pub const SHORT: [Phrase; 7] = [
        Phrase::LikelyShort,
        Phrase::CannotTellShort,
        Phrase::WouldFailShort,
        Phrase::ApproveShort,
        Phrase::ReferShort,
        Phrase::RetryLaterShort,
        Phrase::DeclineShort,
    ];

    /// The phrases that say who to talk to.
    pub const CONTACTS: [Phrase; 3] = [
        Phrase::ContactService,
        Phrase::ContactSecurity,
        Phrase::ContactRecord,
    ];

    /// The headline that a short phrase stands in for, and whether a reason
    /// follows it; nothing for the other phrases.
    pub fn headline(self) -> Option<(Phrase, bool)> {
        Some(match self {
            Phrase::LikelyShort => (Phrase::LikelyHeadline, false),
            Phrase::CannotTellShort => (Phrase::CannotTellHeadline, true),
            Phrase::WouldFailShort => (Phrase::WouldFailHeadline, true),
            Phrase::ApproveShort => (Phrase::ApproveHeadline, false),
            Phrase::ReferShort => (Phrase::ReferHeadline, true),
            Phrase::RetryLaterShort => (Phrase::RetryLaterHeadline, true),
            Phrase::DeclineShort => (Phrase::DeclineHeadline, true),
            _ => return None,
        })
    }

    /// The phrase that says who to talk to.
    pub fn of_contact(contact: Contact) -> Phrase {
        match contact {
            Contact::Service => Phrase::ContactService,
            Contact::Security => Phrase::ContactSecurity,
            Contact::Record => Phrase::ContactRecord,
        }
    }
}
