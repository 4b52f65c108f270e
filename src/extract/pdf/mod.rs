//! PDF (ISO 32000): the texts of pages, forms, notes and metadata.
//!
//! **What is not here:** what is inside embedded files; they are handed on.

use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// Reads the file.
pub(in crate::extract) fn read(_bytes: &[u8], sink: &mut Sink<'_>) {
    sink.gap(Spot::default(), GapReason::UnknownFormat);
}
