//! PDF (ISO 32000): the texts of pages, forms, notes and metadata, also those
//! that an older state of the file holds.
//!
//! ```text
//! bytes --scan--> where everything stands --table, document--> objects
//!    pages:  content --(fonts, cmap, glyphs)--> canvas --layout--> text
//!    inner:  all other objects: strings, xml, embedded files, loose drawings
//! ```
//!
//! The reader is our own down to the objects, as what a library unpacks at
//! once can't be bounded; lopdf decrypts, knows the rarer packings and the
//! names of glyphs.
//!
//! Traps: a file that wants no password to be opened is encrypted all the
//! same; its cross-reference table may be wrong, and viewers open it; objects
//! that were deleted or replaced are still there; text need not be on a page
//! (notes, fields, alternative texts, forms in XML) and need not be seen.
//!
//! Gaps: `encrypted` wants a password; `image` is a page that is a picture, or
//! drawn; `unknown-format` on a page is writing in a font whose letters nobody
//! can know: mostly glyph numbers without a map.
//!
//! **What is not here:** what is inside embedded files and pictures; they are
//! handed on. What a program keeps for itself (`PieceInfo`) is not read, and
//! that a font maps its glyphs to other letters than it shows is not seen.

mod canvas;
mod cmap;
mod content;
mod crypt;
mod desk;
mod document;
mod filters;
mod fonts;
mod geometry;
mod glyphs;
mod inner;
mod layers;
mod layout;
mod lexer;
mod object;
mod pages;
mod parse;
mod scan;
mod show;
mod state;
mod strings;
mod table;
mod text_string;
mod widths;
mod xml;

use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;
use desk::Desk;
use document::{Document, Soundness};
use scan::Scan;

/// Older states of a file that are read, the newest first.
const STATES: usize = 8;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    // Mail programs and printers put lines of their own before it.
    let start = memchr::memmem::find(bytes, b"%PDF-").unwrap_or(0);
    let bytes = bytes.get(start..).unwrap_or_default();
    let desk = Desk::new(sink);
    let scan = Scan::new(bytes);
    match Document::open(&desk, bytes, &scan) {
        Ok((document, soundness)) => {
            state(&document);
            match soundness {
                _ if scan.ends.is_empty() => desk.gap(Spot::default(), GapReason::Truncated),
                Soundness::Headless => desk.gap(Spot::default(), GapReason::Broken),
                Soundness::AsWritten | Soundness::Rebuilt => {}
            }
        }
        Err(document::Encrypted) => {
            desk.gap(Spot::default(), GapReason::Encrypted);
            return;
        }
    }
    older_states(&desk, bytes, &scan);
}

fn state(document: &Document<'_, '_, '_>) {
    let layers = layers::Layers::new(document);
    let painter = content::Painter::new(document, &layers);
    let mut pages = pages::Pages::new(painter);
    pages.read();
    inner::read(document, &mut pages);
    inner::trailer(document);
}

/// Each time that a file was changed and not written anew, what it was before
/// is still there.
fn older_states(desk: &Desk<'_, '_>, bytes: &[u8], scan: &Scan) {
    desk.go_back();
    let mut ends = scan.ends.as_slice();
    let head = bytes.get(..1024).unwrap_or(bytes);
    if memchr::memmem::find(head, b"/Linearized").is_some() {
        // The first end is that of the first page only.
        ends = ends.get(1..).unwrap_or_default();
    }
    let older = ends.split_last().map_or([].as_slice(), |(_, older)| older);
    for end in older.iter().rev().take(STATES) {
        let nodes = desk.nodes();
        let bytes = bytes.get(..*end).unwrap_or(bytes);
        if let Ok((document, Soundness::AsWritten)) = Document::open(desk, bytes, scan) {
            state(&document);
        }
        desk.give_back(nodes);
    }
    if older.len() > STATES {
        desk.gap(Spot::default(), GapReason::TooManyParts);
    }
}
