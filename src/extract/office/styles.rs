//! What the styles of a Word document hide and colour (ECMA-376 part 1, 17.7):
//! hidden text, colours of letters, backgrounds.

use std::collections::BTreeMap;

use crate::extract::ink::{self, BLACK, Ground, Ink, Look, PAPER};
use crate::extract::office::slide_look::Paper;
use crate::extract::office::xml::{self, Element, Token};

impl Look {
    /// Takes what a property of a run says.
    pub(in crate::extract::office) fn take(&mut self, property: &Element<'_>) {
        match property.name {
            "vanish" => self.vanish = Some(is_on(property)),
            "sz" => self.tiny = Some(is_at_most(property, "val", ink::TINY)),
            // In hundredths of their width (17.3.2.43).
            "w" => self.squeezed = Some(is_at_most(property, "val", SQUEEZED)),
            "color" => self.ink = Some(ink_of(property)),
            "shd" => self.shade = Some(ground_of(property)),
            // On slides its colour stands in it.
            "highlight" => {
                self.marker = Some(marker(property.attribute("val").unwrap_or_default()));
            }
            _ => {}
        }
    }
}

/// Whether a switch is on: it is when it is there, unless its value says
/// otherwise (17.17.4).
pub(in crate::extract::office) fn is_on(property: &Element<'_>) -> bool {
    !matches!(property.attribute("val"), Some("0" | "false" | "off"))
}

/// Letters of so few hundredths of their width are a line.
const SQUEEZED: f64 = 5.0;

/// Lines and rows that are exactly so high, in twentieths of a point, or less show
/// nothing of their letters.
const FLAT: f64 = 20.0;

/// Whether a line or a row has no height (17.3.1.33, 17.4.80).
pub(in crate::extract::office) fn is_flat(property: &Element<'_>) -> bool {
    let (height, rule) = match property.name {
        "trHeight" => ("val", "hRule"),
        _ => ("line", "lineRule"),
    };
    property.attribute(rule) == Some("exact") && is_at_most(property, height, FLAT)
}

fn is_at_most(property: &Element<'_>, name: &str, most: f64) -> bool {
    let value = property.attribute(name).map(str::trim);
    value.is_some_and(|value| value.parse::<f64>().is_ok_and(|value| value <= most))
}

/// What a background is: a colour, or a pattern of two (17.3.5, 17.18.78).
pub(in crate::extract::office) fn ground_of(property: &Element<'_>) -> Ground {
    let given = |name: &str| property.attribute(name).unwrap_or("auto");
    let is_automatic = |name: &str| given(name).eq_ignore_ascii_case("auto");
    match property.attribute("val").unwrap_or("clear") {
        "nil" => Ground::Clear,
        "clear" if is_automatic("fill") => Ground::Clear,
        "clear" => Ground::of(ink::hex(given("fill"))),
        "solid" if is_automatic("color") => Ground::Of(BLACK),
        "solid" => Ground::of(ink::hex(given("color"))),
        _ => Ground::Unknown,
    }
}

/// The background of a table with one of some of its cells: which these are is
/// not told.
fn with_part(table: Option<Ground>, part: Ground) -> Ground {
    let table = table.unwrap_or_default();
    let is_paper = |ground: Ground| match ground {
        Ground::Clear => true,
        Ground::Of(colour) => ink::is_white(colour),
        Ground::Unknown => false,
    };
    if part == Ground::Clear || (is_paper(part) && is_paper(table)) {
        table
    } else {
        Ground::Unknown
    }
}

/// The colour of a highlight, by its name (17.18.40).
fn marker(name: &str) -> Ground {
    Ground::Of(match name {
        "none" => return Ground::Clear,
        "black" => BLACK,
        "white" => PAPER,
        "blue" => [0, 0, 0xFF],
        "cyan" => [0, 0xFF, 0xFF],
        "green" => [0, 0xFF, 0],
        "magenta" => [0xFF, 0, 0xFF],
        "red" => [0xFF, 0, 0],
        "yellow" => [0xFF, 0xFF, 0],
        "darkBlue" => [0, 0, 0x80],
        "darkCyan" => [0, 0x80, 0x80],
        "darkGreen" => [0, 0x80, 0],
        "darkMagenta" => [0x80, 0, 0x80],
        "darkRed" => [0x80, 0, 0],
        "darkYellow" => [0x80, 0x80, 0],
        "darkGray" => [0x80; 3],
        "lightGray" => [0xC0; 3],
        _ => return Ground::Unknown,
    })
}

