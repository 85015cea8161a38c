//! A small pack with one of everything, for tests to use and to break.

use precheck::{Phrase, Policy};
use precheck_cli::{Compiled, Pack, compile};

pub(crate) const POLICY: &str = r#"[pack]
name = "mini"
version = 3
valid_from = "2026-01-01"
locales = ["zh-CN", "en"]
neutral_reason = "NOT-PASSED"

[constants]
least_income = { kind = "money", value = "2000.00" }
most_requests = { kind = "integer", value = 4321 }
adult = { kind = "years", value = 18 }

[facts.born]
kind = "date"
domain = [2000-01-01, 2020-12-31]
source = "applicant"
audience = "public"
personal = true

[facts.age]
kind = "years"
domain = [0, 150]
source = "applicant"
audience = "public"
derived = { years_since = "born" }

[facts.income]
kind = "money"
domain = ["0.00", "10000.00"]
source = "applicant"
audience = "public"
missing = true
actionable = "up"

[facts.work]
kind = "code"
codes = ["employed", "student", "none"]
source = "applicant"
audience = "public"

[facts.share]
kind = "ratio"
domain = ["0%", "100%"]
source = "applicant"
audience = "public"

[facts.member]
kind = "bool"
source = "account"
audience = "public"

[facts.bureau]
kind = "integer"
domain = [300, 900]
specials = ["unavailable", "thin"]
missing = true
source = "bureau"
audience = "server"

[facts.requests]
kind = "integer"
domain = [0, 9999]
source = "fraud"
audience = "server"

[scenarios.open]
fields = [
  { name = "id_number", kind = "cn_id", birth_date = "born" },
]
facts = ["born", "age", "income", "work", "share", "member", "bureau", "requests"]
scorecard = "card"

[[scenarios.open.rules]]
id = "adult"
when = 'age < adult'
effect = "decline"
reason = "TOO-YOUNG"

[[scenarios.open.rules]]
id = "income"
when = '''
income < least_income && work != "employed"
|| share > "36.01%" && !member'''
effect = "refer"
reason = "INCOME-LOW"

[[scenarios.open.rules]]
id = "mixed"
when = 'work in ["student", "none"] && bureau < 400'
effect = "decline"
reason = "INCOME-LOW"

[[scenarios.open.rules]]
id = "source"
when = 'is_special(bureau, "unavailable")'
effect = "retry-later"
reason = "SOURCE-DOWN"

[[scenarios.open.rules]]
id = "velocity"
when = 'requests > most_requests'
effect = "decline"
reason = "VELOCITY"

[[scenarios.open.rules]]
id = "velocity-soft"
when = 'requests > 1234 && bureau != 777'
effect = "decline"
reason = "VELOCITY"

# By a fact that only the server has, so that the public table shows ranges.
[scenarios.open.limit]
columns = { fact = "requests", below = [100, 1000] }
tiers = "work"
rows = [
  { from = 160, amounts = { employed = ["9.01", "8.00", "7.00"], student = ["3.02", "2.00", "1.00"], none = ["0.00", "0.00", "0.00"] } },
  { from = 175, amounts = { employed = ["19.00", "18.00", "17.00"], student = ["13.00", "12.00", "11.00"], none = ["5.00", "5.00", "4.00"] } },
]

# Nothing confidential: here a condition that lost its server part would show.
[scenarios.short]
facts = ["work", "share", "bureau"]

[[scenarios.short.rules]]
id = "short-both"
when = 'work != "employed" && (bureau < 600 || is_missing(bureau))'
effect = "decline"
reason = "INCOME-LOW"

[[scenarios.short.rules]]
id = "short-either"
when = 'share > "50%" || !(bureau >= 450)'
effect = "refer"
reason = "INCOME-LOW"
"#;

pub(crate) const CARD: &str = r#"base = 100
method = "below-mean"
bands = [
  { from = 0, decision = "decline" },
  { from = 130, decision = "refer" },
  { from = 160, decision = "approve" },
]

