//! Postal address in China: province, city, district and what comes after, in
//! one text as people write it.
//!
//! Province and city are looked up in the region table, in full or short as in
//! 广东深圳; the municipalities are their own city. A district is recognised by
//! its last character (区 县 市 旗), because names of districts change every
//! year; Hong Kong, Macau and the few cities without districts need none.
//! After it something more must stand, at least two letters, hanzi or digits:
//! a town, a road, a building. Whether the place exists is not known here.
//!
//! White space, commas, hyphens and slashes between the parts are no part of
//! them.

mod places;

use places::{ALL, MUNICIPALITIES, Part, SPECIAL, follow, has_word, keep_longest};
use places::{known_city, suffixes, unit};

use super::letters::{Letters, MOST, Prose};
use super::written::{END, Finding};
use super::{DocumentSpec, FieldKind, IssueCode, normalise};
use crate::identity::regions;

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "address",
    kind: FieldKind::Address,
    source: "GB/T 2260 for provinces and prefectures; order of parts as in GB/T 23705-2009",
    effective: "2009-11-01",
    valid: &[
        "广东省深圳市南山区样本路1号",
        "广东 深圳 南山区 样本路１号",
        "浙江省，杭州市，西湖区，样本路1号2幢301室",
        "北京市朝阳区样本街道",
        "上海市上海市浦东新区样本路1弄2号",
        "重庆样样县样本镇样本村",
        "内蒙古自治区锡林郭勒盟样样旗样本苏木",
        "新疆伊犁哈萨克自治州伊宁市样本路1号",
        "广东省东莞市样本镇样本路1号", // no districts
        "湖北省仙桃市样本路1号",       // below the province itself
        "香港特别行政区中西区样本道1号",
        "澳門样本街1号",
        "台湾省台北市信义区样本路1号",
        "中国广东省深圳市南山区样本路1号",
        "518000 中华人民共和国广东省深圳市南山区样本路1号",
        "湖北省恩施州恩施市样本路1号",
        "新疆巴州库尔勒市样本路1号",
    ],
    invalid: &[
        ("", IssueCode::AddressEmpty),
        (" ，", IssueCode::AddressEmpty),
        ("广", IssueCode::AddressProvince),
        ("中国", IssueCode::AddressProvince),
        ("广东省", IssueCode::AddressCity),
        ("广东省深", IssueCode::AddressCity),
        ("广东省深圳市", IssueCode::AddressDistrict),
        ("广东省深圳市样本路1号", IssueCode::AddressDistrict),
        ("北京市样本小区", IssueCode::AddressDistrict),
        ("广东省深圳市南山区", IssueCode::AddressDetail),
        ("广东省东莞市", IssueCode::AddressDetail),
        ("北京市朝阳区1", IssueCode::AddressDetail),
        (
            "广东省样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样样",
            IssueCode::AddressTooLong,
        ),
        ("广东省深圳市南山区\u{E000}", IssueCode::AddressCharacter),
        ("样本路1号", IssueCode::AddressStart),
        ("样样样样样样样样样样样样", IssueCode::AddressStart),
        ("昆山市", IssueCode::AddressDetail),
        ("恩施州", IssueCode::AddressDistrict),
        ("100000", IssueCode::AddressProvince),
        ("朝阳区样本路1号", IssueCode::AddressNoProvince),
        ("昆山市样本镇样本路1号", IssueCode::AddressNoProvince),
        ("1 Sample Road, Shenzhen", IssueCode::AddressStart),
        ("深圳市南山区样本路1号", IssueCode::AddressNoProvince),
        ("深圳南山区样本路1号", IssueCode::AddressNoProvince),
        ("广东省样样市样样区样本路1号", IssueCode::AddressCityUnknown),
        ("江苏省昆山市样本路1号", IssueCode::AddressCityUnknown),
        ("江苏省样样县样本路1号", IssueCode::AddressCityUnknown),
        (
            "广东省杭州市西湖区样本路1号",
            IssueCode::AddressContradiction,
        ),
        (
            "北京市深圳市南山区样本路1号",
            IssueCode::AddressContradiction,
        ),
    ],
};

/// Traditional and simplified form of the characters in provinces' names and
/// in the suffixes, for those who write their address with them.
const TRADITIONAL: &str =
    "廣广東东蘇苏遼辽寧宁龍龙壯壮區区縣县慶庆貴贵雲云陝陕肅肃內内門门臺台灣湾維维爾尔";

/// An address as far as it was understood.
struct Read {
    /// The part that is to be typed next.
    missing: Option<IssueCode>,
    /// What is doubtful.
    doubt: Option<Finding>,
    /// Where the district ends; what follows tells where somebody lives.
    district_end: usize,
}

