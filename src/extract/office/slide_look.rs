//! What is behind the letters of a slide.
//!
//! Source: ECMA-376 part 1, 19.3.1.1 to 19.3.1.6 (backgrounds and maps of
//! colours), 20.1.6.2 (schemes), 20.1.8 (fills). The background is that of the
//! slide, or else of its layout, or else of its master. Traps: the colours of a
//! scheme have other names on slides; a shape without a fill of its own may have
//! that of a placeholder or of a style; white is the ordinary colour on a dark
//! slide, so where it is not known what is behind letters they are seen.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::extract::backdrop::Backdrop;
use crate::extract::ink::{Ground, Ink, PAPER, Rgb, are_alike};
use crate::extract::office::scheme::{Colour, Scheme};
use crate::extract::office::slide_letters::{LEVELS, Letters, MOST};
use crate::extract::office::slide_plane::{Fill, Plane, Shape};
use crate::extract::office::xml::Element;

/// What is behind the letters of a slide, and what colours they have.
#[derive(Clone, Debug, Default)]
pub(in crate::extract::office) struct Paper {
    /// Of the shapes, counted as they stand in the part, from 0, the colours
    /// behind their letters where they are known.
    grounds: BTreeMap<usize, Rgb>,
    /// Those that nobody sees.
    out_of_sight: BTreeSet<usize>,
    /// What the scheme's colours are.
    scheme: Rc<Scheme>,
    /// Of those shapes, the colour at each level of letters that name none.
    inks: BTreeMap<usize, [Option<Rgb>; LEVELS]>,
}

impl Paper {
    /// What is behind the letters of a shape.
    pub(in crate::extract::office) fn ground(&self, shape: usize) -> Ground {
        Ground::of(self.grounds.get(&shape).copied())
    }

    /// The colour of letters of a shape that name none, at a level.
    pub(in crate::extract::office) fn ink(&self, shape: usize, level: usize) -> Ink {
        let levels = self.inks.get(&shape);
        Ink::of(levels.and_then(|levels| levels.get(level).copied().flatten()))
    }

    /// Whether nobody sees a shape in the show.
    pub(in crate::extract::office) fn is_out_of_sight(&self, shape: usize) -> bool {
        self.out_of_sight.contains(&shape)
    }

    /// The colour that an element names.
    pub(in crate::extract::office) fn colour(&self, colour: &Element<'_>) -> Option<Rgb> {
        Colour::of(colour).in_scheme(&self.scheme)
    }
}

/// What is behind the slides of a layout: that, its master and their theme.
#[derive(Debug, Default)]
pub(in crate::extract::office) struct Behind {
    scheme: Rc<Scheme>,
    background: Option<Colour>,
    backdrop: Backdrop,
    /// What fills placeholders, which the slides' own have too.
    inherited: Vec<Ground>,
    /// What the layout and the master say of letters.
    letters: [Letters; 2],
}

impl Behind {
    /// What layout and master, the first of both in front, are with these colours
    /// of a theme.
    pub(in crate::extract::office) fn new(planes: &[Plane; 2], theme: &Scheme) -> Self {
        let mut scheme = theme.clone();
        let names = planes.iter().find(|plane| !plane.names.is_empty());
        for (name, slot) in names.map(|plane| &plane.names).into_iter().flatten() {
            match theme.get(slot) {
                Some(colour) => scheme.insert(name.clone(), *colour),
                None => scheme.remove(name),
            };
        }
        let mut background = planes.iter().filter_map(|plane| plane.background.clone());
        let mut behind = Self {
            background: background.next(),
            ..Self::default()
        };
        for plane in planes {
            for shape in &plane.shapes {
                let cover = shape.cover(&scheme);
                // Placeholders are not shown themselves.
                if shape.placeholder {
                    behind.inherited.push(cover);
                } else {
                    behind.backdrop.cover(shape.area, cover);
                }
            }
            if plane.shapes.len() >= MOST {
                behind.backdrop.cover(None, Ground::Unknown);
            }
        }
        behind.scheme = Rc::new(scheme);
        behind.letters = planes.clone().map(|plane| plane.letters);
        behind
    }

