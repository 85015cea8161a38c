//! Lines of JSON in, lines of JSON out, in constant memory.
//!
//! What is asked comes as `{"kind": "…", "value": "…"}`; empty lines are skipped. Answers of a whole
//! buffer are written at once, and always before waiting for more input, so
//! that a program may ask line by line and wait for each answer.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use precheck::identity::FieldKind;
use serde::{Deserialize, Serialize};

use super::failure::Failure;

/// More than any value of a form; a longer line is skipped, not kept.
const LONGEST: usize = 64 * 1024;

/// Answers are written when there is this much of them.
const ENOUGH: usize = 256 * 1024;

const UNKNOWN_KIND: &str = "kind-unknown";

#[derive(Serialize)]
struct Refused {
    error: LineError,
}

#[derive(Serialize)]
struct LineError {
    code: &'static str,
    line: u64,
    text: String,
}

impl LineError {
    fn new(code: &'static str, text: impl Into<String>) -> LineError {
        LineError {
            code,
            line: 0,
            text: text.into(),
        }
    }
}

#[derive(Deserialize)]
struct Asked<'l> {
    #[serde(borrow)]
    kind: Cow<'l, str>,
    #[serde(borrow)]
    value: Cow<'l, str>,
}

/// Reads the name of a kind from the command line.
pub(super) fn kind(name: &str) -> Result<FieldKind, Failure> {
    FieldKind::parse(name).ok_or_else(|| Failure::usage(UNKNOWN_KIND, unknown_kind()))
}

/// The names of all kinds, for somebody who has to write one of them.
pub(super) fn kinds() -> String {
    let kinds: Vec<&str> = FieldKind::ALL.iter().map(|kind| kind.as_str()).collect();
    format!("there is {}", kinds.join(", "))
}

fn unknown_kind() -> String {
    format!("no such kind of field; {}", kinds())
}

/// Answers standard input line by line; `answer` writes one answer, without
/// the end of the line.
pub(super) fn run(answer: impl FnMut(FieldKind, &str, &mut Vec<u8>)) -> Result<(), Failure> {
    let input = io::stdin().lock();
    if answer_all(input, &mut io::stdout().lock(), answer)? {
        Ok(())
    } else {
        Err(Failure::Told)
    }
}

/// Returns whether every line was a question.
fn answer_all(
    mut input: impl Read,
    output: &mut impl Write,
    mut answer: impl FnMut(FieldKind, &str, &mut Vec<u8>),
) -> Result<bool, Failure> {
    let mut lines = Lines::new();
    let mut out = Vec::with_capacity(2 * ENOUGH);
    let mut number = 0;
    let mut is_sound = true;
    loop {
        while let Some(line) = lines.next() {
            number += 1;
            if matches!(line, Line::Whole(bytes) if spaces(bytes).is_empty()) {
                continue;
            }
            let asked = match line {
                Line::Whole(bytes) => read(bytes),
                Line::TooLong => {
                    let text = format!("a line has at most {LONGEST} bytes");
                    Err(LineError::new("line-too-long", text))
                }
            };
            match asked {
                Ok((kind, value)) => answer(kind, &value, &mut out),
                Err(error) => {
                    is_sound = false;
                    let error = LineError {
                        line: number,
                        ..error
                    };
                    json(&Refused { error }, &mut out);
                }
            }
            out.push(b'\n');
            if out.len() >= ENOUGH {
                output.write_all(&out)?;
                out.clear();
            }
        }
        if lines.is_finished {
            output.write_all(&out)?;
            output.flush()?;
            return Ok(is_sound);
        }
        if !out.is_empty() {
            output.write_all(&out)?;
            output.flush()?;
            out.clear();
        }
        lines
            .fill(&mut input)
            .map_err(|error| Failure::failed("input-unreadable", error.to_string()))?;
    }
}

/// Appends a value as JSON.
pub(super) fn json(value: &impl Serialize, out: &mut Vec<u8>) {
    // Texts and numbers only, into memory: nothing that can fail.
    let _ = serde_json::to_writer(out, value);
}

/// Appends a text as JSON; most have nothing in them that is escaped.
pub(super) fn json_text(text: &str, out: &mut Vec<u8>) {
    if text.bytes().any(is_escaped) {
        json(&text, out);
    } else {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    }
}

