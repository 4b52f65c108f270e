//! Whether something large stands behind the text of a letter: a picture of a
//! whole page, a coloured band. White letters before it are seen.
//!
//! Source: ECMA-376 part 1, 20.4.2.3 (`anchor`); part 4, 19.1.2.19 (VML: the
//! properties of a shape's style). Trap: logos in letterheads stand behind the
//! text as well, and a watermark of words is one that white letters are not
//! seen before.

use crate::extract::office::xml::{self, Element, Token};

/// A logo is smaller in one of its sides: 5 cm, in points.
const LEAST: f64 = 142.0;

/// How many of the measure of drawings are a point.
const DRAWING_UNITS: f64 = 12_700.0;

/// Whether a part has something large behind its text.
pub(super) fn covers(part: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(part, word).is_some();
    // Nearly no letter has any, and most parts are long.
    if !has(b"behindDoc") && !has(b"z-index:-") {
        return false;
    }
    let mut behind = Behind::default();
    // Damage is said where the part is read as text.
    let _ = xml::walk(part, |token| match token {
        Token::Open(element) => behind.open(element),
        Token::Close(name) => behind.close(name),
        Token::Text(_) | Token::Aside(_) => {}
    });
    behind.found
}

#[derive(Debug, Default)]
struct Behind {
    /// Whether the open anchor is one behind the text.
    anchored: bool,
    /// Whether a shape of VML may cover the text, unless it is of words.
    shape: bool,
    found: bool,
}

impl Behind {
    fn open(&mut self, element: &Element<'_>) {
        let given = |name: &str| element.attribute(name);
        match element.name {
            "anchor" => self.anchored = matches!(given("behindDoc"), Some("1" | "true" | "on")),
            "extent" if self.anchored => {
                let length = |name: &str| given(name).and_then(|length| length.parse::<f64>().ok());
                let is_long = |name| length(name).is_some_and(|of| of / DRAWING_UNITS >= LEAST);
                self.found |= is_long("cx") && is_long("cy");
            }
            "shape" | "rect" | "roundrect" | "oval" => {
                self.shape = given("style").is_some_and(is_large_behind);
            }
            "textpath" => self.shape = false,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "anchor" => self.anchored = false,
            "shape" | "rect" | "roundrect" | "oval" => {
                self.found |= self.shape;
                self.shape = false;
            }
            _ => {}
        }
    }
}

/// Whether a shape's style says that it is large and behind the text.
fn is_large_behind(style: &str) -> bool {
    let value = |name: &str| {
        let mut rules = style.split(';').filter_map(|rule| rule.split_once(':'));
        rules.find_map(|(rule, value)| (rule.trim() == name).then_some(value.trim()))
    };
    let is_long = |name: &str| value(name).and_then(points).is_some_and(|of| of >= LEAST);
    value("z-index").is_some_and(|index| index.starts_with('-'))
        && is_long("width")
        && is_long("height")
}

/// A length in points.
fn points(length: &str) -> Option<f64> {
    let unit = length.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let number: f64 = length.strip_suffix(unit)?.parse().ok()?;
    let points = match unit {
        "pt" => 1.0,
        "in" => 72.0,
        "cm" => 72.0 / 2.54,
        "mm" => 72.0 / 25.4,
        "pc" => 12.0,
        "px" => 0.75,
        _ => return None,
    };
    Some(number * points)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn large_pictures_and_shapes_behind_the_text_cover_it() {
        let anchor = |behind: &str, width: u32| {
            format!(
                "<p><anchor behindDoc='{behind}'><extent cx='{width}' cy='9000000'/></anchor></p>"
            )
        };
        let shape = |style: &str, inside: &str| {
            format!("<p><shape style='position:absolute;{style}'>{inside}</shape></p>")
        };
        let large = "width:600pt;height:8in;z-index:-251658752";
        for (part, covered) in [
            (anchor("1", 7_000_000), true),
            (anchor("0", 7_000_000), false),
            // A logo.
            (anchor("1", 1_000_000), false),
            (shape(large, "<imagedata/>"), true),
            (shape(large, "<textpath string='DRAFT'/>"), false),
            (shape("width:600pt;height:8in;z-index:2", ""), false),
            (shape("width:60pt;height:80mm;z-index:-2", ""), false),
        ] {
            assert_eq!(covers(part.as_bytes()), covered, "{part}");
        }
    }
}
