//! The readable words in a file of no known structure.

/// How many letters in a row are no accident.
const LETTERS: usize = 5;

/// All runs of ASCII letters, and of Latin letters in UTF-16 (little endian),
/// a line each.
pub(in crate::extract::office) fn of(bytes: &[u8]) -> String {
    let mut out = String::new();
    runs(bytes.iter().map(|byte| char::from(*byte)), true, &mut out);
    for start in [0, 1] {
        let tail = bytes.get(start..).unwrap_or_default();
        let units = tail.as_chunks::<2>().0.iter().map(|pair| {
            let unit = u16::from_le_bytes(*pair);
            char::from_u32(u32::from(unit)).unwrap_or('\0')
        });
        runs(units, false, &mut out);
    }
    out
}

fn runs(letters: impl Iterator<Item = char>, ascii: bool, out: &mut String) {
    let mut run = String::new();
    for letter in letters.chain(['\0']) {
        let is_text = match letter {
            ' '..='~' | '\t' => true,
            '\u{a0}'..='\u{24f}' => !ascii,
            _ => false,
        };
        if is_text {
            run.push(letter);
            continue;
        }
        if run.chars().count() >= LETTERS {
            out.push_str(&run);
            out.push('\n');
        }
        run.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_both_widths() {
        let mut bytes = b"\x01\x02NHS 943\x00".to_vec();
        bytes.extend("476 5919".encode_utf16().flat_map(u16::to_le_bytes));
        let found = of(&bytes);
        assert!(
            found.contains("NHS 943") && found.contains("476 5919"),
            "{found}"
        );
    }
}
