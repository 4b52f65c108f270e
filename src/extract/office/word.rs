//! Word documents: DOCX, DOCM, DOTX, DOTM, transitional and strict (ECMA-376
//! part 1, 17).
//!
//! The document first, then every other part of its package in its order:
//! headers, footers, notes, comments, settings, properties, custom XML,
//! charts, diagrams and embedded files are all read in the same way.

use crate::extract::office::parts::Parts;
use crate::extract::sink::{Sink, Spot};

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let Some(mut parts) = Parts::open(bytes, sink) else {
        return;
    };
    if let Some(main) = parts.main() {
        parts.part(&main, Spot::default(), sink);
    }
    parts.rest(sink);
}
