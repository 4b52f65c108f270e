//! The stream of a workbook, record by record: the workbook, its sheets, and
//! the charts that stand in them (MS-XLS 2.1.7).
//!
//! Traps: an encrypted stream begins like any other, up to `FilePass`; the
//! second stream of files for two versions of Excel says all once more; notes
//! of old versions are cut into pieces.

use super::cells::{self, Awaiting};
use super::globals::Globals;
use super::record::{Pieces, Records};
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::header::without_codes;
use crate::extract::sheet::loose;
use crate::extract::sink::{Sink, Spot};
use crate::location::{Hidden, Unit};
use crate::mail::GapReason;

/// How deep charts and sheets may stand in one another.
const DEPTH: usize = 8;

/// Reads a stream.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let mut book = Book {
        globals: Globals::new(),
        open: Vec::new(),
        deeper: 0,
        sheets: 0,
        external: None,
        pictures: Vec::new(),
        encrypted: false,
    };
    let mut records = Records::of(bytes);
    for mut record in records.by_ref() {
        book.record(record.offset, record.id, &mut record.pieces, sink);
        if book.encrypted {
            sink.gap(Spot::default(), GapReason::Encrypted);
            break;
        }
    }
    let cut = !book.encrypted && (records.is_cut() && !book.open.is_empty() || book.sheets == 0);
    while let Some(part) = book.open.pop() {
        part.finish(sink);
    }
    book.end_external(sink);
    if cut {
        sink.gap(Spot::default(), GapReason::Truncated);
    }
    let unused = book.globals.unused();
    sink.text(Spot::default().hidden(Hidden::Text), unused);
}

struct Book {
    globals: Globals,
    /// The parts that are begun.
    open: Vec<Part>,
    /// How many more are begun that are too deep.
    deeper: usize,
    /// How many sheets were begun.
    sheets: u32,
    external: Option<Grid>,
    pictures: Vec<u8>,
    encrypted: bool,
}

/// A sheet, a chart, or what stands before all sheets.
struct Part {
    spot: Spot,
    is_sheet: bool,
    grid: Grid,
    awaiting: Awaiting,
    /// All that is not in a cell.
    other: String,
    hidden: String,
}

impl Part {
    fn finish(self, sink: &mut Sink<'_>) {
        self.grid.finish(self.spot, sink);
        sink.text(self.spot, self.other);
        let hidden = self.spot.hidden.unwrap_or(Hidden::Text);
        sink.text(self.spot.hidden(hidden), self.hidden);
    }

    fn line(&mut self, line: &str) {
        if !line.trim().is_empty() {
            self.other.push_str(line.trim_end());
            self.other.push('\n');
        }
    }
}

impl Book {
    fn record(&mut self, offset: usize, id: u16, pieces: &mut Pieces<'_>, sink: &mut Sink<'_>) {
        match id {
            0x0009 | 0x0209 | 0x0409 | 0x0809 => {
                self.begin(offset, id, pieces, sink);
                return;
            }
            0x000A => {
                self.end(sink);
                return;
            }
            0x002F => {
                self.encrypted = true;
                return;
            }
            _ => {}
        }
        let before = pieces.clone();
        if self.globals.record(id, pieces) {
            return;
        }
        *pieces = before.clone();
        if self.external_record(id, pieces, sink).is_some() {
            return;
        }
        let Some(part) = self.open.last_mut() else {
            // Nothing stands outside of all parts; but words are words.
            sink.text(Spot::default(), loose::words(&before.all()));
            return;
        };
        *pieces = before.clone();
        let cell = cells::record(
            id,
            pieces,
            &mut self.globals,
            &mut part.grid,
            &mut part.awaiting,
        );
        if cell.is_some() {
            return;
        }
        *pieces = before.clone();
        if remark(id, pieces, &self.globals, part).is_none() && !is_drawn(id) {
            part.line(&loose::words(&before.all()));
        }
        if is_drawn(id) {
            self.pictures.extend(before.all());
        }
    }

    fn begin(&mut self, offset: usize, id: u16, pieces: &mut Pieces<'_>, sink: &mut Sink<'_>) {
        let version = pieces.u16().unwrap_or(0);
        let kind = pieces.u16().unwrap_or(0x10);
        if self.open.len() >= DEPTH {
            self.deeper = self.deeper.saturating_add(1);
            sink.gap(Spot::default(), GapReason::TooDeep);
            return;
        }
        if self.open.is_empty() && self.sheets == 0 {
            self.globals.strings.version = match (id, version) {
                (0x0009, _) => 2,
                (0x0209, _) => 3,
                (0x0409, _) => 4,
                (_, 0x0600..) => 8,
                _ => 5,
            };
        }
        let in_sheet = self.open.last().filter(|part| part.is_sheet);
        let is_sheet = !matches!(kind, 0x0005 | 0x0100);
        let spot = match in_sheet {
            Some(part) => part.spot,
            None if is_sheet => self.next_sheet(offset, sink),
            None => Spot::default(),
        };
        self.open.push(Part {
            spot,
            is_sheet,
            grid: Grid::new(sink.left().text_bytes),
            awaiting: None,
            other: String::new(),
            hidden: String::new(),
        });
    }

