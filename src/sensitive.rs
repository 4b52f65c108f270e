//! The one type that may hold patient text.
//!
//! **What is not here:** what may be said about such text; see
//! [`crate::location`] for places and [`crate::scan::token`] for keyed tokens.

use std::fmt;

/// Text or bytes that may name a patient: it can't be printed and can't be
/// serialised by accident.
///
/// There is no `Display` and no `Serialize`; `Debug` tells the length in bytes
/// only. [`Sensitive::reveal`] is the single way to the value, so each use can
/// be found by its name.
#[derive(Clone, Eq, PartialEq, Ord, PartialOrd)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself; never hand it to a log, a reply or a record.
    pub fn reveal(&self) -> &T {
        &self.0
    }

    /// Gives the value up, as [`Sensitive::reveal`] does.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T: AsRef<[u8]>> fmt::Debug for Sensitive<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sensitive({} bytes)", self.0.as_ref().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_the_length_and_nothing_else() {
        let secret = Sensitive::new(String::from("943 476 5919"));
        assert_eq!(format!("{secret:?}"), "Sensitive(12 bytes)");
    }
}
