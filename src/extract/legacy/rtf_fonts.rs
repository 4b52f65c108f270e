//! The fonts of rich text, as far as they tell what its bytes mean.
//!
//! Source: RTF 1.9.1, "Font Table".

/// How many fonts are kept; people's documents have some dozens.
const MOST_FONTS: usize = 4_096;

/// Each font's code page.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    /// In the order of the numbers.
    known: Vec<(u32, Option<u32>)>,
    /// The number of the one that text has which names none.
    pub(super) default: u32,
}

impl Fonts {
    /// Notes the code page of a font.
    pub(super) fn describe(&mut self, number: u32, code_page: Option<u32>) {
        match self.known.binary_search_by_key(&number, |font| font.0) {
            Ok(at) => {
                if let Some(font) = self.known.get_mut(at) {
                    font.1 = code_page;
                }
            }
            Err(at) if self.known.len() < MOST_FONTS => self.known.insert(at, (number, code_page)),
            Err(_) => {}
        }
    }

    /// The code page of a font, if it says one.
    pub(super) fn code_page(&self, number: u32) -> Option<u32> {
        let at = self.known.binary_search_by_key(&number, |font| font.0);
        at.ok().and_then(|at| self.known.get(at))?.1
    }
}
