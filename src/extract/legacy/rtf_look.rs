//! What of rich text people don't see: what is marked as hidden or deleted, and
//! letters of the colour that is behind them.
//!
//! Source: RTF 1.9.1, "Color Table", "Character Text", "Paragraph Shading",
//! "Table Definitions". A style's properties are written out wherever it is
//! used, so the style sheet is not needed. What is behind a text box, a cell in
//! a cell, or a page with a picture of its own is not known: letters there are
//! not said to be hidden. Trap: the number 0 is the reader's own colour unless
//! the table says one.

use crate::extract::ink::{self, Ground, Ink, PAPER, Rgb};
use crate::location::Hidden;

/// How many colours are kept; people's documents have some dozens.
const MOST_COLOURS: usize = 4_096;

/// The colours of a document, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Colours {
    known: Vec<Option<Rgb>>,
    /// The one that is being described.
    open: Option<Rgb>,
}

impl Colours {
    /// Takes a control word of the table.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) {
        let value = number.and_then(|number| u8::try_from(number).ok());
        let [red, green, blue] = self.open.unwrap_or_default();
        let value = value.unwrap_or(0);
        self.open = match word {
            "red" => Some([value, green, blue]),
            "green" => Some([red, value, blue]),
            "blue" => Some([red, green, value]),
            _ => self.open,
        };
    }

    /// Ends the description of a colour.
    pub(super) fn end(&mut self) {
        let colour = self.open.take();
        if self.known.len() < MOST_COLOURS {
            self.known.push(colour);
        }
    }

    fn get(&self, number: u32) -> Option<Rgb> {
        let at = usize::try_from(number).ok()?;
        self.known.get(at).copied().flatten()
    }

    /// A background of this colour; the reader's own is none.
    fn ground(&self, number: u32) -> Ground {
        self.get(number).map_or(Ground::Clear, Ground::Of)
    }

    /// Whether a background of this colour is one.
    fn is_ground(&self, number: u32) -> bool {
        self.get(number)
            .is_some_and(|colour| !ink::is_white(colour))
    }
}

/// How text looks, as far as it tells whether people see it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    hidden: bool,
    deleted: bool,
    /// The number of the letters' colour, if one was given: else it is the
    /// reader's own.
    ink: Option<u32>,
    /// The highlight, and the shading of letters and of the paragraph, each with
    /// a pattern over it or not.
    marker: Ground,
    shade: Shade,
    block: Shade,
    /// In how many tables, each in a cell of the one before.
    tables: i32,
    /// Where text stands of which it is not known what is behind it, or that is
    /// only the name of a look.
    aside: Aside,
}

/// What text is in that stands beside the document's.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Aside {
    #[default]
    None,
    /// A shape with a background of its own, or none.
    Shape,
    /// A description of looks, which hides nothing itself.
    Styles,
}

/// A shading.
#[derive(Clone, Copy, Debug, Default)]
struct Shade {
    colour: Ground,
    has_pattern: bool,
}

impl Shade {
    fn ground(self) -> Ground {
        if self.has_pattern {
            Ground::Unknown
        } else {
            self.colour
        }
    }
}

/// What is behind all text, or all of a row of a table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Paper {
    /// Whether the page has a background of its own.
    covered: bool,
    /// Whether the HTML that it was made from has one anywhere.
    html: bool,
    row: bool,
}

impl Paper {
    /// That of a file.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self {
            html: has_ground(bytes),
            ..Self::default()
        }
    }

    /// Takes a control word that describes a row.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>, colours: &Colours) {
        match word {
            // A shape behind the page.
            "background" => self.covered = true,
            // Where a background begins and ends only the HTML knows.
            "fromhtml" => self.covered |= self.html,
            "trowd" => self.row = false,
            "clcbpat" | "clcbpatraw" | "trcbpat" | "tscellcbpat" => {
                self.row |= colours.is_ground(colour(number));
            }
            "clshdng" | "clshdngraw" | "trshdng" | "tscellpct" => {
                self.row |= number.is_some_and(|percent| percent > 0);
            }
            _ => self.row |= is_pattern(word, "clbg") || is_pattern(word, "trbg"),
        }
    }
}

