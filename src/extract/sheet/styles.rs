//! How cells look: their number formats, and whether their letters have the
//! colour of what is behind them.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::colours::Colour;
use super::digits;
use super::grid::Grid;
use super::number_format::{NumberFormat, Shown};
use super::serial::Epoch;

/// The cell formats of a workbook, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Styles {
    formats: BTreeMap<u32, Rc<NumberFormat>>,
    cells: Vec<Style>,
    /// Of the looks that conditions give, whether each has a ground.
    grounds: Vec<bool>,
    /// From when the workbook counts its days.
    pub(super) epoch: Epoch,
}

#[derive(Debug)]
struct Style {
    format: Rc<NumberFormat>,
    /// What is behind its text.
    ground: Colour,
    /// Whether its text has that colour.
    blank: bool,
}

/// Where a cell stands.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct At {
    /// From 0.
    pub(super) row: u32,
    /// From 0.
    pub(super) column: u32,
    /// The number of its cell format.
    pub(super) style: usize,
}

impl Styles {
    /// Gives a number to a format code.
    pub(super) fn format(&mut self, id: u32, code: &str) {
        self.formats.insert(id, Rc::new(NumberFormat::parse(code)));
    }

    /// The format of a number, built in or not.
    pub(super) fn format_of(&mut self, id: u32) -> Rc<NumberFormat> {
        let built_in = || Rc::new(NumberFormat::builtin(id));
        Rc::clone(self.formats.entry(id).or_insert_with(built_in))
    }

    /// Adds the next cell format.
    pub(super) fn cell(&mut self, format: u32, ink: &Colour, ground: Colour) {
        let format = self.format_of(format);
        let blank = ink.is_like(&ground);
        self.cells.push(Style {
            format,
            ground,
            blank,
        });
    }

    /// Adds the next look that a condition may give, with a ground or without.
    pub(super) fn conditional(&mut self, ground: bool) {
        self.grounds.push(ground);
    }

    /// Whether the look of a condition has a ground, or may have.
    pub(super) fn has_ground(&self, look: usize) -> bool {
        self.grounds.get(look).copied().unwrap_or(true)
    }

    /// Puts a number into a sheet.
    pub(super) fn number(&self, grid: &mut Grid, at: At, value: f64) {
        let plain = digits::plain(value);
        let shown = match self.cells.get(at.style) {
            Some(style) => {
                let shown = style.format.number(value, self.epoch);
                if style.blank && !shown.unseen {
                    let value = if shown.moment { &shown.seen } else { &plain };
                    grid.put_white(at.row, at.column, &shown.seen, value);
                    return;
                }
                shown
            }
            None => Shown::all(plain.clone()),
        };
        grid.put_shown(at.row, at.column, &shown, &plain);
    }

    /// Puts a number into a sheet as it is written in the file.
    pub(super) fn written(&self, grid: &mut Grid, at: At, written: &str) {
        // Most numbers are whole, short and without a format.
        let is_whole = written.bytes().all(|byte| byte.is_ascii_digit());
        let is_short = written.len() <= 15 && (written.len() == 1 || !written.starts_with('0'));
        let style = self.cells.get(at.style);
        let is_bare = style.is_none_or(|style| !style.blank && style.format.is_general());
        if is_whole && is_short && is_bare {
            grid.put(at.row, at.column, written);
            return;
        }
        match written.parse() {
            Ok(number) => {
                self.number(grid, at, number);
                // More digits than a number holds.
                if is_whole && written.len() > 15 {
                    grid.put(at.row, at.column, written);
                }
            }
            Err(_) => grid.put(at.row, at.column, written),
        }
    }

    /// Puts a text into a sheet.
    pub(super) fn text(&self, grid: &mut Grid, at: At, text: &str) {
        match self.cells.get(at.style) {
            Some(style) if style.blank || !style.format.is_general() => {
                let shown = style.format.text(text);
                if style.blank && !shown.unseen {
                    grid.put_white(at.row, at.column, &shown.seen, text);
                } else {
                    grid.put_shown(at.row, at.column, &shown, text);
                }
            }
            _ => grid.put(at.row, at.column, text),
        }
    }

    /// Puts a text in pieces into a sheet, of which some name a colour. What is
    /// not seen is told with all of the text: a number may begin in another piece.
    pub(super) fn pieces(&self, grid: &mut Grid, at: At, pieces: &[Piece]) {
        let style = self.cells.get(at.style);
        let is_blank = |piece: &Piece| match (&piece.ink, style) {
            (Some(ink), Some(style)) => ink.is_like(&style.ground),
            (Some(ink), None) => ink.is_like(&Colour::PAPER),
            (None, style) => style.is_some_and(|style| style.blank),
        };
        let text = |pieces: &mut dyn Iterator<Item = &Piece>| -> String {
            pieces.map(|piece| piece.text.as_str()).collect()
        };
        let seen = text(&mut pieces.iter().filter(|piece| !is_blank(piece)));
        let unseen = text(&mut pieces.iter().filter(|piece| is_blank(piece)));
        if !seen.trim().is_empty() {
            grid.put(at.row, at.column, &seen);
        }
        if !unseen.trim().is_empty() {
            grid.put_white(at.row, at.column, &text(&mut pieces.iter()), "");
        }
    }
}

/// A piece of a text, and its colour if it names one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Piece {
    /// What it says.
    pub(super) text: String,
    /// Without one it has that of the cell.
    pub(super) ink: Option<Colour>,
}
