//! Step 3: the candidates of a chunk are weighed or read.
//!
//! The seven fast shapes need no digits taken out: a table gives each shape a
//! weight for each of sixteen bytes, 0 where a separator stands. Bytes are
//! weighed as they are, since '0' is 48 and 48 times 55 is a multiple of 11.
//! Numbers that could be placeholders or have a Luhn digit are read.
#![expect(
    clippy::inline_always,
    reason = "compiled into functions with the instructions of one processor"
)]

use super::check::{ChiMod10, is_multiple_of_11};
use super::edges::{BIAS, EDGES, Edges, push_bits};
use super::layout::Candidate;
use super::spot::Spot;

/// Room for the marked runs of a chunk: every second edge, and a whole store.
pub(crate) const MARKED: usize = EDGES / 2 + 80;

/// Marked runs of a chunk, by the number of their first edge.
#[derive(Debug)]
pub(crate) struct Marked {
    pub(crate) list: [u16; MARKED],
    pub(crate) count: usize,
}

impl Marked {
    pub(crate) fn new() -> Self {
        Self {
            list: [0; MARKED],
            count: 0,
        }
    }

    /// Takes the bits apart into a list.
    #[inline(always)]
    pub(crate) fn fill(&mut self, bits: &[u64]) {
        self.count = 0;
        let mut base = 0;
        for bits in bits {
            if *bits != 0 {
                self.count = push_bits(*bits, base, &mut self.list, self.count);
            }
            base = base.wrapping_add(64);
        }
    }

    /// The marked runs among those from one edge to before another.
    fn between(&self, [from, to]: [usize; 2]) -> &[u16] {
        let list = self.list.get(..self.count).unwrap_or(&[]);
        let from = list.partition_point(|edge| usize::from(*edge) < from);
        let to = list.partition_point(|edge| usize::from(*edge) < to);
        list.get(from..to).unwrap_or(&[])
    }
}

/// What may stand at a place of a fast shape.
mod class {
    /// Anything.
    pub(super) const ANY: u8 = 1;
    /// Each separator.
    pub(super) const EACH: u8 = 2;
    /// What makes two groups a layout: 3-7.
    pub(super) const PAIR: u8 = 4;
    /// The same for 5-5, 4-6 and 7-3.
    pub(super) const BOXES: u8 = 8;
    /// The same for 6-4: a date and four digits.
    pub(super) const DATED: u8 = 16;
}

/// What a byte is as a separator.
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the tables are compiled")
)]
static CLASSES: [u8; 256] = {
    let mut classes = [class::ANY; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let more = match byte {
            b' ' | b'-' | b'\r' | b'\n' => class::EACH | class::PAIR | class::BOXES | class::DATED,
            b'_' | b'\t' | 0x0B | 0x0C => class::EACH | class::BOXES,
            b'/' => class::EACH | class::DATED,
            b'.' | b'|' | b',' | b'*' | b'+' | b'[' | b']' => class::EACH,
            _ => 0,
        };
        classes[byte as usize] |= more;
        byte += 1;
    }
    classes
};

/// How a fast shape is weighed.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// The weights of bytes 0, 2, 4, 6 as 16-bit numbers, the first highest;
    /// then those of 1, 3, 5, 7; of 8, 10, 12, 14; of 9, 11, 13, 15.
    weights: [u64; 4],
    /// The class of the byte after the first group.
    first: u8,
    /// The class of byte 7.
    second: u8,
}

/// By the length of the first group, 8 more if the second has seven digits.
static SCALES: [Scale; 16] = {
    const NONE: Scale = Scale {
        weights: [0; 4],
        first: 0,
        second: 0,
    };
    let mut scales = [NONE; 16];
    scales[10] = scale(&[10], class::ANY, class::ANY);
    scales[3] = scale(&[3, 3, 4], class::EACH, class::EACH);
    scales[11] = scale(&[3, 7], class::PAIR, class::ANY);
    scales[6] = scale(&[6, 4], class::DATED, class::ANY);
    scales[5] = scale(&[5, 5], class::BOXES, class::ANY);
    scales[4] = scale(&[4, 6], class::BOXES, class::ANY);
    scales[7] = scale(&[7, 3], class::BOXES, class::ANY);
    scales
};

#[cfg_attr(
    not(test),
    expect(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "runs when the tables are compiled"
    )
)]
const fn scale(groups: &[usize], first: u8, second: u8) -> Scale {
    let mut weights = [0_u64; 4];
    let (mut at, mut weight, mut group) = (0, 10, 0);
    while group < groups.len() {
        let mut digit = 0;
        while digit < groups[group] {
            weights[at / 8 * 2 + at % 2] |= weight << (48 - at % 8 / 2 * 16);
            weight -= 1;
            at += 1;
            digit += 1;
        }
        at += 1;
        group += 1;
    }
    Scale {
        weights,
        first,
        second,
    }
}

/// A chunk whose runs are marked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk<'a> {
    pub(crate) view: &'a [u8],
    /// Where in the view the chunk begins.
    pub(crate) base: usize,
    pub(crate) edges: &'a Edges,
    pub(crate) chi: ChiMod10,
}

