//! Structured records: what the field says that a number stands in.
//!
//! HL7 v2, FHIR (JSON and XML) and CDA name the kind of each identifier, so the
//! place is the evidence, even where a check digit is wrong. Each reader looks
//! around one number over a bounded stretch.
//!
//! **What is not here:** columns of tables; see `column`.

mod cda;
mod fhir;
mod hl7;
mod nearby;

pub(super) use nearby::Field;

/// What the field says that the bytes `start..end` fill; `None` outside
/// structured records.
pub(super) fn field(view: &[u8], start: usize, end: usize) -> Option<Field> {
    if !may_be_field(view, start) {
        return None;
    }
    hl7::field(view, start, end)
        .or_else(|| fhir::field(view, start, end))
        .or_else(|| cda::field(view, start, end))
}

/// Whether what stands before a number could open a field: most numbers of a
/// text are dismissed by this one byte.
pub(super) fn may_be_field(view: &[u8], start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| view.get(at));
    matches!(before, Some(b'|' | b'^' | b'~' | b'"' | b'\'' | b'>'))
}