    /// Where the sheet that begins here stands in the list.
    fn next_sheet(&mut self, offset: usize, sink: &mut Sink<'_>) -> Spot {
        self.sheets = self.sheets.saturating_add(1);
        let sheets = &self.globals.sheets;
        let by_offset = sheets.iter().position(|sheet| sheet.offset == offset);
        let by_order = usize::try_from(self.sheets.saturating_sub(1)).unwrap_or(usize::MAX);
        let number = by_offset.unwrap_or(by_order);
        let unit = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        let spot = Spot::on(Unit::Sheet(unit));
        let spot = match sheets.get(number) {
            Some(sheet) => {
                let spot = Spot {
                    hidden: sheet.hidden,
                    ..spot
                };
                sink.name(spot, &sheet.name);
                spot
            }
            // A sheet that the list doesn't have is shown by no program.
            None if !sheets.is_empty() => spot.hidden(Hidden::VeryHiddenSheet),
            None => spot,
        };
        sink.hidden(spot);
        spot
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        if self.deeper > 0 {
            self.deeper = self.deeper.saturating_sub(1);
            return;
        }
        if let Some(part) = self.open.pop() {
            part.finish(sink);
        }
        self.end_external(sink);
    }

    /// Values copied from another workbook: `XCT` begins a sheet, `CRN` has
    /// cells of one row (2.4.352, 2.4.65).
    fn external_record(
        &mut self,
        id: u16,
        pieces: &mut Pieces<'_>,
        sink: &mut Sink<'_>,
    ) -> Option<()> {
        match id {
            0x0059 => {
                self.end_external(sink);
                self.external = Some(Grid::new(sink.left().text_bytes));
                Some(())
            }
            0x005A => {
                let last = u32::from(pieces.u8()?);
                let first = u32::from(pieces.u8()?);
                let row = u32::from(pieces.u16()?);
                let most = sink.left().text_bytes;
                let grid = self.external.get_or_insert_with(|| Grid::new(most));
                for column in first..=last {
                    let value = cells::cached(pieces, &self.globals)?;
                    grid.put(row, column, &value);
                }
                Some(())
            }
            _ => None,
        }
    }

    fn end_external(&mut self, sink: &mut Sink<'_>) {
        if let Some(grid) = self.external.take() {
            let spot = Spot::default().hidden(Hidden::ExternalCache);
            sink.hidden(spot);
            grid.finish(spot, sink);
        }
    }
}

/// Drawings and their pictures.
fn is_drawn(id: u16) -> bool {
    matches!(id, 0x00EB)
}

/// What stands beside the cells.
fn remark(id: u16, pieces: &mut Pieces<'_>, globals: &Globals, part: &mut Part) -> Option<()> {
    let strings = globals.strings;
    match id {
        // A note; of old versions with its text, in pieces.
        0x001C => {
            pieces.skip(4);
            if strings.version >= 8 {
                pieces.skip(4);
                let author = strings.long(pieces)?;
                part.line(&author);
            } else {
                pieces.u16()?;
                let rest = pieces.skip(usize::MAX);
                let text = strings.charset.decode_without_bom_handling(&rest).0;
                part.other.push_str(&text);
                if rest.len() < 2_048 {
                    part.other.push('\n');
                }
            }
        }
        // A text box, or the text of a note: characters in the next piece.
        0x01B6 => {
            pieces.skip(10);
            let count = usize::from(pieces.u16()?);
            pieces.next_piece().then_some(())?;
            let flags = pieces.u8()?;
            let text = pieces.characters(count, flags & 1 == 1);
            part.line(&text);
        }
        0x0014 | 0x0015 if !pieces.rest().is_empty() => {
            let text = match strings.version {
                8 => strings.long(pieces)?,
                _ => strings.short(pieces)?,
            };
            let plain = without_codes(&text);
            part.line(&plain);
            if plain != text {
                part.line(&text);
            }
        }
        0x0014 | 0x0015 => {}
        0x0018 | 0x0218 => name(pieces, globals, part)?,
        // The text of a chart.
        0x100D => {
            pieces.u16()?;
            let text = strings.short(pieces)?;
            part.line(&text);
        }
        // A format for a cell of a chart: more words are in no such record.
        0x0200 | 0x0000 => {}
        _ => return None,
    }
    Some(())
}

/// A defined name (2.4.150): its own, and the constants that it stands for.
fn name(pieces: &mut Pieces<'_>, globals: &Globals, part: &mut Part) -> Option<()> {
    if globals.strings.version < 5 {
        return None;
    }
    let flags = pieces.u16()?;
    pieces.u8()?;
    let count = usize::from(pieces.u8()?);
    let length = usize::from(pieces.u16()?);
    pieces.skip(8);
    let name = globals.strings.counted(pieces, count)?;
    let constants = cells::told(&pieces.skip(length), globals);
    let built_in = flags & 0x20 != 0 || name.starts_with("_xl");
    if flags & 1 == 1 && !built_in {
        part.hidden.push_str(&format!("{name} {constants}\n"));
    } else {
        part.line(&format!("{name} {constants}"));
    }
    let behind = loose::words(&pieces.skip(usize::MAX));
    part.line(&behind);
    Some(())
}
