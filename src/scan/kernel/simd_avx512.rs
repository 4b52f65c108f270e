//! The steps in vectors of 512 bits.
//!
//! Unsafe code because vectors are loaded from and stored to arrays, which are as
//! long as they. Only `simd` calls this, when the processor has the instructions.
#![expect(unsafe_code, reason = "loads and stores of vectors")]

use super::check::ChiMod10;
use super::edges::{BIAS, CHUNK, EDGES, Edges, Kind, padded, raised};
use super::shapes::{self, LENGTHS, LONGEST, RUNS, Shapes, Spans, measure, part_of};
use super::verify::{
    ASCII, BATCH, BYTES, Chunk, Fast, Marked, NAUGHT_ONE_NAUGHT, NINE_EIGHT_SEVEN, Verdicts,
};
use core::arch::x86_64::{
    __m128i, __m256i, __m512i, _MM_HINT_T0, _mm_loadu_si128, _mm_prefetch, _mm256_and_si256,
    _mm256_cmpgt_epu16_mask, _mm256_loadu_si256, _mm256_min_epu16, _mm256_set1_epi16,
    _mm256_srli_epi16, _mm256_storeu_si256, _mm512_add_epi16, _mm512_add_epi32,
    _mm512_alignr_epi64, _mm512_and_si512, _mm512_andnot_si512, _mm512_castsi128_si512,
    _mm512_castsi512_si256, _mm512_cmpeq_epi8_mask, _mm512_cmpeq_epi32_mask,
    _mm512_cmple_epu8_mask, _mm512_cmple_epu32_mask, _mm512_cmplt_epu8_mask,
    _mm512_cmplt_epu32_mask, _mm512_cvtepu8_epi16, _mm512_extracti64x4_epi64, _mm512_loadu_si512,
    _mm512_madd_epi16, _mm512_maddubs_epi16, _mm512_mask_add_epi32, _mm512_mask_broadcast_i32x4,
    _mm512_maskz_compress_epi8, _mm512_maskz_compress_epi16, _mm512_maskz_permutex2var_epi8,
    _mm512_maskz_set1_epi16, _mm512_maskz_set1_epi64, _mm512_movepi8_mask, _mm512_mullo_epi16,
    _mm512_or_si512, _mm512_packus_epi16, _mm512_permutex2var_epi16, _mm512_permutexvar_epi64,
    _mm512_set1_epi8, _mm512_set1_epi16, _mm512_set1_epi32, _mm512_setr_epi64, _mm512_slli_epi16,
    _mm512_slli_epi64, _mm512_srli_epi32, _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi8,
    _mm512_sub_epi16, _mm512_test_epi32_mask, _mm512_test_epi64_mask, _mm512_testn_epi32_mask,
    _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
    _mm512_xor_si512, _pext_u64,
};

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
pub(super) fn edges(
    kind: Kind,
    chunk: &[u8],
    open: bool,
    list: &mut [u16; EDGES],
    count: usize,
) -> usize {
    match kind {
        Kind::Digits => edges_by_compress(chunk, open, list, count, |bytes| {
            _mm512_cmplt_epu8_mask(
                _mm512_sub_epi8(bytes, _mm512_set1_epi8(b'0'.cast_signed())),
                _mm512_set1_epi8(10),
            )
        }),
        Kind::Letters => edges_by_compress(chunk, open, list, count, |bytes| {
            let small = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
            let letters = _mm512_cmplt_epu8_mask(
                _mm512_sub_epi8(small, _mm512_set1_epi8(b'a'.cast_signed())),
                _mm512_set1_epi8(26),
            );
            letters | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(i8::MIN))
        }),
    }
}

/// Blocks of a chunk: a bit each in one word.
const BLOCKS: usize = CHUNK / 64;

/// 0 to 63.
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the tables are compiled")
)]
const PLACES: [u8; 64] = {
    let mut places = [0; 64];
    let mut place = 0;
    while place < 64 {
        places[place as usize] = place;
        place += 1;
    }
    places
};

