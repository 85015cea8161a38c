//! The names that an address is made of, and how they are recognised.

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
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) province: &'static str,
    /// The prefecture, or the place in its stead.
    pub(super) city: Option<&'static str>,
    /// Whether the district is part of it already, or there is none.
    pub(super) is_whole: bool,
    pub(super) from: usize,
    pub(super) upto: usize,
}

/// As many characters as a name has.
pub(super) const ALL: usize = usize::MAX;

/// Returns the last characters of the names of a province's districts.
pub(super) fn suffixes(province: &str) -> &'static str {
    match province {
        "台湾省" => "区市镇乡",
        _ if has_word(MUNICIPALITIES, province) => "区县",
        _ => "区县市旗",
    }
}

/// Reads up to the first character that ends the name of a place; returns its
/// end and the kind of place.
pub(super) fn unit(letters: &[char], from: usize, suffixes: &str) -> Option<(usize, char)> {
    let mut before = [' '; 2];
    for (at, &letter) in letters.iter().enumerate().skip(from) {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
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
            return Some((at + 1, if is_area { '州' } else { letter }));
        }
        before = [before[1], letter];
    }
    None
}

/// Tells whether a city has no districts: what follows it is the rest.
fn is_undivided(city: &str) -> bool {
    has_word(UNDIVIDED, city) || DIRECT.iter().any(|(_, names)| has_word(names, city))
}

/// Calls back with every prefecture, and what stands in the place of one, and
/// its province.
pub(super) fn each_city(look: &mut dyn FnMut(&'static str, &'static str)) {
    for (province, names) in DIRECT {
        for name in names.split(' ') {
            look(province, name);
        }
    }
    regions::each_prefecture(look);
}

/// Reads a city of the table, of any province or of this one, in full or
/// short: without its suffix, and two characters for an autonomous prefecture.
pub(super) fn known_city(
    letters: &[char],
    from: usize,
    of: Option<&str>,
    is_short_fine: bool,
) -> Option<Part> {
    let mut best = None;
    each_city(&mut |province, name| {
        let typed = letters.get(from..).unwrap_or_default().iter();
        let shared = typed.zip(name.chars()).take_while(|(typed, one)| *typed == one);
        let shared = shared.count();
        if shared == 0 || of.is_some_and(|of| of != province) {
            return;
        }
        // Every character of these names takes three bytes.
        let whole = name.len() / 3;
        let short = match name {
            _ if name.ends_with("自治州") || name.ends_with("自治县") => 2,
            _ if name.ends_with("地区") || name.ends_with("林区") => whole - 2,
            _ => whole - 1,
        };
        let short = short.max(2);
        let next = |length: usize| letters.get(from + length).copied();
        let length = if shared == whole {
            whole
        } else if name.ends_with("自治州")
            && next(shared) == Some('州')
            && (shared > 1 || of.is_some())
        {
            // 恩施州, 黔南州, and within its province 巴州.
            shared + 1
        } else if is_short_fine
            && shared >= short
            // 朝阳区 is not 朝阳, and 深圳 alone may still become 深圳市.
            && !has_letter("区县市旗州盟路街道", next(short).unwrap_or('市'))
        {
            short
        } else {
            return;
        };
        let part = Part {
            province,
            city: Some(name),
            is_whole: is_undivided(name),
            from,
            upto: from + length,
        };
        keep_longest(&mut best, part);
    });
    best
}

pub(super) fn keep_longest(best: &mut Option<Part>, part: Part) {
    if best.is_none_or(|best| best.upto < part.upto) {
        *best = Some(part);
    }
}

/// Follows a name, or so many characters of it, and returns where it ends;
/// `None` when something else stands there.
pub(super) fn follow(letters: &[char], from: usize, name: &str, most: usize) -> Option<usize> {
    let mut at = from;
    for expected in name.chars().take(most) {
        if letters.get(at) != Some(&expected) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

pub(super) fn has_word(words: &str, wanted: &str) -> bool {
    words.split(' ').any(|word| word == wanted)
}

/// Like `str::contains`, without its search for longer texts, which takes
/// several kilobytes in a program that needs it nowhere else.
fn has_letter(letters: &str, wanted: char) -> bool {
    letters.chars().any(|letter| letter == wanted)
}
