//! Places in the words of senders: they know their attachments in the order in
//! which they see them, and no parts.
//!
//! Numbers and fixed words only: names of files and sheets are patient text.

use std::collections::BTreeSet;

use crate::format::Format;
use crate::location::{Hidden, Location, PartPath, Place, Unit};
use crate::mail::{Gap, GapReason, Message, Part, Role};
use crate::policy::{Facts, Met, Policy, Reason};
use crate::scan::Identifier;

/// Where the facts stand that reasons rest on, as the sender may read it.
#[derive(Debug)]
pub(super) struct Places<'a> {
    /// The message's parts that mail programs list as files, in their order.
    attachments: Vec<&'a PartPath>,
    met: Vec<Met<'a>>,
}

impl<'a> Places<'a> {
    /// The places of what met some rules.
    pub(super) fn new<'r>(
        message: &'a Message,
        facts: &'a Facts,
        policy: &Policy,
        reasons: impl IntoIterator<Item = &'r Reason>,
    ) -> Self {
        let rules = reasons
            .into_iter()
            .filter_map(|reason| policy.rule(&reason.rule));
        Self {
            attachments: attachments(message),
            met: rules.map(|rule| policy.met(rule, facts)).collect(),
        }
    }

    /// Where identifiers of a kind are.
    pub(super) fn of_identifier(&self, identifier: &Identifier) -> Option<Several> {
        let findings = self.met.iter().flat_map(|met| &met.findings);
        let findings = findings.filter(|finding| finding.identifier == *identifier);
        self.several(findings.map(|finding| (&finding.location, None)))
    }

    /// Where something was not read for a reason, and what it is.
    pub(super) fn of_gap(&self, why: GapReason) -> Option<Several> {
        let gaps = self.met.iter().flat_map(|met| &met.gaps);
        let gaps = gaps.filter(|gap| gap.why == why);
        self.several(gaps.map(|gap| (&gap.location, what(gap))))
    }

    /// Where there is something that people don't see, of a kind.
    pub(super) fn of_hidden(&self, hidden: Hidden) -> Option<Several> {
        let places = self.met.iter().flat_map(|met| &met.hidden);
        let places = places.filter(|location| location.hidden == Some(hidden));
        self.several(places.map(|location| (*location, None)))
    }

    fn several<'l>(
        &self,
        places: impl Iterator<Item = (&'l Location, Option<Format>)>,
    ) -> Option<Several> {
        let mut seen = BTreeSet::new();
        let mut first = None;
        for (location, format) in places {
            let words = self.words(location);
            first.get_or_insert_with(|| (words.clone(), format));
            seen.insert(words);
        }
        let (first, format) = first?;
        Some(Several {
            first,
            format,
            more: seen.len().saturating_sub(1),
        })
    }

    /// One place: `attachment 2, file 3 in it, hidden sheet 2`.
    fn words(&self, location: &Location) -> String {
        let file = self.file(&location.part);
        let mut parts = match (location.place, file) {
            (Place::Subject, _) => vec![String::from("the subject")],
            (Place::Body, None) => vec![String::from("the text")],
            (Place::Header, None) => vec![String::from("a header")],
            (Place::AttachmentName, None) => vec![String::from("the name of a file")],
            (Place::Attachment, None) if location.part.depth() == 0 => {
                vec![String::from("the message")]
            }
            (Place::Attachment, None) => vec![String::from("a file in the text")],
            (Place::Nested, None) => vec![String::from("a message inside it")],
            (Place::AttachmentName, Some((number, inside))) if inside.depth() == 0 => {
                vec![format!("the name of attachment {number}")]
            }
            (place, Some((number, inside))) => {
                let mut parts = vec![format!("attachment {number}")];
                if inside.depth() > 0 && place != Place::Nested {
                    let name = if place == Place::AttachmentName {
                        "the name of file"
                    } else {
                        "file"
                    };
                    parts.push(format!("{name} {inside} in it"));
                }
                parts
            }
        };
        parts.extend(piece(location.unit, location.hidden));
        parts.join(", ")
    }

    /// The number of the attachment that a part is or is in, and where in it.
    fn file(&self, part: &PartPath) -> Option<(usize, PartPath)> {
        let numbered = (1_usize..).zip(&self.attachments);
        let inside = numbered.filter_map(|(number, file)| Some((number, part.inside(file)?)));
        inside.min_by_key(|(_, inside)| inside.depth())
    }
}

/// Some places: the first, and how many there are besides.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Several {
    /// Where the first is.
    first: String,
    /// What the first is, where that says more than the reason.
    format: Option<Format>,
    more: usize,
}

impl Several {
    /// As a remark: `attachment 2, sheet 1, and 3 more places`.
    pub(super) fn words(&self) -> String {
        format!("{}{}", self.first, self.rest(","))
    }

    /// As what a sentence is about, with the verb that follows:
    /// `attachment 3, a zip archive, was`.
    pub(super) fn with_verb(&self, one: &str, more: &str) -> String {
        let format = self.format.map(|format| format!(", {format},"));
        let format = format.unwrap_or_default();
        let verb = if self.more == 0 { one } else { more };
        format!("{}{format}{} {verb}", self.first, self.rest(""))
    }

    fn rest(&self, comma: &str) -> String {
        match self.more {
            0 => String::new(),
            1 => format!("{comma} and 1 more place"),
            more => format!("{comma} and {more} more places"),
        }
    }
}

