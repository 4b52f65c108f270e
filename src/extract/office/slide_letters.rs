//! Which letters of a slide are white although they don't say so: by the lists
//! of looks in their shape, its placeholders, the master, and its style.
//!
//! Source: ECMA-376 part 1, 19.3.1.36 (`ph`), 19.3.1.50 to 19.3.1.52 (the
//! master's lists), 20.1.4.1.17 (`fontRef`), 21.1.2.4.12 to 21.1.2.4.21 (lists
//! and their nine levels). Trap: a placeholder of a slide has that of its layout
//! for a parent by its number, and that has the master's by its kind.

use crate::extract::office::scheme::Colour;
use crate::extract::office::xml::{Element, Token};

/// How many levels paragraphs have.
pub(in crate::extract::office) const LEVELS: usize = 9;

/// How many shapes of a slide, a layout or a master are looked at.
pub(super) const MOST: usize = 20_000;

/// What a list of looks says of each level.
#[derive(Clone, Debug, Default)]
struct List([Option<Colour>; LEVELS]);

/// What a shape says of its letters.
#[derive(Clone, Debug, Default)]
struct Shape {
    /// Its kind and number, if it is a placeholder.
    placeholder: Option<(String, String)>,
    list: List,
    /// By its style.
    style: Option<Colour>,
}

/// What a slide, a layout or a master says of letters.
#[derive(Clone, Debug, Default)]
pub(super) struct Letters {
    /// The shapes with text, as they stand in the part.
    shapes: Vec<Shape>,
    /// Of a master, for all titles and all other texts.
    titles: List,
    bodies: List,
    reader: Reader,
}

/// What is open while a part is read.
#[derive(Clone, Debug, Default)]
struct Reader {
    depth: usize,
    /// How deep the open shape stands.
    shape: Option<usize>,
    /// Which list is open, and at which level.
    list: Option<Kind>,
    level: usize,
    /// How deep the look of letters, its fill and the colour of that stand.
    look: Option<usize>,
    fill: Option<usize>,
    colour: Option<usize>,
    /// Whether the fill is that of a style.
    of_style: bool,
}

/// Whose list it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Shape,
    Titles,
    Bodies,
    Other,
}

