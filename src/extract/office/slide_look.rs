//! On which shapes of a slide white letters can't be seen.
//!
//! Source: ECMA-376 part 1, 19.3.1.1 to 19.3.1.6 (backgrounds and maps of
//! colours), 20.1.6.2 (schemes), 20.1.8 (fills). The background is that of the
//! slide, or else of its layout, or else of its master. Traps: the colours of a
//! scheme have other names on slides; a shape without a fill of its own may have
//! that of a placeholder or of a style; white is the ordinary colour on a dark
//! slide, so where it is not known what is behind letters they are seen.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::extract::backdrop::{Area, Backdrop};
use crate::extract::office::scheme::Colour;
use crate::extract::office::slide_letters::{LEVELS, Letters, MOST};
use crate::extract::office::xml::{self, Element, Token};

/// Where on a slide white letters are hidden, and which colours are white.
#[derive(Clone, Debug, Default)]
pub(in crate::extract::office) struct Paper {
    /// The shapes, counted as they stand in the part, from 0.
    shapes: BTreeSet<usize>,
    /// The names of the scheme's white colours.
    white: Rc<BTreeSet<String>>,
    /// Of those shapes, at which levels letters that name no colour are white.
    pale: BTreeMap<usize, [bool; LEVELS]>,
}

impl Paper {
    /// Whether there is only paper behind a shape.
    pub(in crate::extract::office) fn is_behind(&self, shape: usize) -> bool {
        self.shapes.contains(&shape)
    }

    /// Whether letters of a shape that name no colour are white at a level.
    pub(in crate::extract::office) fn is_pale(&self, shape: usize, level: usize) -> bool {
        let levels = self.pale.get(&shape);
        levels.is_some_and(|levels| levels.get(level).copied().unwrap_or(false))
    }

    /// Whether an element names white.
    pub(in crate::extract::office) fn is_white(&self, colour: &Element<'_>) -> bool {
        Colour::of(colour).is_white(&self.white)
    }
}

/// What fills a shape.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
enum Fill {
    /// It says nothing.
    #[default]
    Unsaid,
    Nothing,
    Of(Colour),
}

#[derive(Clone, Debug, Default)]
struct Shape {
    /// Its number, if it can have text.
    number: Option<usize>,
    area: Option<Area>,
    fill: Fill,
    /// Whether a style fills it that says so itself.
    styled: bool,
    placeholder: bool,
    /// A picture, a table, a chart.
    opaque: bool,
}

/// The slide, a layout or a master: what it has in front of its background.
#[derive(Clone, Debug, Default)]
pub(in crate::extract::office) struct Plane {
    background: Option<Colour>,
    shapes: Vec<Shape>,
    /// What the scheme's colours are called, where it says so.
    names: BTreeMap<String, String>,
    letters: Letters,
}

impl Plane {
    /// Reads a part.
    pub(in crate::extract::office) fn read(bytes: &[u8]) -> Self {
        let mut reader = Reader::default();
        let mut letters = Letters::default();
        // Damage is said where the part is read as text.
        let _ = xml::walk(bytes, |token| {
            letters.take(&token);
            match token {
                Token::Open(element) => reader.open(element),
                Token::Close(_) => reader.close(),
                Token::Text(_) | Token::Aside(_) => {}
            }
        });
        reader.plane.letters = letters;
        reader.plane
    }
}

/// What is behind the slides of a layout: that, its master and their theme.
#[derive(Debug, Default)]
pub(in crate::extract::office) struct Behind {
    white: Rc<BTreeSet<String>>,
    background: Option<Colour>,
    backdrop: Backdrop,
    /// Whether placeholders have fills, which the slides' own have too.
    inherits: bool,
    /// What the layout and the master say of letters.
    letters: [Letters; 2],
}

