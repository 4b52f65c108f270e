//! A running text in which some is not seen: deletions that are tracked, and
//! text marked as hidden.
//!
//! People see the text without these; a paragraph with any is told once more as
//! a whole, so that a number of which only a part is hidden is one number.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;

/// A text, and what of it people don't see.
#[derive(Debug, Default)]
pub(super) struct Layers {
    seen: String,
    /// The paragraph so far, hidden or not.
    paragraph: String,
    marks: BTreeSet<Hidden>,
    unseen: BTreeMap<Hidden, String>,
}

impl Layers {
    /// Puts a character behind; a line end ends the paragraph.
    pub(super) fn push(&mut self, character: char, mark: Option<Hidden>) {
        if character == '\n' {
            self.seen.push('\n');
            self.end_paragraph();
            return;
        }
        self.paragraph.push(character);
        match mark {
            Some(mark) => {
                self.marks.insert(mark);
            }
            None => self.seen.push(character),
        }
    }

    /// Puts a text behind.
    pub(super) fn push_str(&mut self, text: &str, mark: Option<Hidden>) {
        for character in text.chars() {
            self.push(character, mark);
        }
    }

    /// Ends the line, if it isn't at its end.
    pub(super) fn end_line(&mut self) {
        if !self.paragraph.is_empty() {
            self.push('\n', None);
        }
    }

    /// Puts another text behind this one.
    pub(super) fn append(&mut self, mut other: Self) {
        other.end_line();
        self.end_line();
        self.seen.push_str(&other.seen);
        for (mark, text) in other.unseen {
            self.unseen.entry(mark).or_default().push_str(&text);
        }
    }

    /// Tells all.
    pub(super) fn tell(mut self, spot: Spot, sink: &mut Sink<'_>) {
        self.end_paragraph();
        sink.text(spot, self.seen);
        for (mark, text) in self.unseen {
            sink.text(spot.hidden(mark), text);
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = mem::take(&mut self.paragraph);
        for mark in mem::take(&mut self.marks) {
            let text = self.unseen.entry(mark).or_default();
            text.push_str(&paragraph);
            text.push('\n');
        }
    }
}
