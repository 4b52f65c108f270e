//! XML inside PDF: metadata (XMP), forms (XFA) and rich texts. Entities are
//! never expanded but the five of XML itself and numbers.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

/// Elements inside a paragraph: a number goes on over them.
const INLINE: [&str; 9] = ["a", "b", "em", "font", "i", "span", "strong", "sub", "u"];

/// The texts of elements, a row each, and the values of attributes.
pub(super) fn text(bytes: &[u8]) -> String {
    read(bytes, false)
}

/// The same, with the name of its element before each text: it may say what the
/// text is.
pub(super) fn labelled(bytes: &[u8]) -> String {
    read(bytes, true)
}

fn read(bytes: &[u8], labels: bool) -> String {
    let (decoded, ..) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes),
        None => encoding_rs::UTF_8.decode(bytes),
    };
    let mut reader = Reader::from_str(&decoded);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut text = String::new();
    let mut label = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Text(piece)) => {
                // Between elements there is only what makes XML neat.
                if !piece.trim().is_empty() {
                    if !label.is_empty() && (text.is_empty() || text.ends_with('\n')) {
                        text.push_str(&label);
                        text.push('\t');
                    }
                    text.push_str(&piece);
                } else if !text.ends_with('\n') {
                    text.push_str(&piece);
                }
            }
            Ok(Event::CData(piece)) => text.push_str(&piece),
            Ok(Event::GeneralRef(entity)) => {
                if let Ok(Some(letter)) = entity.resolve_char_ref() {
                    text.push(letter);
                } else {
                    text.push_str(resolve_xml_entity(&entity).unwrap_or_default());
                }
            }
            Ok(Event::Start(element) | Event::Empty(element)) => {
                begin(&mut text, &element);
                let name = element.local_name();
                if labels && !INLINE.contains(&name.as_ref()) {
                    name.as_ref().clone_into(&mut label);
                }
            }
            Ok(Event::End(element)) => break_line(&mut text, element.local_name().as_ref()),
            Ok(Event::Comment(_) | Event::Decl(_) | Event::DocType(_) | Event::PI(_)) => {}
            // What is no XML any more is text, for all that anybody knows.
            Err(_) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                text.push_str(decoded.get(at..).unwrap_or_default());
                break;
            }
            Ok(Event::Eof) => break,
        }
    }
    text
}

fn begin(text: &mut String, element: &BytesStart<'_>) {
    let name = element.local_name();
    break_line(text, name.as_ref());
    for attribute in element.attributes().with_checks(false).flatten() {
        let key = attribute.key.as_ref();
        let value = attribute.value.as_ref();
        // Names of schemas, and how something looks, are no text.
        let schema = key.starts_with("xmlns") || value.starts_with("http://");
        if !schema && key != "style" && value.contains(|letter: char| letter.is_alphanumeric()) {
            text.push_str(attribute.key.local_name().as_ref());
            text.push('\t');
            text.push_str(&quick_xml::escape::unescape(value).unwrap_or(value.into()));
            text.push('\n');
        }
    }
}

fn break_line(text: &mut String, element: &str) {
    if !INLINE.contains(&element) && !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_over_inline_elements() {
        let text = text(b"<body><p>943 <b>476</b>&#32;5919</p><p v='x&amp;y'>two</p></body>");
        assert_eq!(text, "943 476 5919\nv\tx&y\ntwo\n");
    }

    #[test]
    fn the_name_of_an_element_stands_before_its_text() {
        let form =
            b"<data><form1><NHSNumber>943 476 5919</NHSNumber><p>a <b>b</b></p></form1></data>";
        assert_eq!(labelled(form), "NHSNumber\t943 476 5919\np\ta b\n");
    }

    #[test]
    fn what_is_no_xml_any_more_is_kept() {
        assert!(text(b"<a>one</a> <b <c 943 476 5919").contains("943 476 5919"));
    }
}
