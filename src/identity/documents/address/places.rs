//! The names that an address is made of, and how they are recognised.

use super::Span;
use crate::identity::normalise::{Placed, Rewritten};
use crate::identity::regions;

pub(super) const MUNICIPALITIES: &str = "北京市 天津市 上海市 重庆市";

/// Regions where the parts after the first have no common order.
pub(super) const SPECIAL: &str = "香港特别行政区 澳门特别行政区";

/// Prefectures without districts.
const UNDIVIDED: &str = "东莞市 中山市 儋州市 嘉峪关市";

/// Counties and cities that no prefecture stands above, by province.
const DIRECT: [(&str, &str); 4] = [
    ("河南省", "济源市"),
    ("湖北省", "仙桃市 潜江市 天门市 神农架林区"),
    (
        "海南省",
        "五指山市 琼海市 文昌市 万宁市 东方市 定安县 屯昌县 澄迈县 临高县 白沙黎族自治县 \
         昌江黎族自治县 乐东黎族自治县 陵水黎族自治县 保亭黎族苗族自治县 琼中黎族苗族自治县",
    ),
    (
        "新疆维吾尔自治区",
        "石河子市 阿拉尔市 图木舒克市 五家渠市 北屯市 铁门关市 双河市 可克达拉市 昆玉市 \
         胡杨河市 新星市 白杨市",
    ),
];

/// A part of an address that was recognised.
#[derive(Clone)]
pub(super) struct Part<'a> {
    pub(super) province: &'static str,
    /// The prefecture, or the place in its stead.
    pub(super) city: Option<&'static str>,
    /// Where it was typed.
    pub(super) span: Span,
    pub(super) rest: Rewritten<'a>,
}

/// Returns the last characters of the names of a province's districts.
pub(super) fn suffixes(province: &str) -> &'static str {
    match province {
        "台湾省" => "区市镇乡",
        _ if has_word(MUNICIPALITIES, province) => "区县",
        _ => "区县市旗",
    }
}

/// Reads up to the first character that ends the name of a place.
pub(super) fn unit<'a>(
    text: &Rewritten<'a>,
    suffixes: &str,
) -> Option<(Rewritten<'a>, Span, char)> {
    let mut rest = text.clone();
    let mut before = [' '; 2];
    let mut whole: Option<Span> = None;
    while let Some(Placed { letter, span }) = rest.next() {
        let last = whole.unwrap_or(span).to(span);
        let next = rest.clone().next().map_or(' ', |placed| placed.letter);
        // 市南区 begins with a suffix; 小区, 三区, 菜市场 and 红旗路 are no districts.
        let is_end = has_letter(suffixes, letter)
            && !before[1].is_ascii()
            && !has_letter("路街", next)
            && match letter {
                '区' => match before {
                    ['业', '园'] => true,
                    [_, last] => !has_letter("小社校厂片景库园地一二三四五六七八九十", last),
                },
                '市' => !has_letter("超夜菜城都", before[1]) && !has_letter("场区", next),
                '旗' => !has_letter("区舰县", next),
                '县' => !has_letter("市区", next),
                '州' => before[1] == '治',
                _ => true,
            };
        let is_area = letter == '区' && before[1] == '地' && has_letter(suffixes, '州');
        if is_end || is_area {
            let kind = if is_area { '州' } else { letter };
            return Some((rest, last, kind));
        }
        before = [before[1], letter];
        whole = Some(last);
    }
    None
}

/// Tells whether a city has no districts: what follows it is the rest.
pub(super) fn is_undivided(city: &str) -> bool {
    let is_direct = |names| has_word(names, city);
    is_direct(UNDIVIDED) || DIRECT.iter().any(|(_, names)| is_direct(names))
}

/// Every prefecture, and what stands in the place of one, with its province.
pub(super) fn cities() -> impl Iterator<Item = (&'static str, &'static str)> {
    let direct = DIRECT
        .iter()
        .flat_map(|(province, names)| names.split(' ').map(|name| (*province, name)));
    regions::prefecture_names().chain(direct)
}

/// Reads a city of the table, of any province or of this one, in full or
/// short: without its suffix, and two characters for an autonomous prefecture.
pub(super) fn known_city<'a>(
    text: &Rewritten<'a>,
    of: Option<&str>,
    is_short_fine: bool,
) -> Option<Part<'a>> {
    let first = text.clone().next()?.letter;
    let mut best = None;
    for (province, name) in cities() {
        if !name.starts_with(first) || of.is_some_and(|of| of != province) {
            continue;
        }
        let whole = name.chars().count();
        let short = match name {
            _ if name.ends_with("自治州") || name.ends_with("自治县") => 2,
            _ if name.ends_with("地区") || name.ends_with("林区") => whole - 2,
            _ => whole - 1,
        };
        for length in [short.max(2), whole] {
            let Some((rest, span)) = follow(text, head(name, length)) else {
                continue;
            };
            // 朝阳区 is not 朝阳, and 深圳 alone may still become 深圳市.
            let next = rest.clone().next().map_or('市', |placed| placed.letter);
            if length == whole || is_short_fine && !has_letter("区县市旗州盟路街道", next)
            {
                keep_longest(
                    &mut best,
                    Part {
                        province,
                        city: Some(name),
                        span,
                        rest,
                    },
                );
            }
        }
    }
    best
}

pub(super) fn keep_longest<'a>(best: &mut Option<Part<'a>>, part: Part<'a>) {
    if best
        .as_ref()
        .is_none_or(|best| best.span.end < part.span.end)
    {
        *best = Some(part);
    }
}

/// Follows a name character by character; `None` when something else stands
/// there.
pub(super) fn follow<'a>(text: &Rewritten<'a>, name: &str) -> Option<(Rewritten<'a>, Span)> {
    let mut rest = text.clone();
    let mut whole: Option<Span> = None;
    for expected in name.chars() {
        let Placed { letter, span } = rest.next()?;
        if letter != expected {
            return None;
        }
        whole = Some(whole.unwrap_or(span).to(span));
    }
    Some((rest, whole?))
}

/// Returns the first characters of a name.
pub(super) fn head(name: &str, length: usize) -> &str {
    let end = name
        .char_indices()
        .nth(length)
        .map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}

pub(super) fn has_word(words: &str, wanted: &str) -> bool {
    words.split(' ').any(|word| word == wanted)
}

/// Like `str::contains`, without its search for longer texts, which takes
/// several kilobytes in a program that needs it nowhere else.
fn has_letter(letters: &str, wanted: char) -> bool {
    letters.chars().any(|letter| letter == wanted)
}
