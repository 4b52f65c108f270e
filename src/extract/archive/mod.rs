//! Archives and packed files: what is inside is handed on.
//!
//! An archive is read as the most lenient of all programs would read it, and
//! what no program would read is handed on too: bytes before, between and
//! after the files, files that only one of two directories lists, what stands
//! after the end.
//!
//! **What is not here:** what the files inside are; see `extract::read`.

pub(in crate::extract) mod begin;
mod bounds;
mod names;
pub(in crate::extract) mod rar;
pub(in crate::extract) mod seven_zip;
mod seven_zip_header;
pub(in crate::extract) mod signatures;
pub(in crate::extract) mod stream;
#[cfg(test)]
mod suite;
pub(in crate::extract) mod tar;
mod unpack;
pub(in crate::extract) mod uuencode;
mod yenc;
pub(in crate::extract) mod zip;
mod zip_directory;
mod zip_records;
#[cfg(test)]
mod zip_suite;
mod zstd;
