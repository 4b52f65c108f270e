//! OpenDocument (ISO/IEC 26300, OASIS ODF 1.3): texts, sheets, slides,
//! drawings and formulas, packed or flat; and what OpenOffice.org 1 wrote.
//!
//! ```text
//! package --members--> styles gathered --walk--> texts, sheets, slides
//!    |                                   '-----> what is hidden, each by its kind
//!    '--> pictures, objects, old versions: files inside
//! ```
//!
//! **What is not here:** Office Open XML; see `extract::office`.

mod attributes;
mod grid;
mod package;
mod styles;
mod target;
mod walk;

use crate::extract::sink::{Sink, Spot};
use crate::extract::text_file::charset;
use styles::Styles;

/// Reads a packed document.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    package::read(bytes, sink);
}

/// Reads a document in one XML file.
pub(in crate::extract) fn read_flat(bytes: &[u8], sink: &mut Sink<'_>) {
    for source in charset::decode(bytes, None).readings {
        let mut styles = Styles::default();
        styles.gather(&source);
        walk::walk(&source, &styles, Spot::default(), sink);
    }
}