impl Behind {
    /// What layout and master, the first of both in front, are with these white
    /// colours of a theme.
    pub(in crate::extract::office) fn new(planes: &[Plane; 2], theme: &BTreeSet<String>) -> Self {
        let mut white = theme.clone();
        let names = planes.iter().find(|plane| !plane.names.is_empty());
        for (name, slot) in names.map(|plane| &plane.names).into_iter().flatten() {
            if theme.contains(slot) {
                white.insert(name.clone());
            } else {
                white.remove(name);
            }
        }
        let mut background = planes.iter().filter_map(|plane| plane.background.clone());
        let mut behind = Self {
            background: background.next(),
            ..Self::default()
        };
        for plane in planes {
            for shape in plane.shapes.iter().filter(|shape| shape.covers(&white)) {
                // Placeholders are not shown themselves.
                if shape.placeholder {
                    behind.inherits = true;
                } else {
                    behind.backdrop.cover(shape.area);
                }
            }
            if plane.shapes.len() >= MOST {
                behind.backdrop.cover(None);
            }
        }
        behind.white = Rc::new(white);
        behind.letters = planes.clone().map(|plane| plane.letters);
        behind
    }

    /// Where white letters are hidden on a slide.
    pub(in crate::extract::office) fn paper(&self, slide: &Plane) -> Paper {
        let white = &*self.white;
        // A slide with names of its own for the colours is a dark one.
        if !slide.names.is_empty() {
            return Paper::default();
        }
        let background = slide.background.as_ref().or(self.background.as_ref());
        let is_white = background.is_none_or(|colour| colour.is_white(white));
        let mut backdrop = Backdrop::default();
        for shape in slide.shapes.iter().filter(|shape| shape.covers(white)) {
            backdrop.cover(shape.area);
        }
        if slide.shapes.len() >= MOST {
            backdrop.cover(None);
        }
        let is_bare = |area| backdrop.is_bare(area) && self.backdrop.is_bare(area);
        let is_paper = |shape: &&Shape| match &shape.fill {
            Fill::Of(colour) => colour.is_white(white),
            Fill::Unsaid if shape.styled || (shape.placeholder && self.inherits) => false,
            Fill::Unsaid | Fill::Nothing => is_white && is_bare(shape.area),
        };
        let shapes = slide.shapes.iter().filter(is_paper);
        let shapes: BTreeSet<usize> = shapes.filter_map(|shape| shape.number).collect();
        let [layout, master] = &self.letters;
        let pale = shapes.iter().filter_map(|number| {
            let said = slide.letters.of_shape(*number, layout, master)?;
            let levels = said.map(|said| said.is_some_and(|colour| colour.is_white(white)));
            levels.contains(&true).then_some((*number, levels))
        });
        Paper {
            pale: pale.collect(),
            shapes,
            white: Rc::clone(&self.white),
        }
    }
}

impl Shape {
    /// Whether it covers what is behind it with another colour than white.
    fn covers(&self, white: &BTreeSet<String>) -> bool {
        match &self.fill {
            Fill::Of(colour) => !colour.is_white(white),
            Fill::Unsaid => self.opaque || self.styled,
            Fill::Nothing => self.opaque,
        }
    }
}

/// Reads a plane element by element.
#[derive(Debug, Default)]
struct Reader {
    plane: Plane,
    depth: usize,
    /// The open shapes, groups too, and how deep they stand.
    open: Vec<(usize, Shape)>,
    /// How many shapes with text there were.
    count: usize,
    /// How deep the open properties of a shape or of the background stand, its
    /// fill, and the colour of that.
    properties: Option<usize>,
    fill: Option<usize>,
    colour: Option<usize>,
    in_background: bool,
    /// The upper left corner of the open place, and whether it is turned.
    corner: (i64, i64),
    turned: bool,
}

