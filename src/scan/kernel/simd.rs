//! The steps for one processor or another, and the choice between them.
//!
//! Of the kernel, unsafe code is here and in `simd_avx512` only, for two reasons:
//! vectors are loaded from and stored to slices, whose lengths are checked
//! before, and functions that use instructions of one processor are called,
//! which a [`Power`] shows it has.
#![expect(
    clippy::inline_always,
    reason = "compiled into functions with the instructions of one processor"
)]
#![expect(unsafe_code, reason = "loads, stores and the call of vector code")]

use super::edges::{BIAS, EDGES, Edges, Kind, edge_bits, padded, push_bits};
use super::engine::Engine;
use super::shapes::{Bits, Shapes, Spans, mark, mark_lengths, measure};
use super::verify::{BATCH, Chunk, Fast, Marked, Verdicts};

#[cfg(target_arch = "x86_64")]
use super::shapes::{LENGTHS, LONGEST, part_of};
#[cfg(target_arch = "x86_64")]
use super::simd_avx512;
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::{
    __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
    _mm256_or_si256, _mm256_packus_epi16, _mm256_permute4x64_epi64, _mm256_set1_epi8,
    _mm256_sub_epi8, _mm256_sub_epi16,
};

/// What the processor is known to have. Made by [`Power::of`] only, which asks
/// the processor: the unsafe calls below rest on that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Power(Level);

#[derive(Clone, Copy, Debug)]
enum Level {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Swar,
}

impl Engine {
    /// Whether this processor has it. One that it lacks may still be asked
    /// for: the next slower one answers then.
    pub fn is_available(self) -> bool {
        self == Self::Best || Power::of(self).engine() == self
    }
}

