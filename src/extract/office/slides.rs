//! Presentations: PPTX, PPTM, POTX, PPSX and their kin, transitional and
//! strict (ECMA-376 part 1, 19).
//!
//! The slides in the order in which they are shown, each with its notes,
//! comments, charts, diagrams and embedded files; then masters, layouts,
//! properties and every other part.
//!
//! Trap: a slide may be in the package without being in the show.

use std::collections::BTreeMap;

use crate::extract::office::markup;
use crate::extract::office::parts::Parts;
use crate::extract::office::scheme;
use crate::extract::office::slide_look::{Behind, Paper};
use crate::extract::office::slide_plane::Plane;
use crate::extract::office::styles::Styles;
use crate::extract::office::xml::{self, Token};
use crate::extract::sink::{Sink, Spot};
use crate::location::{Hidden, Unit};

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let Some(mut parts) = Parts::open(bytes, sink) else {
        return;
    };
    if let Some(main) = parts.main().map(str::to_owned)
        && let Some(bytes) = parts.bytes(&main, Spot::default(), sink)
    {
        let slides = shown_slides(&parts, &main, &bytes);
        let mut layouts = Layouts {
            size: size(&bytes),
            ..Layouts::default()
        };
        parts.content(&main, bytes, Spot::default(), sink);
        for (number, slide) in (1..).zip(slides) {
            read_slide(&mut parts, &mut layouts, number, &slide, sink);
        }
    }
    parts.rest(sink);
}

/// The parts of the slides in the order of the show.
fn shown_slides(parts: &Parts<'_>, main: &str, bytes: &[u8]) -> Vec<String> {
    let mut targets = BTreeMap::new();
    for arrow in parts.arrows(main).iter().filter(|arrow| !arrow.external) {
        targets.entry(arrow.id.as_str()).or_insert(&arrow.target);
    }
    let mut slides = Vec::new();
    // Damage is said where the part is read as text.
    let _ = xml::walk(bytes, |token| {
        let Token::Open(element) = token else { return };
        if element.name != "sldId" {
            return;
        }
        // It has two attributes of this local name, and one is no relationship.
        let ids = element.attributes.iter().filter(|(name, _)| *name == "id");
        let found = ids.filter_map(|(_, id)| targets.get(id.as_ref()));
        slides.extend(found.map(|target| (*target).clone()));
    });
    slides
}

/// The width and the height of the slides (19.2.1.39).
fn size(bytes: &[u8]) -> Option<(i64, i64)> {
    let mut size = None;
    let _ = xml::walk(bytes, |token| {
        if let Token::Open(element) = token
            && element.name == "sldSz"
        {
            let length = |name: &str| element.attribute(name)?.parse::<i64>().ok();
            size = length("cx").zip(length("cy"));
        }
    });
    size
}

/// Reads a slide and what belongs to it alone.
fn read_slide(
    parts: &mut Parts<'_>,
    layouts: &mut Layouts,
    number: u32,
    slide: &str,
    sink: &mut Sink<'_>,
) {
    let mut spot = Spot::on(Unit::Slide(number));
    if !parts.is_unread(slide) {
        return;
    }
    let Some(bytes) = parts.bytes(slide, spot, sink) else {
        return;
    };
    if is_hidden(&bytes) {
        spot = spot.hidden(Hidden::Slide);
        sink.hidden(spot);
    }
    if xml::root(&bytes).is_some_and(|(root, _)| root == "sld") {
        let styles = Styles::of_slide(layouts.paper(parts, slide, &bytes, sink));
        markup::read(&bytes, &styles, false, spot, sink);
    } else {
        parts.content(slide, bytes, spot, sink);
    }
    let mut open = vec![(slide.to_owned(), spot)];
    // Each part is read once, so this ends.
    while let Some((part, spot)) = open.pop() {
        for arrow in parts.arrows(&part).to_vec() {
            let is_shared = matches!(
                arrow.kind.as_str(),
                "slide"
                    | "slideLayout"
                    | "slideMaster"
                    | "notesMaster"
                    | "theme"
                    | "officeDocument"
            );
            if arrow.external {
                sink.text(spot, arrow.target);
                continue;
            }
            if is_shared || !parts.is_unread(&arrow.target) {
                continue;
            }
            let Some(bytes) = parts.bytes(&arrow.target, spot, sink) else {
                continue;
            };
            let spot = if arrow.kind == "notesSlide" && says_something(&bytes) {
                spot.hidden(Hidden::Notes)
            } else {
                spot
            };
            parts.content(&arrow.target, bytes, spot, sink);
            open.push((arrow.target, spot));
        }
    }
}

/// What is behind the slides, by the names of their layouts: each is read once,
/// however many slides it has.
#[derive(Debug, Default)]
struct Layouts {
    behind: BTreeMap<String, Behind>,
    /// The width and the height of the slides.
    size: Option<(i64, i64)>,
}

