//! Headers and footers of printed sheets (ECMA-376 part 1, 18.3.1.39; MS-XLS
//! 2.4.136 has the same codes).

/// A header or footer as it is printed (18.3.1.39): without fonts, sizes and
/// colours, its three sections on lines of their own.
pub(super) fn without_codes(header: &str) -> String {
    let mut plain = String::new();
    let mut characters = header.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '&' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('&') => plain.push('&'),
            Some('L' | 'C' | 'R') => plain.push('\n'),
            Some('"') => {
                let _font: usize = characters.by_ref().take_while(|next| *next != '"').count();
            }
            Some('K') => {
                for _ in 0..6 {
                    let _ =
                        characters.next_if(|next| next.is_ascii_hexdigit() || "+-".contains(*next));
                }
            }
            Some('0'..='9') => {
                // One or two digits of a size have been written; a third was not.
                let _ = characters.next_if(char::is_ascii_digit);
            }
            _ => {}
        }
    }
    plain.trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_lose_their_codes() {
        let source = "&L&\"Arial,Bold\"&12 NHS &K01+000943&B 476&C5919&&";
        assert_eq!(without_codes(source), "NHS 943 476\n5919&".trim_start());
    }
}
