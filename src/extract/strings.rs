//! What can be read in data of an unknown form: its stretches of printable
//! characters, in ASCII, UTF-8 and UTF-16, as `strings` finds them.
//!
//! For records that nobody wrote down, damaged files, and streams of programs
//! that are not read: a number in them is found all the same.

/// The shortest stretch that is kept of whole files: shorter ones are chance.
pub(super) const SHORTEST: usize = 6;

/// The stretches of a record or a stream of which only the words count.
pub(super) fn words(bytes: &[u8]) -> String {
    strings(bytes, 5)
}

/// All stretches of at least `least` characters, a line each: those of single
/// bytes, then those of UTF-16.
pub(super) fn strings(bytes: &[u8], least: usize) -> String {
    let mut out = String::new();
    for run in bytes.split(|byte| !is_printable(*byte) && *byte < 0x80) {
        if run.len() >= least {
            narrow(run, least, &mut out);
        }
    }
    for start in [0, 1] {
        let pairs = bytes.get(start..).unwrap_or_default().as_chunks::<2>().0;
        runs(pairs, high_first, least, &mut out);
    }
    wide(bytes, least, &mut out);
    out
}

/// The stretches of UTF-16 with its low byte first, at even and odd places.
pub(super) fn wide(bytes: &[u8], least: usize, out: &mut String) {
    for start in [0, 1] {
        let pairs = bytes.get(start..).unwrap_or_default().as_chunks::<2>().0;
        runs(pairs, low_first, least, out);
    }
}

/// The stretches of a run without control characters: bytes above ASCII
/// belong to it where they are UTF-8.
fn narrow(run: &[u8], least: usize, out: &mut String) {
    for chunk in run.utf8_chunks() {
        let valid = chunk.valid();
        let printable = valid.bytes().filter(|byte| is_printable(*byte)).count();
        if printable >= least {
            line(valid, out);
        }
    }
}

fn runs(pairs: &[[u8; 2]], read: fn([u8; 2]) -> Option<char>, least: usize, out: &mut String) {
    let mut run = String::new();
    let mut length = 0_usize;
    for letter in pairs.iter().map(|pair| read(*pair)).chain([None]) {
        if let Some(letter) = letter {
            run.push(letter);
            length = length.saturating_add(1);
            continue;
        }
        if length >= least {
            line(&run, out);
        }
        run.clear();
        length = 0;
    }
}

fn line(run: &str, out: &mut String) {
    let run = run.trim();
    if run.contains(char::is_alphanumeric) {
        out.push_str(run);
        out.push('\n');
    }
}

/// ASCII only: this way round is rare.
fn high_first(pair: [u8; 2]) -> Option<char> {
    (pair[0] == 0 && is_printable(pair[1])).then(|| char::from(pair[1]))
}

/// Latin, Greek and Cyrillic, and the dashes and spaces of print: two bytes of
/// chance are seldom one of these for long, and would be Chinese all the time.
fn low_first(pair: [u8; 2]) -> Option<char> {
    let unit = u16::from_le_bytes(pair);
    let is_kept = unit < 0x0530 || matches!(unit, 0x2000..=0x206F);
    let letter = char::from_u32(u32::from(unit)).filter(|_| is_kept)?;
    (!letter.is_control() || letter == '\t').then_some(letter)
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_stretches_are_found_in_all_widths() {
        let mut bytes = vec![0, 1, 2, 0xFE];
        bytes.extend(b"943 476 5919\x00short\x01");
        assert_eq!(strings(&bytes, SHORTEST), "943 476 5919\n");
        for shift in 0..4 {
            for swap in [false, true] {
                let mut bytes = vec![0xFE; shift];
                for byte in *b"9434765919" {
                    bytes.extend(if swap { [0, byte] } else { [byte, 0] });
                }
                bytes.extend([0xFF, 0xFE]);
                let found = strings(&bytes, SHORTEST);
                assert!(found.contains("9434765919"), "{shift} {swap} {found}");
            }
        }
    }

    #[test]
    fn stretches_of_both_widths_stand_side_by_side() {
        let mut bytes = b"\x01\x02943 476\xFF\xFF\xFF".to_vec();
        bytes.extend("5919 Über".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(strings(&bytes, 5), "943 476\n5919 Über\n");
    }
}