impl Layouts {
    /// What is behind the letters of a slide.
    fn paper(
        &mut self,
        parts: &mut Parts<'_>,
        slide: &str,
        bytes: &[u8],
        sink: &mut Sink<'_>,
    ) -> Paper {
        let next = |parts: &Parts<'_>, part: &str, kind: &str| {
            let mut arrows = parts.arrows(part).iter();
            let arrow = arrows.find(|arrow| arrow.kind == kind && !arrow.external);
            arrow.map(|arrow| arrow.target.clone()).unwrap_or_default()
        };
        let layout = next(parts, slide, "slideLayout");
        let behind = self.behind.entry(layout).or_insert_with_key(|layout| {
            let master = next(parts, layout, "slideMaster");
            let theme = next(parts, &master, "theme");
            let planes = [layout, &master].map(|name| Plane::read(&parts.peek(name, sink)));
            let scheme = scheme::scheme_of(&parts.peek(&theme, sink));
            Behind::new(&planes, &scheme)
        });
        behind.paper(&Plane::read(bytes), self.size)
    }
}

/// Whether somebody wrote or put something into notes: many slides have a page
/// of notes with nothing on it but the slide, its number and the date.
fn says_something(notes: &[u8]) -> bool {
    let (mut in_field, mut in_text, mut says) = (0_usize, false, false);
    let _ = xml::walk(notes, |token| match token {
        Token::Open(element) => match element.name {
            "fld" => in_field = in_field.saturating_add(1),
            "t" => in_text = true,
            "pic" | "graphicFrame" | "contentPart" => says = true,
            "cNvPr" => says |= !element.attribute("descr").unwrap_or_default().is_empty(),
            _ => {}
        },
        Token::Close("fld") => in_field = in_field.saturating_sub(1),
        Token::Close("t") => in_text = false,
        Token::Text(text) => says |= in_text && in_field == 0 && !text.trim().is_empty(),
        Token::Close(_) | Token::Aside(_) => {}
    });
    says
}

/// Whether a slide is left out of the show (19.3.1.38).
fn is_hidden(slide: &[u8]) -> bool {
    let Some((_, attributes)) = xml::root(slide) else {
        return false;
    };
    let mut attributes = attributes.iter();
    attributes
        .any(|(name, value)| name == "show" && matches!(value.as_str(), "0" | "false" | "off"))
}

#[cfg(test)]
mod tests {
    use crate::extract::office::sample;
    use crate::extract::suite;

    #[test]
    fn a_page_of_notes_that_nobody_wrote_on_hides_nothing() {
        let number =
            b"<notes><cNvPr name='Slide Number 3'/><fld type='slidenum'><t>1</t></fld></notes>";
        assert!(!super::says_something(number));
        for notes in [
            "<notes><fld><t>1</t></fld><t>943 476 5919</t></notes>",
            "<notes><cNvPr name='x' descr='943 476 5919'/></notes>",
            "<notes><pic/></notes>",
        ] {
            assert!(super::says_something(notes.as_bytes()), "{notes}");
        }
    }

    #[test]
    fn slides_come_in_their_order_with_their_notes() {
        let slide = |text: &str, show: &str| {
            format!(
                "<p:sld{show}><p:sp><p:nvSpPr><p:cNvPr descr='alt {text}'/></p:nvSpPr><p:txBody><a:p><a:r><a:t>{text} 943</a:t></a:r><a:r><a:t>4765919</a:t></a:r></a:p></p:txBody></p:sp></p:sld>"
            )
        };
        let (first, second, third) = (
            slide("one", ""),
            slide("two", " show='0'"),
            slide("lost", ""),
        );
        let arrows = "<Relationships><Relationship Id='x' Type='t/slide' Target='slides/slide2.xml'/>\
                      <Relationship Id='y' Type='t/slide' Target='slides/slide1.xml'/></Relationships>";
        let bytes = sample::package(&[
            ("_rels/.rels", b"<Relationships><Relationship Id='a' Type='t/officeDocument' Target='/ppt/presentation.xml'/></Relationships>"),
            ("ppt/presentation.xml", b"<p:presentation><p:sldIdLst><p:sldId id='256' r:id='x'/><p:sldId id='257' r:id='y'/></p:sldIdLst></p:presentation>"),
            ("ppt/_rels/presentation.xml.rels", arrows.as_bytes()),
            ("ppt/slides/slide1.xml", second.as_bytes()),
            ("ppt/slides/slide2.xml", first.as_bytes()),
            ("ppt/slides/slide3.xml", third.as_bytes()),
            ("ppt/slides/_rels/slide2.xml.rels", b"<Relationships><Relationship Id='n' Type='t/notesSlide' Target='../notesSlides/n.xml'/></Relationships>"),
            ("ppt/notesSlides/n.xml", b"<p:notes><p:txBody><a:p><a:r><a:t>said</a:t></a:r></a:p></p:txBody></p:notes>"),
            ("ppt/comments/comment1.xml", b"<p:cmLst><p:cm><p:text>remark</p:text></p:cm></p:cmLst>"),
            ("ppt/tags/tag1.xml", b"<p:tagLst><p:tag name='N' val='9434765919'/></p:tagLst>"),
        ]);
        let reading = suite::read(&bytes);
        let told = suite::told(&reading);
        let starts = |line: &str| told.iter().any(|text| text.starts_with(line));
        for line in [
            "attachment of part 1, slide 1, byte 0: one 9434765919",
            "attachment of part 1, slide 2, byte 0 (a hidden slide): two 9434765919",
            "attachment of part 1, byte 0 (a hidden slide): lost 943",
            "attachment of part 1, slide 1, byte 0 (speaker notes): said",
        ] {
            assert!(starts(line), "{line} in {told:?}");
        }
        assert!(suite::has(&reading, "remark") && suite::has(&reading, "alt one"));
        assert!(suite::has(&reading, "N 9434765919"), "{told:?}");
        assert_eq!(suite::hidden(&reading), ["notes", "slide"]);
    }

