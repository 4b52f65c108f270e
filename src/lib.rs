//! gatepost stands where an organisation's mail goes out: it reads every
//! outgoing message, knows patient identifiers when it sees them, knows which
//! recipients meet the secure email standard (DCB1596), and does for each
//! recipient what the organisation's own rules say.
//!
//! The library serves the binary and its tests; it promises no stability.
//!
//! # The route of one message
//!
//! ```text
//! MTA --milter--> milter::Session --Submission--> milter::Answering
//!                                                     |
//!        .--------------- gate::Gate::examine --------'   pure from here
//!        |
//!        |  mail::Message::parse    headers, a tree of parts, gaps
//!        |  extract::extract        parts -> texts + gaps
//!        |  scan::Scanner::scan     texts -> findings, each with evidence
//!        |  directory::look_up      recipient -> class, secure?, key?
//!        |  policy::decide          facts + policy -> verdict per recipient
//!        |  act::plan               verdict -> who gets what, by which way
//!        |
//!        '--> act::seal             sealed copies               shell again
//!             audit                 "copies are about to leave", on disk
//!             outbox                copies and notices handed over, 250 each
//!             audit                 the decision, on disk
//!             milter                edits and the answer
//! ```
//!
//! Follow it from [`gate::Gate::examine`], which is the pure part in one
//! function, and from [`milter::Answering::answer`], which is the whole.
//!
//! # The floors
//!
//! A file imports only from its own floor's folder or from lower floors;
//! `tests/house.rs` holds that. From the top:
//!
//! ```text
//! main  cli  daemon  milter  postfix  socket              tokio, sockets, signals
//! posture  outbox  audit  load  reader  clock    network, files, processes, time
//! -----------------------------------------------------------------------------
//! config  example  gate  act  policy  export  directory  scan  extract  mail  pure
//! text  document  diagnostic  location  format  limits  timestamp  sensitive
//! ```
//!
//! Trouble has three types: the message's ([`mail::Gap`], a fact for rules),
//! the author's ([`diagnostic::Diagnostic`], at load, all at once), and ours (a
//! fault inside [`milter::Answering`]: a temporary failure, never a release).
//!
//! # A message examined
//!
//! ```
//! use gatepost::extract::InProcess;
//! use gatepost::load::{KeyUse, Wanted, load};
//! use gatepost::mail::{Envelope, Message};
//! use gatepost::policy::Action;
//! use gatepost::timestamp::Timestamp;
//!
//! let (loaded, complaints) = load(&Wanted::default(), &KeyUse::ReadOnly);
//! assert!(complaints.is_empty());
//! let gate = loaded.unwrap().gate;
//!
//! // 943 476 5919 is valid but never issued: it is found, and passes by
//! // default. An issued number would be refused here.
//! let raw = b"Subject: clinic\r\n\r\nNHS No 943 476 5919\r\n".to_vec();
//! let message = Message::parse(raw, &gate.limits);
//! let envelope = Envelope::new(b"<a@trust.example>", [b"<x@gmail.com>".as_slice()]);
//! let examined = gate.examine(message, &envelope, Timestamp::from_unix_ms(0), &InProcess);
//! assert_eq!(examined.findings.len(), 1);
//! assert_eq!(examined.verdict.strictest(), Action::Allow);
//! ```

#![deny(dead_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod act;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod diagnostic;
pub mod directory;
pub mod document;
pub mod example;
pub mod export;
pub mod extract;
pub mod format;
pub mod gate;
pub mod limits;
pub mod load;
pub mod location;
pub mod mail;
pub mod milter;
pub mod outbox;
pub mod policy;
pub mod postfix;
pub mod posture;
pub mod reader;
pub mod scan;
pub mod sensitive;
pub mod socket;
pub mod text;
pub mod timestamp;
