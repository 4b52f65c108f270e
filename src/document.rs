//! TOML files read with a complaint for everything that is wrong in them.
//!
//! A [`Table`] hands out its values by key and type, remembers which keys were
//! asked for, and [`Table::finish`] complains about the others, with the
//! nearest known key as a suggestion.
//!
//! **What is not here:** what the keys mean; see [`crate::config`] and
//! [`crate::policy`].

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Source};

/// A value with the place that it was read from, in bytes of the file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Placed<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub span: Range<usize>,
}

/// A file that is being read, and the complaints so far.
#[derive(Debug)]
pub struct Document<'a> {
    source: &'a Source,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl<'a> Document<'a> {
    /// Parses the file and lets `read` take from its top table what it knows.
    ///
    /// Returns what `read` made of it and all complaints: those of the TOML
    /// grammar, or else those of `read` and one for each key that nobody asked
    /// for.
    pub fn read<T>(
        source: &'a Source,
        read: impl FnOnce(&Table<'_, '_>) -> T,
    ) -> (T, Vec<Diagnostic>) {
        let (root, errors) = DeTable::parse_recoverable(source.text());
        let document = Document {
            source,
            diagnostics: RefCell::default(),
        };
        let broken = errors.len();
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            document.complain(
                Diagnostic::error("toml::syntax", source, span, error.message())
                    .help("the file must be TOML; texts stand in double quotes"),
            );
        }
        let table = Table {
            document: &document,
            name: String::new(),
            span: 0..0,
            entries: root.get_ref(),
            known: RefCell::default(),
        };
        let value = read(&table);
        table.finish();
        let mut diagnostics = document.diagnostics.into_inner();
        if broken > 0 {
            // What is missing or odd beside a broken line is mostly its doing.
            diagnostics.truncate(broken);
        }
        (value, diagnostics)
    }

    fn complain(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }
}

/// One table of a file.
#[derive(Debug)]
pub struct Table<'d, 'i> {
    document: &'d Document<'d>,
    name: String,
    span: Range<usize>,
    entries: &'d DeTable<'i>,
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'d, 'i> Table<'d, 'i> {
    /// Where the table's header stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Adds a complaint about a place in this file.
    pub fn complain(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.document
            .complain(Diagnostic::error(code, self.document.source, span, message).help(help));
    }

    /// Adds a warning about a place in this file: it can be used as it is.
    pub fn warn(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.document
            .complain(Diagnostic::warning(code, self.document.source, span, message).help(help));
    }

    /// The text under `key`, if it is there.
    pub fn text(&self, key: &'static str) -> Option<Placed<String>> {
        let (value, span) = self.value(key)?;
        let DeValue::String(text) = value else {
            self.wrong_type(key, value, span, "a text in double quotes");
            return None;
        };
        Some(Placed {
            value: text.to_string(),
            span,
        })
    }

    /// The text under `key`; a complaint if there is none.
    pub fn required_text(&self, key: &'static str, example: &str) -> Option<Placed<String>> {
        self.require(key, example);
        self.text(key)
    }

    /// Complains if there is no `key`.
    pub fn require(&self, key: &'static str, example: &str) {
        if !self.entries.contains_key(key) {
            self.complain(
                "toml::missing-key",
                self.span(),
                format!("{} needs the key \"{key}\"", self.title()),
                format!("add a line such as {key} = {example}"),
            );
        }
    }

    /// The list of texts under `key`; empty if it is not there.
    pub fn texts(&self, key: &'static str) -> Vec<Placed<String>> {
        let Some((value, span)) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value else {
            self.wrong_type(key, value, span, "a list of texts, such as [\"a\", \"b\"]");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            let span = item.span();
            if let DeValue::String(text) = item.get_ref() {
                texts.push(Placed {
                    value: text.to_string(),
                    span,
                });
            } else {
                self.wrong_type(key, item.get_ref(), span, "a text in double quotes");
            }
        }
        texts
    }

    /// The true or false under `key`, if it is there.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let (value, span) = self.value(key)?;
        if let DeValue::Boolean(flag) = value {
            return Some(*flag);
        }
        self.wrong_type(key, value, span, "true or false, without quotes");
        None
    }

    /// The whole number under `key`, if it is there and within `bounds`.
    pub fn number(&self, key: &'static str, bounds: Range<u64>) -> Option<u64> {
        let (value, span) = self.value(key)?;
        let DeValue::Integer(integer) = value else {
            self.wrong_type(key, value, span, "a whole number, without quotes");
            return None;
        };
        let digits = integer.as_str().replace('_', "");
        let number = u64::from_str_radix(&digits, integer.radix()).ok();
        if let Some(number) = number.filter(|number| bounds.contains(number)) {
            return Some(number);
        }
        self.out_of_bounds(key, span, bounds.start, bounds.end.saturating_sub(1));
        None
    }

    /// The whole number under `key`, which may be below zero, if it is there and
    /// within `bounds`.
    pub fn integer(&self, key: &'static str, bounds: Range<i64>) -> Option<i64> {
        let (value, span) = self.value(key)?;
        let DeValue::Integer(integer) = value else {
            self.wrong_type(key, value, span, "a whole number, without quotes");
            return None;
        };
        let digits = integer.as_str().replace('_', "");
        let number = i64::from_str_radix(&digits, integer.radix()).ok();
        if let Some(number) = number.filter(|number| bounds.contains(number)) {
            return Some(number);
        }
        self.out_of_bounds(key, span, bounds.start, bounds.end.saturating_sub(1));
        None
    }