impl Look {
    /// Takes a control word that says how text looks.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>, colours: &Colours) {
        let on = number != Some(0);
        let is_some = number.is_some_and(|number| number > 0);
        match word {
            "v" | "webhidden" => self.hidden = on,
            "deleted" => self.deleted = on,
            "plain" => {
                *self = Self {
                    block: self.block,
                    tables: self.tables,
                    aside: self.aside,
                    ..Self::default()
                }
            }
            "shptxt" | "dptxbxtext" => self.aside = Aside::Shape,
            "stylesheet" | "listtable" | "listoverridetable" => self.aside = Aside::Styles,
            "pard" => {
                self.tables = 0;
                self.block = Shade::default();
            }
            "intbl" => self.tables = if on { self.tables.max(1) } else { 0 },
            "itap" => {
                let depth = number.unwrap_or(0);
                self.tables = if depth > 1 { depth } else { self.tables.min(1) };
            }
            "cf" => self.ink = Some(colour(number)),
            "cb" | "chcbpat" => self.shade.colour = colours.ground(colour(number)),
            "highlight" => self.marker = colours.ground(colour(number)),
            "chshdng" => self.shade.has_pattern = is_some,
            "cbpat" => self.block.colour = colours.ground(colour(number)),
            "shading" => self.block.has_pattern = is_some,
            _ if is_pattern(word, "chbg") => self.shade.has_pattern = true,
            _ if is_pattern(word, "bg") => self.block.has_pattern = true,
            _ => {}
        }
    }

    /// Why people don't see text that looks so, if they don't.
    pub(super) fn why(self, colours: &Colours, paper: Paper) -> Option<Hidden> {
        if self.aside == Aside::Styles {
            return None;
        }
        if self.deleted {
            return Some(Hidden::Deletion);
        }
        let behind = match self.tables {
            _ if self.aside != Aside::None || paper.covered => Ground::Unknown,
            2.. => Ground::Unknown,
            1 if paper.row => Ground::Unknown,
            _ => Ground::Of(PAPER),
        };
        let ink = self.ink.and_then(|ink| colours.get(ink));
        let look = ink::Look {
            vanish: Some(self.hidden),
            ink: ink.map(Ink::Of),
            marker: Some(self.marker),
            shade: Some(self.shade.ground()),
            block: Some(self.block.ground()),
            ..ink::Look::default()
        };
        look.is_unseen(behind).then_some(Hidden::Text)
    }
}

/// Whether HTML or its style sheets say anywhere that something has another
/// background than white.
fn has_ground(html: &[u8]) -> bool {
    let lower = html.to_ascii_lowercase();
    ["background", "bgcolor"].iter().any(|property| {
        memchr::memmem::find_iter(&lower, property).any(|at| {
            let from = at.saturating_add(property.len());
            is_ground_in_html(lower.get(from..).unwrap_or(&[]))
        })
    })
}

/// Whether what stands behind such a property is a background, as in
/// `-color: #1F3864`, `="white"` or, in the name of a theme's colour, `1`.
fn is_ground_in_html(behind: &[u8]) -> bool {
    let is_letter = |byte: &&u8| byte.is_ascii_lowercase() || **byte == b'-';
    let name = behind.iter().take_while(is_letter).count();
    let behind = behind.get(name..).unwrap_or(&[]);
    let before = behind.iter().take_while(|byte| b":=\"' \t".contains(byte));
    let before = before.count();
    let value = behind.get(before..).unwrap_or(&[]);
    let length = value
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
        .count();
    let value = value.get(..length).unwrap_or(&[]);
    let is_white = matches!(
        value,
        b"white" | b"#fff" | b"#ffffff" | b"ffffff" | b"transparent" | b"none" | b"inherit"
    );
    before > 0 && !is_white
}

/// The number of a colour; the reader's own where none is given.
fn colour(number: Option<i32>) -> u32 {
    number
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(0)
}

/// Whether a word is a pattern behind something: `bgdkhoriz`, `clbgcross`.
fn is_pattern(word: &str, prefix: &str) -> bool {
    let pattern = word.strip_prefix(prefix).unwrap_or("");
    let pattern = pattern.strip_prefix("dk").unwrap_or(pattern);
    matches!(
        pattern,
        "horiz" | "vert" | "fdiag" | "bdiag" | "cross" | "dcross" | "hor" | "ver"
    )
}

#[cfg(test)]
mod tests {
    use crate::extract::suite::{gaps, has, hidden, read, told};

    /// A document with white as colour 2 and black as colour 3.
    fn rtf(body: &str) -> crate::extract::Reading {
        let colours =
            r"{\colortbl;\red255\green0\blue0;\red254\green255\blue255;\red0\green0\blue0;}";
        read(format!("{{\\rtf1\\ansi {colours}{body}}}").as_bytes())
    }

    #[test]
    fn hidden_and_deleted_text_is_told_with_its_paragraph() {
        let reading = rtf(r"NHS {\v 943} 476 5919\par");
        assert!(has(&reading, "NHS 943 476 5919"), "{reading:?}");
        assert_eq!(hidden(&reading), ["text"]);
        let reading = rtf(r"NHS 943 {\deleted 111}476 5919\par");
        assert!(has(&reading, "943 476 5919"), "{reading:?}");
        assert_eq!(hidden(&reading), ["deletion"]);
    }

