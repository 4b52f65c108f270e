//! Identifiers that a site has written itself: a shape that counts only after
//! one of its labels.
//!
//! A mask (`A999999`) or a pattern (regular expression over the folded view) is
//! tried where a word with a digit stands directly after a label, at that one
//! place, over at most [`REACH`] bytes: its cost is bounded whatever its author
//! wrote, and time stays linear in the text.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::HirKind;

use super::evidence::Sign;
use super::finding::{Identifier, LocalName};
use super::kinds::label;
use super::kinds::shape::Shape;

/// How many bytes of text a shape may cover.
const REACH: usize = 64;

/// How large a pattern may be when it is compiled, in bytes.
const COMPILED: usize = 256 << 10;

/// How a site's own identifier is checked beside its shape.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum LocalCheck {
    /// Not at all.
    #[default]
    None,
    /// The last digit by modulus 10 (Luhn), as payment cards have it.
    Luhn,
    /// Ten digits by modulus 11, as the NHS number has it.
    Modulus11,
}

impl LocalCheck {
    /// The words for it in identifier files.
    pub(super) const WORDS: [(&'static str, Self); 3] = [
        ("none", Self::None),
        ("luhn", Self::Luhn),
        ("modulus-11", Self::Modulus11),
    ];

    fn holds(self, value: &str) -> bool {
        let digits: Vec<u8> = value
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|byte| byte.saturating_sub(b'0'))
            .collect();
        match self {
            Self::None => true,
            Self::Luhn => super::kinds::payment_card::luhn(&digits),
            Self::Modulus11 => {
                let ten: Result<[u8; 10], _> = digits.try_into();
                ten.is_ok_and(|digits| super::kernel::passes_mod_11(&digits))
            }
        }
    }
}

/// One identifier of a site.
#[derive(Clone, Debug)]
pub(super) struct Local {
    name: LocalName,
    shape: Regex,
    labels: Vec<String>,
    check: LocalCheck,
}

impl Local {
    /// An identifier with a mask: `A` a letter, `9` a digit, `X` either, `?`
    /// after what may be left out, anything else itself.
    pub(super) fn masked(
        name: LocalName,
        mask: &str,
        labels: Vec<String>,
        check: LocalCheck,
    ) -> Result<(Self, Option<String>), String> {
        if !mask.contains('9') && !mask.contains('X') {
            return Err(String::from("it has no digit"));
        }
        let mut pattern = String::new();
        for letter in mask.chars() {
            match letter {
                'A' => pattern.push_str("[A-Z]"),
                '9' => pattern.push_str("[0-9]"),
                'X' => pattern.push_str("[A-Z0-9]"),
                '?' if !pattern.is_empty() && !pattern.ends_with('?') => pattern.push('?'),
                '?' => return Err(String::from("\"?\" must stand after what may be left out")),
                ' ' => pattern.push_str("[ ]?"),
                other if other.is_ascii_graphic() => {
                    pattern.push_str(&regex_syntax::escape(&other.to_string()));
                }
                _ => return Err(String::from("only ASCII characters can stand in a mask")),
            }
        }
        Self::patterned(name, &pattern, labels, check)
    }

    /// An identifier with a pattern. The second value says why it is slow, if
    /// it is.
    pub(super) fn patterned(
        name: LocalName,
        pattern: &str,
        labels: Vec<String>,
        check: LocalCheck,
    ) -> Result<(Self, Option<String>), String> {
        let hir = regex_syntax::ParserBuilder::new()
            .utf8(false)
            .unicode(false)
            .build()
            .parse(pattern)
            .map_err(|error| first_line(&error.to_string()))?;
        let properties = hir.properties();
        if !properties.look_set().is_empty() {
            return Err(String::from(
                "it has an anchor or a word boundary, and stands alone as a word anyway",
            ));
        }
        if properties.minimum_len().unwrap_or(0) < 3 {
            return Err(String::from("it can match less than three characters"));
        }
        let slow = if properties.maximum_len().is_none_or(|most| most > REACH) {
            Some(format!(
                "it can be long or go on without end, and only {REACH} characters are looked at"
            ))
        } else {
            any_first(&hir).then(|| String::from("it begins with what can be anything"))
        };
        let shape = RegexBuilder::new(&format!("^(?:{pattern})"))
            .unicode(false)
            .case_insensitive(true)
            .size_limit(COMPILED)
            .build()
            .map_err(|error| first_line(&error.to_string()))?;
        let local = Self {
            name,
            shape,
            labels,
            check,
        };
        Ok((local, slow))
    }

    /// The identifier's id.
    pub(super) fn name(&self) -> &LocalName {
        &self.name
    }

    /// The kind of its findings.
    pub(super) fn identifier(&self) -> Identifier {
        Identifier::Local(self.name.clone())
    }

    /// Whether the header of a column is one of the labels, or ends with one:
    /// `Hospital no`, `Patient MRN`.
    pub(super) fn heads(&self, cell: &[u8]) -> bool {
        let cell = cell.get(..cell.len().min(80)).unwrap_or(cell);
        let end = cell
            .iter()
            .rposition(u8::is_ascii_alphanumeric)
            .map_or(0, |last| last.saturating_add(1));
        label::label_start(cell, end, &self.labels).is_some()
    }

