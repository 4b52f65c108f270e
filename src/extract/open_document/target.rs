//! Where the text that is being read goes: what is hidden, or stands beside
//! the running text, is a text of its own.
//!
//! A paragraph of which a piece is hidden is told once more as a whole, so that
//! a number across the border is one number.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;

/// A text that is being put together.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    pub(super) spot: Spot,
    text: String,
    /// Where in it the paragraph begins.
    begin: usize,
    /// The paragraph with what is hidden in it and without what was not there
    /// before, once there is something of either.
    whole: Option<Whole>,
    /// Such paragraphs, as what is hidden in them.
    unseen: BTreeMap<Hidden, String>,
    /// Values of attributes, which stand beside the text.
    aside: String,
    /// How many paragraphs are open.
    pub(super) paragraphs: usize,
    /// How many cells are open: in them paragraphs don't end the line.
    pub(super) cells: usize,
}

/// Whether people see what is added.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mark {
    /// As everything else.
    Seen,
    /// As everything else, but it was not there before.
    Inserted,
    /// Not, and why.
    Hidden(Hidden),
}

#[derive(Clone, Debug, Default)]
struct Whole {
    text: String,
    marks: BTreeSet<Hidden>,
}

impl Target {
    /// An empty text that will stand at `spot`.
    pub(super) fn at(spot: Spot) -> Self {
        Self {
            spot,
            ..Self::default()
        }
    }

    /// Running text, hidden or not: white space counts once (ODF 1.3 part 3
    /// section 6.1.2); between paragraphs it counts for nothing.
    pub(super) fn push(&mut self, words: &str, mark: Mark) {
        if self.paragraphs == 0 && words.trim().is_empty() {
            return;
        }
        self.change(mark, |text| {
            for letter in words.chars() {
                if !letter.is_ascii_whitespace() {
                    text.push(letter);
                } else if !text.is_empty() && !text.ends_with([' ', '\n', '\t']) {
                    text.push(' ');
                }
            }
        });
    }

    /// Adds to what is seen, if this is, and to the whole paragraph.
    fn change(&mut self, mark: Mark, change: impl Fn(&mut String)) {
        if mark != Mark::Seen && self.whole.is_none() {
            let text = self.text.get(self.begin..).unwrap_or_default().to_owned();
            let marks = BTreeSet::new();
            self.whole = Some(Whole { text, marks });
        }
        if let Some(whole) = self.whole.as_mut().filter(|_| mark != Mark::Inserted) {
            change(&mut whole.text);
            if let Mark::Hidden(hidden) = mark {
                whole.marks.insert(hidden);
            }
        }
        if !matches!(mark, Mark::Hidden(_)) {
            change(&mut self.text);
        }
    }

    /// Ends the paragraph with all that is hidden in it.
    fn end_whole(&mut self) {
        self.begin = self.text.len();
        let Some(whole) = self.whole.take() else {
            return;
        };
        for mark in whole.marks {
            let unseen = self.unseen.entry(mark).or_default();
            unseen.push_str(whole.text.trim_end());
            unseen.push('\n');
        }
    }

    /// So many spaces that count.
    pub(super) fn spaces(&mut self, number: usize, mark: Mark) {
        /// More are layout.
        const MOST: usize = 100;
        self.change(mark, |text| text.push_str(&" ".repeat(number.min(MOST))));
    }

    /// A tab inside a paragraph; in a cell it must not look like the next one.
    pub(super) fn tab(&mut self, mark: Mark) {
        let tab = if self.cells > 0 { ' ' } else { '\t' };
        self.change(mark, |text| text.push(tab));
    }

    /// The end of a paragraph or a line.
    pub(super) fn end_line(&mut self) {
        let (end, ends) = if self.cells > 0 {
            (' ', [' ', '\t', '\n'])
        } else {
            ('\n', ['\n'; 3])
        };
        if !self.text.is_empty() && !self.text.ends_with(ends) {
            self.text.push(end);
        }
        self.end_whole();
    }

    /// The end of a cell of a table in a text.
    pub(super) fn end_cell(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
        }
        self.text.push('\t');
        self.end_whole();
    }

    /// The end of a row of a table in a text.
    pub(super) fn end_row(&mut self) {
        while self.text.ends_with('\t') {
            self.text.pop();
        }
        self.text.push('\n');
        self.end_whole();
    }

    /// Words that stand beside the text.
    pub(super) fn aside(&mut self, words: &str) {
        self.aside.push_str(words);
        self.aside.push('\n');
    }

    /// The running text, and what stands beside it; what is hidden is given away.
    pub(super) fn into_parts(mut self, sink: &mut Sink<'_>) -> (String, String) {
        self.end_whole();
        for (hidden, text) in self.unseen {
            sink.text(self.spot.hidden(hidden), text);
        }
        (self.text, self.aside)
    }

    /// Gives all of it away.
    pub(super) fn flush(self, sink: &mut Sink<'_>) {
        let spot = self.spot;
        let (text, aside) = self.into_parts(sink);
        sink.text(spot, text);
        sink.text(spot, aside);
    }
}
