//! E-mail address: a mailbox as people have them, without asking the network.
//!
//! The subset of RFC 5321 that mail providers give out: a local part of plain
//! characters with single dots inside, `@`, and a domain with at least one
//! dot and no number as its last label. Quoted local parts, comments and
//! addresses of machines in brackets are refused. Characters beyond ASCII are
//! accepted in both parts with a warning (RFC 6531): much software cannot send
//! to them. Whether the mailbox exists is not known here.
//!
//! A domain one slip away from exactly one common provider is a warning with
//! that provider as the suggestion.

use zeroize::Zeroizing;

use super::letters::{MOST, Prose};
use super::written::{END, Finding, plain};
use super::{DocumentSpec, FieldKind, IssueCode, normalise};

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "email",
    kind: FieldKind::Email,
    source: "RFC 5321 section 4.1.2 and 4.5.3.1 without quoting; RFC 1123 section 2.1; RFC 6531",
    effective: "2012-02",
    valid: &[
        "zhangsan@example.com",
        " Zhang.San+shop@Example.COM ",
        "10000001@qq.com",
        "zhangsan＠ｅｘａｍｐｌｅ．ｃｏｍ", // full width
        "o'sample@mail.example.com.cn",
        "a@b-c.example",
        "sample@xn--fiqs8s.xn--fiqs8s",
    ],
    invalid: &[
        ("", IssueCode::EmailEmpty),
        ("  ", IssueCode::EmailEmpty),
        ("zhangsan", IssueCode::EmailIncomplete),
        ("zhangsan@", IssueCode::EmailIncomplete),
        ("zhangsan@example", IssueCode::EmailIncomplete),
        ("zhangsan@example.", IssueCode::EmailIncomplete),
        ("zhangsan@example.c", IssueCode::EmailIncomplete),
        ("zhangsan@192.0.2.1", IssueCode::EmailIncomplete), // 192.0.2.1.example
        ("zhangsan@example。com", IssueCode::EmailCharacter),
        ("\"zhang san\"@example.com", IssueCode::EmailCharacter),
        ("zhangsan@[192.0.2.1]", IssueCode::EmailCharacter),
        ("zhang san@example.com", IssueCode::EmailSpace),
        ("zhangsan ", IssueCode::EmailSpace),
        (".zhangsan@example.com", IssueCode::EmailDot),
        ("zhang..san@example.com", IssueCode::EmailDot),
        ("zhangsan.@example.com", IssueCode::EmailDot),
        ("zhangsan@.com", IssueCode::EmailDot),
        ("@example.com", IssueCode::EmailAt),
        ("zhangsan@@example.com", IssueCode::EmailAt),
        ("zhangsan@example.com@", IssueCode::EmailAt),
        ("zhangsan@-example.com", IssueCode::EmailHyphen),
        ("zhangsan@example-.com", IssueCode::EmailHyphen),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com",
            IssueCode::EmailTooLong,
        ),
        ("张三@example.com", IssueCode::EmailInternational),
        ("sample@例子.中国", IssueCode::EmailInternational),
        ("zhangsan@gmial.com", IssueCode::EmailTypo),
        ("zhangsan@qq.con", IssueCode::EmailTypo),
    ],
};

/// The limits of RFC 5321 in octets, and of RFC 1035 for a label. Labels and
/// domains beyond ASCII are counted in characters: they are longer on the
/// wire, so nothing is refused here that fits there.
const LONGEST_LOCAL: usize = 64;
const LONGEST_LABEL: usize = 63;
const LONGEST: usize = 254;

/// Providers whose domains are looked out for, most used first; after a `!`
/// domains that exist and only look like a slip.
const DOMAINS: &str = "qq.com 163.com 126.com gmail.com outlook.com hotmail.com foxmail.com \
    sina.com sina.cn sohu.com icloud.com yahoo.com yeah.net 139.com 189.cn aliyun.com \
    vip.qq.com vip.163.com live.com live.cn !mail.com !email.com !ymail.com !q.com !189.com";

/// No longer domain is one slip away from a common one.
const NEAR: usize = 12;

/// What may be typed after an unfinished address to finish it: one of these
/// does, wherever it stops, unless the limits are in the way.
const ENDINGS: [&str; 7] = ["a@b.cn", "@b.cn", "b.cn", ".cn", "cn", "b", "-b"];

/// The way through an address, character by character.
#[derive(Clone, Copy)]
struct Mailbox {
    /// Octets before the `@`.
    local: usize,
    /// Everything, as the limits count it.
    total: usize,
    /// Labels of the domain that a dot has ended; `None` before the `@`.
    labels: Option<usize>,
    /// Characters of the label at hand.
    label: usize,
    /// The label at hand has letters only, or is an encoded one from `xn--`.
    is_name: bool,
    /// How much of `xn--` the label at hand began with.
    encoded: usize,
    last: char,
}

