//! Any XML part as text: what stands between its tags, and what its attributes
//! say in words.
//!
//! Drawings, charts, comments, tables, queries, properties, custom XML and
//! parts of versions to come are all read this way: runs are joined, the end
//! of anything else ends a line. Numbers that only the program reads (places,
//! sizes, ids of axes) are left out, since random ten-digit numbers among them
//! look like patients.

use crate::extract::office::xml::{Element, Token};
use crate::extract::sheet::header::without_codes;
use crate::extract::sheet::package::strings;
use crate::extract::sheet::package::workbook::is_true;

/// The text of a part, as it is read.
#[derive(Debug, Default)]
pub(super) struct PartText {
    text: String,
    /// Of shapes that are hidden.
    hidden: String,
    shape: Shape,
    /// Whether the element at hand is a run of text.
    in_run: bool,
    /// The codes of headers and footers are taken out.
    in_header: bool,
    header: String,
}

/// The shape at hand.
#[derive(Debug, Default)]
struct Shape {
    /// Where its text begins.
    begin: usize,
    hidden: bool,
    /// Whether it has a text: pictures of embedded objects are hidden always.
    says: bool,
}

/// Elements whose end does not end a line.
const RUNS: &[&str] = &[
    "t", "r", "fld", "span", "font", "b", "i", "u", "strong", "em", "s", "rPr",
];

/// Attributes that only say where, how large and which.
const UNSAID: &[&str] = &[
    "id",
    "ref",
    "sqref",
    "r",
    "spans",
    "topLeftCell",
    "activeCell",
    "x",
    "y",
    "cx",
    "cy",
    "uid",
    "guid",
    "spid",
    "path",
    "rgb",
    "lastClr",
    "srgbClr",
    "typeface",
    "panose",
    "PartName",
    "ContentType",
    "Type",
    "spt",
    "coordsize",
    "Algorithm",
    "Ignorable",
    "Requires",
];

/// Elements whose number is only an id.
const IDS: &[&str] = &[
    "axId",
    "crossAx",
    "creationId",
    "uniqueId",
    "uniqueID",
    "rowId",
];

