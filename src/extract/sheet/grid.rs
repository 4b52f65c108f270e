//! The cells of a sheet become texts: a line a row, tabs between cells.
//!
//! Columns stay columns: every row has as many tabs, so that a header stands
//! over its numbers (a column that nobody uses is left out). What people don't
//! see becomes a text of its own, with the words of the rows at the top for
//! its header: cells of hidden rows, of hidden columns, and hidden values.
//! Values that are shown in another way than they are kept (`9,434,765,919`)
//! stand in a further text in full, formulas in another.

use std::collections::{BTreeMap, BTreeSet};

use super::grid_table::{Line, Table};
use super::grounds::Grounds;
use super::number_format::Shown;
use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;
use crate::mail::GapReason;

/// The cells of one sheet, in any order.
#[derive(Debug, Default)]
pub(in crate::extract) struct Grid {
    cells: Vec<Cell>,
    /// The texts of all cells, one behind the other.
    words: String,
    formulas: String,
    last_formula: String,
    /// Which rows are said to be hidden, as what, and which not.
    rows: BTreeMap<u32, Option<Hidden>>,
    /// The same of columns, from and to.
    columns: Vec<(u32, u32, bool)>,
    /// Whether rows and columns of which nothing is said are hidden.
    others: Others,
    /// Whether a filter is set, which hides rows.
    filtered: bool,
    /// Cells of which it is not known what is behind their letters.
    grounds: Grounds,
    /// How many bytes of text are kept.
    most: usize,
    full: bool,
}

#[derive(Debug, Default)]
struct Others {
    rows: bool,
    columns: bool,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    row: u32,
    column: u32,
    start: usize,
    length: u32,
    layer: Layer,
}

/// What a text in a cell is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Layer {
    /// What people see.
    Seen,
    /// What is kept from sight by its format.
    Unseen,
    /// What is white on white, unless something else is behind it.
    White,
    /// The value of what people see, in full.
    Plain,
}

/// Where a cell stands.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Side {
    Visible,
    Row,
    FilteredRow,
    Column,
    Text,
}

/// The last column of all programs and one more.
const COLUMNS: u32 = 16_384;
/// How often something may be said of columns.
const RANGES: usize = 20_000;
/// How many rows at the top may be headers.
const HEADERS: usize = 30;
/// Cells with so many digits are values, no words of a header.
const DIGITS: usize = 5;

