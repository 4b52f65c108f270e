//! Where the text that is being read goes: what is hidden, or stands beside
//! the running text, is a text of its own.

use crate::extract::sink::{Sink, Spot};

/// A text that is being put together.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    pub(super) spot: Spot,
    text: String,
    /// Values of attributes, which stand beside the text.
    aside: String,
    /// How many paragraphs are open.
    pub(super) paragraphs: usize,
    /// How many cells are open: in them paragraphs don't end the line.
    pub(super) cells: usize,
}

impl Target {
    /// An empty text that will stand at `spot`.
    pub(super) fn at(spot: Spot) -> Self {
        Self {
            spot,
            ..Self::default()
        }
    }

    /// Running text: white space counts once (ODF 1.3 part 3 section 6.1.2);
    /// between paragraphs it counts for nothing.
    pub(super) fn push(&mut self, words: &str) {
        if self.paragraphs == 0 && words.trim().is_empty() {
            return;
        }
        for letter in words.chars() {
            if letter.is_ascii_whitespace() {
                if !self.text.is_empty() && !self.text.ends_with([' ', '\n', '\t']) {
                    self.text.push(' ');
                }
            } else {
                self.text.push(letter);
            }
        }
    }

    /// So many spaces that count.
    pub(super) fn spaces(&mut self, number: usize) {
        /// More are layout.
        const MOST: usize = 100;
        self.text.push_str(&" ".repeat(number.min(MOST)));
    }

    /// A tab inside a paragraph; in a cell it must not look like the next one.
    pub(super) fn tab(&mut self) {
        self.text.push(if self.cells > 0 { ' ' } else { '\t' });
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
    }

    /// The end of a cell of a table in a text.
    pub(super) fn end_cell(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
        }
        self.text.push('\t');
    }

    /// The end of a row of a table in a text.
    pub(super) fn end_row(&mut self) {
        while self.text.ends_with('\t') {
            self.text.pop();
        }
        self.text.push('\n');
    }

    /// Words that stand beside the text.
    pub(super) fn aside(&mut self, words: &str) {
        self.aside.push_str(words);
        self.aside.push('\n');
    }

    /// The running text, and what stands beside it.
    pub(super) fn into_parts(self) -> (String, String) {
        (self.text, self.aside)
    }

    /// Gives all of it away.
    pub(super) fn flush(self, sink: &mut Sink<'_>) {
        sink.text(self.spot, self.text);
        sink.text(self.spot, self.aside);
    }
}
