//! Archives and packed files: what is inside is handed on.
//!
//! **What is not here:** what the files inside are; see `extract::read`.

pub(in crate::extract) mod seven_zip;
pub(in crate::extract) mod stream;
pub(in crate::extract) mod tar;
pub(in crate::extract) mod uuencode;
pub(in crate::extract) mod zip;
