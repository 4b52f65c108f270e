//! Pictures on pages: their writing is recognised by others, or is a gap,
//! whatever text stands on the page besides.
//!
//! They wait until all texts are read: what is unpacked for recognition counts
//! against the bounds of the file, and must not take from its pages.
//!
//! Trap: programs cut a picture into strips of a few rows, each of which would
//! pass for a rule or a bullet. So small ones count together.

use super::canvas::Picture;
use super::document::Document;
use super::object::{Object, Stream};
use super::raster;
use crate::extract::sink::Spot;
use crate::location::Hidden;
use crate::mail::GapReason;

/// Pictures of one page that are handed on.
const MOST: usize = 50;

/// Dots of tiny pictures of one page that may hold a line of writing: 200 by 50.
const WRITING: u64 = 10_000;

/// The pictures of a document that wait.
#[derive(Debug, Default)]
pub(super) struct Pictures<'o> {
    waiting: Vec<(&'o Stream, Spot)>,
}

impl<'o> Pictures<'o> {
    /// Takes those of one page. Each is taken once, on the first page that
    /// shows it, and in the newest state of the file that does.
    pub(super) fn take(
        &mut self,
        document: &Document<'_, '_, '_>,
        pictures: &[Picture<'o>],
        spot: Spot,
    ) {
        let desk = document.desk;
        let mut taken = 0_usize;
        let mut tiny = 0_u64;
        for picture in pictures {
            let spot = if picture.is_seen {
                spot
            } else {
                spot.hidden(Hidden::Text)
            };
            // Contents are told apart by another number.
            let place = |stream: &Stream| (stream.start, usize::MAX.saturating_sub(1));
            let stream = picture.stream;
            if stream.is_some_and(|stream| !desk.first_time(place(stream))) {
                continue;
            }
            if !picture.may_have_writing() {
                let (width, height) = picture.size.unwrap_or_default();
                let dots = u64::from(width).saturating_mul(u64::from(height));
                tiny = tiny.saturating_add(dots);
                continue;
            }
            taken = taken.saturating_add(1);
            match stream {
                Some(stream) if taken <= MOST => self.waiting.push((stream, spot)),
                _ => desk.gap(spot, GapReason::Image),
            }
        }
        if tiny >= WRITING {
            desk.gap(spot, GapReason::Image);
        }
    }

    /// Hands on those that are files, or of which some can be made; of others
    /// it is said that nobody read them.
    pub(super) fn hand_on(self, document: &Document<'_, '_, '_>) {
        let desk = document.desk;
        let mut made = 0;
        for (stream, spot) in self.waiting {
            let Some(media_type) = media_type(document, stream) else {
                // Without recognition nothing is gained by a file.
                let file = if made < desk.recognisable() {
                    raster::make(document, stream)
                } else {
                    None
                };
                let Some(file) = file else {
                    desk.gap(spot, GapReason::Image);
                    continue;
                };
                made = made.saturating_add(1);
                if let Some(why) = file.why {
                    desk.gap(spot, why);
                }
                desk.file(spot, "", "image/png", file.file);
                continue;
            };
            let decoded = document.decode(stream);
            match decoded.picture {
                Some(_) => desk.file(spot, "", media_type, decoded.bytes),
                None => desk.gap(spot, GapReason::Image),
            }
        }
    }
}

/// What a picture is, if it is a file.
fn media_type(document: &Document<'_, '_, '_>, stream: &Stream) -> Option<&'static str> {
    let filters = document.get(stream.dict.get(b"Filter"));
    let last = filters.items().and_then(<[Object]>::last);
    let last = last.map_or(filters, |last| document.get(last));
    match last.name() {
        b"DCTDecode" | b"DCT" => Some("image/jpeg"),
        b"JPXDecode" => Some("image/jp2"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::extract::pdf::trial::{page_with, stream};
    use crate::extract::suite::{gaps, has, read, told};

    /// A page of prose with a drawing and pictures, which are named P6, P7 ..
    fn letter(drawing: &str, pictures: &[Vec<u8>]) -> Vec<u8> {
        let line = "(Thank you for seeing this pleasant man, whose papers are below.) Tj T* ";
        let content = format!("BT /F 9 Tf 12 TL 40 780 Td {} ET {drawing}", line.repeat(9));
        let mut names = String::from("/XObject<<");
        for number in 6..6 + pictures.len() {
            write!(names, "/P{number} {number} 0 R").unwrap();
        }
        page_with(&content, &format!("{names}>>"), pictures)
    }

    fn grey(width: usize, height: usize) -> Vec<u8> {
        let dict = format!(
            "/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceGray"
        );
        stream(&dict, &vec![0xEE; width * height])
    }

    #[test]
    fn a_picture_below_the_text_of_a_letter_is_said() {
        let half = "q 500 0 0 300 40 200 cm /P6 Do Q";
        let reading = read(&letter(half, &[grey(600, 360)]));
        assert!(has(&reading, "pleasant man"));
        assert_eq!(gaps(&reading), ["image pdf"]);
        let jpeg = stream(
            "/Subtype/Image/Filter/DCTDecode/Width 9/Height 9",
            b"\xFF\xD8\xFF\xE0\0\x10JFIF\0",
        );
        // A file is taken at its own word, not at that of the document.
        let reading = read(&letter(half, &[jpeg]));
        assert_eq!(gaps(&reading), ["image image"]);
        let inline = "q 500 0 0 300 40 200 cm BI /W 600/H 360/BPC 8/CS/G ID xxxx EI Q";
        assert_eq!(gaps(&read(&letter(inline, &[]))), ["image pdf"]);
    }

    #[test]
    fn bullets_and_rules_are_no_gap_unless_they_make_up_a_picture() {
        let drawing = "q 500 0 0 1 40 200 cm /P6 Do Q q 9 0 0 9 40 300 cm /P7 Do Q \
             q 9 0 0 9 40 400 cm BI /W 9/H 9/BPC 8/CS/G ID xxxx EI Q";
        let reading = read(&letter(drawing, &[grey(600, 2), grey(16, 16)]));
        assert_eq!(gaps(&reading), [] as [&str; 0]);
        let mut drawing = String::new();
        let mut strips = Vec::new();
        for strip in 0..20 {
            let up = 600 - strip * 4;
            write!(drawing, "q 500 0 0 4 40 {up} cm /P{} Do Q ", strip + 6).unwrap();
            strips.push(grey(600, 4));
        }
        assert_eq!(gaps(&read(&letter(&drawing, &strips))), ["image pdf"]);
    }

    #[test]
    fn a_scan_under_the_words_that_were_recognised_in_it_is_read() {
        let scan = "q 600 0 0 800 0 0 cm /P6 Do Q ";
        let words = "(What a scanner recognised on this page of a letter.) Tj T* ";
        let under = |mode: &str, repeated: usize| {
            let words = words.repeat(repeated);
            format!("{scan} BT /F 9 Tf 12 TL {mode} 40 780 Td {words} ET")
        };
        let page = |content: &str| {
            read(&page_with(
                content,
                "/XObject<</P6 6 0 R>>",
                &[grey(600, 800)],
            ))
        };
        assert_eq!(gaps(&page(&under("3 Tr", 9))), [] as [&str; 0]);
        // A few words are a stamp; and words that are seen stand on a picture.
        assert_eq!(gaps(&page(&under("3 Tr", 1))), ["image pdf"]);
        assert_eq!(gaps(&page(&under("0 Tr", 9))), ["image pdf"]);
    }

    #[test]
    fn a_picture_in_a_stamp_or_a_pattern_is_said() {
        let own = "/Resources<</XObject<</P 8 0 R>>>>";
        let drawing = b"q 500 0 0 300 0 0 cm /P Do Q";
        for (note, kind, hidden) in [
            ("<</Subtype/Stamp/AP<</N 7 0 R>>>>", "/Subtype/Form", false),
            (
                "<</Subtype/Stamp/AP<</N 7 0 R>>/F 2>>",
                "/Subtype/Form",
                true,
            ),
            ("null", "/PatternType 1", false),
            ("null", "/Subtype/Form", true),
        ] {
            let more = [
                note.as_bytes().to_vec(),
                stream(&format!("{kind}{own}"), drawing),
                grey(600, 360),
            ];
            let reading = read(&page_with("", "", &more));
            assert_eq!(gaps(&reading), ["image pdf"], "{note} {kind}");
            let is_hidden = reading.gaps[0].location.hidden.is_some();
            assert_eq!(is_hidden, hidden, "{note} {kind}");
        }
    }

    #[test]
    fn a_picture_in_a_layer_that_is_off_is_said_as_hidden() {
        let drawing = "/OC /L BDC q 500 0 0 300 40 200 cm /P6 Do Q EMC";
        let file = letter(drawing, &[grey(100, 100), b"<</Type/OCG>>".to_vec()]);
        // Bytes of the picture are no text.
        let replaced = |file: &[u8], from: &str, to: &str| {
            let at = file
                .windows(from.len())
                .position(|at| at == from.as_bytes());
            let at = at.unwrap();
            [&file[..at], to.as_bytes(), &file[at + from.len()..]].concat()
        };
        let off = "/Catalog/OCProperties<</D<</OFF[7 0 R]>>>>";
        let file = replaced(&file, "/Catalog", off);
        let file = replaced(&file, "/XObject", "/Properties<</L 7 0 R>>/XObject");
        let reading = read(&file);
        assert_eq!(gaps(&reading), ["image pdf"], "{:?}", told(&reading));
        assert!(reading.gaps[0].location.hidden.is_some());
    }
}
