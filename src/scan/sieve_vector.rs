//! The sieve by vectors of 64 bytes: where words begin in a block, and then
//! eight words at a time whether some entry may have one of their keys.
//!
//! Unsafe code is here for four reasons: functions with instructions of one
//! processor are called after it was asked, blocks are loaded from arrays of
//! their length, bits are gathered from a table at places that sixteen bits of
//! a key choose, and memory is fetched ahead, which touches nothing. Step by
//! step the same as `Keys::of` in `sieve`, which is the reference.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "loads, gathers and the call of vector code")
)]

#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::{
    __m512i, __mmask8, _MM_HINT_T0, _mm_add_epi16, _mm_cvtepu8_epi16, _mm_cvtsi64_si128,
    _mm_maskz_compress_epi8, _mm_prefetch, _mm_set_epi64x, _mm_set1_epi16, _mm_storeu_si128,
    _mm256_and_si256, _mm256_or_si256, _mm256_set1_epi32, _mm256_sllv_epi32,
    _mm256_test_epi32_mask, _mm512_add_epi8, _mm512_and_si512, _mm512_broadcast_i32x4,
    _mm512_cmpeq_epi8_mask, _mm512_cmpeq_epi64_mask, _mm512_cmplt_epu8_mask,
    _mm512_cmplt_epu64_mask, _mm512_cvtepi64_epi32, _mm512_cvtepu8_epi64, _mm512_i64gather_epi32,
    _mm512_loadu_si512, _mm512_mask_blend_epi64, _mm512_mask_or_epi64, _mm512_maskz_compress_epi8,
    _mm512_maskz_compress_epi64, _mm512_maskz_mov_epi64, _mm512_movepi8_mask, _mm512_movm_epi8,
    _mm512_mullo_epi64, _mm512_or_si512, _mm512_permutex2var_epi8, _mm512_set1_epi8,
    _mm512_set1_epi64, _mm512_setr_epi64, _mm512_setzero_si512, _mm512_shuffle_epi8,
    _mm512_slli_epi64, _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi8, _mm512_sub_epi64,
    _mm512_test_epi8_mask, _mm512_test_epi64_mask,
};

use super::short_words::Short;
#[cfg(target_arch = "x86_64")]
use crate::text::LETTER;

/// How much of a text is sieved at once: hardly more than what is read around a
/// number.
pub(super) const PIECE: usize = 1024;

/// Room for a word every second byte and whole stores.
const ROOM: usize = PIECE / 2 + 64;

/// The places at which a word of a piece begins that may be an entry.
#[derive(Debug)]
pub(super) struct Places {
    list: [u16; ROOM],
    /// The keys of the word at each, as `Keys` has them; 0 where they must be
    /// looked at more closely.
    words: [u64; ROOM],
    phrases: [u64; ROOM],
    pub(super) count: usize,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            list: [0; ROOM],
            words: [0; ROOM],
            phrases: [0; ROOM],
            count: 0,
        }
    }
}

impl Places {
    /// The places, in order, each with the word's two keys.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, [u64; 2])> {
        let keys = self.words.iter().zip(&self.phrases);
        let all = self.list.iter().zip(keys).take(self.count);
        all.map(|(place, (word, phrase))| (usize::from(*place), [*word, *phrase]))
    }

    pub(super) fn push(&mut self, place: usize, [word, phrase]: [u64; 2]) {
        let at = self.count;
        let slots = (
            self.list.get_mut(at),
            self.words.get_mut(at),
            self.phrases.get_mut(at),
        );
        if let (Ok(place), (Some(slot), Some(own), Some(longer))) = (u16::try_from(place), slots) {
            (*slot, *own, *longer) = (place, word, phrase);
            self.count = self.count.wrapping_add(1);
        }
    }

    /// The next eight slots of each list.
    fn next_eight(&mut self) -> Option<(&mut [u16; 8], &mut [u64; 8], &mut [u64; 8])> {
        let at = self.count;
        let list = self.list.get_mut(at..)?.first_chunk_mut()?;
        let words = self.words.get_mut(at..)?.first_chunk_mut()?;
        let phrases = self.phrases.get_mut(at..)?.first_chunk_mut()?;
        Some((list, words, phrases))
    }
}

/// Mixes the bits of a key.
pub(super) const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// Lists the places, as the sieve does on any processor, of the first `length`
/// bytes of a text. `inside` is whether a letter stands before. False, and
/// nothing is listed, where the processor lacks the instructions.
#[cfg(target_arch = "x86_64")]
pub(super) fn list(
    occupied: &[u32; 2048],
    short: &Short,
    text: &[u8],
    length: usize,
    inside: bool,
    places: &mut Places,
) -> bool {
    let there = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2");
    if there {
        // SAFETY: the processor was asked for all that the function uses.
        unsafe { list_avx512(occupied, short, text, length, inside, places) };
    }
    there
}

