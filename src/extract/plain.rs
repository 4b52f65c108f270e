//! Text that is no document: read as it is, and as what stands in it.

use super::escapes;
use super::gathering::Gathering;
use super::html;
use super::text_file::{figures, kind, records};
use crate::format::Format;
use crate::location::Location;
use crate::mail::GapReason;
use crate::text::percent_decoded;

/// Reads a decoded text that stands at `location`, and says what in it is not
/// read.
pub(super) fn read(text: &str, media_type: &str, location: &Location, gathering: &mut Gathering) {
    say_pgp(text, location, gathering);
    let has_unicode = text.contains(escapes::UNICODE);
    let is_json = has_unicode || media_type.ends_with("json");
    let unescaped = is_json.then(|| escapes::json_unescaped(text)).flatten();
    for layer in html::layers(unescaped.as_deref().unwrap_or(text)) {
        gathering.text(location.clone(), layer);
    }
    if !has_unicode {
        gathering.text(location.clone(), unescaped.unwrap_or_default());
    }
    if let Some(figures) = figures::plain(text) {
        gathering.text(location.clone(), figures);
    }
    if is_record(media_type) {
        let (unfolded, _) = records::read(text);
        gathering.text(location.clone(), unfolded);
    }
    // A whole message is handed on as a file, with all its parts.
    if holds_coded_file(text) && kind::message_in_text(text).is_none() {
        gathering.gap(location.clone(), GapReason::UnknownFormat, None);
    }
    gathering.text(location.clone(), text.to_owned());
}

/// Says that a text holds what its sender has encrypted (RFC 9580 section 6.2).
pub(super) fn say_pgp(text: &str, location: &Location, gathering: &mut Gathering) {
    if text.contains("-----BEGIN PGP MESSAGE-----") {
        let format = Some(Format::Pgp);
        gathering.gap(location.clone(), GapReason::Encrypted, format);
    }
}

/// Whether a type is that of calendars or contacts, whose lines are folded.
pub(super) fn is_record(media_type: &str) -> bool {
    matches!(
        media_type,
        "text/calendar" | "text/vcard" | "text/x-vcard" | "text/directory"
    )
}

/// Reads a name, which may be coded as web addresses are.
pub(super) fn name(location: Location, name: &str, gathering: &mut Gathering) {
    if let Some(decoded) = percent_decoded(name) {
        gathering.text(location.clone(), decoded);
    }
    gathering.text(location, name.to_owned());
}

/// Whether a text holds a file in BinHex, or a part's headers that
/// were not understood as such.
fn holds_coded_file(text: &str) -> bool {
    let mut lines = text.lines();
    lines.any(|line| {
        line.starts_with("(This file must be converted with BinHex")
            || line
                .get(..26)
                .is_some_and(|start| start.eq_ignore_ascii_case("content-transfer-encoding:"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::suite;
    use crate::limits::Limits;
    use crate::location::{PartPath, Place};

    fn read_text(text: &str, media_type: &str) -> crate::extract::Reading {
        let mut gathering = Gathering::new(&Limits::default());
        let location = Location::new(Place::Attachment, PartPath::root().child(1), 0);
        read(text, media_type, &location, &mut gathering);
        gathering.finish()
    }

    #[test]
    fn tags_and_entities_are_read_through_what_stands_around_them() {
        for (text, media_type) in [
            ("1,\"NHS No: 943&nbsp;476&nbsp;5919\"", "text/csv"),
            ("| 943&nbsp;476&nbsp;5919 |", "text/markdown"),
            (
                r#"{"note":"\u003cp\u003e\u003cb\u003e943\u003c/b\u003e 476 5919\u003c/p\u003e"}"#,
                "application/json",
            ),
            (
                "<d>&lt;p&gt;943&amp;#160;476&lt;b&gt; 5919&lt;/b&gt;&lt;/p&gt;</d>",
                "text/xml",
            ),
            ("name,nhs\nSmith,\"9,434,765,919\"\n", "text/csv"),
            ("name,nhs\nSmith,9.434765919E9\n", "text/csv"),
        ] {
            let reading = read_text(text, media_type);
            let found = reading.texts.iter().any(|(_, text)| {
                let plain = text.reveal().replace(['\u{a0}', ' '], "");
                plain.contains("9434765919")
            });
            assert!(found, "{text}: {:?}", suite::told(&reading));
            assert!(suite::gaps(&reading).is_empty());
        }
    }
}