impl Power {
    /// The engine asked for, or the next slower one that is there.
    pub(crate) fn of(engine: Engine) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let best = matches!(engine, Engine::Best | Engine::Avx512);
            if best && has_avx512() {
                return Self(Level::Avx512);
            }
            if (best || engine == Engine::Avx2) && has_avx2() {
                return Self(Level::Avx2);
            }
        }
        let _ = engine;
        Self(Level::Swar)
    }

    pub(crate) fn engine(self) -> Engine {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => Engine::Avx512,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => Engine::Avx2,
            Level::Swar => Engine::Swar,
        }
    }

    /// Fills in the edges of a chunk of at most
    /// [`CHUNK`](super::edges::CHUNK) bytes. `open` says that the byte before
    /// is of the kind; the run's edge is 0 then.
    pub(crate) fn fill(self, edges: &mut Edges, kind: Kind, chunk: &[u8], open: bool) {
        if let Some(first) = edges.list.first_mut() {
            *first = 0;
        }
        edges.count = self.edges(kind, chunk, open, &mut edges.list, usize::from(open));
    }

    /// Writes the edges of a chunk to the list from place `count`, as
    /// [`Self::fill`] asks; how many there are then.
    fn edges(
        self,
        kind: Kind,
        chunk: &[u8],
        open: bool,
        list: &mut [u16; EDGES],
        count: usize,
    ) -> usize {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Power with this level is made only after `has_avx512`.
            Level::Avx512 => unsafe { simd_avx512::edges(kind, chunk, open, list, count) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Power with this level is made only after `has_avx2`.
            Level::Avx2 => unsafe { edges_avx2(kind, chunk, open, list, count) },
            Level::Swar => edges_of(chunk, open, list, count, |block| swar_bits(kind, block)),
        }
    }

    /// Marks the runs among the first `words` times 64 edges.
    pub(crate) fn mark(self, edges: &Edges, words: usize, spans: &mut Spans, shapes: &mut Shapes) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Power with this level is made only after `has_avx512`.
            Level::Avx512 => unsafe { simd_avx512::mark(edges, words, spans, shapes) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Power with this level is made only after `has_avx2`.
            Level::Avx2 => unsafe { mark_avx2(edges, words, spans, shapes) },
            Level::Swar => {
                measure(edges, words, spans, mark_lengths);
                mark(spans, words, shapes);
            }
        }
    }

    /// Lists the runs that begin a fast shape, of the first words.
    pub(crate) fn list_fast(
        self,
        bits: &Bits,
        words: usize,
        edges: &Edges,
        spans: &Spans,
        fast: &mut Fast,
    ) {
        let _ = spans;
        let bits = bits.get(..words).unwrap_or(bits);
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Power with this level is made only after `has_avx512`.
            Level::Avx512 => unsafe { simd_avx512::list_fast(bits, edges, spans, fast) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Power with this level is made only after `has_avx2`.
            Level::Avx2 => unsafe { list_fast_avx2(bits, edges, fast) },
            Level::Swar => fast.fill(bits, edges),
        }
    }

    /// Weighs the first `count` of a batch of fast shapes.
    #[inline(always)]
    pub(crate) fn weigh(self, chunk: &Chunk<'_>, batch: &[u16; BATCH], count: usize) -> Verdicts {
        #[cfg(target_arch = "x86_64")]
        if matches!(self.0, Level::Avx512) && count >= simd_avx512::FEW {
            // SAFETY: a Power with this level is made only after `has_avx512`.
            return unsafe { simd_avx512::weigh(chunk, batch, count) };
        }
        chunk.weigh_each(batch.get(..count).unwrap_or(batch))
    }

    /// Lists the set bits of the first words.
    pub(crate) fn list(self, bits: &Bits, words: usize, marked: &mut Marked) {
        let bits = bits.get(..words).unwrap_or(bits);
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Power with this level is made only after `has_avx512`.
            Level::Avx512 => unsafe { simd_avx512::list(bits, marked) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Power with this level is made only after `has_avx2`.
            Level::Avx2 => unsafe { list_avx2(bits, marked) },
            Level::Swar => marked.fill(bits),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn list_avx2(bits: &[u64], marked: &mut Marked) {
    marked.fill(bits);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn list_fast_avx2(bits: &[u64], edges: &Edges, fast: &mut Fast) {
    fast.fill(bits, edges);
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
}

/// Edges by bits of a block, for the engines that write them one by one.
#[inline(always)]
fn edges_of(
    chunk: &[u8],
    open: bool,
    list: &mut [u16; EDGES],
    count: usize,
    bits_of: impl Fn(&[u8; 64]) -> u64,
) -> usize {
    let (blocks, tail) = chunk.as_chunks::<64>();
    let padded = padded(tail);
    let tail = if tail.is_empty() { None } else { Some(&padded) };
    let (mut count, mut before, mut base) = (count, open, BIAS);
    for block in blocks.iter().chain(tail) {
        let bits = bits_of(block);
        let edges = edge_bits(bits, before);
        before = bits >> 63 == 1;
        if edges != 0 {
            count = push_bits(edges, base, list, count);
        }
        base = base.wrapping_add(64);
    }
    count
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// Eight bytes at once: bit i says whether byte i of the block is of the kind.
fn swar_bits(kind: Kind, block: &[u8; 64]) -> u64 {
    let (words, _) = block.as_chunks::<8>();
    words.iter().rev().fold(0, |bits, word| {
        let bytes = u64::from_le_bytes(*word);
        let high = match kind {
            Kind::Digits => below(bytes ^ (ONES.wrapping_mul(0x30)), 10),
            Kind::Letters => {
                let small = bytes | ONES.wrapping_mul(0x20);
                let from_a = (small ^ ONES.wrapping_mul(0x60)) & !(ONES.wrapping_mul(0x80));
                let ascii = !bytes & ONES.wrapping_mul(0x80);
                // 1 to 26 after the row of 0x60 (and 0x40) is a letter.
                let letter = below(from_a, 27) & !below(from_a, 1) & ascii;
                letter | below(bytes ^ ONES.wrapping_mul(0x80), 1)
            }
        };
        // The eighth bits side by side, the lowest byte's lowest.
        let gathered = (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        (bits << 8) | gathered
    })
}

/// The high bit of each byte that is below a bound of at most 128.
#[inline(always)]
fn below(bytes: u64, bound: u64) -> u64 {
    let high = ONES.wrapping_mul(0x80);
    let reached = (bytes & !high).wrapping_add(ONES.wrapping_mul(128_u64.wrapping_sub(bound)));
    !(reached | bytes) & high
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn edges_avx2(
    kind: Kind,
    chunk: &[u8],
    open: bool,
    list: &mut [u16; EDGES],
    count: usize,
) -> usize {
    match kind {
        Kind::Digits => edges_of(chunk, open, list, count, |block| {
            halves(block, |bytes| {
                let value = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'0'.cast_signed()));
                _mm256_cmpeq_epi8(_mm256_min_epu8(value, _mm256_set1_epi8(9)), value)
            })
        }),
        Kind::Letters => edges_of(chunk, open, list, count, |block| {
            halves(block, |bytes| {
                let small = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
                let value = _mm256_sub_epi8(small, _mm256_set1_epi8(b'a'.cast_signed()));
                let letters =
                    _mm256_cmpeq_epi8(_mm256_min_epu8(value, _mm256_set1_epi8(25)), value);
                _mm256_or_si256(letters, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(i8::MIN)))
            })
        }),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn mark_avx2(edges: &Edges, words: usize, spans: &mut Spans, shapes: &mut Shapes) {
    measure(edges, words, spans, |part| {
        let span = |from: usize| {
            let (edges, next) = (
                part_of::<16>(part, from),
                part_of::<16>(part, from.wrapping_add(1)),
            );
            _mm256_sub_epi16(load_half_edges(next), load_half_edges(edges))
        };
        let lengths = |from: usize| {
            let packed = _mm256_packus_epi16(span(from), span(from.wrapping_add(16)));
            _mm256_permute4x64_epi64::<0b11_01_10_00>(packed)
        };
        let (low, high) = (lengths(0), lengths(32));
        let equal = |length: u8| {
            let length = _mm256_set1_epi8(length.cast_signed());
            joined(
                _mm256_cmpeq_epi8(low, length),
                _mm256_cmpeq_epi8(high, length),
            )
        };
        let longest = _mm256_set1_epi8(LONGEST);
        let below = |part: __m256i| _mm256_cmpeq_epi8(_mm256_min_epu8(part, longest), part);
        let near = joined(below(low), below(high));
        (LENGTHS.map(equal), near)
    });
    mark(spans, words, shapes);
}

/// The bits of a block by a test of 32 bytes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn halves(block: &[u8; 64], test: impl Fn(__m256i) -> __m256i) -> u64 {
    let (halves, _) = block.as_chunks::<32>();
    let [low, high] = halves else { return 0 };
    joined(test(load_half(low)), test(load_half(high)))
}

/// The high bits of 64 bytes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn joined(low: __m256i, high: __m256i) -> u64 {
    let bits = |half: __m256i| u64::from(_mm256_movemask_epi8(half).cast_unsigned());
    (bits(high) << 32) | bits(low)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
#[inline]
fn load_half(half: &[u8; 32]) -> __m256i {
    // SAFETY: 32 bytes are readable there; no alignment is asked for.
    unsafe { _mm256_loadu_si256(half.as_ptr().cast()) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
#[inline]
fn load_half_edges(edges: &[u16; 16]) -> __m256i {
    // SAFETY: 32 bytes are readable there; no alignment is asked for.
    unsafe { _mm256_loadu_si256(edges.as_ptr().cast()) }
}
