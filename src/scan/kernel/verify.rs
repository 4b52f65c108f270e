//! Step 3: the candidates of a chunk are weighed or read.
//!
//! The seven fast shapes need no digits taken out: a table gives each shape a
//! weight for each of sixteen bytes, 0 where a separator stands. Bytes are
//! weighed as they are, since '0' is 48 and 48 times 55 is a multiple of 11.
//! Numbers that could be placeholders or have a Luhn digit are read.
//!
//! Where the processor has the vectors, `simd_avx512` does the same for a batch
//! of sixteen numbers. What it gives is a bit a number, and the loop that hands
//! out goes from set bit to set bit.
#![expect(
    clippy::inline_always,
    reason = "compiled into functions with the instructions of one processor"
)]

use super::check::{ChiMod10, is_multiple_of_11};
use super::edges::{BIAS, CHUNK, EDGES, Edges, push_bits};
use super::layout::Candidate;
use super::spot::Spot;
use core::slice;

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
        self.count = push_all(bits, &mut self.list);
    }
}

/// How many fast shapes are weighed at once.
pub(crate) const BATCH: usize = 16;

/// Runs of a chunk that begin a fast shape.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Fast {
    /// Where in the chunk each begins times 16, and its place in [`SCALES`].
    pub(crate) list: [u16; MARKED],
    pub(crate) count: usize,
}

/// A place in a chunk and a place in [`SCALES`] have room in 16 bits.
const _: () = assert!(CHUNK <= 4096);

impl Fast {
    pub(crate) fn new() -> Self {
        Self {
            list: [0; MARKED],
            count: 0,
        }
    }

    /// Takes the bits apart and looks the edges up.
    #[inline(always)]
    pub(crate) fn fill(&mut self, bits: &[u64], edges: &Edges) {
        self.count = push_all(bits, &mut self.list);
        for slot in self.list.iter_mut().take(self.count) {
            let edges = edges.list.get(usize::from(*slot)..);
            let Some([from, to, next, end]) = edges.and_then(|rest| rest.first_chunk()) else {
                return;
            };
            let seven = u16::from(end.wrapping_sub(*next) == 7) << 3;
            let shape = (to.wrapping_sub(*from) | seven) & 15;
            *slot = from.wrapping_sub(BIAS) << 4 | shape;
        }
    }
}

/// Appends the places of all set bits to an empty list.
#[inline(always)]
fn push_all(bits: &[u64], list: &mut [u16]) -> usize {
    let (mut count, mut base) = (0, 0);
    for bits in bits {
        if *bits != 0 {
            count = push_bits(*bits, base, list, count);
        }
        base = base.wrapping_add(64);
    }
    count
}

/// What may stand between groups. Those of the fast shapes are the high bits,
/// weights the low ones: [`BYTES`] has both.
mod class {
    /// Anything.
    pub(super) const ANY: u8 = 1;
    /// What a gap of several bytes is made of.
    pub(super) const GAP: u8 = 2;
    /// Each separator.
    pub(super) const EACH: u8 = 0x10;
    /// What makes two groups a layout: 3-7.
    pub(super) const PAIR: u8 = 0x20;
    /// The same for 5-5, 4-6 and 7-3.
    pub(super) const BOXES: u8 = 0x40;
    /// The same for 6-4: a date and four digits.
    pub(super) const DATED: u8 = 0x80;
    /// Those of the fast shapes.
    #[cfg(target_arch = "x86_64")]
    pub(super) const SHAPES: u8 = 0xF0;
}

/// What a byte is as a separator; a byte above 127 is none.
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
        if more != 0 || byte == b'>' {
            classes[byte as usize] |= class::GAP;
        }
        byte += 1;
    }
    classes
};

/// The classes of bytes below 128, in two vectors.
#[cfg(target_arch = "x86_64")]
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the tables are compiled")
)]
pub(crate) static ASCII: [[u8; 64]; 2] = {
    let mut halves = [[0; 64]; 2];
    let mut byte = 0;
    while byte < 128 {
        halves[byte / 64][byte % 64] = CLASSES[byte] & class::SHAPES;
        byte += 1;
    }
    halves
};

#[inline(always)]
fn classes(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
}

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

/// As [`SCALES`], a byte for a byte of the text: the weight of a digit, or the
/// class that a separator must have.
#[cfg(target_arch = "x86_64")]
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the tables are compiled")
)]
pub(crate) static BYTES: [[u8; 16]; 16] = {
    let mut bytes = [[0; 16]; 16];
    let mut shape = 0;
    while shape < 16 {
        let scale = &SCALES[shape];
        let mut at = 0;
        while at < 16 {
            let weights = scale.weights[at / 8 * 2 + at % 2].to_be_bytes();
            bytes[shape][at] = weights[at % 8 / 2 * 2 + 1];
            at += 1;
        }
        bytes[shape][shape & 7] |= scale.first & class::SHAPES;
        bytes[shape][7] |= scale.second & class::SHAPES;
        shape += 1;
    }
    bytes
};

/// A chunk whose runs are marked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk<'a> {
    pub(crate) view: &'a [u8],
    /// Where in the view the chunk begins.
    pub(crate) base: usize,
    pub(crate) edges: &'a Edges,
    pub(crate) chi: ChiMod10,
}

/// What the fast shapes of a batch are: a bit each, the first lowest.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Verdicts {
    /// It is an accepted layout.
    pub(crate) accepted: u16,
    /// And the number is valid.
    pub(crate) valid: u16,
}

