//! Detection: the published suite, other people's vectors, and real mail.
//!
//! `cargo test --release --test detection` prints recall and precision. What
//! is generated comes from a seed; what is real is read from `../shared/data`.

#[path = "../support/mod.rs"]
mod support;

mod carriers;
mod decoys;
mod encodings;
mod ham;
mod layouts;
mod report;
mod suite;
mod surroundings;
mod vectors;