impl Grid {
    /// Keeps at most so many bytes.
    pub(in crate::extract) fn new(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// A text that people see.
    pub(in crate::extract) fn put(&mut self, row: u32, column: u32, text: &str) {
        self.push(row, column, Layer::Seen, text);
    }

    /// A text that its format or colour keeps from sight.
    pub(in crate::extract) fn put_unseen(&mut self, row: u32, column: u32, text: &str) {
        self.push(row, column, Layer::Unseen, text);
    }

    /// A text in the colour of its cell: people see it where something else
    /// than the cell is behind it, and the value that differs from it.
    pub(in crate::extract) fn put_white(&mut self, row: u32, column: u32, seen: &str, plain: &str) {
        if !seen.contains(plain) {
            self.push(row, column, Layer::White, plain);
        }
        self.push(row, column, Layer::White, seen);
    }

    /// Says that cells from one to another have, or may have, a ground that is
    /// not that of their own format: of a table, or under a condition.
    pub(in crate::extract) fn ground(&mut self, first: (u32, u32), last: (u32, u32)) {
        self.grounds.add(first, last);
    }

    /// A value as its format shows it, and in full where that differs.
    pub(super) fn put_shown(&mut self, row: u32, column: u32, shown: &Shown, plain: &str) {
        if shown.unseen {
            // What stands in its place is seen; in white ink, neither is.
            if shown.seen != plain && !shown.seen.contains(plain) {
                self.put(row, column, &shown.seen);
            }
            self.put_unseen(row, column, plain);
            return;
        }
        if shown.moment {
            self.put(row, column, &shown.seen);
        } else {
            self.put_with_value(row, column, &shown.seen, plain);
        }
    }

    /// A text that people see, and the value behind where its digits differ.
    pub(in crate::extract) fn put_with_value(
        &mut self,
        row: u32,
        column: u32,
        seen: &str,
        value: &str,
    ) {
        self.put(row, column, seen);
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        if digits >= DIGITS && !seen.contains(value) {
            self.push(row, column, Layer::Plain, value);
        }
    }

    /// A formula, without its `=`.
    pub(in crate::extract) fn formula(&mut self, formula: &str) {
        if formula.is_empty() || formula == self.last_formula {
            return;
        }
        if self.formulas.len().saturating_add(formula.len()) > self.most {
            self.full = true;
            return;
        }
        formula.clone_into(&mut self.last_formula);
        self.formulas.push_str(formula);
        self.formulas.push('\n');
        // `"943"&"4765919"` is one text in two pieces.
        if formula.contains("\"&\"") || formula.contains("\" & \"") {
            let joined = formula.replace("\"&\"", "").replace("\" & \"", "");
            self.formulas.push_str(&joined);
            self.formulas.push('\n');
        }
    }

    /// Says of a row whether it is hidden, and as what.
    pub(in crate::extract) fn row(&mut self, row: u32, hidden: Option<Hidden>) {
        self.rows.insert(row, hidden);
    }

    /// Says of columns whether they are hidden.
    pub(in crate::extract) fn columns(&mut self, first: u32, last: u32, hidden: bool) {
        if self.columns.len() < RANGES {
            self.columns.push((first, last, hidden));
        } else {
            self.full = true;
        }
    }

    /// Says that all rows are hidden of which nothing is said.
    pub(in crate::extract) fn hide_other_rows(&mut self) {
        self.others.rows = true;
    }

    /// Says that all columns are hidden of which nothing is said.
    pub(in crate::extract) fn hide_other_columns(&mut self) {
        self.others.columns = true;
    }

    /// Says that a filter is set on the sheet.
    pub(in crate::extract) fn filter(&mut self) {
        self.filtered = true;
    }

    fn push(&mut self, row: u32, column: u32, layer: Layer, text: &str) {
        if text.is_empty() {
            return;
        }
        // No program has more columns; the time below grows with them.
        let column = column.min(COLUMNS);
        let Ok(length) = u32::try_from(text.len()) else {
            self.full = true;
            return;
        };
        if self.words.len().saturating_add(text.len()) > self.most {
            self.full = true;
            return;
        }
        let start = self.words.len();
        self.words.push_str(text);
        self.cells.push(Cell {
            row,
            column,
            start,
            length,
            layer,
        });
    }

    /// Hands over all texts. `spot` is the sheet, hidden if it is.
    pub(in crate::extract) fn finish(mut self, spot: Spot, sink: &mut Sink<'_>) {
        let place = |cell: &Cell| (cell.row, cell.column);
        if !self.cells.is_sorted_by_key(place) {
            self.cells.sort_by_key(place);
        }
        for cell in &mut self.cells {
            if cell.layer == Layer::White {
                let grounded = self.grounds.are_behind(cell.row, cell.column);
                cell.layer = if grounded { Layer::Seen } else { Layer::Unseen };
            }
        }
        let table = self.table();
        // The sides that have a cell, and whether one of what is seen or one of
        // its value in full.
        let texts: BTreeSet<(Side, bool)> = self
            .cells
            .iter()
            .map(|cell| (self.side(&table, cell), cell.layer == Layer::Plain))
            .collect();
        let holds = |side: Side| texts.contains(&(side, false)) || texts.contains(&(side, true));
        for (side, hidden) in [
            (Side::Visible, None),
            (Side::Row, Some(Hidden::Row)),
            (Side::FilteredRow, Some(Hidden::FilteredRow)),
            (Side::Column, Some(Hidden::Column)),
            (Side::Text, Some(Hidden::Text)),
        ] {
            let mut spot = spot;
            if let Some(hidden) = hidden.filter(|_| holds(side)) {
                sink.hidden(spot.hidden(hidden));
                spot = spot.hidden(spot.hidden.unwrap_or(hidden));
            }
            for plain in [false, true] {
                if texts.contains(&(side, plain)) {
                    let text = self.render(&table, side, plain, sink.left().text_bytes);
                    sink.text(spot, text);
                }
            }
        }
        sink.text(spot, self.formulas);
        if self.full {
            sink.gap(spot, GapReason::TooLarge);
        }
    }

    fn table(&self) -> Table {
        let cells = self.cells.iter().map(|cell| (cell.row, cell.column));
        Table::of(cells, |column| {
            let mut said = self.columns.iter().rev();
            said.find(|(first, last, _)| (*first..=*last).contains(&column))
                .map_or(self.others.columns, |(_, _, hidden)| *hidden)
        })
    }

    fn text(&self, cell: &Cell) -> &str {
        let end = cell
            .start
            .saturating_add(usize::try_from(cell.length).unwrap_or(0));
        self.words.get(cell.start..end).unwrap_or_default()
    }

    fn side(&self, table: &Table, cell: &Cell) -> Side {
        let others = self.others.rows.then_some(Hidden::Row);
        let row = self.rows.get(&cell.row).copied().unwrap_or(others);
        if let Some(hidden) = row {
            if self.filtered || hidden == Hidden::FilteredRow {
                Side::FilteredRow
            } else {
                Side::Row
            }
        } else if table.hides(cell.column) {
            Side::Column
        } else if cell.layer == Layer::Unseen {
            Side::Text
        } else {
            Side::Visible
        }
    }

    /// The text of one side of the sheet. All sides but the visible one have
    /// the words of the first rows, and of their own, for context.
    fn render(&self, table: &Table, side: Side, plain: bool, most: usize) -> String {
        let mut text = String::new();
        let context = side != Side::Visible || plain;
        let mut from = 0;
        let mut rows: usize = 0;
        while let Some(first) = self.cells.get(from) {
            let rest = self.cells.get(from..).unwrap_or_default();
            let length = rest.partition_point(|cell| cell.row <= first.row);
            let row = rest.get(..length).unwrap_or_default();
            from = from.saturating_add(length.max(1));
            rows = rows.saturating_add(1);
            let wanted = |cell: &Cell| {
                (cell.layer == Layer::Plain) == plain && self.side(table, cell) == side
            };
            let own = row.iter().any(wanted);
            if !own && (!context || rows > HEADERS) {
                continue;
            }
            let mut line = Line::of(table);
            let begin = text.len();
            let mut empty = true;
            for cell in row {
                let words = self.text(cell);
                if wanted(cell) || (context && cell.layer == Layer::Seen && is_words(words)) {
                    line.cell(&mut text, cell.column, words);
                    empty = false;
                }
            }
            if empty {
                text.truncate(begin);
                continue;
            }
            line.end(&mut text);
            if text.len() > most {
                break;
            }
        }
        text
    }
}

/// Whether a cell holds words, and no value.
fn is_words(text: &str) -> bool {
    let letters = |text: &str| text.chars().any(char::is_alphabetic);
    text.len() <= 200 && text.bytes().filter(u8::is_ascii_digit).count() < DIGITS && letters(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::gathering::Gathering;
    use crate::extract::suite;
    use crate::format::Format;
    use crate::limits::Limits;
    use crate::location::Unit;

    fn told(grid: Grid, limits: &Limits) -> (Vec<String>, usize) {
        let file = suite::file(b"");
        let mut gathering = Gathering::new(limits);
        let mut sink = Sink::of(&file, Format::Xlsx, &mut gathering);
        grid.finish(Spot::on(Unit::Sheet(1)), &mut sink);
        let reading = gathering.finish();
        let texts = reading.texts.into_iter();
        (
            texts.map(|(_, text)| text.into_revealed()).collect(),
            reading.gaps.len(),
        )
    }

    #[test]
    fn columns_stay_columns_and_unused_ones_are_left_out() {
        let mut grid = Grid::new(1_000);
        grid.put(7, 900, "c");
        grid.put(7, 2, "a");
        grid.put(9, 900, "two\nlines");
        grid.put(9, 5, "b");
        let (texts, gaps) = told(grid, &Limits::default());
        assert_eq!(texts, ["a\t\tc\n\tb\ttwo lines\n"]);
        assert_eq!(gaps, 0);
    }

    #[test]
    fn a_sparse_sheet_stays_small() {
        let mut grid = Grid::new(1 << 20);
        for place in 0..16_384 {
            grid.put(place, place, "943 476 5919");
        }
        let (texts, _) = told(grid, &Limits::default());
        assert!(texts[0].len() < 1 << 20);
        assert_eq!(texts[0].lines().count(), 16_384);
    }

    #[test]
    fn more_text_than_the_bound_is_a_gap() {
        let mut grid = Grid::new(100);
        for row in 0..100 {
            grid.put(row, 0, "943 476 5919");
        }
        let (texts, gaps) = told(grid, &Limits::default());
        assert!(texts[0].len() <= 110);
        assert_eq!(gaps, 1);
    }
}
