//! PDF (ISO 32000): the texts of pages, forms, notes and metadata, also those
//! that an older state of the file holds.
//!
//! ```text
//! bytes --scan--> where everything stands --table, document--> objects
//!    pages:  content --(fonts, cmap, glyphs)--> canvas --layout--> text
//!            pictures --(bilevel, raster)--> files, for those who read writing,
//!            when all texts are read
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
//! Gaps: `encrypted` wants a password; `image` is a picture on a page, or a
//! page that is drawn; `unknown-format` on a page is writing in a font whose
//! letters nobody can know: mostly glyph numbers without a map.
//!
//! **What is not here:** what is inside embedded files and pictures; they are
//! handed on. What a program keeps for itself (`PieceInfo`) is not read, and
//! that a font maps its glyphs to other letters than it shows is not seen.

mod bilevel;
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
mod notes;
mod object;
mod pages;
mod parse;
mod path;
mod pictures;
mod raster;
mod scan;
mod show;
mod state;
mod strings;
mod table;
mod text_string;
#[cfg(test)]
mod trial;
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
    pages.finish();
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::time::Instant;

    use super::trial::{bomb, loose, page, page_with, sound, stream};
    use crate::extract::suite::{corpus, gaps, has, hidden, read, told};

    const NUMBER: &str = "943 476 5919";

    #[test]
    fn a_file_with_an_owner_password_only_is_read() {
        let Some(file) = corpus("tika/testPDF_protected.pdf") else {
            return;
        };
        let reading = read(&file);
        let length: usize = reading
            .texts
            .iter()
            .map(|(_, text)| text.reveal().len())
            .sum();
        assert!(length > 60_000, "{length}");
        assert!(has(&reading, "RETHINKING THE FINANCIAL NETWORK"));
        // Two of its pages have charts.
        assert_eq!(gaps(&reading), ["image pdf", "image pdf"]);
    }

    #[test]
    fn a_file_that_wants_a_password_is_encrypted() {
        for name in [
            "tika/testPDF_no_extract_yes_accessibility_owner_user.pdf",
            "tika/testPassword4Spaces.pdf",
        ] {
            let Some(file) = corpus(name) else {
                return;
            };
            let reading = read(&file);
            assert_eq!(gaps(&reading), ["encrypted pdf"], "{name}");
            assert!(reading.texts.is_empty(), "{name}");
        }
    }

    #[test]
    fn lines_to_write_on_in_a_font_that_nobody_knows_are_no_gap() {
        let Some(file) = corpus("tika/testPDF_bad_page_303226.pdf") else {
            return;
        };
        let reading = read(&file);
        assert!(has(&reading, "Drug Enforcement Administration"));
        assert_eq!(gaps(&reading), [] as [&str; 0]);
    }

    #[test]
    fn what_an_older_state_holds_is_a_deletion() {
        let mut file = page(&format!("BT /F 12 Tf 9 700 Td ({NUMBER}) Tj ET"));
        let before = file
            .windows(9)
            .rposition(|word| word == b"startxref")
            .unwrap();
        let before: usize = String::from_utf8_lossy(&file[before + 9..file.len() - 6])
            .trim()
            .parse()
            .unwrap();
        let at = file.len();
        file.extend(b"4 0 obj\n");
        file.extend(stream("", b"BT /F 12 Tf 9 700 Td (nothing) Tj ET"));
        file.extend(b"\nendobj\n");
        let table = file.len();
        file.extend(
            format!(
                "xref\n4 1\n{at:010} 00000 n \ntrailer <</Root 1 0 R/Size 6/Prev {before}>>\n\
                 startxref\n{table}\n%%EOF\n"
            )
            .bytes(),
        );
        let reading = read(&file);
        assert_eq!(
            told(&reading),
            [
                "attachment of part 1, page 1, byte 0: nothing".to_owned(),
                format!("attachment of part 1, page 1, byte 0 (a tracked deletion): {NUMBER}"),
            ]
        );
        assert_eq!(hidden(&reading), ["deletion"]);
    }

    #[test]
    fn a_file_without_its_end_is_read_as_far_as_it_goes() {
        let file = page(&format!(
            "BT /F 12 Tf 9 700 Td ({NUMBER}) Tj ET q q q q q q"
        ));
        for end in ["xref\n0", "endobj\n5", " q q q"] {
            let end = file
                .windows(end.len())
                .position(|word| word == end.as_bytes());
            let reading = read(&file[..end.unwrap()]);
            assert!(has(&reading, NUMBER));
            assert!(gaps(&reading).contains(&"truncated pdf".to_owned()));
        }
    }

    #[test]
    fn a_table_that_lies_is_not_believed() {
        let mut file = page(&format!("BT /F 12 Tf 9 700 Td ({NUMBER}) Tj ET"));
        for shift in [1, 100] {
            file.splice(9..9, vec![b'\n'; shift]);
            let reading = read(&file);
            assert!(has(&reading, NUMBER));
            assert_eq!(gaps(&reading), Vec::<String>::new());
        }
    }

    #[test]
    fn a_hundred_thousand_pages_are_read_in_time() {
        let kids: String = (0..100_000).fold(String::new(), |mut kids, page| {
            write!(kids, "{} 0 R ", page + 5).unwrap();
            kids
        });
        let mut objects = vec![
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            format!("<</Type/Pages/Kids[{kids}]/Resources<</Font<</F 3 0 R>>>>>>"),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
            String::from_utf8(stream("", b"BT /F 9 Tf (page) Tj ET")).unwrap(),
        ];
        objects.resize(
            100_004,
            "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>".to_owned(),
        );
        let started = Instant::now();
        let reading = read(&sound(&objects));
        assert_eq!(reading.texts.len(), 100_000);
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }

    #[test]
    fn a_page_tree_in_a_circle_ends() {
        let reading = read(&loose(&[
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R 2 0 R 3 0 R]>>",
            "<</Type/Pages/Kids[2 0 R 3 0 R 4 0 R]>>",
            "<</Type/Page/Contents[5 0 R 4 0 R]/Resources 6 0 R>>",
            "<</Length 5 0 R>>stream\nBT /F 9 Tf (once) Tj ET\nendstream",
            "<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>",
        ]));
        assert_eq!(reading.texts.len(), 1);
        assert!(has(&reading, "once"));
    }

    #[test]
    fn towers_of_brackets_do_no_harm() {
        for tower in [
            "[",
            "<</A",
            "[<</A",
            "(",
            "<</A[",
            "<",
            "[(",
            "q ",
            "/OC /A BDC ",
        ] {
            let tower = tower.repeat(100_000);
            let content = format!("BT /F 9 Tf ({NUMBER}) Tj {tower} ET");
            let more = [
                tower.clone().into_bytes(),
                stream("/Type/ObjStm", tower.as_bytes()),
            ];
            let reading = read(&page_with(&content, "", &more));
            assert!(has(&reading, NUMBER));
        }
    }

    #[test]
    fn a_bomb_in_a_page_is_a_gap() {
        let content = format!("BT /F 9 Tf ({NUMBER}) Tj ET ");
        let bomb = bomb(content.as_bytes(), b"\n", 300);
        let bomb = stream("/Filter/FlateDecode", &bomb);
        let reading = read(&loose(&[
            b"<</Type/Catalog/Pages 2 0 R>>".as_slice(),
            b"<</Type/Pages/Kids[3 0 R]>>",
            b"<</Type/Page/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
            &bomb,
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]));
        assert!(has(&reading, NUMBER));
        assert_eq!(gaps(&reading), ["too-large pdf"]);
    }

    #[test]
    fn a_bomb_of_objects_is_a_gap() {
        let dict = "/Type/ObjStm/N 1/First 4/Filter/FlateDecode";
        let bomb = stream(dict, &bomb(b"9 0 [", b"0 ", 300));
        let mut objects = vec![
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Kids[]>>".to_vec(),
        ];
        objects.resize(20, bomb);
        let reading = read(&loose(&objects));
        assert!(gaps(&reading).contains(&"too-large pdf".to_owned()));
    }

    #[test]
    fn drawings_that_draw_each_other_end() {
        let calls = "/X0 Do /X1 Do /X2 Do /X3 Do /X4 Do /X5 Do /X6 Do /X7 Do ".repeat(20);
        let names: String = (0..8).fold(String::new(), |mut names, form| {
            write!(names, "/X{form} {} 0 R", form + 6).unwrap();
            names
        });
        let resources = format!("/XObject<<{names}>>");
        let dict = format!("/Subtype/Form/Resources<<{resources}>>");
        let forms = vec![stream(&dict, calls.as_bytes()); 8];
        let content = format!("BT /F 9 Tf ({NUMBER}) Tj ET {calls}");
        let reading = read(&page_with(&content, &resources, &forms));
        assert!(has(&reading, NUMBER));
        assert_eq!(gaps(&reading), ["too-slow pdf"]);
    }
}
