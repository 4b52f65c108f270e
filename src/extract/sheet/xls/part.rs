//! A sheet, a chart, or what stands before all sheets: its cells, and what
//! stands beside them (notes, text boxes, headers, names).
//!
//! Trap: notes of old versions are cut into pieces.

use super::cells::{self, Awaiting};
use super::globals::Globals;
use super::record::Pieces;
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::header::without_codes;
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings;
use crate::location::Hidden;

/// A sheet, a chart, or what stands before all sheets.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) spot: Spot,
    pub(super) is_sheet: bool,
    pub(super) grid: Grid,
    pub(super) awaiting: Awaiting,
    /// All that is not in a cell.
    pub(super) other: String,
    pub(super) hidden: String,
}

impl Part {
    /// Hands over all that was read.
    pub(super) fn finish(self, sink: &mut Sink<'_>) {
        self.grid.finish(self.spot, sink);
        sink.text(self.spot, self.other);
        let hidden = self.spot.hidden.unwrap_or(Hidden::Text);
        sink.text(self.spot.hidden(hidden), self.hidden);
    }

    /// Puts a line beside the cells.
    pub(super) fn line(&mut self, line: &str) {
        if !line.trim().is_empty() {
            self.other.push_str(line.trim_end());
            self.other.push('\n');
        }
    }
}

/// What stands beside the cells.
pub(super) fn remark(
    id: u16,
    pieces: &mut Pieces<'_>,
    globals: &Globals,
    part: &mut Part,
) -> Option<()> {
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
        0x0018 | 0x0218 => name(pieces, globals, part)?,
        // The text of a chart.
        0x100D => {
            pieces.u16()?;
            let text = strings.short(pieces)?;
            part.line(&text);
        }
        // A format for a cell of a chart: more words are in no such record.
        0x0014 | 0x0015 | 0x0200 | 0x0000 => {}
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
        part.hidden.extend([&name, " ", &constants, "\n"]);
    } else {
        part.line(&format!("{name} {constants}"));
    }
    let behind = strings::words(&pieces.skip(usize::MAX));
    part.line(&behind);
    Some(())
}
