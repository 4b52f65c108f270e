//! What goes through the pipes: a frame of a header and a body.
//!
//! A frame is the length of the header (4 bytes, lowest first), that of the
//! body (8 bytes), the header as JSON, the body. The header tells where texts
//! and files begin and end in the body, so that patient text is never part of
//! anything that is serialised.
//!
//! Neither side trusts the other: lengths are bounded before memory is taken,
//! and an answer may speak only of the file that was asked for.

use serde::{Deserialize, Serialize};

use crate::extract::{File, Reading};
use crate::limits::Limits;
use crate::location::{Hidden, Location, PartPath, Place, Unit};
use crate::mail::Gap;
use crate::sensitive::Sensitive;

/// What is asked of a nursery: a worker, with the socket that it is to read from.
pub const WANTED: u8 = b'W';

/// What a nursery says of a worker by that socket, with a pidfd of it.
pub const PROCESS: u8 = b'P';

/// What a worker says once, unasked: that it has taken its rights away and reads.
pub const READY: u8 = b'R';

/// The lengths in front of a frame, in bytes.
pub(super) const PREFIX: usize = 12;

/// How long a header may be, and those of all pieces of an answer: a location for each of some hundred thousand texts.
pub(super) const HEADER_BYTES: usize = 64 << 20;

/// Why a frame is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// It is shorter than its lengths say, or longer.
    #[error("a frame has another length than it says")]
    Length,
    /// Its header can't be read.
    #[error("the header of a frame can't be read")]
    Header,
    /// A text is no UTF-8.
    #[error("a text in a frame is not UTF-8")]
    Text,
    /// It is longer than the bound.
    #[error("a frame is longer than the bound")]
    TooLong,
    /// An answer speaks of another file than the one that was to be read.
    #[error("an answer speaks of another file")]
    OtherFile,
}

#[derive(Debug, Serialize, Deserialize)]
struct RequestHeader {
    limits: WireLimits,
    path: PartPath,
    place: Place,
    depth: usize,
    media_type: String,
    unit: Option<Unit>,
    hidden: Option<Hidden>,
    /// The first bytes of the body are the name, the rest is the content.
    name_bytes: usize,
}

/// The bounds that reading needs.
#[derive(Debug, Serialize, Deserialize)]
struct WireLimits {
    depth: usize,
    parts: usize,
    text_bytes: usize,
    members: usize,
    expanded_bytes: usize,
    expansion: usize,
    pictures: usize,
    findings: usize,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct AnswerHeader {
    /// Where each text stands, and its length; the texts follow one another.
    texts: Vec<(Location, usize)>,
    gaps: Vec<Gap>,
    hidden: Vec<Location>,
    /// The same for pictures, which follow the texts.
    pictures: Vec<(Location, usize)>,
    /// Whether another answer about the same file follows.
    #[serde(default)]
    more: bool,
}

/// An answer to a request, or a piece of it.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// What was made of the file.
    pub reading: Reading,
    /// Whether another answer about the same file follows.
    pub more: bool,
}

/// A request to read a file.
pub fn encode_request(file: &File, limits: &Limits) -> Vec<u8> {
    let name = file.name.reveal();
    let header = RequestHeader {
        limits: WireLimits {
            depth: limits.depth,
            parts: limits.parts,
            text_bytes: limits.text_bytes,
            members: limits.members,
            expanded_bytes: limits.expanded_bytes,
            expansion: limits.expansion,
            pictures: limits.pictures,
            findings: limits.findings,
        },
        path: file.path.clone(),
        place: file.place,
        depth: file.depth,
        media_type: file.media_type.clone(),
        unit: file.unit,
        hidden: file.hidden,
        name_bytes: name.len(),
    };
    frame(&header, &[name.as_bytes(), file.bytes.reveal()])
}

/// Reads a request back.
///
/// # Errors
/// See [`ProtocolError`].
pub fn decode_request(frame: &[u8]) -> Result<(File, Limits), ProtocolError> {
    let (header, body): (RequestHeader, _) = taken_apart(frame)?;
    let (name, bytes) = body
        .split_at_checked(header.name_bytes)
        .ok_or(ProtocolError::Length)?;
    let name = std::str::from_utf8(name).map_err(|_| ProtocolError::Text)?;
    let limits = Limits {
        depth: header.limits.depth,
        parts: header.limits.parts,
        text_bytes: header.limits.text_bytes,
        members: header.limits.members,
        expanded_bytes: header.limits.expanded_bytes,
        expansion: header.limits.expansion,
        pictures: header.limits.pictures,
        findings: header.limits.findings,
        ..Limits::default()
    };
    let file = File {
        path: header.path,
        place: header.place,
        depth: header.depth,
        media_type: header.media_type,
        name: Sensitive::new(name.to_owned()),
        unit: header.unit,
        hidden: header.hidden,
        bytes: Sensitive::new(bytes.to_vec()),
    };
    Ok((file, limits))
}

