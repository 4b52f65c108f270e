//! Step 1: the edges of a chunk, offsets where runs begin and end in turn.
//!
//! Offsets are 16-bit and raised by [`BIAS`], so that a run that began before
//! the chunk can have an edge too. After the last edge stand [`FAR`] edges:
//! no gap to them is short.
#![expect(
    clippy::inline_always,
    reason = "compiled into functions with the instructions of one processor"
)]

/// Bytes of a chunk, a multiple of 64.
pub(crate) const CHUNK: usize = 4096;

/// What is added to an offset in the chunk.
pub(crate) const BIAS: u16 = 1024;

/// An edge after all others.
const FAR: u16 = 0x7FFF;

/// Runs that one candidate can have, twice, and a few.
const AFTER: usize = 24;

/// Room for an edge a byte, for those before and after, and for whole stores.
pub(crate) const EDGES: usize = CHUNK + 320;

/// What a run is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// ASCII digits.
    Digits,
    /// ASCII letters and 0x80.
    Letters,
}

impl Kind {
    pub(crate) fn holds(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::Letters => byte.is_ascii_alphabetic() || byte == 0x80,
        }
    }
}

/// The edges of one chunk, the list at the border of a cache line.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Edges {
    pub(crate) list: [u16; EDGES],
    /// How many there are, without those that are [`FAR`].
    pub(crate) count: usize,
}

impl Edges {
    pub(crate) fn new() -> Self {
        Self {
            list: [0; EDGES],
            count: 0,
        }
    }

    /// Whether the last run goes on after the chunk.
    pub(crate) fn is_open(&self) -> bool {
        self.count % 2 == 1
    }

    /// Ends the last run at the end of the chunk, which is the view's.
    pub(crate) fn close(&mut self, length: usize) {
        if self.is_open()
            && let Some(slot) = self.list.get_mut(self.count)
        {
            *slot = raised(length);
            self.count = self.count.saturating_add(1);
        }
    }

    /// Sets the edges after the last one.
    pub(crate) fn seal(&mut self) {
        let after = self.list.get_mut(self.count..).unwrap_or(&mut []);
        for slot in after.iter_mut().take(AFTER) {
            *slot = FAR;
        }
    }

    /// The runs: where each begins and ends, raised.
    pub(crate) fn runs(&self) -> &[[u16; 2]] {
        let list = self.list.get(..self.count).unwrap_or(&[]);
        list.as_chunks::<2>().0
    }
}

/// An offset in the chunk as an edge.
pub(crate) fn raised(offset: usize) -> u16 {
    u16::try_from(offset).unwrap_or(FAR).saturating_add(BIAS)
}

/// Appends the place of each set bit, lowest first, to the list. A byte of
/// bits at a time, with a table of places and no question asked: eight are
/// written whether set or not, and the next byte's go over those too many.
#[inline(always)]
pub(crate) fn push_bits(bits: u64, base: u16, list: &mut [u16], count: usize) -> usize {
    let Some(slots) = list
        .get_mut(count..)
        .and_then(|rest| rest.first_chunk_mut::<72>())
    else {
        return count;
    };
    let (mut base, mut at) = (base, 0_usize);
    for byte in bits.to_le_bytes() {
        let places = PLACES.get(usize::from(byte)).unwrap_or(&[0; 8]);
        if let Some(slots) = slots
            .get_mut(at..)
            .and_then(|rest| rest.first_chunk_mut::<8>())
        {
            for (slot, place) in slots.iter_mut().zip(places) {
                *slot = base.wrapping_add(u16::from(*place));
            }
        }
        at = at.wrapping_add(usize::from(
            COUNTS.get(usize::from(byte)).copied().unwrap_or(0),
        ));
        base = base.wrapping_add(8);
    }
    count.wrapping_add(at)
}

/// The places of the set bits of each byte.
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the tables are compiled")
)]
static PLACES: [[u8; 8]; 256] = {
    let mut table = [[0_u8; 8]; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        let (mut place, mut at) = (0_u8, 0);
        while place < 8 {
            if byte >> place & 1 == 1 {
                table[byte][at] = place;
                at += 1;
            }
            place += 1;
        }
        byte += 1;
    }
    table
};

/// How many bits of each byte are set.
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the tables are compiled")
)]
static COUNTS: [u8; 256] = {
    let mut table = [0_u8; 256];
    let mut byte = 1_usize;
    while byte < 256 {
        table[byte] = table[byte / 2] + if byte % 2 == 1 { 1 } else { 0 };
        byte += 1;
    }
    table
};

/// The edges in a block: the bits that differ from the bit before.
#[inline(always)]
pub(crate) fn edge_bits(bits: u64, before: bool) -> u64 {
    bits ^ ((bits << 1) | u64::from(before))
}

/// A block with zeros after the end of the chunk.
pub(crate) fn padded(tail: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    for (slot, byte) in block.iter_mut().zip(tail) {
        *slot = *byte;
    }
    block
}
