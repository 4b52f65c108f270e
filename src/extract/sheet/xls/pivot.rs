//! The rows behind pivot tables (MS-XLS 2.1.7.12 `PivotCache`): each stream is
//! a cache of its own.

use super::record::{Pieces, Records, Strings};
use crate::extract::sheet::digits::plain;
use crate::extract::sheet::pivot_text::PivotText;
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings;
use crate::mail::GapReason;

/// Reads a cache.
pub(super) fn read(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let mut cache = Cache {
        text: PivotText::new(sink.left().text_bytes),
        strings: Strings {
            version: 8,
            charset: encoding_rs::WINDOWS_1252,
        },
        wide: Vec::new(),
        shared: None,
        other: String::new(),
        whole: true,
    };
    let mut records = Records::of(bytes);
    for mut record in records.by_ref() {
        cache.record(record.id, &mut record.pieces);
    }
    if records.is_cut() || !cache.whole {
        sink.gap(spot, GapReason::Broken);
    }
    let (table, left, full) = cache.text.finish();
    sink.text(spot, table);
    sink.text(spot, left);
    sink.text(spot, cache.other);
    if full {
        sink.gap(spot, GapReason::TooLarge);
    }
}

struct Cache {
    text: PivotText,
    strings: Strings,
    /// Of each field, whether numbers of shared values have two bytes.
    wide: Vec<bool>,
    /// The fields with shared values, once records begin.
    shared: Option<Vec<usize>>,
    other: String,
    whole: bool,
}

impl Cache {
    fn record(&mut self, id: u16, pieces: &mut Pieces<'_>) {
        let before = pieces.clone();
        let known = match id {
            0x00C6 | 0x000A | 0x0122 | 0x01BB => Some(()),
            0x00C7 => self.field(pieces),
            0x00C8 => self.indices(pieces),
            0x00C9..=0x00CF => match oper(id, pieces, self.strings) {
                Some(value) => {
                    self.value(&value);
                    Some(())
                }
                None => None,
            },
            _ => None,
        };
        if known.is_none() {
            self.other.push_str(&strings::words(&before.all()));
        }
    }

    /// `SXFDB` (2.4.281).
    fn field(&mut self, pieces: &mut Pieces<'_>) -> Option<()> {
        let flags = pieces.u16()?;
        pieces.skip(12);
        let name = self.strings.long(pieces)?;
        self.text.field(&name);
        // `fShortIitms`.
        self.wide.push(flags & 0x0200 != 0);
        Some(())
    }

    /// `SXDBB` (2.4.276): the numbers of a record's shared values.
    fn indices(&mut self, pieces: &mut Pieces<'_>) -> Option<()> {
        self.text.end_record();
        let text = &self.text;
        let all = || {
            (0..text.width())
                .filter(|field| text.shares(*field))
                .collect()
        };
        let shared: &Vec<usize> = self.shared.get_or_insert_with(all);
        for field in shared.iter().copied() {
            let wide =
                self.wide.get(field).copied().unwrap_or(false) || self.text.items(field) > 255;
            let number = if wide {
                usize::from(pieces.u16()?)
            } else {
                usize::from(pieces.u8()?)
            };
            self.text.shared_in(field, number);
        }
        Some(())
    }

    fn value(&mut self, value: &str) {
        if self.shared.is_some() {
            self.text.own(value);
        } else {
            self.text.item(value);
        }
    }
}

/// The value in a record (2.4.284 `SXNum` and its like).
fn oper(id: u16, pieces: &mut Pieces<'_>, strings: Strings) -> Option<String> {
    Some(match id {
        0x00C9 => plain(pieces.f64()?),
        0x00CA => match pieces.u16()? {
            0 => "FALSE".to_owned(),
            _ => "TRUE".to_owned(),
        },
        0x00CB => format!("#{}", pieces.u16()?),
        0x00CC => i16::from_le_bytes(pieces.array()?).to_string(),
        0x00CD => strings.long(pieces)?,
        0x00CE => {
            let (year, month) = (pieces.u16()?, pieces.u16()?);
            let day = pieces.u8()?;
            let (hour, minute, second) = (pieces.u8()?, pieces.u8()?, pieces.u8()?);
            let date = format!("{day:02}/{month:02}/{year:04}");
            match (hour, minute, second) {
                (0, 0, 0) => date,
                _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        _ => String::new(),
    })
}
