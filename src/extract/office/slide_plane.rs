//! A slide, a layout or a master as shapes with places and fills, and which of
//! them nobody sees: those under another, and those beside the slide.
//!
//! Source: ECMA-376 part 1, 19.3.1.1 to 19.3.1.6 (backgrounds and maps of
//! colours), 20.1.7 (places), 20.1.8 (fills). Traps: what stands in a group is
//! placed by the group's own measure; what lies over a text may be taken away in
//! the show.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::backdrop::Area;
use crate::extract::ink::Ground;
use crate::extract::office::scheme::{Colour, Scheme};
use crate::extract::office::slide_letters::{Letters, MOST};
use crate::extract::office::xml::{self, Element, Token};

/// What fills a shape.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) enum Fill {
    /// It says nothing.
    #[default]
    Unsaid,
    Nothing,
    Of(Colour),
    /// Something through which shows what is behind, all over or here and there.
    Glass,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Its number, if it can have text.
    pub(super) number: Option<usize>,
    pub(super) area: Option<Area>,
    pub(super) fill: Fill,
    outline: Outline,
    /// Whether a style fills it that says so itself.
    pub(super) styled: bool,
    pub(super) placeholder: bool,
    /// A picture, a table, a chart.
    opaque: bool,
}

/// Whether a shape is all that its place is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Outline {
    /// A rectangle that is not turned.
    Straight,
    #[default]
    Other,
}

/// The slide, a layout or a master: what it has in front of its background.
#[derive(Clone, Debug, Default)]
pub(in crate::extract::office) struct Plane {
    pub(super) background: Option<Colour>,
    pub(super) shapes: Vec<Shape>,
    /// What the scheme's colours are called, where it says so.
    pub(super) names: BTreeMap<String, String>,
    pub(super) letters: Letters,
    /// Whether things come and go while it is shown.
    moves: bool,
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

impl Plane {
    /// The shapes with text that lie beside a slide of this width and height, or
    /// under another shape.
    pub(super) fn out_of_sight(&self, size: Option<(i64, i64)>) -> BTreeSet<usize> {
        if self.moves || self.shapes.len() >= MOST {
            return BTreeSet::new();
        }
        let page = size.map(|(width, height)| Area {
            across: (0, width),
            down: (0, height),
        });
        let mut found = BTreeSet::new();
        // What lies over the shape at hand; those of a group end before it.
        let mut over: Vec<Area> = Vec::new();
        for shape in self.shapes.iter().rev() {
            let Some(area) = shape.area else { continue };
            let is_beside = page.is_some_and(|page| !page.touches(&area));
            let is_under = over.iter().any(|over| over.contains(&area));
            if let Some(number) = shape.number.filter(|_| is_beside || is_under) {
                found.insert(number);
            }
            if shape.hides_what_is_under_it() && over.len() < OVER {
                over.push(area);
            }
        }
        found
    }
}

/// How many shapes of a slide are looked at for whether they lie over a text.
const OVER: usize = 200;

impl Shape {
    /// With what it covers what is behind it.
    pub(super) fn cover(&self, scheme: &Scheme) -> Ground {
        match &self.fill {
            _ if self.opaque => Ground::Unknown,
            Fill::Of(colour) => Ground::of(colour.in_scheme(scheme)),
            Fill::Glass => Ground::Unknown,
            Fill::Unsaid if self.styled => Ground::Unknown,
            Fill::Unsaid | Fill::Nothing => Ground::Clear,
        }
    }

    /// Whether nobody sees what lies under it.
    fn hides_what_is_under_it(&self) -> bool {
        let is_filled = match &self.fill {
            Fill::Of(_) => true,
            Fill::Unsaid => self.styled,
            Fill::Nothing | Fill::Glass => false,
        };
        is_filled && self.outline == Outline::Straight && !self.opaque
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
            let mut is_glass = element.name.starts_with("alpha");
            self.with(|shape| is_glass |= matches!(shape.fill, Fill::Glass));
            self.say(Colour::Other);
            if is_glass {
                self.with(|shape| shape.fill = Fill::Glass);
            }
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
            "timing" => self.plane.moves = true,
            "prstGeom" if !self.turned && element.attribute("prst") == Some("rect") => {
                self.with(|shape| shape.outline = Outline::Straight);
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
                self.with(|shape| shape.fill = Fill::Glass);
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
            shape.outline = Outline::Other;
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

    fn shape(at: i64, properties: &str) -> String {
        format!(
            "<sp><nvSpPr><nvPr/></nvSpPr><spPr><xfrm><off x='{at}' y='0'/><ext cx='10' cy='10'/></xfrm>{properties}</spPr></sp>"
        )
    }

    #[test]
    fn shapes_beside_the_slide_and_under_another_are_out_of_sight() {
        let rectangle = |at: i64, more: &str| {
            shape(
                at,
                &format!(
                    "<prstGeom prst='rect'/><solidFill><srgbClr val='000000'>{more}</srgbClr></solidFill>"
                ),
            )
        };
        let is_out = |slide: &str| {
            let slide = format!("<sld><cSld><spTree>{slide}</spTree></cSld></sld>");
            !Plane::read(slide.as_bytes())
                .out_of_sight(Some((100, 100)))
                .is_empty()
        };
        let text = shape(20, "<noFill/>");
        let group = format!("<grpSp>{}</grpSp>", rectangle(20, ""));
        let turned = rectangle(20, "").replace("<xfrm>", "<xfrm rot='90'>");
        let round = rectangle(20, "").replace("'rect'", "'ellipse'");
        for (slide, out) in [
            ([text.as_str(), &rectangle(20, "")].concat(), true),
            ([rectangle(20, "").as_str(), &text].concat(), false),
            ([text.as_str(), &rectangle(21, "")].concat(), false),
            (
                [
                    text.as_str(),
                    &rectangle(20, "<alpha val='50000'/><lumMod val='75000'/>"),
                ]
                .concat(),
                false,
            ),
            ([text.as_str(), &group].concat(), false),
            ([text.as_str(), &turned].concat(), false),
            ([text.as_str(), &round].concat(), false),
            // What comes and goes in the show may be taken away.
            (
                [text.as_str(), &rectangle(20, ""), "<timing/>"].concat(),
                false,
            ),
            (shape(-20, ""), true),
            (shape(100, ""), true),
            (shape(95, ""), false),
            ("<sp><spPr/></sp>".to_owned(), false),
        ] {
            assert_eq!(is_out(&slide), out, "{slide}");
        }
    }
}