/// The colour of letters: by value, or by the name of the theme's ground.
fn ink_of(property: &Element<'_>) -> Ink {
    let given = |name: &str| property.attribute(name);
    let changed = given("themeShade").or(given("themeTint")).is_some();
    let automatic = given("val").is_none_or(|value| value.eq_ignore_ascii_case("auto"));
    if !automatic {
        return Ink::of(given("val").and_then(ink::hex));
    }
    match given("themeColor") {
        None => Ink::Automatic,
        Some("background1" | "light1") if !changed => Ink::Of(PAPER),
        Some("text1" | "dark1") if !changed => Ink::Of(BLACK),
        Some(_) => Ink::Unknown,
    }
}

/// The styles of a document.
#[derive(Clone, Debug, Default)]
pub(in crate::extract::office) struct Styles {
    looks: BTreeMap<String, (Look, Option<String>)>,
    /// What applies to all text.
    base: Look,
    /// The style of paragraphs that name none.
    paragraph: Option<String>,
    /// Whether something large stands behind the text.
    pub(in crate::extract::office) covered: bool,
    /// Of a slide, what is behind its letters.
    pub(in crate::extract::office) paper: Option<Paper>,
}

/// How many styles may be based on one another.
const BASED: usize = 16;

impl Styles {
    /// Those of a slide, which says of each letter how it looks.
    pub(in crate::extract::office) fn of_slide(paper: Paper) -> Self {
        Self {
            paper: Some(paper),
            ..Self::default()
        }
    }

    /// Reads a styles part.
    pub(in crate::extract::office) fn read(bytes: &[u8]) -> Self {
        let mut styles = Self::default();
        let mut open: Option<String> = None;
        let (mut in_part, mut in_letters) = (false, false);
        // Damage is said where the part is read as text.
        let _ = xml::walk(bytes, |token| match token {
            Token::Open(element) => match element.name {
                "style" => {
                    let id = element.attribute("styleId").unwrap_or_default().to_owned();
                    let is_default =
                        matches!(element.attribute("default"), Some("1" | "true" | "on"));
                    if is_default && element.attribute("type") == Some("paragraph") {
                        styles.paragraph = Some(id.clone());
                    }
                    styles.looks.entry(id.clone()).or_default();
                    open = Some(id);
                }
                "basedOn" => {
                    let style = open.as_ref().and_then(|id| styles.looks.get_mut(id));
                    if let Some((_, based)) = style {
                        *based = element.attribute("val").map(str::to_owned);
                    }
                }
                // A table's says for each of its edges what is behind it.
                "tblStylePr" => in_part = true,
                "rPr" => in_letters = true,
                _ => {
                    let own = open.as_ref().and_then(|id| styles.looks.get_mut(id));
                    let look = own.map_or(&mut styles.base, |(look, _)| look);
                    match element.name {
                        "shd" if in_part => {
                            look.block = Some(with_part(look.block, ground_of(element)));
                        }
                        "spacing" if !in_letters && element.attribute("line").is_some() => {
                            look.flat = Some(is_flat(element));
                        }
                        "shd" if !in_letters => look.block = Some(ground_of(element)),
                        _ => look.take(element),
                    }
                }
            },
            Token::Close("style") => open = None,
            Token::Close("tblStylePr") => in_part = false,
            Token::Close("rPr") => in_letters = false,
            Token::Close(_) | Token::Text(_) | Token::Aside(_) => {}
        });
        styles
    }

    /// What a style says, with what it is based on.
    pub(in crate::extract::office) fn look(&self, id: &str) -> Look {
        let mut look = Look::default();
        let mut next = Some(id);
        for _ in 0..BASED {
            let Some((own, based)) = next.and_then(|id| self.looks.get(id)) else {
                break;
            };
            look = look.over(*own);
            next = based.as_deref();
        }
        look
    }

    /// How text in a paragraph of this style looks that says nothing itself.
    pub(in crate::extract::office) fn paragraph(&self, style: Option<&str>) -> Look {
        let style = style.or(self.paragraph.as_deref());
        style
            .map(|id| self.look(id))
            .unwrap_or_default()
            .over(self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_hide_what_they_are_based_on() {
        let styles = Styles::read(
            b"<w:styles><w:style w:styleId='A' w:type='paragraph' w:default='1'><w:rPr><w:vanish/></w:rPr></w:style>\
              <w:style w:styleId='B'><w:basedOn w:val='A'/><w:rPr><w:color w:val='FFFFFF'/></w:rPr></w:style>\
              <w:style w:styleId='C'><w:basedOn w:val='C'/></w:style></w:styles>",
        );
        assert_eq!(styles.look("B").vanish, Some(true));
        assert_eq!(styles.look("B").ink, Some(Ink::Of(PAPER)));
        assert_eq!(styles.look("C"), Look::default());
        assert_eq!(styles.paragraph(None).vanish, Some(true));
    }
}
