//! The workbook part: which sheets there are, in which order, and which are
//! hidden (ECMA-376 part 1, 18.2).

use crate::extract::office::xml::{self, Token};
use crate::extract::sheet::serial::Epoch;
use crate::location::Hidden;
use crate::mail::GapReason;

/// What the workbook part says.
#[derive(Debug, Default)]
pub(super) struct Workbook {
    /// The sheets in their order.
    pub(super) sheets: Vec<Sheet>,
    /// From when days are counted.
    pub(super) epoch: Epoch,
    /// Whether no window shows it: ordinary for a workbook in a document.
    pub(super) is_windowless: bool,
}

/// A sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    /// What its tab says.
    pub(super) name: String,
    /// The arrow that leads to it.
    pub(super) arrow: String,
    /// Whether it is hidden.
    pub(super) hidden: Option<Hidden>,
}

impl Workbook {
    /// Reads `workbook.xml`.
    pub(super) fn read(bytes: &[u8]) -> (Self, Option<GapReason>) {
        let mut workbook = Self::default();
        let mut in_sheets = false;
        // Whether any window is there, and whether any of them is shown.
        let (mut has_window, mut has_shown) = (false, false);
        let stopped = xml::walk(bytes, |token| match token {
            Token::Open(element) => {
                let given = |name: &str| element.attribute(name).unwrap_or_default();
                match element.name {
                    "sheets" => in_sheets = true,
                    "workbookView" => {
                        has_window = true;
                        has_shown |= !matches!(given("visibility"), "hidden" | "veryHidden");
                    }
                    "workbookPr" if is_true(given("date1904")) => {
                        workbook.epoch = Epoch::Since1904;
                    }
                    "sheet" if in_sheets => workbook.sheets.push(Sheet {
                        name: given("name").to_owned(),
                        arrow: given("id").to_owned(),
                        hidden: match given("state") {
                            "hidden" => Some(Hidden::Sheet),
                            "veryHidden" => Some(Hidden::VeryHiddenSheet),
                            _ => None,
                        },
                    }),
                    _ => {}
                }
            }
            Token::Close("sheets") => in_sheets = false,
            Token::Close(_) | Token::Text(_) | Token::Aside(_) => {}
        });
        workbook.is_windowless = has_window && !has_shown;
        (workbook, stopped)
    }
}

/// A boolean of XML Schema.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value.trim(), "1" | "true" | "on")
}