    /// What is behind the letters of a slide of this width and height.
    pub(in crate::extract::office) fn paper(
        &self,
        slide: &Plane,
        size: Option<(i64, i64)>,
    ) -> Paper {
        let out_of_sight = slide.out_of_sight(size);
        // A slide with names of its own for the colours is a dark one.
        if !slide.names.is_empty() {
            return Paper {
                out_of_sight,
                ..Paper::default()
            };
        }
        let scheme = Rc::clone(&self.scheme);
        let background = slide.background.as_ref().or(self.background.as_ref());
        let page = background.map_or(Some(PAPER), |colour| colour.in_scheme(&scheme));
        // A placeholder may have any of the fills of those before it.
        let is_plain = |fill: &Ground| match (fill, page) {
            (Ground::Clear, _) => true,
            (Ground::Of(colour), Some(page)) => are_alike(*colour, page),
            _ => false,
        };
        let are_plain = self.inherited.iter().all(is_plain);
        let mut backdrop = Backdrop::default();
        for shape in &slide.shapes {
            backdrop.cover(shape.area, shape.cover(&scheme));
        }
        if slide.shapes.len() >= MOST {
            backdrop.cover(None, Ground::Unknown);
        }
        let of_page = |area| {
            page.filter(|page| backdrop.is_bare(area, *page) && self.backdrop.is_bare(area, *page))
        };
        let ground = |shape: &Shape| match &shape.fill {
            Fill::Of(colour) => colour.in_scheme(&scheme),
            Fill::Glass => None,
            Fill::Unsaid if shape.styled || (shape.placeholder && !are_plain) => None,
            Fill::Unsaid | Fill::Nothing => of_page(shape.area),
        };
        let numbered = |shape: &Shape| Some((shape.number?, ground(shape)?));
        let grounds: BTreeMap<usize, Rgb> = slide.shapes.iter().filter_map(numbered).collect();
        let [layout, master] = &self.letters;
        let inks = grounds.keys().filter_map(|number| {
            let said = slide.letters.of_shape(*number, layout, master)?;
            let levels = said.map(|said| said.and_then(|colour| colour.in_scheme(&scheme)));
            Some((*number, levels))
        });
        Paper {
            inks: inks.collect(),
            out_of_sight,
            grounds,
            scheme,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::office::scheme::scheme_of;

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
        let scheme = scheme_of(THEME.as_bytes());
        let behind = Behind::new(&[Plane::default(), master], &scheme);
        behind.paper(&slide, None).ground(0).hides(Ink::Of(PAPER))
    }

    #[test]
    fn what_is_behind_letters_is_told_whatever_colour_it_has() {
        let solid = |colour: &str| format!("<solidFill><srgbClr val='{colour}'/></solidFill>");
        let page = |colour: &str| format!("<bg><bgPr>{}</bgPr></bg>", solid(colour));
        let ground = |slide: &str| {
            let slide = Plane::read(format!("<sld><cSld>{slide}</cSld></sld>").as_bytes());
            let behind = Behind::new(&Default::default(), &Scheme::new());
            behind.paper(&slide, None).ground(0)
        };
        let text = shape(0, "<noFill/>");
        let black = page("000000");
        for (slide, colour) in [
            ([&black, text.as_str()].concat(), Some([0; 3])),
            (
                [&black, text.as_str(), &shape(5, &solid("050505"))].concat(),
                Some([0; 3]),
            ),
            (
                [&black, text.as_str(), &shape(5, &solid("FFFFFF"))].concat(),
                None,
            ),
            (
                [text.as_str(), &shape(5, &solid("FFFFFF"))].concat(),
                Some(PAPER),
            ),
            (shape(0, &solid("1F3864")), Some([0x1F, 0x38, 0x64])),
            (
                shape(
                    0,
                    "<solidFill><srgbClr val='1F3864'><alpha val='9000'/></srgbClr></solidFill>",
                ),
                None,
            ),
        ] {
            assert_eq!(ground(&slide), Ground::of(colour), "{slide}");
        }
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
