//! Permanent resident identity card of a foreigner, of both makes.
//!
//! Since December 2023: eighteen characters, `9`, province (2), nationality
//! (ISO 3166-1 numeric, 3), day of birth (8), sequence (3), check (1); from the
//! day of birth on it is made like a resident's number. Before: nationality
//! (ISO 3166-1 alpha-3), place (4), day of birth without the century (6),
//! sequence (1), check (1). Old cards are good until they expire.
//!
//! The older number follows no public standard, so only its shape and its day
//! of birth are hard; check digit and province may be wrong. A nationality that
//! is not in the list is odd, never wrong: countries come and go.
use super::resident_id::{self, number};
use super::written::{self, END, Finding, Form, stray};
use super::{DocumentSpec, FieldKind, IssueCode};
use crate::identity::tables::Context;
use crate::identity::regions::{self, Place};
use crate::identity::{FieldCheck, Status};
use crate::units::{Date, days_in_month};

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "foreign-pr",
    kind: FieldKind::ForeignPr,
    source: "国家移民管理局, new permanent resident card of 2023; the older number by description",
    effective: "2023-12-01",
    valid: &[
        "911124198506150021",
        "9 44 840 19991231 001 X",
        "DEU110178080715",
        "deu 1101 780807 1 5",
    ],
    invalid: &[
        ("", IssueCode::PrEmpty),
        ("９", IssueCode::PrIncomplete),
        ("91112419850615002", IssueCode::PrIncomplete),
        ("D", IssueCode::PrIncomplete),
        ("DEU1101780807", IssueCode::PrIncomplete),
        ("9111O4198506150021", IssueCode::PrCharacter),
        ("9X", IssueCode::PrCharacter),
        ("DE11", IssueCode::PrCharacter),
        ("DEU1101780807X", IssueCode::PrCharacter),
        ("9111241985061500211", IssueCode::PrTooLong),
        ("DEU1101780807158", IssueCode::PrTooLong),
        ("110101199003071233", IssueCode::PrStart),
        ("916", IssueCode::PrRegion),
        ("981", IssueCode::PrRegion), // no card is issued by Hong Kong
        ("DEU11017813", IssueCode::PrBirthDate),
        ("DEU1101790229", IssueCode::PrBirthDate), // neither 1979 nor 2079 is a leap year
        ("9111241985023", IssueCode::IdBirthDate),
        ("9111242985", IssueCode::IdBirthFuture),
        ("911124189", IssueCode::IdBirthTooEarly),
        ("911124198506150020", IssueCode::IdCheckDigit),
        ("911999198506150026", IssueCode::PrCountry),
        ("QQQ110178080718", IssueCode::PrCountry),
        ("DEU160178080710", IssueCode::PrPlace),
        ("DEU110178080710", IssueCode::PrOldCheck),
    ],
};

const LENGTH: usize = 18;
const OLD_LENGTH: usize = 15;