/// The answer to a request, or the last piece of it.
pub fn encode_answer(reading: &Reading) -> Vec<u8> {
    encode(reading, false)
}

/// A piece of the answer to a request; more follows.
pub fn encode_piece(reading: &Reading) -> Vec<u8> {
    encode(reading, true)
}

fn encode(reading: &Reading, more: bool) -> Vec<u8> {
    let header = AnswerHeader {
        texts: reading
            .texts
            .iter()
            .map(|(location, text)| (location.clone(), text.reveal().len()))
            .collect(),
        gaps: reading.gaps.clone(),
        hidden: reading.hidden.clone(),
        pictures: reading
            .pictures
            .iter()
            .map(|(location, picture)| (location.clone(), picture.reveal().len()))
            .collect(),
        more,
    };
    let texts = reading.texts.iter();
    let texts = texts.map(|(_, text)| text.reveal().as_bytes());
    let pictures = reading.pictures.iter();
    let pictures = pictures.map(|(_, picture)| picture.reveal().as_slice());
    let body: Vec<&[u8]> = texts.chain(pictures).collect();
    frame(&header, &body)
}

/// Reads an answer about the file at `path` back, or a piece of one.
///
/// # Errors
/// See [`ProtocolError`].
pub fn decode_answer(frame: &[u8], path: &PartPath) -> Result<Answer, ProtocolError> {
    let (header, mut body): (AnswerHeader, _) = taken_apart(frame)?;
    let gaps = header.gaps.iter().map(|gap| &gap.location);
    let texts = header.texts.iter().map(|(location, _)| location);
    let pictures = header.pictures.iter().map(|(location, _)| location);
    let mut places = texts.chain(gaps).chain(&header.hidden).chain(pictures);
    if !places.all(|location| location.part.starts_with(path) && is_of_a_file(location.place)) {
        return Err(ProtocolError::OtherFile);
    }
    let mut texts = Vec::with_capacity(header.texts.len());
    for (location, length) in header.texts {
        let (text, rest) = body.split_at_checked(length).ok_or(ProtocolError::Length)?;
        body = rest;
        let text = std::str::from_utf8(text).map_err(|_| ProtocolError::Text)?;
        texts.push((location, Sensitive::new(text.to_owned())));
    }
    let mut pictures = Vec::new();
    for (location, length) in header.pictures {
        let (picture, rest) = body.split_at_checked(length).ok_or(ProtocolError::Length)?;
        body = rest;
        pictures.push((location, Sensitive::new(picture.to_vec())));
    }
    if !body.is_empty() {
        return Err(ProtocolError::Length);
    }
    Ok(Answer {
        reading: Reading {
            texts,
            gaps: header.gaps,
            hidden: header.hidden,
            pictures,
        },
        more: header.more,
    })
}

fn is_of_a_file(place: Place) -> bool {
    match place {
        Place::Body | Place::Attachment | Place::AttachmentName | Place::Nested => true,
        Place::Subject | Place::Header => false,
    }
}

fn frame(header: &impl Serialize, body: &[&[u8]]) -> Vec<u8> {
    // These types have only string keys and numbers: this can't fail.
    let header = serde_json::to_vec(header).unwrap_or_default();
    let length: usize = body.iter().map(|piece| piece.len()).sum();
    let mut frame = Vec::with_capacity(PREFIX.saturating_add(header.len()).saturating_add(length));
    let header_bytes = u32::try_from(header.len()).unwrap_or(u32::MAX);
    let body_bytes = u64::try_from(length).unwrap_or(u64::MAX);
    frame.extend(header_bytes.to_le_bytes());
    frame.extend(body_bytes.to_le_bytes());
    frame.extend(header);
    for piece in body {
        frame.extend_from_slice(piece);
    }
    frame
}

