//! The reference: what the kernel gives, found byte by byte.
//!
//! Slow, safe and short. The engines must agree with it on every input; tests
//! and the fuzz target compare them.

use super::check::ChiMod10;
use super::layout::Candidate;
use super::spot::Spot;

/// As [`spots`](super::spots), by reading at every run of digits.
pub fn spots_scalar(view: &[u8], chi: ChiMod10, only_valid: bool, found: &mut impl FnMut(Spot)) {
    digit_runs_scalar(view, &mut |start, _| {
        if let Some(candidate) = Candidate::read(view, start) {
            let valid = candidate.is_valid(chi);
            if valid || !only_valid {
                found(Spot { start, valid });
            }
        }
    });
}

/// As [`digit_runs`](super::digit_runs), byte by byte.
pub fn digit_runs_scalar(view: &[u8], found: &mut impl FnMut(usize, usize)) {
    runs(view, u8::is_ascii_digit, found);
}

/// As [`Words::each`](super::Words::each), byte by byte.
pub fn words_scalar(view: &[u8], found: &mut impl FnMut(usize, usize)) {
    runs(
        view,
        |byte| byte.is_ascii_alphabetic() || *byte == 0x80,
        found,
    );
}

fn runs(view: &[u8], holds: impl Fn(&u8) -> bool, found: &mut impl FnMut(usize, usize)) {
    let mut open = None;
    for (at, byte) in view.iter().enumerate() {
        match (holds(byte), open) {
            (true, None) => open = Some(at),
            (false, Some(start)) => {
                found(start, at);
                open = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    if let Some(start) = open {
        found(start, view.len());
    }
}