/// As [`super::edges::push_bits`] by `vpcompressb`, which packs the places of set bits in
/// one go.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
#[inline]
fn push_packed(bits: u64, base: __m512i, list: &mut [u16], count: usize) -> usize {
    let packed = _mm512_maskz_compress_epi8(bits, load(&PLACES));
    let total = bits.count_ones() as usize;
    let slots = list
        .get_mut(count..)
        .and_then(|rest| rest.as_chunks_mut::<32>().0.first_chunk_mut::<2>());
    let Some([low, high]) = slots else {
        return count;
    };
    let first = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(packed));
    store_edges(low, _mm512_add_epi16(first, base));
    if total > 32 {
        let second = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64::<1>(packed));
        store_edges(high, _mm512_add_epi16(second, base));
    }
    count.wrapping_add(total)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
#[inline]
fn edges_by_compress(
    chunk: &[u8],
    open: bool,
    list: &mut [u16; EDGES],
    count: usize,
    bits_of: impl Fn(__m512i) -> u64,
) -> usize {
    let mut words = [[0_u64; 8]; BLOCKS / 8];
    let (blocks, tail) = chunk.as_chunks::<64>();
    let slots = words.as_flattened_mut();
    for (bits, block) in slots.iter_mut().zip(blocks) {
        // Of the next chunk, while this one is worked on.
        ask_for(block.as_ptr().wrapping_add(CHUNK));
        *bits = bits_of(load(block));
    }
    if let Some(bits) = slots.get_mut(blocks.len()) {
        *bits = bits_of(load(&padded(tail)));
    }
    // The bits that differ from the bit before, eight blocks at once.
    let mut before = _mm512_maskz_set1_epi64(u8::from(open) << 7, i64::MIN);
    let mut busy = 0_u64;
    for words in &mut words {
        let bits = load_words(words);
        let left = _mm512_alignr_epi64::<7>(bits, before);
        let moved = _mm512_or_si512(_mm512_slli_epi64::<1>(bits), _mm512_srli_epi64::<63>(left));
        let edges = _mm512_xor_si512(bits, moved);
        store_words(words, edges);
        before = bits;
        busy = (busy >> 8) | (u64::from(_mm512_test_epi64_mask(edges, edges)) << 56);
    }
    // What follows the chunk is not known: no edge at its end.
    let unknown = BLOCKS.saturating_sub(chunk.len().div_ceil(64));
    let known = u64::MAX.checked_shr(unknown.try_into().unwrap_or(64));
    let mut busy = busy & known.unwrap_or(0);
    let mut count = count;
    while busy != 0 {
        let block = busy.trailing_zeros() as usize;
        busy &= busy.wrapping_sub(1);
        let edges = words.as_flattened().get(block).copied().unwrap_or(0);
        let base = _mm512_set1_epi16(raised(block.wrapping_mul(64)).cast_signed());
        count = push_packed(edges, base, list, count);
    }
    count
}

/// How far it is from each of 64 edges to the next, 255 for more.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn lengths(part: &[u16; 65]) -> __m512i {
    let span = |from: usize| {
        let (edges, next) = (
            part_of::<32>(part, from),
            part_of::<32>(part, from.wrapping_add(1)),
        );
        _mm512_sub_epi16(load_edges(next), load_edges(edges))
    };
    let lengths = _mm512_packus_epi16(span(0), span(32));
    _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), lengths)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
pub(super) fn mark(edges: &Edges, words: usize, spans: &mut Spans, shapes: &mut Shapes) {
    measure(edges, words, spans, |part| {
        let lengths = lengths(part);
        let long = LENGTHS
            .map(|length| _mm512_cmpeq_epi8_mask(lengths, _mm512_set1_epi8(length.cast_signed())));
        let near = _mm512_cmple_epu8_mask(lengths, _mm512_set1_epi8(LONGEST));
        (long, near)
    });
    shapes::mark(spans, words, shapes);
}

