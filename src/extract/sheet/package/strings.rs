//! Strings of workbooks: the shared table, rich runs, phonetic runs, escapes.
//!
//! Source: ECMA-376 part 1, 18.4. Runs are joined without anything between;
//! what an East Asian reader sees above the text (`rPh`) stands behind it.
//! `_x000D_` is a character (22.9.2.19).

use std::collections::BTreeMap;

use super::look::colour;
use crate::extract::office::xml::{self, Token};
use crate::extract::sheet::styles::Piece;
use crate::mail::GapReason;

/// The shared strings of a workbook.
#[derive(Debug, Default)]
pub(super) struct Strings {
    texts: Vec<String>,
    /// Those of which a piece names a colour, in pieces.
    pieces: BTreeMap<usize, Vec<Piece>>,
    used: Vec<bool>,
}

impl Strings {
    /// Reads `sharedStrings.xml`.
    pub(super) fn read(bytes: &[u8]) -> (Self, Option<GapReason>) {
        let mut strings = Vec::new();
        let mut pieces = BTreeMap::new();
        let mut string = RichText::default();
        let stopped = xml::walk(bytes, |token| match token {
            Token::Open(element) if element.name == "si" => string = RichText::default(),
            Token::Close("si") => {
                if let Some(of_string) = string.pieces() {
                    pieces.insert(strings.len(), of_string);
                }
                strings.push(string.take());
            }
            token @ (Token::Open(_) | Token::Close(_) | Token::Text(_) | Token::Aside(_)) => {
                string.token(&token);
            }
        });
        let strings = Self {
            pieces,
            ..Self::of(strings)
        };
        (strings, stopped)
    }

    /// A table of these, all unused.
    pub(super) fn of(strings: Vec<String>) -> Self {
        let used = vec![false; strings.len()];
        Self {
            texts: strings,
            pieces: BTreeMap::new(),
            used,
        }
    }

    /// A string by its number, which is in use then.
    pub(super) fn string(&mut self, number: usize) -> Option<&str> {
        *self.used.get_mut(number)? = true;
        self.texts.get(number).map(String::as_str)
    }

    /// The pieces of a string, if one of them names a colour.
    pub(super) fn pieces(&self, number: usize) -> Option<&[Piece]> {
        self.pieces.get(&number).map(Vec::as_slice)
    }

    /// The strings that no cell uses: what is left of deleted ones.
    pub(super) fn unused(&self) -> String {
        let pairs = self.texts.iter().zip(&self.used);
        let unused = pairs.filter(|(_, used)| !**used);
        let lines: Vec<&str> = unused.map(|(string, _)| string.as_str()).collect();
        lines.join("\n")
    }
}

/// A string in runs, as it is read.
#[derive(Debug, Default)]
pub(super) struct RichText {
    text: String,
    phonetic: String,
    in_text: bool,
    in_phonetic: bool,
    /// The runs with their colours.
    runs: Vec<Piece>,
}

impl RichText {
    /// Takes what stands inside a string.
    pub(super) fn token(&mut self, token: &Token<'_>) {
        match token {
            Token::Open(element) => match element.name {
                "t" => self.in_text = true,
                "rPh" => self.in_phonetic = true,
                "r" => self.runs.push(Piece {
                    text: String::new(),
                    ink: None,
                }),
                "color" => {
                    if let Some(run) = self.runs.last_mut() {
                        run.ink = Some(colour(element).with(|_| None));
                    }
                }
                _ => {}
            },
            Token::Close("t") => self.in_text = false,
            Token::Close("rPh") => self.in_phonetic = false,
            Token::Text(text) if self.in_phonetic && self.in_text => self.phonetic.push_str(text),
            Token::Text(text) if self.in_text => {
                self.text.push_str(text);
                if let Some(run) = self.runs.last_mut() {
                    run.text.push_str(text);
                }
            }
            // Text beside its element belongs to nobody, but is text.
            Token::Text(text) if !text.trim().is_empty() => self.text.push_str(text),
            Token::Close(_) | Token::Text(_) | Token::Aside(_) => {}
        }
    }

    /// The runs, if one of them names a colour.
    pub(super) fn pieces(&mut self) -> Option<Vec<Piece>> {
        let runs = std::mem::take(&mut self.runs);
        if runs.iter().all(|run| run.ink.is_none()) {
            return None;
        }
        let plain = runs.into_iter().map(|run| Piece {
            text: unescaped(run.text),
            ink: run.ink,
        });
        Some(plain.collect())
    }

    /// The string.
    pub(super) fn take(&mut self) -> String {
        let Self {
            mut text, phonetic, ..
        } = std::mem::take(self);
        if !phonetic.is_empty() {
            text.push(' ');
            text.push_str(&phonetic);
        }
        unescaped(text)
    }
}

/// A string without `_xHHHH_`.
pub(super) fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("_x") {
        plain.push_str(before);
        let digits = after.get(..4).filter(|_| after.get(4..5) == Some("_"));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match code.and_then(char::from_u32) {
            Some(character) if character.is_control() => {
                plain.push(' ');
                rest = after.get(5..).unwrap_or_default();
            }
            Some(character) => {
                plain.push(character);
                rest = after.get(5..).unwrap_or_default();
            }
            None => {
                plain.push_str("_x");
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_joined_and_phonetic_ones_follow() {
        let source = b"<sst><si><r><t>943</t></r><r><rPr/><t xml:space='preserve'> 476</t></r>\
            <rPh sb='0' eb='1'><t>over</t></rPh></si><si><t>a_x0020_b_x00G0_</t></si></sst>";
        let (mut strings, stopped) = Strings::read(source);
        assert_eq!(stopped, None);
        assert_eq!(strings.string(0), Some("943 476 over"));
        assert_eq!(strings.unused(), "a b_x00G0_");
        assert_eq!(strings.string(7), None);
    }
}