/// How many bytes follow the prefix of a frame, if no more than `most` in its
/// body.
///
/// # Errors
/// [`ProtocolError::TooLong`].
pub(super) fn announced(prefix: [u8; PREFIX], most: usize) -> Result<usize, ProtocolError> {
    let [a, b, c, d, length @ ..] = prefix;
    let header = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
    let body = usize::try_from(u64::from_le_bytes(length)).unwrap_or(usize::MAX);
    if header > HEADER_BYTES || body > most {
        return Err(ProtocolError::TooLong);
    }
    Ok(header.saturating_add(body))
}

fn taken_apart<H: for<'de> Deserialize<'de>>(frame: &[u8]) -> Result<(H, &[u8]), ProtocolError> {
    let (prefix, rest) = frame
        .split_first_chunk::<PREFIX>()
        .ok_or(ProtocolError::Length)?;
    let all = announced(*prefix, usize::MAX)?;
    let [a, b, c, d, ..] = *prefix;
    let header = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
    if all != rest.len() {
        return Err(ProtocolError::Length);
    }
    let (header, body) = rest.split_at_checked(header).ok_or(ProtocolError::Length)?;
    let header = serde_json::from_slice(header).map_err(|_| ProtocolError::Header)?;
    Ok((header, body))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mail::GapReason;

    fn file(bytes: Vec<u8>) -> File {
        File {
            path: PartPath::root().child(2),
            place: Place::Attachment,
            depth: 1,
            media_type: String::from("application/pdf"),
            name: Sensitive::new(String::from("r\u{e9}f.pdf")),
            unit: Some(Unit::Page(3)),
            hidden: Some(Hidden::Row),
            bytes: Sensitive::new(bytes),
        }
    }

    fn reading(path: &PartPath) -> Reading {
        let location = Location::new(Place::Attachment, path.child(1), 0);
        Reading {
            texts: vec![
                (
                    location.clone(),
                    Sensitive::new(String::from("943 476 5919")),
                ),
                (location.clone(), Sensitive::new(String::from("\u{e9}"))),
            ],
            gaps: vec![Gap {
                location: location.clone(),
                why: GapReason::Broken,
                format: None,
            }],
            hidden: vec![Location {
                hidden: Some(Hidden::Sheet),
                ..location.clone()
            }],
            pictures: vec![(location, Sensitive::new(vec![0xFF, 0xD8]))],
        }
    }

    #[test]
    fn requests_and_answers_come_back_as_they_were() {
        let file = file(vec![0, 255, 10]);
        let limits = Limits::default();
        let (back, left) = decode_request(&encode_request(&file, &limits)).unwrap();
        assert_eq!(format!("{back:?}"), format!("{file:?}"));
        assert_eq!(back.bytes, file.bytes);
        assert_eq!(left, limits);
        let reading = reading(&file.path);
        assert!(
            decode_answer(&encode_piece(&reading), &file.path)
                .unwrap()
                .more
        );
        let Answer {
            reading: back,
            more,
        } = decode_answer(&encode_answer(&reading), &file.path).unwrap();
        assert!(!more);
        assert_eq!(back.texts, reading.texts);
        assert_eq!(back.gaps, reading.gaps);
        assert_eq!(back.hidden, reading.hidden);
        assert_eq!(back.pictures, reading.pictures);
    }

    #[test]
    fn an_answer_about_another_file_is_refused() {
        let path = PartPath::root().child(2);
        let frame = encode_answer(&reading(&PartPath::root().child(3)));
        assert_eq!(
            decode_answer(&frame, &path).unwrap_err(),
            ProtocolError::OtherFile
        );
        let mut headers = reading(&path);
        headers.gaps[0].location.place = Place::Subject;
        assert_eq!(
            decode_answer(&encode_answer(&headers), &path).unwrap_err(),
            ProtocolError::OtherFile
        );
    }

    #[test]
    fn a_frame_that_is_cut_or_too_long_is_refused() {
        let path = PartPath::root().child(2);
        let frame = encode_answer(&reading(&path));
        for length in 0..frame.len() {
            assert!(decode_answer(&frame[..length], &path).is_err(), "{length}");
        }
        assert!(decode_answer(&[frame.as_slice(), b"x"].concat(), &path).is_err());
        assert_eq!(announced([255; PREFIX], 100), Err(ProtocolError::TooLong));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode_request(&bytes);
            let _ = decode_answer(&bytes, &PartPath::root());
        }

        #[test]
        fn a_flipped_byte_never_panics(at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let path = PartPath::root().child(2);
            let mut frame = encode_answer(&reading(&path));
            let at = at.index(frame.len());
            frame[at] = to;
            let _ = decode_answer(&frame, &path);
        }
    }
}