/// As [`Fast::fill`]: the runs of 64 edges are 32 numbers of 16 bits.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
pub(super) fn list_fast(bits: &[u64], edges: &Edges, spans: &Spans, fast: &mut Fast) {
    let (begins, ends) = (load_edges(&EVEN), load_edges(&ODD));
    let raise = _mm512_set1_epi16(BIAS.cast_signed());
    let (parts, _) = edges.list.as_chunks::<32>();
    let (parts, _) = parts.as_chunks::<2>();
    // After a run and a gap, two edges later.
    let [.., sevens, _] = &spans.long;
    let sevens = sevens.iter().skip(1).zip(sevens.iter().skip(2));
    let mut count = 0_usize;
    for ((bits, [low, high]), (now, next)) in bits.iter().zip(parts).zip(sevens) {
        let seven = (now >> 2) | (next << 62);
        let (low, high) = (load_edges(low), load_edges(high));
        let begin = _mm512_permutex2var_epi16(low, begins, high);
        let length = _mm512_sub_epi16(_mm512_permutex2var_epi16(low, ends, high), begin);
        let place = _mm512_slli_epi16::<4>(_mm512_sub_epi16(begin, raise));
        let [seven, _] = halves_of(_pext_u64(seven, RUNS));
        let [marked, _] = halves_of(_pext_u64(*bits, RUNS));
        let shape = _mm512_or_si512(place, length);
        let bit = _mm512_maskz_set1_epi16(seven, 8);
        let packed = _mm512_maskz_compress_epi16(marked, _mm512_or_si512(shape, bit));
        let slots = fast.list.get_mut(count..);
        if let Some(slots) = slots.and_then(|rest| rest.first_chunk_mut()) {
            store_edges(slots, packed);
        }
        count = count.wrapping_add(marked.count_ones() as usize);
    }
    fast.count = count;
}

/// Where the runs begin among 64 edges, and where they end.
const EVEN: [u16; 32] = every_second(0);
const ODD: [u16; 32] = every_second(1);

#[cfg_attr(
    not(test),
    expect(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "runs when the tables are compiled"
    )
)]
const fn every_second(first: u16) -> [u16; 32] {
    let mut places = [first; 32];
    let mut at = 1;
    while at < 32 {
        places[at] = places[at - 1] + 2;
        at += 1;
    }
    places
}

/// Below this number the vectors cost more than they save.
pub(super) const FEW: usize = 5;

