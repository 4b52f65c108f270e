//! Charsets by their labels, from mail-parser's decoders.

use mail_parser::decoders::charsets::map::charset_decoder;

/// The text of bytes in a charset by its label; `None` for a label that is not
/// known.
pub(super) fn decode_charset(label: &str, bytes: &[u8]) -> Option<String> {
    charset_decoder(label.trim().as_bytes()).map(|decode| decode(bytes))
}
