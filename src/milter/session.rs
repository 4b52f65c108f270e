//! One message as an MTA tells it, event by event.
//!
//! Bytes are kept as they come: the exact string of each recipient, headers
//! with their leading space, bodies with NUL and 8-bit bytes.

use crate::limits::Limits;
use crate::mail::{Envelope, Message};

/// A message that is being told. A connection tells several, one after the
/// other.
#[derive(Clone, Debug, Default)]
pub struct Session {
    sender: Vec<u8>,
    recipients: Vec<Vec<u8>>,
    recipients_left_out: usize,
    raw: Vec<u8>,
    /// Bytes that arrived, those over the bound included.
    bytes: usize,
    open: bool,
}

/// A message that was told to its end.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Sender and recipients.
    pub envelope: Envelope,
    /// Headers and body, as they would be on the wire; cut at the bound.
    pub raw: Vec<u8>,
    /// Whether more arrived than the bound allows.
    pub cut_short: bool,
    /// How many recipients were over the bound.
    pub recipients_left_out: usize,
}

impl Session {
    /// A message begins: whatever was told before is forgotten.
    pub fn begin(&mut self, sender: &[u8]) {
        *self = Self {
            sender: sender.to_vec(),
            open: true,
            ..Self::default()
        };
    }

    /// Whether a message has begun and not ended.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// A recipient; one over the bound is counted and left out, and then the
    /// whole message must be refused.
    pub fn recipient(&mut self, path: &[u8], limits: &Limits) {
        if self.recipients.len() < limits.recipients {
            self.recipients.push(path.to_vec());
        } else {
            self.recipients_left_out = self.recipients_left_out.saturating_add(1);
        }
    }

    /// A header. The value begins with its own leading space, and its folds
    /// are line feeds followed by white space.
    pub fn header(&mut self, name: &[u8], value: &[u8], limits: &Limits) {
        let mut line = Vec::with_capacity(name.len().saturating_add(value.len()).saturating_add(4));
        line.extend_from_slice(name);
        line.push(b':');
        let mut pieces = value.split(|byte| *byte == b'\n');
        if let Some(first) = pieces.next() {
            line.extend_from_slice(first.strip_suffix(b"\r").unwrap_or(first));
        }
        for piece in pieces {
            line.extend_from_slice(b"\r\n");
            // A line that begins otherwise would be a header of its own.
            if !matches!(piece.first(), Some(b' ' | b'\t')) {
                line.push(b'\t');
            }
            line.extend_from_slice(piece.strip_suffix(b"\r").unwrap_or(piece));
        }
        line.extend_from_slice(b"\r\n");
        self.push(&line, limits);
    }

    /// The headers have ended.
    pub fn end_of_headers(&mut self, limits: &Limits) {
        self.push(b"\r\n", limits);
    }

    /// A piece of the body.
    pub fn body(&mut self, piece: &[u8], limits: &Limits) {
        self.push(piece, limits);
    }

    /// The message has ended; what was told is given up.
    pub fn end(&mut self, limits: &Limits) -> Submission {
        let told = std::mem::take(self);
        Submission {
            envelope: Envelope::new(&told.sender, told.recipients.iter().map(Vec::as_slice)),
            recipients_left_out: told.recipients_left_out,
            cut_short: told.bytes > limits.message_bytes,
            raw: told.raw,
        }
    }

    /// The message was given up by the MTA.
    pub fn abort(&mut self) {
        *self = Self::default();
    }

    fn push(&mut self, bytes: &[u8], limits: &Limits) {
        self.bytes = self.bytes.saturating_add(bytes.len());
        let room = limits.message_bytes.saturating_sub(self.raw.len());
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.raw.extend_from_slice(taken);
    }
}

impl Submission {
    /// The message, parsed as far as it arrived.
    pub fn message(self, limits: &Limits) -> (Message, Envelope) {
        let message = if self.cut_short {
            Message::parse_cut_short(self.raw, limits)
        } else {
            Message::parse(self.raw, limits)
        };
        (message, self.envelope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_put_together_byte_for_byte() {
        let limits = Limits::default();
        let mut session = Session::default();
        session.begin(b"<a@x.test>");
        session.recipient(b"B@y.test", &limits);
        session.header(b"Subject", b"  two\n\tlines", &limits);
        session.header(b"X", b" a\nInjected: b", &limits);
        session.end_of_headers(&limits);
        session.body(b"8-bit \xe9 and NUL \0\r\n", &limits);
        let submission = session.end(&limits);
        assert_eq!(
            submission.raw,
            b"Subject:  two\r\n\tlines\r\nX: a\r\n\tInjected: b\r\n\r\n8-bit \xe9 and NUL \0\r\n"
        );
        assert!(!submission.cut_short && !session.is_open());
        let raw = submission.envelope.recipients[0].raw();
        assert_eq!(raw.reveal(), b"B@y.test");
    }

    #[test]
    fn what_is_over_the_bound_is_counted_and_said() {
        let limits = Limits {
            message_bytes: 10,
            recipients: 1,
            ..Limits::default()
        };
        let mut session = Session::default();
        session.begin(b"");
        session.recipient(b"a", &limits);
        session.recipient(b"b", &limits);
        session.body(b"12345678", &limits);
        session.body(b"90abc", &limits);
        let submission = session.end(&limits);
        assert_eq!(submission.raw, b"1234567890");
        assert!(submission.cut_short);
        assert_eq!(submission.recipients_left_out, 1);
    }

    #[test]
    fn a_new_message_knows_nothing_of_the_last() {
        let limits = Limits::default();
        let mut session = Session::default();
        session.begin(b"a");
        session.recipient(b"b", &limits);
        session.abort();
        session.begin(b"c");
        let submission = session.end(&limits);
        assert!(submission.envelope.recipients.is_empty());
        assert_eq!(submission.envelope.sender.raw().reveal(), b"c");
    }
}
