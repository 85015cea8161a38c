//! What a reason tells a browser of days, and what a text message can come to.

use precheck_cli::{Diagnostic, Pack};

use crate::broken::{position, problems};
use crate::mini;

/// A day that only the server could tell is not told by a reason for browsers.
#[test]
fn a_day_cannot_tell_a_server_fact() {
    let day = "[facts.wait]\nkind = \"days\"\ndomain = [0, 99]\nsource = \"fraud\"\naudience = ";
    for (audience, is_refused) in [("server", true), ("public", false)] {
        let mut files = mini::files();
        for (path, text) in &mut files {
            match path.as_str() {
                "policy.toml" => {
                    let wait = format!("{day}\"{audience}\"\n\n[facts.member]");
                    *text = text.replace("[facts.member]", &wait);
                    *text =
                        text.replace("\"share\", \"member\"", "\"share\", \"wait\", \"member\"");
                }
                "reasons/TOO-YOUNG.md" => {
                    *text = text.replace("helps = []", "helps = []\nuntil = { fact = \"wait\" }");
                }
                path if path.starts_with("locales/") => text.push_str("fact-wait = wait\n"),
                _ => {}
            }
        }
        let found = problems(&Pack::from_files(files));
        let refused = found.iter().any(|one| one.code == "until-server-fact");
        assert_eq!(refused, is_refused, "{audience}: {found:#?}");
        assert!(is_refused || found.is_empty(), "{found:#?}");
    }
}

/// What a message can come to is tried before anybody gets it: the title, a
/// constant in it, the headline, and the amount.
#[test]
fn a_text_message_holds_whatever_it_comes_to() {
    let long = |count: usize| "字".repeat(count);
    let titles = |title: &str| format!("# zh-CN: {title}");
    let zh = "locales/zh-CN.ftl";
    // `zh-CN short-because zh-CN would-fail-short` and the title.
    for (file, from, to, at, why) in [
        (
            "reasons/TOO-YOUNG.md",
            "# zh-CN: 标题",
            titles(&long(60)),
            "# zh-CN: 字",
            "a title",
        ),
        (
            "reasons/TOO-YOUNG.md",
            "# zh-CN: 标题",
            titles("标题"),
            "",
            "a short one",
        ),
        (
            zh,
            "decline-short = zh-CN decline-short",
            format!("decline-short = {}", long(70)),
            "\u{0}",
            "a headline",
        ),
        (
            zh,
            "short = zh-CN short",
            format!("short = {}", long(60)),
            "\u{0}",
            "the sentence around it",
        ),
        (
            zh,
            "line-closed = zh-CN line-closed",
            format!("line-closed = {}", long(71)),
            "\u{0}",
            "what is told of a line",
        ),
        (
            zh,
            "line-closed = zh-CN line-closed",
            format!("line-closed = {}", long(70)),
            "",
            "the same, as long as it may be",
        ),
    ] {
        let (pack, text) = mini::with(file, from, &to);
        let found = problems(&pack);
        let long: Vec<&Diagnostic> = found
            .iter()
            .filter(|one| one.code == "text-too-long")
            .collect();
        assert_eq!(long.len(), found.len(), "{why}: {found:#?}");
        assert_eq!(long.is_empty(), at.is_empty(), "{why}: {found:#?}");
        for one in long {
            assert_eq!(one.file, file, "{why}");
            if at != "\u{0}" {
                assert_eq!((one.line, one.column), position(&text, at), "{why}");
            }
        }
    }
}
