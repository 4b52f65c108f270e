//! What was read from one piece of markup, and how it is handed on.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

use crate::extract::sink::{Sink, Spot};
use crate::extract::strings;
use crate::location::Hidden;

/// What was read.
#[derive(Debug, Default)]
pub(in crate::extract::office) struct Told {
    /// What is shown, in its order.
    pub(in crate::extract::office) shown: String,
    /// What stands beside the text: text boxes, the other branches of
    /// alternative content.
    pub(in crate::extract::office) beside: String,
    /// Tracked deletions.
    pub(in crate::extract::office) deleted: String,
    /// Hidden text.
    pub(in crate::extract::office) hidden: String,
    /// Field codes, attributes, comments: each once.
    asides: BTreeSet<String>,
    /// Files that are written into the markup.
    files: Vec<Vec<u8>>,
}

impl Told {
    /// Hands everything on.
    pub(in crate::extract::office) fn tell(self, spot: Spot, sink: &mut Sink<'_>) {
        sink.text(spot, self.shown + &self.beside);
        sink.text(spot.hidden(Hidden::Deletion), self.deleted);
        sink.text(spot.hidden(Hidden::Text), self.hidden);
        let asides: Vec<String> = self.asides.into_iter().collect();
        sink.text(spot, asides.join("\n"));
        for bytes in self.files {
            sink.file(spot, "", "", bytes);
        }
    }

    /// Keeps what stands beside all text, once.
    pub(in crate::extract::office) fn aside(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && !self.asides.contains(text) {
            self.asides.insert(text.to_owned());
        }
    }

    /// Base64 in the place of text: a file, or the data of a form field
    /// (MS-DOC 2.9.78), whose words are read.
    pub(in crate::extract::office) fn coded(&mut self, text: &str, is_file: bool) {
        match from_base64(text) {
            Some(bytes) if is_file => self.files.push(bytes),
            Some(bytes) => self.aside(&strings::words(&bytes)),
            None => self.aside(text),
        }
    }

    /// A package of its own in base64, which Word writes beside VML.
    pub(in crate::extract::office) fn package(&mut self, text: &str) {
        let bytes = from_base64(text);
        self.files
            .extend(bytes.filter(|bytes| bytes.starts_with(b"PK")));
    }
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    let packed: String = text.split_whitespace().collect();
    engine.decode(packed).ok()
}
