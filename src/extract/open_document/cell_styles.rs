//! Which cells of a sheet hide what is in them: letters of their colour, and
//! number formats that show nothing of the value (`;;;`).
//!
//! Source: ODF 1.3 part 3, 16.27 (data styles), 16.3 (maps and their
//! conditions), 19.480 and 19.491 (parents, data styles). Trap: a format with
//! sections is one style a section, and the last one has the conditions of the
//! others; `LibreOffice` writes `;;;` as four styles with an empty text in each.

use std::collections::BTreeMap;

use quick_xml::events::BytesStart;

use super::attributes::value;
use crate::extract::ink::{self, Ground, Ink, PAPER, Rgb};

/// How many styles may have one another for parents.
const PARENTS: usize = 16;

/// The styles of cells and of values, by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct CellStyles {
    cells: BTreeMap<String, CellStyle>,
    formats: BTreeMap<String, Format>,
    /// The one that is being described.
    open: Open,
}

#[derive(Clone, Debug, Default)]
enum Open {
    #[default]
    None,
    Cell(String),
    Format(String),
}

/// What a style of cells says; `None` where it says nothing.
#[derive(Clone, Debug, Default)]
struct CellStyle {
    parent: Option<String>,
    format: Option<String>,
    ink: Option<Ink>,
    ground: Option<Ground>,
}

/// How values are written.
#[derive(Clone, Debug, Default)]
struct Format {
    /// It is one for texts.
    of_text: bool,
    /// Whether the value is in what it writes, if it writes anything.
    shows: Option<bool>,
    /// Its own colour of letters.
    ink: Option<Ink>,
    /// Other formats, and for which values.
    maps: Vec<(String, String)>,
}

/// What of a cell people don't see.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Unseen {
    /// Anything in it: it has the colour of the cell.
    pub(super) all: bool,
    /// Its value: the format has something else in its place.
    pub(super) value: bool,
}

impl CellStyles {
    /// Takes an element of the styles.
    pub(super) fn take(&mut self, local: &str, tag: &BytesStart<'_>) {
        match local {
            "style" | "default-style" => self.begin_style(local, tag),
            "number-style" | "currency-style" | "percentage-style" | "date-style"
            | "time-style" | "boolean-style" | "text-style" => {
                let name = value(tag, "name").unwrap_or_default();
                let format = Format {
                    of_text: local == "text-style",
                    ..Format::default()
                };
                self.formats.insert(name.clone(), format);
                self.open = Open::Format(name);
            }
            // Lists and pages have properties of their own.
            _ if local.ends_with("-style") || local == "page-layout" => self.open = Open::None,
            _ => self.property(local, tag),
        }
    }

    fn begin_style(&mut self, local: &str, tag: &BytesStart<'_>) {
        if value(tag, "family").as_deref() != Some("table-cell") {
            self.open = Open::None;
            return;
        }
        let is_default = local == "default-style";
        let name = value(tag, "name").filter(|_| !is_default);
        let name = name.unwrap_or_default();
        let style = CellStyle {
            // All are based on the one without a name.
            parent: value(tag, "parent-style-name")
                .or_else(|| Some(String::new()))
                .filter(|parent| *parent != name),
            format: value(tag, "data-style-name"),
            ..CellStyle::default()
        };
        self.cells.insert(name.clone(), style);
        self.open = Open::Cell(name);
    }

    fn property(&mut self, local: &str, tag: &BytesStart<'_>) {
        match &self.open {
            Open::None => {}
            Open::Cell(name) => {
                let Some(style) = self.cells.get_mut(name) else {
                    return;
                };
                if matches!(local, "text-properties" | "properties") {
                    style.ink = ink_of(tag).or(style.ink);
                }
                // A condition, under which the cell looks otherwise.
                if local == "map" {
                    style.ground = Some(Ground::Unknown);
                }
                if matches!(local, "table-cell-properties" | "properties") {
                    style.ground = ground_of(tag).or(style.ground);
                }
            }
            Open::Format(name) => {
                if let Some(format) = self.formats.get_mut(name) {
                    format.take(local, tag);
                }
            }
        }
    }

