//! What Postfix asks beside the milter: whether mail to a destination must go by
//! TLS, by the protocol socketmap.
//!
//! `protocol` knows frames and words, `policy` the answers, and both know no
//! socket; `socketmap` serves them.
//!
//! **What is not here:** the same as a file ([`crate::export`]), and who decides
//! ([`crate::directory`]).

mod policy;
mod protocol;
mod socketmap;

pub use policy::{NextHop, answer};
pub use protocol::{Frame, MOST_BYTES, Reply, frame, key};
pub use socketmap::{Bounds, serve};
