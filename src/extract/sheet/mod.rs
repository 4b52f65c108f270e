//! Workbooks of all kinds, sheet by sheet: one text a sheet, a line a row, tabs between cells.
//!
//! **What is not here:** OpenDocument spreadsheets; see `extract::open_document`.

pub(in crate::extract) mod xls;
pub(in crate::extract) mod xlsb;
pub(in crate::extract) mod xlsx;
