//! Names the place that a region code (GB/T 2260) stands for.
//!
//! Six digits: province, prefecture, county, two each. The table knows every
//! code since 1980, withdrawn ones too: a person keeps the number that was
//! given at registration, whatever becomes of the place. One year goes with a
//! code, the last whose list has it. The first year is left out, because it
//! proves nothing: who registers late gets a code younger than the person.
//!
//! A prefecture code has one name, the last one it stood for. Where codes
//! changed hands (1981 and 1982) nobody had a number yet. Counties have none:
//! their names would triple the size, and are nowhere shown.
//!
//! `cargo xtask regions` makes the table; `README.md` here says from what.

#[cfg(test)]
mod tests;

use serde::{Serialize, Serializer};

/// The names of a place. Serializes as one text, `广东省深圳市`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The province.
    pub province: &'static str,
    /// The prefecture; empty when the province is all that the code says or
    /// all that is known.
    pub prefecture: &'static str,
}

impl core::fmt::Display for Region {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.province)?;
        f.write_str(self.prefecture)
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&[self.province, self.prefecture].concat())
    }
}

/// What is known about a region code. The default is nothing.
#[derive(Default)]
pub(super) struct Place {
    province: Option<&'static Province>,
    /// The position of the prefecture in its province; `None` when there never
    /// was one with this code.
    pub(super) prefecture: Option<usize>,
    /// Whether the list ever had all six digits.
    pub(super) county_known: bool,
    /// Whether somebody born in the year may well have been registered there:
    /// the county, or the prefecture when the county is unknown, was not
    /// withdrawn long before.
    pub(super) in_force: bool,
}

impl Place {
    /// Tells whether there is such a province; if not, nothing else is known.
    pub(super) fn has_province(&self) -> bool {
        self.province.is_some()
    }

    /// Returns the names. That of a prefecture which is only a heading (市辖区,
    /// 省直辖县级行政单位) is empty.
    pub(super) fn name(self) -> Option<Region> {
        let block = self.province?.first_name;
        let prefecture = self.prefecture.and_then(|at| name(block, at + 1));
        Some(Region {
            province: name(block, 0)?,
            prefecture: prefecture.unwrap_or_default(),
        })
    }
}

/// Looks a code up for somebody born in `birth_year`. Never allocates.
///
/// Bytes other than digits belong to no region.
pub(super) fn look_up(code: &[u8; 6], birth_year: u32) -> Place {
    let mut place = Place {
        province: province(pair(code, 0)),
        ..Place::default()
    };
    let Some(province) = place.province else {
        return place;
    };
    let start = usize::from(province.first_prefecture);
    let wanted = pair(code, 2);
    let prefectures = column(PREFECTURE_STEPS, start, usize::from(province.prefectures));
    let Some(at) = position(prefectures, wanted) else {
        return place;
    };
    place.prefecture = Some(at);
    let sum = |sum, size: &u8| sum + usize::from(*size);
    let before = column(PREFECTURE_SIZES, start, at).iter().fold(0, sum);
    let first = usize::from(province.first_county) + before;
    let size = byte(PREFECTURE_SIZES, start + at);
    let mut last = byte(PREFECTURE_YEARS, start + at);
    let county = pair(code, 4);
    if county == 0 {
        // A city without districts, such as 441900; not a whole province.
        place.county_known = wanted != 0;
    } else if let Some(at) = position(column(COUNTY_STEPS, first, usize::from(size)), county) {
        place.county_known = true;
        last = last.wrapping_add(byte(COUNTY_YEARS, first + at));
    }
    place.in_force = last == IN_FORCE || birth_year <= FIRST_YEAR + u32::from(last) + YEARS_USED;
    place
}

/// Returns the names of all provinces, of Hong Kong, Macau and Taiwan too.
pub(super) fn province_names() -> impl Iterator<Item = &'static str> {
    PROVINCE_ROWS
        .iter()
        .filter_map(|province| name(province.first_name, 0))
}

/// Calls back with the name of every prefecture of today, and of its province
/// before it, in the order of their codes.
pub(super) fn each_prefecture(look: &mut dyn FnMut(&'static str, &'static str)) {
    let mut names = NAMES.lines();
    let mut years = PREFECTURE_YEARS.iter();
    for prefectures in PROVINCE_SIZES {
        let province = names.next().unwrap_or_default();
        for _ in 0..*prefectures {
            let (name, year) = (names.next().unwrap_or_default(), years.next());
            if year == Some(&IN_FORCE) && !name.is_empty() {
                look(province, name);
            }
        }
    }
}