/// ISO 3166-1 (2024): every country's three letters and three digits, in the
/// order of the digits.
const COUNTRIES: &[u8] = b"\
AFG004ALB008ATA010DZA012ASM016AND020AGO024ATG028AZE031ARG032AUS036AUT040BHS044BHR048BGD050ARM051\
BRB052BEL056BMU060BTN064BOL068BIH070BWA072BVT074BRA076BLZ084IOT086SLB090VGB092BRN096BGR100MMR104\
BDI108BLR112KHM116CMR120CAN124CPV132CYM136CAF140LKA144TCD148CHL152CHN156TWN158CXR162CCK166COL170\
COM174MYT175COG178COD180COK184CRI188HRV191CUB192CYP196CZE203BEN204DNK208DMA212DOM214ECU218SLV222\
GNQ226ETH231ERI232EST233FRO234FLK238SGS239FJI242FIN246ALA248FRA250GUF254PYF258ATF260DJI262GAB266\
GEO268GMB270PSE275DEU276GHA288GIB292KIR296GRC300GRL304GRD308GLP312GUM316GTM320GIN324GUY328HTI332\
HMD334VAT336HND340HKG344HUN348ISL352IND356IDN360IRN364IRQ368IRL372ISR376ITA380CIV384JAM388JPN392\
KAZ398JOR400KEN404PRK408KOR410KWT414KGZ417LAO418LBN422LSO426LVA428LBR430LBY434LIE438LTU440LUX442\
MAC446MDG450MWI454MYS458MDV462MLI466MLT470MTQ474MRT478MUS480MEX484MCO492MNG496MDA498MNE499MSR500\
MAR504MOZ508OMN512NAM516NRU520NPL524NLD528CUW531ABW533SXM534BES535NCL540VUT548NZL554NIC558NER562\
NGA566NIU570NFK574NOR578MNP580UMI581FSM583MHL584PLW585PAK586PAN591PNG598PRY600PER604PHL608PCN612\
POL616PRT620GNB624TLS626PRI630QAT634REU638ROU642RUS643RWA646BLM652SHN654KNA659AIA660LCA662MAF663\
SPM666VCT670SMR674STP678SAU682SEN686SRB688SYC690SLE694SGP702SVK703VNM704SVN705SOM706ZAF710ZWE716\
ESP724SSD728SDN729ESH732SUR740SJM744SWZ748SWE752CHE756SYR760TJK762THA764TGO768TKL772TON776TTO780\
ARE784TUN788TUR792TKM795TCA796TUV798UGA800UKR804MKD807EGY818GBR826GGY831JEY832IMN833TZA834USA840\
VIR850BFA854URY858UZB860VEN862WLF876WSM882YEM887ZMB894";

const COUNTRY_COUNT: usize = COUNTRIES.len() / 6;

/// The letters of all countries, and how far each number lies above the one
/// before: half the size of the list once packed.
static LETTERS: [[u8; 3]; COUNTRY_COUNT] = {
    let mut letters = [[0; 3]; COUNTRY_COUNT];
    let mut at = 0;
    while at < COUNTRY_COUNT {
        letters[at] = [COUNTRIES[at * 6], COUNTRIES[at * 6 + 1], COUNTRIES[at * 6 + 2]];
        at += 1;
    }
    letters
};
static STEPS: [u8; COUNTRY_COUNT] = {
    let mut steps = [0; COUNTRY_COUNT];
    let (mut at, mut before) = (0, 0);
    while at < COUNTRY_COUNT {
        let mut number = 0;
        let mut digit = at * 6 + 3;
        while digit < at * 6 + 6 {
            number = number * 10 + (COUNTRIES[digit] - b'0') as u16;
            digit += 1;
        }
        assert!(number > before && number - before < 256, "the list is in order");
        steps[at] = (number - before) as u8;
        before = number;
        at += 1;
    }
    steps
};

pub(super) const FORM: Form = Form {
    inspect,
    is_swapped: |found| found.status == Status::Invalid && found.canonical.len() == LENGTH,
    meant,
    tell,
    ..Form::CODE
};

fn inspect(text: &[u8], context: Context<'_>) -> Finding {
    let (fault, length) = match text.first() {
        None => return Finding::incomplete(IssueCode::PrEmpty),
        Some(b'9') => (fault(text, context.as_of), LENGTH),
        Some(b'A'..=b'Z') => (old_fault(text), OLD_LENGTH),
        Some(b'0'..=b'8') => return Finding::wrong(IssueCode::PrStart, 0),
        Some(_) => return Finding::wrong(IssueCode::PrCharacter, 0),
    };
    match fault {
        Some(fault) => fault,
        None if text.len() < length => Finding::incomplete(IssueCode::PrIncomplete),
        None => doubt(text),
    }
}

fn tell(found: &mut FieldCheck) {
    let text = found.canonical.as_bytes();
    // The older number does not tell the century.
    if text.len() == LENGTH {
        found.birth_date = resident_id::birth_date(text);
    }
    found.region = province(text).and_then(Place::name);
}

