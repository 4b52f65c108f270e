//! A sheet while it is read: rows of cells as people see them, the same with
//! the values behind, and apart what is hidden.

use std::collections::BTreeMap;

use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;

/// How many cells a repeated one may become in a row: enough for the columns
/// of every real table to stay under their heads.
const WIDEST: usize = 1_024;

/// How many bytes repetition may add to a sheet.
const REPEATED_BYTES: usize = 4 << 20;

/// A sheet that is being put together.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) spot: Spot,
    shown: String,
    values: String,
    /// Whether some value is not what is shown.
    differs: bool,
    aside: String,
    hidden_rows: BTreeMap<Hidden, String>,
    hidden_cells: String,
    /// Columns that are hidden, from and to.
    columns: Vec<(usize, usize)>,
    /// How many columns were declared.
    declared: usize,
    row: Row,
    /// The first row with words, if it has no digits: it says what stands in
    /// the columns of rows that are hidden.
    head: Option<String>,
    repeated: usize,
}

#[derive(Debug, Default)]
struct Row {
    hidden: Option<Hidden>,
    shown: String,
    values: String,
    differs: bool,
    hidden_cells: String,
    column: usize,
}

/// What stands in a cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// The text that people see.
    pub(super) shown: String,
    /// The value behind, in full; the same where there is no other.
    pub(super) value: String,
    /// How often it stands there side by side.
    pub(super) times: usize,
}

impl Sheet {
    /// An empty sheet.
    pub(super) fn at(spot: Spot) -> Self {
        Self {
            spot,
            ..Self::default()
        }
    }

    /// Declares so many columns, seen or not.
    pub(super) fn columns(&mut self, times: usize, visibility: Option<&str>) {
        let from = self.declared;
        self.declared = from.saturating_add(times);
        if !matches!(visibility, Some("collapse" | "filter")) {
            return;
        }
        match self.columns.last_mut() {
            Some((_, end)) if *end == from => *end = self.declared,
            _ => self.columns.push((from, self.declared)),
        }
    }

    /// Begins a row.
    pub(super) fn begin_row(&mut self, visibility: Option<&str>) {
        self.row = Row {
            hidden: match visibility {
                Some("collapse") => Some(Hidden::Row),
                Some("filter") => Some(Hidden::FilteredRow),
                _ => None,
            },
            ..Row::default()
        };
    }

    /// Puts a cell into the row.
    pub(super) fn cell(&mut self, cell: &Cell) {
        let from = self.row.column;
        let times = cell.times.max(1);
        self.row.column = from.saturating_add(times);
        // The ranges are in order, and don't touch.
        let after = self.columns.partition_point(|(first, _)| *first <= from);
        let range = after.checked_sub(1).and_then(|at| self.columns.get(at));
        let hidden = range.is_some_and(|(_, end)| from < *end);
        let empty = cell.shown.is_empty() && cell.value.is_empty();
        let size = cell
            .shown
            .len()
            .saturating_add(cell.value.len())
            .saturating_add(2);
        let room = REPEATED_BYTES
            .saturating_sub(self.repeated)
            .checked_div(size)
            .unwrap_or(0);
        let room = room.min(WIDEST.saturating_sub(from.min(WIDEST)));
        let copies = times.min(room).max(1);
        self.repeated = self
            .repeated
            .saturating_add(copies.saturating_sub(1).saturating_mul(size));
        for _ in 0..copies {
            if hidden && !empty {
                self.row.hidden_cells.push_str(&cell.value);
                self.row.hidden_cells.push('\t');
                if cell.shown != cell.value {
                    self.row.hidden_cells.push_str(&cell.shown);
                    self.row.hidden_cells.push('\t');
                }
            } else {
                self.row.shown.push_str(&cell.shown);
                self.row.values.push_str(&cell.value);
            }
            self.row.shown.push('\t');
            self.row.values.push('\t');
        }
        if !hidden {
            self.row.differs |= differs(&cell.shown, &cell.value);
        }
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        let shown = row.shown.trim_end();
        let values = row.values.trim_end();
        if !row.hidden_cells.is_empty() {
            self.hidden_cells.push_str(row.hidden_cells.trim_end());
            self.hidden_cells.push('\n');
        }
        if let Some(hidden) = row.hidden {
            if !shown.is_empty() || !values.is_empty() {
                let rows = self.hidden_rows.entry(hidden).or_default();
                rows.push_str(shown);
                rows.push('\n');
                if row.differs {
                    rows.push_str(values);
                    rows.push('\n');
                }
            }
            return;
        }
        self.differs |= row.differs;
        if shown.is_empty() && values.is_empty() {
            return;
        }
        if self.head.is_none() {
            let digits = shown.bytes().any(|byte| byte.is_ascii_digit());
            self.head = Some(if digits {
                String::new()
            } else {
                shown.to_owned()
            });
        }
        self.shown.push_str(shown);
        self.shown.push('\n');
        self.values.push_str(values);
        self.values.push('\n');
    }

    /// A formula, a name, an address: what stands beside the cells.
    pub(super) fn aside(&mut self, words: &str) {
        self.aside.push_str(words);
        self.aside.push('\n');
    }

    /// Gives all of it away.
    pub(super) fn flush(self, sink: &mut Sink<'_>) {
        let spot = self.spot;
        sink.text(spot, self.shown);
        if self.differs {
            sink.text(spot, self.values);
        }
        sink.text(spot, self.aside);
        sink.text(
            spot.hidden(spot.hidden.unwrap_or(Hidden::Column)),
            self.hidden_cells,
        );
        let head = self.head.unwrap_or_default();
        for (hidden, rows) in self.hidden_rows {
            sink.text(spot.hidden(hidden), format!("{head}\n{rows}"));
        }
    }
}

/// Whether a value has digits that are not shown, and enough of them to matter.
fn differs(shown: &str, value: &str) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let value = digits(value);
    value.len() >= 7 && !digits(shown).contains(&value)
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
        assert!(differs("9.43E+09", "9434765919") && !differs("943 476 5919", "9434765919"));
    }

    #[test]
    fn repetition_is_bounded() {
        let mut sheet = Sheet::at(Spot::default());
        for _ in 0..100 {
            sheet.begin_row(None);
            sheet.cell(&Cell {
                shown: "x".repeat(1_000),
                value: "x".repeat(1_000),
                times: usize::MAX,
            });
            sheet.end_row();
        }
        assert!(sheet.shown.len() < 8 << 20);
    }
}
