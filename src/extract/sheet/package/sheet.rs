//! A worksheet, and any other sheet (ECMA-376 part 1, 18.3): its cells go into
//! a grid, all else of it is read as any part.
//!
//! Traps: a cell may leave out its reference (it follows the one before),
//! rows may come in any order, a value may be there twice (`is` and `v`), an
//! integer may be written `9.434765919E9`.

use super::part::PartText;
use super::strings::{self, RichText, Strings};
use super::workbook::is_true;
use crate::extract::office::xml::{self, Element, Token};
use crate::extract::sheet::digits;
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::reference::{area, place};
use crate::extract::sheet::serial;
use crate::extract::sheet::styles::{At, Styles};
use crate::location::Hidden;
use crate::mail::GapReason;

/// A sheet, read.
#[derive(Debug)]
pub(super) struct SheetText {
    /// Its cells.
    pub(super) grid: Grid,
    /// Everything else.
    pub(super) other: PartText,
    /// What was wrong.
    pub(super) stopped: Option<GapReason>,
}

/// Reads a sheet part; keeps at most so many bytes of text.
pub(super) fn read(bytes: &[u8], styles: &Styles, strings: &mut Strings, most: usize) -> SheetText {
    let mut reading = Reading {
        grid: Grid::new(most),
        other: PartText::default(),
        in_data: false,
        next_row: 0,
        cell: Cell::default(),
        inside: Inside::Nothing,
        area: String::new(),
    };
    let stopped = xml::walk(bytes, |token| reading.token(&token, styles, strings));
    SheetText {
        grid: reading.grid,
        other: reading.other,
        stopped,
    }
}

struct Reading {
    grid: Grid,
    other: PartText,
    in_data: bool,
    /// The row after the one at hand.
    next_row: u32,
    cell: Cell,
    inside: Inside,
    /// Where the condition at hand holds.
    area: String,
}

#[derive(Debug, Default)]
struct Cell {
    at: At,
    kind: String,
    value: String,
    formula: String,
    rich: RichText,
    is_rich: bool,
}

/// Which element of a cell is open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Inside {
    Nothing,
    Cell,
    Value,
    Formula,
    Rich,
}

impl Reading {
    fn token(&mut self, token: &Token<'_>, styles: &Styles, strings: &mut Strings) {
        if !self.in_data {
            if let Token::Open(element) = token {
                self.frame(element, styles);
            }
            if !self.in_data {
                self.other.token(token);
            }
            return;
        }
        match token {
            Token::Open(element) => self.open(element),
            Token::Close("sheetData") => self.in_data = false,
            Token::Close(name) => self.close(name, token, styles, strings),
            Token::Text(text) => match self.inside {
                Inside::Nothing => self.other.token(token),
                Inside::Value => self.cell.value.push_str(text),
                Inside::Formula => self.cell.formula.push_str(text),
                Inside::Rich | Inside::Cell => self.cell.rich.token(token),
            },
            Token::Aside(_) => self.other.token(token),
        }
    }

