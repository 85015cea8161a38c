//! The sentences around the reasons, by name.

use crate::policy::{Contact, DAY, HEADLINE, LEAST_AMOUNT, MOST_AMOUNT, REASON};

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
            Phrase::Until => &[("day", DAY)],
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
