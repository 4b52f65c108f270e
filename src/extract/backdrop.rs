//! What stands behind a text on a slide, as far as it tells whether white
//! letters are seen.
//!
//! Shapes are taken for rectangles, whatever is drawn in them, and for being
//! behind whatever they touch: letters are only said to be hidden where nothing
//! but a white slide can be behind them.

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

    fn touches(&self, other: &Self) -> bool {
        let meet = |one: (i64, i64), other: (i64, i64)| one.0 < other.1 && other.0 < one.1;
        meet(self.across, other.across) && meet(self.down, other.down)
    }
}

/// How many shapes are told apart; more count as one that is everywhere.
const MOST: usize = 500;

/// The shapes of a slide that have another colour than paper.
#[derive(Clone, Debug, Default)]
pub(in crate::extract) struct Backdrop {
    covered: Vec<Area>,
    everywhere: bool,
}

impl Backdrop {
    /// Adds a shape; `None` if it is not known where it stands.
    pub(in crate::extract) fn cover(&mut self, area: Option<Area>) {
        match area {
            Some(area) if self.covered.len() < MOST => self.covered.push(area),
            _ => self.everywhere = true,
        }
    }

    /// Whether there is nothing behind a text, which may stand anywhere if its
    /// place is not known.
    pub(in crate::extract) fn is_bare(&self, area: Option<Area>) -> bool {
        if self.everywhere {
            return false;
        }
        match area {
            Some(area) => !self.covered.iter().any(|other| other.touches(&area)),
            None => self.covered.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(left: i64, top: i64) -> Area {
        Area {
            across: (left, left + 10),
            down: (top, top + 10),
        }
    }

    #[test]
    fn only_what_touches_a_text_is_behind_it() {
        let mut backdrop = Backdrop::default();
        assert!(backdrop.is_bare(Some(area(0, 0))) && backdrop.is_bare(None));
        backdrop.cover(Some(area(9, 9)));
        assert!(!backdrop.is_bare(Some(area(0, 0))) && !backdrop.is_bare(None));
        for (left, top) in [(0, 20), (20, 0), (-5, 0), (0, -1)] {
            let bare = !(left < 19 && left + 10 > 9 && top < 19 && top + 10 > 9);
            assert_eq!(
                backdrop.is_bare(Some(area(left, top))),
                bare,
                "{left} {top}"
            );
        }
        backdrop.cover(None);
        assert!(!backdrop.is_bare(Some(area(100, 100))));
    }

    #[test]
    fn a_turned_shape_may_be_wherever_it_turns_to() {
        let mut backdrop = Backdrop::default();
        let bar = Area {
            across: (0, 100),
            down: (50, 60),
        };
        backdrop.cover(Some(bar));
        assert!(backdrop.is_bare(Some(area(45, 0))));
        backdrop.cover(Some(bar.turned()));
        assert!(!backdrop.is_bare(Some(area(45, 0))));
        assert!(backdrop.is_bare(Some(area(500, 0))));
    }

    #[test]
    fn countless_shapes_are_one_that_is_everywhere() {
        let mut backdrop = Backdrop::default();
        for _ in 0..=MOST {
            backdrop.cover(Some(area(0, 0)));
        }
        assert!(!backdrop.is_bare(Some(area(1_000, 1_000))));
    }
}
