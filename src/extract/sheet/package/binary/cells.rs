//! A sheet as records (MS-XLSB 2.1.7.61, 2.4.307 to 2.4.318, 2.4.720).

use super::book::formula;
use super::record::{Fields, Record, Records, said};
use crate::extract::sheet::cell_values::{packed, truth_or_error};
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::package::part::PartText;
use crate::extract::sheet::package::sheet::SheetText;
use crate::extract::sheet::package::strings::Strings;
use crate::extract::sheet::styles::{At, Styles};
use crate::mail::GapReason;

/// Reads a sheet; keeps at most so many bytes of text.
pub(in crate::extract::sheet::package) fn read(
    bytes: &[u8],
    styles: &Styles,
    strings: &mut Strings,
    most: usize,
) -> SheetText {
    let mut sheet = SheetText {
        grid: Grid::new(most),
        other: PartText::default(),
        stopped: None,
    };
    let mut at = At::default();
    let mut records = Records::of(bytes);
    for record in records.by_ref() {
        let known = match record.id {
            0..=18 | 62 => cell(record, &mut at, &mut sheet.grid, styles, strings),
            _ => frame(record, &mut sheet),
        };
        if known.is_none() {
            sheet.other.line(&said(record));
        }
    }
    if records.is_cut() {
        sheet.stopped = Some(GapReason::Truncated);
    }
    sheet
}

/// What stands around the cells.
fn frame(record: Record<'_>, sheet: &mut SheetText) -> Option<()> {
    let mut fields = Fields::of(record.data);
    match record.id {
        60 => {
            let (first, last) = (fields.u32()?, fields.u32()?);
            let width = fields.u32()?;
            fields.u32()?;
            let hidden = fields.u16()? & 1 == 1 || width == 0;
            sheet.grid.columns(first, last, hidden);
        }
        // A filter, and one of its columns.
        161 | 163 => {
            sheet.grid.filter();
            return None;
        }
        485 => {
            let width = fields.u32()?;
            let characters = fields.u16()?;
            fields.u16()?;
            if fields.u16()? & 2 != 0 {
                sheet.grid.hide_other_rows();
            }
            if width == 0 || (width == u32::MAX && characters == 0) {
                sheet.grid.hide_other_columns();
            }
        }
        // Headers and footers.
        479 => {
            fields.u16()?;
            for _ in 0..6 {
                let line = fields.string()?;
                sheet.other.header_line(&line);
            }
        }
        // The formulas of several cells: an array, a shared one.
        426 => {
            fields.take(17)?;
            sheet.grid.formula(&formula(&mut fields)?);
        }
        427 => {
            fields.take(16)?;
            sheet.grid.formula(&formula(&mut fields)?);
        }
        _ => return None,
    }
    Some(())
}

fn cell(
    record: Record<'_>,
    at: &mut At,
    grid: &mut Grid,
    styles: &Styles,
    strings: &mut Strings,
) -> Option<()> {
    let mut fields = Fields::of(record.data);
    if record.id == 0 {
        at.row = fields.u32()?;
        at.column = u32::MAX;
        fields.u32()?;
        let height = fields.u16()?;
        fields.u8()?;
        grid.row(at.row, height == 0 || fields.u8()? & 0x10 != 0);
        return Some(());
    }
    // Short cells follow the one before.
    at.column = match record.id {
        12..=18 => at.column.wrapping_add(1),
        _ => fields.u32()?,
    };
    let style = fields.u32()? & 0x00FF_FFFF;
    at.style = usize::try_from(style).ok()?;
    let mut is_formula = false;
    match record.id {
        2 | 13 => styles.number(grid, *at, packed(fields.u32()?)),
        3 | 14 => grid.put(at.row, at.column, truth_or_error(fields.u8()?, true)),
        4 | 15 => grid.put(at.row, at.column, truth_or_error(fields.u8()?, false)),
        5 | 16 => styles.number(grid, *at, fields.f64()?),
        6 | 17 => styles.text(grid, *at, &fields.string()?),
        7 | 18 => {
            let number = usize::try_from(fields.u32()?).ok()?;
            styles.text(grid, *at, strings.string(number)?);
        }
        8 => {
            styles.text(grid, *at, &fields.string()?);
            is_formula = true;
        }
        9 => {
            styles.number(grid, *at, fields.f64()?);
            is_formula = true;
        }
        10 | 11 => {
            let error = record.id == 11;
            grid.put(at.row, at.column, truth_or_error(fields.u8()?, error));
            is_formula = true;
        }
        62 => styles.text(grid, *at, &fields.rich()?),
        _ => {}
    }
    if is_formula {
        fields.u16()?;
        grid.formula(&formula(&mut fields)?);
    }
    Some(())
}
