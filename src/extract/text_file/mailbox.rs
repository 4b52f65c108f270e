//! Mailboxes: messages one after the other, each behind a line `From ` (RFC
//! 4155 appendix A, and what programs make of it) or four times the character
//! 1 (MMDF).

use super::kind;

/// Splits a mailbox into its messages, and gives the lines between them. Lines
/// that were escaped by `>` are themselves again.
pub(in crate::extract) fn split(bytes: &[u8]) -> (Vec<Vec<u8>>, String) {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    let mut between = String::new();
    let mut after_blank = true;
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().copied().unwrap_or(b"");
        let separates = line.starts_with(b"From ") && after_blank && kind::begins_header(next);
        if separates || is_mmdf(line) {
            between.push_str(&String::from_utf8_lossy(line.trim_ascii_end()));
            between.push('\n');
            if messages.last().is_none_or(|last| !last.is_empty()) {
                messages.push(Vec::new());
            }
        } else {
            // `>From` is one that stood there, `>>From` a quoted one.
            let quoted = line.trim_ascii_start().len() == line.len()
                && line.starts_with(b">")
                && line
                    .iter()
                    .position(|byte| *byte != b'>')
                    .and_then(|at| line.get(at..))
                    .is_some_and(|rest| rest.starts_with(b"From "));
            let line = if quoted {
                line.get(1..).unwrap_or(line)
            } else {
                line
            };
            match messages.last_mut() {
                Some(last) => last.extend_from_slice(line),
                None => messages.push(line.to_vec()),
            }
        }
        after_blank = line.trim_ascii().is_empty();
    }
    messages.retain(|message| !message.trim_ascii().is_empty());
    (messages, between)
}

fn is_mmdf(line: &[u8]) -> bool {
    line.trim_ascii_end() == b"\x01\x01\x01\x01"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_split_where_a_message_begins() {
        let source = b"From a@b Thu\r\nSubject: one\r\n\r\nFrom here on\r\n>From x\r\n>>From y\r\n\
                       \r\nFrom c@d Fri\nSubject: two\n\nx\n\nFrom now on it is: so\n";
        let (messages, between) = split(source);
        assert_eq!(messages.len(), 2);
        assert_eq!(
            messages[0],
            b"Subject: one\r\n\r\nFrom here on\r\nFrom x\r\n>From y\r\n\r\n"
        );
        assert_eq!(between, "From a@b Thu\nFrom c@d Fri\n");
        let (messages, _) = split(b"\x01\x01\x01\x01\nSubject: a\n\nx\n\x01\x01\x01\x01\n\x01\x01\x01\x01\nTo: b\n\ny\n\x01\x01\x01\x01\n");
        assert_eq!(messages.len(), 2);
    }
}
