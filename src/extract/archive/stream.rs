//! Single packed files: gzip, bzip2, xz, zstd.

use crate::extract::sink::{Sink, Spot};
use crate::format::Format;
use crate::mail::GapReason;

/// Reads the file; `name` is its own name, which may tell that of what is in
/// it.
pub(in crate::extract) fn read(_bytes: &[u8], _format: Format, _name: &str, sink: &mut Sink<'_>) {
    sink.gap(Spot::default(), GapReason::UnknownFormat);
}
