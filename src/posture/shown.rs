//! Texts of strangers made fit for a terminal and a report.

/// The longest piece of a stranger's text that is shown, in characters.
const MOST: usize = 120;

/// A text from outside: printable ASCII as it is, everything else as an escape,
/// so that no record moves the cursor or turns the line round; cut where it is
/// long.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    for (number, letter) in text.chars().enumerate() {
        if number >= MOST {
            out.push_str("...");
            break;
        }
        if letter == ' ' || letter.is_ascii_graphic() {
            out.push(letter);
        } else {
            out.extend(letter.escape_default());
        }
    }
    out
}

/// The first few of many names, and how many more there are.
pub(super) fn some_of<'a>(names: impl ExactSizeIterator<Item = &'a str>, most: usize) -> String {
    let all = names.len();
    let first: Vec<String> = names.take(most).map(shown).collect();
    let first = first.join(", ");
    match all.saturating_sub(most) {
        0 => first,
        rest => format!("{first} and {rest} more"),
    }
}

/// `1 lookup`, `2 lookups`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_a_terminal_that_could_steer_it() {
        assert_eq!(
            shown("a\u{1b}[2Jb\r\n\u{202e}"),
            "a\\u{1b}[2Jb\\r\\n\\u{202e}"
        );
        assert_eq!(shown(&"x".repeat(65_536)).len(), MOST + 3);
        assert_eq!(some_of(["a", "b", "c"].into_iter(), 2), "a, b and 1 more");
    }
}