impl Letters {
    /// Takes what stands in a part.
    pub(super) fn take(&mut self, token: &Token<'_>) {
        match token {
            Token::Open(element) => self.open(element),
            Token::Close(name) => self.close(name),
            Token::Text(_) | Token::Aside(_) => {}
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        let reader = &mut self.reader;
        reader.depth = reader.depth.saturating_add(1);
        let depth = reader.depth;
        let inside = |outer: Option<usize>| outer.and_then(|at| at.checked_add(1)) == Some(depth);
        if inside(reader.colour) {
            // Brighter, darker, or less of it.
            self.say(Colour::Other);
            return;
        }
        if inside(reader.fill) {
            reader.colour = Some(depth);
            self.say(Colour::of(element));
            return;
        }
        let in_look = inside(reader.look);
        match element.name {
            "sp" => {
                reader.shape = Some(depth);
                if self.shapes.len() <= MOST {
                    self.shapes.push(Shape::default());
                }
            }
            "ph" => {
                let given = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
                let placeholder = (given("type"), given("idx"));
                if let Some(shape) = self.shapes.last_mut().filter(|_| reader.shape.is_some()) {
                    shape.placeholder = Some(placeholder);
                }
            }
            "lstStyle" => reader.list = Some(Kind::Shape),
            "titleStyle" => reader.list = Some(Kind::Titles),
            "bodyStyle" => reader.list = Some(Kind::Bodies),
            "otherStyle" => reader.list = Some(Kind::Other),
            "defRPr" if reader.list.is_some() => reader.look = Some(depth),
            "solidFill" if in_look => {
                reader.fill = Some(depth);
                reader.of_style = false;
            }
            "gradFill" | "blipFill" | "pattFill" if in_look => {
                reader.of_style = false;
                self.say(Colour::Other);
            }
            "fontRef" => {
                reader.fill = Some(depth);
                reader.of_style = true;
            }
            name => {
                if let Some(level) = level(name).filter(|_| reader.list.is_some()) {
                    reader.level = level;
                }
            }
        }
    }

    /// What colour the letters at hand have.
    fn say(&mut self, colour: Colour) {
        let reader = &self.reader;
        let shape = self.shapes.last_mut().filter(|_| reader.shape.is_some());
        if reader.of_style {
            if let Some(shape) = shape {
                shape.style = Some(colour);
            }
            return;
        }
        let list = match reader.list {
            Some(Kind::Shape) => shape.map(|shape| &mut shape.list),
            Some(Kind::Titles) => Some(&mut self.titles),
            Some(Kind::Bodies) => Some(&mut self.bodies),
            Some(Kind::Other) | None => None,
        };
        if let Some(said) = list.and_then(|list| list.0.get_mut(reader.level)) {
            *said = Some(colour);
        }
    }

    fn close(&mut self, name: &str) {
        let reader = &mut self.reader;
        let depth = reader.depth;
        reader.depth = depth.saturating_sub(1);
        for open in [
            &mut reader.shape,
            &mut reader.look,
            &mut reader.fill,
            &mut reader.colour,
        ] {
            open.take_if(|at| *at >= depth);
        }
        if matches!(name, "lstStyle" | "titleStyle" | "bodyStyle" | "otherStyle") {
            reader.list = None;
        }
    }

    /// What the letters of a shape are at each level, before a layout and a
    /// master; `None` for one that there is not.
    pub(super) fn of_shape(
        &self,
        number: usize,
        layout: &Self,
        master: &Self,
    ) -> Option<[Option<Colour>; LEVELS]> {
        let shape = self.shapes.get(number)?;
        let mut lists = vec![&shape.list];
        if let Some((kind, index)) = &shape.placeholder {
            let parent = layout.placeholder(|of, number| {
                number == index && (!index.is_empty() || family(of) == family(kind))
            });
            let kind = parent
                .and_then(|parent| parent.placeholder.as_ref())
                .map_or(kind, |(of, _)| if kind.is_empty() { of } else { kind });
            lists.extend(parent.map(|parent| &parent.list));
            let family = family(kind);
            let parent = master.placeholder(|of, _| self::family(of) == family);
            lists.extend(parent.map(|parent| &parent.list));
            match family {
                "title" => lists.push(&master.titles),
                "body" => lists.push(&master.bodies),
                _ => {}
            }
        }
        let said = |level: usize| {
            let own = lists.iter().find_map(|list| list.0.get(level)?.clone());
            own.or_else(|| shape.style.clone())
        };
        Some(std::array::from_fn(said))
    }

    fn placeholder(&self, is_meant: impl Fn(&str, &str) -> bool) -> Option<&Shape> {
        self.shapes.iter().find(|shape| {
            let placeholder = shape.placeholder.as_ref();
            placeholder.is_some_and(|(kind, index)| is_meant(kind, index))
        })
    }
}

/// The kind of a master's placeholder that one of a kind has for a parent.
fn family(kind: &str) -> &str {
    match kind {
        "title" | "ctrTitle" => "title",
        "dt" | "ftr" | "sldNum" | "hdr" => kind,
        _ => "body",
    }
}

/// The level of `lvl1pPr` to `lvl9pPr`, from 0.
fn level(name: &str) -> Option<usize> {
    let digit = name.strip_prefix("lvl")?.strip_suffix("pPr")?;
    let level = digit.parse::<usize>().ok()?.checked_sub(1)?;
    (level < LEVELS).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::office::xml;

    fn letters(part: &str) -> Letters {
        let mut letters = Letters::default();
        assert_eq!(
            xml::walk(part.as_bytes(), |token| letters.take(&token)),
            None
        );
        letters
    }

    /// The look of a level, in this colour.
    fn level(number: u32, colour: &str) -> String {
        format!("<lvl{number}pPr><defRPr><solidFill>{colour}</solidFill></defRPr></lvl{number}pPr>")
    }

    fn shape(placeholder: &str, list: &str, style: &str) -> String {
        format!(
            "<sp>{placeholder}<style><fontRef>{style}</fontRef></style><txBody><lstStyle>{list}</lstStyle></txBody></sp>"
        )
    }

    #[test]
    fn a_shape_says_more_than_its_layout_and_that_more_than_its_master() {
        let white = "<srgbClr val='FFFFFF'/>";
        let named = |name: &str| Some(Colour::Scheme(name.to_owned()));
        let scheme = |name: &str| format!("<schemeClr val='{name}'/>");
        let slide = letters(&format!(
            "<sld>{}{}{}{}</sld>",
            shape("<ph idx='1'/>", &level(2, white), ""),
            shape("<ph type='title'/>", "", ""),
            shape("", "", &scheme("lt1")),
            shape("<ph idx='7'/>", "", &scheme("lt1")),
        ));
        let layout = letters(&format!(
            "<sldLayout>{}{}</sldLayout>",
            shape("<ph type='ctrTitle'/>", "", ""),
            shape("<ph type='subTitle' idx='1'/>", &level(1, &scheme("a")), ""),
        ));
        let dark = "<schemeClr val='t'><lumMod val='9'/></schemeClr>";
        let master = letters(&format!(
            "<sldMaster>{}{}<txStyles><titleStyle>{}</titleStyle><bodyStyle>{}</bodyStyle></txStyles></sldMaster>",
            shape("<ph type='title'/>", &level(2, &scheme("b")), ""),
            shape("<ph type='body'/>", &level(3, &scheme("c")), ""),
            level(1, dark),
            level(4, &scheme("d")),
        ));
        let of = |number| slide.of_shape(number, &layout, &master).unwrap();
        let body = of(0);
        assert_eq!(
            body.get(..5).unwrap(),
            [
                named("a"),
                Some(Colour::Plain([0xFF; 3])),
                named("c"),
                named("d"),
                None
            ]
        );
        assert_eq!(of(1).get(..2).unwrap(), [Some(Colour::Other), named("b")]);
        assert_eq!(of(2).first().unwrap(), &named("lt1"));
        assert_eq!(of(3).get(2..4).unwrap(), [named("c"), named("d")]);
        assert_eq!(slide.of_shape(4, &layout, &master), None);
    }
}