/// Within so many characters the address must have come to its detail.
const LONGEST_PLACES: usize = 200;

pub(super) const PROSE: Prose = Prose {
    rewrite,
    inspect,
    canonical,
    mended: |_, found| {
        let text = &found.canonical;
        if found.code != Some(IssueCode::AddressNoProvince) {
            return None;
        }
        let letters = Letters::read(text, rewrite);
        let start = start(letters.all())?;
        let is_first = start.from == 0 && !start.province.is_empty();
        is_first.then(|| [start.province, text].concat())
    },
};

/// What may stand before the first place, besides a postal code.
const CHINA: [&str; 2] = ["中华人民共和国", "中国"];

/// Within so many characters the first place must have ended where it is none
/// of the table.
const LONGEST_PLACE: usize = 12;

fn inspect(letters: &[char]) -> Finding {
    if let Some(at) = letters.iter().position(|letter| is_refused(*letter)) {
        return Finding::wrong(IssueCode::AddressCharacter, at);
    }
    if letters.is_empty() {
        return Finding::incomplete(IssueCode::AddressEmpty);
    }
    if letters.len() == MOST {
        return Finding::invalid(IssueCode::AddressTooLong, MOST - 1, END);
    }
    let places = letters.get(..LONGEST_PLACES).unwrap_or(letters);
    match read(places) {
        None if is_beginning(places) => Finding::incomplete(IssueCode::AddressProvince),
        None => Finding::invalid(IssueCode::AddressStart, 0, END),
        Some(read) => match (read.missing, read.doubt) {
            (Some(_), _) if letters.len() >= LONGEST_PLACES => {
                Finding::invalid(IssueCode::AddressTooLong, LONGEST_PLACES - 1, END)
            }
            (Some(code), _) => Finding::incomplete(code),
            (None, doubt) => doubt.unwrap_or(Finding::OK),
        },
    }
}

/// Returns how many bytes of an address do not tell more than its district;
/// `None` when it is not understood.
pub(in crate::identity) fn district_end(value: &str) -> Option<usize> {
    let letters = Letters::read(value, rewrite);
    let end = read(letters.all())?.district_end;
    let mut places = value.char_indices().filter(|(_, typed)| rewrite(*typed).is_some());
    Some(places.nth(end).map_or(value.len(), |(at, _)| at))
}

/// Rewrites a character for comparing: separators disappear, traditional
/// characters of the table become simplified ones.
fn rewrite(typed: char) -> Option<char> {
    let plain = kept(typed)?;
    if matches!(plain, ' ' | '-' | '/') {
        return None;
    }
    let mut pairs = TRADITIONAL.chars();
    while let (Some(traditional), Some(simplified)) = (pairs.next(), pairs.next()) {
        if plain == traditional {
            return Some(simplified);
        }
    }
    Some(plain)
}

/// Rewrites a character for keeping: letters and digits half width, white
/// space and commas a space; marks that cannot be seen disappear.
fn kept(typed: char) -> Option<char> {
    match typed {
        ',' | '，' | ';' | '；' | '|' | '｜' => Some(' '),
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＃' | '－' | '／' => {
            Some(normalise::half_width(typed))
        }
        _ if normalise::is_invisible(typed) => None,
        _ if typed.is_whitespace() => Some(' '),
        _ => Some(typed),
    }
}

/// Returns the address with spaces only where letters or digits would run
/// together without them.
fn canonical(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut gap = false;
    for letter in value.chars().filter_map(kept) {
        if letter == ' ' {
            gap = true;
            continue;
        }
        let last = text.bytes().next_back().unwrap_or_default();
        if gap && letter.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
            text.push(' ');
        }
        gap = false;
        text.push(letter);
    }
    text
}

/// Tells whether a character belongs in no address: controls, private use,
/// pictures, what could not be decoded.
fn is_refused(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{E000}'..='\u{F8FF}' | '\u{FFF0}'..='\u{FFFF}'
            | '\u{1F000}'..='\u{1FAFF}' | '\u{F0000}'..)
}

