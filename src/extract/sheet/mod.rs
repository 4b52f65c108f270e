//! Workbooks of all kinds, sheet by sheet: one text a sheet, a line a row, tabs between cells.
//!
//! **What is not here:** spreadsheets in open document formats; see `extract::open_document`.

mod cell_values;
mod colours;
mod digits;
mod format_code;
mod formula;
pub(in crate::extract) mod grid;
mod grid_table;
mod grounds;
mod header;
mod number_format;
mod package;
mod pivot_text;
pub(in crate::extract) mod reference;
pub(in crate::extract) mod serial;
mod styles;
pub(in crate::extract) mod xls;
pub(in crate::extract) mod xlsb;
pub(in crate::extract) mod xlsx;
