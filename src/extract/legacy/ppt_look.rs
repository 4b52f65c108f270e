//! Which letters on the slides of an old presentation have the colour of their
//! shape, or of the slide with nothing else behind them.
//!
//! Source: MS-PPT 2.5.10 (slides and their masters); MS-ODRAW 2.2.40, 2.3.7
//! (shapes, fills). Only texts that stand in a shape of the slide itself are looked at:
//! those of placeholders have looks and fills of their masters. Where it is not
//! known what is behind letters they are seen.

use std::collections::BTreeMap;
use std::ops::Range;

use super::layers::Layers;
use super::ppt_records as records;
use super::ppt_records::{Record, Walk};
use super::ppt_runs::{Colour, colours};
use super::raw::{part, u16_at, u32_at, utf16};
use crate::extract::backdrop::{Area, Backdrop};
use crate::extract::ink::{Ground, Rgb, are_alike};
use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;

/// Record types.
const MASTER: u16 = 1016;
const SLIDE_ATOM: u16 = 1007;
const TEXT_LOOKS: u16 = 4001;
const SCHEME: u16 = 2032;
const SHAPE: u16 = 0xF004;
const SHAPE_ATOM: u16 = 0xF00A;
const PROPERTIES: u16 = 0xF00B;
const ANCHOR: u16 = 0xF010;

/// How many shapes of a slide are looked at.
const MOST: usize = 20_000;

/// The hidden letters of each text, by its place in the stream: from which to
/// which character.
#[derive(Debug, Default)]
pub(super) struct Looks(BTreeMap<usize, Vec<Range<usize>>>);

impl Looks {
    /// Reads all slides; `masters` are the places of the masters by identifier.
    pub(super) fn read(stream: &[u8], masters: &BTreeMap<u32, usize>) -> Self {
        let mut planes: BTreeMap<usize, Plane> = BTreeMap::new();
        let mut open: Option<(usize, usize)> = None;
        for record in Walk::new(stream) {
            if matches!(record.kind, records::SLIDE | MASTER) {
                open = Some((record.at, record.span().1));
                planes.insert(record.at, Plane::default());
            }
            let Some((at, _)) = open.filter(|(_, end)| record.at < *end) else {
                continue;
            };
            if let Some(plane) = planes.get_mut(&at) {
                plane.take(&record);
            }
        }
        // Each once, however many slides it has.
        let mut behind: BTreeMap<usize, Behind<'_>> = BTreeMap::new();
        for at in masters.values() {
            if let Some(master) = planes.get(at) {
                let seen = || master.behind(&master.scheme);
                behind.entry(*at).or_insert_with(seen);
            }
        }
        let none = Plane::default();
        let none = none.behind(&[]);
        let mut hidden = BTreeMap::new();
        for plane in planes.values() {
            let master = masters.get(&plane.master);
            let master = master.and_then(|at| behind.get(at)).unwrap_or(&none);
            plane.hidden(master, &mut hidden);
        }
        Self(hidden)
    }

    /// Tells a text of which some letters are hidden; false of any other record.
    pub(super) fn tell(&self, record: &Record<'_>, spot: Spot, sink: &mut Sink<'_>) -> bool {
        let Some(hidden) = self.0.get(&record.at) else {
            return false;
        };
        let text = if record.kind == records::TEXT_16 {
            utf16(record.content)
        } else {
            record.content.iter().copied().map(char::from).collect()
        };
        let mut layers = Layers::default();
        let mut at = 0_usize;
        let mut ranges = hidden.iter().peekable();
        for character in text.chars() {
            while ranges.next_if(|range| range.end <= at).is_some() {}
            let is_hidden = ranges.peek().is_some_and(|range| range.start <= at);
            let character = match character {
                '\r' | '\u{0B}' => '\n',
                other => other,
            };
            layers.push(character, is_hidden.then_some(Hidden::Text));
            // They are counted in UTF-16.
            at = at.saturating_add(character.len_utf16());
        }
        layers.tell(spot, sink);
        true
    }
}

/// What fills a shape.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fill {
    Nothing,
    Of(Colour),
}

#[derive(Clone, Debug)]
struct Shape {
    end: usize,
    fill: Fill,
    area: Option<Area>,
    /// Whether it is turned.
    turned: bool,
    kind: Kind,
    texts: Vec<Text>,
}

#[derive(Clone, Debug)]
struct Text {
    /// Where it stands in the stream.
    at: usize,
    /// In characters.
    length: usize,
    /// The runs that say a colour.
    runs: Vec<(Range<usize>, Colour)>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Ordinary,
    Background,
    Picture,
    /// A line, or a group, which has no fill.
    Line,
}

/// A slide or a master.
#[derive(Clone, Debug, Default)]
struct Plane {
    /// The identifier of its master.
    master: u32,
    /// Whether scheme and background are the master's.
    follows_scheme: bool,
    follows_background: bool,
    /// The colours of its scheme.
    scheme: Vec<Rgb>,
    shapes: Vec<Shape>,
}

