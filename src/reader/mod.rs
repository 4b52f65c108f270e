//! Attachments are read in processes of their own, which can do nothing else.
//!
//! A worker is this binary, started again with `read-attachments`. It takes all
//! rights from itself (no file, no network, no new process, bounded memory),
//! then reads requests from its standard input and writes what it read to its
//! standard output, until it has read enough and is replaced. One that dies or
//! runs late costs its file a gap, never the message and never the daemon: the
//! next file gets a fresh one.
//!
//! ```text
//! Workers --request: limits, file--> worker: sandbox::enter, then
//!         <--answer: texts, gaps---          extract::read_file, again and again
//! ```
//!
//! The writing in pictures is recognised, where that is switched on, by a
//! program of the system in a sandbox of the same kind; see `recognition`.
//!
//! **What is not here:** how a format is read; see [`crate::extract`].

mod pipe;
mod pool;
mod protocol;
mod recognition;
mod sandbox;
mod worker;

pub use pool::{MessageReader, OWN_PROGRAM, StartError, Workers};
pub use protocol::{ProtocolError, decode_answer, decode_request, encode_answer, encode_request};
pub use recognition::{TESSERACT, become_tesseract, can_recognise};
pub use sandbox::SandboxError;
pub use worker::{Attempt, serve};