/// Tells whether a JSON string cannot have the byte as it is.
fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | ..=0x1F)
}

/// Reads what is asked. The fast way is for lines as programs write them; what
/// it does not know is read by the real parser.
fn read(line: &[u8]) -> Result<(FieldKind, Cow<'_, str>), LineError> {
    let (kind, value) = match plain(line) {
        Some((kind, value)) => (Cow::Borrowed(kind), Cow::Borrowed(value)),
        None => match serde_json::from_slice(line) {
            Ok(Asked { kind, value }) => (kind, value),
            // The parser's own message could repeat what was typed.
            Err(_) => {
                let text = "write {\"kind\": \"…\", \"value\": \"…\"} on one line";
                return Err(LineError::new("line-malformed", text));
            }
        },
    };
    match FieldKind::parse(&kind) {
        Some(kind) => Ok((kind, value)),
        None => Err(LineError::new(UNKNOWN_KIND, unknown_kind())),
    }
}

/// Reads the two members in their order, without escapes; `None` for anything else.
fn plain(line: &[u8]) -> Option<(&str, &str)> {
    let rest = after(line, b"{")?;
    let (kind, rest) = text(after(after(rest, b"\"kind\"")?, b":")?)?;
    let (value, rest) = text(after(after(after(rest, b",")?, b"\"value\"")?, b":")?)?;
    let rest = after(rest, b"}")?;
    spaces(rest).is_empty().then_some((kind, value))
}

/// What follows a token, and spaces before it.
fn after<'l>(line: &'l [u8], token: &[u8]) -> Option<&'l [u8]> {
    spaces(line).strip_prefix(token)
}

fn spaces(mut line: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r', rest @ ..] = line {
        line = rest;
    }
    line
}

/// Reads a string without escapes.
fn text(line: &[u8]) -> Option<(&str, &[u8])> {
    let line = after(line, b"\"")?;
    let end = line.iter().position(|byte| is_escaped(*byte))?;
    let (text, rest) = line.split_at(end);
    let rest = rest.strip_prefix(b"\"")?;
    Some((str::from_utf8(text).ok()?, rest))
}

/// A line, without its end.
enum Line<'b> {
    Whole(&'b [u8]),
    TooLong,
}

/// Cuts what was read into lines. Holds one line of the greatest length, and
/// as much again.
struct Lines {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The line has been refused; the rest of it is still to come.
    is_skipping: bool,
    /// There is no more input.
    is_finished: bool,
}

impl Lines {
    fn new() -> Lines {
        Lines {
            buffer: vec![0; 2 * LONGEST],
            start: 0,
            end: 0,
            is_skipping: false,
            is_finished: false,
        }
    }

