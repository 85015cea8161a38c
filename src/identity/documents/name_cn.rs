//! Name as on a Chinese identity document: 2 to 50 characters.
//!
//! Hanzi of every extension of Unicode and 〇, with U+00B7 between the parts of
//! a name. A name in Latin letters is what a foreign resident's card shows; it
//! is accepted with a warning, because in this field it is far more often
//! pinyin typed by mistake. Hanzi and Latin letters together are refused.

use super::normalise::{self, Placed};
use super::plain;
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Span, Status, Verdict};
use crate::units::Date;
use zeroize::Zeroizing;

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "name-cn",
    kind: FieldKind::CnName,
    source: "Unicode 17.0, property Unified_Ideograph; lengths and dot: identity rules of this product",
    effective: "2025-09-09",
    valid: &[
        "张三",
        "欧阳 小样",
        "张　三",
        "阿依古丽·买买提",
        "阿依古丽•买买提",
        "阿依古丽．买买提",
        "样〇本",
        "𠮷样",
        "㐀𪜀𫝀𫠠𬺰𮯰𰀀𱍐𲎰",
        "\u{FA0E}样",
    ],
    invalid: &[
        ("", IssueCode::NameEmpty),
        ("阿依古丽·", IssueCode::NameIncomplete),
        ("Z", IssueCode::NameIncomplete),
        ("张3", IssueCode::NameCharacter),
        ("张々", IssueCode::NameCharacter),
        ("张三😀", IssueCode::NameCharacter),
        ("-", IssueCode::NameCharacter),
        ("Zhang,San", IssueCode::NameCharacter),
        (
            "样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样",
            IssueCode::NameTooLong,
        ),
        ("张", IssueCode::NameOneCharacter),
        ("·张三", IssueCode::NameDotPlace),
        ("阿依··古丽", IssueCode::NameDotPlace),
        ("张\u{E000}", IssueCode::NamePrivateUse),
        ("张\u{F0000}", IssueCode::NamePrivateUse),
        ("张\u{200B}三", IssueCode::NameInvisible),
        ("葛\u{E0100}样", IssueCode::NameInvisible),
        ("⼀样", IssueCode::NameLookalike),
        ("\u{F900}样", IssueCode::NameLookalike),
        ("Zhang San", IssueCode::NameLatin),
        ("O'Sample-Muster", IssueCode::NameLatin),
        ("张san", IssueCode::NameMixed),
    ],
};

const SHORTEST: usize = 2;
const LONGEST: usize = 50;
const DOT: char = '\u{00B7}';

pub(super) fn judge(value: &str, _as_of: Date) -> Verdict {
    match script(value) {
        Script::Hanzi => judge_hanzi(value),
        Script::Latin => judge_latin(value),
        Script::Mixed(span) => Verdict::invalid(IssueCode::NameMixed, span),
    }
}

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    found.canonical = canonical(value);
    if found.status == Status::Invalid {
        let mended = Zeroizing::new(plain(value, meant));
        let mut mended = Zeroizing::new(canonical(&mended));
        if judge(&mended, as_of).status != Status::Invalid && !mended.is_empty() {
            found.suggestions.push(core::mem::take(&mut *mended));
        }
    }
}

/// The letters that a name is written in.
enum Script {
    /// No Latin letter anywhere.
    Hanzi,
    Latin,
    /// Hanzi, and Latin letters at this place.
    Mixed(Span),
}

fn script(value: &str) -> Script {
    let mut latin: Option<Span> = None;
    let mut has_hanzi = false;
    for Placed { letter, span } in normalise::rewritten(value, normalise::latin_name) {
        if is_latin(letter) {
            latin = Some(latin.unwrap_or(span).to(span));
        }
        has_hanzi |= is_hanzi(letter);
    }
    match latin {
        None => Script::Hanzi,
        Some(span) if has_hanzi => Script::Mixed(span),
        Some(_) => Script::Latin,
    }
}

