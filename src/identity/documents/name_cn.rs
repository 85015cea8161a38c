//! Name as on a Chinese identity document: 2 to 50 characters.
//!
//! Hanzi of every extension of Unicode and 〇, with U+00B7 between the parts of
//! a name. A name in Latin letters is what a foreign resident's card shows; it
//! is accepted with a warning, because in this field it is far more often
//! pinyin typed by mistake. Hanzi and Latin letters together are refused.

use zeroize::Zeroizing;

use super::letters::{MOST, Prose};
use super::written::{END, Finding, plain};
use super::{DocumentSpec, FieldKind, IssueCode, normalise};
use crate::identity::Status;

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
        ("Zhang, San", IssueCode::NameLatin),
        ("Zhang&San", IssueCode::NameCharacter),
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

pub(super) const PROSE: Prose = Prose {
    rewrite,
    inspect,
    canonical,
    mended: |value, found| {
        let mended = Zeroizing::new(plain(value, meant));
        (found.status == Status::Invalid).then(|| canonical(&mended))
    },
};

/// Rewrites a character of a name: half width, plain space, straight
/// apostrophe; every middle dot becomes the one of Unicode.
fn rewrite(typed: char) -> Option<char> {
    Some(match normalise::half_width(typed) {
        '\u{0387}' | '\u{2022}' | '\u{2024}' | '\u{2027}' | '\u{2219}' | '\u{22C5}'
        | '\u{25CF}' | '\u{30FB}' | '\u{318D}' | '\u{FF65}' => DOT,
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => '\'',
        plain if plain.is_whitespace() => ' ',
        plain => plain,
    })
}

fn inspect(letters: &[char]) -> Finding {
    let is_latin = |letter: &char| is_latin(*letter);
    match letters.iter().position(is_latin) {
        None => inspect_hanzi(letters),
        Some(from) if letters.iter().any(|letter| is_hanzi(*letter)) => {
            let last = letters.iter().rposition(is_latin).unwrap_or(from);
            Finding::invalid(IssueCode::NameMixed, from, last + 1)
        }
        Some(_) => inspect_latin(letters),
    }
}

/// White space only spreads the characters here, and a full stop is a dot.
fn inspect_hanzi(letters: &[char]) -> Finding {
    let mut count = 0;
    // A name can begin where a dot cannot.
    let mut after_dot = true;
    let mut misplaced = None;
    let mut surplus = (letters.len() == MOST).then_some(LONGEST);
    for (at, &letter) in letters.iter().enumerate() {
        if letter == ' ' {
            continue;
        }
        let is_dot = matches!(letter, DOT | '.');
        if is_dot {
            if after_dot && misplaced.is_none() {
                misplaced = Some(at);
            }
        } else if !is_hanzi(letter) {
            return Finding::wrong(why_not(letter), at);
        }
        after_dot = is_dot;
        count += 1;
        // A dot in the last place leaves no room for what must follow it.
        if surplus.is_none() && (count > LONGEST || (count == LONGEST && is_dot)) {
            surplus = Some(at);
        }
    }
    match (count, misplaced, surplus) {
        (0, _, None) => Finding::incomplete(IssueCode::NameEmpty),
        (_, Some(at), _) => Finding::wrong(IssueCode::NameDotPlace, at),
        (_, _, Some(at)) => Finding::invalid(IssueCode::NameTooLong, at, END),
        _ if after_dot => Finding::incomplete(IssueCode::NameIncomplete),
        (..SHORTEST, ..) => Finding::warn(IssueCode::NameOneCharacter, 0, 1),
        _ => Finding::OK,
    }
}

fn inspect_latin(letters: &[char]) -> Finding {
    let mut count = 0;
    let mut gap = 0;
    let mut surplus = (letters.len() == MOST).then_some(LONGEST);
    let mut end = 0;
    for (at, &letter) in letters.iter().enumerate() {
        if letter == ' ' {
            // Only a space between two words is part of the name.
            gap = 1;
            continue;
        }
        // Accents may be characters of their own, and passports print a comma.
        let is_mark = matches!(letter, '-' | '\'' | '.' | ',' | DOT | '\u{300}'..='\u{36F}');
        let is_mark = is_mark && count > 0;
        if !is_latin(letter) && !is_mark {
            return Finding::wrong(why_not(letter), at);
        }
        count += 1 + gap;
        gap = 0;
        end = at + 1;
        if surplus.is_none() && count > LONGEST {
            surplus = Some(at);
        }
    }
    match surplus {
        Some(at) => Finding::invalid(IssueCode::NameTooLong, at, END),
        None if count < SHORTEST => Finding::incomplete(IssueCode::NameIncomplete),
        None => Finding::warn(IssueCode::NameLatin, 0, end),
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
        || matches!(letter, '\u{1E00}'..='\u{1EFF}')
}

/// Returns the name as it is stored: single spaces between Latin words, none
/// between hanzi.
fn canonical(value: &str) -> String {
    let text = Zeroizing::new(plain(value, rewrite));
    let is_latin = text.chars().any(is_latin) && !text.chars().any(is_hanzi);
    let mut name = String::with_capacity(text.len() * 2);
    let mut gap = false;
    for letter in text.chars() {
        if letter == ' ' {
            gap = is_latin;
            continue;
        }
        if gap {
            name.push(' ');
        }
        gap = false;
        name.push(if letter == '.' && !is_latin { DOT } else { letter });
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
        '○' | '◯' => Some('〇'),
        _ if normalise::is_invisible(typed) => None,
        _ => Some(typed),
    }
}
