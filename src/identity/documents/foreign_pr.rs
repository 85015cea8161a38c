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

use super::resident_id::{self, Fault, number};
use super::written::{self, Written};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Status, Verdict};
use super::{meant_in_number, plain};
use crate::identity::regions;
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

/// ISO 3166-1 (2024): every country's three letters and three digits.
const COUNTRIES: &str = "\
ABW533AFG004AGO024AIA660ALA248ALB008AND020ARE784ARG032ARM051ASM016ATA010ATF260ATG028AUS036AUT040\
AZE031BDI108BEL056BEN204BES535BFA854BGD050BGR100BHR048BHS044BIH070BLM652BLR112BLZ084BMU060BOL068\
BRA076BRB052BRN096BTN064BVT074BWA072CAF140CAN124CCK166CHE756CHL152CHN156CIV384CMR120COD180COG178\
COK184COL170COM174CPV132CRI188CUB192CUW531CXR162CYM136CYP196CZE203DEU276DJI262DMA212DNK208DOM214\
DZA012ECU218EGY818ERI232ESH732ESP724EST233ETH231FIN246FJI242FLK238FRA250FRO234FSM583GAB266GBR826\
GEO268GGY831GHA288GIB292GIN324GLP312GMB270GNB624GNQ226GRC300GRD308GRL304GTM320GUF254GUM316GUY328\
HKG344HMD334HND340HRV191HTI332HUN348IDN360IMN833IND356IOT086IRL372IRN364IRQ368ISL352ISR376ITA380\
JAM388JEY832JOR400JPN392KAZ398KEN404KGZ417KHM116KIR296KNA659KOR410KWT414LAO418LBN422LBR430LBY434\
LCA662LIE438LKA144LSO426LTU440LUX442LVA428MAC446MAF663MAR504MCO492MDA498MDG450MDV462MEX484MHL584\
MKD807MLI466MLT470MMR104MNE499MNG496MNP580MOZ508MRT478MSR500MTQ474MUS480MWI454MYS458MYT175NAM516\
NCL540NER562NFK574NGA566NIC558NIU570NLD528NOR578NPL524NRU520NZL554OMN512PAK586PAN591PCN612PER604\
PHL608PLW585PNG598POL616PRI630PRK408PRT620PRY600PSE275PYF258QAT634REU638ROU642RUS643RWA646SAU682\
SDN729SEN686SGP702SGS239SHN654SJM744SLB090SLE694SLV222SMR674SOM706SPM666SRB688SSD728STP678SUR740\
SVK703SVN705SWE752SWZ748SXM534SYC690SYR760TCA796TCD148TGO768THA764TJK762TKL772TKM795TLS626TON776\
TTO780TUN788TUR792TUV798TWN158TZA834UGA800UKR804UMI581URY858USA840UZB860VAT336VCT670VEN862VGB092\
VIR850VNM704VUT548WLF876WSM882YEM887ZAF710ZMB894ZWE716";

pub(super) fn judge(value: &str, as_of: Date) -> Verdict {
    let typed = Written::read(value, written::code);
    let text = typed.text();
    let (fault, length) = match text.first() {
        None => return Verdict::incomplete(IssueCode::PrEmpty),
        Some(b'9') => (fault(text, as_of), LENGTH),
        Some(b'A'..=b'Z') => (old_fault(text), OLD_LENGTH),
        Some(b'0'..=b'8') => (Some((IssueCode::PrStart, 0, 1)), LENGTH),
        Some(_) => (Some((IssueCode::PrCharacter, 0, 1)), LENGTH),
    };
    if let Some((code, from, upto)) = fault {
        return Verdict::invalid(code, typed.span(from, upto));
    }
    if text.len() < length {
        return Verdict::incomplete(IssueCode::PrIncomplete);
    }
    match doubt(text) {
        None => Verdict::OK,
        Some((code, from, upto)) => Verdict::warn(code, typed.span(from, upto)),
    }
}

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    found.canonical = plain(value, written::code);
    let text = found.canonical.as_bytes();
    let is_old = !matches!(text.first(), Some(b'9'));
    match found.status {
        Status::Invalid => {
            written::offer_mended(found, if is_old { meant_in_old } else { meant }, as_of, judge);
            if found.suggestions.is_empty() && found.canonical.len() == LENGTH {
                written::offer_swapped(found, as_of, judge);
            }
        }
        Status::Ok | Status::Warn => {
            // The older number does not tell the century.
            if !is_old {
                found.birth_date = resident_id::birth_date(text);
            }
            found.region = province(text).map(str::to_owned);
        }
        Status::Incomplete => {}
    }
}

