//! Every bound of the route, in one struct; reaching one is a fact.
//!
//! **What is not here:** what a rule makes of a bound that was reached; see
//! [`crate::policy`].

/// The bounds within which a message is read and answered.
///
/// A message over a bound is never treated as if the rest were clean: the
/// bound becomes a [`Gap`](crate::mail::Gap) or, where gatepost itself ran out
/// of time, a temporary failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Headers and body together, in bytes. Default 64 MiB: Postfix accepts
    /// 10 MB by default (`message_size_limit`), NHS.net Connect 35 MB.
    pub message_bytes: usize,
    /// Recipients of one message. Default 10,000; Postfix stops at 1,000
    /// (`smtpd_recipient_limit`). A message with more is refused.
    pub recipients: usize,
    /// Messages inside messages, and files inside files. Default 8; Postfix counts MIME depth to 100
    /// (`mime_nesting_limit`), people forward a handful of times.
    pub depth: usize,
    /// Parts of one message, nested ones included. Default 1,000, our own
    /// judgement: the largest of the public mail collections has 16.
    pub parts: usize,
    /// Readable text of one message, in bytes. Default 200 MB, our own judgement:
    /// as much as may be unpacked, three times the largest message.
    pub text_bytes: usize,
    /// Files in the archives and documents of one part, those in archives in
    /// archives included. Default 10,000, our own judgement: the largest document
    /// of the public collection has 104.
    pub members: usize,
    /// What archives and documents of one part unpack to together, in bytes.
    /// Default 200 MB, our own judgement: the largest document of the public
    /// collection unpacks to 3 MB.
    pub expanded_bytes: usize,
    /// How many times its size a file may unpack to. Default 200: text packs
    /// to a twentieth at best, sheets of equal rows to a hundredth; deflate
    /// ends at 1,032. Apache Tika stops at 100. A nearly white RGB scan in a PDF
    /// goes over it: one line of writing on A4 packs to a 500th (150 dots an
    /// inch) to a 760th (600), five lines to a 170th to a 380th, twenty to a
    /// 130th at most (zlib, level 6). It is unpacked only where writing is
    /// recognised: its top is read then, and it is `too-large`.
    pub expansion: usize,
    /// Time for reading one attachment with all that is inside it, in
    /// milliseconds. Default 3,000: a PDF of 1,000 pages takes about one second.
    pub part_ms: u64,
    /// Time for reading all attachments of a message, in milliseconds. Default
    /// 10,000; must stay below [`Self::message_ms`].
    pub reading_ms: u64,
    /// Pictures of one message whose writing is recognised. Default 0: it is not
    /// switched on; 10 where it is, at about a second a page.
    pub pictures: usize,
    /// Memory of a process that reads attachments, in bytes of address space.
    /// Default 1 GiB: five times what may be unpacked.
    pub worker_bytes: usize,
    /// Distinct findings of one kind and place that are kept one by one; above
    /// that they are counted. Default 64, the largest threshold of a rule.
    pub findings: usize,
    /// Time for one message from its last byte to the answer, in milliseconds.
    /// Default 20,000; must stay below the MTA's own patience (Postfix
    /// `milter_content_timeout`, 300 s).
    pub message_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 64 << 20,
            recipients: 10_000,
            depth: 8,
            parts: 1_000,
            text_bytes: 200_000_000,
            members: 10_000,
            expanded_bytes: 200_000_000,
            expansion: 200,
            part_ms: 3_000,
            reading_ms: 10_000,
            pictures: 0,
            worker_bytes: 1 << 30,
            findings: 64,
            message_ms: 20_000,
        }
    }
}
