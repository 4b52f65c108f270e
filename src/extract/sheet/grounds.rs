//! Cells of which it is not known what is behind their letters: those that the
//! style of a table fills, or a condition does. White letters there are seen.

/// How many areas are kept; where there are more, they are everywhere.
const MOST: usize = 200;

/// Areas of a sheet.
#[derive(Debug, Default)]
pub(super) struct Grounds {
    /// The first and the last cell of each, by row and column.
    areas: Vec<((u32, u32), (u32, u32))>,
    everywhere: bool,
}

impl Grounds {
    /// Adds an area from its first to its last cell.
    pub(super) fn add(&mut self, first: (u32, u32), last: (u32, u32)) {
        if self.areas.len() < MOST {
            self.areas.push((first, last));
        } else {
            self.everywhere = true;
        }
    }

    /// Whether one is, or may be, behind a cell.
    pub(super) fn are_behind(&self, row: u32, column: u32) -> bool {
        let mut areas = self.areas.iter();
        self.everywhere
            || areas.any(|(first, last)| {
                (first.0..=last.0).contains(&row) && (first.1..=last.1).contains(&column)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countless_areas_are_one_that_is_everywhere() {
        let mut grounds = Grounds::default();
        for _ in 0..MOST {
            grounds.add((1, 1), (2, 2));
        }
        assert!(grounds.are_behind(2, 1) && !grounds.are_behind(3, 1));
        grounds.add((1, 1), (2, 2));
        assert!(grounds.are_behind(3, 1));
    }
}
