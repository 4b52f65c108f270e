//! A message as mail knows it: envelope, headers, a tree of parts.
//!
//! [`Message::parse`] never fails. What it could not read is said by a [`Gap`].
//!
//! **What is not here:** the text inside parts; see [`crate::extract`].

mod address;
mod charset;
mod envelope;
mod gap;
mod header;
mod message;
mod mime;
mod part;
mod readings;
mod transfer;

pub use address::{Address, AddressError, Domain, addresses};
pub use envelope::{Envelope, Path};
pub use gap::{Gap, GapReason};
pub use header::{Header, decode_words, encode_words};
pub use message::Message;
pub use part::{Content, Part, Role};