impl Plane {
    fn take(&mut self, record: &Record<'_>) {
        let content = record.content;
        match record.kind {
            SLIDE_ATOM => {
                self.master = u32_at(content, 12).unwrap_or(0);
                let flags = u16_at(content, 20).unwrap_or(0);
                self.follows_scheme = flags & 2 != 0;
                self.follows_background = flags & 4 != 0;
            }
            // A master has the schemes that it could have as well.
            SCHEME if record.instance == 1 => {
                let colours = content.as_chunks::<4>().0.iter();
                let colour = |[red, green, blue, _]: &[u8; 4]| [*red, *green, *blue];
                self.scheme = colours.map(colour).collect();
            }
            SHAPE if self.shapes.len() < MOST => self.shapes.push(Shape {
                end: record.span().1,
                // What nobody says may be anything.
                fill: Fill::Of(Colour::Other),
                area: None,
                turned: false,
                kind: Kind::Ordinary,
                texts: Vec::new(),
            }),
            _ => {
                let open = self.shapes.last_mut();
                if let Some(shape) = open.filter(|shape| record.at < shape.end) {
                    shape.take(record);
                }
            }
        }
    }

    /// What stands on it, in a scheme.
    fn behind<'p>(&'p self, scheme: &'p [Rgb]) -> Behind<'p> {
        let mut backdrop = Backdrop::default();
        for shape in &self.shapes {
            match (shape.kind, shape.fill) {
                (Kind::Picture, _) => backdrop.cover(shape.reach(), Ground::Unknown),
                (Kind::Ordinary, Fill::Of(colour)) => {
                    let fill = Ground::of(colour.in_scheme(scheme));
                    backdrop.cover(shape.reach(), fill);
                }
                (Kind::Ordinary | Kind::Background | Kind::Line, _) => {}
            }
        }
        if self.shapes.len() >= MOST {
            backdrop.cover(None, Ground::Unknown);
        }
        let mut shapes = self.shapes.iter();
        let background = shapes.find(|shape| shape.kind == Kind::Background);
        Behind {
            scheme,
            background: background.map(|shape| shape.fill),
            backdrop,
        }
    }

    /// Finds the hidden letters of a slide.
    fn hidden(&self, master: &Behind<'_>, hidden: &mut BTreeMap<usize, Vec<Range<usize>>>) {
        let scheme = if self.follows_scheme {
            master.scheme
        } else {
            &self.scheme
        };
        let own = self.behind(scheme);
        let background = if self.follows_background {
            master.background
        } else {
            own.background
        };
        let page = match background {
            Some(Fill::Of(colour)) => colour.in_scheme(scheme),
            Some(Fill::Nothing) | None => None,
        };
        for shape in &self.shapes {
            if shape.texts.iter().all(|text| text.runs.is_empty()) {
                continue;
            }
            let ground = match shape.fill {
                Fill::Nothing => page.filter(|page| {
                    own.backdrop.is_bare(shape.area, *page)
                        && master.backdrop.is_bare(shape.area, *page)
                }),
                Fill::Of(colour) => colour.in_scheme(scheme),
            };
            let Some(ground) = ground else { continue };
            for text in &shape.texts {
                let is_blank = |colour: Colour| {
                    let ink = colour.in_scheme(scheme);
                    ink.is_some_and(|ink| are_alike(ink, ground))
                };
                let blank = text.runs.iter().filter(|(_, colour)| is_blank(*colour));
                let ranges: Vec<_> = blank.map(|(range, _)| range.clone()).collect();
                if !ranges.is_empty() {
                    hidden.insert(text.at, ranges);
                }
            }
        }
    }
}

/// What stands behind the texts of a slide.
#[derive(Debug)]
struct Behind<'p> {
    scheme: &'p [Rgb],
    background: Option<Fill>,
    backdrop: Backdrop,
}

impl Shape {
    fn take(&mut self, record: &Record<'_>) {
        let content = record.content;
        match record.kind {
            SHAPE_ATOM => {
                let flags = u32_at(content, 4).unwrap_or(0);
                self.kind = match record.instance {
                    _ if flags & 0x400 != 0 => Kind::Background,
                    // Groups, connectors, lines.
                    _ if flags & 0x105 != 0 => Kind::Line,
                    20 | 32..=40 => Kind::Line,
                    75 => Kind::Picture,
                    _ => Kind::Ordinary,
                };
            }
            PROPERTIES => self.properties(content, record.instance),
            // One in a group is placed by the group's own measure.
            ANCHOR => self.area = area(content),
            records::TEXT_16 => self.text(record.at, content.len() / 2),
            records::TEXT_8 => self.text(record.at, content.len()),
            TEXT_LOOKS => {
                if let Some(text) = self.texts.last_mut() {
                    text.runs = colours(content, text.length).unwrap_or_default();
                }
            }
            _ => {}
        }
    }

    /// Where it may cover what is behind it.
    fn reach(&self) -> Option<Area> {
        let turned = self.turned;
        self.area
            .map(|area| if turned { area.turned() } else { area })
    }

