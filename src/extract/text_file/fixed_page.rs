//! Pages of XPS (ECMA-388 sections 10 and 12): text stands in pieces, each with
//! its place, in an attribute.
//!
//! Pieces are joined in the order in which they are written, as people see them
//! if they follow one another on a line. Transformations are not followed: they
//! move what stands together together.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Its text, a line for each line.
    pub(super) text: String,
    /// Whether something on it may be text that is not read: glyphs without
    /// their characters, letters that are drawn, a page that is cut off.
    pub(super) is_partial: bool,
}

/// More outlines than the lines and boxes of a table: they may be letters.
const DRAWN: usize = 500;

/// Reads a page; `None` where a document is none.
pub(super) fn read(source: &str) -> Option<Page> {
    let start = source.trim_start_matches('\u{feff}').get(..2048);
    if !start.unwrap_or(source).contains("<FixedPage") {
        return None;
    }
    let mut reader = Reader::from_str(source);
    reader.config_mut().check_end_names = false;
    let mut lines = Lines::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => lines.element(&tag),
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "FixedPage" => {
                lines.is_whole = true;
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let is_drawn = lines.drawn > DRAWN || (lines.drawn > 0 && lines.text.trim().is_empty());
    Some(Page {
        is_partial: is_drawn || lines.is_unread || !lines.is_whole,
        text: lines.text,
    })
}

#[derive(Debug, Default)]
struct Lines {
    text: String,
    /// Where the last piece stands, and about where it ends.
    baseline: f64,
    end: f64,
    drawn: usize,
    is_unread: bool,
    is_whole: bool,
}

impl Lines {
    fn element(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        if name.as_ref() == "Path" {
            self.drawn = self.drawn.saturating_add(1);
        }
        if name.as_ref() != "Glyphs" {
            return;
        }
        let (mut words, mut has_indices) = (String::new(), false);
        let (mut x, mut y, mut size) = (0.0, 0.0, 0.0);
        for attribute in tag.attributes().with_checks(false).flatten() {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.unwrap_or_else(|_| attribute.value.clone());
            let number = || value.trim().parse().unwrap_or(0.0);
            match attribute.key.as_ref() {
                // Braces begin a string that begins with one (section 12.1.4).
                "UnicodeString" => {
                    value
                        .strip_prefix("{}")
                        .unwrap_or(&value)
                        .clone_into(&mut words);
                }
                "Indices" => has_indices = !value.trim().is_empty(),
                "OriginX" => x = number(),
                "OriginY" => y = number(),
                "FontRenderingEmSize" => size = number(),
                _ => {}
            }
        }
        self.is_unread |= has_indices && words.is_empty();
        self.piece(&words, x, y, size);
    }

    /// Adds a piece. A letter is about half as wide as it is high.
    fn piece(&mut self, words: &str, x: f64, y: f64, size: f64) {
        let size = if size > 0.0 { size } else { 12.0 };
        let is_below = (y - self.baseline).abs() > size / 2.0;
        let gap = x - self.end;
        if is_below || gap < -40.0 * size {
            self.text.push('\n');
        } else if gap > 3.0 * size {
            self.text.push('\t');
        } else if gap > size / 2.0 {
            self.text.push(' ');
        }
        self.text.push_str(words);
        let letters = u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
        self.baseline = y;
        self.end = x + f64::from(letters) * size / 2.0;
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::suite::{gaps, has, read};

    fn page(inside: &str) -> String {
        format!("<FixedPage xmlns='http://schemas.microsoft.com/xps/2005/06'>{inside}</FixedPage>")
    }

    fn glyphs(x: usize, y: usize, words: &str) -> String {
        format!(
            "<Glyphs FontRenderingEmSize='10' OriginX='{x}' OriginY='{y}' UnicodeString='{words}'/>"
        )
    }

    #[test]
    fn pieces_of_a_line_are_joined() {
        let pieces: String = "9434765919"
            .chars()
            .zip(0..)
            .map(|(digit, at)| glyphs(80 + 5 * at, 10, &digit.to_string()))
            .collect();
        let reading = read(page(&(glyphs(10, 10, "NHS number ") + &pieces)).as_bytes());
        assert!(has(&reading, "NHS number 9434765919"), "{reading:?}");
        assert!(gaps(&reading).is_empty());
        let apart = [
            glyphs(10, 10, "{}Born"),
            glyphs(200, 10, "943 "),
            glyphs(220, 10, "476 "),
            glyphs(240, 10, "5919"),
            glyphs(10, 30, "Ward"),
        ];
        let reading = read(page(&apart.concat()).as_bytes());
        assert!(has(&reading, "Born 943 476 5919 Ward"), "{reading:?}");
    }

    #[test]
    fn what_is_only_drawn_or_cut_off_is_said() {
        for page in [
            page("<Glyphs OriginX='1' OriginY='1' Indices='22;33;44'/>"),
            page("<Path Fill='#000000' Data='M 97,178 V 179 H 99 Z'/>"),
            page(&"<Path Data='M 1,1'/>".repeat(600))
                .replace("</F", "<Glyphs UnicodeString='a'/></F"),
            "<FixedPage><Glyphs UnicodeString='NHS number 943 47".to_owned(),
        ] {
            assert_eq!(
                gaps(&read(page.as_bytes())),
                ["unknown-format xml"],
                "{page}"
            );
        }
    }
}
