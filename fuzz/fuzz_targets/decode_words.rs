//! Any header value decodes to text, and text that was encoded comes back.
#![no_main]

use gatepost::mail::{Header, decode_words, encode_words};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = decode_words(bytes);
    let (headers, body) = Header::split(bytes);
    assert!(body <= bytes.len());
    assert!(headers.len() <= bytes.len());
    // Control characters are no text of a header.
    let printable: String = text.chars().filter(|letter| !letter.is_control()).collect();
    let printable = printable.trim();
    assert_eq!(decode_words(encode_words(printable).as_bytes()), printable);
});
