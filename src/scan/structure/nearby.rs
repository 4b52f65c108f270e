//! What the readers of records share: the stretch around a number, and the
//! authorities that issue identifiers.

/// What a field says about the number in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Field {
    /// NHS, CHI or H&C number of a patient.
    Patient,
    /// A number of staff, of a site, or a telephone.
    Other,
}

/// The bytes before a place, at most `reach` of them.
pub(super) fn before(view: &[u8], at: usize, reach: usize) -> &[u8] {
    view.get(at.saturating_sub(reach)..at).unwrap_or(b"")
}

/// The bytes from a place on, at most `reach` of them.
pub(super) fn after(view: &[u8], at: usize, reach: usize) -> &[u8] {
    let rest = view.get(at..).unwrap_or(b"");
    rest.get(..rest.len().min(reach)).unwrap_or(rest)
}

pub(super) fn contains(stretch: &[u8], what: &[u8]) -> bool {
    memchr::memmem::find(stretch, what).is_some()
}

/// What the authority of an identifier says, by its URL or OID (UK Core naming
/// systems; NHS Digital, HL7 OID registry).
pub(super) fn authority(stretch: &[u8]) -> Option<Field> {
    const PATIENT: [&[u8]; 5] = [
        b"nhs-number",
        b"hsc-number",
        b"chi-number",
        b"2.16.840.1.113883.2.1.4.1",
        b"2.16.840.1.113883.2.1.3.2.4.16.53",
    ];
    const OTHER: [&[u8]; 8] = [
        b"sds-user-id",
        b"sds-role-profile-id",
        b"gmp-number",
        b"gmc-number",
        b"nmc-number",
        b"gphc-number",
        b"ods-organization-code",
        b"ods-site-code",
    ];
    if PATIENT.iter().any(|system| contains(stretch, system)) {
        return Some(Field::Patient);
    }
    let other = OTHER.iter().any(|system| contains(stretch, system));
    other.then_some(Field::Other)
}
