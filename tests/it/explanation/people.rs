//! The way to a person.

use super::{sample, told};

/// Every decision about a person, its note in both languages.
fn notes() -> Vec<(String, [String; 2])> {
    let sample = sample();
    let told = told(&sample);
    let decided = told.iter().filter(|one| {
        one.is_on_server() && one.trace.decisions.len() == 1 && one.trace.scenario != "portfolio"
    });
    let notes = decided.map(|one| {
        let note = |index: usize| one.documents[index].notice.note.clone();
        (one.case.name.clone(), [note(0), note(1)])
    });
    notes.collect()
}

#[test]
fn row_16_a_person_can_be_reached_and_looks_again() {
    let notes = notes();
    assert!(notes.len() > 100);
    for (case, [zh, en]) in notes {
        assert!(
            zh.contains("客服热线") || zh.contains("额度复议"),
            "{case}: {zh}"
        );
        assert!(
            zh.contains("工作人员") || zh.contains("投诉"),
            "{case}: {zh}"
        );
        let en = en.to_lowercase();
        assert!(
            en.contains("hotline") || en.contains("appeal"),
            "{case}: {en}"
        );
        assert!(
            en.contains("member of staff") || en.contains("complain"),
            "{case}: {en}"
        );
    }
    // Beside the reasons stands who to talk to, also before a decision.
    let sample = sample();
    for told in told(&sample) {
        for document in &told.documents {
            let reasons = document
                .outcome
                .reasons
                .iter()
                .chain(&document.outcome.possible);
            for reason in reasons {
                let mut contacts = document.notice.contacts.iter();
                let contact = contacts.find(|one| one.contact == reason.contact);
                let text = &contact.expect("somebody to talk to").text;
                assert!(!text.is_empty(), "{}", told.case.name);
            }
        }
    }
}

#[test]
fn row_17_one_can_ask_that_a_person_decides() {
    for (case, [zh, en]) in notes() {
        assert!(zh.contains("要求由人来决定"), "{case}: {zh}");
        assert!(en.contains("ask that a person decides"), "{case}: {en}");
    }
}