fn judge_hanzi(value: &str) -> Verdict {
    let mut count = 0;
    let mut whole: Option<Span> = None;
    let mut surplus: Option<Span> = None;
    // A name can begin where a dot cannot.
    let mut after_dot = true;
    let mut misplaced: Option<Span> = None;
    for Placed { letter, span } in normalise::rewritten(value, normalise::hanzi_name) {
        if letter == DOT {
            if after_dot {
                misplaced = misplaced.or(Some(span));
            }
        } else if !is_hanzi(letter) {
            return Verdict::invalid(why_not(letter), span);
        }
        after_dot = letter == DOT;
        count += 1;
        whole = Some(whole.unwrap_or(span).to(span));
        // A dot in the last place leaves no room for what must follow it.
        if count > LONGEST || (count == LONGEST && after_dot) {
            surplus = Some(surplus.unwrap_or(span).to(span));
        }
    }
    let Some(whole) = whole else {
        return Verdict::incomplete(IssueCode::NameEmpty);
    };
    if let Some(span) = misplaced {
        return Verdict::invalid(IssueCode::NameDotPlace, span);
    }
    match surplus {
        Some(span) => Verdict::invalid(IssueCode::NameTooLong, span),
        None if after_dot => Verdict::incomplete(IssueCode::NameIncomplete),
        None if count < SHORTEST => Verdict::warn(IssueCode::NameOneCharacter, whole),
        None => Verdict::OK,
    }
}

fn judge_latin(value: &str) -> Verdict {
    let mut count = 0;
    let mut whole: Option<Span> = None;
    let mut surplus: Option<Span> = None;
    let mut spaces = 0;
    for Placed { letter, span } in normalise::rewritten(value, normalise::latin_name) {
        if letter == ' ' {
            // Only a space between two words is part of the name.
            spaces = usize::from(whole.is_some());
            continue;
        }
        let is_mark = matches!(letter, '-' | '\'' | '.') && whole.is_some();
        if !is_latin(letter) && !is_mark {
            return Verdict::invalid(why_not(letter), span);
        }
        count += 1 + spaces;
        spaces = 0;
        whole = Some(whole.unwrap_or(span).to(span));
        if count > LONGEST {
            surplus = Some(surplus.unwrap_or(span).to(span));
        }
    }
    match (surplus, whole) {
        (Some(span), _) => Verdict::invalid(IssueCode::NameTooLong, span),
        (None, Some(whole)) if count >= SHORTEST => Verdict::warn(IssueCode::NameLatin, whole),
        _ => Verdict::incomplete(IssueCode::NameIncomplete),
    }
}

/// Returns why a character cannot be part of a name.
fn why_not(letter: char) -> IssueCode {
    match letter {
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => IssueCode::NamePrivateUse,
        // Radicals and compatibility forms look like a hanzi, and differ from it.
        '\u{2E80}'..='\u{2FD5}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
            IssueCode::NameLookalike
        }
        _ if normalise::is_invisible(letter) => IssueCode::NameInvisible,
        _ => IssueCode::NameCharacter,
    }
}

/// Tells whether a character is a unified ideograph, or 〇.
///
/// Whole blocks, so that a character which Unicode adds to the end of a block
/// is known on the day that somebody bears it.
fn is_hanzi(letter: char) -> bool {
    matches!(letter,
        '\u{3007}'
        | '\u{3400}'..='\u{4DBF}'   // extension A
        | '\u{4E00}'..='\u{9FFF}'
        // Twelve unified ideographs among the compatibility forms.
        | '\u{FA0E}' | '\u{FA0F}' | '\u{FA11}' | '\u{FA13}' | '\u{FA14}' | '\u{FA1F}'
        | '\u{FA21}' | '\u{FA23}' | '\u{FA24}' | '\u{FA27}'..='\u{FA29}'
        | '\u{20000}'..='\u{2A6DF}' // extension B
        | '\u{2A700}'..='\u{2EE5F}' // extensions C to F, and I
        | '\u{30000}'..='\u{3347F}' // extensions G, H and J
    )
}

/// Tells whether a character is a Latin letter, with or without accents.
fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic()
        || matches!(letter, '\u{C0}'..='\u{24F}' if letter != '×' && letter != '÷')
}

/// Returns the name as it is stored.
fn canonical(value: &str) -> String {
    if !matches!(script(value), Script::Latin) {
        return plain(value, normalise::hanzi_name);
    }
    let plain = Zeroizing::new(plain(value, normalise::latin_name));
    let mut name = String::with_capacity(plain.len());
    for word in plain.split_whitespace() {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(word);
    }
    name
}

/// Returns the character that was probably meant: what cannot be seen goes,
/// and marks that stand where a dot belongs become one.
fn meant(typed: char) -> Option<char> {
    match typed {
        '。' | '｡' | '、' | '‐'..='―' | '-' | '_' | '*' | '﹒' | '▪' | '⸱' => {
            Some(DOT)
        }
        _ if normalise::is_invisible(typed) => None,
        _ => Some(typed),
    }
}