    /// The next line that is there as a whole, or is known to be too long.
    fn next(&mut self) -> Option<Line<'_>> {
        loop {
            let start = self.start;
            let there = &self.buffer[start..self.end];
            let found = there.iter().position(|byte| *byte == b'\n');
            let is_skipped = self.is_skipping;
            let length = match found {
                Some(length) => {
                    self.start += length + 1;
                    self.is_skipping = false;
                    length
                }
                None if there.len() > LONGEST || is_skipped => {
                    self.start = self.end;
                    self.is_skipping = true;
                    if is_skipped {
                        return None;
                    }
                    return Some(Line::TooLong);
                }
                // The last line may lack its end.
                None if self.is_finished && !there.is_empty() => {
                    self.start = self.end;
                    there.len()
                }
                None => return None,
            };
            if !is_skipped {
                return Some(if length > LONGEST {
                    Line::TooLong
                } else {
                    Line::Whole(&self.buffer[start..start + length])
                });
            }
        }
    }

    /// Reads more, behind what is left over.
    fn fill(&mut self, input: &mut impl Read) -> io::Result<()> {
        // What is left over is no whole line: it is shorter than the room.
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        loop {
            match input.read(&mut self.buffer[self.end..]) {
                Ok(read) => {
                    self.end += read;
                    self.is_finished = read == 0;
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its text in pieces of a few bytes.
    struct Pieces<'t>(&'t [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(room.len());
            room[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    fn echoed(input: &[u8], piece: usize) -> (String, bool) {
        let mut out = Vec::new();
        let is_sound = answer_all(Pieces(input, piece), &mut out, |kind, value, out| {
            out.extend_from_slice(format!("{} {value}", kind.as_str()).as_bytes());
        });
        let text = String::from_utf8(out).expect("answers are text");
        (text, is_sound.expect("nothing fails in memory"))
    }

    #[test]
    fn every_way_of_cutting_gives_the_same_lines() {
        let input = "{\"kind\":\"cn_id\",\"value\":\"1\"}\r\n\n{ \"value\" : \"张\\u0031\", \"kind\":\"cn_name\"} \n\
            {\"kind\":\"fax\",\"value\":\"\"}\n{\"kind\":\"cn_mobile\",\"value\":\"最后\"}";
        let whole = echoed(input.as_bytes(), usize::MAX);
        let lines: Vec<&str> = whole.0.lines().collect();
        assert_eq!(lines[0], "cn_id 1");
        // The empty line is none, but it is counted.
        assert_eq!(lines[1], "cn_name 张1");
        assert!(lines[2].starts_with(r#"{"error":{"code":"kind-unknown","line":4,"#));
        assert_eq!(lines[3], "cn_mobile 最后");
        assert_eq!((lines.len(), whole.1), (4, false));
        for piece in [1, 2, 3, 7, 31] {
            assert_eq!(echoed(input.as_bytes(), piece), whole, "pieces of {piece}");
        }
        assert_eq!(echoed(b"", 1), (String::new(), true));
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped() {
        let frame = "{\"kind\":\"cn_id\",\"value\":\"\"}".len();
        let line = |length: usize| {
            let digits = "1".repeat(length - frame);
            format!("{{\"kind\":\"cn_id\",\"value\":\"{digits}\"}}\n")
        };
        let refused = r#"{"error":{"code":"line-too-long","line":2,"#;
        for (length, is_refused) in [
            (LONGEST, false),
            (LONGEST + 1, true),
            (2 * LONGEST, true),
            (9 * LONGEST + 5, true),
        ] {
            let input = [line(frame), line(length), line(frame + 2)].concat();
            for piece in [usize::MAX, 1000, LONGEST] {
                let (text, is_sound) = echoed(input.as_bytes(), piece);
                let lines: Vec<&str> = text.lines().collect();
                let what = format!("{length} bytes in pieces of {piece}");
                assert_eq!(lines[1].starts_with(refused), is_refused, "{what}");
                assert_eq!((lines.len(), lines[2]), (3, "cn_id 11"), "{what}");
                assert_eq!(is_sound, !is_refused, "{what}");
            }
        }
    }

    #[test]
    fn texts_are_written_as_json() {
        for text in ["", "1", "张三", "a\"b", "\\", "\n\u{1}\u{7f}", "\u{2028}𠮷"] {
            let mut out = Vec::new();
            json_text(text, &mut out);
            let read: String = serde_json::from_slice(&out).expect("this is JSON");
            assert_eq!(read, text);
            assert_eq!(out, serde_json::to_vec(text).expect("a text is JSON"));
        }
    }

    #[test]
    fn the_fast_way_reads_what_the_parser_reads() {
        for line in [
            r#"{"kind":"cn_id","value":"1"}"#,
            "\t{ \"kind\" : \"cn_id\" , \"value\" : \"１ ２\" } ",
            r#"{"kind":"cn_id","value":""}"#,
        ] {
            let fast = plain(line.as_bytes()).expect("this is plain");
            let asked: Asked<'_> = serde_json::from_str(line).expect("this is JSON");
            assert_eq!(fast, (&*asked.kind, &*asked.value), "{line}");
        }
        for line in [
            r#"{"kind":"cn_id","value":"\n"}"#,
            r#"{"kind":"cn_id","value":"1"} x"#,
            r#"{"kind":"cn_id","value":"1"}}"#,
            r#"{"kind":"cn_id","value":"1","more":1}"#,
            r#"{"kind":"cn_id","value":1}"#,
            "{\"kind\":\"cn_id\",\"value\":\"\u{1}\"}",
            "\u{b}{\"kind\":\"cn_id\",\"value\":\"\"}",
            "{\"kind\":\"cn_id\",\"value\":\"\"}\u{c}",
        ] {
            assert_eq!(plain(line.as_bytes()), None, "{line}");
        }
        let not_utf8 = b"{\"kind\":\"cn_id\",\"value\":\"\xFF\"}";
        assert!(plain(not_utf8).is_none() && read(not_utf8).is_err());
    }
}