/// Returns what is certainly wrong with a number, or the beginning of one,
/// that begins with 9. Without a fault it has a continuation without a fault.
fn fault(text: &[u8], as_of: Date) -> Option<Finding> {
    let upto = LENGTH - usize::from(text.get(LENGTH - 1) == Some(&b'X'));
    if let Some(fault) = stray(text, 0, upto, IssueCode::PrCharacter) {
        return Some(fault);
    }
    if text.len() > LENGTH {
        return Some(Finding::invalid(IssueCode::PrTooLong, LENGTH, END));
    }
    let region = &text[1..];
    if region.first() == Some(&b'8') || !resident_id::begins_with_region(region) {
        return Some(Finding::invalid(IssueCode::PrRegion, 1, 3));
    }
    resident_id::birth_fault(text, as_of).or_else(|| resident_id::check_fault(text))
}

/// Returns what is certainly wrong with a number, or the beginning of one,
/// that begins with letters.
fn old_fault(text: &[u8]) -> Option<Finding> {
    let mut letters = text.iter().take(3);
    if let Some(at) = letters.position(|letter| !letter.is_ascii_uppercase()) {
        return Some(Finding::wrong(IssueCode::PrCharacter, at));
    }
    if let Some(fault) = stray(text, 3, OLD_LENGTH, IssueCode::PrCharacter) {
        return Some(fault);
    }
    if text.len() > OLD_LENGTH {
        return Some(Finding::invalid(IssueCode::PrTooLong, OLD_LENGTH, END));
    }
    let upto = text.len().min(13);
    let month = match upto {
        ..=9 => return None,
        10 => number(text, 9, 10) * 10,
        _ => number(text, 9, 11),
    };
    if month > 12 || (month == 0 && upto > 10) {
        return Some(Finding::invalid(IssueCode::PrBirthDate, 9, upto.min(11)));
    }
    // 2000 and 2024 are leap years, 1900 is not: the century may be either.
    let last = days_in_month(2000 + number(text, 7, 9) as i32, month);
    let is_day = match upto {
        ..=11 => true,
        12 => number(text, 11, 12) * 10 <= last,
        _ => (1..=last).contains(&number(text, 11, 13)),
    };
    (!is_day).then_some(Finding::invalid(IssueCode::PrBirthDate, 11, upto))
}

/// Returns what is odd about a whole number without a fault.
fn doubt(text: &[u8]) -> Finding {
    let is_old = text.len() == OLD_LENGTH;
    let is_country = if is_old {
        LETTERS.iter().any(|letters| text.starts_with(letters))
    } else {
        let wanted = number(text, 3, 6);
        let mut sum = 0;
        STEPS.iter().any(|step| {
            sum += u32::from(*step);
            sum == wanted
        })
    };
    if !is_country {
        let at = if is_old { 0 } else { 3 };
        Finding::warn(IssueCode::PrCountry, at, at + 3)
    } else if !is_old {
        Finding::OK
    } else if province(text).is_none() {
        Finding::warn(IssueCode::PrPlace, 3, 7)
    } else if old_check_digit(text) != text[OLD_LENGTH - 1] {
        Finding::warn(IssueCode::PrOldCheck, 0, OLD_LENGTH)
    } else {
        Finding::OK
    }
}

/// Returns the province that issued a whole number.
fn province(text: &[u8]) -> Option<Place> {
    let at = if text.len() == LENGTH { 1 } else { 3 };
    let mut code = *b"000000";
    code[..2].copy_from_slice(text.get(at..at + 2)?);
    Some(regions::look_up(&code, 0)).filter(Place::has_province)
}

/// Returns the check digit of an older number: weights 7, 3, 1 in turn, `A` is
/// 10, as in travel documents (ICAO Doc 9303).
fn old_check_digit(text: &[u8]) -> u8 {
    let mut sum = 0;
    for (at, &letter) in text[..OLD_LENGTH - 1].iter().enumerate() {
        let value = if letter < b'A' {
            letter - b'0'
        } else {
            letter - b'A' + 10
        };
        sum += u32::from(value) * [7, 3, 1][at % 3];
    }
    b'0' + (sum % 10) as u8
}

/// Returns the character that was probably meant in this place. A new number
/// begins with 9, an older one with letters.
fn meant(text: &str, at: usize, letter: char) -> char {
    match (at, letter) {
        (3.., _) => written::meant_digit(letter),
        _ if text.starts_with('9') => written::meant_digit(letter),
        (_, '0') => 'O',
        (_, '1') => 'I',
        _ => written::meant_letter(letter),
    }
}
