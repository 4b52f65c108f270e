//! What was drawn on a page: runs of text, and what may lie under or over
//! them.

use super::geometry::Area;
use super::layout::{self, Look, Placed, Run, Runs};
use super::object::Stream;
use super::state::Ink;
use crate::extract::ink::{PAPER, Rgb, are_alike};
use crate::extract::picture::is_tiny;

/// Areas that are kept of one page; a drawing has more than anybody hides
/// text under.
const PAINTS: usize = 5_000;

/// Pictures that are kept of one page, bullets and pieces of rules too.
const PICTURES: usize = 5_000;

/// How many runs are compared with how many areas.
const COMPARED: usize = 50_000_000;

/// An area that was painted.
#[derive(Clone, Copy, Debug)]
struct Paint {
    area: Area,
    order: usize,
    colour: Ink,
    /// Whether it hides what lies under it.
    covers: bool,
}

/// A picture on a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picture<'o> {
    /// None of one between the operators.
    pub(super) stream: Option<&'o Stream>,
    /// What it takes of the page.
    pub(super) area: Area,
    /// Its width and height in dots, where it is known without unpacking it.
    pub(super) size: Option<(u32, u32)>,
    /// Whether its layer is on.
    pub(super) is_seen: bool,
}

impl Picture<'_> {
    /// Whether it is no bullet, spacer or rule.
    pub(super) fn may_have_writing(&self) -> bool {
        !self.size.is_some_and(is_tiny)
    }
}

/// A page while it is drawn.
#[derive(Debug)]
pub(super) struct Canvas<'o> {
    /// Pictures, in the order in which they are drawn.
    pub(super) pictures: Vec<Picture<'o>>,
    /// Texts that stand for what is drawn (`ActualText`).
    pub(super) actual: Vec<String>,
    /// Curves that were filled or stroked: letters may be drawn as such.
    pub(super) curves: usize,
    paper: Area,
    runs: Runs,
    paints: Vec<Paint>,
    order: usize,
}

/// The texts of a page.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// What people see.
    pub(super) seen: String,
    /// What they don't.
    pub(super) unseen: String,
}

impl<'o> Canvas<'o> {
    /// An empty page; what stands beside the paper is not seen.
    pub(super) fn new(paper: Area) -> Self {
        Self {
            pictures: Vec::new(),
            actual: Vec::new(),
            curves: 0,
            paper,
            runs: Runs::default(),
            paints: Vec::new(),
            order: 0,
        }
    }

    /// The number of the next thing that is drawn.
    pub(super) fn order(&mut self) -> usize {
        self.order = self.order.saturating_add(1);
        self.order
    }

    /// Takes a glyph.
    pub(super) fn place(&mut self, glyph: &Placed<'_>) {
        self.runs.place(glyph);
    }

    /// Takes an area that was filled.
    pub(super) fn paint(&mut self, area: Area, colour: Ink, covers: bool) {
        let order = self.order();
        if self.paints.len() < PAINTS && area.size() > 0.0 {
            self.paints.push(Paint {
                area,
                order,
                colour,
                covers,
            });
        }
    }

    /// Takes a picture.
    pub(super) fn picture(&mut self, picture: Picture<'o>, covers: bool) {
        if picture.is_seen {
            self.paint(picture.area, None, covers);
        }
        if self.pictures.len() < PICTURES {
            self.pictures.push(picture);
        }
    }

    /// Whether there may be more pictures than were taken.
    pub(super) fn is_full(&self) -> bool {
        self.pictures.len() >= PICTURES
    }

    /// How much of the paper pictures take, from 0 to 1.
    pub(super) fn pictured(&self) -> f64 {
        let seen = self.pictures.iter().filter(|picture| picture.is_seen);
        let sizes = seen.map(|picture| picture.area.and(self.paper).size());
        let sum: f64 = sizes.sum();
        let paper = self.paper.size();
        if paper.is_finite() && paper > 0.0 {
            sum / paper
        } else {
            1.0
        }
    }

    /// The texts.
    pub(super) fn texts(self) -> Texts {
        let Self {
            runs,
            paints,
            paper,
            ..
        } = self;
        let few = runs.runs.len().saturating_mul(paints.len()) < COMPARED;
        let paints = if few { paints } else { Vec::new() };
        let hidden = |run: &Run| is_hidden(run, &paints, paper);
        let (unseen, seen): (Vec<Run>, Vec<Run>) = runs.runs.into_iter().partition(hidden);
        let mut unseen_places: Vec<Run> = Vec::new();
        let mut known: Vec<(&str, (f64, f64))> = Vec::new();
        known.extend(seen.iter().map(|run| (run.text.as_str(), run.at)));
        known.sort_by(|one, other| one.0.cmp(other.0));
        for run in unseen {
            // The shine around letters is the same letters in white.
            let first = known.partition_point(|(text, _)| *text < run.text.as_str());
            let same = known.get(first..).unwrap_or_default().iter().take(100);
            let near = |(text, at): &(&str, (f64, f64))| {
                *text == run.text && (at.0 - run.at.0).abs() < 3.0 && (at.1 - run.at.1).abs() < 3.0
            };
            if !same.into_iter().any(near) {
                unseen_places.push(run);
            }
        }
        drop(known);
        Texts {
            seen: layout::lay_out(seen),
            unseen: layout::lay_out(unseen_places),
        }
    }
}

fn is_hidden(run: &Run, paints: &[Paint], paper: Area) -> bool {
    let end = run.far_end();
    if run.look == Look::Unseen
        || !run.is_inside
        || !(paper.has(run.at, 2.0) || paper.has(end, 2.0))
    {
        return true;
    }
    let over = |paint: &&Paint| is_at(paint, run, run.at) && is_at(paint, run, end);
    let covered = |paint: &Paint| paint.order > run.order && paint.covers && over(&paint);
    if paints.iter().any(covered) {
        return true;
    }
    match run.look {
        Look::Drawn(Some(ink)) => is_blank(run, ink, paints),
        Look::Drawn(None) | Look::Unseen => false,
    }
}

/// Whether a paint is where a run has its letters at a point of its line: one
/// that only touches the line is a rule below them.
fn is_at(paint: &Paint, run: &Run, place: (f64, f64)) -> bool {
    paint.area.has(place, 0.5) && paint.area.has(run.above(place), 0.0)
}

/// Whether what lies under a run has its colour, from the nearest area to the
/// first one that nothing shows through, or to the paper.
fn is_blank(run: &Run, ink: Rgb, paints: &[Paint]) -> bool {
    let end = run.far_end();
    let mut is_cut = false;
    // They are in the order in which they were painted.
    let under = paints.partition_point(|paint| paint.order < run.order);
    for paint in paints.iter().take(under).rev() {
        let is_like = paint.colour.is_some_and(|colour| are_alike(colour, ink));
        match (is_at(paint, run, run.at), is_at(paint, run, end), is_like) {
            (true, true, false) => return false,
            (true, true, true) if paint.covers => return !is_cut,
            // Something else lies under a piece of it.
            (true, false, false) | (false, true, false) => is_cut = true,
            _ => {}
        }
    }
    // What is only like it at one end is no ground.
    !is_cut && are_alike(ink, PAPER)
}