impl Reader {
    fn open(&mut self, element: &Element<'_>) {
        self.depth = self.depth.saturating_add(1);
        let inside =
            |outer: Option<usize>| outer.and_then(|at| at.checked_add(1)) == Some(self.depth);
        let (in_properties, in_fill) = (inside(self.properties), inside(self.fill));
        if inside(self.colour) {
            // Brighter, darker, or less of it.
            self.say(Colour::Other);
        }
        match element.name {
            "sp" | "pic" | "graphicFrame" | "cxnSp" | "grpSp" | "contentPart" => {
                self.shape(element);
            }
            "ph" => self.with(|shape| shape.placeholder = true),
            "spPr" | "grpSpPr" | "bgPr" => self.properties = Some(self.depth),
            "bg" => self.in_background = true,
            "bgRef" => {
                // From 1002 on they are pictures and gradients.
                let number = element
                    .attribute("idx")
                    .and_then(|idx| idx.parse::<u32>().ok());
                self.plane.background = Some(Colour::Other);
                if number.is_none_or(|number| number <= 1001) {
                    self.fill = Some(self.depth);
                }
            }
            "fillRef" if element.attribute("idx") != Some("0") => {
                self.with(|shape| shape.styled = true);
            }
            "xfrm" => self.turned = element.attribute("rot").is_some_and(|turn| turn != "0"),
            "off" => self.corner = (number(element, "x"), number(element, "y")),
            "ext" if element.attribute("cx").is_some() => self.area(element),
            "clrMap" | "overrideClrMapping" => {
                let names = element.attributes.iter();
                let names = names.map(|(name, slot)| ((*name).to_owned(), slot.to_string()));
                self.plane.names = names.collect();
            }
            "noFill" if in_properties => self.with(|shape| shape.fill = Fill::Nothing),
            "solidFill" if in_properties => {
                self.say(Colour::Other);
                self.fill = Some(self.depth);
            }
            "gradFill" | "blipFill" | "pattFill" | "grpFill" if in_properties => {
                self.say(Colour::Other);
            }
            _ if in_fill => {
                self.say(Colour::of(element));
                self.colour = Some(self.depth);
            }
            _ => {}
        }
    }

    fn shape(&mut self, element: &Element<'_>) {
        let mut shape = Shape {
            opaque: matches!(element.name, "pic" | "graphicFrame" | "contentPart"),
            ..Shape::default()
        };
        if element.name == "sp" {
            shape.number = Some(self.count);
            self.count = self.count.saturating_add(1);
        }
        self.open.push((self.depth, shape));
    }

    /// The place that is said first is the shape's own.
    fn area(&mut self, element: &Element<'_>) {
        let (left, top) = self.corner;
        let (width, height) = (number(element, "cx"), number(element, "cy"));
        let mut area = Area {
            across: (left, left.saturating_add(width)),
            down: (top, top.saturating_add(height)),
        };
        if self.turned {
            area = area.turned();
        }
        self.with(|shape| shape.area = shape.area.or(Some(area)));
    }

    /// What fills the open shape, or the background.
    fn say(&mut self, colour: Colour) {
        if self.in_background {
            self.plane.background = Some(colour);
        } else {
            self.with(|shape| shape.fill = Fill::Of(colour));
        }
    }

    fn with(&mut self, change: impl FnOnce(&mut Shape)) {
        if let Some((_, shape)) = self.open.last_mut() {
            change(shape);
        }
    }

    fn close(&mut self) {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        for open in [&mut self.properties, &mut self.fill, &mut self.colour] {
            open.take_if(|at| *at >= depth);
        }
        // The background stands two deep: in the slide's common data.
        if depth <= BACKGROUND {
            self.in_background = false;
        }
        if self.open.last().is_none_or(|(at, _)| *at < depth) {
            return;
        }
        let Some((_, mut shape)) = self.open.pop() else {
            return;
        };
        // What stands in a group is placed by the group's own measure.
        if let Some((_, group)) = self.open.first() {
            shape.area = group.area;
        }
        if self.plane.shapes.len() < MOST {
            self.plane.shapes.push(shape);
        }
    }
}

/// How deep `bg` stands: `sld`, `cSld`, `bg`.
const BACKGROUND: usize = 3;

