//! Pages (ISO 32000-1 section 7.7.3): their text, their notes and form fields
//! as they are drawn, and pictures that stand for text.

use std::collections::BTreeSet;

use super::canvas::{Canvas, Picture, Texts};
use super::content::Painter;
use super::fonts::UNKNOWN;
use super::geometry::Area;
use super::notes;
use super::object::{Dict, EMPTY, NULL, Object, Stream};
use super::pictures::Pictures;
use super::state::State;
use crate::extract::sink::Spot;
use crate::location::{Hidden, Unit};
use crate::mail::GapReason;

/// A scan with fewer letters under it has a stamp, not its own words.
const FEW_LETTERS: usize = 200;

/// How much of a page is picture where it is a scan, from 0 to 1.
const SCAN: f64 = 0.8;

/// How much of a page is picture where its curves are no letters.
const MOSTLY: f64 = 0.4;

/// A page without text but with so many curves may be drawn letters.
const CURVES: usize = 20;

/// What a page inherits from the nodes above it.
#[derive(Clone, Copy, Debug)]
struct Inherited<'o> {
    resources: &'o Object,
    paper: &'o Object,
    cropped: &'o Object,
}

/// Reads the pages of a document.
#[derive(Debug)]
pub(super) struct Pages<'o, 'd, 's, 'g> {
    /// Draws them.
    pub(super) painter: Painter<'o, 'd, 's, 'g>,
    /// Notes that were read.
    pub(super) notes: BTreeSet<u32>,
    /// Nodes of the tree that were read.
    pub(super) nodes: BTreeSet<u32>,
    pictures: Pictures<'o>,
}

impl<'o, 'd, 's, 'g> Pages<'o, 'd, 's, 'g> {
    /// Draws with a painter.
    pub(super) fn new(painter: Painter<'o, 'd, 's, 'g>) -> Self {
        Self {
            painter,
            notes: BTreeSet::new(),
            nodes: BTreeSet::new(),
            pictures: Pictures::default(),
        }
    }

    /// Reads all pages of the tree. Of a tree that runs in a circle each node
    /// is read once.
    pub(super) fn read(&mut self) {
        let document = self.painter.document;
        let root = document.catalogue().get(b"Pages");
        let nothing = Inherited {
            resources: &NULL,
            paper: &NULL,
            cropped: &NULL,
        };
        let mut open = vec![(root, nothing)];
        let mut number = 0_u32;
        while let Some((node, above)) = open.pop() {
            let new = node.id().is_none_or(|id| self.nodes.insert(id));
            let dict = document.get(node).dict();
            let or = |key: &[u8], above| dict.get(key).or(above);
            let own = Inherited {
                resources: or(b"Resources", above.resources),
                paper: or(b"MediaBox", above.paper),
                cropped: or(b"CropBox", above.cropped),
            };
            if dict.has(b"Kids") {
                if new {
                    let kids = document.get(dict.get(b"Kids")).array();
                    open.extend(kids.iter().rev().map(|kid| (kid, own)));
                }
                continue;
            }
            number = number.saturating_add(1);
            if !document.desk.spend(100) {
                return;
            }
            let spot = Spot::on(Unit::Page(number));
            if dict.is_empty() {
                document.desk.gap(spot, GapReason::Broken);
            } else if new {
                self.page(dict, own, spot);
            }
        }
    }

    /// A page outside of the tree: nobody sees it.
    pub(super) fn loose(&mut self, dict: &'o Dict) {
        let own = Inherited {
            resources: dict.get(b"Resources"),
            paper: dict.get(b"MediaBox"),
            cropped: dict.get(b"CropBox"),
        };
        self.page(dict, own, Spot::default().hidden(Hidden::Text));
    }

    fn page(&mut self, dict: &'o Dict, own: Inherited<'o>, spot: Spot) {
        self.painter.spot = spot;
        let document = self.painter.document;
        let mut content = Vec::new();
        let mut new = false;
        let contents = dict.get(b"Contents");
        let parts = document.get(contents).items();
        let parts = parts.unwrap_or(std::slice::from_ref(contents));
        for part in parts {
            if let Some(stream) = document.get(part).stream() {
                new |= document.desk.first_time((stream.start, usize::MAX));
                content.extend_from_slice(&self.painter.content(stream));
                // Two parts never make one word.
                content.push(b'\n');
            } else if document.get(part).is_null() && part.id().is_some() {
                document.desk.gap(spot, GapReason::Broken);
            }
        }
        if new || !document.desk.is_superseded() {
            let paper = self.area(own.paper).and(self.area(own.cropped));
            let mut canvas = Canvas::new(paper);
            let resources = document.get(own.resources).dict();
            self.painter
                .draw(&mut canvas, &content, resources, State::new());
            self.say(canvas, spot);
        }
        self.painter
            .forget(parts.iter().filter_map(|part| document.get(part).stream()));
        let pictures = notes::read(&mut self.painter, &mut self.notes, dict, spot);
        self.pictures.take(document, &pictures, spot);
    }

