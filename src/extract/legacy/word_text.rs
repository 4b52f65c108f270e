//! The running text of an old Word document, character by character.
//!
//! Source: MS-DOC 2.4.1 (special characters), 2.8.25 (fields: code, result and
//! the marks 19, 20 and 21 around them). The result of a field is part of the
//! text; its code is told apart, so that it doesn't stand in a number.

use super::code_page;
use super::layers::Layers;
use super::raw::{part_or_rest, utf16};
use super::word_file::ON_PAGE;
use super::word_marks::Marks;
use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;

/// The text as it is put together, up to the end of a part.
pub(super) struct Running<'m> {
    marks: &'m Marks,
    code_page: u32,
    layers: Layers,
    /// Codes of fields: what is calculated, or where a link goes.
    codes: String,
    /// For each open field whether its code is being read.
    fields: Vec<bool>,
    /// How many of them are.
    in_codes: usize,
    after_cell: bool,
    /// How many parts of the text have ended.
    parts: usize,
}

impl<'m> Running<'m> {
    /// Nothing yet; text of one byte a character is in this code page.
    pub(super) fn new(marks: &'m Marks, code_page: u32) -> Self {
        Self {
            marks,
            code_page,
            layers: Layers::default(),
            codes: String::new(),
            fields: Vec::new(),
            in_codes: 0,
            after_cell: false,
            parts: 0,
        }
    }

    /// Takes text that stands at `at` in the stream.
    pub(super) fn piece(&mut self, bytes: &[u8], at: usize, width: usize) {
        let mut from = 0_usize;
        while from < bytes.len() {
            let place = at.saturating_add(from);
            let (mark, until) = self.marks.hidden_at(place, self.parts < ON_PAGE);
            let len = until.saturating_sub(place).max(width);
            // Up to a cell mark: its place tells whether it ends a row.
            let rest = part_or_rest(bytes, from, len.next_multiple_of(width));
            let units = rest.chunks(width);
            let cell = units
                .enumerate()
                .find(|(_, unit)| matches!(unit, [7] | [7, 0]))
                .map(|(number, _)| number.saturating_mul(width));
            let run = part_or_rest(rest, 0, cell.unwrap_or(rest.len()));
            let run_len = run.len();
            let run = if width == 2 {
                utf16(run)
            } else {
                code_page::decode(run, self.code_page).into_owned()
            };
            for character in run.chars() {
                self.push(character, mark);
            }
            from = from.saturating_add(run_len);
            if cell.is_some() {
                self.cell(at.saturating_add(from), mark);
                from = from.saturating_add(width);
            }
        }
    }

    fn cell(&mut self, at: usize, mark: Option<Hidden>) {
        let ends_row = if self.marks.knows_rows {
            self.marks.ends_row(at)
        } else {
            self.after_cell
        };
        self.push(if ends_row { '\n' } else { '\t' }, mark);
        self.after_cell = !ends_row;
    }

    fn push(&mut self, character: char, mark: Option<Hidden>) {
        self.after_cell = false;
        let text = match character {
            '\u{13}' => {
                self.fields.push(true);
                self.in_codes = self.in_codes.saturating_add(1);
                return;
            }
            '\u{14}' => {
                self.end_code();
                return;
            }
            '\u{15}' => {
                self.end_code();
                self.fields.pop();
                return;
            }
            '\u{0B}' | '\u{0C}' | '\r' | '\u{0E}' => '\n',
            '\u{1E}' => '-',
            '\u{A0}' => ' ',
            '\t' | '\n' => character,
            // Pictures, notes' numbers, soft hyphens.
            '\0'..='\u{1F}' => return,
            other => other,
        };
        if self.in_codes > 0 {
            self.codes.push(text);
        } else {
            self.layers.push(text, mark);
        }
    }

    fn end_code(&mut self) {
        if let Some(in_code) = self.fields.last_mut().filter(|in_code| **in_code) {
            *in_code = false;
            self.in_codes = self.in_codes.saturating_sub(1);
            self.codes.push('\n');
        }
    }

    /// Tells a part of the text that has ended.
    pub(super) fn tell(&mut self, sink: &mut Sink<'_>) {
        std::mem::take(&mut self.layers).tell(Spot::default(), sink);
        sink.text(Spot::default(), std::mem::take(&mut self.codes));
        self.fields.clear();
        self.in_codes = 0;
        self.parts = self.parts.saturating_add(1);
    }
}
