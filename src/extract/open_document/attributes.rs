//! Attributes of elements: by their local name, and those that hold words.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;

/// The value of the first attribute of a local name.
pub(super) fn value(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    for attribute in tag.html_attributes().with_checks(false).flatten() {
        if attribute.key.local_name().as_ref() == name {
            return Some(unescaped(&attribute));
        }
    }
    None
}

/// The number in an attribute; 1 where there is none.
pub(super) fn count(tag: &BytesStart<'_>, name: &str) -> usize {
    let number = value(tag, name).and_then(|number| number.trim().parse().ok());
    number.unwrap_or(1)
}

/// The number in a cell, if there is one: dates and times count days.
pub(super) fn number(tag: &BytesStart<'_>) -> Option<f64> {
    if let Some(number) = value(tag, "value") {
        return number.trim().parse().ok();
    }
    let counts = ["date-value", "time-value", "boolean-value"];
    let is_count = counts.iter().any(|name| value(tag, name).is_some());
    is_count.then_some(1.0)
}

/// The value behind a cell, as it is written.
pub(super) fn value_behind(tag: &BytesStart<'_>) -> Option<String> {
    let names = [
        "value",
        "string-value",
        "date-value",
        "time-value",
        "boolean-value",
    ];
    names.iter().find_map(|name| value(tag, name))
}

/// The values that people read, or that programs keep of what people wrote:
/// names, titles, addresses, values of fields; and any with a long number.
pub(super) fn words(tag: &BytesStart<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in tag.html_attributes().with_checks(false).flatten() {
        let local = attribute.key.local_name();
        let local = local.as_ref();
        let kept = matches!(
            local,
            "condition"
                | "content"
                | "current-value"
                | "date-value"
                | "description"
                | "display-name"
                | "expression"
                | "formula"
                | "help-text"
                | "href"
                | "label"
                | "name"
                | "string-value"
                | "string-value-if-false"
                | "string-value-if-true"
                | "title"
                | "value"
        );
        let value = unescaped(&attribute);
        if (kept && !value.trim().is_empty()) || (has_number(&value) && !is_drawing(local)) {
            found.push(value);
        }
    }
    found
}

/// Whether words of a setting look as if somebody wrote them.
pub(super) fn is_written(words: &str) -> bool {
    let digits = words.bytes().filter(u8::is_ascii_digit).count();
    words.len() < 2_000 && (digits >= 7 || words.trim().contains(' '))
}

/// Attributes full of coordinates and of numbers that programs count by.
fn is_drawing(local: &str) -> bool {
    matches!(
        local,
        "change-id"
            | "d"
            | "points"
            | "viewBox"
            | "enhanced-path"
            | "path-stretchpoint-x"
            | "glue-points"
            | "modifiers"
            | "id"
            | "rsid"
            | "paragraph-rsid"
            | "transform"
    )
}

/// Whether there are as many digits as in an identifier.
fn has_number(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 9
}

fn unescaped(attribute: &Attribute<'_>) -> String {
    let value = attribute.normalized_value(XmlVersion::Implicit1_0);
    let value = value.unwrap_or_else(|_| attribute.value.clone());
    value.into_owned()
}
