//! The parts of binary workbooks (MS-XLSB 2.1.4): records in place of XML.
//!
//! Records whose content is not looked into give the words in them, so that
//! nothing hides there.
//!
//! **What is not here:** which part is which; see
//! [`crate::extract::sheet::package`].

pub(super) mod book;
pub(super) mod caches;
pub(super) mod cells;
mod record;

pub(super) use record::{is_records, words};
