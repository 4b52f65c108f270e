//! A zip whose only member is the zip itself.
//!
//! After Russ Cox, "Zip Files All The Way Down" (research.swtch.com/zip, 2010).
//! Deflate is a language of two words: `Ln` prints the `n` words that follow
//! it, `Rn` prints once more the last `n` words that were printed. Each is made
//! five bytes long, and this program prints itself with a head and a tail:
//!
//! ```text
//! head  Ln head Ln  Rn  L1 Rn  L1 L1  L4 Rn L1 L1 L4  R4  L4 R4 L4 R4 L4  R4
//!       L4 R4 L0 L0 Lm  R4 L0 L0  Lm Rm tail  Rm  tail
//! ```
//!
//! Head and tail hold the checksum of the whole, which holds them: a system of
//! 32 linear equations of bits.

use flate2::Crc;

/// The head with `Ln` is 65 bytes, the tail with `Rm` 258: only so do the words
/// `Rn` and `Rm` have five bytes.
const NAME_BYTES: usize = 30;
const TAIL_BYTES: usize = 253;

/// The zip.
pub(crate) fn zip() -> Vec<u8> {
    let none = with_checksum(0);
    let base = checksum(&none);
    // Row by row: the bits of x that a bit of (checksum of the zip with x) ^ x
    // depends on, and whether it must be flipped.
    let columns: Vec<u32> = (0..32)
        .map(|bit| checksum(&with_checksum(1 << bit)) ^ base ^ (1 << bit))
        .collect();
    let mut rows: Vec<u64> = (0..32)
        .map(|bit| {
            let parts = (0..32).map(|column| u64::from(columns[column] >> bit & 1) << column);
            parts.sum::<u64>() | u64::from(base >> bit & 1) << 32
        })
        .collect();
    for column in 0..32 {
        let pivot = (column..32).find(|row| rows[*row] >> column & 1 == 1);
        rows.swap(column, pivot.expect("the equations have a solution"));
        for row in 0..32 {
            if row != column && rows[row] >> column & 1 == 1 {
                rows[row] ^= rows[column];
            }
        }
    }
    let solved = (0..32).map(|bit| u32::from(rows[bit] >> 32 & 1 == 1) << bit);
    with_checksum(solved.sum())
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The zip with a checksum that need not be its own.
fn with_checksum(checksum: u32) -> Vec<u8> {
    let empty = program(&[0; 30 + NAME_BYTES], &[0; TAIL_BYTES]).len();
    let whole = 30 + NAME_BYTES + empty + TAIL_BYTES;
    let name = format!("{:->NAME_BYTES$}", "quine.zip");
    let mut common = b"\x14\0\0\0\x08\0\0\0\x21\x50".to_vec();
    common.extend(checksum.to_le_bytes());
    for size in [empty, whole] {
        common.extend(u32::try_from(size).expect("small").to_le_bytes());
    }
    common.extend(short(NAME_BYTES));
    common.extend(short(0));
    let head = [b"PK\x03\x04", common.as_slice(), name.as_bytes()].concat();

    let mut tail = [
        b"PK\x01\x02\x14\0",
        common.as_slice(),
        &[0; 14],
        name.as_bytes(),
    ]
    .concat();
    let directory = tail.len();
    tail.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    for size in [directory, head.len() + empty] {
        tail.extend(u32::try_from(size).expect("small").to_le_bytes());
    }
    // The rest is a comment.
    let comment = TAIL_BYTES - tail.len() - 2;
    tail.extend(short(comment));
    tail.resize(TAIL_BYTES, b'.');
    [head.as_slice(), &program(&head, &tail), &tail].concat()
}

fn program(head: &[u8], tail: &[u8]) -> Vec<u8> {
    let (l0, l1, l4) = (print(0), print(5), print(20));
    let (ln, lm) = (print(head.len() + 5), print(tail.len() + 5));
    // Length and distance as deflate codes them: symbol, its extra bits.
    let rn = repeat(&[((276, 65 - 59, 3), (12, 0, 5))], 0);
    let r4 = repeat(&[((264, 0, 0), (8, 20 - 17, 3)); 2], 0);
    let rm = repeat(&[((285, 0, 0), (16, 258 - 257, 7))], 1);
    let words: [&[u8]; 32] = [
        &ln, head, &ln, &rn, &l1, &rn, &l1, &l1, //
        &l4, &rn, &l1, &l1, &l4, &r4, //
        &l4, &r4, &l4, &r4, &l4, &r4, //
        &l4, &r4, &l0, &l0, &lm, &r4, &l0, &l0, //
        &lm, &rm, tail, &rm,
    ];
    words.concat()
}

/// A stored block's beginning: so many bytes follow.
fn print(bytes: usize) -> Vec<u8> {
    let length = short(bytes);
    vec![0, length[0], length[1], !length[0], !length[1]]
}

fn short(value: usize) -> [u8; 2] {
    u16::try_from(value).expect("small").to_le_bytes()
}

type Coded = (u32, u32, u32);

/// A block of matches, filled up to five bytes by an empty block, which may be
/// the last one.
fn repeat(matches: &[(Coded, Coded)], last: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.low_first(0b010, 3);
    for ((length, length_extra, length_bits), (distance, distance_extra, distance_bits)) in matches
    {
        if *length < 280 {
            bits.high_first(length - 256, 7);
        } else {
            bits.high_first(0b1100_0000 + length - 280, 8);
        }
        bits.low_first(*length_extra, *length_bits);
        bits.high_first(*distance, 5);
        bits.low_first(*distance_extra, *distance_bits);
    }
    bits.high_first(0, 7);
    if bits.0.len() < 40 {
        bits.low_first(0b010 | last, 3);
        bits.high_first(0, 7);
    }
    assert_eq!(bits.0.len(), 40);
    let bytes = bits.0.chunks(8);
    bytes
        .map(|bits| {
            bits.iter()
                .rev()
                .fold(0, |byte, bit| byte << 1 | u8::from(*bit))
        })
        .collect()
}

#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn low_first(&mut self, value: u32, count: u32) {
        self.0.extend((0..count).map(|bit| value >> bit & 1 == 1));
    }

    fn high_first(&mut self, value: u32, count: u32) {
        self.0
            .extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    }
}
