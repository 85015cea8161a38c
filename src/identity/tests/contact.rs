//! E-mail addresses, one-time codes and postal addresses at their edges.

use super::{FieldKind, IssueCode, Span, Status, checked};

#[test]
fn email_canonical_forms_lose_nothing() {
    for (value, canonical, why) in [
        (
            "  Zhang@QQ.com\u{200B} ",
            "Zhang@qq.com",
            "only the domain loses its case",
        ),
        ("ｚｈａｎｇ＠ｑｑ．ｃｏｍ", "zhang@qq.com", "full width"),
        ("a–b@example.com", "a-b@example.com", "a dash for a hyphen"),
        ("张三@例子.中国", "张三@例子.中国", "beyond ASCII"),
        ("\tzhang", "zhang", "while typing"),
    ] {
        let found = checked(FieldKind::Email, value);
        assert_eq!(found.canonical, canonical, "`{value}`: {why}");
        assert_ne!(found.status, Status::Invalid, "`{value}`: {why}");
    }
}

#[test]
fn email_suggestions_are_offered_where_one_is_likely() {
    for (value, suggested, why) in [
        ("a@gmial.com", Some("a@gmail.com"), "neighbours exchanged"),
        ("a@gmai.com", Some("a@gmail.com"), "a letter left out"),
        ("a@gmaill.com", Some("a@gmail.com"), "a letter too many"),
        ("a@qq.con", Some("a@qq.com"), "a wrong letter"),
        ("a@QQ.CON", Some("a@qq.com"), "in capitals"),
        ("a@qq.co", Some("a@qq.com"), "the end left out"),
        ("a@qqcom", Some("a@qq.com"), "the dot left out"),
        ("a@qq.com.", Some("a@qq.com"), "a full stop"),
        (
            "a@example.com.",
            Some("a@example.com"),
            "a full stop, any domain",
        ),
        ("a@qq。com", Some("a@qq.com"), "a Chinese full stop"),
        ("a@163，com", Some("a@163.com"), "a Chinese comma"),
        ("a @qq.com", Some("a@qq.com"), "a space inside"),
        ("a@@qq.com", Some("a@qq.com"), "two signs"),
        ("a..b@qq..com", Some("a.b@qq.com"), "two dots"),
        (".a.@qq.com", Some("a@qq.com"), "dots at the edges"),
        ("<a@qq.com>", Some("a@qq.com"), "as mail programs write it"),
        ("a@ gmial。com", Some("a@gmail.com"), "several at once"),
        ("a@162.com", None, "163.com or 126.com"),
        ("a@mail.com", None, "a provider of its own"),
        ("a@sina.cn", None, "two providers that are near"),
        ("a@139.com", None, "a common provider"),
        ("a@example.com", None, "nothing is wrong"),
        ("a@gmail", None, "still being typed"),
        ("a@b@qq.com", None, "only the shopper knows"),
        ("。", None, "nothing is left"),
    ] {
        let found = checked(FieldKind::Email, value);
        let expected: Vec<String> = suggested.map(str::to_owned).into_iter().collect();
        assert_eq!(found.suggestions, expected, "`{value}`: {why}");
    }
}

#[test]
fn email_at_the_length_limits() {
    use IssueCode::*;
    let a = |count: usize| "a".repeat(count);
    for (value, code, why) in [
        (format!("{}@b.cn", a(64)), None, "64 is the limit"),
        (a(64), Some(EmailIncomplete), "room for the rest"),
        (a(65), Some(EmailTooLong), "one more"),
        (
            format!("{}.", a(63)),
            Some(EmailTooLong),
            "no room after the dot",
        ),
        (format!("{}.", a(62)), Some(EmailIncomplete), "room for one"),
        (format!("{}é", a(63)), Some(EmailTooLong), "octets count"),
        (format!("a@{}.cn", a(63)), None, "63 is the limit"),
        (format!("a@{}.cn", a(64)), Some(EmailTooLong), "one more"),
        (
            format!("a@{}-", a(62)),
            Some(EmailTooLong),
            "no room after the hyphen",
        ),
        (
            format!("{0}@{1}.{1}.{2}", a(64), a(63), a(61)),
            None,
            "254 is the limit",
        ),
        (
            format!("{0}@{1}.{1}.{2}", a(64), a(63), a(62)),
            Some(EmailTooLong),
            "one more",
        ),
        (
            format!("{0}@{1}.{1}.{2}1", a(64), a(63), a(57)),
            Some(EmailIncomplete),
            "room for .cn",
        ),
        (
            format!("{0}@{1}.{1}.{2}1", a(64), a(63), a(58)),
            Some(EmailTooLong),
            "no room for it",
        ),
    ] {
        assert_eq!(
            checked(FieldKind::Email, &value).code,
            code,
            "{value}: {why}"
        );
    }
}