    /// The identifier in the word that a run of digits is the first of, in a
    /// cell of a table; its header must still be looked at.
    pub(super) fn in_cell(&self, view: &[u8], run: usize) -> Option<Shape> {
        let before = view.get(run.saturating_sub(REACH)..run)?;
        let letters = before
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphabetic());
        let start = run.checked_sub(letters.count())?;
        self.read(view, start, Sign::ColumnHeader)
    }

    /// The identifier in the word that a run of digits is the first of: after a
    /// label, or after another of its kind that ends at `last`.
    pub(super) fn at_run(&self, view: &[u8], run: usize, last: Option<usize>) -> Option<Shape> {
        let before = view.get(run.saturating_sub(REACH)..run)?;
        let letters = before
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphabetic());
        // A label may be glued to the number, so every beginning of the word
        // that leaves a label before it is tried, the longest word first.
        let most = letters.count();
        if most > 24 {
            return None;
        }
        let start = (0..=most)
            .rev()
            .filter_map(|letters| run.checked_sub(letters))
            .find(|start| {
                let goes_on = last.is_some_and(|last| goes_on(view, last, *start));
                goes_on || label::directly_before(view, *start, &self.labels)
            })?;
        self.read(view, start, Sign::LabelDirect)
    }

    fn read(&self, view: &[u8], start: usize, why: Sign) -> Option<Shape> {
        let rest = view.get(start..)?;
        let window = rest.get(..rest.len().min(REACH)).unwrap_or(rest);
        let end = start.saturating_add(self.shape.find(window)?.end());
        let word_goes_on = view.get(end).is_some_and(u8::is_ascii_alphanumeric);
        let found = view.get(start..end)?;
        let value: String = found
            .iter()
            .filter(|byte| byte.is_ascii_alphanumeric())
            .map(|byte| char::from(byte.to_ascii_uppercase()))
            .collect();
        if word_goes_on || !self.check.holds(&value) {
            return None;
        }
        Some(Shape {
            start,
            end,
            value,
            signs: vec![Sign::Pattern, why],
        })
    }
}

/// Whether nothing but what joins a list stands between two numbers: blanks, a
/// comma or semicolon, "and", "or".
fn goes_on(view: &[u8], last: usize, start: usize) -> bool {
    let Some(between) = view.get(last..start).filter(|between| between.len() <= 12) else {
        return false;
    };
    let mut words = between
        .split(|byte| {
            byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'/' | b'&' | b'+')
        })
        .filter(|word| !word.is_empty());
    !between.is_empty()
        && words.all(|word| word.eq_ignore_ascii_case(b"and") || word.eq_ignore_ascii_case(b"or"))
}

/// Whether a pattern begins with something that repeats and matches nearly
/// every byte.
fn any_first(hir: &regex_syntax::hir::Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => repetition.max.is_none_or(|most| most > 8),
        HirKind::Concat(parts) => parts.first().is_some_and(any_first),
        HirKind::Alternation(parts) => parts.iter().any(any_first),
        HirKind::Capture(capture) => any_first(&capture.sub),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// The part of a library's complaint that says what is wrong.
fn first_line(message: &str) -> String {
    let last = message.lines().last().unwrap_or(message);
    last.trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hospital(mask: &str) -> Local {
        let labels = vec![String::from("hospital no"), String::from("mrn")];
        let name = LocalName::new("hospital-number");
        Local::masked(name, mask, labels, LocalCheck::None)
            .unwrap()
            .0
    }

    fn found(local: &Local, text: &str) -> Option<String> {
        let run = text.bytes().position(|byte| byte.is_ascii_digit())?;
        Some(local.at_run(text.as_bytes(), run, None)?.value)
    }

    #[test]
    fn a_mask_counts_only_after_its_label() {
        let local = hospital("A999999");
        assert_eq!(
            found(&local, "Hospital No: a912345.").as_deref(),
            Some("A912345")
        );
        assert_eq!(found(&local, "MRN A912345").as_deref(), Some("A912345"));
        assert_eq!(found(&local, "part A912345"), None);
        assert_eq!(found(&local, "MRN A9123456"), None);
        assert_eq!(found(&local, "MRN AB912345"), None);
    }

    #[test]
    fn what_may_be_left_out_may() {
        let local = hospital("A?9999999?");
        assert_eq!(found(&local, "mrn 912345").as_deref(), Some("912345"));
        assert_eq!(found(&local, "mrn Z9123456").as_deref(), Some("Z9123456"));
    }

    #[test]
    fn patterns_that_cost_much_are_told() {
        let of = |pattern: &str| {
            let name = LocalName::new("x");
            Local::patterned(name, pattern, vec![String::from("x")], LocalCheck::None)
        };
        assert!(of(r"[A-Z]{2}\d{6}").unwrap().1.is_none());
        assert!(of(r"\d+").is_err());
        assert!(of(r"\d{4,}").unwrap().1.is_some());
        assert!(of(r".{10,20}\d{3}").unwrap().1.is_some());
        assert!(of(r"(\d{4}").is_err());
        assert!(of(r"^[A-Z]\d{6}$").is_err());
        assert!(of(r"(?:[a-z0-9]{50}){50}{50}").is_err());
    }
}