    #[test]
    fn white_letters_on_paper_are_hidden() {
        for body in [
            r"\cf2 943 476 5919\par",
            r"seen {\cf2 943 476 59}19\par",
            r"\chcbpat2\highlight0\cf2 943 476 5919\par",
            r"\chcbpat3\plain\cf2 943 476 5919\par",
            r"\cbpat3\pard\cf2 943 476 5919\par",
            r"{\stylesheet{\s1\v Unseen;}}\cf2 943 476 5919\par",
            r"{\header\cf2 943 476 5919\par}",
            r"\fromhtml1\cf2 943 476 5919\par",
            r"\fromhtml1{\*\htmltag <body bgcolor=white style='background:#fff;mso-themecolor:background1'>}\cf2 943 476 5919\par",
            r"\trowd\clcbpat3\cellx1\intbl head\cell\row\trowd\cellx1\intbl\cf2 943 476 5919\cell\row",
            r"\trowd\clcbpat3\cellx1\intbl head\cell\row\pard\cf2 943 476 5919\par",
        ] {
            let reading = rtf(body);
            assert!(has(&reading, "943 476 5919"), "{body}: {reading:?}");
            assert_eq!(hidden(&reading), ["text"], "{body}: {:?}", told(&reading));
            assert!(gaps(&reading).is_empty(), "{body}");
        }
    }

    #[test]
    fn letters_of_the_colour_behind_them_are_hidden() {
        for body in [
            // The redaction that is none: the reader's own letters are black.
            r"\highlight3 943 476 5919\par",
            r"\cf3\highlight3 943 476 5919\par",
            r"\cf3\chcbpat3 943 476 5919\par",
            r"\cf1\cbpat1 943 476 5919\par",
            r"{\shp{\*\shpinst{\shptxt\highlight3 943 476 5919\par}}}",
            r"\cbpat3\chcbpat2\cf2 943 476 5919\par",
        ] {
            let reading = rtf(body);
            assert!(has(&reading, "943 476 5919"), "{body}: {reading:?}");
            assert_eq!(hidden(&reading), ["text"], "{body}: {:?}", told(&reading));
        }
    }

    #[test]
    fn white_letters_on_anything_else_are_seen() {
        for body in [
            r"\cf1 943 476 5919\par",
            r"\cf1\highlight3 943 476 5919\par",
            // Typesetters fill gaps with letters of 1 point.
            r"\fs2 943 476 5919\par",
            // On shading the reader's own letters are white.
            r"\chcbpat3 943 476 5919\par",
            r"\cbpat3 943 476 5919\par",
            r"\cf3\cbpat3\chcbpat2 943 476 5919\par",
            r"{\stylesheet{\s1\v\cf2 Unseen;}{\*\cs2\v Unseen;}}943 476 5919\par",
            r"\fromhtml1{\*\htmltag <body bgcolor=navy>}\cf2 943 476 5919\par",
            r"\fromhtml1\cf2 943 476 5919\par{\*\htmltag <p style='BACKGROUND-COLOR: #000'>}",
            r"\cf0 943 476 5919\par",
            r"\cf7 943 476 5919\par",
            r"\cf2\plain 943 476 5919\par",
            r"\cf2\highlight3 943 476 5919\par",
            r"\cf2\chshdng10000\chcfpat3 943 476 5919\par",
            r"\cf2\chbgdkcross 943 476 5919\par",
            r"\cbpat3\cf2 943 476 5919\par",
            r"\cbpat3\plain\cf2 943 476 5919\par",
            r"\shading5000\cf2 943 476 5919\par",
            r"\trowd\clcbpat3\cellx1\pard\intbl\cf2 943 476 5919\cell\row",
            r"\trowd\cellx1\pard\intbl\itap2\cf2 943 476 5919\nestcell{\*\nesttableprops\trowd\clcbpat3\cellx1\nestrow}\row",
            r"{\shp{\*\shpinst{\shptxt\cf2 943 476 5919\par}}}",
            r"{\*\do\dptxbx{\dptxbxtext\cf2 943 476 5919\par}}",
            r"{\*\background{\shp{\*\shpinst{\sp{\sn fillColor}{\sv 0}}}}}\cf2 943 476 5919\par",
        ] {
            let reading = rtf(body);
            assert!(has(&reading, "943 476 5919"), "{body}: {reading:?}");
            assert_eq!(hidden(&reading), [] as [&str; 0], "{body}");
        }
    }

    #[test]
    fn text_that_names_no_colour_has_the_readers_own() {
        let reading = read(br"{\rtf1{\colortbl\red255\green255\blue255;}943 476 5919\par}");
        assert_eq!(hidden(&reading), [] as [&str; 0]);
    }
}
