//! Step 2: which runs of a chunk begin a shape that could be a candidate.
//!
//! Bit n of a word stands for edge n and what lies between it and the next:
//! a run if n is even, a gap if odd. A shape is then a few ANDs of shifted
//! words, all runs of 64 edges at once, whatever text stands between them.
//!
//! `fast` bits have one of seven shapes with gaps of one byte; only the check
//! digit and that byte remain to be looked at. `rare` bits could be any other
//! layout and are read. A gap of 67 bytes or more is none in any layout.
#![expect(
    clippy::inline_always,
    reason = "compiled into functions with the instructions of one processor"
)]

use super::edges::{EDGES, Edges};
use super::layout::LONGEST_GAP;

/// Words of a chunk: an edge a bit, one word to look ahead, and whole groups
/// of eight words.
pub(crate) const WORDS: usize = EDGES / 64 + 16;

/// The longest gap as a byte of a vector.
#[cfg(target_arch = "x86_64")]
pub(crate) const LONGEST: i8 = {
    assert!(LONGEST_GAP <= 127);
    LONGEST_GAP.to_le_bytes()[0].cast_signed()
};

/// A bit an edge.
pub(crate) type Bits = [u64; WORDS];

/// The lengths that have bits of their own.
pub(crate) const LENGTHS: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 10];

/// What lies after each edge. Word n stands at place n + 1: the first place
/// is empty, so that a word before each is there.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Spans {
    /// Whether it is as long as [`LENGTHS`] says.
    pub(crate) long: [Bits; 8],
    /// Whether it is no longer than the longest gap.
    pub(crate) near: Bits,
}

/// Runs that begin a shape.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Shapes {
    pub(crate) fast: Bits,
    pub(crate) rare: Bits,
}

impl Spans {
    pub(crate) fn new() -> Self {
        Self {
            long: [[0; WORDS]; 8],
            near: [0; WORDS],
        }
    }
}

impl Shapes {
    pub(crate) fn new() -> Self {
        Self {
            fast: [0; WORDS],
            rare: [0; WORDS],
        }
    }

    /// Keeps the runs from one edge to before another; how many words they are
    /// in.
    pub(crate) fn keep(&mut self, [from, to]: [usize; 2]) -> usize {
        let bits_from = |edge: usize| u64::MAX << (edge % 64);
        for bits in [&mut self.fast, &mut self.rare] {
            bits.iter_mut().take(from / 64).for_each(|word| *word = 0);
            if let Some(word) = bits.get_mut(from / 64) {
                *word &= bits_from(from);
            }
            if let Some(word) = bits.get_mut(to / 64) {
                *word &= !bits_from(to);
            }
        }
        to.div_ceil(64)
    }
}

/// Every second bit: the runs.
pub(crate) const RUNS: u64 = 0x5555_5555_5555_5555;

