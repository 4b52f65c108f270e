//! Attachments: whatever people attach is read, by workers that can do no
//! harm, and what can't be read is said.
//!
//! The files are written by other people's programs, by those who mean harm,
//! or come from public collections (`../shared/data`).

#[path = "../support/mod.rs"]
mod support;

mod bombs;
mod corpora;
mod desk;
mod fakes;
mod nurseries;
mod nursery;
mod office;
mod oracles;
mod pivots;
mod quine;
mod recognition;
mod spares;
mod workers;
mod writers;
