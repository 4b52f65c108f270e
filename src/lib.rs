//! gatepost, under construction from the ground up.

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
pub mod clock;
pub mod config;
pub mod daemon;
pub mod diagnostic;
pub mod directory;
pub mod document;
pub mod example;
pub mod extract;
pub mod gate;
pub mod limits;
pub mod load;
pub mod location;
pub mod mail;
pub mod milter;
pub mod outbox;
pub mod policy;
pub mod scan;
pub mod sensitive;
pub mod text;
pub mod timestamp;
