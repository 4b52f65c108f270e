//! The colours of slides, by name and by value, as far as they are white
//! (ECMA-376 part 1, 20.1.2.3 and 20.1.6.2).

use std::collections::BTreeSet;

use crate::extract::ink;
use crate::extract::office::xml::{self, Element, Token};

/// A colour, before the scheme is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Colour {
    White,
    Scheme(String),
    Other,
}

impl Colour {
    /// The colour that an element names.
    pub(super) fn of(element: &Element<'_>) -> Self {
        let value = element.attribute("val").unwrap_or_default();
        let last = element.attribute("lastClr").unwrap_or_default();
        match element.name {
            "srgbClr" if ink::is_white_hex(value) => Self::White,
            "sysClr" if ink::is_white_hex(last) || (last.is_empty() && value == "window") => {
                Self::White
            }
            "prstClr" if value == "white" => Self::White,
            "schemeClr" => Self::Scheme(value.to_owned()),
            _ => Self::Other,
        }
    }

    /// Whether it is white, with these names of the scheme's white colours.
    pub(super) fn is_white(&self, white: &BTreeSet<String>) -> bool {
        match self {
            Self::White => true,
            Self::Scheme(name) => white.contains(name),
            Self::Other => false,
        }
    }
}

/// The names of a theme's colours that are white.
pub(in crate::extract::office) fn white_of(theme: &[u8]) -> BTreeSet<String> {
    let mut white = BTreeSet::new();
    let mut slot: Option<String> = None;
    let mut in_scheme = false;
    let _ = xml::walk(theme, |token| match token {
        Token::Open(element) if element.name == "clrScheme" => in_scheme = true,
        Token::Open(element) if in_scheme => match &slot {
            Some(name) if Colour::of(element) == Colour::White => {
                white.insert(name.clone());
            }
            Some(_) => {}
            None => slot = Some(element.name.to_owned()),
        },
        Token::Close("clrScheme") => in_scheme = false,
        Token::Close(name) if slot.as_deref() == Some(name) => slot = None,
        Token::Open(_) | Token::Close(_) | Token::Text(_) | Token::Aside(_) => {}
    });
    white
}

/// Whether an element names white in a document whose scheme is not known.
pub(in crate::extract::office) fn is_paper(element: &Element<'_>) -> bool {
    let ground = ["bg1", "lt1"].map(str::to_owned);
    Colour::of(element).is_white(&BTreeSet::from(ground))
}