    /// What of a cell people don't see that has this style and this number in
    /// it, or else a text.
    pub(super) fn unseen(&self, style: &str, number: Option<f64>) -> Unseen {
        let (mut ink, mut ground, mut format) = (None, None, None);
        let mut next = Some(style);
        for _ in 0..PARENTS {
            let Some(style) = next.and_then(|name| self.cells.get(name)) else {
                break;
            };
            ink = ink.or(style.ink);
            ground = ground.or(style.ground);
            format = format.or(style.format.as_deref());
            next = style.parent.as_deref();
        }
        let format = format.and_then(|name| self.formats.get(name));
        let format = format.and_then(|format| self.section(format, number));
        let ink = format.and_then(|format| format.ink).or(ink);
        let ground = ground.unwrap_or_default().over(Ground::Of(PAPER));
        Unseen {
            all: ground.hides(ink.unwrap_or_default()),
            value: format.is_some_and(|format| format.shows == Some(false)),
        }
    }

    /// The format that applies to a value, if any does.
    fn section<'f>(&'f self, format: &'f Format, number: Option<f64>) -> Option<&'f Format> {
        let Some(number) = number else {
            return format.of_text.then_some(format);
        };
        let fits = |(condition, _): &&(String, String)| holds(condition, number);
        let mapped = format.maps.iter().find(fits);
        let mapped = mapped.and_then(|(_, name)| self.formats.get(name));
        Some(mapped.unwrap_or(format))
    }
}

impl Format {
    fn take(&mut self, local: &str, tag: &BytesStart<'_>) {
        /// How many sections are kept; programs write four.
        const MOST: usize = 16;
        match local {
            "text" | "fill-character" | "currency-symbol" => {
                self.shows = Some(self.shows == Some(true));
            }
            "text-properties" | "properties" => {
                self.ink = ink_of(tag).or(self.ink);
            }
            "map" if self.maps.len() < MOST => {
                let condition = value(tag, "condition").unwrap_or_default();
                let name = value(tag, "apply-style-name").unwrap_or_default();
                self.maps.push((condition, name));
            }
            "number" | "scientific-number" | "fraction" | "boolean" | "text-content" | "day"
            | "month" | "year" | "era" | "day-of-week" | "week-of-year" | "quarter" | "hours"
            | "minutes" | "seconds" | "am-pm" => self.shows = Some(true),
            _ => {}
        }
    }
}

/// Whether a condition, such as `value()>=0`, holds for a number.
fn holds(condition: &str, number: f64) -> bool {
    let Some(rest) = condition.trim().strip_prefix("value()") else {
        return false;
    };
    let digits = rest.trim_start_matches(['<', '>', '=', '!']);
    let operator = rest.strip_suffix(digits).unwrap_or("");
    let Ok(other) = digits.trim().parse::<f64>() else {
        return false;
    };
    let order = number.partial_cmp(&other);
    order.is_some_and(|order| match operator {
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        "=" => order.is_eq(),
        "!=" | "<>" => order.is_ne(),
        _ => false,
    })
}

/// A colour, if it is one (ODF 1.3 part 3, 18.3.9).
pub(super) fn colour(colour: &str) -> Option<Rgb> {
    ink::hex(colour.strip_prefix('#')?)
}

/// The colour that properties give to letters.
pub(super) fn ink_of(tag: &BytesStart<'_>) -> Option<Ink> {
    // Black, or white on what is dark, whatever else it says (20.412).
    if value(tag, "use-window-font-color").as_deref() == Some("true") {
        return Some(Ink::Automatic);
    }
    value(tag, "color").map(|said| Ink::of(colour(&said)))
}

