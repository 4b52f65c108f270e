//! What the styles of a Word document hide and colour (ECMA-376 part 1, 17.7):
//! hidden text, white letters, backgrounds.

use std::collections::BTreeMap;

use crate::extract::ink::{self, Look};
use crate::extract::office::slide_look::Paper;
use crate::extract::office::xml::{self, Element, Token};

impl Look {
    /// Takes what a property of a run says.
    pub(in crate::extract::office) fn take(&mut self, property: &Element<'_>) {
        match property.name {
            "vanish" => self.vanish = Some(is_on(property)),
            "color" => self.white = Some(is_white_ink(property)),
            "shd" => self.shaded = Some(is_shaded(property)),
            // On slides its colour stands in it.
            "highlight" => {
                let colour = property.attribute("val").unwrap_or("some");
                self.shaded = Some(!matches!(colour, "" | "none" | "white"));
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

/// Whether a background has another colour than paper.
pub(in crate::extract::office) fn is_shaded(property: &Element<'_>) -> bool {
    let pattern = property.attribute("val").unwrap_or("clear");
    let fill = property.attribute("fill").unwrap_or("auto");
    let plain = fill.eq_ignore_ascii_case("auto") || is_white(Some(fill));
    !plain || !matches!(pattern, "clear" | "nil")
}

/// Whether letters are white: by value, or by the name of the theme's ground.
fn is_white_ink(property: &Element<'_>) -> bool {
    let given = |name: &str| property.attribute(name);
    let ground = matches!(given("themeColor"), Some("background1" | "light1"));
    let changed = given("themeShade").or(given("themeTint")).is_some();
    let automatic = given("val").is_none_or(|value| value.eq_ignore_ascii_case("auto"));
    is_white(given("val")) || (automatic && ground && !changed)
}

/// Whether a colour can't be told from white paper.
pub(in crate::extract::office) fn is_white(colour: Option<&str>) -> bool {
    colour.is_some_and(ink::is_white_hex)
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
    /// Of a slide, where white letters are hidden.
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
                _ => match &open {
                    Some(id) => {
                        if let Some((look, _)) = styles.looks.get_mut(id) {
                            look.take(element);
                        }
                    }
                    None => styles.base.take(element),
                },
            },
            Token::Close("style") => open = None,
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
        assert_eq!(styles.look("B").white, Some(true));
        assert_eq!(styles.look("C"), Look::default());
        assert_eq!(styles.paragraph(None).vanish, Some(true));
    }
}
