//! The cells of a sheet (MS-XLS 2.4.180, 2.4.220, 2.4.175, 2.4.127 and others),
//! rows and columns that are hidden.

use super::globals::Globals;
use super::record::Pieces;
use crate::extract::sheet::cell_values::{packed, truth_or_error};
use crate::extract::sheet::formula::{self, Dialect};
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::styles::At;
use crate::extract::strings;
use crate::location::Hidden;

/// Where the value of a formula goes, if it is a text in the next record.
pub(super) type Awaiting = Option<At>;

/// Takes a record of cells, rows or columns; `None` if it is another, or
/// damaged.
pub(super) fn record(
    id: u16,
    pieces: &mut Pieces<'_>,
    globals: &mut Globals,
    grid: &mut Grid,
    awaiting: &mut Awaiting,
) -> Option<()> {
    match id {
        0x0008 | 0x0208 => row(id, pieces, grid),
        0x007D => columns(pieces, grid),
        0x0024 => old_columns(pieces, grid),
        0x0025 | 0x0225 => default_height(id, pieces, grid),
        // A filter hides rows; or could.
        0x009B | 0x009D => {
            grid.filter();
            Some(())
        }
        // The cells of conditions, which may fill them.
        0x01B0 => {
            pieces.skip(4);
            let [first, last] = [pieces.u16()?, pieces.u16()?];
            let [left, right] = [pieces.u16()?, pieces.u16()?];
            grid.ground(
                (u32::from(first), u32::from(left)),
                (u32::from(last), u32::from(right)),
            );
            // Nothing of it is text.
            Some(())
        }
        // A cell with a format and no value.
        0x0001 | 0x0201 | 0x00BE => Some(()),
        0x0002 => {
            let at = at(id, pieces, globals)?;
            let value = f64::from(pieces.u16()?);
            globals.styles().number(grid, at, value);
            Some(())
        }
        0x0003 | 0x0203 => {
            let at = at(id, pieces, globals)?;
            let value = pieces.f64()?;
            globals.styles().number(grid, at, value);
            Some(())
        }
        0x027E => {
            let at = at(id, pieces, globals)?;
            let value = packed(pieces.u32()?);
            globals.styles().number(grid, at, value);
            Some(())
        }
        0x00BD => many(pieces, globals, grid),
        0x0004 | 0x0204 | 0x00D6 | 0x00FD => text(id, pieces, globals, grid),
        0x0005 | 0x0205 => {
            let at = at(id, pieces, globals)?;
            let (value, error) = (pieces.u8()?, pieces.u8()?);
            grid.put(at.row, at.column, truth_or_error(value, error == 1));
            Some(())
        }
        0x0006 | 0x0206 | 0x0406 => formula(id, pieces, globals, grid, awaiting),
        0x0007 | 0x0207 => {
            let at = awaiting.take()?;
            let strings = globals.strings;
            let text = match id {
                0x0007 => strings.short(pieces)?,
                _ => strings.long(pieces)?,
            };
            globals.styles().text(grid, at, &text);
            Some(())
        }
        // The formula of several cells: an array, or a shared one.
        0x0221 | 0x04BC => {
            pieces.skip(if id == 0x0221 { 12 } else { 8 });
            tokens(pieces, globals, grid);
            Some(())
        }
        _ => None,
    }
}

/// A cell with a text: its own, or a shared one.
fn text(id: u16, pieces: &mut Pieces<'_>, globals: &mut Globals, grid: &mut Grid) -> Option<()> {
    let at = at(id, pieces, globals)?;
    let strings = globals.strings;
    let text = match id {
        0x0004 => strings.short(pieces)?,
        0x00FD => globals.shared(pieces.u32()?)?,
        _ => strings.long(pieces)?,
    };
    globals.styles().text(grid, at, &text);
    Some(())
}

/// Row, column and cell format, as all cells begin.
fn at(id: u16, pieces: &mut Pieces<'_>, globals: &Globals) -> Option<At> {
    let row = u32::from(pieces.u16()?);
    let column = u32::from(pieces.u16()?);
    let style = if id < 0x0009 && id != 0x0006 || globals.strings.version == 2 {
        let [style, _, _] = pieces.array()?;
        usize::from(style & 0x3F)
    } else {
        usize::from(pieces.u16()?)
    };
    Some(At { row, column, style })
}

fn row(id: u16, pieces: &mut Pieces<'_>, grid: &mut Grid) -> Option<()> {
    let number = u32::from(pieces.u16()?);
    pieces.skip(4);
    let height = pieces.u16()? & 0x7FFF;
    let flags = match id {
        0x0208 => {
            pieces.skip(4);
            pieces.u16().unwrap_or(0)
        }
        _ => 0,
    };
    let hidden = height == 0 || flags & 0x20 != 0;
    grid.row(number, hidden.then_some(Hidden::Row));
    Some(())
}

