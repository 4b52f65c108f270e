//! A message with attachments, read in this process and by real workers.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepost::extract::{Extracted, File, InProcess, Reader, extract};
use gatepost::limits::Limits;
use gatepost::location::{Location, PartPath, Place};
use gatepost::mail::Message;
use gatepost::reader::Workers;
use gatepost::scan::{Identifier, Scanner};
use gatepost::sensitive::Sensitive;

/// Valid and never issued.
pub(crate) const NUMBER: &str = "9434765919";

/// The scanner that comes with gatepost.
static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::built_in);

/// What was made of a message.
#[derive(Debug, PartialEq)]
pub(crate) struct Read {
    /// Each ten-digit number with its place and level.
    pub(crate) found: Vec<(String, Location, String)>,
    /// What was not read: place, then such as `encrypted zip`.
    pub(crate) gaps: Vec<(Location, String)>,
    /// The hidden places.
    pub(crate) hidden: Vec<Location>,
    /// Each text's place and length.
    pub(crate) texts: Vec<(Location, usize)>,
}

impl Read {
    pub(crate) fn has(&self, number: &str) -> bool {
        !self.places(number).is_empty()
    }

    pub(crate) fn places(&self, number: &str) -> Vec<&Location> {
        let same = self.found.iter().filter(|(value, _, _)| value == number);
        same.map(|(_, place, _)| place).collect()
    }

    /// Where a number was found, in words.
    pub(crate) fn told(&self, number: &str) -> Vec<String> {
        let places = self.places(number).into_iter();
        places.map(ToString::to_string).collect()
    }

    /// Whether a part has a gap for this reason, whatever its format.
    pub(crate) fn lacks(&self, part: &str, reason: &str) -> bool {
        self.gaps
            .iter()
            .any(|(location, why)| within(location, part) && why.split(' ').next() == Some(reason))
    }

    /// Whether there is a text of a part, or of something in it, that is more
    /// than its name, or a gap.
    pub(crate) fn tells_of(&self, part: &str) -> bool {
        let is_content = |place| !matches!(place, Place::AttachmentName | Place::Header);
        let mut texts = self.texts.iter().map(|(location, _)| location);
        texts.any(|location| within(location, part) && is_content(location.place))
            || !self.gaps_of(part).is_empty()
    }

    /// The gaps of a part and of what is in it.
    pub(crate) fn gaps_of(&self, part: &str) -> Vec<&str> {
        let gaps = self.gaps.iter();
        gaps.filter(|(location, _)| within(location, part))
            .map(|(_, why)| why.as_str())
            .collect()
    }
}

fn within(location: &Location, part: &str) -> bool {
    let path = location.part.to_string();
    path == part || path.starts_with(&format!("{part}."))
}

/// A message with a body and files; the first file is part 2.
pub(crate) fn message(body: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut raw = format!(
        "From: sender@trust.example\r\nTo: x@gmail.com\r\nSubject: Papers\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"part\"\r\n\r\n\
         --part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    );
    for (name, bytes) in files {
        let _ = write!(
            raw,
            "--part\r\nContent-Type: application/octet-stream\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n"
        );
        let packed = STANDARD.encode(bytes);
        for line in packed.as_bytes().chunks(76) {
            raw.push_str(std::str::from_utf8(line).expect("base64"));
            raw.push_str("\r\n");
        }
    }
    raw.push_str("--part--\r\n");
    raw.into_bytes()
}

/// Workers of the binary that is tested.
pub(crate) fn workers(most: usize, limits: &Limits) -> Workers {
    let program = Path::new(env!("CARGO_BIN_EXE_gatepost"));
    Workers::start(program, most, limits).expect("workers")
}

/// Bounds with so much time that an unoptimised build on a busy machine is not
/// called slow.
pub(crate) fn patient() -> Limits {
    Limits {
        part_ms: 120_000,
        reading_ms: 600_000,
        message_ms: 900_000,
        ..Limits::default()
    }
}

/// Reads in this process.
pub(crate) fn here(raw: &[u8], limits: &Limits) -> Read {
    read(raw, limits, &InProcess)
}

/// Reads by workers.
pub(crate) fn by(workers: &Workers, raw: &[u8], limits: &Limits) -> Read {
    read(raw, limits, &workers.for_message(limits))
}

/// A file on its own.
pub(crate) fn file(bytes: Vec<u8>) -> File {
    File {
        path: PartPath::root().child(2),
        place: Place::Attachment,
        depth: 0,
        media_type: String::from("application/octet-stream"),
        name: Sensitive::new(String::new()),
        unit: None,
        hidden: None,
        bytes: Sensitive::new(bytes),
    }
}

/// The texts that a worker reads in a file.
pub(crate) fn texts(workers: &Workers, bytes: Vec<u8>, limits: &Limits) -> Vec<String> {
    let reader = workers.for_message(limits);
    let texts = reader.read(file(bytes), limits).texts;
    texts
        .into_iter()
        .map(|(_, text)| text.into_revealed())
        .collect()
}

fn read(raw: &[u8], limits: &Limits, reader: &dyn Reader) -> Read {
    let message = Message::parse(raw.to_vec(), limits);
    let extracted = extract(&message, limits, reader);
    let findings = SCANNER.scan(&extracted.texts).findings;
    let Extracted {
        texts,
        gaps,
        hidden,
    } = extracted;
    let numbers = findings
        .into_iter()
        .filter(|finding| finding.identifier == Identifier::NhsNumber);
    Read {
        found: numbers
            .map(|finding| {
                let level = finding.confidence.word().to_owned();
                (finding.value.into_revealed(), finding.location, level)
            })
            .collect(),
        gaps: gaps
            .into_iter()
            .map(|gap| {
                let format = gap.format.map_or("", |format| format.word());
                let why = format!("{} {format}", gap.why.word());
                (gap.location, why.trim_end().to_owned())
            })
            .collect(),
        hidden,
        texts: texts
            .into_iter()
            .map(|placed| {
                let length = placed.text.source().reveal().len();
                (placed.location, length)
            })
            .collect(),
    }
}
