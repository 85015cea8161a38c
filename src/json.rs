//! Writes values as compact JSON.
//!
//! What documents are made of, and no more: strings, integers, truth values,
//! lists, objects with fixed members, whose names need no escape. Anything else
//! is an error. `serde_json` writes the same bytes; optimised for size it calls a
//! function for every byte of a string, which was a fifth of an assessment in a
//! browser.

use core::fmt::Error;

use serde::ser::{
    Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleVariant,
    Serializer,
};

/// The JSON text of a value.
///
/// # Errors
///
/// A value holds something that is none of the above.
pub(crate) fn to_string(value: &impl Serialize) -> Result<String, Error> {
    let mut json = Json(Vec::new());
    value.serialize(&mut json)?;
    // Whole strings and ASCII were written.
    String::from_utf8(json.0).map_err(|_| Error)
}

struct Json(Vec<u8>);

impl Json {
    /// Writes a few bytes, one by one: for so few that is faster than a copy.
    fn few(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0.push(*byte);
        }
    }

    /// Writes bytes as they are.
    fn plain(&mut self, bytes: &[u8]) {
        if bytes.len() <= 16 {
            self.few(bytes);
        } else {
            self.0.extend_from_slice(bytes);
        }
    }

    /// Begins an object with one member, a variant that holds something.
    fn variant(&mut self, name: &str) {
        self.few(b"{\"");
        self.plain(name.as_bytes());
        self.few(b"\":");
    }

    fn number(&mut self, value: u64) {
        if value >= 10 {
            self.number(value / 10);
        }
        self.0.push(b'0' + (value % 10) as u8);
    }

    /// Escapes what has to be, in the shortest way.
    fn string(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut from = 0;
        self.0.push(b'"');
        for (at, byte) in bytes.iter().enumerate() {
            if *byte >= b' ' && *byte != b'"' && *byte != b'\\' {
                continue;
            }
            self.plain(&bytes[from..at]);
            from = at + 1;
            let short = match byte {
                0x08 => b'b',
                b'\t' => b't',
                b'\n' => b'n',
                0x0c => b'f',
                b'\r' => b'r',
                b'"' | b'\\' => *byte,
                _ => {
                    let low = b"0123456789abcdef"[usize::from(byte & 15)];
                    self.few(b"\\u00");
                    self.few(&[b'0' + (byte >> 4), low]);
                    continue;
                }
            };
            self.few(&[b'\\', short]);
        }
        self.plain(&bytes[from..]);
        self.0.push(b'"');
    }
}

/// A list or an object that was begun.
struct Begun<'j> {
    json: &'j mut Json,
    is_first: bool,
    end: &'static [u8],
}

impl Begun<'_> {
    fn next(&mut self) {
        if !core::mem::take(&mut self.is_first) {
            self.json.0.push(b',');
        }
    }

    fn finish(self) -> Result<(), Error> {
        self.json.few(self.end);
        Ok(())
    }
}

impl SerializeSeq for Begun<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.next();
        value.serialize(&mut *self.json)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeTuple for Begun<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeTupleVariant for Begun<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeStruct for Begun<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.next();
        self.json.0.push(b'"');
        self.json.plain(key.as_bytes());
        self.json.few(b"\":");
        value.serialize(&mut *self.json)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

/// Forwards kinds of integers to the widest.
macro_rules! integers {
    ($($name:ident: $kind:ty => $wide:ident;)*) => {
        $(fn $name(self, value: $kind) -> Result<(), Error> {
            self.$wide(value.into())
        })*
    };
}

/// Refuses what no document holds.
macro_rules! refused {
    ($($name:ident($($kind:ty),*) -> $ok:ty;)*) => {
        $(fn $name(self, $(_: $kind),*) -> Result<$ok, Error> {
            Err(Error)
        })*
    };
}

impl<'j> Serializer for &'j mut Json {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Begun<'j>;
    type SerializeTuple = Begun<'j>;
    type SerializeStruct = Begun<'j>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Begun<'j>;
    type SerializeStructVariant = Impossible<(), Error>;

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.few(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        if value < 0 {
            self.0.push(b'-');
        }
        self.number(value.unsigned_abs());
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.number(value);
        Ok(())
    }

    integers! {
        serialize_i8: i8 => serialize_i64;
        serialize_i16: i16 => serialize_i64;
        serialize_i32: i32 => serialize_i64;
        serialize_u8: u8 => serialize_u64;
        serialize_u16: u16 => serialize_u64;
        serialize_u32: u32 => serialize_u64;
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        self.string(text);
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.few(b"null");
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &str, _: u32, name: &'static str) -> Result<(), Error> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.variant(name);
        value.serialize(&mut *self)?;
        self.0.push(b'}');
        Ok(())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Begun<'j>, Error> {
        self.variant(name);
        self.0.push(b'[');
        Ok(Begun {
            json: self,
            is_first: true,
            end: b"]}",
        })
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Begun<'j>, Error> {
        self.0.push(b'[');
        Ok(Begun {
            json: self,
            is_first: true,
            end: b"]",
        })
    }

    fn serialize_tuple(self, _: usize) -> Result<Begun<'j>, Error> {
        self.serialize_seq(None)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Begun<'j>, Error> {
        self.0.push(b'{');
        Ok(Begun {
            json: self,
            is_first: true,
            end: b"}",
        })
    }

    refused! {
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_map(Option<usize>) -> Impossible<(), Error>;
        serialize_tuple_struct(&'static str, usize) -> Impossible<(), Error>;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Impossible<(), Error>;
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    enum Variant {
        Bare,
        One(u8),
        Two(i64, bool),
    }

    #[derive(Serialize)]
    struct Sample<'s> {
        variants: [Variant; 3],
        text: &'s str,
        number: i64,
        list: Vec<Option<bool>>,
        pair: [u8; 2],
        #[serde(skip_serializing_if = "Vec::is_empty")]
        empty: Vec<u32>,
    }

    #[test]
    fn every_character_and_the_ends_of_integers_are_written_as_by_serde_json() {
        let all: String = (0..0x300)
            .chain(0x4e00..0x4e10)
            .chain([0x1f600, 0x10ffff])
            .filter_map(char::from_u32)
            .collect();
        for (text, number) in [
            ("", 0),
            (&*all, i64::MIN),
            ("\u{2028}", i64::MAX),
            ("a\"b\\", -7),
        ] {
            for list in [vec![], vec![None], vec![Some(true), None, Some(false)]] {
                let empty = vec![u32::MAX; list.len() / 2];
                let sample = Sample {
                    variants: [Variant::Bare, Variant::One(7), Variant::Two(-1, true)],
                    text,
                    number,
                    list,
                    pair: [0, 255],
                    empty,
                };
                let expected = serde_json::to_string(&sample).expect("JSON");
                assert_eq!(to_string(&sample), Ok(expected));
            }
        }
    }

    #[test]
    fn what_no_document_holds_is_refused() {
        assert_eq!(to_string(&1.5), Err(Error));
        assert_eq!(to_string(&'a'), Err(Error));
    }
}