#[cfg(not(target_arch = "x86_64"))]
pub(super) fn list(
    _: &[u32; 2048],
    _: &Short,
    _: &[u8],
    _: usize,
    _: bool,
    _: &mut Places,
) -> bool {
    false
}

/// Begins to fetch a stretch that is read soon: around a number deep in a long
/// text it has left the caches, and waiting for it takes as long as reading it.
pub(super) fn fetch(text: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    for line in text.chunks(64) {
        // SAFETY: every processor has the instruction, and it reads nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = text;
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2")]
fn list_avx512(
    occupied: &[u32; 2048],
    short: &Short,
    text: &[u8],
    length: usize,
    inside: bool,
    places: &mut Places,
) {
    let (mut base, mut left) = (0_u16, length);
    let mut before = u64::from(inside);
    let mut rest = text;
    while left > 0 {
        // A word of this block may go on in the next one.
        let mut padded = [0; 128];
        let blocks = rest.first_chunk::<128>().unwrap_or_else(|| {
            for (slot, byte) in padded.iter_mut().zip(rest) {
                *slot = *byte;
            }
            &padded
        });
        let ([this, next], []) = blocks.as_chunks::<64>() else {
            return;
        };
        let halves = [load(this), load(next)];
        let (letters, further) = (letters(halves[0]), letters(halves[1]));
        let mut starts = letters & !(letters << 1 | before);
        starts &= lets_by(short, blocks, letters, further);
        if left < 64 {
            starts &= !(u64::MAX << left);
        }
        before = letters >> 63;
        if starts != 0 {
            words(occupied, halves, starts, base, places);
        }
        base = base.wrapping_add(64);
        left = left.saturating_sub(64);
        rest = rest.get(64..).unwrap_or(b"");
    }
}

/// As `Sieve::lets_by` for the word at each place of the first block. `letters`
/// and `further` say where letters stand in the first and the second.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2")]
#[inline]
fn lets_by(short: &Short, blocks: &[u8; 128], letters: u64, further: u64) -> u64 {
    let long = (letters >> 1 | further << 63)
        & (letters >> 2 | further << 62)
        & (letters >> 3 | further << 61);
    let small = _mm512_set1_epi8(0x20);
    let (mut groups, mut bytes) = (_mm512_set1_epi8(-1), _mm512_setzero_si512());
    for (place, codes) in short.0.iter().enumerate() {
        let Some(block) = blocks.get(place..).and_then(|rest| rest.first_chunk()) else {
            return u64::MAX;
        };
        let ([low, high], []) = codes.as_chunks::<64>() else {
            return u64::MAX;
        };
        let block = load(block);
        let known = _mm512_permutex2var_epi8(load(low), _mm512_or_si512(block, small), load(high));
        groups = _mm512_and_si512(groups, known);
        bytes = _mm512_or_si512(bytes, block);
    }
    long | _mm512_test_epi8_mask(groups, groups) | _mm512_movepi8_mask(bytes)
}

/// Lists the words that begin in a block, at `starts`, and may be entries.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2")]
#[inline]
fn words(
    occupied: &[u32; 2048],
    halves: [__m512i; 2],
    starts: u64,
    base: u16,
    places: &mut Places,
) {
    let mut list = [0_u8; 64];
    let packed = _mm512_maskz_compress_epi8(starts, load(&NUMBERS));
    // SAFETY: the array has the 64 bytes that are stored.
    unsafe { _mm512_storeu_si512(list.as_mut_ptr().cast(), packed) };
    let (eights, _) = list.as_chunks::<8>();
    let mut left = starts.count_ones();
    for eight in eights {
        let packed = _mm_cvtsi64_si128(i64::from_le_bytes(*eight));
        let lanes = u8::MAX >> 8_u32.saturating_sub(left).min(7);
        // The place in each byte of its lane, then eight places in a row.
        let places_of = _mm512_shuffle_epi8(_mm512_cvtepu8_epi64(packed), eights_of_lane());
        let places_of = _mm512_add_epi8(places_of, all(0x0706_0504_0302_0100));
        let bytes = _mm512_permutex2var_epi8(halves[0], places_of, halves[1]);
        let (may, [word, phrase]) = may_be(occupied, bytes);
        let may = may & lanes;
        let kept = _mm_maskz_compress_epi8(u16::from(may), packed);
        let kept = _mm_add_epi16(_mm_cvtepu8_epi16(kept), _mm_set1_epi16(base.cast_signed()));
        if let Some((list, words, phrases)) = places.next_eight() {
            let [word, phrase] = [word, phrase].map(|key| _mm512_maskz_compress_epi64(may, key));
            // SAFETY: there is room for the eight places and keys that are stored.
            unsafe {
                _mm_storeu_si128(list.as_mut_ptr().cast(), kept);
                _mm512_storeu_si512(words.as_mut_ptr().cast(), word);
                _mm512_storeu_si512(phrases.as_mut_ptr().cast(), phrase);
            }
            places.count = places.count.wrapping_add(may.count_ones() as usize);
        }
        left = left.saturating_sub(8);
        if left == 0 {
            return;
        }
    }
}

/// Which of eight words, by the eight bytes from their beginning, some
/// entry may have a key of, or must be looked at more closely; and the keys.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2")]
#[inline]
fn may_be(occupied: &[u32; 2048], bytes: __m512i) -> (__mmask8, [__m512i; 2]) {
    let small = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    let others = _mm512_movm_epi8(!letters(bytes));
    let end = _mm512_and_si512(others, _mm512_sub_epi64(_mm512_setzero_si512(), others));
    let below = _mm512_sub_epi64(end, all(1));
    let word = _mm512_and_si512(small, below);
    let (two, three) = (_mm512_slli_epi64(end, 8), _mm512_slli_epi64(end, 16));
    let blanks = blanks(bytes);
    let first = _mm512_test_epi64_mask(blanks, end);
    let second = _mm512_test_epi64_mask(blanks, two);
    let third = _mm512_test_epi64_mask(blanks, three);
    let short = _mm512_cmplt_epu64_mask(below, all(1 << 48));
    let longest = _mm512_cmpeq_epi64_mask(end, all(1 << 48));
    let byte_one = _mm512_sub_epi64(two, end);
    let byte_two = _mm512_sub_epi64(three, two);
    let touching = _mm512_and_si512(small, byte_one);
    let later = _mm512_mask_blend_epi64(second, small, _mm512_srli_epi64(small, 8));
    let apart = _mm512_or_si512(_mm512_slli_epi64(end, 5), _mm512_and_si512(later, byte_two));
    let following = _mm512_mask_blend_epi64(first, touching, apart);
    let phrase = _mm512_mask_or_epi64(word, short, word, following);
    let far = short & first & second & (longest | third);
    let may = far | may_have(occupied, word, phrase);
    (may, [_mm512_maskz_mov_epi64(!far, word), phrase])
}

/// Whether some entry may have one of the keys: the word tells the row.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2")]
#[inline]
fn may_have(occupied: &[u32; 2048], word: __m512i, phrase: __m512i) -> __mmask8 {
    let [word, phrase] = [word, phrase].map(|key| _mm512_mullo_epi64(key, all(MIX.cast_signed())));
    let rows = _mm512_srli_epi64(word, 53);
    // SAFETY: a row has eleven bits, and there are 2,048 of them.
    let bits = unsafe { _mm512_i64gather_epi32::<4>(rows, occupied.as_ptr().cast()) };
    let [word, phrase] = [word, phrase].map(|mixed| {
        let place = _mm512_cvtepi64_epi32(_mm512_srli_epi64(mixed, 48));
        let place = _mm256_and_si256(place, _mm256_set1_epi32(31));
        _mm256_sllv_epi32(_mm256_set1_epi32(1), place)
    });
    _mm256_test_epi32_mask(bits, _mm256_or_si256(word, phrase))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn letters(bytes: __m512i) -> u64 {
    let small = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    let from_a = _mm512_sub_epi8(small, _mm512_set1_epi8(b'a'.cast_signed()));
    _mm512_cmplt_epu8_mask(from_a, _mm512_set1_epi8(26))
        | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(LETTER.cast_signed()))
}

/// All bits of each byte that is a blank: the one that its lower half
/// chooses, or a hyphen, whose lower half is that of the carriage return.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
#[inline]
fn blanks(bytes: __m512i) -> __m512i {
    let low = i64::from_le_bytes(*b" \0\0\0\0\0\0\0");
    let high = i64::from_le_bytes(*b"\0\t\n\0\0\r\0_");
    let known = _mm512_broadcast_i32x4(_mm_set_epi64x(high, low));
    let chosen = _mm512_shuffle_epi8(known, bytes);
    let hyphen = _mm512_set1_epi8(b'-'.cast_signed());
    _mm512_movm_epi8(_mm512_cmpeq_epi8_mask(chosen, bytes) | _mm512_cmpeq_epi8_mask(bytes, hyphen))
}

/// The first byte of each eight, eight times.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
#[inline]
fn eights_of_lane() -> __m512i {
    const NEXT: i64 = 0x0808_0808_0808_0808;
    _mm512_setr_epi64(0, NEXT, 0, NEXT, 0, NEXT, 0, NEXT)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
#[inline]
fn all(number: i64) -> __m512i {
    _mm512_set1_epi64(number)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
#[inline]
fn load(block: &[u8; 64]) -> __m512i {
    // SAFETY: the block has the 64 bytes that are loaded.
    unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
}

/// The places of a block.
#[cfg(target_arch = "x86_64")]
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the table is compiled")
)]
static NUMBERS: [u8; 64] = {
    let mut numbers = [0_u8; 64];
    let mut number = 0_u8;
    while number < 64 {
        numbers[number as usize] = number;
        number += 1;
    }
    numbers
};