    fn area(&self, numbers: &Object) -> Area {
        let corners = self.painter.rectangle(numbers).map(Area::of);
        match corners {
            Some(area) if area.size() > 0.0 => area,
            _ => Area::ALL,
        }
    }

    fn say(&mut self, mut canvas: Canvas<'o>, spot: Spot) {
        let document = self.painter.document;
        let desk = document.desk;
        let share = canvas.pictured();
        let pictures = std::mem::take(&mut canvas.pictures);
        if canvas.is_full() {
            desk.gap(spot, GapReason::Image);
        }
        let actual = std::mem::take(&mut canvas.actual);
        let curves = canvas.curves;
        let texts = canvas.texts();
        desk.text(spot, &texts.seen);
        desk.text(spot.hidden(Hidden::Text), &texts.unseen);
        self.say_actual(&actual, &texts, spot);
        if has_unknown_words(&texts.seen) {
            desk.gap(spot, GapReason::UnknownFormat);
        }
        let letters = |text: &str| {
            text.chars()
                .filter(|letter| letter.is_alphanumeric())
                .count()
        };
        let unseen = letters(&texts.unseen);
        let is_bare = letters(&texts.seen) == 0 && unseen == 0;
        if is_bare && curves >= CURVES && (pictures.is_empty() || share < MOSTLY) {
            desk.gap(spot, GapReason::Image);
        }
        // What a scanner recognised stands unseen with its scan, and is read as
        // a hidden text: it is the picture's writing. That it may have missed
        // some, by hand above all, is so of whoever recognises writing; and were
        // it said of each such scan, `image` were worth nothing to rules.
        let is_recognised = unseen >= FEW_LETTERS && share >= SCAN;
        if !is_recognised {
            self.pictures.take(document, &pictures, spot);
        }
    }

    /// Hands on the pictures, after all texts.
    pub(super) fn finish(self) {
        self.pictures.hand_on(self.painter.document);
    }

    /// What stands for something else is often that itself.
    fn say_actual(&self, actual: &[String], texts: &Texts, spot: Spot) {
        let desk = self.painter.document.desk;
        let plain = |text: &str| -> String { text.split_whitespace().collect() };
        let known = [plain(&texts.seen), plain(&texts.unseen)];
        let mut all = String::new();
        for text in actual {
            let own = plain(text);
            let work = known.iter().map(String::len).fold(0, usize::saturating_add);
            if own.chars().count() < 3 || !desk.spend(work / 16) {
                continue;
            }
            if !known.iter().any(|known| known.contains(&own)) {
                all.push_str(text);
                all.push('\n');
            }
        }
        desk.text(spot, &all);
    }

    /// A form or pattern that no page draws in the usual way.
    pub(super) fn loose_form(&mut self, stream: &'o Stream, spot: Spot) {
        if self.painter.drawn.contains(&stream.start) {
            return;
        }
        self.painter.spot = spot;
        let mut canvas = Canvas::new(Area::ALL);
        self.painter.form(&mut canvas, stream, &EMPTY, State::new());
        let document = self.painter.document;
        let pictures = std::mem::take(&mut canvas.pictures);
        if spot.hidden.is_none() {
            self.pictures.take(document, &pictures, spot);
        } else if pictures.iter().any(Picture::may_have_writing) {
            // Not handed on: a shadow's shape is one, and the words about it
            // would be a hidden text.
            document.desk.gap(spot, GapReason::Image);
        }
        let texts = canvas.texts();
        let desk = document.desk;
        desk.text_once(spot, &texts.seen);
        desk.text_once(spot.hidden(Hidden::Text), &texts.unseen);
    }
}

/// Whether a text has words, not only bullets, in letters that nobody knows.
fn has_unknown_words(text: &str) -> bool {
    let unknown = text.matches(UNKNOWN).count();
    text.contains(&UNKNOWN.repeat(4)) || unknown.saturating_mul(2) > text.trim().chars().count()
}

#[cfg(test)]
mod tests {
    use crate::extract::pdf::trial::{page, page_with, stream};
    use crate::extract::suite::{gaps, has, hidden, read};

    const NUMBER: &str = "943 476 5919";

    #[test]
    fn text_that_nobody_sees_is_hidden() {
        for content in [
            "3 Tr (N) Tj",
            "1 g (N) Tj",
            "1 1 1 rg (N) Tj",
            "0 0 0 0 k (N) Tj",
            "0 -900 Td (N) Tj",
            "(N) Tj ET 10 490 300 40 re f BT",
            "/F 0.1 Tf (N) Tj",
        ] {
            let content = content.replace('N', NUMBER);
            let reading = read(&page(&format!("BT /F 10 Tf 20 500 Td {content} ET")));
            assert!(has(&reading, NUMBER), "{content}");
            assert_eq!(hidden(&reading), ["text"], "{content}");
        }
    }