/// What a gap is in, unless its reason says so.
fn what(gap: &Gap) -> Option<Format> {
    let format = gap.format?;
    (format.to_string() != gap.why.to_string()).then_some(format)
}

/// A page, sheet or slide, and why people don't see what is there.
fn piece(unit: Option<Unit>, hidden: Option<Hidden>) -> Vec<String> {
    match (unit, hidden) {
        (Some(unit), Some(Hidden::Sheet | Hidden::Slide)) => vec![format!("hidden {unit}")],
        (Some(unit), Some(Hidden::VeryHiddenSheet)) => vec![format!("very hidden {unit}")],
        (unit, hidden) => {
            let unit = unit.map(|unit| unit.to_string());
            let hidden = hidden.map(|hidden| hidden.to_string());
            unit.into_iter().chain(hidden).collect()
        }
    }
}

/// The parts that mail programs list as files.
fn attachments(message: &Message) -> Vec<&PartPath> {
    // Of a part that is there in two readings the first has the headers.
    let mut parts: Vec<&Part> = message.parts().iter().collect();
    parts.dedup_by_key(|part| &part.path);
    let listed = parts.into_iter().filter(|part| is_listed(part));
    listed.map(|part| &part.path).collect()
}

/// Whether mail programs list a part as an attached file: a picture that the text
/// shows by its Content-ID (RFC 2392) is none.
fn is_listed(part: &Part) -> bool {
    let has = |name: &str, start: &str| {
        let mut headers = part.headers.iter().filter(|header| header.is(name));
        headers.any(|header| {
            let value = header.text().reveal().trim().to_ascii_lowercase();
            value.starts_with(start)
        })
    };
    // Some programs give every file one.
    let shown = part.media_type.starts_with("image/")
        && has("Content-ID", "")
        && !has("Content-Disposition", "attachment");
    part.role == Role::Attachment && !part.nested && !shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    /// A text with a picture in it, two files and a message.
    const RAW: &str = "From: a@trust.example\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=m\r\n\r\n\
        --m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
        --r\r\nContent-Type: text/html\r\n\r\n<img src=\"cid:logo\">\r\n\
        --r\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\n\r\nx\r\n--r--\r\n\
        --m\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\nx\r\n\
        --m\r\nContent-Type: application/zip; name=Smith.zip\r\n\r\nx\r\n\
        --m\r\nContent-Type: message/rfc822\r\n\r\nSubject: b\r\n\r\ntext\r\n\
        --m--\r\n";

    fn at(place: Place, part: &[u32]) -> Location {
        let root = PartPath::root();
        let part = part.iter().fold(root, |path, number| path.child(*number));
        Location::new(place, part, 7)
    }

    #[test]
    fn a_picture_that_is_attached_counts_though_it_has_a_content_id() {
        let attached = "Content-ID: <logo>\r\nContent-Disposition: attachment\r\n";
        let raw = RAW.replace("Content-ID: <logo>\r\n", attached);
        for (raw, count) in [(RAW, 3), (raw.as_str(), 4)] {
            let message = Message::parse(raw.into(), &Limits::default());
            assert_eq!(attachments(&message).len(), count, "{raw}");
        }
    }

    #[test]
    fn attachments_are_counted_as_senders_see_them() {
        let message = Message::parse(RAW.into(), &Limits::default());
        let places = Places {
            attachments: attachments(&message),
            met: Vec::new(),
        };
        let sheet = Location {
            unit: Some(Unit::Sheet(2)),
            hidden: Some(Hidden::VeryHiddenSheet),
            ..at(Place::Attachment, &[3, 4])
        };
        let row = Location {
            unit: Some(Unit::Sheet(1)),
            hidden: Some(Hidden::Row),
            ..at(Place::Attachment, &[2])
        };
        for (location, words) in [
            (at(Place::Subject, &[]), "the subject"),
            (at(Place::Header, &[]), "a header"),
            (at(Place::Attachment, &[]), "the message"),
            (at(Place::Body, &[1, 1]), "the text"),
            (at(Place::Attachment, &[1, 2]), "a file in the text"),
            (at(Place::AttachmentName, &[1, 2]), "the name of a file"),
            (at(Place::Attachment, &[2]), "attachment 1"),
            (at(Place::AttachmentName, &[3]), "the name of attachment 2"),
            (
                at(Place::AttachmentName, &[3, 4]),
                "attachment 2, the name of file 4 in it",
            ),
            (sheet, "attachment 2, file 4 in it, very hidden sheet 2"),
            (row, "attachment 1, sheet 1, a hidden row"),
            (at(Place::Nested, &[4]), "attachment 3"),
            (at(Place::Nested, &[4, 1]), "attachment 3"),
        ] {
            assert_eq!(places.words(&location), words, "{location}");
        }
        let gap = |part: &[u32], format| (at(Place::Attachment, part), format);
        let gaps = [
            gap(&[3], Some(Format::Zip)),
            gap(&[2], None),
            gap(&[2], None),
        ];
        let some = |number| {
            let gaps = gaps.iter().take(number);
            places.several(gaps.map(|(location, format)| (location, *format)))
        };
        assert_eq!(some(0), None);
        let one = some(1).unwrap();
        assert_eq!(
            one.with_verb("was", "were"),
            "attachment 2, a zip archive, was"
        );
        assert_eq!(one.words(), "attachment 2");
        let two = some(3).unwrap();
        assert_eq!(
            two.with_verb("was", "were"),
            "attachment 2, a zip archive, and 1 more place were"
        );
        assert_eq!(two.words(), "attachment 2, and 1 more place");
    }
}
