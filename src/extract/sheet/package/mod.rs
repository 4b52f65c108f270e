//! Workbooks that are packages: in XML (ECMA-376 part 1, 18) and in records
//! (MS-XLSB), or in both at once.
//!
//! From the workbook to its sheets, from each sheet along the arrows to its
//! drawings, charts, comments, tables and pivot tables; then whatever of the
//! package nobody has asked for. So nothing hides in a part that no arrow
//! leads to, and what belongs to a sheet says so.
//!
//! **What is not here:** the package and its arrows
//! ([`crate::extract::office::package`]), encrypted workbooks
//! ([`crate::extract::office::encrypted`]).

mod any;
mod binary;
mod external;
mod look;
mod part;
mod pivot;
mod reader;
mod sheet;
mod strings;
#[cfg(test)]
mod suite;
mod table;
mod workbook;

use crate::extract::sink::Sink;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    reader::read(bytes, sink);
}
