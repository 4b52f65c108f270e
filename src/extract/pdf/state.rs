//! The state in which things are drawn (ISO 32000-1 sections 8.4 and 9.3).

use std::rc::Rc;

use super::fonts::Font;
use super::geometry::{Area, IDENTITY, Matrix};
use super::layout::Look;
use super::object::Object;
use crate::extract::ink::{BLACK, Rgb, are_alike};

/// A colour, if it is one that can be told.
pub(super) type Ink = Option<Rgb>;

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
    /// Whether what is filled is not seen at all.
    pub(super) is_clear: bool,
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
            fill: Some(BLACK),
            stroke: Some(BLACK),
            is_glass: false,
            is_clear: false,
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
        match self.mode % 4 {
            0 if self.is_clear => Look::Unseen,
            0 => Look::Drawn(self.fill),
            1 => Look::Drawn(self.stroke),
            // Two colours hide nothing from one another.
            2 => Look::Drawn(self.fill.filter(|fill| {
                let stroke = self.stroke;
                stroke.is_some_and(|stroke| are_alike(*fill, stroke))
            })),
            _ => Look::Unseen,
        }
    }
}

/// A colour: grey, red green blue, or ink in four colours. A number in a space
/// of inks is none that can be told.
pub(super) fn ink(colour: &[Object], of_inks: bool) -> Ink {
    let parts: Option<Vec<f64>> = colour.iter().map(Object::number).collect();
    let parts = parts?;
    let light = |part: f64| {
        let part = (part * 255.0).round().clamp(0.0, 255.0);
        // Shares of a colour are bytes.
        format!("{part:.0}").parse().unwrap_or(0)
    };
    match *parts.as_slice() {
        [grey] if !of_inks => Some([light(grey); 3]),
        [red, green, blue] if !of_inks => Some([red, green, blue].map(light)),
        // ISO 32000-1, 10.3.5, with less of each colour by the black.
        [cyan, magenta, yellow, black] if !of_inks || parts.iter().all(|ink| *ink <= 0.0) => {
            Some([cyan, magenta, yellow].map(|ink| light((1.0 - ink) * (1.0 - black))))
        }
        _ => None,
    }
}
