//! The workbook, its shared strings and its formats as records (MS-XLSB 2.4).

use super::record::{Fields, Records, said};
use crate::extract::sheet::colours::Colour;
use crate::extract::sheet::formula::{self, Dialect};
use crate::extract::sheet::package::strings::Strings;
use crate::extract::sheet::package::workbook::{Sheet, Workbook};
use crate::extract::sheet::serial::Epoch;
use crate::extract::sheet::styles::Styles;
use crate::extract::strings;
use crate::location::Hidden;
use crate::mail::GapReason;

/// What the workbook part says: its sheets, all other words in it, and those of
/// hidden names.
pub(in crate::extract::sheet::package) fn workbook(
    bytes: &[u8],
) -> (Workbook, String, String, Option<GapReason>) {
    let mut workbook = Workbook::default();
    let mut other = String::new();
    let mut hidden = String::new();
    let mut records = Records::of(bytes);
    for record in records.by_ref() {
        let mut fields = Fields::of(record.data);
        let known = match record.id {
            153 => fields.u32().map(|flags| {
                if flags & 1 == 1 {
                    workbook.epoch = Epoch::Since1904;
                }
            }),
            156 => sheet(&mut fields).map(|sheet| workbook.sheets.push(sheet)),
            39 => name(&mut fields).map(|(line, unseen)| {
                if unseen { &mut hidden } else { &mut other }.push_str(&line);
            }),
            _ => None,
        };
        if known.is_none() {
            other.push_str(&said(record));
        }
    }
    let stopped = records.is_cut().then_some(GapReason::Truncated);
    (workbook, other, hidden, stopped)
}

/// `BrtBundleSh`.
fn sheet(fields: &mut Fields<'_>) -> Option<Sheet> {
    let state = fields.u32()?;
    fields.u32()?;
    let arrow = fields.string()?;
    let name = fields.string()?;
    Some(Sheet {
        name,
        arrow,
        hidden: match state {
            0 => None,
            1 => Some(Hidden::Sheet),
            _ => Some(Hidden::VeryHiddenSheet),
        },
    })
}

/// `BrtName`: a name and the constants that it stands for.
fn name(fields: &mut Fields<'_>) -> Option<(String, bool)> {
    let flags = fields.u32()?;
    fields.u8()?;
    fields.u32()?;
    let name = fields.string()?;
    let constants = formula(fields).unwrap_or_default();
    let comment = fields.string().unwrap_or_default();
    let unseen = flags & 1 == 1 && !name.starts_with("_xl");
    Some((format!("{name} {constants} {comment}\n"), unseen))
}

/// The constants of a formula after its length, and the words in the arrays
/// behind it.
pub(super) fn formula(fields: &mut Fields<'_>) -> Option<String> {
    let length = usize::try_from(fields.u32()?).ok()?;
    let tokens = fields.take(length)?;
    let (mut told, whole) = formula::constants(tokens, Dialect::Twelve);
    let behind = fields
        .u32()
        .and_then(|length| fields.take(usize::try_from(length).ok()?));
    let behind = behind.filter(|behind| !behind.is_empty());
    for rest in behind.into_iter().chain((!whole).then_some(tokens)) {
        told.push(' ');
        told.push_str(&strings::words(rest));
    }
    Some(told.trim().replace('\n', " "))
}

/// The shared strings.
pub(in crate::extract::sheet::package) fn strings(bytes: &[u8]) -> (Strings, Option<GapReason>) {
    let mut records = Records::of(bytes);
    let mut broken = false;
    let items = records.by_ref().filter(|record| record.id == 19);
    let strings = items.map(|record| {
        Fields::of(record.data).rich().unwrap_or_else(|| {
            broken = true;
            said(record)
        })
    });
    let strings = Strings::of(strings.collect());
    let why = if records.is_cut() {
        Some(GapReason::Truncated)
    } else {
        broken.then_some(GapReason::Broken)
    };
    (strings, why)
}

/// The number formats and cell formats; gives the codes and names in them.
pub(in crate::extract::sheet::package) fn styles(
    bytes: &[u8],
    styles: &mut Styles,
) -> (String, Option<GapReason>) {
    let mut looks = Looks::default();
    let mut text = String::new();
    let mut records = Records::of(bytes);
    for record in records.by_ref() {
        let mut fields = Fields::of(record.data);
        match record.id {
            44 => {
                if let Some((id, code)) = fields.u16().zip(fields.string()) {
                    styles.format(u32::from(id), &code);
                }
            }
            43 => looks.fonts.push(font(&mut fields)),
            45 => looks.fills.push(fill(&mut fields)),
            617 => looks.in_cells = true,
            618 => looks.in_cells = false,
            47 if looks.in_cells => looks.cells.extend(look(&mut fields)),
            _ => {}
        }
        text.push_str(&said(record));
    }
    for (format, font, fill) in &looks.cells {
        let ink = looks.fonts.get(usize::from(*font)).cloned().flatten();
        let ground = looks.fills.get(usize::from(*fill)).cloned().flatten();
        styles.cell(
            u32::from(*format),
            &ink.unwrap_or(Colour::Unknown),
            ground.unwrap_or(Colour::PAPER),
        );
    }
    (text, records.is_cut().then_some(GapReason::Truncated))
}

#[derive(Debug, Default)]
struct Looks {
    fonts: Vec<Option<Colour>>,
    fills: Vec<Option<Colour>>,
    cells: Vec<(u16, u16, u16)>,
    in_cells: bool,
}

/// `BrtFont`.
fn font(fields: &mut Fields<'_>) -> Option<Colour> {
    fields.take(12)?;
    colour(fields)
}

/// `BrtFill`: the colour of a solid one.
fn fill(fields: &mut Fields<'_>) -> Option<Colour> {
    match fields.u32()? {
        0 => None,
        1 => colour(fields),
        // Patterns are no ground to hide on.
        _ => Some(Colour::Unknown),
    }
}

/// `BrtColor`.
fn colour(fields: &mut Fields<'_>) -> Option<Colour> {
    let [kind, index, tint_low, tint_high, red, green, blue, _] = fields.array()?;
    let index = u32::from(index);
    let tint = u16::from_le_bytes([tint_low, tint_high]);
    let tint = (tint != 0).then(|| tint.to_string());
    Some(match kind >> 1 {
        0 => Colour::BLACK,
        1 => Colour::Indexed(index).with(|_| None),
        2 if tint.is_none() => Colour::Plain([red, green, blue]),
        3 => Colour::of_theme(index, tint.as_deref()),
        kind => Colour::Named(format!("{kind} {index} {tint:?} {red} {green} {blue}")),
    })
}

/// `BrtXF`.
fn look(fields: &mut Fields<'_>) -> Option<(u16, u16, u16)> {
    fields.u16()?;
    Some((fields.u16()?, fields.u16()?, fields.u16()?))
}