/// What properties put behind something.
pub(super) fn ground_of(tag: &BytesStart<'_>) -> Option<Ground> {
    let said = value(tag, "background-color")?;
    Some(match said.as_str() {
        "transparent" => Ground::Clear,
        said => Ground::of(colour(said)),
    })
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    fn styles(source: &str) -> CellStyles {
        let mut styles = CellStyles::default();
        let mut reader = Reader::from_str(source);
        loop {
            let event = reader.read_event().unwrap();
            if let Event::Start(tag) | Event::Empty(tag) = &event {
                styles.take(tag.local_name().as_ref(), tag);
            } else if matches!(event, Event::Eof) {
                return styles;
            }
        }
    }

    const NOTHING: Unseen = Unseen {
        all: false,
        value: false,
    };
    const ALL: Unseen = Unseen {
        all: true,
        value: false,
    };
    const VALUE: Unseen = Unseen {
        all: false,
        value: true,
    };

    #[test]
    fn a_cell_has_the_colours_of_its_parents() {
        let styles = styles(
            "<d><default-style family='table-cell'><text-properties color='#ffffff'/></default-style>\
             <style name='Bare' family='table-cell'/>\
             <style name='Black' family='table-cell'><text-properties color='#000000'/></style>\
             <style name='Head' family='table-cell'><table-cell-properties background-color='#000080'/></style>\
             <style name='White' family='table-cell' parent-style-name='Black'><text-properties color='#fefefe'/></style>\
             <style name='Inner' family='table-cell' parent-style-name='White'/>\
             <style name='Redacted' family='table-cell' parent-style-name='Black'><table-cell-properties background-color='#000000'/></style>\
             <style name='Own' family='table-cell' parent-style-name='Redacted'><text-properties use-window-font-color='true'/></style>\
             <style name='May' family='table-cell' parent-style-name='White'><map condition='true()'/></style>\
             <style name='Round' family='table-cell' parent-style-name='Round'/>\
             <style name='Letters' family='paragraph'/><text-properties color='#000000'/></d>",
        );
        for (style, unseen) in [
            ("Bare", ALL),
            ("Black", NOTHING),
            ("Head", NOTHING),
            ("White", ALL),
            ("Inner", ALL),
            ("Redacted", ALL),
            // The reader's own letters are white on black.
            ("Own", NOTHING),
            ("May", NOTHING),
            ("Round", NOTHING),
            ("unknown", NOTHING),
        ] {
            assert_eq!(styles.unseen(style, None), unseen, "{style}");
        }
    }

    #[test]
    fn a_format_hides_the_values_that_it_does_not_write() {
        let styles = styles(
            "<d><style name='None' family='table-cell' data-style-name='N1'/>\
             <style name='Words' family='table-cell' data-style-name='N2'/>\
             <style name='Ink' family='table-cell' data-style-name='N3'/>\
             <style name='Empty' family='table-cell' data-style-name='N4'/>\
             <number-style name='N1P0'><text/></number-style>\
             <number-style name='N1P1'><number/></number-style>\
             <text-style name='N1'><text/><map condition='value()&gt;0' apply-style-name='N1P0'/>\
             <map condition='value()&lt;=-1' apply-style-name='N1P1'/></text-style>\
             <number-style name='N2'><text>see notes</text></number-style>\
             <number-style name='N3'><text-properties color='#ffffff'/><number/></number-style>\
             <number-style name='N4'/></d>",
        );
        for (style, number, unseen) in [
            ("None", Some(1.0), VALUE),
            ("None", Some(-1.0), NOTHING),
            ("None", Some(0.0), VALUE),
            ("None", None, VALUE),
            ("Words", Some(1.0), VALUE),
            ("Words", None, NOTHING),
            ("Ink", Some(1.0), ALL),
            ("Empty", Some(1.0), NOTHING),
        ] {
            assert_eq!(styles.unseen(style, number), unseen, "{style} {number:?}");
        }
    }
}
