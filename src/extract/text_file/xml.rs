//! XML of any vocabulary: each element's text on a line of its own, attributes
//! and comments after it, entities of the document itself as written.
//!
//! Numbers in data stand in elements side by side, and those of marked-up text
//! are split by elements: an element that stands beside text joins it, any
//! other ends a line. Entities are never expanded, so no document can grow.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// The text of a document, or of a piece of one; damage ends it.
pub(in crate::extract) fn text(source: &str) -> String {
    let mut reader = Reader::from_str(source);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut text = Lines::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                text.boundary(&tag);
                text.attributes(&tag);
            }
            Ok(Event::Empty(tag)) => {
                text.boundary(&tag);
                text.attributes(&tag);
                text.end();
            }
            Ok(Event::End(_)) => text.end(),
            Ok(Event::Text(words)) => text.push(&words.xml_content(XmlVersion::Implicit1_0)),
            Ok(Event::CData(words)) => text.push(&words.xml_content(XmlVersion::Implicit1_0)),
            Ok(Event::GeneralRef(name)) => text.push(&referred(&name)),
            Ok(Event::PI(words)) => text.aside(&words.into_inner()),
            Ok(Event::Comment(words) | Event::DocType(words)) => text.aside(&words.into_inner()),
            Ok(Event::Decl(_)) => {}
            Ok(Event::Eof) | Err(_) => return text.finish(),
        }
    }
}

/// What a reference stands for: a character, or its own name where only the
/// document says what it stands for.
pub(in crate::extract) fn referred(name: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return letter.to_string();
    }
    let name: &str = name;
    match name {
        "amp" => String::from("&"),
        "lt" => String::from("<"),
        "gt" => String::from(">"),
        "quot" => String::from("\""),
        "apos" => String::from("'"),
        "nbsp" => String::from("\u{a0}"),
        name => format!("&{name};"),
    }
}

/// Whether a document says itself what some entity stands for, and uses one:
/// that is not read in its place.
pub(in crate::extract) fn has_own_entities(source: &str) -> bool {
    let bytes = source.as_bytes();
    memchr::memmem::find(bytes, b"<!ENTITY").is_some()
}

#[derive(Debug, Default)]
struct Lines {
    text: String,
    aside: String,
    /// For each open element, whether text stands in it itself.
    open: Vec<bool>,
}

impl Lines {
    fn boundary(&mut self, _tag: &BytesStart<'_>) {
        if self.open.last() != Some(&true) {
            self.end_line();
        }
        self.open.push(false);
    }

    fn end(&mut self) {
        self.open.pop();
        if self.open.last() != Some(&true) {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn push(&mut self, words: &str) {
        let blank = words.trim().is_empty();
        let mixed = self.open.last() == Some(&true);
        if blank && !mixed {
            return;
        }
        if let Some(open) = self.open.last_mut() {
            *open = true;
        }
        self.text.push_str(words);
    }

    fn attributes(&mut self, tag: &BytesStart<'_>) {
        for attribute in tag.html_attributes().with_checks(false).flatten() {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.unwrap_or_else(|_| attribute.value.clone());
            // Names of vocabularies, unless somebody put something else there.
            let is_namespace = attribute.key.as_namespace_binding().is_some();
            let digits = value.bytes().filter(u8::is_ascii_digit).count();
            if !value.trim().is_empty() && (!is_namespace || digits >= 9) {
                self.aside(&value);
            }
        }
    }

    fn aside(&mut self, words: &str) {
        self.aside.push_str(words);
        self.aside.push('\n');
    }

    fn finish(mut self) -> String {
        self.end_line();
        self.text.push_str(&self.aside);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stands_apart_and_marked_up_text_is_whole() {
        let source = "<a><id>943</id><id>476</id><p>No 943<b>476</b>5919</p></a>";
        assert_eq!(text(source), "943\n476\nNo 9434765919\n");
    }

    #[test]
    fn attributes_comments_sections_and_references_are_read() {
        let source = "<?pi one?><!DOCTYPE a [<!ENTITY e \"two\">]><a b='thr&#101;e'>\
                      <!-- four --><![CDATA[fi<ve]]> &#57;&amp;&e; </a>";
        let read = text(source);
        for word in ["one", "two", "three", "four", "fi<ve", " 9&&e; "] {
            assert!(read.contains(word), "{word} in {read}");
        }
        assert!(has_own_entities(source));
    }

    #[test]
    fn countless_open_elements_take_little() {
        assert_eq!(text(&"<a>".repeat(300_000)), "");
        let bomb = format!(
            "<!DOCTYPE a [{}]><a>&e9;</a>",
            "<!ENTITY e9 \"&e8;&e8;&e8;\">".repeat(9)
        );
        assert!(text(&bomb).len() < bomb.len() + 10);
    }
}
