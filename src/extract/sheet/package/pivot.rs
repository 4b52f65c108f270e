//! Pivot caches (ECMA-376 part 1, 18.10): all rows of the data behind a pivot
//! table, also where the sheet shows one number and the data is nowhere else.

use super::part::PartText;
use super::workbook::is_true;
use crate::extract::office::xml::{self, Element, Token};
use crate::extract::sheet::digits;
use crate::extract::sheet::pivot_text::PivotText;
use crate::extract::sheet::serial;
use crate::extract::sheet::styles::Styles;
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// Reads a `pivotCacheDefinition` and its `pivotCacheRecords`, where there are
/// any.
pub(super) fn read(
    definition: &[u8],
    records: Option<&[u8]>,
    styles: &mut Styles,
    spot: Spot,
    sink: &mut Sink<'_>,
) {
    let mut cache = Cache {
        text: PivotText::new(sink.left().text_bytes),
        formats: Vec::new(),
        in_items: false,
    };
    let mut other = PartText::default();
    let stopped = xml::walk(definition, |token| cache.defined(&token, &mut other));
    let stopped = stopped.or_else(|| cache.records(records?, styles));
    let (records, left, full) = cache.text.finish();
    sink.text(spot, records);
    sink.text(spot, left);
    sink.text(spot, other.finish().0);
    if full {
        sink.gap(spot, GapReason::TooLarge);
    }
    if let Some(why) = stopped {
        sink.gap(spot, why);
    }
}

struct Cache {
    text: PivotText,
    /// The numbers' formats of the fields.
    formats: Vec<u32>,
    in_items: bool,
}

impl Cache {
    fn defined(&mut self, token: &Token<'_>, other: &mut PartText) {
        match token {
            Token::Open(element) => match element.name {
                "cacheField" => {
                    self.text
                        .field(element.attribute("name").unwrap_or_default());
                    let format = element.attribute("numFmtId").and_then(|id| id.parse().ok());
                    self.formats.push(format.unwrap_or(0));
                    for said in ["caption", "formula"] {
                        other.line(element.attribute(said).unwrap_or_default());
                    }
                }
                "sharedItems" => self.in_items = true,
                _ if self.in_items => {
                    if let Some(value) = value(element) {
                        self.text.item(&value);
                    }
                }
                _ => other.token(token),
            },
            Token::Close("sharedItems") => self.in_items = false,
            Token::Close(_) if self.in_items => {}
            Token::Close(_) | Token::Text(_) | Token::Aside(_) => other.token(token),
        }
    }

    fn records(&mut self, bytes: &[u8], styles: &mut Styles) -> Option<GapReason> {
        let formats: Vec<_> = self
            .formats
            .iter()
            .map(|id| styles.format_of(*id))
            .collect();
        xml::walk(bytes, |token| match token {
            Token::Open(element) if element.name == "x" => {
                let number = element.attribute("v").and_then(|value| value.parse().ok());
                self.text.shared(number.unwrap_or(usize::MAX));
            }
            Token::Open(element) if element.name == "n" => {
                let raw = element.attribute("v").unwrap_or_default();
                let format = formats.get(self.text.next_field());
                let number = raw.parse::<f64>().ok();
                let shown = format.zip(number).map(|(format, number)| {
                    let plain = digits::plain(number);
                    let seen = format.number(number, styles.epoch).seen;
                    // Leading zeros are wanted, groups and rounding are not.
                    if seen.ends_with(&plain) || seen.contains('/') {
                        seen
                    } else {
                        plain
                    }
                });
                self.text.value(shown.as_deref().unwrap_or(raw));
            }
            Token::Open(element) => {
                if let Some(value) = value(element) {
                    self.text.value(&value);
                }
            }
            Token::Close("r") => self.text.end_record(),
            Token::Close(_) | Token::Text(_) | Token::Aside(_) => {}
        })
    }
}

/// The value that an item is; `None` if the element is none.
fn value(element: &Element<'_>) -> Option<String> {
    let given = element.attribute("v").unwrap_or_default();
    let value = match element.name {
        "n" => given
            .parse()
            .map_or_else(|_| given.to_owned(), digits::plain),
        "d" => serial::from_iso(given),
        "b" if is_true(given) => "TRUE".to_owned(),
        "b" => "FALSE".to_owned(),
        "s" | "e" => given.to_owned(),
        "m" => String::new(),
        _ => return None,
    };
    match element.attribute("c") {
        Some(caption) if caption != value => Some(format!("{value} {caption}")),
        _ => Some(value),
    }
}
