//! Words in bytes of an unknown form: for records and parts whose form nobody
//! wrote down, so that nothing hides in them.

/// Shorter runs are chance.
const SHORTEST: usize = 5;

/// All runs of readable characters, 8-bit and UTF-16 (little-endian), a line
/// each.
pub(super) fn words(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut run = String::new();
    for byte in bytes {
        if matches!(byte, 0x20..=0x7E) {
            run.push(char::from(*byte));
        } else {
            end(&mut run, &mut text);
        }
    }
    end(&mut run, &mut text);
    for start in [0, 1] {
        let pairs = bytes.get(start..).unwrap_or_default().as_chunks::<2>().0;
        for pair in pairs {
            match char::from_u32(u32::from(u16::from_le_bytes(*pair))) {
                Some(letter) if is_readable(letter) => run.push(letter),
                _ => end(&mut run, &mut text),
            }
        }
        end(&mut run, &mut text);
    }
    text
}

/// Latin and its marks: two bytes of chance are seldom one of these.
fn is_readable(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{a0}'..='\u{17f}' | '\u{2000}'..='\u{206f}')
}

fn end(run: &mut String, text: &mut String) {
    if run.len() >= SHORTEST && run.contains(|letter: char| letter.is_alphanumeric()) {
        text.push_str(run.trim());
        text.push('\n');
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_bytes_and_in_utf_16_are_found() {
        let mut bytes = b"\x01\x02943 476\x00\x05".to_vec();
        bytes.extend("5919 over".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(words(&bytes), "943 476\n5919 over\n");
    }
}
