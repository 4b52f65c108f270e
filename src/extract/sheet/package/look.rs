//! The styles part: number formats, and cells whose text has the colour of
//! their ground (ECMA-376 part 1, 18.8).

use crate::extract::ink;
use crate::extract::office::xml::{self, Element, Token};
use crate::extract::sheet::styles::Styles;
use crate::mail::GapReason;

/// Reads `styles.xml` into styles.
pub(super) fn read(bytes: &[u8], styles: &mut Styles) -> Option<GapReason> {
    let mut reading = Reading::default();
    let mut cells: Vec<(u32, usize, usize)> = Vec::new();
    let stopped = xml::walk(bytes, |token| match token {
        Token::Open(element) => {
            let number = |name: &str| number(element, name);
            match element.name {
                "numFmt" => styles.format(
                    u32::try_from(number("numFmtId")).unwrap_or(u32::MAX),
                    element.attribute("formatCode").unwrap_or_default(),
                ),
                "fonts" | "fills" | "cellXfs" | "dxfs" => {
                    element.name.clone_into(&mut reading.inside);
                }
                "font" if reading.inside == "fonts" => reading.fonts.push(None),
                "fill" if reading.inside == "fills" => reading.fills.push(None),
                "xf" if reading.inside == "cellXfs" => cells.push((
                    u32::try_from(number("numFmtId")).unwrap_or(0),
                    number("fontId"),
                    number("fillId"),
                )),
                "color" if reading.inside == "fonts" => {
                    if let Some(font) = reading.fonts.last_mut() {
                        *font = Some(colour(element));
                    }
                }
                "patternFill" if element.attribute("patternType") == Some("none") => {
                    "no fill".clone_into(&mut reading.inside);
                }
                // From one colour to another.
                "gradientFill" if reading.inside == "fills" => {
                    if let Some(fill) = reading.fills.last_mut() {
                        *fill = Some(GRADIENT.to_owned());
                    }
                }
                "dxf" if reading.inside == "dxfs" => reading.looks.push(false),
                "fill" if reading.inside == "dxfs" => {
                    if let Some(look) = reading.looks.last_mut() {
                        *look = true;
                    }
                }
                "fgColor" if reading.inside == "fills" => {
                    if let Some(fill) = reading.fills.last_mut() {
                        *fill = Some(colour(element));
                    }
                }
                _ => {}
            }
        }
        Token::Close("patternFill") if reading.inside == "no fill" => {
            "fills".clone_into(&mut reading.inside);
        }
        Token::Close("fonts" | "fills" | "cellXfs" | "dxfs") => reading.inside.clear(),
        Token::Close(_) | Token::Text(_) | Token::Aside(_) => {}
    });
    for look in &reading.looks {
        styles.conditional(*look);
    }
    for (format, font, fill) in cells {
        styles.cell(format, reading.is_blank(font, fill));
    }
    stopped
}

#[derive(Debug, Default)]
struct Reading {
    /// Which list is being read.
    inside: String,
    /// The colours of fonts and fills, where they say one.
    fonts: Vec<Option<String>>,
    fills: Vec<Option<String>>,
    /// Of the looks that conditions give, whether each has a fill.
    looks: Vec<bool>,
}

impl Reading {
    /// Whether text has the colour of its ground; no fill is white.
    fn is_blank(&self, font: usize, fill: usize) -> bool {
        let colour = |list: &[Option<String>], at: usize| list.get(at).cloned().flatten();
        let ground = colour(&self.fills, fill).unwrap_or_else(|| WHITE.to_owned());
        colour(&self.fonts, font).is_some_and(|ink| ink == ground)
    }
}

const WHITE: &str = "FFFFFF";
const GRADIENT: &str = "gradient";

/// A colour; the ways to write white are one.
fn colour(element: &Element<'_>) -> String {
    let given = |name: &str| element.attribute(name);
    let tint = given("tint").unwrap_or("0");
    if let Some(rgb) = given("rgb") {
        let rgb = rgb.to_ascii_uppercase();
        let rgb = match rgb.len() {
            8 => rgb.get(2..).unwrap_or_default().to_owned(),
            _ => rgb,
        };
        return if ink::is_white_hex(&rgb) {
            WHITE.to_owned()
        } else {
            rgb
        };
    }
    match (given("theme"), given("indexed")) {
        // Theme colour 0 is the window's ground.
        (Some("0"), _) if matches!(tint, "0" | "0.0") => WHITE.to_owned(),
        (Some(theme), _) => format!("theme {theme} {tint}"),
        (None, Some("1" | "9" | "65")) => WHITE.to_owned(),
        (None, Some("0" | "8" | "64") | None) => "000000".to_owned(),
        (None, Some(indexed)) => format!("indexed {indexed}"),
    }
}

fn number(element: &Element<'_>, name: &str) -> usize {
    let value = element.attribute(name).unwrap_or_default();
    value.trim().parse().unwrap_or(0)
}