#[test]
fn codes_are_digits_however_written() {
    for (value, canonical, status) in [
        ("０２４ ６８１", "024681", Status::Ok),
        ("02 46", "0246", Status::Warn),
        ("02468", "02468", Status::Warn),
        ("0246813", "0246813", Status::Warn),
        ("02-4", "024", Status::Incomplete),
    ] {
        let found = checked(FieldKind::Otp, value);
        assert_eq!(
            (found.canonical.as_str(), found.status),
            (canonical, status),
            "`{value}`"
        );
    }
    assert_eq!(checked(FieldKind::Otp, "O2468l").suggestions, ["024681"]);
}

#[test]
fn addresses_say_what_is_missing_next() {
    use IssueCode::*;
    for (value, code, why) in [
        ("内", Some(AddressProvince), "内蒙古 or 内江"),
        (
            "深圳",
            Some(AddressProvince),
            "深圳市, or 深圳 with what follows",
        ),
        ("内蒙古", Some(AddressCity), "the short name"),
        ("广西壮族自治区", Some(AddressCity), "a region"),
        (
            "广西自治区南宁市",
            Some(AddressDistrict),
            "a shortened title",
        ),
        (
            "吉林省吉林市",
            Some(AddressDistrict),
            "city and province of one name",
        ),
        (
            "吉林市",
            Some(AddressDistrict),
            "the city, not the province",
        ),
        (
            "海南藏族自治州",
            Some(AddressDistrict),
            "not the province of Hainan",
        ),
        ("北京市", Some(AddressDistrict), "its own city"),
        ("上海市市辖区", Some(AddressDistrict), "a heading"),
        (
            "山东省青岛市市南区",
            Some(AddressDetail),
            "a district that begins with 市",
        ),
        (
            "湖北省荆州市沙市区",
            Some(AddressDetail),
            "a district with 市 inside",
        ),
        (
            "河南省新乡市红旗区",
            Some(AddressDetail),
            "a district with 旗 inside",
        ),
        (
            "江苏省苏州市工业园区",
            Some(AddressDetail),
            "an industrial park is a district",
        ),
        (
            "江苏省苏州市样本小区1号2区",
            Some(AddressDistrict),
            "neither 小区 nor 2区",
        ),
        (
            "江苏省苏州市红旗路菜市场",
            Some(AddressDistrict),
            "neither 旗 nor 市",
        ),
        ("香港特别行政区", Some(AddressDetail), "no district needed"),
        (
            "台湾省台北市",
            Some(AddressDetail),
            "may be all, as of 新竹市",
        ),
        ("台湾新竹县竹北市样本路1号", None, "a county with a city"),
        ("臺灣臺北市信義區樣本路1號", None, "traditional characters"),
        ("廣東深圳市南山區樣本路1號", None, "traditional characters"),
        ("广东/深圳/南山区/样本路1号", None, "slashes"),
        ("广东省-深圳市-南山区-样本路1号", None, "hyphens"),
        (
            "湖南省湘西凤凰县样本镇",
            None,
            "a short autonomous prefecture",
        ),
        (
            "广东省深圳市南山区（样）",
            Some(AddressDetail),
            "one hanzi, whatever the brackets",
        ),
        ("广东省深圳市南山区样本", None, "two are enough"),
        ("广东省朝阳门样本", Some(AddressCity), "朝阳市 is not meant"),
        ("广东省😀", Some(AddressCharacter), "a picture"),
        ("朝阳", Some(AddressProvince), "may become 朝阳市"),
        ("朝阳区", Some(AddressDetail), "a district of many cities"),
    ] {
        assert_eq!(
            checked(FieldKind::Address, value).code,
            code,
            "`{value}`: {why}"
        );
    }
}

#[test]
fn addresses_are_written_plainly() {
    for (value, canonical) in [
        (
            "广东省 深圳市，南山区 样本路１号",
            "广东省深圳市南山区样本路1号",
        ),
        ("北京市朝阳区样本路 5 301", "北京市朝阳区样本路5 301"),
        ("北京市朝阳区样本路1号 Ａ座", "北京市朝阳区样本路1号A座"),
        ("北京市朝阳区样本路1-2（东）", "北京市朝阳区样本路1-2（东）"),
    ] {
        assert_eq!(
            checked(FieldKind::Address, value).canonical,
            canonical,
            "`{value}`"
        );
    }
    let found = checked(FieldKind::Address, "深圳 南山区样本路1号");
    assert_eq!(found.suggestions, ["广东省深圳南山区样本路1号"]);
    assert_eq!(found.span, Some(Span { start: 0, end: 2 }), "the city");
    let found = checked(FieldKind::Address, "广东省 杭州市西湖区样本路1号");
    assert_eq!(
        found.span,
        Some(Span { start: 0, end: 7 }),
        "province and city"
    );
}
