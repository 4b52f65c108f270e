//! What can be read in a binary file of no known format: its stretches of six
//! or more printable characters, in ASCII, UTF-8 and UTF-16, as `strings` does.

/// The shortest stretch that is kept: shorter ones are chance.
const SHORTEST: usize = 6;

/// All stretches, a line each: those of single bytes, then those of UTF-16.
pub(in crate::extract) fn strings(bytes: &[u8]) -> String {
    let mut out = String::new();
    for run in bytes.split(|byte| !is_printable(*byte) && *byte < 0x80) {
        if run.len() >= SHORTEST {
            narrow(run, &mut out);
        }
    }
    for start in [0, 1] {
        let bytes = bytes.get(start..).unwrap_or(b"");
        wide(bytes, high_first, &mut out);
        wide(bytes, low_first, &mut out);
    }
    out
}

/// The stretches of a run without control characters: bytes above ASCII
/// belong to it where they are UTF-8.
fn narrow(run: &[u8], out: &mut String) {
    for chunk in run.utf8_chunks() {
        let valid = chunk.valid();
        let printable = valid.bytes().filter(|byte| is_printable(*byte)).count();
        if printable >= SHORTEST {
            out.push_str(valid);
            out.push('\n');
        }
    }
}

/// The stretches of UTF-16 whose characters are printable ASCII.
fn wide(bytes: &[u8], read: fn(&[u8]) -> Option<u8>, out: &mut String) {
    let mut run = String::new();
    for pair in bytes.chunks(2).chain([[].as_slice()]) {
        match read(pair) {
            Some(byte) if is_printable(byte) => run.push(char::from(byte)),
            _ => {
                if run.len() >= SHORTEST {
                    out.push_str(&run);
                    out.push('\n');
                }
                run.clear();
            }
        }
    }
}

fn high_first(pair: &[u8]) -> Option<u8> {
    match pair {
        [0, byte] => Some(*byte),
        _ => None,
    }
}

fn low_first(pair: &[u8]) -> Option<u8> {
    match pair {
        [byte, 0] => Some(*byte),
        _ => None,
    }
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_stretches_are_found_in_both_widths() {
        let mut bytes = vec![0, 1, 2, 0xFE];
        bytes.extend(b"943 476 5919\x00short\x01");
        assert_eq!(strings(&bytes), "943 476 5919\n");
        for shift in 0..4 {
            for swap in [false, true] {
                let mut bytes = vec![0xFE; shift];
                for byte in *b"9434765919" {
                    bytes.extend(if swap { [0, byte] } else { [byte, 0] });
                }
                bytes.extend([0xFF, 0xFE]);
                let found = strings(&bytes);
                assert!(found.contains("9434765919"), "{shift} {swap} {found}");
            }
        }
    }
}
