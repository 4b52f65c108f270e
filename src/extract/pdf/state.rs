//! The state in which things are drawn (ISO 32000-1 sections 8.4 and 9.3).

use std::rc::Rc;

use super::fonts::Font;
use super::geometry::{Area, IDENTITY, Matrix};
use super::layout::Look;
use super::object::Object;

/// Colours at least this near to white are white.
const WHITE: f64 = 0.96;

/// A colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ink {
    /// That of paper.
    White,
    /// Any other.
    Other,
}

/// What an operator can change, and `Q` brings back.
#[derive(Clone, Debug)]
pub(super) struct State<'o> {
    /// From the units of the stream to those of the page.
    pub(super) matrix: Matrix,
    /// Where drawing shows.
    pub(super) clip: Area,
    /// Whether the clip is a rectangle, and not only inside of one.
    pub(super) clip_is_plain: bool,
    /// In what areas are filled.
    pub(super) fill: Ink,
    /// In what lines are drawn.
    pub(super) stroke: Ink,
    /// Whether what is drawn shows what lies under it.
    pub(super) is_glass: bool,
    /// The font.
    pub(super) font: Option<Rc<Font<'o>>>,
    /// Its size.
    pub(super) size: f64,
    /// Space after each glyph.
    pub(super) letter_space: f64,
    /// Space after each blank.
    pub(super) word_space: f64,
    /// Width in parts of its own.
    pub(super) stretch: f64,
    /// From line to line.
    pub(super) leading: f64,
    /// How much letters are raised.
    pub(super) rise: f64,
    /// How letters are drawn.
    pub(super) mode: usize,
}

impl State<'_> {
    /// At the beginning of a page.
    pub(super) fn new() -> Self {
        Self {
            matrix: IDENTITY,
            clip: Area::ALL,
            clip_is_plain: true,
            fill: Ink::Other,
            stroke: Ink::Other,
            is_glass: false,
            font: None,
            size: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
        }
    }

    /// Whether people see text that is drawn now.
    pub(super) fn look(&self) -> Look {
        let white = match self.mode % 4 {
            0 => self.fill == Ink::White,
            1 => self.stroke == Ink::White,
            2 => self.fill == Ink::White && self.stroke == Ink::White,
            _ => return Look::Unseen,
        };
        if white { Look::White } else { Look::Seen }
    }
}

/// Whether a colour is white: grey, red green blue, or ink in four colours. A
/// single number in a space of inks is none that can be told.
pub(super) fn ink(colour: &[Object], of_inks: bool) -> Ink {
    let mut parts = Vec::new();
    for part in colour {
        match part.number() {
            Some(number) => parts.push(number),
            None => return Ink::Other,
        }
    }
    let is_white = match parts.as_slice() {
        [grey] => *grey >= WHITE && !of_inks,
        [_, _, _] => parts.iter().all(|part| *part >= WHITE) && !of_inks,
        [_, _, _, _] => parts.iter().all(|part| *part <= 1.0 - WHITE),
        _ => false,
    };
    if is_white { Ink::White } else { Ink::Other }
}