/// Marks the runs of the first `words` words. Plain loops over arrays: the
/// compiler makes vectors of them.
#[inline(always)]
pub(crate) fn mark(spans: &Spans, words: usize, shapes: &mut Shapes) {
    let [one, two, three, four, five, six, seven, ten] = &spans.long;
    let near = &spans.near;
    // Both bounds are constants in the end: no bound is checked in the loop.
    let end = words.next_multiple_of(8).min(WORDS.saturating_sub(8));
    macro_rules! ahead {
        ($bits:expr, $word:expr, $by:literal) => {
            ($bits[$word + 1] >> $by) | ($bits[$word + 2] << (64 - $by))
        };
    }
    macro_rules! now {
        ($bits:expr, $word:expr) => {
            $bits[$word + 1]
        };
    }
    macro_rules! behind {
        ($bits:expr, $word:expr, $by:literal) => {
            ($bits[$word + 1] << $by) | ($bits[$word] >> (64 - $by))
        };
    }
    for word in 0..end {
        #[cfg_attr(
            not(test),
            expect(
                clippy::indexing_slicing,
                clippy::arithmetic_side_effects,
                reason = "word + 2 is below WORDS; anything else keeps this loop from becoming vectors"
            )
        )]
        {
            let (e1, e2, e3, e4) = (
                now!(one, word),
                now!(two, word),
                now!(three, word),
                now!(four, word),
            );
            let next3 = ahead!(three, word, 2);
            let next4 = ahead!(four, word, 2);
            let last3 = ahead!(three, word, 4);
            let last4 = ahead!(four, word, 4);
            let gap1 = ahead!(near, word, 1);
            let gap2 = ahead!(near, word, 3);
            let thin1 = ahead!(one, word, 1);
            let thin2 = ahead!(one, word, 3);

            let pairs = (e3 & ahead!(seven, word, 2))
                | (now!(six, word) & next4)
                | (now!(five, word) & ahead!(five, word, 2))
                | (e4 & ahead!(six, word, 2))
                | (now!(seven, word) & next3);
            let usual = e3 & next3 & last4;
            // In the middle of a longer row nobody means these.
            let turned = last3 & ((e4 & next3) | (e3 & next4));
            let turned = turned & thin1 & thin2 & !behind!(one, word, 1);
            let fast = now!(ten, word) | (thin1 & (pairs | (usual & thin2)));

            let twos = e2
                & ahead!(two, word, 2)
                & ahead!(two, word, 4)
                & ((ahead!(two, word, 6) & ahead!(two, word, 8)) | ahead!(four, word, 6));
            let ones = e1
                & ahead!(one, word, 2)
                & ahead!(one, word, 4)
                & ahead!(one, word, 6)
                & ahead!(one, word, 8)
                & ahead!(one, word, 10)
                & ahead!(one, word, 12)
                & ahead!(one, word, 14)
                & ahead!(one, word, 16)
                & ahead!(one, word, 18);
            // Rows of such numbers: another stands before with one byte between.
            let twos = twos & !(thin1 & behind!(two, word, 2) & behind!(one, word, 1));
            let ones = ones & !(thin1 & behind!(one, word, 2) & behind!(one, word, 1));
            let many = gap2 & (usual | turned | twos | ones);
            shapes.fast[word] = fast & RUNS;
            shapes.rare[word] = gap1 & (pairs | many) & !fast & RUNS;
        }
    }
}

/// The bits of 64 spans, for engines without vectors.
#[inline(always)]
pub(crate) fn mark_lengths(edges: &[u16; 65]) -> ([u64; 8], u64) {
    let mut seen = [0_u64; 16];
    let (mut near, mut bit) = (0, 1_u64);
    for (edge, next) in edges.iter().zip(edges.iter().skip(1)) {
        let span = usize::from(next.wrapping_sub(*edge));
        if let Some(bits) = seen.get_mut(span.min(15)) {
            *bits |= bit;
        }
        near |= if span <= LONGEST_GAP { bit } else { 0 };
        bit = bit.wrapping_shl(1);
    }
    let long = LENGTHS.map(|length| seen.get(usize::from(length)).copied().unwrap_or(0));
    (long, near)
}

/// Lengths by a function of 64 edges and the next.
#[inline(always)]
pub(crate) fn measure(
    edges: &Edges,
    words: usize,
    spans: &mut Spans,
    lengths_of: impl Fn(&[u16; 65]) -> ([u64; 8], u64),
) {
    for word in 0..words {
        let from = word.wrapping_mul(64);
        let part = edges
            .list
            .get(from..)
            .and_then(|rest| rest.first_chunk::<65>());
        let Some(part) = part else { return };
        let (long, near) = lengths_of(part);
        for (slots, bits) in spans.long.iter_mut().zip(long) {
            if let Some(slot) = slots.get_mut(word.wrapping_add(1)) {
                *slot = bits;
            }
        }
        if let Some(slot) = spans.near.get_mut(word.wrapping_add(1)) {
            *slot = near;
        }
    }
    // The shapes look one word ahead, where no edge is.
    for slots in spans.long.iter_mut().chain([&mut spans.near]) {
        if let Some(slot) = slots.get_mut(words.wrapping_add(1)) {
            *slot = 0;
        }
    }
}

/// Some edges of a span from a place; the caller keeps within it.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn part_of<const N: usize>(part: &[u16; 65], from: usize) -> &[u16; N] {
    let rest = part.get(from..).unwrap_or(&[]);
    rest.first_chunk::<N>().unwrap_or(&[0; N])
}
