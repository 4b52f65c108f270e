//! Where ten digits stand: the scalar reference.
//!
//! **What is not here:** what speaks for a number; see `ten_digits`.

mod layout;
pub(crate) use layout::{Candidate, Layout};
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum ChiMod10 {
    Off,
    #[default]
    Prefix0101,
    All,
}
impl ChiMod10 {
    pub(crate) const WORDS: [(&'static str, Self); 3] = [
        ("off", Self::Off),
        ("0101", Self::Prefix0101),
        ("all", Self::All),
    ];
}
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) start: usize,
    pub(crate) valid: bool,
}
pub(crate) fn mod_11(digits: &[u8; 10]) -> bool {
    let sum = digits
        .iter()
        .zip((1_u16..=10).rev())
        .fold(0_u16, |sum, (d, w)| {
            sum.saturating_add(u16::from(*d).saturating_mul(w))
        });
    sum % 11 == 0
}
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum = digits
        .iter()
        .rev()
        .zip([1_u8, 2].iter().cycle())
        .fold(0_u8, |sum, (d, w)| {
            let v = d.saturating_mul(*w);
            sum.saturating_add(if v > 9 { v.saturating_sub(9) } else { v })
        });
    sum % 10 == 0
}
pub(crate) fn is_placeholder(digits: &[u8; 10]) -> bool {
    let [f, rest @ ..] = digits;
    rest.iter().all(|d| d == f) || *digits == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
}
pub(crate) fn holds(digits: &[u8; 10], chi: ChiMod10) -> bool {
    let ten = match chi {
        ChiMod10::Off => false,
        ChiMod10::Prefix0101 => digits.starts_with(&[0, 1, 0, 1]),
        ChiMod10::All => true,
    };
    !is_placeholder(digits) && (mod_11(digits) || (ten && luhn(digits)))
}
pub(crate) fn spots(view: &[u8], chi: ChiMod10, found: &mut impl FnMut(Spot)) {
    let mut at = 0;
    while let Some(start) = layout::next_run(view, at) {
        at = layout::end_of_run(view, start);
        if let Some(c) = Candidate::read(view, start) {
            found(Spot {
                start,
                valid: holds(&c.digits, chi),
            });
        }
    }
}
pub(crate) fn digit_runs(view: &[u8], found: &mut impl FnMut(usize, usize)) {
    let mut at = 0;
    while let Some(start) = layout::next_run(view, at) {
        at = layout::end_of_run(view, start);
        found(start, at);
    }
}
pub(crate) fn word_starts(view: &[u8], found: &mut impl FnMut(usize)) {
    let mut before = false;
    for (at, b) in view.iter().enumerate() {
        let l = b.is_ascii_alphabetic() || *b == 0x80;
        if l && !before {
            found(at);
        }
        before = l;
    }
}
