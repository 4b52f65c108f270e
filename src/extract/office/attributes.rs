//! Which attributes of Office's own markup are text.
//!
//! Most hold measures, colours and random numbers of ten digits
//! (`c:axId`, `p14:creationId`), which are no text and would only give false
//! alarms. So those are read that are known to hold text, and every other one
//! that has words with many digits. In markup that isn't Office's own, such
//! as custom XML, all are read.

use crate::extract::office::xml::Element;

/// The values that are text, with tabs between them; in markup that isn't
/// Office's own each with its name.
pub(in crate::extract::office) fn text(element: &Element<'_>, foreign: bool) -> Option<String> {
    let mut out = String::new();
    for (name, value) in &element.attributes {
        let value = value.trim();
        if value.is_empty() || is_random(value) || name.eq_ignore_ascii_case("gfxdata") {
            continue;
        }
        let is_namespace = matches!(*name, "xmlns" | "schemaLocation");
        let is_read = (foreign && !is_namespace) || is_text(element.name, name);
        if !is_read && !is_wordy(name, value) {
            continue;
        }
        if !out.is_empty() {
            out.push('\t');
        }
        if foreign {
            out.push_str(name);
            out.push_str(": ");
        }
        out.push_str(value);
    }
    (!out.is_empty()).then_some(out)
}

/// Whether a value is a random number of 128 bits, or the number of an account
/// (MS-DTYP 2.3.4, 2.4.2), whose digits would look like anything.
pub(in crate::extract::office) fn is_random(value: &str) -> bool {
    if value.starts_with("S-1-5-") {
        return value
            .bytes()
            .all(|byte| matches!(byte, b'S' | b'-' | b'0'..=b'9'));
    }
    let inner = value
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|inner| {
        inner.len() == 36
            && inner
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    })
}

/// Attributes that hold text in documents, slides, drawings and VML.
fn is_text(element: &str, name: &str) -> bool {
    match name {
        "descr" | "title" | "alt" | "tooltip" | "author" | "initials" | "instr" | "string"
        | "displayText" | "href" | "src" | "userId" | "caption" | "subject" | "company"
        | "Target" | "mappedName" | "action" | "invalidUrl" | "progId" | "ProgID" | "prompt"
        | "promptTitle" | "error" | "errorTitle" | "presetTime" | "userName" | "cat" | "anchor"
        | "docLocation" | "formatCode" | "format" | "ed" | "xpath" => true,
        // Word counts all built-in styles up in every document.
        "name" => element != "lsdException",
        "val" => matches!(
            element,
            "docVar"
                | "default"
                | "listEntry"
                | "result"
                | "helpText"
                | "statusText"
                | "alias"
                | "tag"
                | "lvlText"
                | "connectString"
                | "query"
                | "mailSubject"
                | "addressFieldName"
                | "mappedName"
                | "name"
                | "udl"
                | "table"
                | "attr"
                | "tblCaption"
                | "tblDescription"
                | "description"
                | "category"
                | "docPart"
                | "label"
                | "attachedSchema"
                | "altName"
                | "title"
        ),
        "value" => matches!(element, "listItem" | "param" | "ocxPr" | "tag"),
        "char" => element == "buChar",
        _ => false,
    }
}

/// Whether an attribute that is not known has words and many digits in it.
fn is_wordy(name: &str, value: &str) -> bool {
    let is_noise = matches!(
        name,
        "path"
            | "style"
            | "points"
            | "coordsize"
            | "coordorigin"
            | "d"
            | "adj"
            | "id"
            | "spid"
            | "uri"
            | "guid"
            | "date"
            | "dt"
            | "created"
            | "dateUtc"
            | "modelId"
            | "formula"
            | "fmtid"
            | "panose"
            | "hashValue"
            | "saltValue"
            | "hash"
            | "salt"
            | "cryptProviderType"
            | "data"
    );
    if is_noise {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_hex = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
    digits >= 9
        && value
            .chars()
            .any(|letter| letter == '"' || (letter.is_alphabetic() && !is_hex(letter)))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn read(name: &str, attribute: &str, value: &str, foreign: bool) -> bool {
        let element = Element {
            name,
            attributes: vec![(attribute, Cow::Borrowed(value))],
        };
        text(&element, foreign).is_some()
    }

    #[test]
    fn text_is_told_from_random_numbers() {
        assert!(read("docPr", "descr", "943 476 5919", false));
        assert!(read("docVar", "val", "9434765919", false));
        assert!(read("unheard", "of", "number 943 476 5919", false));
        assert!(!read("author", "userId", "S-1-5-21-1940666338-2271", false));
        assert!(!read("axId", "val", "9434765919", false));
        assert!(!read("creationId", "val", "9434765919", false));
        assert!(read("patient", "id", "9434765919", true));
    }
}