    #[test]
    fn text_of_the_colour_under_it_is_hidden() {
        let text = format!("BT /F 10 Tf 20 500 Td ({NUMBER}) Tj ET");
        let area = "10 490 300 40 re f";
        for (content, is_hidden) in [
            (format!("{area} {text}"), true),
            (format!("0 0 0.5 rg {area} 1 0 0 rg {text}"), false),
            (format!("0 0 0.5 rg {area} 0 0 0.49 rg {text}"), true),
            (format!("0 0 0 1 k {area} 0 g {text}"), true),
            (format!("{area} 1 g 0 480 400 60 re f 0 g {text}"), false),
            // A panel in strips, and one that is no rectangle.
            (
                format!("{area} 1 g 0 480 40 60 re f 40 480 400 60 re f 0 g {text}"),
                false,
            ),
            (
                format!("{area} 1 g 0 480 m 400 480 l 400 550 l 0 550 l f 0 g {text}"),
                false,
            ),
            (format!("10 490 m 310 490 l 310 530 l f {text}"), false),
            // A marker that is painted in the middle of a line.
            (
                format!(
                    "BT /F 10 Tf 10 500 Td (see) Tj ET 26 490 300 40 re f {}",
                    text.replace("20 500", "27 500")
                ),
                true,
            ),
            // A rule below the letters, drawn before them or after.
            (format!("10 499.1 300 0.6 re f {text}"), false),
            (format!("{text} 10 499.1 300 0.6 re f"), false),
            // White letters across cells of a dark row.
            (
                format!("0 0 0.4 rg 10 490 40 30 re f 50 490 300 30 re f 1 g {text}"),
                false,
            ),
            // White on white, before something dark.
            (format!("{area} 1 g {area} {text}"), true),
        ] {
            let reading = read(&page(&content));
            assert!(has(&reading, NUMBER), "{content}");
            assert_eq!(!hidden(&reading).is_empty(), is_hidden, "{content}");
        }
    }

    #[test]
    fn text_that_is_wholly_transparent_is_hidden() {
        for (alpha, is_hidden) in [("0", true), ("0.5", false)] {
            let content = format!("/A gs BT /F 10 Tf 20 500 Td ({NUMBER}) Tj ET");
            let state = format!("/ExtGState<</A<</ca {alpha}>>>>");
            let reading = read(&page_with(&content, &state, &[]));
            assert!(has(&reading, NUMBER), "{alpha}");
            assert_eq!(!hidden(&reading).is_empty(), is_hidden, "{alpha}");
        }
    }

    #[test]
    fn white_text_on_a_dark_ground_is_seen() {
        let content = format!("10 490 300 40 re f BT /F 10 Tf 20 500 Td 1 g ({NUMBER}) Tj ET");
        let reading = read(&page(&content));
        assert!(has(&reading, NUMBER));
        assert_eq!(hidden(&reading), Vec::<&str>::new());
    }

    #[test]
    fn a_page_that_is_a_picture_is_a_gap() {
        let resources = "/XObject<</P 6 0 R>>";
        let bare = stream("/Subtype/Image/Filter/CCITTFaxDecode", b"bytes");
        let content = "q 600 0 0 800 0 0 cm /P Do Q BT /F 9 Tf (page 1) Tj ET";
        assert_eq!(
            gaps(&read(&page_with(content, resources, &[bare]))),
            ["image pdf"]
        );
        // A JPEG is handed on, and what reads pictures says that.
        let jpeg = stream(
            "/Subtype/Image/Filter/DCTDecode",
            b"\xFF\xD8\xFF\xE0\0\x10JFIF\0",
        );
        let reading = read(&page_with(content, resources, &[jpeg]));
        assert_eq!(reading.gaps.len(), 1);
        assert_eq!(reading.gaps[0].location.part.to_string(), "1.1");
        let curves = "0 0 m 1 1 2 2 3 3 c f ".repeat(30);
        assert_eq!(gaps(&read(&page(&curves))), ["image pdf"]);
    }

    #[test]
    fn a_number_in_letters_that_nobody_knows_is_a_gap() {
        let font = b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<<>>]>>";
        let content = "BT /F 9 Tf 9 700 Td (Name) Tj /G 9 Tf <00010002000300040005> Tj ET";
        let reading = read(&page_with(
            content,
            "/Font<</F 5 0 R/G 6 0 R>>",
            &[font.to_vec()],
        ));
        assert!(has(&reading, "Name"));
        assert_eq!(gaps(&reading), ["unknown-format pdf"]);
        // A line to write on.
        let rule = content.replace("<00010002000300040005>", "<00010001000100010001>");
        let reading = read(&page_with(
            &rule,
            "/Font<</F 5 0 R/G 6 0 R>>",
            &[font.to_vec()],
        ));
        assert_eq!(gaps(&reading), [] as [&str; 0]);
    }
}