fn number(element: &Element<'_>, name: &str) -> i64 {
    let value = element.attribute(name).unwrap_or_default();
    value.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::office::scheme::white_of;

    const THEME: &str = "<theme><clrScheme><dk1><sysClr val='windowText' lastClr='000000'/></dk1>\
                         <lt1><sysClr val='window' lastClr='FFFFFF'/></lt1><dk2><srgbClr val='1F497D'/></dk2>\
                         </clrScheme></theme>";
    const MAP: &str = "<clrMap bg1='lt1' tx1='dk1' bg2='dk2'/>";

    fn shape(at: i64, properties: &str) -> String {
        format!(
            "<sp><nvSpPr><nvPr/></nvSpPr><spPr><xfrm><off x='{at}' y='0'/><ext cx='10' cy='10'/></xfrm>{properties}</spPr></sp>"
        )
    }

    /// Whether white letters in the first shape of a slide are hidden, over a
    /// master.
    fn hides(slide: &str, master: &str) -> bool {
        let slide = Plane::read(format!("<sld><cSld>{slide}</cSld></sld>").as_bytes());
        let master =
            Plane::read(format!("<sldMaster><cSld>{master}</cSld>{MAP}</sldMaster>").as_bytes());
        let white = white_of(THEME.as_bytes());
        Behind::new(&[Plane::default(), master], &white)
            .paper(&slide)
            .is_behind(0)
    }

    #[test]
    fn white_letters_are_hidden_on_a_white_slide_only() {
        let text = shape(0, "<noFill/>");
        let solid = |colour: &str| format!("<bg><bgPr><solidFill>{colour}</solidFill></bgPr></bg>");
        let style = |number: u32, colour: &str| {
            format!("<bg><bgRef idx='{number}'><schemeClr val='{colour}'/></bgRef></bg>")
        };
        for (background, hidden) in [
            (String::new(), true),
            (solid("<srgbClr val='FEFEFE'/>"), true),
            (solid("<schemeClr val='bg1'/>"), true),
            (style(1001, "bg1"), true),
            (solid("<srgbClr val='000080'/>"), false),
            (solid("<schemeClr val='bg2'/>"), false),
            (
                solid("<schemeClr val='bg1'><lumMod val='50000'/></schemeClr>"),
                false,
            ),
            (style(1001, "bg2"), false),
            (style(1003, "bg1"), false),
            ("<bg><bgPr><blipFill/></bgPr></bg>".to_owned(), false),
        ] {
            assert_eq!(
                hides(&[&background, text.as_str()].concat(), ""),
                hidden,
                "{background}"
            );
            assert_eq!(hides(&text, &background), hidden, "{background} behind");
        }
        // The slide's own background is in front of the master's.
        let dark = solid("<srgbClr val='000080'/>");
        let white = solid("<srgbClr val='FFFFFF'/>");
        assert!(hides(&[white.as_str(), &text].concat(), &dark));
        assert!(!hides(&[dark.as_str(), &text].concat(), &white));
    }

    #[test]
    fn white_letters_are_seen_on_a_shape_or_above_one() {
        let text = shape(0, "");
        let dark = "<solidFill><srgbClr val='000080'/></solidFill>";
        let white = "<solidFill><srgbClr val='FFFFFF'/></solidFill>";
        let styled =
            "<sp><spPr/><style><fillRef idx='1'><schemeClr val='accent1'/></fillRef></style></sp>";
        let title = "<sp><nvSpPr><nvPr><ph type='title'/></nvPr></nvSpPr><spPr/></sp>";
        let filled_title =
            format!("<sp><nvSpPr><nvPr><ph type='title'/></nvPr></nvSpPr><spPr>{dark}</spPr></sp>");
        let group = format!(
            "<grpSp><grpSpPr><xfrm><off x='0' y='0'/><ext cx='5' cy='5'/></xfrm></grpSpPr>{}</grpSp>",
            shape(900, dark)
        );
        let line = "<ln><solidFill><srgbClr val='000080'/></solidFill></ln>";
        for (slide, master, hidden) in [
            (shape(0, dark), String::new(), false),
            (shape(0, "<gradFill/>"), String::new(), false),
            (shape(0, white), shape(0, dark), true),
            (shape(0, line), String::new(), true),
            (styled.to_owned(), String::new(), false),
            (
                [text.as_str(), &shape(5, dark)].concat(),
                String::new(),
                false,
            ),
            (
                [text.as_str(), &shape(10, dark)].concat(),
                String::new(),
                true,
            ),
            (
                [text.as_str(), &shape(5, white)].concat(),
                String::new(),
                true,
            ),
            ([text.as_str(), &group].concat(), String::new(), false),
            ([text.as_str(), "<pic/>"].concat(), String::new(), false),
            ([text.as_str(), "<cxnSp/>"].concat(), String::new(), true),
            (text.clone(), shape(5, dark), false),
            (text.clone(), shape(10, dark), true),
            (title.to_owned(), String::new(), true),
            (title.to_owned(), shape(900, dark), false),
            (title.to_owned(), filled_title, false),
        ] {
            assert_eq!(hides(&slide, &master), hidden, "{slide} over {master}");
        }
    }
}
