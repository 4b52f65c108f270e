//! The shape of a sheet's text: which columns stand in it, and its lines.

use std::collections::{BTreeMap, BTreeSet};

/// How many times as many cells as there are may be padded, and how many more.
const PADDING: usize = 8;
const PADDING_MORE: usize = 1 << 20;
/// How many empty cells stand between two of a sheet that is too sparse.
const SPARSE: usize = 16;

/// What is known of the sheet as a whole.
#[derive(Debug)]
pub(super) struct Table {
    /// The columns in use.
    columns: BTreeMap<u32, ColumnPlace>,
    /// Whether every row is padded.
    padded: bool,
}

#[derive(Debug)]
struct ColumnPlace {
    /// How many columns in use stand before it.
    rank: usize,
    hidden: bool,
}

impl Table {
    /// The table of cells at these rows and columns, in their order, so many in
    /// all. `is_hidden` tells of a column whether it is.
    pub(super) fn of(
        cells: impl ExactSizeIterator<Item = (u32, u32)>,
        is_hidden: impl Fn(u32) -> bool,
    ) -> Self {
        let most = cells
            .len()
            .saturating_mul(PADDING)
            .saturating_add(PADDING_MORE);
        let mut rows: usize = 0;
        let mut last = None;
        let mut used = BTreeSet::new();
        for (row, column) in cells {
            if last != Some(row) {
                rows = rows.saturating_add(1);
                last = Some(row);
            }
            used.insert(column);
        }
        let padded = rows.saturating_mul(used.len()) <= most;
        let columns = used.into_iter().enumerate().map(|(rank, column)| {
            let hidden = is_hidden(column);
            (column, ColumnPlace { rank, hidden })
        });
        Self {
            columns: columns.collect(),
            padded,
        }
    }

    /// Whether a column in use is hidden.
    pub(super) fn hides(&self, column: u32) -> bool {
        self.columns.get(&column).is_some_and(|place| place.hidden)
    }
}

/// One row being written.
#[derive(Debug)]
pub(super) struct Line<'t> {
    table: &'t Table,
    /// How many tabs were written.
    tabs: usize,
    /// Whether the cell at hand has a text.
    begun: bool,
}

impl<'t> Line<'t> {
    pub(super) fn of(table: &'t Table) -> Self {
        Self {
            table,
            tabs: 0,
            begun: false,
        }
    }

    pub(super) fn cell(&mut self, text: &mut String, column: u32, words: &str) {
        let rank = self
            .table
            .columns
            .get(&column)
            .map_or(0, |column| column.rank);
        self.tabs_to(text, rank);
        if self.begun {
            text.push(' ');
        }
        self.begun = true;
        if words.contains(['\n', '\r', '\t']) {
            let one_line = words.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ");
            text.push_str(&one_line);
        } else {
            text.push_str(words);
        }
    }

    fn tabs_to(&mut self, text: &mut String, rank: usize) {
        let apart = rank.saturating_sub(self.tabs);
        if apart > 0 {
            let most = if self.table.padded {
                apart
            } else {
                apart.min(SPARSE)
            };
            text.extend(std::iter::repeat_n('\t', most));
            self.tabs = rank;
            self.begun = false;
        }
    }

    pub(super) fn end(&mut self, text: &mut String) {
        if self.table.padded {
            self.tabs_to(text, self.table.columns.len().saturating_sub(1));
        }
        text.push('\n');
    }
}
