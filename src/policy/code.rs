//! How a model is written into a bundle and read again.
//!
//! Two streams, one after the other: texts, then numbers, so that what resembles
//! each other lies together and compresses. [`super::coded`] says which type is
//! written how.
//!
//! | what | how |
//! |---|---|
//! | length of the first stream | a number, before it |
//! | a number | LEB128 in the fewest bytes; with a sign, zigzag first |
//! | a truth value, a choice | its number |
//! | a list, an optional value | how many, then each |
//! | a text | UTF-8 in the first stream, ended by [`END`] |
//!
//! No step of reading fails by itself: after a mistake there is nothing left to
//! read, everything is zero or empty, and that is said at the end. So no step
//! has to clean up what was read before it, which would be most of the code. The
//! model is flat, so reading does not recurse, and a list is never longer than
//! the bytes that are left.

/// Ends a text. No text holds this byte.
const END: u8 = 0xff;

/// As many places a list has before it is read, whatever its length says.
const AT_ONCE: usize = 128;

/// A type that a bundle holds.
pub(super) trait Code: Sized {
    /// Adds the value to a bundle.
    fn write(&self, to: &mut Writer);
    /// Takes a value off; any one at all after a mistake.
    fn read(from: &mut Reader<'_>) -> Self;
}

/// The bytes of a value.
pub(super) fn write(value: &impl Code) -> Vec<u8> {
    let mut to = Writer::default();
    value.write(&mut to);
    let mut all = Writer::default();
    all.number(to.texts.len() as u64);
    [all.numbers, to.texts, to.numbers].concat()
}

/// The value that all of these bytes stand for, unless they stand for none.
pub(super) fn read<T: Code>(bytes: &[u8]) -> Option<T> {
    let mut from = Reader {
        numbers: bytes,
        texts: &[],
        is_sound: true,
    };
    let count = usize::try_from(from.number()).ok()?;
    (from.texts, from.numbers) = from.numbers.split_at_checked(count)?;
    let value = T::read(&mut from);
    let is_whole = from.is_sound && from.numbers.is_empty() && from.texts.is_empty();
    is_whole.then_some(value)
}

/// A bundle that is being written.
#[derive(Default)]
pub(super) struct Writer {
    numbers: Vec<u8>,
    texts: Vec<u8>,
}

impl Writer {
    pub(super) fn number(&mut self, value: u64) {
        leb(&mut self.numbers, value);
    }
}

fn leb(to: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        to.push(value as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

/// What is left of a bundle.
pub(super) struct Reader<'b> {
    numbers: &'b [u8],
    texts: &'b [u8],
    is_sound: bool,
}

impl Reader<'_> {
    /// Says that the bytes stand for nothing.
    pub(super) fn fail(&mut self) {
        (self.numbers, self.texts) = (&[], &[]);
        self.is_sound = false;
    }

    fn number(&mut self) -> u64 {
        let mut stream = self.numbers;
        let value = unleb(&mut stream);
        self.numbers = stream;
        value.unwrap_or_else(|| {
            self.fail();
            0
        })
    }

    /// A number up to this one.
    pub(super) fn at_most(&mut self, most: u64) -> u64 {
        let value = self.number();
        if value > most {
            self.fail();
            return 0;
        }
        value
    }

    /// A number with a sign, no farther from zero than this one; beyond it on
    /// the negative side by one, as everywhere.
    fn signed(&mut self, most: i64) -> i64 {
        let value = self.at_most((most.cast_unsigned() << 1) | 1);
        (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
    }
}

/// Takes a number off a stream.
fn unleb(stream: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for place in 0..10 {
        let (byte, rest) = stream.split_first()?;
        *stream = rest;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if *byte < 0x80 {
            // Fewer bytes would have done, or 64 bits do not do.
            let is_odd = place > 0 && *byte == 0 || place == 9 && *byte > 1;
            return (!is_odd).then_some(value);
        }
    }
    None
}

macro_rules! plain {
    ($($number:ty: $most:expr;)*) => {
        $(impl Code for $number {
            fn write(&self, to: &mut Writer) {
                to.number(u64::from(*self));
            }
            fn read(from: &mut Reader<'_>) -> Self {
                from.at_most($most) as $number
            }
        })*
    };
}

plain! {
    u8: 0xff;
    u16: 0xffff;
    u32: 0xffff_ffff;
}

macro_rules! signed {
    ($($number:ty;)*) => {
        $(impl Code for $number {
            fn write(&self, to: &mut Writer) {
                let wide = i64::from(*self);
                to.number((wide << 1 ^ wide >> 63).cast_unsigned());
            }
            fn read(from: &mut Reader<'_>) -> Self {
                from.signed(<$number>::MAX.into()) as $number
            }
        })*
    };
}

signed! {
    i32;
    i64;
}

impl Code for bool {
    fn write(&self, to: &mut Writer) {
        to.number((*self).into());
    }
    fn read(from: &mut Reader<'_>) -> bool {
        from.at_most(1) == 1
    }
}

impl Code for String {
    fn write(&self, to: &mut Writer) {
        to.texts.extend_from_slice(self.as_bytes());
        to.texts.push(END);
    }
    fn read(from: &mut Reader<'_>) -> String {
        let end = from.texts.iter().position(|byte| *byte == END);
        if let Some(end) = end
            && let Ok(text) = str::from_utf8(&from.texts[..end])
        {
            from.texts = &from.texts[end + 1..];
            return text.into();
        }
        from.fail();
        String::new()
    }
}

impl<T: Code> Code for Vec<T> {
    fn write(&self, to: &mut Writer) {
        to.number(self.len() as u64);
        for one in self {
            one.write(to);
        }
    }
    fn read(from: &mut Reader<'_>) -> Vec<T> {
        // Each one takes a byte at least.
        let count = from.at_most((from.numbers.len() + from.texts.len()) as u64);
        let mut list = Vec::with_capacity((count as usize).min(AT_ONCE));
        for _ in 0..count {
            if !from.is_sound {
                break;
            }
            list.push(T::read(from));
        }
        list
    }
}

impl<T: Code> Code for Option<T> {
    fn write(&self, to: &mut Writer) {
        self.is_some().write(to);
        if let Some(one) = self {
            one.write(to);
        }
    }
    fn read(from: &mut Reader<'_>) -> Option<T> {
        bool::read(from).then(|| T::read(from))
    }
}

impl<A: Code, B: Code> Code for (A, B) {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
        self.1.write(to);
    }
    fn read(from: &mut Reader<'_>) -> (A, B) {
        (A::read(from), B::read(from))
    }
}
