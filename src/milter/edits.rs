//! Edits of the original: what an MTA is told to change before it goes on.

use crate::act::seal::Sealed;
use crate::mail::{Envelope, Header, Message};
use crate::policy::TagWords;

/// Changes to a message, in the order in which they are made.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Edits {
    /// Recipients to remove, by the exact bytes that RCPT gave.
    pub removed: Vec<Vec<u8>>,
    /// Headers to replace, or to delete where there is no value: the name, its
    /// number among headers of that name from 1, the value with its leading
    /// space. Deletions come with the highest number first, so that the others
    /// keep theirs.
    pub changed: Vec<(String, i32, Option<Vec<u8>>)>,
    /// Headers to add at the end.
    pub added: Vec<(String, Vec<u8>)>,
    /// The new body, if it is replaced.
    pub body: Option<Vec<u8>>,
}

impl Edits {
    /// Removes recipients by their number in the envelope.
    pub fn remove(&mut self, envelope: &Envelope, recipients: &[usize]) {
        for index in recipients {
            if let Some(path) = envelope.recipients.get(*index) {
                self.removed.push(path.raw().reveal().clone());
            }
        }
    }

    /// Replaces the message by its sealed form.
    pub fn seal(&mut self, message: &Message, sealed: Sealed) {
        let numbered = numbered(message.headers());
        for ((name, number), kept) in numbered.iter().zip(&sealed.kept).rev() {
            if !kept {
                self.changed.push(((*name).to_owned(), *number, None));
            }
        }
        for header in sealed.added {
            let value = for_milter(header.value().reveal());
            self.added.push((header.name().to_owned(), value));
        }
        self.body = Some(sealed.body);
    }

    /// Strips the tags from all subjects.
    pub fn strip_tags(&mut self, message: &Message, tags: &TagWords) {
        let headers = message.headers();
        for (header, (name, number)) in headers.iter().zip(numbered(headers)) {
            if header.is("subject")
                && let Some(value) = tags.strip(header.value().reveal())
            {
                let value = for_milter(&value);
                self.changed.push((name.to_owned(), number, Some(value)));
            }
        }
    }

    /// Adds a header at the end.
    pub fn add(&mut self, name: &str, value: &str) {
        let value = format!(" {value}").into_bytes();
        self.added.push((name.to_owned(), value));
    }
}

/// Each header's name with its number among headers of that name.
fn numbered(headers: &[Header]) -> Vec<(&str, i32)> {
    let mut counts: std::collections::BTreeMap<String, i32> = std::collections::BTreeMap::new();
    headers
        .iter()
        .map(|header| {
            let count = counts
                .entry(header.name().to_ascii_lowercase())
                .or_default();
            *count = count.saturating_add(1);
            (header.name(), *count)
        })
        .collect()
}

/// Folds as milters write them: a line feed and white space.
fn for_milter(value: &[u8]) -> Vec<u8> {
    value
        .iter()
        .copied()
        .filter(|byte| *byte != b'\r')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn same_named_headers_are_deleted_from_the_last_to_the_first() {
        let raw = b"Content-Type: a\r\nTo: x\r\ncontent-type: b\r\n\r\nbody".to_vec();
        let message = Message::parse(raw, &Limits::default());
        let mut edits = Edits::default();
        let sealed = Sealed {
            kept: vec![false, true, false],
            added: vec![Header::new("Content-Type", b" c;\r\n d")],
            body: b"new".to_vec(),
        };
        edits.seal(&message, sealed);
        assert_eq!(
            edits.changed,
            [
                (String::from("content-type"), 2, None),
                (String::from("Content-Type"), 1, None)
            ]
        );
        assert_eq!(
            edits.added,
            [(String::from("Content-Type"), b" c;\n d".to_vec())]
        );
    }
}
