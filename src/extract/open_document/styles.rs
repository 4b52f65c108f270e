//! What the styles of a document hide: sheets, slides, text and sections.
//!
//! In the file a style stands before its use, but in flat documents and in
//! `styles.xml` not always in the part that uses it, so styles are gathered
//! before texts are read (ODF 1.3 part 3 sections 16 and 20).

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::attributes::value;
use super::cell_styles::{CellStyles, is_white};
use super::slide_look::Slides;
use crate::location::Hidden;

/// The names of styles that hide something, and as what.
#[derive(Clone, Debug, Default)]
pub(super) struct Styles {
    hiding: BTreeMap<String, Hidden>,
    /// The names of styles with white letters.
    white: BTreeSet<String>,
    /// Those of styles that name a colour of letters.
    coloured: BTreeSet<String>,
    /// Whether letters may stand on anything but white paper: on a slide, or
    /// where any style has a background.
    shaded: bool,
    /// The names of styles with a background.
    lit: BTreeSet<String>,
    /// Those of cells.
    pub(super) cells: CellStyles,
    /// Those of slides.
    pub(super) slides: Slides,
}

impl Styles {
    /// Adds the styles of one part.
    pub(super) fn gather(&mut self, source: &str) {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        let mut style = String::new();
        loop {
            let tag = match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => tag,
                Ok(Event::Eof) | Err(_) => return,
                Ok(_) => continue,
            };
            let background = value(&tag, "background-color");
            if background.is_some_and(|colour| colour != "transparent" && !is_white(&colour)) {
                self.shaded = true;
                self.lit.insert(style.clone());
            }
            let local = tag.local_name();
            // A picture or a shape behind the text.
            if value(&tag, "run-through").as_deref() == Some("background") {
                self.shaded = true;
            }
            self.cells.take(local.as_ref(), &tag);
            self.slides.take(local.as_ref(), &tag);
            match local.as_ref() {
                "presentation" | "drawing" => self.shaded = true,
                // What a list says is said of its numbers.
                "default-style" | "list-style" | "outline-style" => style.clear(),
                "style" => style = value(&tag, "name").unwrap_or_default(),
                "table-properties"
                | "text-properties"
                | "section-properties"
                | "drawing-page-properties"
                | "properties" => {
                    if let Some(hidden) = hides(&tag) {
                        self.hiding.insert(style.clone(), hidden);
                    }
                    // An outline or a shadow shows what letters are.
                    let is_drawn = value(&tag, "text-outline").as_deref() == Some("true")
                        || value(&tag, "text-shadow").is_some_and(|shadow| shadow != "none");
                    if let Some(colour) = value(&tag, "color") {
                        self.coloured.insert(style.clone());
                        if is_white(&colour) && !is_drawn {
                            self.white.insert(style.clone());
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a style names a colour of letters.
    pub(super) fn is_coloured(&self, style: &str) -> bool {
        self.coloured.contains(style)
    }

    /// As what a style hides that which has it. `bare` says that it is known
    /// that only paper is behind it.
    pub(super) fn hidden(&self, style: &str, bare: bool) -> Option<Hidden> {
        let white = self.is_white(style, bare);
        self.marked(style).or(white.then_some(Hidden::Text))
    }

    /// As what a style itself says that it hides.
    pub(super) fn marked(&self, style: &str) -> Option<Hidden> {
        self.hiding.get(style).copied()
    }

    /// Whether nobody sees letters of a style, since they are white.
    pub(super) fn is_white(&self, style: &str, bare: bool) -> bool {
        let is_paper = !self.shaded || (bare && !self.lit.contains(style));
        is_paper && self.white.contains(style)
    }
}

fn hides(tag: &BytesStart<'_>) -> Option<Hidden> {
    let local = tag.local_name();
    let is = |name: &str, wanted: &str| value(tag, name).as_deref() == Some(wanted);
    let local = local.as_ref();
    // One element for all in OpenOffice.org 1.
    let all = local == "properties";
    if (all || local == "table-properties") && is("display", "false") {
        Some(Hidden::Sheet)
    } else if (all || local == "drawing-page-properties") && is("visibility", "hidden") {
        Some(Hidden::Slide)
    } else if is("display", "none") {
        Some(Hidden::Text)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(more: &str) -> Styles {
        let mut styles = Styles::default();
        styles.gather(&format!(
            "<d><style name='W'><text-properties color='#FFFFFF'/></style>\
             <style name='B'><text-properties color='#eeeeee'/></style>{more}</d>"
        ));
        styles
    }

    #[test]
    fn white_letters_are_hidden_where_nothing_but_paper_is_behind_them() {
        let paper = gathered("<style name='P'><p background-color='transparent'/></style>");
        assert_eq!(paper.hidden("W", false), Some(Hidden::Text));
        assert_eq!(paper.hidden("B", false), None);
        let list = gathered(
            "<style name='K'/><list-style name='L'><text-properties color='#ffffff'/></list-style>",
        );
        assert_eq!(list.hidden("K", false), None);
        let drawn = gathered(
            "<style name='O'><text-properties color='#ffffff' text-shadow='1pt 1pt'/></style>",
        );
        assert_eq!(drawn.hidden("O", false), None);
        let shaded = gathered("<style name='C'><p background-color='#000080'/></style>");
        assert_eq!(shaded.hidden("W", false), None);
        assert_eq!(gathered("<presentation/>").hidden("W", false), None);
        let behind = gathered("<style><graphic-properties run-through='background'/></style>");
        assert_eq!(behind.hidden("W", false), None);
    }
}
