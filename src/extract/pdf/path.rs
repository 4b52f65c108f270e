//! Paths (ISO 32000-1 section 8.5), as far as text may lie under or on them,
//! or may be drawn as curves.

use super::geometry::{Area, Matrix};

/// Rectangles of one path that are kept.
const RECTANGLES: usize = 500;

/// The path that is being made.
#[derive(Debug)]
pub(super) struct Path {
    rectangles: Vec<Area>,
    other: Area,
    /// Curves in it.
    pub(super) curves: usize,
    clips: bool,
}

/// What an operator does with a path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step {
    /// Nothing yet: it goes on.
    Goes,
    /// It is filled.
    Fills,
    /// It is drawn as a line.
    Strokes,
    /// It ends.
    Ends,
}

impl Path {
    /// None yet.
    pub(super) fn new() -> Self {
        Self {
            rectangles: Vec::new(),
            other: Area::NOTHING,
            curves: 0,
            clips: false,
        }
    }

    /// Does what an operator says; nothing if it is none of paths.
    pub(super) fn step(
        &mut self,
        operator: &[u8],
        numbers: &[f64; 6],
        matrix: Matrix,
    ) -> Option<Step> {
        let points = match operator {
            b"m" | b"l" => 1,
            b"c" => 3,
            b"v" | b"y" => 2,
            b"re" => {
                let [left, bottom, width, height, ..] = numbers;
                let area = matrix.cover([*left, *bottom, left + width, bottom + height]);
                if self.rectangles.len() < RECTANGLES {
                    self.rectangles.push(area);
                }
                return Some(Step::Goes);
            }
            b"h" => return Some(Step::Goes),
            b"W" | b"W*" => {
                self.clips = true;
                return Some(Step::Goes);
            }
            b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => return Some(Step::Fills),
            b"S" | b"s" => return Some(Step::Strokes),
            b"n" => return Some(Step::Ends),
            _ => return None,
        };
        self.curves = self.curves.saturating_add(usize::from(points > 1));
        for point in numbers.chunks_exact(2).take(points) {
            if let [across, up] = point {
                let (across, up) = matrix.apply(*across, *up);
                self.other.add(across, up);
            }
        }
        Some(Step::Goes)
    }

    /// The rectangles in it.
    pub(super) fn rectangles(&self) -> &[Area] {
        &self.rectangles
    }

    /// What is around all else.
    pub(super) fn other(&self) -> Area {
        self.other
    }

    /// The area to which it restricts what is drawn, if it does, and whether
    /// that is a rectangle.
    pub(super) fn clip(&self) -> Option<(Area, bool)> {
        if !self.clips {
            return None;
        }
        let mut area = self.other;
        for rectangle in &self.rectangles {
            area = area.or(*rectangle);
        }
        let plain = self.rectangles.len() == 1 && self.other.size() <= 0.0;
        Some((area, plain))
    }
}
