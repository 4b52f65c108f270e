//! What the kernel gives.

/// A run of digits that begins ten digits in an accepted layout.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Spot {
    /// Byte offset of the first digit.
    pub start: usize,
    /// Whether a check digit holds and the number is no placeholder.
    pub valid: bool,
}
