//! What stands behind a text on a slide, as far as it tells whether letters of
//! the slide's own colour are seen.
//!
//! Shapes are taken for rectangles, whatever is drawn in them, and for being
//! behind whatever they touch: letters are only said to be hidden where nothing
//! but their own colour can be behind them.

use super::ink::{Ground, Rgb, are_alike};

/// A rectangle, in any unit, from one corner to the other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::extract) struct Area {
    /// The left and the right border.
    pub(in crate::extract) across: (i64, i64),
    /// The upper and the lower border.
    pub(in crate::extract) down: (i64, i64),
}

impl Area {
    /// Where a shape is for certain that stands here before it is turned around
    /// its middle, by any angle.
    #[must_use]
    pub(in crate::extract) fn turned(self) -> Self {
        let length = |(from, to): (i64, i64)| to.saturating_sub(from);
        let reach = length(self.across).saturating_add(length(self.down));
        let around = |side: (i64, i64)| {
            let middle = side.0.saturating_add(length(side) / 2);
            (middle.saturating_sub(reach), middle.saturating_add(reach))
        };
        Self {
            across: around(self.across),
            down: around(self.down),
        }
    }

    /// Whether all of another one is in it.
    pub(in crate::extract) fn contains(&self, other: &Self) -> bool {
        let spans = |outer: (i64, i64), inner: (i64, i64)| outer.0 <= inner.0 && inner.1 <= outer.1;
        spans(self.across, other.across) && spans(self.down, other.down)
    }

    /// Whether they have a piece in common.
    pub(in crate::extract) fn touches(&self, other: &Self) -> bool {
        let meet = |one: (i64, i64), other: (i64, i64)| one.0 < other.1 && other.0 < one.1;
        meet(self.across, other.across) && meet(self.down, other.down)
    }
}

/// How many shapes are told apart; more count as one that is everywhere.
const MOST: usize = 500;

/// The filled shapes of a slide.
#[derive(Clone, Debug, Default)]
pub(in crate::extract) struct Backdrop {
    covered: Vec<(Area, Ground)>,
    everywhere: bool,
}

impl Backdrop {
    /// Adds a shape with what fills it; `None` if it is not known where it stands.
    pub(in crate::extract) fn cover(&mut self, area: Option<Area>, fill: Ground) {
        match area {
            _ if fill == Ground::Clear => {}
            Some(area) if self.covered.len() < MOST => self.covered.push((area, fill)),
            _ => self.everywhere = true,
        }
    }

    /// Whether nothing but a slide of this colour is behind a text, which may
    /// stand anywhere if its place is not known.
    pub(in crate::extract) fn is_bare(&self, area: Option<Area>, page: Rgb) -> bool {
        let is_like = |fill: Ground| matches!(fill, Ground::Of(colour) if are_alike(colour, page));
        let mut covered = self.covered.iter().filter(|(_, fill)| !is_like(*fill));
        !self.everywhere
            && match area {
                Some(area) => !covered.any(|(other, _)| other.touches(&area)),
                None => covered.next().is_none(),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::ink::{BLACK, PAPER};

    fn area(left: i64, top: i64) -> Area {
        Area {
            across: (left, left + 10),
            down: (top, top + 10),
        }
    }

    #[test]
    fn only_what_touches_a_text_is_behind_it() {
        let mut backdrop = Backdrop::default();
        assert!(backdrop.is_bare(Some(area(0, 0)), PAPER) && backdrop.is_bare(None, PAPER));
        backdrop.cover(Some(area(9, 9)), Ground::Unknown);
        assert!(!backdrop.is_bare(Some(area(0, 0)), PAPER) && !backdrop.is_bare(None, PAPER));
        for (left, top) in [(0, 20), (20, 0), (-5, 0), (0, -1)] {
            let bare = !(left < 19 && left + 10 > 9 && top < 19 && top + 10 > 9);
            assert_eq!(
                backdrop.is_bare(Some(area(left, top)), PAPER),
                bare,
                "{left} {top}"
            );
        }
        backdrop.cover(None, Ground::Unknown);
        assert!(!backdrop.is_bare(Some(area(100, 100)), PAPER));
    }

    #[test]
    fn a_turned_shape_may_be_wherever_it_turns_to() {
        let mut backdrop = Backdrop::default();
        let bar = Area {
            across: (0, 100),
            down: (50, 60),
        };
        backdrop.cover(Some(bar), Ground::Unknown);
        assert!(backdrop.is_bare(Some(area(45, 0)), PAPER));
        backdrop.cover(Some(bar.turned()), Ground::Unknown);
        assert!(!backdrop.is_bare(Some(area(45, 0)), PAPER));
        assert!(backdrop.is_bare(Some(area(500, 0)), PAPER));
    }

    #[test]
    fn countless_shapes_are_one_that_is_everywhere() {
        let mut backdrop = Backdrop::default();
        for _ in 0..=MOST {
            backdrop.cover(Some(area(0, 0)), Ground::Unknown);
        }
        assert!(!backdrop.is_bare(Some(area(1_000, 1_000)), PAPER));
    }

    #[test]
    fn shapes_of_the_colour_of_the_slide_are_none() {
        let mut backdrop = Backdrop::default();
        backdrop.cover(Some(area(0, 0)), Ground::Of(PAPER));
        assert!(backdrop.is_bare(Some(area(0, 0)), PAPER) && backdrop.is_bare(None, PAPER));
        assert!(!backdrop.is_bare(Some(area(0, 0)), BLACK));
    }
}