    #[test]
    fn white_letters_are_told_where_only_a_white_slide_is_behind_them() {
        let run = |colour: &str, words: &str| {
            format!("<a:p><a:r><a:rPr>{colour}</a:rPr><a:t>{words}</a:t></a:r></a:p>")
        };
        let solid = |colour: &str| format!("<a:solidFill>{colour}</a:solidFill>");
        let white = solid("<a:srgbClr val='FFFFFF'/>");
        let runs = [
            run(&white, "white"),
            run(&solid("<a:schemeClr val='bg1'/>"), "paper"),
            run(
                &solid("<a:schemeClr val='bg1'><a:lumMod val='50000'/></a:schemeClr>"),
                "grey",
            ),
            run(&solid("<a:srgbClr val='000000'/>"), "black"),
            run("", "dots").replace("<a:rPr>", "<a:rPr sz='100'>"),
            run(
                &[
                    &white,
                    "<a:highlight><a:srgbClr val='000000'/></a:highlight>",
                ]
                .concat(),
                "marked",
            ),
        ]
        .concat();
        let shape = |fill: &str, runs: &str| {
            format!("<p:sp><p:spPr>{fill}</p:spPr><p:txBody>{runs}</p:txBody></p:sp>")
        };
        let slide = format!(
            "<p:sld><p:cSld>{}</p:cSld></p:sld>",
            shape("<a:noFill/>", &runs)
        );
        let dark = format!(
            "<p:sld><p:cSld><p:spTree>{}</p:spTree></p:cSld></p:sld>",
            shape(
                "<a:solidFill><a:srgbClr val='000080'/></a:solidFill>",
                &run(&white, "bright")
            )
        );
        let bytes = sample::package(&[
            ("_rels/.rels", b"<Relationships><Relationship Id='a' Type='t/officeDocument' Target='/ppt/presentation.xml'/></Relationships>"),
            ("ppt/presentation.xml", b"<p:presentation><p:sldIdLst><p:sldId id='256' r:id='x'/><p:sldId id='257' r:id='y'/></p:sldIdLst></p:presentation>"),
            ("ppt/_rels/presentation.xml.rels", b"<Relationships><Relationship Id='x' Type='t/slide' Target='slides/slide1.xml'/><Relationship Id='y' Type='t/slide' Target='slides/slide2.xml'/></Relationships>"),
            ("ppt/slides/slide1.xml", slide.as_bytes()),
            ("ppt/slides/slide2.xml", dark.as_bytes()),
            ("ppt/slides/_rels/slide1.xml.rels", b"<Relationships><Relationship Id='l' Type='t/slideLayout' Target='../slideLayouts/l.xml'/></Relationships>"),
            ("ppt/slideLayouts/l.xml", b"<p:sldLayout/>"),
            ("ppt/slideLayouts/_rels/l.xml.rels", b"<Relationships><Relationship Id='m' Type='t/slideMaster' Target='../slideMasters/m.xml'/></Relationships>"),
            ("ppt/slideMasters/m.xml", b"<p:sldMaster><p:clrMap bg1='lt1' tx1='dk1'/></p:sldMaster>"),
            ("ppt/slideMasters/_rels/m.xml.rels", b"<Relationships><Relationship Id='t' Type='t/theme' Target='../theme/t.xml'/></Relationships>"),
            ("ppt/theme/t.xml", b"<a:theme><a:clrScheme><a:dk1><a:srgbClr val='000000'/></a:dk1><a:lt1><a:srgbClr val='FFFFFF'/></a:lt1></a:clrScheme></a:theme>"),
        ]);
        let told = suite::told(&suite::read(&bytes));
        for line in [
            "attachment of part 1, slide 1, byte 0: \n\ngrey\nblack\n\nmarked\n",
            "attachment of part 1, slide 1, byte 0 (hidden text): white\npaper\ndots\n",
            "attachment of part 1, slide 2, byte 0: bright\n",
        ] {
            assert!(told.iter().any(|text| text == line), "{line} in {told:?}");
        }
    }

    #[test]
    fn a_real_presentation_is_read() {
        let Some(bytes) = suite::corpus("tika/testPPT_various2.pptx") else {
            return;
        };
        let reading = suite::read(&bytes);
        let hidden = suite::hidden(&reading);
        assert!(
            hidden.contains(&"slide") && hidden.contains(&"notes"),
            "{hidden:?}"
        );
    }
}
