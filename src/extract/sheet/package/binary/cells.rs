//! A sheet as records (MS-XLSB 2.1.7.61, 2.4.307 to 2.4.318, 2.4.720).

use super::book::formula;
use super::record::{Fields, Record, Records, said};
use crate::extract::sheet::cell_values::{packed, truth_or_error};
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::package::part::PartText;
use crate::extract::sheet::package::sheet::SheetText;
use crate::extract::sheet::package::strings::Strings;
use crate::extract::sheet::styles::{At, Styles};
use crate::location::Hidden;
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
        // The cells of a condition, which may fill them.
        461 => {
            fields.take(8)?;
            let count = fields.u32()?;
            for _ in 0..count {
                let [first, last] = [fields.u32()?, fields.u32()?];
                let [left, right] = [fields.u32()?, fields.u32()?];
                sheet.grid.ground((first, left), (last, right));
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
        let hidden = height == 0 || fields.u8()? & 0x10 != 0;
        grid.row(at.row, hidden.then_some(Hidden::Row));
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

#[cfg(test)]
mod tests {
    use super::super::super::suite::{arrows, package};
    use crate::extract::suite;

    /// A record.
    fn record(id: u16, content: &[u8]) -> Vec<u8> {
        let mut bytes = match id {
            0..128 => vec![u8::try_from(id).unwrap()],
            id => vec![
                u8::try_from(id & 0x7F).unwrap() | 0x80,
                u8::try_from(id >> 7).unwrap(),
            ],
        };
        let length = u8::try_from(content.len()).unwrap();
        assert!(length < 128);
        bytes.push(length);
        bytes.extend(content);
        bytes
    }

    fn string(text: &str) -> Vec<u8> {
        let mut bytes = u32::try_from(text.len()).unwrap().to_le_bytes().to_vec();
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    }

    fn row(number: u8, flags: u8) -> Vec<u8> {
        record(
            0,
            &[
                number, 0, 0, 0, 0, 0, 0, 0, 0x2C, 1, 0, flags, 0, 0, 0, 0, 0,
            ],
        )
    }

    fn cell(id: u16, column: u8, style: u8, value: &[u8]) -> Vec<u8> {
        record(id, &[&[column, 0, 0, 0, style, 0, 0, 0], value].concat())
    }

    fn binary(sheet: &[Vec<u8>], parts: &[(&str, &[u8])]) -> Vec<u8> {
        let listed = record(
            156,
            &[[0; 8].as_slice(), &string("r1"), &string("One")].concat(),
        );
        let book = [record(131, &[]), listed, record(132, &[])].concat();
        let mut sheet_bytes = record(129, &[]);
        sheet_bytes.extend(sheet.concat());
        sheet_bytes.extend(record(130, &[]));
        let root = arrows(&[("r", "officeDocument", "xl/workbook.bin")]);
        let from_book = arrows(&[
            ("r1", "worksheet", "worksheets/sheet1.bin"),
            ("r2", "sharedStrings", "sharedStrings.bin"),
            ("r3", "styles", "styles.bin"),
        ]);
        let strings = [
            record(159, &[]),
            record(19, &[&[0], string("T1 943 476 5919").as_slice()].concat()),
            record(160, &[]),
        ]
        .concat();
        let styles = [
            record(278, &[]),
            record(44, &[&[164, 0], string("000 000 0000").as_slice()].concat()),
            record(617, &[]),
            record(47, &[0; 16]),
            record(47, &[0, 0, 164, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            record(618, &[]),
        ]
        .concat();
        let mut all: Vec<(&str, &[u8])> = vec![
            ("[Content_Types].xml", b"<Types/>"),
            ("_rels/.rels", root.as_bytes()),
            ("xl/workbook.bin", &book),
            ("xl/_rels/workbook.bin.rels", from_book.as_bytes()),
            ("xl/worksheets/sheet1.bin", &sheet_bytes),
            ("xl/sharedStrings.bin", &strings),
            ("xl/styles.bin", &styles),
        ];
        all.extend(parts);
        package(&all)
    }

    #[test]
    fn cells_of_all_kinds_are_read_and_hidden_ones_are_apart() {
        let number = 9_434_765_919_f64.to_le_bytes();
        let mut joined = string("T2 9434765919");
        let formula = b"\x17\x03\x009\x004\x003\x00\x17\x04\x004\x007\x006\x005\x00\x08";
        joined.extend([0, 0]);
        joined.extend(u32::try_from(formula.len()).unwrap().to_le_bytes());
        joined.extend(formula);
        joined.extend([0; 4]);
        let sheet = [
            record(60, &[2, 0, 0, 0, 2, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 1, 0]),
            row(0, 0),
            cell(7, 0, 0, &[0, 0, 0, 0]),
            cell(5, 1, 1, &number),
            cell(6, 2, 0, &string("T3 943 476 5919")),
            row(1, 0x10),
            cell(5, 0, 0, &number),
            row(2, 0),
            cell(8, 0, 0, &joined),
            cell(2, 1, 0, &((943_u32 << 2) | 2).to_le_bytes()),
        ];
        let reading = suite::read(&binary(&sheet, &[]));
        let told = suite::told(&reading);
        let spot = "attachment of part 1, sheet 1, byte 0";
        for text in [
            format!("{spot}: T1 943 476 5919\t943 476 5919\t\nT2 9434765919\t943\t\n"),
            format!("{spot} (a hidden row): 9434765919\t\t\n"),
            format!("{spot} (a hidden column): \t\tT3 943 476 5919\n"),
            format!("{spot}: 943 4765 9434765\n"),
        ] {
            assert!(told.contains(&text), "{text} in {told:#?}");
        }
        assert_eq!(suite::hidden(&reading), ["column", "row"]);
        assert!(
            suite::gaps(&reading).is_empty(),
            "{:?}",
            suite::gaps(&reading)
        );
    }

    #[test]
    fn comments_caches_and_unknown_records_are_read() {
        let comments = [
            record(628, &[]),
            record(637, &[&[0], string("T1 943 476 5919").as_slice()].concat()),
            record(629, &[]),
        ]
        .concat();
        let link = [
            record(360, &[]),
            record(363, &[]),
            record(366, &[0, 0, 0, 0]),
            record(
                371,
                &[&[0, 0, 0, 0], string("T2 943 476 5919").as_slice()].concat(),
            ),
            record(364, &[]),
        ]
        .concat();
        let unknown = record(999, &string("T3 943 476 5919"));
        let bytes = binary(
            &[unknown],
            &[
                ("xl/comments1.bin", &comments),
                ("xl/externalLinks/e1.bin", &link),
            ],
        );
        let reading = suite::read(&bytes);
        for words in ["T1 943 476 5919", "T2 943 476 5919", "T3 943 476 5919"] {
            assert!(suite::has(&reading, words), "{words}");
        }
        assert_eq!(suite::hidden(&reading), ["external-cache", "text"]);
    }

    #[test]
    fn the_rows_behind_a_pivot_table_are_a_table() {
        let field = |name: &str, kind: u16, items: &[Vec<u8>]| {
            let mut bytes = record(183, &string(name));
            let kind = [kind.to_le_bytes().as_slice(), &[0; 4]].concat();
            bytes.extend(record(189, &kind));
            bytes.extend(items.concat());
            bytes
        };
        let definition = [
            record(179, &[]),
            field("NHS number", 0x42, &[]),
            field(
                "Ward",
                3,
                &[
                    record(24, &string("A")),
                    record(24, &string("T1 943 476 5919")),
                ],
            ),
        ]
        .concat();
        let kept = [9_434_765_919_f64.to_le_bytes().as_slice(), &[0, 0, 0, 0]].concat();
        let records = [record(193, &[2, 0, 0, 0]), record(33, &kept)].concat();
        let arrow = arrows(&[("r", "pivotCacheRecords", "r1.bin")]);
        let bytes = binary(
            &[],
            &[
                ("xl/pivotCache/d1.bin", &definition),
                ("xl/pivotCache/_rels/d1.bin.rels", arrow.as_bytes()),
                ("xl/pivotCache/r1.bin", &records),
            ],
        );
        let reading = suite::read(&bytes);
        let told = suite::told(&reading);
        let table = "attachment of part 1, byte 0 (the rows behind a pivot table): \
            NHS number\tWard\n9434765919\tA\n";
        assert!(told.contains(&table.to_owned()), "{told:#?}");
        assert!(suite::has(&reading, "T1 943 476 5919"));
    }
}
