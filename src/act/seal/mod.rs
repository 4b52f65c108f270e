//! Sealed copies: what goes to a recipient who may not get the clear text.
//!
//! The frame is built here byte by byte around the original body, which is
//! never written anew; the encryption itself is a library's.
//!
//! **What is not here:** whose key may be used ([`crate::directory`]) and who
//! gets which copy ([`crate::act::plan()`]).

mod frame;
mod openpgp;

pub use frame::{SealError, Sealed, seal};
