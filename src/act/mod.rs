//! From a verdict to what is done: the plan, the words, the sealed copies.
//!
//! **What is not here:** carrying it out, which is the shell's
//! ([`crate::milter`], [`crate::outbox`]).

mod notice;
mod place;
mod plan;
mod reply;
pub mod seal;

pub use notice::notice;
pub use plan::{Delivery, Form, Plan, Refusal, plan};
pub use reply::{Organisation, Reply, Telling, refusal, refusal_on_the_way};
