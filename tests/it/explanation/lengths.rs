//! One explanation, three lengths, two languages.

use precheck::units::Locale;
use precheck::{Page, Phrase};

use super::{sample, told};

#[test]
fn row_24_three_lengths_of_the_same() {
    let sample = sample();
    for told in told(&sample) {
        for document in &told.documents {
            let (outcome, notice) = (&document.outcome, &document.notice);
            let name = &told.case.name;
            // One sentence: a message holds it, and it is not cut.
            let units = notice.short.encode_utf16().count();
            let most = if notice.locale == Locale::ZhCn {
                70
            } else {
                160
            };
            assert!(
                (8..=most).contains(&units),
                "{name}: {units} {}",
                notice.short
            );
            assert!(
                notice.short.ends_with(['。', '.']),
                "{name}: {}",
                notice.short
            );
            assert!(
                notice.locale == Locale::ZhCn
                    || notice.short.chars().all(|one| one.is_ascii() || one == '¥'),
                "{name}: {}",
                notice.short
            );
            let refuses = !outcome.decisions.contains(&precheck::Decision::Approve);
            if let Some(first) = notice.reasons.first().filter(|_| refuses) {
                assert!(
                    plain(&notice.short).contains(&plain(&first.title)),
                    "{name}: {}",
                    notice.short
                );
            }
            // One screen.
            let screen = Page::screen(notice).text();
            for part in [&notice.headline, &notice.detail, &notice.note] {
                assert!(screen.contains(part), "{name}: {part}");
            }
            let codes: Vec<&str> = notice.reasons.iter().map(|one| &*one.code).collect();
            // The full trace.
            assert_eq!(told.trace.reasons, codes, "{name}");
            assert_eq!(told.trace.decisions, outcome.decisions, "{name}");
            let trace =
                Page::trace(told.policy, &told.validated, &told.trace, notice.locale).text();
            for code in &codes {
                let is_rule = told.trace.rules.iter().any(|one| one.reason == *code);
                assert!(!is_rule || trace.contains(code), "{name}: {code}");
            }
            for rule in &told.trace.rules {
                assert!(trace.contains(rule.id), "{name}: {}", rule.id);
            }
        }
    }
}

/// Quotation marks as a text message has them.
fn plain(text: &str) -> String {
    text.replace(['’', '‘'], "'").replace(['“', '”'], "\"")
}

/// Same placeholders, numbers and order; `scenarios::both_locales_say_the_same`
/// compares the reasons.
#[test]
fn row_25_both_languages_say_the_same() {
    let sample = sample();
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    for told in told(&sample) {
        let [zh, en] = &told.documents;
        assert_eq!(zh.outcome, en.outcome);
        let [zh, en] = [&zh.notice, &en.notice];
        assert_eq!(digits(&zh.short), digits(&en.short), "{}", told.case.name);
        let limit = |notice: &precheck::Notice| notice.limit.as_deref().map(digits);
        assert_eq!(limit(zh), limit(en), "{}", told.case.name);
        assert_eq!(zh.contacts.len(), en.contacts.len());
        for (zh, en) in zh.reasons.iter().zip(&en.reasons) {
            assert_eq!(
                (&zh.code, zh.until.is_some()),
                (&en.code, en.until.is_some())
            );
        }
        for (zh, en) in zh.contacts.iter().zip(&en.contacts) {
            assert_eq!(zh.contact, en.contact);
        }
    }
    // Whatever one language says in the words of a scenario, so does the other.
    let texts = &sample.server.model().texts;
    let own = |index: usize| {
        texts[index]
            .wordings
            .iter()
            .map(|one| (one.scenario, one.phrase))
    };
    let [zh, en]: [Vec<_>; 2] = [0, 1].map(|index| own(index).collect());
    assert_eq!(zh, en);
    let said = |index: usize| texts[index].phrases.iter().map(String::is_empty);
    assert!(said(0).eq(said(1)));
    assert_eq!(texts[0].phrases.len(), Phrase::ALL.len());
}