impl Mailbox {
    const START: Mailbox = Mailbox {
        local: 0,
        total: 0,
        labels: None,
        label: 0,
        is_name: true,
        encoded: 0,
        last: '.',
    };

    /// Takes one more character, or tells why it cannot stand here.
    fn take(&mut self, letter: char) -> Result<(), IssueCode> {
        match (letter, self.labels) {
            ('@', None) if self.local == 0 => return Err(IssueCode::EmailAt),
            ('@', None) if self.last == '.' => return Err(IssueCode::EmailDot),
            ('@', None) => self.labels = Some(0),
            ('@', Some(_)) => return Err(IssueCode::EmailAt),
            ('.', _) if matches!(self.last, '.' | '@') => return Err(IssueCode::EmailDot),
            ('.', None) => self.local += 1,
            ('.', Some(_)) if self.last == '-' => return Err(IssueCode::EmailHyphen),
            ('.', Some(labels)) => {
                self.labels = Some(labels + 1);
                (self.label, self.is_name, self.encoded) = (0, true, 0);
            }
            (_, None) if is_local(letter) => self.local += letter.len_utf8(),
            ('-', Some(_)) if self.label == 0 => return Err(IssueCode::EmailHyphen),
            (_, Some(_))
                if letter == '-' || letter.is_ascii_alphanumeric() || is_foreign(letter) =>
            {
                self.take_in_label(letter);
            }
            _ => return Err(IssueCode::EmailCharacter),
        }
        self.total += match self.labels {
            None => letter.len_utf8(),
            Some(_) => 1,
        };
        self.last = letter;
        // A dot needs a character after it, on its side of the `@`.
        let needed = usize::from(letter == '.' && self.labels.is_none());
        let is_within = self.local + needed <= LONGEST_LOCAL
            && self.label + usize::from(letter == '-') <= LONGEST_LABEL
            && self.total <= LONGEST;
        is_within.then_some(()).ok_or(IssueCode::EmailTooLong)
    }

    fn take_in_label(&mut self, letter: char) {
        let expected = b"xn--".get(self.label).copied().map(char::from);
        if self.encoded == self.label && expected == Some(letter.to_ascii_lowercase()) {
            self.encoded += 1;
        }
        self.is_name &= letter.is_ascii_alphabetic() || !letter.is_ascii();
        self.label += 1;
    }

    /// Tells whether the address can end here.
    fn is_whole(&self) -> bool {
        let is_top = self.is_name || self.encoded == 4;
        self.labels > Some(0) && self.label >= 2 && is_top && self.last != '-'
    }

    /// Tells whether the address can still be finished within the limits.
    fn can_go_on(&self) -> bool {
        ENDINGS.iter().any(|ending| {
            let mut mailbox = *self;
            ending.chars().all(|letter| mailbox.take(letter).is_ok()) && mailbox.is_whole()
        })
    }
}

/// Tells whether a character can be part of the local part, dots aside.
fn is_local(letter: char) -> bool {
    // Without the search of `str::contains`, which takes several kilobytes.
    let is_mark = matches!(letter,
        '!' | '#'..='\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^'..='`' | '{'..='~');
    letter.is_ascii_alphanumeric() || is_mark || is_foreign(letter)
}

/// Tells whether a character beyond ASCII is a letter or digit, nearly: the
/// blocks of punctuation, symbols and private use are not.
fn is_foreign(letter: char) -> bool {
    !matches!(letter,
        '\0'..='\u{BF}' | '×' | '÷' | '\u{2000}'..='\u{2BFF}' | '\u{2E00}'..='\u{2E7F}'
        | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{303F}' | '\u{E000}'..='\u{F8FF}'
        | '\u{FE00}'..='\u{FE6F}' | '\u{FF00}'..='\u{FFFF}' | '\u{1F000}'..='\u{1FAFF}'
        | '\u{E0000}'..)
}

/// Rewrites a character of an address: half width, any white space a space;
/// marks that cannot be seen disappear.
fn rewrite(typed: char) -> Option<char> {
    match normalise::half_width(typed) {
        plain if normalise::is_invisible(plain) => None,
        plain if plain.is_whitespace() => Some(' '),
        plain => Some(plain),
    }
}

pub(super) const PROSE: Prose = Prose {
    rewrite,
    inspect,
    canonical: |value| canonical(value, rewrite),
    mended: |value, _| Some(mended(value)),
};

