//! The styles part: number formats, and cells whose text has the colour of
//! their ground (ECMA-376 part 1, 18.8).

use crate::extract::ink::{self, Rgb};
use crate::extract::office::xml::{self, Element, Token};
use crate::extract::sheet::colours::Colour;
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
                "patternFill" if reading.inside == "fills" => {
                    match element.attribute("patternType") {
                        None | Some("none") => "no fill".clone_into(&mut reading.inside),
                        Some("solid") => reading.fill(Colour::BLACK),
                        Some(_) => {
                            reading.fill(Colour::Unknown);
                            "no fill".clone_into(&mut reading.inside);
                        }
                    }
                }
                // From one colour to another.
                "gradientFill" if reading.inside == "fills" => reading.fill(Colour::Unknown),
                "rgbColor" => reading.palette.extend(rgb(element)),
                "dxf" if reading.inside == "dxfs" => reading.looks.push(false),
                "fill" if reading.inside == "dxfs" => {
                    if let Some(look) = reading.looks.last_mut() {
                        *look = true;
                    }
                }
                "fgColor" if reading.inside == "fills" => reading.fill(colour(element)),
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
        let ink = reading.colour(&reading.fonts, font);
        let ground = reading.colour(&reading.fills, fill);
        styles.cell(
            format,
            &ink.unwrap_or(Colour::BLACK),
            ground.unwrap_or(Colour::PAPER),
        );
    }
    stopped
}

#[derive(Debug, Default)]
struct Reading {
    /// Which list is being read.
    inside: String,
    /// The colours of fonts and fills, where they say one.
    fonts: Vec<Option<Colour>>,
    fills: Vec<Option<Colour>>,
    /// The file's own palette.
    palette: Vec<Rgb>,
    /// Of the looks that conditions give, whether each has a fill.
    looks: Vec<bool>,
}

impl Reading {
    fn fill(&mut self, colour: Colour) {
        if let Some(fill) = self.fills.last_mut() {
            *fill = Some(colour);
        }
    }

    fn colour(&self, list: &[Option<Colour>], at: usize) -> Option<Colour> {
        let own = |number: u32| self.palette.get(usize::try_from(number).ok()?).copied();
        Some(list.get(at)?.clone()?.with(own))
    }
}

/// A colour by value: of those with a transparency the rest counts.
fn rgb(element: &Element<'_>) -> Option<Rgb> {
    let rgb = element.attribute("rgb")?;
    ink::hex(rgb.get(rgb.len().checked_sub(6)?..)?)
}

/// The colour that an element names.
pub(super) fn colour(element: &Element<'_>) -> Colour {
    let given = |name: &str| element.attribute(name);
    let tint = given("tint").filter(|tint| !matches!(*tint, "0" | "0.0"));
    let number = |name: &str| given(name).and_then(|number| number.trim().parse().ok());
    if given("rgb").is_some() {
        // A tint makes another one of it.
        let plain = rgb(element).filter(|_| tint.is_none());
        return plain.map_or(Colour::Unknown, Colour::Plain);
    }
    match (number("theme"), number("indexed")) {
        (Some(theme), _) => Colour::of_theme(theme, tint),
        (None, Some(indexed)) => Colour::Indexed(indexed),
        (None, None) => Colour::BLACK,
    }
}

fn number(element: &Element<'_>, name: &str) -> usize {
    let value = element.attribute(name).unwrap_or_default();
    value.trim().parse().unwrap_or(0)
}
