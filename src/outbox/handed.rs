//! Which copies were handed over lately: a repeat within a day is recognised.
//!
//! When the MTA doesn't hear our answer it sends the message again. The copies
//! that already left are not sent twice then.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::scan::token::Token;
use crate::timestamp::Timestamp;

/// The copies of the last day, by token.
#[derive(Debug, Default)]
pub struct Handed(Mutex<BTreeMap<Token, Timestamp>>);

impl Handed {
    /// Begins with what the audit log tells of.
    pub fn new(copies: impl IntoIterator<Item = (Token, Timestamp)>) -> Self {
        Self(Mutex::new(copies.into_iter().collect()))
    }

    /// Whether a copy was handed over within a day before `at`.
    pub fn contains(&self, copy: &Token, at: Timestamp) -> bool {
        let copies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        copies.get(copy).is_some_and(|then| is_recent(*then, at))
    }

    /// Notes that a copy was handed over, and forgets what is older than a day.
    pub fn note(&self, copy: Token, at: Timestamp) {
        let mut copies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        copies.retain(|_, then| is_recent(*then, at));
        copies.insert(copy, at);
    }
}

fn is_recent(then: Timestamp, at: Timestamp) -> bool {
    at.days_since(then) < 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::token::TokenKey;

    #[test]
    fn a_copy_is_known_for_a_day() {
        let token = TokenKey::new(vec![0; 32]).token("copy", b"x");
        let handed = Handed::default();
        let at = Timestamp::from_unix_ms(1_000);
        handed.note(token.clone(), at);
        assert!(handed.contains(&token, Timestamp::from_unix_ms(86_400_000)));
        assert!(!handed.contains(&token, Timestamp::from_unix_ms(86_401_000)));
    }
}
