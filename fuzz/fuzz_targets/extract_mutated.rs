//! Real files with damage inside: the bytes are a program that chooses a file,
//! then pieces of it (zip members, streams, objects) and what happens to them.
//!
//! The files are those of `fuzz/corpus/extract_file` and, where they are, the
//! public ones of `../shared/data/tika`.
#![no_main]

mod support;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use support::pieces::{Apart, Kind, Piece};

/// Larger files make a run slow.
const MOST: usize = 200_000;

/// How many things happen to one file.
const STEPS: usize = 12;

static FILES: LazyLock<Vec<Apart>> = LazyLock::new(|| {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The first byte of the own ones is a hint and no part of the file.
    let mut all = files(&here.join("corpus/extract_file"), 1);
    all.extend(files(&here.join("../../shared/data/tika"), 0));
    assert!(!all.is_empty(), "no files to damage");
    all
});

fn files(folder: &Path, skipped: usize) -> Vec<Apart> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    // What a run found has a digest for a name: numbers must stay the same.
    paths.retain(|path| path.file_name().is_some_and(|name| name.len() != 40));
    paths.sort();
    let bytes = paths.iter().filter_map(|path| fs::read(path).ok());
    let bytes = bytes.filter(|bytes| bytes.len() < MOST);
    bytes.filter_map(|bytes| Some(Apart::take(bytes.get(skipped..)?))).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let Some(([low, high, packed], program)) = bytes.split_first_chunk() else { return };
    let number = usize::from(u16::from_le_bytes([*low, *high]));
    let mut file = FILES[number % FILES.len()].clone();
    let (steps, _) = program.as_chunks::<8>();
    let steps = steps.get(..STEPS).unwrap_or(steps);
    for step in steps.iter().filter(|step| step[0] & 0x80 == 0) {
        happen(&mut file, *step);
    }
    let bytes = file.put_together(packed & 1 == 1);
    let mut whole = Apart {
        kind: Kind::Other,
        pieces: vec![Piece {
            name: String::new(),
            bytes,
        }],
    };
    for step in steps.iter().filter(|step| step[0] & 0x80 != 0) {
        happen(&mut whole, *step);
    }
    support::check(&whole.put_together(false), "");
});

/// Numbers at which readers stumble.
const NUMBERS: [u32; 12] = [
    0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF,
];

/// One step: what, which piece (2), where (3), and with what (2).
fn happen(file: &mut Apart, step: [u8; 8]) {
    let [what, low, high, a, b, c, with, more] = step;
    let count = file.pieces.len();
    if count == 0 {
        return;
    }
    let index = usize::from(u16::from_le_bytes([low, high])) % count;
    let at = usize::try_from(u32::from_le_bytes([a, b, c, 0])).expect("small");
    let value = usize::from(u16::from_le_bytes([with, more]));
    let other = value % count;
    let borrowed = file.pieces[other].bytes.clone();
    let piece = &mut file.pieces[index];
    if piece.bytes.len() + borrowed.len() > 10 * MOST {
        return;
    }
    let bytes = &mut piece.bytes;
    let at = if bytes.is_empty() { 0 } else { at % bytes.len() };
    let end = (at + value).min(bytes.len());
    match what % 16 {
        0 if at < bytes.len() => bytes[at] = with,
        1 if at < bytes.len() => bytes[at] ^= 1 << (with % 8),
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let copied = bytes[at..end].to_vec();
            bytes.splice(at..at, copied);
        }
        5 => {
            let number = NUMBERS[usize::from(with) % NUMBERS.len()].to_le_bytes();
            let width = [1, 2, 4][usize::from(more) % 3];
            let width = width.min(bytes.len() - at);
            bytes[at..at + width].copy_from_slice(&number[..width]);
        }
        // A length, a bit wrong.
        6 if at + 2 <= bytes.len() => {
            let old = u16::from_le_bytes([bytes[at], bytes[at + 1]]);
            let new = old.wrapping_add(u16::from(with)).wrapping_sub(128);
            bytes[at..at + 2].copy_from_slice(&new.to_le_bytes());
        }
        7 => drop(bytes.splice(at..at, borrowed)),
        8 => *bytes = borrowed,
        9 => file.pieces.swap(index, other),
        10 => drop(file.pieces.remove(index)),
        11 if count < 100 => {
            let mut copy = piece.clone();
            copy.name.push('1');
            file.pieces.push(copy);
        }
        // The next number in letters becomes another.
        12 => {
            let digits = |byte: &u8| byte.is_ascii_digit();
            let start = at + bytes[at..].iter().position(digits).unwrap_or(0);
            let end = start + bytes[start..].iter().take_while(|byte| digits(byte)).count();
            let number = NUMBERS[usize::from(with) % NUMBERS.len()].to_string();
            bytes.splice(start..end, number.into_bytes());
        }
        // A name or a value in quotes becomes the next one.
        13 => {
            let quotes: Vec<usize> = (at..bytes.len()).filter(|at| bytes[*at] == b'"').take(4).collect();
            if let [one, two, three, four] = quotes[..] {
                let next = bytes[three..=four].to_vec();
                bytes.splice(one..=two, next);
            }
        }
        // Something from here stands many times: nested if it opens something.
        14 => {
            let copied = bytes[at..(at + usize::from(with)).min(bytes.len())].repeat(usize::from(more) + 1);
            bytes.splice(at..at, copied);
        }
        15 => bytes.insert(at, with),
        _ => {}
    }
}