fn inspect(letters: &[char]) -> Finding {
    // White space after an address is no part of it.
    let end = letters.iter().rposition(|&letter| letter != ' ');
    let Some(end) = end.map(|last| last + 1) else {
        return Finding::incomplete(IssueCode::EmailEmpty);
    };
    let mut mailbox = Mailbox::START;
    let mut domain = 0;
    for (at, &letter) in letters[..end].iter().enumerate() {
        if letter == ' ' {
            return Finding::wrong(IssueCode::EmailSpace, at);
        }
        match mailbox.take(letter) {
            Ok(()) => {}
            Err(IssueCode::EmailTooLong) => {
                return Finding::invalid(IssueCode::EmailTooLong, at, END);
            }
            Err(code) => return Finding::wrong(code, at),
        }
        if letter == '@' {
            domain = at + 1;
        }
    }
    if !mailbox.is_whole() {
        return if end < letters.len() {
            Finding::invalid(IssueCode::EmailSpace, end, END)
        } else if mailbox.can_go_on() {
            Finding::incomplete(IssueCode::EmailIncomplete)
        } else {
            Finding::invalid(IssueCode::EmailTooLong, end - 1, END)
        };
    }
    let is_foreign = |letter: &char| !letter.is_ascii();
    if let Some(at) = letters.iter().position(is_foreign) {
        let last = letters.iter().rposition(is_foreign).unwrap_or(at);
        Finding::warn(IssueCode::EmailInternational, at, last + 1)
    } else if letters.len() == MOST {
        Finding::invalid(IssueCode::EmailTooLong, end, END)
    } else if meant_domain(letters[domain..end].iter().copied()).is_some() {
        Finding::warn(IssueCode::EmailTypo, domain, end)
    } else {
        Finding::OK
    }
}

/// Returns the common domain that a domain was probably meant to be: the only
/// one that a single slip away leads to.
fn meant_domain(letters: impl Iterator<Item = char>) -> Option<&'static str> {
    let mut typed = [0; NEAR];
    let mut len = 0;
    for letter in letters {
        *typed.get_mut(len)? = u8::try_from(letter).ok()?.to_ascii_lowercase();
        len += 1;
    }
    let typed = &typed[..len];
    let mut only = None;
    for domain in DOMAINS.split(' ') {
        let (is_common, domain) = match domain.strip_prefix('!') {
            Some(other) => (false, other),
            None => (true, domain),
        };
        if domain.as_bytes() == typed {
            return None;
        }
        if is_common && is_one_slip(typed, domain.as_bytes()) {
            if only.is_some() {
                return None;
            }
            only = Some(domain);
        }
    }
    only
}

/// Tells whether two texts differ by one character put in, left out or
/// replaced, or by an exchange of neighbours.
fn is_one_slip(mut one: &[u8], mut other: &[u8]) -> bool {
    while let (Some((a, rest_one)), Some((b, rest_other))) =
        (one.split_first(), other.split_first())
        && a == b
    {
        (one, other) = (rest_one, rest_other);
    }
    while let (Some((a, rest_one)), Some((b, rest_other))) = (one.split_last(), other.split_last())
        && a == b
    {
        (one, other) = (rest_one, rest_other);
    }
    match (one, other) {
        ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// Returns the address without white space around it, the domain in lower
/// case. The local part keeps its case: only its provider may ignore that.
fn canonical(value: &str, rewrite: fn(char) -> Option<char>) -> String {
    let mut text = plain(value, rewrite);
    while text.ends_with(' ') {
        text.pop();
    }
    let at = domain_start(&text);
    if let Some(domain) = text.get_mut(at..).filter(|_| at > 0) {
        domain.make_ascii_lowercase();
    }
    text
}

/// Returns the address that was probably meant: no white space, no brackets
/// around it, plain dots and none too many, one `@` in a row, and the common
/// domain instead of the one that is a slip away.
fn mended(value: &str) -> String {
    // As mail programs copy it: Name <name@example.com>.
    let place = |wanted| value.bytes().position(|byte| byte == wanted);
    let brackets = place(b'<').zip(place(b'>'));
    let inner = brackets.and_then(|(from, upto)| value.get(from + 1..upto));
    let value = inner.unwrap_or(value);
    let plain = Zeroizing::new(canonical(value, |typed| match rewrite(typed)? {
        ' ' | '<' | '>' => None,
        '。' | '｡' | '、' | ',' | '·' => Some('.'),
        letter => Some(letter),
    }));
    let mut text = String::with_capacity(value.len() + NEAR);
    for letter in plain.chars().chain(Some('\0')) {
        let last = text.bytes().next_back().unwrap_or(b'.');
        if last == b'.' && matches!(letter, '@' | '\0') {
            text.pop();
        }
        match (letter, last) {
            ('\0', _) | ('.', b'.' | b'@') | ('@', b'@') => {}
            _ => text.push(letter),
        }
    }
    let start = domain_start(&text);
    if let Some(domain) = text.get(start..).and_then(|domain| meant_domain(domain.chars())) {
        text.truncate(start);
        text.push_str(domain);
    }
    text
}

/// Returns where the domain begins; 0 when there is none yet.
fn domain_start(text: &str) -> usize {
    text.bytes().position(|byte| byte == b'@').map_or(0, |at| at + 1)
}
