//! Any bytes are a file: the first chooses what its sender says of it.
#![no_main]

mod support;

use libfuzzer_sys::fuzz_target;

/// What decides where the content doesn't.
const MEDIA_TYPES: [&str; 8] = [
    "",
    "text/plain",
    "text/html",
    "text/calendar",
    "text/vcard",
    "application/json",
    "message/rfc822",
    "application/octet-stream",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((media_type, bytes)) = support::chosen(bytes) else { return };
    support::check(bytes, MEDIA_TYPES[media_type % MEDIA_TYPES.len()]);
});