    /// What stands around the cells.
    fn frame(&mut self, element: &Element<'_>, styles: &Styles) {
        let given = |name: &str| element.attribute(name);
        let says = |name: &str| given(name).is_some_and(is_true);
        match element.name {
            "sheetData" => self.in_data = true,
            "sheetFormatPr" => {
                if says("zeroHeight") {
                    self.grid.hide_other_rows();
                }
                if is_shut(given("defaultColWidth"), SLIT) {
                    self.grid.hide_other_columns();
                }
            }
            "col" => {
                let number =
                    |name: &str| given(name).and_then(|value| value.trim().parse::<u32>().ok());
                let first = number("min").unwrap_or(1).saturating_sub(1);
                let last = number("max").unwrap_or(1).saturating_sub(1);
                let hidden = says("hidden") || is_shut(given("width"), SLIT);
                self.grid.columns(first, last, hidden);
            }
            "autoFilter" | "filterColumn" => self.grid.filter(),
            "conditionalFormatting" => {
                given("sqref")
                    .unwrap_or_default()
                    .clone_into(&mut self.area);
            }
            "cfRule" => {
                let look = given("dxfId").and_then(|look| look.trim().parse().ok());
                let fills = match look {
                    Some(look) => styles.has_ground(look),
                    // Scales and bars are grounds; signs are none.
                    None => given("type") != Some("iconSet"),
                };
                for (first, last) in self.area.split_whitespace().filter_map(area) {
                    if fills {
                        self.grid.ground(first, last);
                    }
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        let given = |name: &str| element.attribute(name);
        match element.name {
            "row" => {
                let number = given("r").and_then(|value| value.trim().parse::<u32>().ok());
                let row = number.map_or(self.next_row, |number| number.saturating_sub(1));
                self.next_row = row.saturating_add(1);
                let hidden = given("hidden").is_some_and(is_true) || is_shut(given("ht"), POINT);
                self.grid.row(row, hidden.then_some(Hidden::Row));
                self.cell.at = At {
                    row,
                    column: 0,
                    style: 0,
                };
                self.cell.kind.clear();
            }
            "c" => {
                let before = self.cell.at;
                let (row, column) = given("r")
                    .and_then(place)
                    .unwrap_or((before.row, before.column));
                let style = given("s").and_then(|value| value.trim().parse().ok());
                self.cell = Cell {
                    at: At {
                        row,
                        column,
                        style: style.unwrap_or(0),
                    },
                    kind: given("t").unwrap_or("n").to_owned(),
                    ..Cell::default()
                };
                self.inside = Inside::Cell;
            }
            "v" => self.inside = Inside::Value,
            "f" => self.inside = Inside::Formula,
            "is" => {
                self.inside = Inside::Rich;
                self.cell.is_rich = true;
            }
            _ if self.inside == Inside::Rich => self.cell.rich.token(&Token::Open(element)),
            _ if self.inside == Inside::Cell => {}
            _ => self.other.token(&Token::Open(element)),
        }
    }

    fn close(&mut self, name: &str, token: &Token<'_>, styles: &Styles, strings: &mut Strings) {
        match name {
            "c" => {
                self.end_cell(styles, strings);
                self.inside = Inside::Nothing;
            }
            "v" | "f" | "is" => self.inside = Inside::Cell,
            "row" => {}
            _ if self.inside == Inside::Rich => self.cell.rich.token(token),
            _ => self.other.token(token),
        }
    }

    fn end_cell(&mut self, styles: &Styles, strings: &mut Strings) {
        let mut cell = std::mem::take(&mut self.cell);
        let grid = &mut self.grid;
        let value = cell.value.trim();
        match cell.kind.as_str() {
            _ if value.is_empty() => {}
            "s" => {
                let number = value.parse().ok();
                let string = number.and_then(|number| strings.string(number));
                let string = string.unwrap_or(value).to_owned();
                match number.and_then(|number| strings.pieces(number)) {
                    Some(pieces) => styles.pieces(grid, cell.at, pieces),
                    None => styles.text(grid, cell.at, &string),
                }
            }
            "b" => grid.put(
                cell.at.row,
                cell.at.column,
                match value {
                    "1" => "TRUE",
                    "0" => "FALSE",
                    other => other,
                },
            ),
            "d" => grid.put(cell.at.row, cell.at.column, &serial::from_iso(value)),
            "n" => styles.written(grid, cell.at, value),
            _ => styles.text(grid, cell.at, &strings::unescaped(cell.value.clone())),
        }
        let pieces = cell.rich.pieces();
        let rich = cell.rich.take();
        if let Some(pieces) = pieces {
            styles.pieces(grid, cell.at, &pieces);
        } else if !rich.trim().is_empty() {
            styles.text(grid, cell.at, &rich);
        }
        grid.formula(&strings::unescaped(cell.formula));
        self.cell.at = At {
            column: cell.at.column.saturating_add(1),
            ..cell.at
        };
    }
}

/// Rows that are less high than this, in points, show nothing of their letters.
const POINT: f64 = 1.0;

/// Columns that are less wide than this, in characters, show nothing either.
const SLIT: f64 = 0.1;

/// Whether a row or column is given, and is not as high or wide as this.
fn is_shut(size: Option<&str>, least: f64) -> bool {
    let size = size.and_then(|size| size.trim().parse::<f64>().ok());
    size.is_some_and(|size| size < least)
}

/// A number without its exponent; another text as it is.
pub(super) fn in_full(value: &str) -> String {
    match value.trim().parse::<f64>() {
        Ok(number) if value.contains(['e', 'E', '.']) => digits::plain(number),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite::workbook;
    use crate::extract::suite;

    const STYLES: &[u8] = b"<styleSheet><numFmts><numFmt numFmtId='164' formatCode='000\\ 000\\ 0000'/>\
        <numFmt numFmtId='165' formatCode='0000000000'/><numFmt numFmtId='166' formatCode=';;;'/></numFmts>\
        <fonts><font/><font><color rgb='FFFFFFFF'/></font></fonts><fills><fill><patternFill patternType='none'/></fill></fills>\
        <cellXfs><xf/><xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='14'/><xf numFmtId='166'/>\
        <xf fontId='1'/><xf numFmtId='3'/></cellXfs><dxfs><dxf><font/></dxf>\
        <dxf><fill><patternFill><bgColor rgb='FF1F3864'/></patternFill></fill></dxf></dxfs></styleSheet>";

    /// What is told of the cells of a sheet.
    fn told(sheet: &str) -> Vec<String> {
        let bytes = workbook(
            sheet,
            &[("s", "styles", "styles.xml")],
            &[],
            &[("xl/styles.xml", STYLES)],
        );
        let reading = suite::read(&bytes);
        assert!(suite::gaps(&reading).is_empty());
        let told = suite::told(&reading).into_iter();
        let told = told.filter_map(|text| {
            text.strip_prefix("attachment of part 1, sheet 1, byte 0")
                .map(str::to_owned)
        });
        told.collect()
    }

    #[test]
    fn numbers_are_shown_as_people_see_them() {
        let sheet = "<sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>NHS number</t></is></c></row>\
            <row r='2'><c r='A2' s='1'><v>9.434765919E9</v></c></row>\
            <row r='3'><c r='A3' s='2'><v>434765919</v></c></row>\
            <row r='4'><c r='A4'><v>9434765919</v></c></row>\
            <row r='5'><c r='A5' s='3'><v>25569</v></c></row>\
            <row r='6'><c r='A6' s='6'><v>9434765919</v></c></row></sheetData>";
        assert_eq!(
            told(sheet),
            [
                ": NHS number\n943 476 5919\n0434765919\n9434765919\n01/01/1970\n9,434,765,919\n",
                // In full under the header.
                ": NHS number\n9434765919\n9434765919\n",
            ]
        );
    }

    #[test]
    fn hidden_rows_columns_and_values_are_texts_of_their_own() {
        let sheet = "<cols><col min='2' max='2' hidden='1'/><col min='3' max='3' width='0'/></cols><sheetData>\
            <row><c t='str'><v>NHS</v></c><c t='str'><v>CHI</v></c><c t='str'><v>HCN</v></c></row>\
            <row hidden='1'><c><v>9434765919</v></c></row>\
            <row ht='0'><c><v>19434765919</v></c></row>\
            <row><c t='str'><v>x</v></c><c><v>29434765919</v></c><c><v>39434765919</v></c></row>\
            <row><c s='4'><v>49434765919</v></c></row>\
            <row><c s='5' t='str'><v>white 943 476 5919</v></c></row></sheetData>";
        assert_eq!(
            told(sheet),
            [
                ": NHS\t\t\nx\t\t\n",
                " (a hidden row): NHS\tCHI\tHCN\n9434765919\t\t\n19434765919\t\t\nx\t\t\n",
                " (a hidden column): NHS\tCHI\tHCN\nx\t29434765919\t39434765919\n",
                " (hidden text): NHS\tCHI\tHCN\nx\t\t\n49434765919\t\t\nwhite 943 476 5919\t\t\n",
            ]
        );
    }

    #[test]
    fn letters_of_the_colour_of_their_cell_are_hidden() {
        let look = b"<styleSheet><fonts><font><color theme='1'/></font><font/><font><color rgb='FFFFFFFF'/></font>\
            <font><color indexed='8'/></font></fonts><fills><fill><patternFill/></fill><fill><patternFill patternType='gray125'/></fill>\
            <fill><patternFill patternType='solid'><fgColor rgb='FF000000'/></patternFill></fill>\
            <fill><patternFill patternType='solid'><fgColor theme='1' tint='0.5'/></patternFill></fill></fills>\
            <cellXfs><xf/><xf fontId='0' fillId='2'/><xf fontId='1' fillId='2'/><xf fontId='2' fillId='2'/>\
            <xf fontId='3' fillId='2'/><xf fontId='0' fillId='3'/><xf fontId='0' fillId='1'/></cellXfs></styleSheet>";
        for (style, is_hidden) in [
            (1, true),
            (2, true),
            (3, false),
            (4, true),
            (5, false),
            (6, false),
        ] {
            let sheet =
                format!("<sheetData><row><c s='{style}'><v>9434765919</v></c></row></sheetData>");
            let styles = [("s", "styles", "styles.xml")];
            let bytes = workbook(&sheet, &styles, &[], &[("xl/styles.xml", look)]);
            assert_eq!(
                !suite::hidden(&suite::read(&bytes)).is_empty(),
                is_hidden,
                "{style}"
            );
        }
    }

    #[test]
    fn pieces_of_a_text_are_hidden_by_their_own_colour() {
        let run = |colour: &str, words: &str| {
            let look = format!("<rPr><color rgb='{colour}'/></rPr>");
            format!("<r>{look}<t>{words}</t></r>")
        };
        let cell = |pieces: &str| {
            format!("<sheetData><row><c t='inlineStr'><is>{pieces}</is></c></row></sheetData>")
        };
        let plain = "<r><t>Hello </t></r>";
        let white = cell(&[plain, &run("FFFFFFFF", "943 476 5919")].concat());
        assert_eq!(
            told(&white),
            [": Hello \n", " (hidden text): Hello  Hello 943 476 5919\n"]
        );
        let red = cell(&[plain, &run("FFFF0000", "943 476 5919")].concat());
        assert_eq!(told(&red), [": Hello 943 476 5919\n"]);
    }

    #[test]
    fn rows_and_columns_that_are_nearly_shut_are_hidden() {
        let sheet = "<cols><col min='3' max='3' width='0.08'/><col min='2' max='2' width='0.5'/></cols><sheetData>\
            <row r='1' ht='0.75'><c r='A1'><v>19434765919</v></c></row>\
            <row r='2' ht='1.5'><c r='A2'><v>2</v></c><c r='B2'><v>3</v></c><c r='C2'><v>49434765919</v></c></row></sheetData>";
        let told = told(sheet);
        assert!(told[0].starts_with(": 2\t3"), "{told:?}");
        assert!(told[1].contains("(a hidden row)") && told[1].contains("19434765919"));
        assert!(told[2].contains("(a hidden column)") && told[2].contains("49434765919"));
    }

    #[test]
    fn white_letters_are_seen_where_a_condition_fills_the_cell() {
        let white = |row: u32| {
            format!("<row r='{row}'><c s='5' t='str'><v>{row} 943 476 5919</v></c></row>")
        };
        let rule = |cells: &str, rule: &str| {
            format!(
                "<conditionalFormatting sqref='{cells}'><cfRule {rule}/></conditionalFormatting>"
            )
        };
        let rows: String = (1..=5).map(white).collect();
        let rules = [
            rule("C9 A1:B2", "type='expression' dxfId='1'"),
            rule("A3", "type='colorScale'"),
            rule("A4", "type='iconSet'"),
            rule("A5", "type='expression' dxfId='0'"),
        ]
        .concat();
        assert_eq!(
            told(&format!("<sheetData>{rows}</sheetData>{rules}")),
            [
                ": 1 943 476 5919\n2 943 476 5919\n3 943 476 5919\n",
                " (hidden text): 4 943 476 5919\n5 943 476 5919\n",
            ]
        );
    }

    #[test]
    fn rows_that_a_filter_hides_say_so() {
        let sheet = "<sheetData><row><c t='str'><v>NHS</v></c></row><row hidden='1'><c><v>9434765919</v></c></row>\
            </sheetData><autoFilter ref='A1:A2'/>";
        let told = told(sheet);
        assert_eq!(told[1], " (rows that a filter hides): NHS\n9434765919\n");
    }

    #[test]
    fn formulas_and_their_values_are_both_read() {
        let sheet = "<sheetData><row><c t='str'><f>\"943\"&amp;\"4765919\"</f><v>9434765919</v></c></row></sheetData>";
        assert_eq!(
            told(sheet),
            [": 9434765919\n", ": \"943\"&\"4765919\"\n\"9434765919\"\n"]
        );
    }

    #[test]
    fn lists_of_validations_headers_and_tips_are_read() {
        let sheet = "<sheetData/><dataValidation prompt='T1 943 476 5919'><formula1>\"T2 943 476 5919,b\"</formula1></dataValidation>\
            <hyperlink ref='A1' tooltip='T3 943 476 5919'/><headerFooter><oddHeader>&amp;LT4 943&amp;B 476 5919</oddHeader></headerFooter>";
        let told = told(sheet).concat();
        for words in [
            "T1 943 476 5919",
            "T2 943 476 5919",
            "T3 943 476 5919",
            "T4 943 476 5919",
        ] {
            assert!(told.contains(words), "{words} in {told}");
        }
    }
}
