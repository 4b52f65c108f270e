//! OpenDocument (ISO/IEC 26300): texts, sheets, slides, packed or flat.
//!
//! **What is not here:** Office Open XML; see `extract::office`.

use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// Reads a packed document.
pub(in crate::extract) fn read(_bytes: &[u8], sink: &mut Sink<'_>) {
    sink.gap(Spot::default(), GapReason::UnknownFormat);
}

/// Reads a document in one XML file.
pub(in crate::extract) fn read_flat(_bytes: &[u8], sink: &mut Sink<'_>) {
    sink.gap(Spot::default(), GapReason::UnknownFormat);
}