fn columns(pieces: &mut Pieces<'_>, grid: &mut Grid) -> Option<()> {
    let (first, last) = (pieces.u16()?, pieces.u16()?);
    let width = pieces.u16()?;
    pieces.u16()?;
    let hidden = pieces.u16()? & 1 == 1 || width == 0;
    grid.columns(u32::from(first), u32::from(last), hidden);
    Some(())
}

fn old_columns(pieces: &mut Pieces<'_>, grid: &mut Grid) -> Option<()> {
    let (first, last) = (pieces.u8()?, pieces.u8()?);
    let width = pieces.u16()?;
    grid.columns(u32::from(first), u32::from(last), width == 0);
    Some(())
}

fn default_height(id: u16, pieces: &mut Pieces<'_>, grid: &mut Grid) -> Option<()> {
    if id == 0x0225 && pieces.u16()? & 2 != 0 {
        grid.hide_other_rows();
    }
    Some(())
}

/// Several numbers side by side.
fn many(pieces: &mut Pieces<'_>, globals: &mut Globals, grid: &mut Grid) -> Option<()> {
    let row = u32::from(pieces.u16()?);
    let mut column = u32::from(pieces.u16()?);
    // The last two bytes are the number of the last column.
    while pieces.rest().len() >= 6 {
        let style = usize::from(pieces.u16()?);
        let value = packed(pieces.u32()?);
        let at = At { row, column, style };
        globals.styles().number(grid, at, value);
        column = column.saturating_add(1);
    }
    Some(())
}

fn formula(
    id: u16,
    pieces: &mut Pieces<'_>,
    globals: &mut Globals,
    grid: &mut Grid,
    awaiting: &mut Awaiting,
) -> Option<()> {
    let at = at(id, pieces, globals)?;
    let value: [u8; 8] = pieces.array()?;
    *awaiting = None;
    match value {
        [0, .., 0xFF, 0xFF] => *awaiting = Some(at),
        [1, _, truth, .., 0xFF, 0xFF] => {
            grid.put(at.row, at.column, truth_or_error(truth, false));
        }
        [2, _, error, .., 0xFF, 0xFF] => {
            grid.put(at.row, at.column, truth_or_error(error, true));
        }
        [.., 0xFF, 0xFF] => {}
        value => globals.styles().number(grid, at, f64::from_le_bytes(value)),
    }
    match globals.strings.version {
        2 => {
            pieces.u8()?;
            let length = usize::from(pieces.u8()?);
            let words = strings::words(&pieces.skip(length));
            grid.formula(words.trim_end());
        }
        3 | 4 => {
            pieces.u16()?;
            let length = usize::from(pieces.u16()?);
            let words = strings::words(&pieces.skip(length));
            grid.formula(words.trim_end());
        }
        _ => {
            pieces.skip(6);
            tokens(pieces, globals, grid);
        }
    }
    Some(())
}

/// The constants of a formula after its length, and of the arrays behind it.
fn tokens(pieces: &mut Pieces<'_>, globals: &Globals, grid: &mut Grid) {
    let Some(length) = pieces.u16() else { return };
    let tokens = pieces.skip(usize::from(length));
    grid.formula(&told(&tokens, globals));
    let behind = pieces.all();
    if behind.is_empty() {
        return;
    }
    let values = array(&mut pieces.clone(), globals);
    grid.formula(&values.unwrap_or_else(|| strings::words(&behind)));
}

/// The constants of a formula; the words in it, where it is damaged.
pub(super) fn told(tokens: &[u8], globals: &Globals) -> String {
    let dialect = if globals.strings.version >= 8 {
        Dialect::Eight
    } else {
        Dialect::Five
    };
    let (told, whole) = formula::constants(tokens, dialect);
    if whole {
        return told;
    }
    format!("{told} {}", strings::words(tokens))
        .trim()
        .replace('\n', " ")
}

/// The values of constant arrays (2.5.198.8 `PtgExtraArray`), one after another.
fn array(pieces: &mut Pieces<'_>, globals: &Globals) -> Option<String> {
    let mut told = Vec::new();
    while !pieces.rest().is_empty() {
        let columns = usize::from(pieces.u8()?).saturating_add(1);
        let rows = usize::from(pieces.u16()?).saturating_add(1);
        for _ in 0..columns.saturating_mul(rows) {
            told.push(cached(pieces, globals)?);
        }
    }
    Some(told.join("\t"))
}

/// One value that is kept for a formula or of another workbook (2.5.240
/// `SerAr`).
pub(super) fn cached(pieces: &mut Pieces<'_>, globals: &Globals) -> Option<String> {
    let kind = pieces.u8()?;
    Some(match kind {
        1 => crate::extract::sheet::digits::plain(pieces.f64()?),
        2 if globals.strings.version >= 8 => globals.strings.long(pieces)?,
        2 => globals.strings.short(pieces)?,
        0 | 4 | 16 => {
            let value: [u8; 8] = pieces.array()?;
            match kind {
                0 => String::new(),
                kind => truth_or_error(*value.first()?, kind == 16).to_owned(),
            }
        }
        _ => return None,
    })
}
