//! A sheet while it is read, cell by cell: the grid that it becomes, and where
//! in it the next cell stands.

use super::cell_styles::Unseen;
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::reference;
use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;

/// How many cells a repeated one may become in a row: enough for the columns
/// of every real table to stay under their heads.
const WIDEST: usize = 1_024;

/// How many bytes repetition may add to a sheet.
const REPEATED_BYTES: usize = 4 << 20;

/// How many ranges of columns may have a style of their own.
const RANGES: usize = 20_000;

/// A sheet that is being put together.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) spot: Spot,
    grid: Grid,
    row: u32,
    column: usize,
    /// How many columns were declared, and their styles, each up to a column.
    declared: usize,
    columns: Vec<(usize, String)>,
    /// The style of the cells of the row that name none.
    row_style: Option<String>,
    repeated: usize,
}

/// What stands in a cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// The text that people see.
    pub(super) shown: String,
    /// The value behind, in full; the same where there is no other.
    pub(super) value: String,
    /// What of that people don't see.
    pub(super) unseen: Unseen,
    /// How often it stands there side by side.
    pub(super) times: usize,
}

impl Sheet {
    /// An empty sheet that keeps at most so many bytes.
    pub(super) fn new(spot: Spot, most: usize) -> Self {
        Self {
            spot,
            grid: Grid::new(most),
            row: 0,
            column: 0,
            declared: 0,
            columns: Vec::new(),
            row_style: None,
            repeated: 0,
        }
    }

    /// Declares so many columns, seen or not, with the style of their cells.
    pub(super) fn columns(&mut self, times: usize, visibility: Option<&str>, style: &str) {
        let from = self.declared;
        self.declared = from.saturating_add(times);
        if matches!(visibility, Some("collapse" | "filter")) {
            let last = self.declared.saturating_sub(1);
            self.grid.columns(number(from), number(last), true);
        }
        let has_room = self.columns.len() < RANGES;
        match self.columns.last_mut() {
            Some((end, last)) if *last == style => *end = self.declared,
            _ if has_room => self.columns.push((self.declared, style.to_owned())),
            _ => {}
        }
    }

    /// Begins a row.
    pub(super) fn begin_row(&mut self, visibility: Option<&str>, style: Option<String>) {
        self.column = 0;
        self.row_style = style;
        match visibility {
            Some("collapse") => self.grid.row(self.row, Some(Hidden::Row)),
            Some("filter") => self.grid.row(self.row, Some(Hidden::FilteredRow)),
            _ => {}
        }
    }

    /// The style of the next cell, if it names none itself.
    pub(super) fn style(&self) -> &str {
        if let Some(style) = &self.row_style {
            return style;
        }
        let at = self.columns.partition_point(|(end, _)| *end <= self.column);
        self.columns.get(at).map_or("", |(_, style)| style)
    }

    /// Puts a cell into the row.
    pub(super) fn cell(&mut self, cell: &Cell) {
        let from = self.column;
        let times = cell.times.max(1);
        self.column = from.saturating_add(times);
        if cell.shown.is_empty() && cell.value.is_empty() {
            return;
        }
        let size = cell.shown.len().saturating_add(cell.value.len());
        let room = REPEATED_BYTES
            .saturating_sub(self.repeated)
            .checked_div(size)
            .unwrap_or(0);
        let room = room.min(WIDEST.saturating_sub(from.min(WIDEST)));
        let copies = times.min(room).max(1);
        let more = copies.saturating_sub(1).saturating_mul(size);
        self.repeated = self.repeated.saturating_add(more);
        for column in (from..).take(copies) {
            self.put(number(column), cell);
        }
    }

    fn put(&mut self, column: u32, cell: &Cell) {
        let (grid, row) = (&mut self.grid, self.row);
        let Unseen { all, value } = cell.unseen;
        if all {
            grid.put_white(row, column, &cell.shown, &cell.value);
        } else if value {
            grid.put_unseen(row, column, &cell.value);
            if cell.shown != cell.value {
                grid.put(row, column, &cell.shown);
            }
        } else {
            grid.put_with_value(row, column, &cell.shown, &cell.value);
        }
    }

    /// Says of cells that a condition may fill them.
    pub(super) fn condition(&mut self, cells: &str) {
        // The names of sheets stand in apostrophes, and may have blanks.
        let unquoted: String = cells.split('\'').step_by(2).collect();
        let areas = unquoted.split_whitespace();
        for (first, last) in areas.filter_map(reference::area) {
            self.grid.ground(first, last);
        }
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) {
        self.row = self.row.saturating_add(1);
    }

    /// A formula, a name, an address: what stands beside the cells.
    pub(super) fn aside(&mut self, words: &str) {
        self.grid.formula(words);
    }

    /// Gives all of it away.
    pub(super) fn flush(self, sink: &mut Sink<'_>) {
        self.grid.finish(self.spot, sink);
    }
}

fn number(column: usize) -> u32 {
    u32::try_from(column).unwrap_or(u32::MAX)
}

/// A number in full: programs may write it with an exponent.
pub(super) fn in_full(value: &str) -> String {
    let number: Option<f64> = value.trim().parse().ok();
    match number {
        Some(number)
            if value.contains(['e', 'E']) && number.abs() < 1e18 && number.fract() == 0.0 =>
        {
            format!("{number:.0}")
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full() {
        assert_eq!(in_full("9.434765919E9"), "9434765919");
        assert_eq!(in_full("9434765919"), "9434765919");
        assert_eq!(in_full("1.5E-7"), "1.5E-7");
    }

    #[test]
    fn repetition_is_bounded() {
        let mut sheet = Sheet::new(Spot::default(), usize::MAX);
        for _ in 0..100 {
            sheet.begin_row(None, None);
            sheet.cell(&Cell {
                shown: "x".repeat(1_000),
                value: "x".repeat(1_000),
                times: usize::MAX,
                ..Cell::default()
            });
            sheet.end_row();
        }
        assert!(sheet.repeated <= REPEATED_BYTES);
    }

    #[test]
    fn cells_without_a_style_have_that_of_their_row_or_column() {
        let mut sheet = Sheet::new(Spot::default(), 100);
        sheet.columns(2, None, "A");
        sheet.columns(1, None, "B");
        sheet.begin_row(None, None);
        assert_eq!(sheet.style(), "A");
        sheet.cell(&Cell {
            times: 2,
            ..Cell::default()
        });
        assert_eq!(sheet.style(), "B");
        sheet.begin_row(None, Some("C".to_owned()));
        assert_eq!(sheet.style(), "C");
        sheet.begin_row(None, None);
        sheet.cell(&Cell {
            times: 9,
            ..Cell::default()
        });
        assert_eq!(sheet.style(), "");
    }
}
