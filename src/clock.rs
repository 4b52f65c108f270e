//! The only clock: what time it is, for the shell to hand to the core.
//!
//! **What is not here:** what a moment is and how it is written; see
//! [`crate::timestamp`].

use std::time::{SystemTime, UNIX_EPOCH};

use crate::timestamp::Timestamp;

/// The present moment by the system's wall clock; a clock before 1970 counts
/// as 1970.
pub fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