    fn out_of_bounds(
        &self,
        key: &str,
        span: Range<usize>,
        least: impl std::fmt::Display,
        most: impl std::fmt::Display,
    ) {
        self.complain(
            "toml::out-of-bounds",
            span,
            format!("\"{key}\" is out of bounds"),
            format!("write a whole number from {least} to {most}"),
        );
    }

    /// The calendar date under `key`, as `yyyy-mm-dd` without quotes.
    pub fn date(&self, key: &'static str) -> Option<Placed<String>> {
        let (value, span) = self.value(key)?;
        if let DeValue::Datetime(datetime) = value
            && datetime.time.is_none()
        {
            return Some(Placed {
                value: datetime.to_string(),
                span,
            });
        }
        self.wrong_type(
            key,
            value,
            span,
            "a date such as 2026-11-21, without quotes",
        );
        None
    }

    /// What the word under `key` stands for, by the list of the words allowed.
    pub fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        self.chosen(key, &text, words)
    }

    /// What the words of the list under `key` stand for.
    pub fn choices<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Vec<T> {
        self.texts(key)
            .iter()
            .filter_map(|text| self.chosen(key, text, words))
            .collect()
    }

    /// What a word that was read stands for.
    pub fn chosen<T: Copy>(
        &self,
        key: &'static str,
        text: &Placed<String>,
        words: &[(&str, T)],
    ) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text.value);
        if let Some((_, value)) = found {
            return Some(*value);
        }
        let allowed: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.complain(
            "toml::unknown-word",
            text.span.clone(),
            format!("\"{}\" is no word for \"{key}\"", text.value),
            suggestion(&text.value, &allowed),
        );
        None
    }

    /// The table under `key`, if it is there.
    pub fn table(&self, key: &'static str) -> Option<Table<'d, 'i>> {
        let (value, span) = self.value(key)?;
        if let DeValue::Table(table) = value {
            return Some(self.inner(key, table, span));
        }
        self.wrong_type(key, value, span, &format!("a table, opened by [{key}]"));
        None
    }

    /// The tables under `key`, written as `[[key]]`; empty if there are none.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'d, 'i>> {
        let Some((value, span)) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value else {
            self.wrong_type(
                key,
                value,
                span,
                &format!("tables, each opened by [[{key}]]"),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            if let DeValue::Table(table) = item.get_ref() {
                tables.push(self.inner(key, table, item.span()));
            } else {
                self.wrong_type(key, item.get_ref(), item.span(), "a table");
            }
        }
        tables
    }

    /// Complains about each key that was not asked for.
    pub fn finish(&self) {
        let known = self.known.borrow();
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if known.contains(name) {
                continue;
            }
            let words: Vec<&str> = known.iter().copied().collect();
            self.complain(
                "toml::unknown-key",
                key.span(),
                format!("{} has no key \"{name}\"", self.title()),
                suggestion(name, &words),
            );
        }
    }

    fn inner(&self, key: &str, table: &'d DeTable<'i>, span: Range<usize>) -> Table<'d, 'i> {
        let name = if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        };
        Table {
            document: self.document,
            name,
            span,
            entries: table,
            known: RefCell::default(),
        }
    }

    fn value(&self, key: &'static str) -> Option<(&'d DeValue<'i>, Range<usize>)> {
        self.known.borrow_mut().insert(key);
        let value = self.entries.get(key)?;
        Some((value.get_ref(), value.span()))
    }

    fn wrong_type(&self, key: &str, value: &DeValue<'_>, span: Range<usize>, wanted: &str) {
        self.complain(
            "toml::wrong-type",
            span,
            format!("\"{key}\" is {} here", article(value.type_str())),
            format!("write {wanted}"),
        );
    }

    fn title(&self) -> String {
        if self.name.is_empty() {
            String::from("the file")
        } else {
            format!("[{}]", self.name)
        }
    }
}

fn article(word: &str) -> String {
    if word.starts_with(['a', 'i']) {
        format!("an {word}")
    } else {
        format!("a {word}")
    }
}

/// The mend for a word that is not known: the nearest known one, or all.
fn suggestion(word: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .min();
    if let Some((distance, candidate)) = nearest
        && distance <= 3
        && distance < word.chars().count()
    {
        return format!("did you mean \"{candidate}\"?");
    }
    let list: Vec<String> = known.iter().map(|word| format!("\"{word}\"")).collect();
    format!("known here: {}", list.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_in_one_go() {
        let source = Source::new(
            "x.toml",
            "nmae = \"a\"\nsize = \"big\"\n[deep]\nmode = \"wach\"\n",
        );
        let ((), diagnostics) = Document::read(&source, |table| {
            table.required_text("name", "\"x\"");
            table.number("size", 0..10);
            let deep = table.table("deep").unwrap();
            deep.choice("mode", &[("watch", 1), ("enforce", 2)]);
            deep.finish();
        });
        let codes: Vec<&str> = diagnostics.iter().map(Diagnostic::code).collect();
        assert_eq!(
            codes,
            [
                "toml::missing-key",
                "toml::wrong-type",
                "toml::unknown-word",
                "toml::unknown-key"
            ]
        );
        assert_eq!(diagnostics[2].help_text(), Some("did you mean \"watch\"?"));
        assert_eq!(diagnostics[3].help_text(), Some("did you mean \"name\"?"));
        assert_eq!(diagnostics[2].line_and_column(), (4, 8));
        assert!(
            diagnostics[2].report().contains('^'),
            "{}",
            diagnostics[2].report()
        );
    }
}