/// Tells whether a character says something, unlike punctuation.
fn is_telling(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || matches!(letter, '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}'
            | '\u{3400}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..)
}

/// Takes an address apart; `None` when it does not begin with a place.
fn read(letters: &[char]) -> Option<Read> {
    let start = start(letters)?;
    let mut read = Read {
        missing: None,
        doubt: None,
        district_end: start.upto,
    };
    let city = if start.city.is_some() {
        let doubt = Finding::warn(IssueCode::AddressNoProvince, start.from, start.upto);
        read.doubt = Some(doubt);
        Some(start)
    } else {
        city(letters, start, &mut read.doubt)
    };
    let Some(city) = city else {
        read.missing = Some(IssueCode::AddressCity);
        return Some(read);
    };
    read.district_end = city.upto;
    if !city.is_whole {
        let Some((upto, _)) = unit(letters, city.upto, suffixes(city.province)) else {
            read.missing = Some(IssueCode::AddressDistrict);
            return Some(read);
        };
        read.district_end = upto;
    }
    let detail = letters.iter().skip(read.district_end);
    if detail.filter(|letter| is_telling(**letter)).count() < 2 {
        read.missing = Some(IssueCode::AddressDetail);
    }
    Some(read)
}

/// Returns where the first part begins; `None` where that can never be.
fn beginning(letters: &[char]) -> Option<usize> {
    let digits = letters.iter().take_while(|letter| letter.is_ascii_digit());
    let postal_code = digits.count();
    if !matches!(postal_code, 0 | 6) && (postal_code > 6 || postal_code < letters.len()) {
        return None;
    }
    let mut names = CHINA.iter();
    let after = names.find_map(|name| follow(letters, postal_code, name, ALL));
    Some(after.unwrap_or(postal_code))
}

/// Reads the province, or a prefecture that stands in its place, or a place
/// that is not in the table: 昆山市, 浦东新区.
fn start(letters: &[char]) -> Option<Part> {
    let from = beginning(letters)?;
    // A short name can be both: 吉林, 海南. Then the province is meant.
    let mut best = None;
    for province in regions::province_names() {
        // 内蒙古 and 黑龙江 are the only short names of three characters.
        let is_longer = matches!(letters.get(from), Some('内' | '黑'));
        for length in [if is_longer { 3 } else { 2 }, ALL] {
            if let Some(upto) = follow(letters, from, province, length) {
                let part = Part {
                    province,
                    city: None,
                    is_whole: has_word(SPECIAL, province),
                    from,
                    upto,
                };
                keep_longest(&mut best, part);
            }
        }
    }
    if let Some(city) = known_city(letters, from, None, true) {
        keep_longest(&mut best, city);
    }
    let Some(mut best) = best else {
        let (mut upto, kind) = unit(&letters[..place_end(letters, from)], from, "市州盟区县旗")?;
        if kind == '市' {
            let district = unit(&letters[..place_end(letters, upto)], upto, "区县市旗");
            upto = district.map_or(upto, |(upto, _)| upto);
        }
        return Some(Part {
            province: "",
            city: Some(""),
            is_whole: !matches!(kind, '州' | '盟'),
            from,
            upto,
        });
    };
    if best.city.is_none() {
        for title in ["省", "自治区"] {
            best.upto = follow(letters, best.upto, title, ALL).unwrap_or(best.upto);
        }
    }
    Some(best)
}

/// Returns up to where a place that is not in the table can go on.
fn place_end(letters: &[char], from: usize) -> usize {
    let is_name = |letter: &&char| is_telling(**letter) && !letter.is_ascii();
    let place = letters.iter().skip(from).take(LONGEST_PLACE);
    from + place.take_while(is_name).count()
}

/// Reads the city that follows a province.
fn city(letters: &[char], start: Part, doubt: &mut Option<Finding>) -> Option<Part> {
    let province = start.province;
    if start.is_whole {
        return Some(start);
    }
    if let Some(city) = known_city(letters, start.upto, Some(province), true) {
        return Some(city);
    }
    // A short name could be the beginning of anything here: 朝阳 of 朝阳门.
    if let Some(city) = known_city(letters, start.upto, None, false) {
        let code = IssueCode::AddressContradiction;
        *doubt = Some(Finding::warn(code, start.from, city.upto));
        return Some(city);
    }
    if has_word(MUNICIPALITIES, province) {
        let again = [province, "市辖区"];
        let again = again
            .iter()
            .find_map(|name| follow(letters, start.upto, name, ALL));
        return Some(Part {
            upto: again.unwrap_or(start.upto),
            ..start
        });
    }
    let (upto, last) = unit(letters, start.upto, "市州盟区县旗")?;
    if province != "台湾省" {
        let code = IssueCode::AddressCityUnknown;
        *doubt = Some(Finding::warn(code, start.upto, upto));
    }
    // A county without its prefecture, or a city that has no districts, is
    // city and district in one: the district is looked for from its beginning.
    let is_city = match last {
        '市' => unit(letters, upto, suffixes(province)).is_some(),
        last => matches!(last, '州' | '盟'),
    };
    Some(if is_city {
        Part { upto, ..start }
    } else {
        start
    })
}

/// Tells whether a value that does not begin with a place is the beginning of
/// one.
fn is_beginning(letters: &[char]) -> bool {
    beginning(letters).is_some_and(|from| {
        place_end(letters, from) == letters.len() && letters.len() < from + LONGEST_PLACE
    })
}