/// As [`Chunk::weigh_each`]: four numbers a vector, four vectors at once.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
pub(super) fn weigh(chunk: &Chunk<'_>, batch: &[u16; BATCH], count: usize) -> Verdicts {
    let window = chunk.view.get(chunk.base..).unwrap_or(b"");
    let Some((within, over)) = Within::of(window, batch) else {
        return chunk.weigh_each(batch.get(..count).unwrap_or(batch));
    };
    let [low, high] = ASCII.each_ref().map(|half| load(half));
    let [a, b, c, d] = [
        weigh_four::<0>(&within, [low, high]),
        weigh_four::<1>(&within, [low, high]),
        weigh_four::<2>(&within, [low, high]),
        weigh_four::<3>(&within, [low, high]),
    ];
    let half = |a, b| _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let (ab, cd) = (half(a.1, b.1), half(c.1, d.1));
    let sums = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    // Of each number the first four bytes, and four from the ninth.
    let begin = _mm512_unpacklo_epi64(
        _mm512_unpacklo_epi32(a.0, b.0),
        _mm512_unpacklo_epi32(c.0, d.0),
    );
    let ninth = _mm512_unpacklo_epi64(
        _mm512_unpackhi_epi32(a.0, b.0),
        _mm512_unpackhi_epi32(c.0, d.0),
    );
    let accepted = _mm512_cmplt_epu32_mask(sums, _mm512_set1_epi32(NO_LAYOUT));
    // As `is_multiple_of_11`; the high half stays as it is.
    let factors = _mm512_set1_epi32(NO_LAYOUT.wrapping_add(35_747));
    let products = _mm512_mullo_epi16(sums, factors);
    let valid = _mm512_cmple_epu32_mask(products, _mm512_set1_epi32(5957));
    // As `Chunk::weigh`: what must be read.
    let three = _mm512_and_si512(begin, _mm512_set1_epi32(0x00FF_FFFF));
    let is = |bytes: u64| {
        let [bytes, _] = halves_of(bytes);
        _mm512_cmpeq_epi32_mask(three, _mm512_set1_epi32(bytes.cast_signed()))
    };
    // The ninth and tenth byte are digits in every shape.
    let first = _mm512_set1_epi32(0xFF);
    let alike = _mm512_testn_epi32_mask(
        _mm512_xor_si512(begin, _mm512_srli_epi32::<8>(begin)),
        _mm512_set1_epi32(0xFFFF),
    ) & _mm512_testn_epi32_mask(_mm512_xor_si512(begin, ninth), first);
    let luhn = if chunk.chi == ChiMod10::All {
        u16::MAX
    } else {
        is(NAUGHT_ONE_NAUGHT)
    };
    let next = _mm512_sub_epi8(ninth, _mm512_srli_epi32::<8>(ninth));
    let down = is(NINE_EIGHT_SEVEN)
        & _mm512_testn_epi32_mask(_mm512_xor_si512(next, _mm512_set1_epi32(1)), first);
    let look = (valid & (alike | down)) | (accepted & !valid & luhn) | over;
    let known = u16::MAX >> 16_usize.saturating_sub(count).min(15);
    let mut verdicts = Verdicts {
        accepted: accepted & known,
        valid: valid & known,
    };
    let mut look = look & known;
    while look != 0 {
        let lowest = look.trailing_zeros() as usize;
        let start = chunk.fast_start(batch.get(lowest).copied().unwrap_or(0));
        verdicts.set(look & look.wrapping_neg(), chunk.read(start));
        look &= look.wrapping_sub(1);
    }
    verdicts
}

/// Every fourth number from one: its bytes, and numbers that add up to its sum,
/// or to more than any if a separator is wrong.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
#[inline]
fn weigh_four<const FROM: usize>(
    within: &Within<'_>,
    [low, high]: [__m512i; 2],
) -> (__m512i, __m512i) {
    let lanes = [0, 4, 8, 12].map(|lane: usize| lane.wrapping_add(FROM) % BATCH);
    let bytes = join(lanes.map(|lane| within.bytes(lane)));
    let scales = join(lanes.map(|lane| within.scale(lane)));
    let weights = _mm512_and_si512(scales, _mm512_set1_epi8(0x0F));
    let sums = _mm512_maddubs_epi16(bytes, weights);
    let sums = _mm512_madd_epi16(sums, _mm512_set1_epi16(1));
    let ascii = !_mm512_movepi8_mask(bytes);
    let classes = _mm512_maskz_permutex2var_epi8(ascii, low, bytes, high);
    let lacks = _mm512_andnot_si512(classes, _mm512_xor_si512(scales, weights));
    let lacks = _mm512_test_epi32_mask(lacks, lacks);
    let sums = _mm512_mask_add_epi32(sums, lacks, sums, _mm512_set1_epi32(NO_LAYOUT));
    (bytes, sums)
}

/// More than any sum.
const NO_LAYOUT: i32 = 0x1_0000;

/// A batch of fast shapes, each with sixteen bytes in the window.
struct Within<'a> {
    window: &'a [u8],
    /// At most 16 less than the length of the window.
    places: [u16; BATCH],
    shapes: [u16; BATCH],
}

