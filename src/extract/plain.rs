//! Text that is no document: read as it is, and as what stands in it.

use super::escapes;
use super::gathering::Gathering;
use super::html;
use super::text_file::{kind, records};
use crate::format::Format;
use crate::location::Location;
use crate::mail::GapReason;
use crate::text::percent_decoded;

/// Reads a decoded text that stands at `location`, and says what in it is not
/// read.
pub(super) fn read(text: &str, media_type: &str, location: &Location, gathering: &mut Gathering) {
    say_pgp(text, location, gathering);
    if media_type.ends_with("json") && !text.contains(escapes::UNICODE) {
        let unescaped = escapes::json_unescaped(text);
        gathering.text(location.clone(), unescaped.unwrap_or_default());
    }
    if text.contains("</") || text.contains("&#") {
        gathering.text(location.clone(), html::text(text));
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
