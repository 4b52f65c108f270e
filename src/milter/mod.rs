//! The milter: what an MTA says becomes a submission, and an answer edits.
//!
//! `session` collects one conversation and knows no socket; `answer` takes
//! a submission through the gate and carries the plan out; `server` is the
//! one file that knows indymilter.
//!
//! **What is not here:** deciding ([`crate::gate`]) and the daemon's life
//! ([`crate::daemon`]).

mod answer;
mod case;
mod custody;
mod drain;
mod edits;
mod learning;
mod listener;
mod server;
mod session;

pub use answer::Answer;
pub use case::Answering;
pub use drain::{Drain, InFlight};
pub use edits::Edits;
pub use learning::Learning;
pub use server::serve;
pub use session::{Session, Submission};
