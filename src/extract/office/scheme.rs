//! The colours of slides and drawings, by name and by value (ECMA-376 part 1,
//! 20.1.2.3 and 20.1.6.2).

use std::collections::BTreeMap;

use crate::extract::ink::{self, BLACK, PAPER, Rgb};
use crate::extract::office::xml::{self, Element, Token};

/// What the names of a scheme stand for.
pub(in crate::extract::office) type Scheme = BTreeMap<String, Rgb>;

/// A colour, before the scheme is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Colour {
    Plain(Rgb),
    Scheme(String),
    Other,
}

impl Colour {
    /// The colour that an element names.
    pub(super) fn of(element: &Element<'_>) -> Self {
        let value = element.attribute("val").unwrap_or_default();
        let plain = match element.name {
            "srgbClr" => ink::hex(value),
            "sysClr" => match element.attribute("lastClr") {
                Some(last) => ink::hex(last),
                None => named(value),
            },
            "prstClr" => named(value),
            "schemeClr" => return Self::Scheme(value.to_owned()),
            _ => None,
        };
        plain.map_or(Self::Other, Self::Plain)
    }

    /// The colour that it is in a scheme, if that is known.
    pub(super) fn in_scheme(&self, scheme: &Scheme) -> Option<Rgb> {
        match self {
            Self::Plain(colour) => Some(*colour),
            Self::Scheme(name) => scheme.get(name).copied(),
            Self::Other => None,
        }
    }
}

/// The colours that are behind text and in it.
fn named(name: &str) -> Option<Rgb> {
    match name {
        "white" | "window" => Some(PAPER),
        "black" | "windowText" => Some(BLACK),
        _ => None,
    }
}

/// The colours of a theme.
pub(in crate::extract::office) fn scheme_of(theme: &[u8]) -> Scheme {
    let mut scheme = Scheme::new();
    let mut slot: Option<String> = None;
    let mut in_scheme = false;
    let _ = xml::walk(theme, |token| match token {
        Token::Open(element) if element.name == "clrScheme" => in_scheme = true,
        Token::Open(element) if in_scheme => match &slot {
            Some(name) => {
                if let Colour::Plain(colour) = Colour::of(element) {
                    scheme.insert(name.clone(), colour);
                }
            }
            None => slot = Some(element.name.to_owned()),
        },
        Token::Close("clrScheme") => in_scheme = false,
        Token::Close(name) if slot.as_deref() == Some(name) => slot = None,
        Token::Open(_) | Token::Close(_) | Token::Text(_) | Token::Aside(_) => {}
    });
    scheme
}

/// The colour that an element names in a document whose scheme is not known: in
/// every theme the ground of a letter is white, and its text black.
pub(in crate::extract::office) fn plain(element: &Element<'_>) -> Option<Rgb> {
    let scheme = [
        ("bg1", PAPER),
        ("lt1", PAPER),
        ("tx1", BLACK),
        ("dk1", BLACK),
    ];
    let scheme = scheme.map(|(name, colour)| (name.to_owned(), colour));
    Colour::of(element).in_scheme(&Scheme::from(scheme))
}
