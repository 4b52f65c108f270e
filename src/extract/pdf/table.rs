//! Where the objects of one state of the file stand: its cross-reference
//! tables and streams (ISO 32000-1 sections 7.5.4 to 7.5.8), newest first.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use super::desk::Desk;
use super::filters::{self, Parameters};
use super::lexer::{Lexer, Token};
use super::object::{Dict, Object, Stream};
use super::parse;
use super::scan::{self, Scan};

/// Where an object stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// At this byte of the file.
    At(usize),
    /// In an object stream, by the stream's number.
    In(u32),
}

/// Tables that point to each other by offset; real files have some hundred at
/// most, one for each time that they were saved.
const SECTIONS: usize = 1_000;

/// Entries of all tables together.
const ENTRIES: usize = 4_000_000;

/// The merged tables.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Where each object stands.
    pub(super) places: BTreeMap<u32, Place>,
    /// The trailers, newest first.
    pub(super) trailers: Vec<Dict>,
    entries: usize,
}

/// Reads the tables that the last `startxref` leads to.
pub(super) fn read(desk: &Desk<'_, '_>, bytes: &[u8], scan: &Scan) -> Table {
    let mut table = Table::default();
    let Some(start) = memmem::rfind(bytes, b"startxref") else {
        return table;
    };
    let mut lexer = Lexer::at(bytes, start.saturating_add(9));
    let mut next = None;
    if let Some(Token::Integer(at)) = lexer.token() {
        next = usize::try_from(at).ok();
    }
    let mut visited = BTreeSet::new();
    while let Some(at) = next.filter(|at| visited.len() < SECTIONS && visited.insert(*at)) {
        let Some(trailer) = section(desk, &mut table, bytes, scan, at) else {
            break;
        };
        if let Some(at) = trailer.get(b"XRefStm").count()
            && visited.insert(at)
        {
            section(desk, &mut table, bytes, scan, at);
        }
        next = trailer.get(b"Prev").count();
        table.trailers.push(trailer);
    }
    table
}

/// Every dictionary that may be a trailer, last first, when the tables are
/// damaged; all objects stand where they were found then, the last ones win.
pub(super) fn rebuild(desk: &Desk<'_, '_>, bytes: &[u8], scan: &Scan) -> Table {
    let mut table = Table::default();
    for (number, at) in &scan.objects {
        table.places.insert(*number, Place::At(*at));
    }
    for at in scan.trailers.iter().rev().take(SECTIONS) {
        let mut lexer = Lexer::at(bytes, at.saturating_add(7));
        let parsed = parse::object(&mut lexer, desk.nodes());
        if !desk.spend(lexer.position().saturating_sub(*at)) {
            break;
        }
        table.trailers.push(parsed.object.dict().clone());
    }
    table
}

fn section(
    desk: &Desk<'_, '_>,
    table: &mut Table,
    bytes: &[u8],
    scan: &Scan,
    at: usize,
) -> Option<Dict> {
    let mut lexer = Lexer::at(bytes, at);
    if lexer.token()? == Token::Word(b"xref") {
        return plain(desk, table, lexer);
    }
    let found = scan::indirect(desk, (bytes, scan), at, |_| None)?;
    let stream = found.object.stream()?;
    packed(desk, table, stream, bytes)?;
    Some(stream.dict.clone())
}

/// A table in text: `xref`, sections of entries, `trailer`.
fn plain(desk: &Desk<'_, '_>, table: &mut Table, mut lexer: Lexer<'_>) -> Option<Dict> {
    loop {
        let token = lexer.token()?;
        if token == Token::Word(b"trailer") {
            break;
        }
        let Token::Integer(first) = token else {
            return None;
        };
        let Token::Integer(count) = lexer.token()? else {
            return None;
        };
        for number in first..first.saturating_add(count) {
            let before = lexer.position();
            let (Some(Token::Integer(at)), Some(Token::Integer(_)), Some(Token::Word(kind))) =
                (lexer.token(), lexer.token(), lexer.token())
            else {
                lexer.go(before);
                break;
            };
            if kind == b"n" {
                table.enter(number, usize::try_from(at).ok().map(Place::At))?;
            }
            desk.spend(20).then_some(())?;
        }
    }
    let parsed = parse::object(&mut lexer, desk.nodes());
    let Object::Dict(dict) = parsed.object else {
        return None;
    };
    Some(dict)
}

/// A table in a stream: rows of three numbers, whose widths `W` says.
fn packed(desk: &Desk<'_, '_>, table: &mut Table, stream: &Stream, bytes: &[u8]) -> Option<()> {
    let dict = &stream.dict;
    let raw = bytes.get(stream.start..stream.end)?.to_vec();
    let parameters = dict.get(b"DecodeParms");
    let parameters = parameters.array().first().unwrap_or(parameters).dict();
    let parameters = Parameters::new(|key| parameters.get(key));
    let filter = dict.get(b"Filter");
    let filters = filter
        .items()
        .unwrap_or(std::slice::from_ref(filter))
        .iter();
    let filters = filters.map(Object::name).filter(|name| !name.is_empty());
    let filters: Vec<(&[u8], Parameters)> = filters.map(|name| (name, parameters)).collect();
    let rows = filters::decode(desk, raw, &filters).bytes;
    let widths: Vec<usize> = dict
        .get(b"W")
        .array()
        .iter()
        .filter_map(Object::count)
        .collect();
    let [kind_width, first_width, second_width] = widths.try_into().ok()?;
    if kind_width.max(first_width).max(second_width) > 8 {
        return None;
    }
    let width = kind_width
        .saturating_add(first_width)
        .saturating_add(second_width);
    let size = dict.get(b"Size").count().unwrap_or(0);
    let mut index: Vec<usize> = dict
        .get(b"Index")
        .array()
        .iter()
        .filter_map(Object::count)
        .collect();
    if index.is_empty() {
        index = vec![0, size];
    }
    let mut rows = rows.chunks_exact(width.max(1));
    for range in index.chunks_exact(2) {
        let [first, count] = range else {
            continue;
        };
        for step in 0..*count {
            let Some(row) = rows.next() else {
                return Some(());
            };
            let (kind, row) = row.split_at_checked(kind_width)?;
            let (field, _) = row.split_at_checked(first_width)?;
            let field = usize::try_from(big_endian(field)).ok();
            let place = match if kind_width == 0 { 1 } else { big_endian(kind) } {
                1 => field.map(Place::At),
                2 => field
                    .and_then(|field| u32::try_from(field).ok())
                    .map(Place::In),
                _ => continue,
            };
            let number = i64::try_from(first.saturating_add(step)).ok()?;
            table.enter(number, place)?;
        }
    }
    Some(())
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
}

impl Table {
    /// Enters a place if no newer table has one; nothing if there are too many.
    fn enter(&mut self, number: i64, place: Option<Place>) -> Option<()> {
        self.entries = self
            .entries
            .checked_add(1)
            .filter(|entries| *entries <= ENTRIES)?;
        if let (Ok(number), Some(place)) = (u32::try_from(number), place) {
            self.places.entry(number).or_insert(place);
        }
        Some(())
    }
}