impl Verdicts {
    /// Decides one: `None` if it is no layout, else whether it is valid.
    pub(crate) fn set(&mut self, bit: u16, valid: Option<bool>) {
        self.accepted &= !bit;
        self.valid &= !bit;
        self.accepted |= if valid.is_some() { bit } else { 0 };
        self.valid |= if valid == Some(true) { bit } else { 0 };
    }
}

/// Hands out what stands at the marked runs, in order. `weigh` weighs the first
/// so many of a batch.
pub(crate) fn verify(
    chunk: Chunk<'_>,
    weigh: impl Fn(&Chunk<'_>, &[u16; BATCH], usize) -> Verdicts,
    fast: &Fast,
    rare: &Marked,
    only_valid: bool,
    found: &mut impl FnMut(Spot),
) {
    let mut rare = Rare {
        list: rare.list.get(..rare.count).unwrap_or(&[]).iter(),
        next: 0,
    };
    rare.go_on(&chunk);
    let (batches, _) = fast.list.as_chunks::<BATCH>();
    let mut left = fast.count;
    for batch in batches {
        if left == 0 {
            break;
        }
        let verdicts = weigh(&chunk, batch, left.min(BATCH));
        left = left.saturating_sub(BATCH);
        let mut bits = if only_valid {
            verdicts.valid
        } else {
            verdicts.accepted
        };
        while bits != 0 {
            let lowest = bits.trailing_zeros() as usize;
            let start = chunk.fast_start(batch.get(lowest).copied().unwrap_or(0));
            let valid = (verdicts.valid >> lowest) & 1 == 1;
            bits &= bits.wrapping_sub(1);
            if rare.next < start {
                rare.hand_out(&chunk, start, only_valid, found);
            }
            found(Spot { start, valid });
        }
    }
    rare.hand_out(&chunk, usize::MAX, only_valid, found);
}

/// The rare shapes that are still to be read.
struct Rare<'a> {
    list: slice::Iter<'a, u16>,
    /// Where the next one begins; behind all places when there is none.
    next: usize,
}

impl Rare<'_> {
    /// Goes on to the next one that is worth reading.
    fn go_on(&mut self, chunk: &Chunk<'_>) {
        let mut numbers = self.list.by_ref().map(|number| usize::from(*number));
        self.next = numbers
            .find(|number| chunk.begins_a_layout(*number))
            .and_then(|number| chunk.edges.list.get(number))
            .map_or(usize::MAX, |edge| chunk.place(*edge));
    }

    /// Hands out those before a place. Apart, so that the loop over the fast
    /// ones keeps its values in registers.
    #[inline(never)]
    fn hand_out(
        &mut self,
        chunk: &Chunk<'_>,
        end: usize,
        only_valid: bool,
        found: &mut impl FnMut(Spot),
    ) {
        while self.next < end {
            let start = self.next;
            if let Some(valid) = chunk.read(start)
                && (valid || !only_valid)
            {
                found(Spot { start, valid });
            }
            self.go_on(chunk);
        }
    }
}

impl Chunk<'_> {
    /// Where a fast shape of the list begins.
    #[inline(always)]
    pub(crate) fn fast_start(&self, number: u16) -> usize {
        self.base.wrapping_add(usize::from(number >> 4))
    }

    /// Whether separators follow and it is no row of numbers: else
    /// [`Candidate::read`] would refuse it.
    fn begins_a_layout(&self, number: usize) -> bool {
        let edges = self.edges.list.get(number..);
        let Some([_, end, next]) = edges.and_then(|rest| rest.first_chunk()) else {
            return false;
        };
        let gap = self.view.get(self.place(*end)..self.place(*next));
        let mut few = gap.unwrap_or(b"").iter().take(3);
        few.all(|byte| classes(*byte) & class::GAP != 0) && !self.goes_on_a_row(number)
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

    /// Weighs fast shapes one by one.
    #[inline(always)]
    pub(crate) fn weigh_each(&self, batch: &[u16]) -> Verdicts {
        let (mut verdicts, mut bit) = (Verdicts::default(), 1_u16);
        for number in batch {
            let shape = usize::from(number & 15);
            verdicts.set(bit, self.weigh(self.fast_start(*number), shape));
            bit <<= 1;
        }
        verdicts
    }

    /// Weighs a fast shape: `None` if no separators of that shape stand
    /// between its groups, else whether the number is valid.
    #[inline(always)]
    fn weigh(&self, start: usize, shape: usize) -> Option<bool> {
        let Some(bytes) = self.view.get(start..)?.first_chunk::<16>() else {
            return self.read(start);
        };
        let scale = SCALES.get(shape)?;
        let class = |place: usize| classes(bytes.get(place).copied().unwrap_or(0));
        // Seven digits after three are marked by the fourth bit.
        let first = if shape == 11 { 3 } else { shape };
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
    pub(crate) fn read(&self, start: usize) -> Option<bool> {
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
pub(crate) const NINE_EIGHT_SEVEN: u64 = u64::from_le_bytes(*b"987\0\0\0\0\0");

/// The first bytes of 0101 in any layout.
pub(crate) const NAUGHT_ONE_NAUGHT: u64 = u64::from_le_bytes(*b"010\0\0\0\0\0");

/// Sixteen bytes as two words, the first byte lowest.
#[inline(always)]
fn halves(bytes: &[u8; 16]) -> [u64; 2] {
    let mut halves = [0; 2];
    for (half, bytes) in halves.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *half = u64::from_le_bytes(*bytes);
    }
    halves
}
