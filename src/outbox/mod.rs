//! Hand-over: sealed copies and notices go to an MTA port without milters.
//!
//! One SMTP transaction a copy: all its recipients are accepted, or none. Only
//! a 250 to the whole message counts; it is the receipt.
//!
//! **What is not here:** what is handed over ([`crate::act`]) and when
//! ([`crate::milter`]).

mod handed;
mod smtp;

pub use handed::Handed;
pub use smtp::{HandOverError, Outbox, Receipt};
