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

use places::{
    MUNICIPALITIES, Part, SPECIAL, cities, follow, has_word, head, is_undivided, keep_longest,
};
use places::{known_city, suffixes, unit};

use super::normalise::{self, Placed, Rewritten};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Span, Verdict};
use crate::identity::regions;
use crate::units::Date;

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
        ("广东省深圳市南山区\u{E000}", IssueCode::AddressCharacter),
        ("样本路1号", IssueCode::AddressStart),
        ("朝阳区样本路1号", IssueCode::AddressStart),
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
    doubt: Option<(IssueCode, Span)>,
    /// Where the district ends; what follows tells where somebody lives.
    district_end: u32,
}

pub(super) fn judge(value: &str, _as_of: Date) -> Verdict {
    let mut whole: Option<Span> = None;
    for Placed { letter, span } in normalise::rewritten(value, rewrite) {
        if is_refused(letter) {
            return Verdict::invalid(IssueCode::AddressCharacter, span);
        }
        whole = Some(whole.unwrap_or(span).to(span));
    }
    let Some(whole) = whole else {
        return Verdict::incomplete(IssueCode::AddressEmpty);
    };
    match read(value) {
        None if is_beginning(value) => Verdict::incomplete(IssueCode::AddressProvince),
        None => Verdict::invalid(IssueCode::AddressStart, whole),
        Some(Read {
            missing: Some(code),
            ..
        }) => Verdict::incomplete(code),
        Some(Read {
            doubt: Some((code, span)),
            ..
        }) => Verdict::warn(code, span),
        Some(_) => Verdict::OK,
    }
}

pub(super) fn describe(value: &str, _as_of: Date, found: &mut FieldCheck) {
    found.canonical = canonical(value);
    if found.code == Some(IssueCode::AddressNoProvince)
        && let Some(start) = start(&normalise::rewritten(value, rewrite))
        && !found.canonical.starts_with("中国")
    {
        let mut whole = String::with_capacity(start.province.len() + found.canonical.len());
        whole.push_str(start.province);
        whole.push_str(&found.canonical);
        found.suggestions.push(whole);
    }
}

/// Returns how many bytes of an address do not tell more than its district;
/// `None` when it is not understood.
pub(in crate::identity) fn district_end(value: &str) -> Option<usize> {
    let mut left = read(value)?.district_end as usize;
    let end = value.char_indices().find(|(_, letter)| {
        let is_end = left == 0;
        left = left.saturating_sub(letter.len_utf16());
        is_end
    });
    Some(end.map_or(value.len(), |(at, _)| at))
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
    let mut is_gap = false;
    for Placed { letter, .. } in normalise::rewritten(value, kept) {
        if letter == ' ' {
            is_gap = true;
            continue;
        }
        let is_word = |letter: char| letter.is_ascii_alphanumeric();
        if is_gap && is_word(letter) && text.ends_with(is_word) {
            text.push(' ');
        }
        is_gap = false;
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
fn read(value: &str) -> Option<Read> {
    let start = start(&normalise::rewritten(value, rewrite))?;
    let province = start.province;
    let mut doubt = start
        .city
        .map(|_| (IssueCode::AddressNoProvince, start.span));
    let next = match start.city {
        Some(_) => Some(start.clone()),
        None => city(&start, &mut doubt),
    };
    let stopped = |missing, at: &Part<'_>| {
        Some(Read {
            missing: Some(missing),
            doubt: None,
            district_end: at.span.end,
        })
    };
    let Some(next) = next else {
        return stopped(IssueCode::AddressCity, &start);
    };
    let Some(district) = district(province, &next) else {
        return stopped(IssueCode::AddressDistrict, &next);
    };
    let detail = district.rest.filter(|placed| is_telling(placed.letter));
    Some(Read {
        missing: (detail.take(2).count() < 2).then_some(IssueCode::AddressDetail),
        doubt,
        district_end: district.span.end,
    })
}

/// Reads the province, or a prefecture that stands in its place.
fn start<'a>(text: &Rewritten<'a>) -> Option<Part<'a>> {
    let rest = follow(text, "中国").map_or_else(|| text.clone(), |(rest, _)| rest);
    let mut best = known_city(&rest, None, true);
    for province in regions::province_names() {
        // 内蒙古 and 黑龙江 are the only short names of three characters.
        let longer = if province.starts_with(['内', '黑']) {
            3
        } else {
            2
        };
        for length in [2, longer, usize::MAX] {
            if let Some((rest, span)) = follow(&rest, head(province, length)) {
                keep_longest(
                    &mut best,
                    Part {
                        province,
                        city: None,
                        span,
                        rest,
                    },
                );
            }
        }
    }
    let mut best = best?;
    if best.city.is_none() {
        for title in ["省", "自治区"] {
            if let Some((rest, span)) = follow(&best.rest, title) {
                best.span = best.span.to(span);
                best.rest = rest;
            }
        }
    }
    Some(best)
}

/// Reads the city that follows a province.
fn city<'a>(start: &Part<'a>, doubt: &mut Option<(IssueCode, Span)>) -> Option<Part<'a>> {
    let province = start.province;
    if has_word(SPECIAL, province) {
        return Some(start.clone());
    }
    if let Some(city) = known_city(&start.rest, Some(province), true) {
        return Some(city);
    }
    // A short name could be the beginning of anything here: 朝阳 of 朝阳门.
    if let Some(city) = known_city(&start.rest, None, false) {
        *doubt = Some((IssueCode::AddressContradiction, start.span.to(city.span)));
        return Some(city);
    }
    if has_word(MUNICIPALITIES, province) {
        let again = [province, "市辖区"]
            .iter()
            .find_map(|name| follow(&start.rest, name));
        let mut city = start.clone();
        if let Some((rest, span)) = again {
            (city.rest, city.span) = (rest, span);
        }
        return Some(city);
    }
    let (rest, span, last) = unit(&start.rest, "市州盟区县旗")?;
    if province != "台湾省" {
        *doubt = Some((IssueCode::AddressCityUnknown, span));
    }
    // A county without its prefecture, or a city that has no districts, is
    // city and district in one: the district is looked for from its beginning.
    let is_city = match last {
        '市' => unit(&rest, suffixes(province)).is_some(),
        last => matches!(last, '州' | '盟'),
    };
    Some(Part {
        province,
        city: None,
        span: if is_city { span } else { start.span },
        rest: if is_city { rest } else { start.rest.clone() },
    })
}

/// Reads the district that follows a city, where there is one.
fn district<'a>(province: &str, city: &Part<'a>) -> Option<Part<'a>> {
    if has_word(SPECIAL, province) || city.city.is_some_and(is_undivided) {
        return Some(city.clone());
    }
    let (rest, span, _) = unit(&city.rest, suffixes(province))?;
    Some(Part {
        span,
        rest,
        ..city.clone()
    })
}

/// Tells whether a value is the beginning of a name that an address can start
/// with.
fn is_beginning(value: &str) -> bool {
    let text = normalise::rewritten(value, rewrite);
    let rest = follow(&text, "中国").map_or_else(|| text.clone(), |(rest, _)| rest);
    regions::province_names()
        .chain(cities().map(|(_, name)| name))
        .any(|name| {
            let mut letters = name.chars();
            rest.clone()
                .all(|placed| letters.next() == Some(placed.letter))
        })
}
