//! The matching kernel: every place where ten digits stand in an accepted
//! layout, and whether their check digit holds.
//!
//! It reads a folded view: ASCII, 0x80 for a letter without ASCII form, 0x81
//! for another symbol; any byte may occur. Speed decides here whether a year's
//! mail can be looked through again, so it works in three steps, each on a
//! chunk of 4 KiB that stays in the first cache:
//!
//! 1. `edges`: where runs of digits begin and end, as a list of offsets. One
//!    compare a 64-byte block gives a bit a byte; the bits that differ from
//!    their left neighbour are the edges. Most blocks have none and cost nothing
//!    more where eight are compared at once.
//! 2. `shapes`: differences of neighbouring edges are the lengths of runs and
//!    gaps. One bit a run says "three long", and bits shifted and combined
//!    say "three, three, four". Text between numbers costs nothing here.
//! 3. `verify`: the few layouts that most numbers have are weighed sixteen
//!    bytes at once, and sixteen numbers at once where the processor can; all
//!    others are read by [`Candidate::read`], which alone decides what a layout
//!    is.
//!
//! [`spots_scalar`] gives the same by reading at every run of digits: it is
//! the reference that the engines are tested against.
//!
//! **What is not here:** what counts as a letter or digit (the folding), what
//! stands around a number and what a candidate is worth (the kinds), and runs
//! of other lengths than ten, which [`digit_runs`] gives to other kinds.

mod check;
mod chunks;
mod edges;
mod engine;
mod layout;
mod scalar;
mod shapes;
mod simd;
#[cfg(target_arch = "x86_64")]
mod simd_avx512;
mod spot;
mod verify;

pub use check::{ChiMod10, Digits, is_placeholder, is_valid, passes_luhn, passes_mod_11};
pub use chunks::{
    Words, digit_runs, digit_runs_with, numbers, numbers_with, spots, spots_with, words_with,
};
pub use engine::Engine;
pub use layout::{Candidate, Layout};
pub use scalar::{digit_runs_scalar, spots_scalar, words_scalar};
pub use spot::Spot;
