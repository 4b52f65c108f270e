//! What a kind's reader hands back: a place, a value and the signs for it.
//!
//! A reader says what it saw and never what that is worth: the weights of the
//! signs are data, a list for each kind.

use std::fmt;

use crate::scan::evidence::Sign;

/// What a kind's reader made of a run of digits and what stands around it.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Shape {
    /// The offset of its first byte in the folded view.
    pub(crate) start: usize,
    /// The offset behind its last byte.
    pub(crate) end: usize,
    /// Upper case and without separators; a date as `yyyy-mm-dd`. Patient
    /// text: it must not be printed.
    pub(crate) value: String,
    /// What speaks for it, each sign once.
    pub(crate) signs: Vec<Sign>,
}

impl fmt::Debug for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Shape")
            .field("start", &self.start)
            .field("end", &self.end)
            .field("value", &format_args!("({} bytes)", self.value.len()))
            .field("signs", &self.signs)
            .finish()
    }
}
