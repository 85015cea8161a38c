//! Values to judge: made up, right by their check digits, the same in every run.

/// How many values of each kind.
const COUNT: usize = 1000;

/// Values of one kind.
pub(crate) struct Values {
    pub(crate) kind: &'static str,
    pub(crate) right: Vec<String>,
    /// The same with one digit changed.
    pub(crate) wrong: Vec<String>,
}

pub(crate) fn all() -> Vec<Values> {
    let mut dice = Dice(20_261_122);
    let mut values = |kind, make: fn(&mut Dice) -> String, spoil: fn(&str) -> String| {
        let right: Vec<String> = (0..COUNT).map(|_| make(&mut dice)).collect();
        let wrong = right.iter().map(|value| spoil(value)).collect();
        Values { kind, right, wrong }
    };
    vec![
        values("cn_id", id, |value| next_digit(value, 16)),
        // 12 begins no mobile number.
        values("cn_mobile", mobile, |value| format!("12{}", &value[2..])),
        // Not of UnionPay, where a wrong check digit is only a warning.
        values("bankcard", card, |value| next_digit(value, 9)),
        values("uscc", uscc, |value| next_digit(value, 5)),
    ]
}

/// The values as JSON; they hold nothing that has to be escaped.
pub(crate) fn json(all: &[Values]) -> String {
    let list = |values: &[String]| format!("[\"{}\"]", values.join("\",\""));
    let kinds: Vec<String> = all
        .iter()
        .map(|one| {
            let (right, wrong) = (list(&one.right), list(&one.wrong));
            format!("\"{}\":{{\"right\":{right},\"wrong\":{wrong}}}", one.kind)
        })
        .collect();
    format!("{{{}}}", kinds.join(","))
}

/// A generator of equally likely numbers (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| self.of("0123456789")).collect()
    }

    fn of(&mut self, letters: &str) -> char {
        let at = self.below(letters.len() as u64) as usize;
        char::from(letters.as_bytes()[at])
    }

    fn one_of<'c>(&mut self, choices: &[&'c str]) -> &'c str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// Raises one digit; 9 becomes 0.
fn next_digit(value: &str, at: usize) -> String {
    let mut text = value.as_bytes().to_vec();
    text[at] = if text[at] == b'9' { b'0' } else { text[at] + 1 };
    text.into_iter().map(char::from).collect()
}

/// Weighted sum of the places of characters in an alphabet.
fn sum(text: &str, alphabet: &str, weights: &[u32]) -> u32 {
    let place = |letter| alphabet.find(letter).map_or(0, |at| at as u32);
    text.chars()
        .zip(weights)
        .map(|(letter, weight)| place(letter) * weight)
        .sum()
}

fn id(dice: &mut Dice) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    // Regions that every table has, old or new.
    let region = dice.one_of(&["110101", "310101", "440305", "330106", "510104", "420106"]);
    let (year, month, day) = (
        1950 + dice.below(55),
        1 + dice.below(12),
        1 + dice.below(28),
    );
    let text = format!("{region}{year}{month:02}{day:02}{}", dice.digits(3));
    let check = sum(&text, "0123456789", &WEIGHTS) % 11;
    format!("{text}{}", char::from(b"10X98765432"[check as usize]))
}

fn mobile(dice: &mut Dice) -> String {
    let start = dice.one_of(&[
        "135", "138", "139", "150", "186", "188", "189", "133", "131",
    ]);
    format!("{start}{}", dice.digits(8))
}

fn card(dice: &mut Dice) -> String {
    let start = dice.one_of(&["4", "51", "52", "53", "54", "55"]);
    let text = format!("{start}{}", dice.digits(15 - start.len()));
    let sum: u32 = text
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    format!("{text}{}", (10 - sum % 10) % 10)
}

fn uscc(dice: &mut Dice) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [u32; 17] = [
        1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
    ];
    const ORGANISATION: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut text = format!("91{}MA", dice.one_of(&["110101", "310101", "440305"]));
    text.extend((0..6).map(|_| dice.of(ALPHABET)));
    let check = 11 - sum(&text[8..16], ORGANISATION, &[3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    text.push(char::from(b"0123456789X0"[check as usize]));
    let check = (31 - sum(&text, ALPHABET, &WEIGHTS) % 31) % 31;
    text.push(char::from(ALPHABET.as_bytes()[check as usize]));
    text
}