/// Hands out what stands at the marked runs between two edges, in order.
pub(crate) fn verify(
    chunk: Chunk<'_>,
    [fast, rare]: [&Marked; 2],
    bounds: [usize; 2],
    only_valid: bool,
    found: &mut impl FnMut(Spot),
) {
    let mut hand_out = |start, valid: Option<bool>| {
        if let Some(valid) = valid
            && (valid || !only_valid)
        {
            found(Spot { start, valid });
        }
    };
    let (fast, mut rare) = (fast.between(bounds), rare.between(bounds).iter().copied());
    // Behind all edges when there are no more.
    let mut next_rare = rare.next().unwrap_or(u16::MAX);
    for number in fast.iter().copied().chain([u16::MAX]) {
        while next_rare < number {
            let number = usize::from(next_rare);
            if !chunk.goes_on_a_row(number) {
                let start = chunk.start(number);
                hand_out(start, chunk.read(start));
            }
            next_rare = rare.next().unwrap_or(u16::MAX);
        }
        let edges = chunk.edges.list.get(usize::from(number)..);
        if let Some(edges) = edges.and_then(|rest| rest.first_chunk::<4>()) {
            let [edge, ..] = *edges;
            let start = chunk.place(edge);
            hand_out(start, chunk.weigh(*edges, start));
        }
    }
}

impl Chunk<'_> {
    fn start(&self, number: usize) -> usize {
        self.place(self.edges.list.get(number).copied().unwrap_or(BIAS))
    }

    /// Whether a run of one or two digits has the same gap on both sides and
    /// another run of its length before: [`Candidate::read`] would refuse it.
    fn goes_on_a_row(&self, number: usize) -> bool {
        let edges = number
            .checked_sub(2)
            .and_then(|from| self.edges.list.get(from..));
        let Some([start, before, from, to, next, ..]) = edges else {
            return false;
        };
        let length = to.wrapping_sub(*from);
        let gap = |from: u16, to: u16| self.view.get(self.place(from)..self.place(to));
        length <= 2
            && before.wrapping_sub(*start) == length
            && next.wrapping_sub(*to) == from.wrapping_sub(*before)
            && gap(*before, *from).is_some_and(|bytes| Some(bytes) == gap(*to, *next))
    }

    #[inline(always)]
    pub(crate) fn place(&self, edge: u16) -> usize {
        self.base
            .wrapping_sub(usize::from(BIAS))
            .wrapping_add(usize::from(edge))
    }

    /// Weighs a fast shape: `None` if no separators of that shape stand
    /// between its groups, else whether the number is valid.
    #[inline(always)]
    fn weigh(&self, [from, to, next, end]: [u16; 4], start: usize) -> Option<bool> {
        let Some(bytes) = self.view.get(start..)?.first_chunk::<16>() else {
            return self.read(start);
        };
        let first = usize::from(to.wrapping_sub(from)) & 15;
        let seven = usize::from(end.wrapping_sub(next) == 7) << 3;
        let scale = SCALES.get(first | seven)?;
        let class = |place: usize| {
            let byte = bytes.get(place).copied().unwrap_or(0);
            CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
        };
        if class(first) & scale.first == 0 || class(7) & scale.second == 0 {
            return None;
        }
        let [low, high] = halves(bytes);
        let passes = is_multiple_of_11(scale.sum(low, high));
        // These are few: placeholders, and what may pass by its Luhn digit.
        let three = low & 0x00FF_FFFF;
        let look = if passes {
            (low ^ (low >> 8)).trailing_zeros() >= 16 || three == NINE_EIGHT_SEVEN
        } else {
            three == NAUGHT_ONE_NAUGHT || self.chi == ChiMod10::All
        };
        if look { self.read(start) } else { Some(passes) }
    }

    /// Reads any layout.
    #[inline(never)]
    fn read(&self, start: usize) -> Option<bool> {
        let candidate = Candidate::read(self.view, start)?;
        Some(candidate.is_valid(self.chi))
    }
}

impl Scale {
    /// The weighted sum of sixteen bytes. The highest 16 bits of each product
    /// are the sum of four: 4 times 255 times 10 is less than 65536.
    #[inline(always)]
    fn sum(&self, low: u64, high: u64) -> u16 {
        const EVEN: u64 = 0x00FF_00FF_00FF_00FF;
        let [a, b, c, d] = self.weights;
        let four = |bytes: u64, weights: u64| (bytes & EVEN).wrapping_mul(weights) >> 48;
        let sum = four(low, a)
            .wrapping_add(four(low >> 8, b))
            .wrapping_add(four(high, c))
            .wrapping_add(four(high >> 8, d));
        let [least, more, ..] = sum.to_le_bytes();
        u16::from_le_bytes([least, more])
    }
}

/// The first bytes of the count-down, as the lowest of a word.
const NINE_EIGHT_SEVEN: u64 = u64::from_le_bytes(*b"987\0\0\0\0\0");

/// The first bytes of 0101 in any layout.
const NAUGHT_ONE_NAUGHT: u64 = u64::from_le_bytes(*b"010\0\0\0\0\0");

/// Sixteen bytes as two words, the first byte lowest.
#[inline(always)]
fn halves(bytes: &[u8; 16]) -> [u64; 2] {
    let mut halves = [0; 2];
    for (half, bytes) in halves.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *half = u64::from_le_bytes(*bytes);
    }
    halves
}
