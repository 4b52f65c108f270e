//! The lines that begin a coded file in a text; see [`super::uuencode`].

/// Whether a line begins a coded file.
pub(in crate::extract) fn is_begin(line: &str) -> bool {
    begins(line.as_bytes()).is_some() || line.starts_with("=ybegin ")
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Code {
    Uuencode,
    Base64,
}

/// The code and the name of `begin 644 name` and `begin-base64 644 name`.
pub(super) fn begins(line: &[u8]) -> Option<(Code, &[u8])> {
    let rest = line.strip_prefix(b"begin")?;
    let coded = [&b"-base64-encoded "[..], b"-base64 ", b" base64 "];
    let base64 = coded.iter().find_map(|coded| rest.strip_prefix(*coded));
    let (code, rest) = match base64 {
        Some(rest) => (Code::Base64, rest),
        None => (Code::Uuencode, rest.strip_prefix(b" ")?),
    };
    let rest = rest.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let name = rest.get(digits..)?.strip_prefix(b" ")?;
    matches!(digits, 3 | 4).then(|| (code, name.trim_ascii()))
}
