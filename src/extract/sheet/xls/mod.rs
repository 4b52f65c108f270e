//! Old workbooks: XLS of Excel 97 to 2003 (BIFF8, MS-XLS), of Excel 5 and 95
//! (BIFF5), and of those before (BIFF2 to 4, which need no container).
//!
//! One walker reads every record: libraries give the values of cells, but not
//! hidden rows, notes, text boxes, headers, pivot caches and values copied from
//! other workbooks. Records that it doesn't know give the words in them.
//!
//! **What is not here:** what else stands in the container: properties, macros,
//! embedded objects, pictures ([`crate::extract::legacy`]).

mod cells;
mod container;
mod crypt;
mod globals;
mod part;
mod pivot;
mod record;
mod stream;

use crate::extract::sink::Sink;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    container::read(bytes, sink);
}