/// Counts of provinces (one byte), prefectures and counties (two bytes each,
/// low byte first), then columns of bytes, each sorted by code: codes and
/// numbers of prefectures of the provinces; steps, years and numbers of
/// counties of the prefectures; steps and years of the counties. A code is the
/// two digits of its level, a step how far it lies above the one before in the
/// same place; a year is the last in force, that of a county counted, modulo
/// 256, from its prefecture's. In this form the table packs best.
const TABLE: &[u8] = include_bytes!("table.bin");

/// A province, then its prefectures, one name a line, in the order of the
/// table. A line is empty where the prefecture is only a heading.
const NAMES: &str = include_str!("names.txt");

/// What a year of the table is counted from.
const FIRST_YEAR: u32 = 1900;

/// For how many years after its last list a code still begins numbers of the
/// newly born: it goes in the course of the first, and the police take two
/// more to follow. People with such numbers are known (342401, gone in 1999,
/// with births of 2001; reported to the makers of validators).
const YEARS_USED: u32 = 3;

/// The year of a code that is still in force.
const IN_FORCE: u8 = 255;

const PROVINCES: usize = TABLE[0] as usize;
const PREFECTURES: usize = TABLE[1] as usize + TABLE[2] as usize * 256;
const COUNTIES: usize = TABLE[3] as usize + TABLE[4] as usize * 256;

const PROVINCE_CODES: &[u8] = part(5, PROVINCES);
const PROVINCE_SIZES: &[u8] = part(5 + PROVINCES, PROVINCES);
const PREFECTURES_AT: usize = 5 + 2 * PROVINCES;
const PREFECTURE_STEPS: &[u8] = part(PREFECTURES_AT, PREFECTURES);
const PREFECTURE_YEARS: &[u8] = part(PREFECTURES_AT + PREFECTURES, PREFECTURES);
const PREFECTURE_SIZES: &[u8] = part(PREFECTURES_AT + 2 * PREFECTURES, PREFECTURES);
const COUNTIES_AT: usize = PREFECTURES_AT + 3 * PREFECTURES;
const COUNTY_STEPS: &[u8] = part(COUNTIES_AT, COUNTIES);
const COUNTY_YEARS: &[u8] = part(COUNTIES_AT + COUNTIES, COUNTIES);

const fn part(from: usize, len: usize) -> &'static [u8] {
    TABLE.split_at(from).1.split_at(len).0
}

/// Where the parts of a province begin.
#[derive(Clone, Copy)]
struct Province {
    code: u8,
    prefectures: u8,
    first_prefecture: u16,
    first_county: u16,
    first_name: u16,
}

/// Worked out by the compiler, so that looking up does not add up the whole
/// table.
static PROVINCE_ROWS: [Province; PROVINCES] = {
    let mut row = Province {
        code: 0,
        prefectures: 0,
        first_prefecture: 0,
        first_county: 0,
        first_name: 0,
    };
    let mut rows = [row; PROVINCES];
    let mut at = 0;
    while at < PROVINCES {
        row.code = PROVINCE_CODES[at];
        row.prefectures = PROVINCE_SIZES[at];
        rows[at] = row;
        let mut lines = row.prefectures as usize + 1;
        while lines > 0 {
            lines -= (NAMES.as_bytes()[row.first_name as usize] == b'\n') as usize;
            row.first_name += 1;
        }
        let mut left = row.prefectures;
        while left > 0 {
            row.first_county += PREFECTURE_SIZES[row.first_prefecture as usize] as u16;
            row.first_prefecture += 1;
            left -= 1;
        }
        at += 1;
    }
    rows
};

fn province(code: u8) -> Option<&'static Province> {
    PROVINCE_ROWS.iter().find(|province| province.code == code)
}

/// Returns a name of a province's block: its own, then those of its prefectures.
fn name(block: u16, line: usize) -> Option<&'static str> {
    NAMES.get(usize::from(block)..)?.lines().nth(line)
}

/// Returns two digits as a number; 255 for other bytes.
fn pair(code: &[u8; 6], at: usize) -> u8 {
    match (code[at], code[at + 1]) {
        (high @ b'0'..=b'9', low @ b'0'..=b'9') => (high - b'0') * 10 + (low - b'0'),
        _ => 255,
    }
}

fn column(all: &'static [u8], from: usize, len: usize) -> &'static [u8] {
    all.get(from..from + len).unwrap_or_default()
}

fn byte(all: &[u8], at: usize) -> u8 {
    all.get(at).copied().unwrap_or_default()
}

/// Returns the place of a code among those that the steps lead to.
fn position(steps: &[u8], wanted: u8) -> Option<usize> {
    let mut code = 0;
    steps.iter().position(|step| {
        code += step;
        code == wanted
    })
}