impl<'a> Within<'a> {
    /// The batch, those so near the end that they had to be moved a bit each.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    #[inline]
    fn of(window: &'a [u8], batch: &[u16; BATCH]) -> Option<(Self, u16)> {
        let last = window.len().checked_sub(16)?;
        let last = u16::try_from(last).unwrap_or(u16::MAX);
        let last = _mm256_set1_epi16(last.cast_signed());
        let batch = load_half_edges(batch);
        let places = _mm256_srli_epi16::<4>(batch);
        let mut within = Self {
            window,
            places: [0; BATCH],
            shapes: [0; BATCH],
        };
        store_half_edges(&mut within.places, _mm256_min_epu16(places, last));
        let shapes = _mm256_and_si256(batch, _mm256_set1_epi16(15));
        store_half_edges(&mut within.shapes, shapes);
        Some((within, _mm256_cmpgt_epu16_mask(places, last)))
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn bytes(&self, lane: usize) -> __m128i {
        let place = usize::from(self.places.get(lane).copied().unwrap_or(0));
        // SAFETY: `of` makes every place at least 16 bytes before the end, and
        // there is no `Within` of a shorter window.
        unsafe { _mm_loadu_si128(self.window.as_ptr().add(place).cast()) }
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn scale(&self, lane: usize) -> __m128i {
        let shape = usize::from(self.shapes.get(lane).copied().unwrap_or(0) & 15);
        load_quarter(BYTES.get(shape).unwrap_or(&[0; 16]))
    }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn join([a, b, c, d]: [__m128i; 4]) -> __m512i {
    let all = _mm512_castsi128_si512(a);
    let all = _mm512_mask_broadcast_i32x4(all, 0x00F0, b);
    let all = _mm512_mask_broadcast_i32x4(all, 0x0F00, c);
    _mm512_mask_broadcast_i32x4(all, 0xF000, d)
}

#[target_feature(enable = "sse2")]
#[inline]
fn load_quarter(quarter: &[u8; 16]) -> __m128i {
    // SAFETY: 16 bytes are readable there; no alignment is asked for.
    unsafe { _mm_loadu_si128(quarter.as_ptr().cast()) }
}

#[target_feature(enable = "avx")]
#[inline]
fn load_half_edges(edges: &[u16; 16]) -> __m256i {
    // SAFETY: 32 bytes are readable there; no alignment is asked for.
    unsafe { _mm256_loadu_si256(edges.as_ptr().cast()) }
}

#[target_feature(enable = "avx")]
#[inline]
fn store_half_edges(slots: &mut [u16; 16], edges: __m256i) {
    // SAFETY: 32 bytes are writable there; no alignment is asked for.
    unsafe { _mm256_storeu_si256(slots.as_mut_ptr().cast(), edges) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
pub(super) fn list(bits: &[u64], marked: &mut Marked) {
    marked.count = 0;
    let mut base = _mm512_set1_epi16(0);
    for bits in bits {
        if *bits != 0 {
            marked.count = push_packed(*bits, base, &mut marked.list, marked.count);
        }
        base = _mm512_add_epi16(base, _mm512_set1_epi16(64));
    }
}

/// Asks for the cache line of a place, which may lie behind the view.
#[inline]
fn ask_for(place: *const u8) {
    // SAFETY: a hint, which no address is wrong for; nothing is read.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load(block: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are readable there; no alignment is asked for.
    unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load_words(words: &[u64; 8]) -> __m512i {
    // SAFETY: 64 bytes are readable there; no alignment is asked for.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn store_words(words: &mut [u64; 8], all: __m512i) {
    // SAFETY: 64 bytes are writable there; no alignment is asked for.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), all) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load_edges(edges: &[u16; 32]) -> __m512i {
    // SAFETY: 64 bytes are readable there; no alignment is asked for.
    unsafe { _mm512_loadu_si512(edges.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn store_edges(slots: &mut [u16; 32], edges: __m512i) {
    // SAFETY: 64 bytes are writable there; no alignment is asked for.
    unsafe { _mm512_storeu_si512(slots.as_mut_ptr().cast(), edges) }
}

/// The low and the high half of a word.
fn halves_of(word: u64) -> [u32; 2] {
    let bytes = word.to_le_bytes();
    let ([low, high], _) = bytes.as_chunks::<4>() else {
        return [0; 2];
    };
    [low, high].map(|half| u32::from_le_bytes(*half))
}