/// Returns what is certainly wrong with a number, or the beginning of one,
/// that begins with 9. Without a fault it has a continuation without a fault.
fn fault(text: &[u8], as_of: Date) -> Option<Fault> {
    let is_fine = |(at, letter): (usize, &u8)| {
        letter.is_ascii_digit() || at >= LENGTH || (at == LENGTH - 1 && *letter == b'X')
    };
    if let Some(at) = text.iter().enumerate().position(|place| !is_fine(place)) {
        return Some((IssueCode::PrCharacter, at, at + 1));
    }
    if text.len() > LENGTH {
        return Some((IssueCode::PrTooLong, LENGTH, usize::MAX));
    }
    let region = &text[1..];
    if region.first() == Some(&b'8') || !resident_id::begins_with_region(region) {
        return Some((IssueCode::PrRegion, 1, text.len().min(3)));
    }
    resident_id::birth_fault(text, as_of).or_else(|| resident_id::check_fault(text))
}

/// Returns what is certainly wrong with a number, or the beginning of one,
/// that begins with letters.
fn old_fault(text: &[u8]) -> Option<Fault> {
    let is_fine = |(at, letter): (usize, &u8)| match at {
        0..3 => letter.is_ascii_uppercase(),
        OLD_LENGTH.. => true,
        _ => letter.is_ascii_digit(),
    };
    if let Some(at) = text.iter().enumerate().position(|place| !is_fine(place)) {
        return Some((IssueCode::PrCharacter, at, at + 1));
    }
    if text.len() > OLD_LENGTH {
        return Some((IssueCode::PrTooLong, OLD_LENGTH, usize::MAX));
    }
    let upto = text.len().min(13);
    let month = match upto {
        ..=9 => return None,
        10 => number(text, 9, 10) * 10,
        _ => number(text, 9, 11),
    };
    if month > 12 || (month == 0 && upto > 10) {
        return Some((IssueCode::PrBirthDate, 9, upto.min(11)));
    }
    // 2000 and 2024 are leap years, 1900 is not: the century may be either.
    let last = days_in_month(2000 + number(text, 7, 9) as i32, month);
    let is_day = match upto {
        ..=11 => true,
        12 => number(text, 11, 12) * 10 <= last,
        _ => (1..=last).contains(&number(text, 11, 13)),
    };
    (!is_day).then_some((IssueCode::PrBirthDate, 11, upto))
}

/// Returns what is odd about a whole number without a fault.
fn doubt(text: &[u8]) -> Option<Fault> {
    let is_old = text.len() == OLD_LENGTH;
    let country = if is_old { &text[..3] } else { &text[3..6] };
    if !COUNTRIES
        .as_bytes()
        .chunks(3)
        .skip(usize::from(!is_old))
        .step_by(2)
        .any(|known| known == country)
    {
        let at = if is_old { 0 } else { 3 };
        return Some((IssueCode::PrCountry, at, at + 3));
    }
    if !is_old {
        return None;
    }
    if province(text).is_none() {
        return Some((IssueCode::PrPlace, 3, 7));
    }
    (old_check_digit(text) != text[OLD_LENGTH - 1]).then_some((IssueCode::PrOldCheck, 0, OLD_LENGTH))
}

/// Returns the name of the province that issued a whole number.
fn province(text: &[u8]) -> Option<&'static str> {
    let at = if text.first() == Some(&b'9') { 1 } else { 3 };
    let mut code = *b"000000";
    code[..2].copy_from_slice(text.get(at..at + 2)?);
    regions::look_up(&code, 0).province
}

/// Returns the check digit of an older number: weights 7, 3, 1 in turn, `A` is
/// 10, as in travel documents (ICAO Doc 9303).
fn old_check_digit(text: &[u8]) -> u8 {
    let sum: u32 = text[..OLD_LENGTH - 1]
        .iter()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(letter, weight)| char::from(*letter).to_digit(36).unwrap_or(0) * weight)
        .sum();
    b'0' + (sum % 10) as u8
}

fn meant(_: usize, letter: char) -> char {
    meant_in_number(letter).unwrap_or(letter)
}

fn meant_in_old(at: usize, letter: char) -> char {
    match (at, letter) {
        (0..3, '0') => 'O',
        (0..3, '1') => 'I',
        (0..3, _) => written::meant_letter(letter),
        _ => meant(at, letter),
    }
}
