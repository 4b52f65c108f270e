//! Where things stand in the bytes of the file, found without its own tables:
//! those may be damaged, or lie.

use memchr::memmem;

use super::desk::Desk;
use super::lexer::{Lexer, Token, is_space};
use super::object::{Object, Stream};
use super::parse;
use crate::extract::sink::Spot;
use crate::mail::GapReason;

/// What one pass over the bytes finds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Number and place of everything that looks like `12 0 obj`, in order.
    pub(super) objects: Vec<(u32, usize)>,
    /// Each `endstream`.
    endstreams: Vec<usize>,
    /// Each `trailer`.
    pub(super) trailers: Vec<usize>,
    /// The byte after each `%%EOF`: the end of each state of the file.
    pub(super) ends: Vec<usize>,
}

impl Scan {
    /// Looks through the file.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let found = |word: &str| memmem::find_iter(bytes, word.as_bytes()).collect::<Vec<usize>>();
        let mut objects = Vec::new();
        for at in memmem::find_iter(bytes, b"obj") {
            if let Some(object) = header_before(bytes, at) {
                objects.push(object);
            }
        }
        let ends = found("%%EOF").into_iter();
        Self {
            objects,
            endstreams: found("endstream"),
            trailers: found("trailer"),
            ends: ends.map(|at| at.saturating_add(5)).collect(),
        }
    }

    fn endstream_after(&self, at: usize) -> Option<usize> {
        let next = self.endstreams.partition_point(|known| *known < at);
        self.endstreams.get(next).copied()
    }
}

/// The number before ` 0 obj`, and where it begins.
fn header_before(bytes: &[u8], obj: usize) -> Option<(u32, usize)> {
    // A number has at most ten digits; more white space nobody writes.
    let from = obj.saturating_sub(40);
    let before = bytes.get(from..obj)?;
    let generation_end = before.trim_ascii_end().len();
    let generation = digits_at_end(before.get(..generation_end)?)?;
    let rest = before.get(..generation_end.checked_sub(generation.len())?)?;
    let number_end = rest.trim_ascii_end().len();
    if number_end == rest.len() {
        return None;
    }
    let number = digits_at_end(rest.get(..number_end)?)?;
    let at = from.checked_add(number_end)?.checked_sub(number.len())?;
    let number = str::from_utf8(number).ok()?.parse().ok()?;
    Some((number, at))
}

fn digits_at_end(bytes: &[u8]) -> Option<&[u8]> {
    let others = bytes.iter().rev().position(|byte| !byte.is_ascii_digit());
    let digits = bytes.get(bytes.len().checked_sub(others.unwrap_or(bytes.len()))?..)?;
    (!digits.is_empty()).then_some(digits)
}

/// An object with its number.
#[derive(Debug)]
pub(super) struct Indirect {
    /// Its number.
    pub(super) number: u32,
    /// Its generation.
    pub(super) generation: u16,
    /// What it is.
    pub(super) object: Object,
}

/// Reads `12 0 obj` and what follows. `length` says what a reference that
/// stands as the length of a stream refers to.
pub(super) fn indirect(
    desk: &Desk<'_, '_>,
    (bytes, scan): (&[u8], &Scan),
    at: usize,
    length: impl Fn(u32) -> Option<usize>,
) -> Option<Indirect> {
    let mut lexer = Lexer::at(bytes, at);
    let (Some(Token::Integer(number)), Some(Token::Integer(generation)), Some(Token::Word(b"obj"))) =
        (lexer.token(), lexer.token(), lexer.token())
    else {
        return None;
    };
    let number = u32::try_from(number).ok()?;
    let generation = u16::try_from(generation).unwrap_or(0);
    let parsed = parse::object(&mut lexer, desk.nodes());
    desk.keep(parsed.nodes);
    if !desk.spend(lexer.position().saturating_sub(at)) {
        return None;
    }
    if parsed.beyond {
        let why = match desk.nodes() {
            0 => GapReason::TooLarge,
            _ => GapReason::Broken,
        };
        desk.gap(Spot::default(), why);
    }
    let mut object = parsed.object;
    let is_stream = lexer.token() == Some(Token::Word(b"stream"));
    if let (Object::Dict(dict), true) = (&object, is_stream) {
        let start = after_line_end(bytes, lexer.position());
        let own = dict.get(b"Length");
        let length = own.id().map_or_else(|| own.count(), length);
        let end = length.and_then(|length| start.checked_add(length));
        let found = scan.endstream_after(start);
        let (end, cut_off) = match (end, found) {
            (Some(end), _) if ends_stream(bytes, end) => (end, false),
            (_, Some(end)) => (before_line_end(bytes, start, end), false),
            (_, None) => (bytes.len(), true),
        };
        object = Object::Stream(Box::new(Stream {
            dict: dict.clone(),
            start,
            end,
            number,
            generation,
            cut_off,
        }));
    }
    Some(Indirect {
        number,
        generation,
        object,
    })
}

fn after_line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let blanks = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let ends = match rest.get(blanks..) {
        Some([b'\r', b'\n', ..]) => blanks.saturating_add(2),
        Some([b'\r' | b'\n', ..]) => blanks.saturating_add(1),
        _ => 0,
    };
    at.saturating_add(ends)
}

fn before_line_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let data = bytes.get(start..end).unwrap_or_default();
    let data = data.strip_suffix(b"\n").unwrap_or(data);
    let data = data.strip_suffix(b"\r").unwrap_or(data);
    start.saturating_add(data.len())
}

fn ends_stream(bytes: &[u8], end: usize) -> bool {
    let Some(rest) = bytes.get(end..) else {
        return false;
    };
    let spaces = rest
        .iter()
        .take(4)
        .take_while(|byte| is_space(**byte))
        .count();
    rest.get(spaces..)
        .is_some_and(|rest| rest.starts_with(b"endstream"))
}
