//! One paragraph in pieces, and the ways in which it can be read: as it is
//! shown, as it was before its tracked changes, with what is hidden in it.
//!
//! A number may stand across the border between what is shown and what is
//! not, so a hidden piece is told with the digits that touch it and with the
//! words before it, but with no other number.

use crate::extract::ink::Ground;

/// Whether people see a piece.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::extract::office) enum Seen {
    /// As everything else.
    Shown,
    /// As everything else, but it was not there before.
    Inserted,
    /// Not any more (ECMA-376 part 1, 17.13.5).
    Deleted,
    /// Never.
    Hidden,
}

/// In which branch of alternative content a piece stands (part 3, 10.2.1):
/// programs show the one that they understand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::extract::office) enum Branch {
    /// In none.
    Neither,
    /// In the first choice.
    First,
    /// In another choice or the fallback.
    Other,
}

/// A paragraph.
#[derive(Debug, Default)]
pub(in crate::extract::office) struct Paragraph {
    pieces: Vec<(Seen, Branch, String)>,
    /// Whether the next paragraph is shown on the same line, since the mark
    /// between them is deleted or hidden.
    pub(in crate::extract::office) joined: bool,
    /// Its style.
    pub(in crate::extract::office) style: Option<String>,
    /// Its own background.
    pub(in crate::extract::office) ground: Option<Ground>,
    /// Whether its lines have no height, if it says so itself.
    pub(in crate::extract::office) flat: Option<bool>,
    /// On a slide, how deep it stands in a list.
    pub(in crate::extract::office) level: usize,
}

impl Paragraph {
    /// Adds a piece.
    pub(in crate::extract::office) fn push(&mut self, seen: Seen, branch: Branch, text: &str) {
        match self.pieces.last_mut() {
            Some(last) if (last.0, last.1) == (seen, branch) => last.2.push_str(text),
            _ => self.pieces.push((seen, branch, text.to_owned())),
        }
    }

    /// As a program shows it that takes every first choice.
    pub(in crate::extract::office) fn shown(&self) -> String {
        self.view(Branch::Other)
    }

    /// As a program shows it that takes no first choice, if that differs.
    pub(in crate::extract::office) fn otherwise(&self) -> Option<String> {
        let other = self.view(Branch::First);
        let differs = self
            .pieces
            .iter()
            .any(|piece| piece.1 == Branch::Other && !piece.2.trim().is_empty());
        (differs && other != self.shown()).then_some(other)
    }

    fn view(&self, without: Branch) -> String {
        let pieces = self.pieces.iter().filter(|(seen, branch, _)| {
            matches!(seen, Seen::Shown | Seen::Inserted) && *branch != without
        });
        pieces.map(|piece| piece.2.as_str()).collect()
    }

    /// What is deleted or hidden, each run of it with what touches it.
    pub(in crate::extract::office) fn apart(&self, wanted: Seen) -> Vec<String> {
        if !self.pieces.iter().any(|piece| piece.0 == wanted) {
            return Vec::new();
        }
        // Before a deletion there was no insertion; where something hidden
        // is uncovered, nothing deleted comes back.
        let absent = match wanted {
            Seen::Deleted => Seen::Inserted,
            Seen::Hidden | Seen::Shown | Seen::Inserted => Seen::Deleted,
        };
        let mut view = String::new();
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (seen, _, text) in &self.pieces {
            if *seen == absent {
                continue;
            }
            let start = view.len();
            view.push_str(text);
            if *seen == wanted {
                match runs.last_mut() {
                    Some(last) if last.1 == start => last.1 = view.len(),
                    _ => runs.push((start, view.len())),
                }
            }
        }
        let mut told: Vec<(usize, usize)> = Vec::new();
        for (start, end) in runs {
            let end = end.saturating_add(touching_after(view.get(end..).unwrap_or_default()));
            match told.last_mut() {
                Some(last) if last.1 >= start => last.1 = last.1.max(end),
                _ => {
                    let before = touching_before(view.get(..start).unwrap_or_default());
                    told.push((start.saturating_sub(before), end));
                }
            }
        }
        let told = told.into_iter();
        told.filter_map(|(start, end)| view.get(start..end).map(str::to_owned))
            .filter(|text| !text.trim().is_empty())
            .collect()
    }
}

/// How far a number may reach beyond a border, in characters.
const REACH: usize = 24;

/// How far the words before a number are told, in characters.
const WORDS: usize = 80;

/// How many digits may touch: ten would be a number of their own.
const DIGITS: usize = 9;

/// How many bytes after a hidden piece may belong to the same number.
fn touching_after(text: &str) -> usize {
    touching(text.chars())
}

/// How many bytes before a hidden piece may belong to the same number, and
/// the words before those.
fn touching_before(text: &str) -> usize {
    let number = touching(text.chars().rev());
    let start = text.len().saturating_sub(number);
    let words: usize = text
        .get(..start)
        .unwrap_or_default()
        .chars()
        .rev()
        .take(WORDS)
        .take_while(|letter| !letter.is_numeric())
        .map(char::len_utf8)
        .sum();
    words.saturating_add(number)
}

fn touching(letters: impl Iterator<Item = char>) -> usize {
    let mut bytes = 0_usize;
    let mut digits = 0_usize;
    for letter in letters.take(REACH) {
        if letter.is_alphabetic() {
            break;
        }
        if letter.is_numeric() {
            digits = digits.saturating_add(1);
        }
        bytes = bytes.saturating_add(letter.len_utf8());
    }
    if digits == 0 || digits > DIGITS {
        0
    } else {
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(pieces: &[(Seen, &str)]) -> Paragraph {
        let mut paragraph = Paragraph::default();
        for (seen, text) in pieces {
            paragraph.push(*seen, Branch::Neither, text);
        }
        paragraph
    }

    #[test]
    fn a_number_across_the_border_is_told_whole() {
        let changed = paragraph(&[
            (Seen::Shown, "see NHS number 943 476 59"),
            (Seen::Deleted, "19"),
            (Seen::Inserted, "20"),
            (Seen::Shown, " of Smith"),
        ]);
        assert_eq!(changed.shown(), "see NHS number 943 476 5920 of Smith");
        assert_eq!(
            changed.apart(Seen::Deleted),
            ["see NHS number 943 476 5919"]
        );
    }

    #[test]
    fn a_whole_number_that_is_shown_is_not_told_as_hidden() {
        let partly = paragraph(&[
            (Seen::Shown, "943 476 5919, "),
            (Seen::Hidden, "secret"),
            (Seen::Shown, " 943 476 5919"),
        ]);
        assert_eq!(partly.apart(Seen::Hidden), [", secret"]);
    }

    #[test]
    fn both_branches_are_read_but_not_in_one_line() {
        let mut paragraph = Paragraph::default();
        paragraph.push(Seen::Shown, Branch::Neither, "943 ");
        paragraph.push(Seen::Shown, Branch::First, "476");
        paragraph.push(Seen::Shown, Branch::Other, "477");
        paragraph.push(Seen::Shown, Branch::Neither, " 5919");
        assert_eq!(paragraph.shown(), "943 476 5919");
        assert_eq!(paragraph.otherwise().unwrap(), "943 477 5919");
    }
}