    fn text(&mut self, at: usize, length: usize) {
        self.texts.push(Text {
            at,
            length,
            runs: Vec::new(),
        });
    }

    fn properties(&mut self, table: &[u8], count: u16) {
        let (mut kind, mut colour, mut filled) = (0, Colour::Other, true);
        let entries = table.as_chunks::<6>().0.iter().take(usize::from(count));
        for entry in entries {
            let id = u16_at(entry, 0).unwrap_or(0) & 0x3FFF;
            let value = u32_at(entry, 2).unwrap_or(0);
            match id {
                // By how much it is turned.
                0x0004 if value != 0 => self.turned = true,
                // The picture of a picture's frame.
                0x0104 => self.kind = Kind::Picture,
                0x0180 => kind = value,
                0x0181 => colour = Colour::of(part(entry, 2, 4), 0, 8..9),
                // Whether it is filled, and whether that is said.
                0x01BF if value & 0x0010_0000 != 0 => filled = value & 0x10 != 0,
                _ => {}
            }
        }
        self.fill = match (filled, kind) {
            (false, _) => Fill::Nothing,
            (true, 0) => Fill::Of(colour),
            (true, _) => Fill::Of(Colour::Other),
        };
    }
}

/// Where a shape stands (MS-PPT 2.7.1): in numbers of two bytes or of four.
fn area(bytes: &[u8]) -> Option<Area> {
    let number = |at: usize| {
        let (short, long) = (at.checked_mul(2)?, at.checked_mul(4)?);
        if bytes.len() < 16 {
            u16_at(bytes, short).map(|number| i64::from(number.cast_signed()))
        } else {
            u32_at(bytes, long).map(|number| i64::from(number.cast_signed()))
        }
    };
    Some(Area {
        across: (number(1)?, number(2)?),
        down: (number(0)?, number(3)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(head: u16, kind: u16, content: &[u8]) -> Vec<u8> {
        let len = u32::try_from(content.len()).unwrap().to_le_bytes();
        [&head.to_le_bytes()[..], &kind.to_le_bytes(), &len, content].concat()
    }

    /// A shape of a kind with fill properties and more records.
    fn shape(flags: u32, fill: Option<[u8; 4]>, left: u8, more: &[u8]) -> Vec<u8> {
        let atom = [[0; 4], flags.to_le_bytes()].concat();
        let (bools, colour) = fill.map_or((0x10_0000_u32, [0; 4]), |fill| (0x10_0010, fill));
        let table = [
            &0x0181_u16.to_le_bytes()[..],
            &colour,
            &0x01BF_u16.to_le_bytes(),
            &bools.to_le_bytes(),
        ]
        .concat();
        let anchor = [0, 0, left, 0, left + 10, 0, 10, 0];
        let records = [
            record(0x12, SHAPE_ATOM, &atom),
            record(0x23, PROPERTIES, &table),
            record(0, ANCHOR, &anchor),
            more.to_vec(),
        ];
        record(0x0F, SHAPE, &records.concat())
    }

    #[test]
    fn white_letters_are_hidden_on_a_white_slide_only() {
        let looks = [
            &[
                5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4, 0,
            ][..],
            &[0xFF, 0xFF, 0xFF, 0xFE],
        ]
        .concat();
        let text = [
            record(0, records::TEXT_8, b"seen"),
            record(0, TEXT_LOOKS, &looks),
        ]
        .concat();
        let (white, scheme, dark) = ([255, 255, 255, 0], [0, 0, 0, 8], [0, 0, 80, 0]);
        let page = |fill| shape(0x400, Some(fill), 0, &[]);
        let expected = [Range { start: 2, end: 5 }];
        for (shapes, is_hidden) in [
            ([page(white), shape(0, None, 0, &text)].concat(), true),
            ([page(scheme), shape(0, None, 0, &text)].concat(), true),
            ([page(dark), shape(0, Some(white), 0, &text)].concat(), true),
            (
                [
                    page(white),
                    shape(0, None, 0, &text),
                    shape(0, Some(dark), 20, &[]),
                ]
                .concat(),
                true,
            ),
            (
                [
                    page(white),
                    shape(0, None, 0, &text),
                    shape(0, Some(dark), 5, &[]),
                ]
                .concat(),
                false,
            ),
            ([page(dark), shape(0, None, 0, &text)].concat(), false),
            (
                [page(white), shape(0, Some(dark), 0, &text)].concat(),
                false,
            ),
            (shape(0, None, 0, &text), false),
        ] {
            let colours = record(0x10, SCHEME, &[255, 255, 255, 0, 0, 0, 0, 0]);
            let slide = record(0x0F, records::SLIDE, &[shapes, colours].concat());
            let looks = Looks::read(&slide, &BTreeMap::new());
            let hidden: Vec<_> = looks.0.into_values().flatten().collect();
            let expected: &[Range<usize>] = if is_hidden { &expected } else { &[] };
            assert_eq!(hidden, expected);
        }
    }
}
