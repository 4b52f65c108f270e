//! What was found in one text, weighed one after the other.
//!
//! Numbers and shapes come in the order in which they stand, so that the words
//! around each are read when it is weighed, and its bytes are still near.

use super::column::{Columns, Header};
use super::context::Context;
use super::finding::{Finding, Identifier};
use super::identifiers::Identifiers;
use super::kernel::Layout;
use super::kinds::chi_number;
use super::kinds::label;
use super::known::KnownPatients;
use super::shapes::Found;
use super::ten_digits::{Gate, Scales, Ten};
use crate::extract::PlacedText;

/// The weighing of one text.
#[derive(Debug)]
pub(super) struct Weighing<'a> {
    /// What weighs how much.
    pub(super) identifiers: &'a Identifiers,
    /// The organisation's own patients.
    pub(super) known: Option<&'a KnownPatients>,
    /// The text.
    pub(super) placed: &'a PlacedText,
    /// The columns that numbers stand in.
    pub(super) columns: &'a Columns,
    /// The words and addresses around.
    pub(super) context: Context<'a>,
    /// Where dates of birth stand, in order.
    pub(super) birth_dates: Vec<usize>,
    /// Where the last number that is a finding ends.
    pub(super) after: usize,
    /// For [`Context::near`].
    pub(super) cursor: usize,
}

impl Weighing<'_> {
    /// Weighs the next number; `later` are those behind it. `None` if too
    /// little speaks for it, or its digits belong to another one.
    pub(super) fn ten(&mut self, ten: &Ten, later: &[Ten]) -> Option<Finding> {
        let start = ten.candidate.start;
        // Digits belong to one number only: to the first that is found
        // there, but rather to one that is written as numbers are.
        let usual_inside = || {
            later.first().is_some_and(|next| {
                next.candidate.start < ten.candidate.end
                    && next.candidate.layout != Layout::Boxes
                    && next.gate != Gate::WrongDigit
            })
        };
        if start < self.after || (ten.candidate.layout == Layout::Boxes && usual_inside()) {
            return None;
        }
        let weights = self.identifiers.weights(&Identifier::NhsNumber)?;
        self.context.read_to(start);
        let mut column = self.columns.says(start);
        if ten.gate == Gate::LostZero
            && column.header != Some(Header::Number)
            && label::directly_before(self.placed.text.folded(), start, &chi_number::LABELS)
        {
            column.header = Some(Header::Number);
        }
        let ours = self
            .known
            .is_some_and(|known| known.contains(&ten.candidate.digits));
        let scales = Scales {
            placed: self.placed,
            context: &self.context,
            weights,
            birth_dates: &self.birth_dates,
        };
        let finding = scales.weigh(ten, column, ours, &mut self.cursor)?;
        self.after = ten.candidate.end;
        Some(finding)
    }

    /// Weighs the next shape; `None` if too little speaks for it.
    pub(super) fn other(&mut self, found: &Found) -> Option<Finding> {
        let weights = self.identifiers.weights(&found.identifier)?;
        self.context.read_to(found.shape.start);
        found.weigh(self.placed, weights, &self.context, &mut self.cursor)
    }
}