impl PartText {
    /// Takes a token.
    pub(super) fn token(&mut self, token: &Token<'_>) {
        match token {
            Token::Open(element) => self.open(element),
            Token::Close(name) => self.close(name),
            Token::Text(text) if self.in_header => self.header.push_str(text),
            Token::Text(text) => {
                // Indentation is no text.
                if !(text.trim().is_empty() && text.contains('\n')) {
                    self.text.push_str(text);
                    self.shape.says |= self.in_run;
                }
            }
            Token::Aside(text) => {
                self.end_line();
                self.text.push_str(text);
                self.end_line();
            }
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        if is_anchor(element.name) {
            self.shape.begin = self.text.len();
            self.shape.hidden = false;
            self.shape.says = false;
        }
        self.in_run = element.name == "t";
        if element.name == "definedName"
            && !element
                .attribute("name")
                .is_some_and(|name| name.starts_with("_xl"))
        {
            self.shape.hidden = element.attribute("hidden").is_some_and(is_true);
            self.shape.says = true;
        }
        if element.name == "cNvPr"
            && element
                .attribute("hidden")
                .is_some_and(|value| value == "1" || value == "true")
        {
            self.shape.hidden = true;
        }
        if is_header(element.name) {
            self.in_header = true;
        }
        if element.name == "br" {
            self.text.push('\n');
        }
        let is_id = IDS.contains(&element.name);
        for (name, value) in &element.attributes {
            if !is_id && says_something(name, value) {
                self.end_line();
                self.text.push_str(&strings::unescaped(value.to_string()));
                self.text.push('\n');
            }
        }
    }

    fn close(&mut self, name: &str) {
        if is_header(name) && self.in_header {
            self.in_header = false;
            let header = std::mem::take(&mut self.header);
            self.header_line(&header);
        }
        if !RUNS.contains(&name) {
            self.end_line();
        }
        if is_anchor(name) && self.shape.hidden && self.shape.says {
            let hidden = self.text.split_off(self.shape.begin.min(self.text.len()));
            self.hidden.push_str(&hidden);
            self.shape.hidden = false;
        }
    }

    /// Adds a header or footer with and without its codes.
    pub(super) fn header_line(&mut self, header: &str) {
        let plain = without_codes(header);
        self.end_line();
        self.text.push_str(&plain);
        self.end_line();
        if plain != header {
            self.text.push_str(header);
            self.end_line();
        }
    }

    /// Adds a line.
    pub(super) fn line(&mut self, line: &str) {
        self.end_line();
        self.text.push_str(line);
        self.end_line();
    }

    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// What is seen, and what is not.
    pub(super) fn finish(self) -> (String, String) {
        (joined(self.text), joined(self.hidden))
    }
}

/// Texts in two pieces, as formulas have them (`"943"&"4765919"`), once more in
/// one.
fn joined(mut text: String) -> String {
    if text.contains("\"&\"") {
        let again: Vec<String> = text
            .lines()
            .filter(|line| line.contains("\"&\""))
            .map(|line| line.replace("\"&\"", ""))
            .collect();
        text.push_str(&again.join("\n"));
        text.push('\n');
    }
    text
}

fn is_anchor(name: &str) -> bool {
    matches!(
        name,
        "twoCellAnchor" | "oneCellAnchor" | "absoluteAnchor" | "definedName"
    )
}

fn is_header(name: &str) -> bool {
    matches!(
        name,
        "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter"
    )
}

/// Whether an attribute's value is more than the program's own business.
fn says_something(name: &str, value: &str) -> bool {
    let value = value.trim();
    if value.len() < 2 || value.starts_with('{') || is_namespace(value) {
        return false;
    }
    if UNSAID.contains(&name) {
        return false;
    }
    let letters = value.chars().any(char::is_alphabetic);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    match (letters, digits) {
        // Words without a digit: names and descriptions, but not keywords.
        (true, 0) => value.contains(' ') || NAMES.contains(&name),
        (true, _) => true,
        // Long numbers where people or queries put values; elsewhere only
        // what is too long for a place or a size.
        (false, digits) if NAMES.contains(&name) && name != "val" => digits >= 5,
        (false, digits) => digits >= 9,
    }
}

/// Attributes that hold what people wrote.
const NAMES: &[&str] = &[
    "name",
    "descr",
    "title",
    "displayName",
    "caption",
    "v",
    "val",
    "value",
    "text",
    "tooltip",
    "display",
    "location",
    "prompt",
    "promptTitle",
    "error",
    "errorTitle",
    "comment",
    "author",
    "user",
    "userName",
    "Target",
    "connection",
    "command",
    "sourceFile",
    "url",
    "totalsRowLabel",
    "headerRowCellStyle",
    "description",
    "alt",
    "string",
];

fn is_namespace(value: &str) -> bool {
    [
        "http://schemas.",
        "https://schemas.",
        "http://www.w3.org/",
        "http://purl.org/",
        "http://purl.oclc.org/",
        "urn:schemas-microsoft-com:",
    ]
    .iter()
    .any(|start| value.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::office::xml;

    fn text(source: &str) -> (String, String) {
        let mut text = PartText::default();
        assert_eq!(
            xml::walk(source.as_bytes(), |token| text.token(&token)),
            None
        );
        text.finish()
    }

    #[test]
    fn runs_are_joined_and_paragraphs_are_lines() {
        let source = "<a:p>\n <a:r><a:t>943</a:t></a:r><a:r><a:rPr lang='en-GB'/><a:t> 476</a:t>\
            </a:r></a:p><a:p><a:t>5919</a:t></a:p>";
        assert_eq!(text(source).0, "943 476\n5919\n");
    }

    #[test]
    fn ids_of_axes_are_no_numbers_of_people() {
        let source = "<c:axId val='9434765919'/><c:v>1</c:v><ext cx='9434765919'/>\
            <x guid='{9434765919}'/><n name='9434765919'/>";
        assert_eq!(text(source).0, "1\n9434765919\n");
    }

    #[test]
    fn the_text_of_a_hidden_shape_is_apart() {
        let source = "<twoCellAnchor><cNvPr id='1' hidden='1'/><t>943</t></twoCellAnchor>\
            <oneCellAnchor><cNvPr/><t>476</t></oneCellAnchor>";
        assert_eq!(text(source), ("476\n".to_owned(), "943\n".to_owned()));
    }
}