[[characteristics]]
fact = "income"
reason = "INCOME-LOW"
mean = 20
missing = 5
bins = [
  { below = "3000.00", points = 10 },
  { below = "6000.00", points = 25 },
  { points = 40 },
]

[[characteristics]]
fact = "work"
reason = "INCOME-LOW"
mean = 20
codes = { employed = 30, student = 10, none = 0 }

[[characteristics]]
fact = "bureau"
reason = "BUREAU-LOW"
mean = 20
missing = 15
specials = { unavailable = 12, thin = 8 }
bins = [
  { below = 500, points = -31 },
  { below = 700, points = 17 },
  { points = 37 },
]
"#;

/// The file of a reason; `value` is a placeholder for its notice.
pub(crate) fn reason(disclosure: &str, helps: &str, constant: &str, value: &str) -> String {
    format!(
        r#"+++
status = "active"
kind = "applicant"
disclosure = "{disclosure}"
lasts = "until-changed"
helps = [{helps}]
source = "made up"
+++

# zh-CN: 标题

## 要求

要求是{constant}。

## 说明

说明是
{value}。

## 怎么办

没有办法。

## 例子

* 例如

# en: A title

## Requirement

The requirement is {constant}.

## Notice

What happened
is {value}.

## What helps

Nothing.

## Example

* for *example*
"#
    )
}

pub(crate) fn locale(tag: &str) -> String {
    let mut text: String = Phrase::ALL
        .iter()
        .map(|phrase| {
            let amounts = phrase.slots().iter();
            let said: String = amounts.map(|(name, _)| format!(" {{ ${name} }}")).collect();
            format!("{} = {tag} {}{said}\n", phrase.id(), phrase.id())
        })
        .collect();
    text.push_str(
        "
fact-born = born
fact-age = age
fact-income = income
    .question = Which income?
fact-work = work
    .question = Which work?
    .employed = in work
    .student = studying
    .none = neither
fact-share = share
    .question = Which share?
fact-member = member
fact-bureau = bureau
    .unavailable = not there
    .thin = too little
fact-requests = requests
",
    );
    text
}

/// The files of the pack.
pub(crate) fn files() -> Vec<(String, String)> {
    let none = ["一句", "…"];
    [
        ("policy.toml", POLICY.into()),
        ("scorecards/card.toml", CARD.into()),
        (
            "reasons/NOT-PASSED.md",
            reason("full", "", none[1], none[0]),
        ),
        (
            "reasons/TOO-YOUNG.md",
            reason("full", "", "{ $adult }", "{ $age }"),
        ),
        (
            "reasons/INCOME-LOW.md",
            reason("full", r#""income""#, "{ $least_income }", "{ $income }"),
        ),
        (
            "reasons/BUREAU-LOW.md",
            reason("full", r#""bureau""#, none[1], "{ $bureau }"),
        ),
        (
            "reasons/SOURCE-DOWN.md",
            reason("full", r#""bureau""#, none[1], none[0]),
        ),
        (
            "reasons/VELOCITY.md",
            reason("neutral", "", "{ $most_requests }", "{ $requests }"),
        ),
        ("reasons/OLD.md", "+++\nstatus = \"retired\"\n+++\n".into()),
        ("locales/zh-CN.ftl", locale("zh-CN")),
        ("locales/en.ftl", locale("en")),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into()
}

/// The pack with one text replaced in one file; the text must be there.
pub(crate) fn with(file: &str, from: &str, to: &str) -> (Pack, String) {
    let mut files = files();
    let found = files
        .iter_mut()
        .find(|(path, _)| path == file)
        .expect("the file is in the pack");
    assert!(found.1.contains(from), "`{from}` is in {file}");
    found.1 = found.1.replacen(from, to, 1);
    let text = found.1.clone();
    (Pack::from_files(files), text)
}

pub(crate) fn compiled() -> Compiled {
    match compile(&Pack::from_files(files())) {
        Ok(compiled) => compiled,
        Err(problems) => panic!("the mini pack compiles: {problems:#?}"),
    }
}

pub(crate) fn load(model: &precheck::Model) -> Policy {
    Policy::from_model(model.clone()).expect("a compiled model is consistent")
}
