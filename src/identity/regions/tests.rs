//! The table against codes that are known from elsewhere, and its form.

use super::*;

#[derive(Debug, PartialEq)]
struct Found {
    province: Option<&'static str>,
    prefecture: Option<&'static str>,
    county_known: bool,
    in_force: bool,
}

fn found(code: &str, year: u32) -> Found {
    let code = code.as_bytes().try_into().expect("a code has six digits");
    let place = look_up(code, year);
    let (prefecture, county_known, in_force) =
        (place.prefecture, place.county_known, place.in_force);
    let name = place.name();
    Found {
        province: name.map(|name| name.province),
        prefecture: prefecture.and(name).map(|name| name.prefecture),
        county_known,
        in_force,
    }
}

#[test]
fn places_are_found() {
    for (code, year, province, prefecture, county_known, in_force, why) in [
        (
            "440306",
            2000,
            Some("广东省"),
            Some("深圳市"),
            true,
            true,
            "a district",
        ),
        (
            "441900",
            2000,
            Some("广东省"),
            Some("东莞市"),
            true,
            true,
            "a city without districts",
        ),
        (
            "440399",
            2000,
            Some("广东省"),
            Some("深圳市"),
            false,
            true,
            "no such district",
        ),
        (
            "449900",
            2000,
            Some("广东省"),
            None,
            false,
            false,
            "no such prefecture",
        ),
        (
            "440000",
            2000,
            Some("广东省"),
            None,
            false,
            false,
            "a whole province",
        ),
        ("160101", 2000, None, None, false, false, "no such province"),
        (
            "110105",
            2000,
            Some("北京市"),
            Some(""),
            true,
            true,
            "the prefecture is a heading",
        ),
        (
            "460033",
            1995,
            Some("海南省"),
            Some(""),
            true,
            true,
            "no prefectures until 2002",
        ),
        (
            "460000",
            1995,
            Some("海南省"),
            Some(""),
            false,
            true,
            "a whole province again",
        ),
        (
            "810000",
            2000,
            Some("香港特别行政区"),
            None,
            false,
            false,
            "a permit",
        ),
        (
            "110104",
            2009,
            Some("北京市"),
            Some(""),
            true,
            true,
            "in the last list",
        ),
        (
            "110104",
            2012,
            Some("北京市"),
            Some(""),
            true,
            true,
            "used up",
        ),
        (
            "110104",
            2013,
            Some("北京市"),
            Some(""),
            true,
            false,
            "long gone",
        ),
        (
            "510202",
            1960,
            Some("四川省"),
            Some("重庆市"),
            true,
            true,
            "long gone, as the birth",
        ),
        (
            "510299",
            2005,
            Some("四川省"),
            Some("重庆市"),
            false,
            false,
            "the prefecture went",
        ),
        (
            "659012",
            1970,
            Some("新疆维吾尔自治区"),
            Some(""),
            true,
            true,
            "younger than the person",
        ),
        (
            "653228",
            2025,
            Some("新疆维吾尔自治区"),
            Some("和田地区"),
            true,
            true,
            "kept by hand",
        ),
        (
            "330103",
            2025,
            Some("浙江省"),
            Some("杭州市"),
            true,
            false,
            "ended by hand",
        ),
        (
            "349001",
            1990,
            Some("安徽省"),
            Some(""),
            true,
            true,
            "no code for the prefecture",
        ),
        (
            "420600",
            2000,
            Some("湖北省"),
            Some("襄阳市"),
            true,
            true,
            "the last of two names",
        ),
        (
            "44O306",
            2000,
            Some("广东省"),
            None,
            false,
            false,
            "a letter",
        ),
    ] {
        let expected = Found {
            province,
            prefecture,
            county_known,
            in_force,
        };
        assert_eq!(found(code, year), expected, "{code} in {year}: {why}");
    }
}

/// What the source says of some codes is what is found.
#[test]
fn sample_is_found() {
    let lines = include_str!("sample.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    for line in lines.filter(|line| !line.ends_with("0000 -")) {
        let (code, last) = line.split_once(' ').expect("code and year");
        assert!(
            found(code, 1950).county_known && found(code, 1950).in_force,
            "{code}"
        );
        // Numbers begin with it for a while long gone.
        let edge = last.parse::<u32>().map_or(2050, |last| last + YEARS_USED);
        assert!(found(code, edge).in_force, "{line}");
        assert_eq!(found(code, edge + 1).in_force, last == "-", "{line}");
    }
}

#[test]
fn codes_kept_by_hand_are_in_the_table() {
    let lines = include_str!("newer.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    for line in lines {
        let mut words = line.split_whitespace();
        let code = words.next().expect("a line begins with a code");
        let (_, last) = words
            .next()
            .and_then(|years| years.split_once('-'))
            .expect("then years");
        assert!(
            found(code, 2000).county_known,
            "{line}: run `cargo xtask regions`"
        );
        assert_eq!(found(code, 2050).in_force, last.is_empty(), "{line}");
    }
}

/// The form that looking up relies on; a table of another make would fail here.
#[test]
fn table_has_its_form() {
    assert_eq!(TABLE.len(), COUNTIES_AT + 2 * COUNTIES);
    assert_eq!(NAMES.lines().count(), PROVINCES + PREFECTURES);
    let sum = |sizes: &[u8]| sizes.iter().map(|&size| usize::from(size)).sum::<usize>();
    assert_eq!(sum(PROVINCE_SIZES), PREFECTURES);
    assert_eq!(sum(PREFECTURE_SIZES), COUNTIES);
    let rises = |steps: &[u8]| {
        let sum: u32 = steps.iter().map(|&step| u32::from(step)).sum();
        sum < 100 && steps.iter().skip(1).all(|&step| step > 0)
    };
    assert!(PROVINCE_CODES.is_sorted_by(|one, next| one < next));
    let mut county = 0;
    for row in &PROVINCE_ROWS {
        let first = usize::from(row.first_prefecture);
        let prefectures = first..first + usize::from(row.prefectures);
        assert!(
            rises(&PREFECTURE_STEPS[prefectures.clone()]),
            "{}",
            row.code
        );
        assert_eq!(usize::from(row.first_county), county, "{}", row.code);
        for &size in &PREFECTURE_SIZES[prefectures] {
            assert!(
                rises(&COUNTY_STEPS[county..county + usize::from(size)]),
                "{}",
                row.code
            );
            county += usize::from(size);
        }
    }
}

#[test]
fn names_are_those_of_today() {
    assert_eq!(province_names().count(), 34);
    let mut names = Vec::new();
    each_prefecture(&mut |province, name| names.push((province, name)));
    for there in [
        ("广东省", "深圳市"),
        ("新疆维吾尔自治区", "和田地区"),
        ("湖北省", "襄阳市"),
    ] {
        assert!(names.contains(&there), "{there:?}");
    }
    for gone in ["邯郸地区", "巢湖市", "市辖区", ""] {
        assert!(names.iter().all(|(_, name)| *name != gone), "{gone}");
    }
    for (province, name) in names {
        assert!(
            province_names().any(|known| known == province),
            "{province} {name}"
        );
    }
}
