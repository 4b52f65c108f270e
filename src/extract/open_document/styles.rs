//! What the styles of a document hide: sheets, slides, text and sections.
//!
//! In the file a style stands before its use, but in flat documents and in
//! `styles.xml` not always in the part that uses it, so styles are gathered
//! before texts are read (ODF 1.3 part 3 sections 16 and 20).

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::attributes::value;
use super::cell_styles::{CellStyles, ground_of, ink_of};
use super::slide_look::Slides;
use crate::extract::ink::{Ground, Ink, PAPER, Rgb, is_white};
use crate::location::Hidden;

/// The names of styles that hide something, and as what.
#[derive(Clone, Debug, Default)]
pub(super) struct Styles {
    hiding: BTreeMap<String, Hidden>,
    /// The colours of letters, by the names of the styles that say one.
    inks: BTreeMap<String, Ink>,
    /// Those of styles that name a colour of letters.
    coloured: BTreeSet<String>,
    /// Whether letters may stand on anything but white paper: on a slide, or
    /// where any style has a background.
    shaded: bool,
    /// The backgrounds that styles have, by their names.
    grounds: BTreeMap<String, Ground>,
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
            if let Some(ground) = ground_of(&tag).filter(|ground| *ground != Ground::Clear) {
                self.shaded |= !matches!(ground, Ground::Of(colour) if is_white(colour));
                self.grounds.insert(style.clone(), ground);
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
                    if let Some(ink) = ink_of(&tag) {
                        self.coloured.insert(style.clone());
                        if !is_drawn {
                            self.inks.insert(style.clone(), ink);
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

    /// As what a style hides that which has it. `behind` is the colour behind it
    /// where that is known.
    pub(super) fn hidden(&self, style: &str, behind: Option<Rgb>) -> Option<Hidden> {
        let blank = self.is_blank(style, behind);
        self.marked(style).or(blank.then_some(Hidden::Text))
    }

    /// As what a style itself says that it hides.
    pub(super) fn marked(&self, style: &str) -> Option<Hidden> {
        self.hiding.get(style).copied()
    }

    /// Whether nobody sees letters of a style, since they have the colour of
    /// what is behind them: that of the style itself, or else this one.
    pub(super) fn is_blank(&self, style: &str, behind: Option<Rgb>) -> bool {
        let paper = (!self.shaded).then_some(PAPER);
        let own = self.grounds.get(style).copied().unwrap_or_default();
        let ground = own.over(Ground::of(behind.or(paper)));
        self.inks.get(style).is_some_and(|ink| ground.hides(*ink))
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
    fn letters_of_the_colour_behind_them_are_hidden() {
        let styles = gathered(
            "<style name='R'><text-properties color='#000000' background-color='#000000'/></style>\
             <style name='A'><text-properties background-color='#000000'/></style>\
             <style name='O'><text-properties use-window-font-color='true' color='#000000' background-color='#000000'/></style>\
             <style name='P'><text-properties color='#ffffff' background-color='#ffffff'/></style>",
        );
        assert_eq!(styles.hidden("R", None), Some(Hidden::Text));
        assert_eq!(styles.hidden("P", None), Some(Hidden::Text));
        // LibreOffice prints the reader's own letters white on black.
        assert_eq!(styles.hidden("A", None), None);
        assert_eq!(styles.hidden("O", None), None);
        assert_eq!(styles.hidden("W", None), None);
        let black = Some([0; 3]);
        assert_eq!(styles.hidden("W", black), None);
        assert_eq!(styles.hidden("R", Some(PAPER)), Some(Hidden::Text));
    }

    #[test]
    fn white_letters_are_hidden_where_nothing_but_paper_is_behind_them() {
        let paper = gathered("<style name='P'><p background-color='transparent'/></style>");
        assert_eq!(paper.hidden("W", None), Some(Hidden::Text));
        assert_eq!(paper.hidden("B", None), None);
        let list = gathered(
            "<style name='K'/><list-style name='L'><text-properties color='#ffffff'/></list-style>",
        );
        assert_eq!(list.hidden("K", None), None);
        let drawn = gathered(
            "<style name='O'><text-properties color='#ffffff' text-shadow='1pt 1pt'/></style>",
        );
        assert_eq!(drawn.hidden("O", None), None);
        let shaded = gathered("<style name='C'><p background-color='#000080'/></style>");
        assert_eq!(shaded.hidden("W", None), None);
        assert_eq!(gathered("<presentation/>").hidden("W", None), None);
        let behind = gathered("<style><graphic-properties run-through='background'/></style>");
        assert_eq!(behind.hidden("W", None), None);
    }
}
