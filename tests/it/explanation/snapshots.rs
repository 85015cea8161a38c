//! Every notice of every case, as the person reads it.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p precheck --test it notices_read` writes the files of
//! `tests/snapshots/notices` again; read what has changed as the person who gets it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use precheck::{Lasts, Notice, Page};

use super::{Told, case, sample, told};

#[test]
fn notices_read_as_they_did() {
    let sample = sample();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for told in told(&sample) {
        for document in &told.documents {
            let notice = &document.notice;
            let locale = notice.locale.as_str();
            let file = format!("{}.{locale}.txt", told.trace.scenario);
            let text = files.entry(file).or_insert_with(|| {
                "Made by UPDATE_SNAPSHOTS=1 cargo test -p precheck --test it notices_read\n".into()
            });
            let (short, screen) = (Page::short(notice).text(), Page::screen(notice).text());
            text.push_str(&format!("\n=== {}\n\n{short}\n{screen}", told.case.name));
        }
    }
    let folder = case::root().join("tests/snapshots/notices");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (name, text) in &files {
            fs::write(folder.join(name), text).expect("the file can be written");
        }
    }
    let on_disk: BTreeSet<String> = fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("a readable entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        on_disk,
        files.keys().cloned().collect(),
        "UPDATE_SNAPSHOTS=1 writes them"
    );
    for (name, text) in files {
        let kept = fs::read_to_string(folder.join(&name)).expect("a readable file");
        let differs = kept
            .lines()
            .zip(text.lines())
            .position(|(kept, now)| kept != now);
        if let Some(line) = differs {
            let [kept, now] = [&kept, &text].map(|text| text.lines().nth(line).unwrap_or_default());
            panic!(
                "{name}:{}: `{kept}` is now `{now}`; UPDATE_SNAPSHOTS=1 writes it",
                line + 1
            );
        }
        assert_eq!(kept, text, "{name}");
    }
}

/// Everything that a notice says.
fn all(notice: &Notice) -> Vec<&String> {
    let reasons = notice.reasons.iter().chain(&notice.possible);
    let mut all: Vec<&String> = reasons
        .flat_map(|one| {
            [&one.title, &one.text, &one.help]
                .into_iter()
                .chain(&one.until)
        })
        .collect();
    all.extend([
        &notice.short,
        &notice.headline,
        &notice.detail,
        &notice.note,
    ]);
    all.extend(&notice.limit);
    all.extend(notice.contacts.iter().map(|one| &one.text));
    all.extend(notice.checks.iter().map(|one| &one.title));
    all.extend(
        notice
            .ask
            .iter()
            .flat_map(|one| [&one.label, &one.question]),
    );
    all.extend(notice.fields.iter().map(|one| &one.message));
    all.extend(notice.form.iter().map(|one| &one.message));
    all
}

#[test]
fn no_notice_holds_a_placeholder_or_a_code() {
    let sample = sample();
    let mut codes: BTreeSet<&str> = BTreeSet::new();
    let model = sample.server.model();
    codes.extend(model.reasons.iter().map(|one| &*one.code));
    codes.extend(
        model
            .facts
            .iter()
            .map(|one| &*one.name)
            .filter(|one| one.contains('_')),
    );
    codes.extend(model.constants.iter().map(|one| &*one.name));
    for told in told(&sample) {
        for document in &told.documents {
            for text in all(&document.notice) {
                let name = &told.case.name;
                assert!(!text.trim().is_empty(), "{name}: nothing is said");
                let odd = |one: char| matches!(one, '{' | '}' | '$' | '<' | '>') || one < '\n';
                assert!(!text.contains(odd), "{name}: {text}");
                let code = codes.iter().find(|code| text.contains(**code));
                assert_eq!(code, None, "{name}: {text}");
                assert!(
                    !text.contains("  ") && !text.contains("。。"),
                    "{name}: {text}"
                );
                assert!(
                    !text.contains("，。") && !text.contains(".."),
                    "{name}: {text}"
                );
            }
        }
    }
}

/// Whoever is told a reason is told what to do, or from when on it is over.
#[test]
fn a_reader_can_act_on_every_notice() {
    let sample = sample();
    let mut days = 0;
    for told in told(&sample) {
        let [zh, en] = &told.documents;
        let approves = zh.outcome.decisions.contains(&precheck::Decision::Approve);
        let is_open = zh.outcome.decisions.len() > 1;
        for document in [zh, en] {
            let notice = &document.notice;
            let reasons = notice.reasons.len() + notice.possible.len();
            let asks = notice.ask.len() + notice.checks.len();
            assert!(approves || reasons > 0, "{}", told.case.name);
            assert!(!is_open || reasons + asks > 0, "{}", told.case.name);
        }
        days += acts(&told);
    }
    assert!(days > 5, "{days}: some reasons end on a day");
}

/// How many reasons tell a day; on that day the rule no longer fires.
fn acts(told: &Told<'_>) -> usize {
    let [zh, en] = &told.documents;
    let mut days = 0;
    for (reason, notices) in zh
        .outcome
        .reasons
        .iter()
        .zip(zh.notice.reasons.iter().zip(&en.notice.reasons))
    {
        for text in [&notices.0.help, &notices.1.help] {
            assert!(text.chars().count() > 10, "{}: {text}", told.case.name);
        }
        if let Some(day) = reason.until {
            assert!(day > told.trace.as_of && reason.lasts == Lasts::Passes);
            assert!(
                notices
                    .0
                    .until
                    .as_ref()
                    .is_some_and(|text| text.contains('年'))
            );
            days += 1;
        }
    }
    days
}
