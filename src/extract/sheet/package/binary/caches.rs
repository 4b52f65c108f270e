//! Pivot caches and values of other workbooks as records (MS-XLSB 2.1.7.39,
//! 2.1.7.40, 2.1.7.25).

use super::record::{Fields, Record, Records, said};
use crate::extract::sheet::cell_values::truth_or_error;
use crate::extract::sheet::digits::plain;
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::pivot_text::PivotText;
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// Reads a pivot cache's definition and its records.
pub(in crate::extract::sheet::package) fn pivot(
    definition: &[u8],
    records: Option<&[u8]>,
    spot: Spot,
    sink: &mut Sink<'_>,
) {
    let mut cache = Cache {
        text: PivotText::new(sink.left().text_bytes),
        kinds: Vec::new(),
        other: String::new(),
        broken: false,
    };
    let mut parts = Records::of(definition);
    for record in parts.by_ref() {
        cache.defined(record);
    }
    let mut cut = parts.is_cut();
    if let Some(records) = records {
        let mut parts = Records::of(records);
        for record in parts.by_ref() {
            cache.kept(record);
        }
        cut |= parts.is_cut();
    }
    let (table, left, full) = cache.text.finish();
    sink.text(spot, table);
    sink.text(spot, left);
    sink.text(spot, cache.other);
    for (wrong, why) in [
        (full, GapReason::TooLarge),
        (cut, GapReason::Truncated),
        (cache.broken, GapReason::Broken),
    ] {
        if wrong {
            sink.gap(spot, why);
        }
    }
}

struct Cache {
    text: PivotText,
    /// What the values of each field are, as flags.
    kinds: Vec<u16>,
    other: String,
    broken: bool,
}

impl Cache {
    fn defined(&mut self, record: Record<'_>) {
        match record.id {
            // `BrtBeginPCDField`: its name is the first string in it.
            183 => {
                let name = first_string(record.data).unwrap_or_default();
                self.text.field(&name);
                self.kinds.push(0);
                self.other.push_str(&said(record));
            }
            // `BrtBeginPCDFAtbl`.
            189 => {
                let kind = Fields::of(record.data).u16();
                if let (Some(kind), Some(place)) = (kind, self.kinds.last_mut()) {
                    *place = kind;
                }
            }
            20..=25 | 27..=32 => match item(record) {
                Some(value) => self.text.item(&value),
                None => self.unread(record),
            },
            _ => self.other.push_str(&said(record)),
        }
    }

    fn kept(&mut self, record: Record<'_>) {
        match record.id {
            33 => {
                self.text.end_record();
                let mut fields = Fields::of(record.data);
                if self.packed(&mut fields).is_none() {
                    self.unread(record);
                }
                self.text.end_record();
            }
            34 => self.text.end_record(),
            26 => {
                let number = Fields::of(record.data).u32();
                let number = number.and_then(|number| usize::try_from(number).ok());
                self.text.shared(number.unwrap_or(usize::MAX));
            }
            20..=25 => match item(record) {
                Some(value) => self.text.value(&value),
                None => self.unread(record),
            },
            _ => self.other.push_str(&said(record)),
        }
    }

    /// `BrtPCRRecord`: the values of all fields, one behind the other.
    fn packed(&mut self, fields: &mut Fields<'_>) -> Option<()> {
        for field in 0..self.text.width() {
            if fields.rest.is_empty() {
                return Some(());
            }
            if self.text.shares(field) {
                let number = usize::try_from(fields.u32()?).ok()?;
                self.text.shared(number);
                continue;
            }
            let kind = self.kinds.get(field).copied().unwrap_or(0);
            // Dates, numbers, or else texts (2.4.131).
            let value = if kind & 4 != 0 {
                date(fields)?
            } else if kind & 0x40 != 0 {
                plain(fields.f64()?)
            } else {
                fields.string()?
            };
            self.text.value(&value);
        }
        Some(())
    }

    fn unread(&mut self, record: Record<'_>) {
        self.broken = true;
        self.other.push_str(&said(record));
    }
}

/// The value of an item, shared or of a record.
fn item(record: Record<'_>) -> Option<String> {
    let mut fields = Fields::of(record.data);
    Some(match record.id {
        21 | 28 => plain(fields.f64()?),
        22 | 29 => truth_or_error(fields.u8()?, false).to_owned(),
        23 | 30 => truth_or_error(fields.u8()?, true).to_owned(),
        24 | 31 => fields.string()?,
        25 | 32 => date(&mut fields)?,
        _ => String::new(),
    })
}

/// A date as its parts.
fn date(fields: &mut Fields<'_>) -> Option<String> {
    let (year, month) = (fields.u16()?, fields.u16()?);
    let [day, hour, minute, second] = fields.array()?;
    let date = format!("{day:02}/{month:02}/{year:04}");
    Some(match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    })
}

/// The first thing in a record that can only be a string.
fn first_string(data: &[u8]) -> Option<String> {
    let data = data.get(..4_096).unwrap_or(data);
    (0..data.len()).find_map(|at| {
        let mut fields = Fields::of(data.get(at..)?);
        let count = u32::from_le_bytes(*fields.rest.first_chunk::<4>()?);
        let text = fields.string().filter(|_| (1..=255).contains(&count))?;
        (!text.chars().any(char::is_control)).then_some(text)
    })
}

/// Reads the values kept of another workbook.
pub(in crate::extract::sheet::package) fn external(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let most = sink.left().text_bytes;
    let mut grid = Grid::new(most);
    let mut row = 0;
    let mut other = String::new();
    let mut records = Records::of(bytes);
    for record in records.by_ref() {
        let mut fields = Fields::of(record.data);
        let known = match record.id {
            363 => {
                std::mem::replace(&mut grid, Grid::new(most)).finish(spot, sink);
                None
            }
            366 => fields.u32().map(|number| row = number),
            367..=371 => kept(record.id, &mut fields).map(|(column, value)| {
                grid.put(row, column, &value);
            }),
            _ => None,
        };
        if known.is_none() {
            other.push_str(&said(record));
        }
    }
    grid.finish(spot, sink);
    sink.text(spot, other);
    if records.is_cut() {
        sink.gap(spot, GapReason::Truncated);
    }
}

/// A cell of another workbook.
fn kept(id: u16, fields: &mut Fields<'_>) -> Option<(u32, String)> {
    let column = fields.u32()?;
    let value = match id {
        368 => plain(fields.f64()?),
        369 => truth_or_error(fields.u8()?, false).to_owned(),
        370 => truth_or_error(fields.u8()?, true).to_owned(),
        371 => fields.string()?,
        _ => String::new(),
    };
    Some((column, value))
}
