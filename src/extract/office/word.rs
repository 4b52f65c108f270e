//! Word documents: DOCX, DOCM, DOTX, DOTM, transitional and strict (ECMA-376
//! part 1, 17).
//!
//! The document first, then every other part of its package in its order:
//! headers, footers, notes, comments, settings, properties, custom XML,
//! charts, diagrams and embedded files are all read in the same way.

use crate::extract::office::behind;
use crate::extract::office::markup;
use crate::extract::office::parts::Parts;
use crate::extract::office::styles::Styles;
use crate::extract::office::xml;
use crate::extract::sink::{Sink, Spot};
use crate::extract::text_file::{charset, xml as any_xml};

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    if xml::begins(bytes) {
        flat(bytes, sink);
        return;
    }
    let Some(mut parts) = Parts::open(bytes, sink) else {
        return;
    };
    if let Some(main) = parts.main().map(str::to_owned) {
        let arrows = parts.arrows(&main).iter();
        let around = arrows.filter(|arrow| matches!(arrow.kind.as_str(), "header" | "footer"));
        let mut papers: Vec<String> = around.map(|arrow| arrow.target.clone()).collect();
        papers.push(main.clone());
        if papers
            .iter()
            .any(|part| behind::covers(&parts.peek(part, sink)))
        {
            parts.cover();
        }
        parts.part(&main, Spot::default(), sink);
    }
    parts.rest(sink);
}

/// Reads a document that is one file of XML. Files inside are in base64. What
/// is no text of Word's, such as attributes of other vocabularies, is read as
/// in all XML.
fn flat(bytes: &[u8], sink: &mut Sink<'_>) {
    let styles = Styles::read(bytes);
    markup::read(bytes, &styles, false, Spot::default(), sink);
    for reading in charset::decode(bytes, None).readings {
        sink.text(Spot::default(), any_xml::text(&reading));
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::Reading;
    use crate::extract::office::sample;
    use crate::extract::suite;

    fn read(body: &str) -> Reading {
        suite::read(&sample::document(body))
    }

    /// The texts at a hidden place of a kind.
    fn hidden(reading: &Reading, kind: &str) -> String {
        let texts = reading
            .texts
            .iter()
            .filter(|(location, _)| location.hidden.is_some_and(|hidden| hidden.word() == kind));
        texts.map(|(_, text)| text.reveal().clone()).collect()
    }

    #[test]
    fn runs_are_joined_and_cells_are_apart() {
        let reading = read(
            "<w:p><w:r><w:t>943</w:t></w:r><w:bookmarkStart/><w:r><w:t xml:space='preserve'> 476 59</w:t></w:r>\
             <w:smartTag><w:r><w:t>19</w:t></w:r></w:smartTag></w:p>\
             <w:tbl><w:tr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>B</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        );
        let all = suite::told(&reading).join("|");
        assert!(all.contains("943 476 5919\nA\tB\n"), "{all}");
        assert!(suite::gaps(&reading).is_empty());
    }

    #[test]
    fn a_text_box_does_not_break_the_number_that_it_is_anchored_in() {
        let reading = read(
            "<w:p><w:r><w:t>943 476</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:anchor>\
             <wp:posOffset>123</wp:posOffset><wp:docPr descr='a picture of 943 476 5919'/><wps:txbx><w:txbxContent><w:p><w:r><w:t>in the box</w:t></w:r></w:p>\
             </w:txbxContent></wps:txbx></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textpath string='art'/><v:textbox>\
             <w:txbxContent><w:p><w:r><w:t>in the old box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>\
             </mc:AlternateContent></w:r><w:r><w:t xml:space='preserve'> 5919</w:t></w:r></w:p>",
        );
        for words in [
            "943 476 5919\n",
            "in the box",
            "in the old box",
            "art",
            "a picture of 943 476 5919",
        ] {
            assert!(suite::told(&reading).join("|").contains(words), "{words}");
        }
    }

    #[test]
    fn tracked_deletions_are_told_as_such() {
        let reading = read(
            "<w:p><w:r><w:t>NHS 943 476 59</w:t></w:r><w:del w:author='Dr Ash'><w:r><w:delText>19</w:delText></w:r></w:del>\
             <w:ins><w:r><w:t>20</w:t></w:r></w:ins></w:p>\
             <w:p><w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>moved here</w:t></w:r></w:moveTo></w:p>\
             <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>one </w:t></w:r></w:p><w:p><w:r><w:t>line</w:t></w:r></w:p>\
             <w:p><w:del><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:delInstrText>QUOTE then</w:delInstrText></w:r>\
             <w:r><w:fldChar w:fldCharType='end'/></w:r></w:del></w:p>\
             <w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>row</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        );
        let deleted = hidden(&reading, "deletion");
        assert!(
            ["943 476 5919", "moved away", "QUOTE then"]
                .iter()
                .all(|words| deleted.contains(words)),
            "{deleted}"
        );
        assert!(hidden(&reading, "text").contains("row"));
        assert!(suite::has(&reading, "943 476 5920 moved here one line"));
        assert!(suite::has(&reading, "Dr Ash"));
    }

    #[test]
    fn hidden_and_white_text_is_told_as_such() {
        let styles = b"<w:styles><w:style w:type='character' w:styleId='S'><w:rPr><w:vanish/></w:rPr></w:style></w:styles>";
        let arrows = b"<Relationships><Relationship Id='a' Type='x/styles' Target='styles.xml'/></Relationships>";
        let body = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>direct</w:t></w:r></w:p>\
             <w:p><w:r><w:rPr><w:rStyle w:val='S'/></w:rPr><w:t>styled</w:t></w:r></w:p>\
             <w:p><w:r><w:rPr><w:color w:val='FFFFFF'/></w:rPr><w:t>white</w:t></w:r></w:p>\
             <w:p><w:r><w:rPr><w:color w:val='FFFFFF'/><w:highlight w:val='black'/></w:rPr><w:t>marked</w:t></w:r></w:p>\
             <w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>open</w:t></w:r></w:p>\
             <w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p><w:r><w:t>row</w:t></w:r></w:p></w:tc></w:tr>\
             <w:tr><w:tc><w:tcPr><w:shd w:val='clear' w:fill='000000'/></w:tcPr><w:p><w:r><w:rPr><w:color w:val='FFFFFF'/></w:rPr><w:t>head</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
        let reading = suite::read(&sample::document_with(
            body,
            &[
                ("word/styles.xml", styles),
                ("word/_rels/document.xml.rels", arrows),
            ],
        ));
        let text = hidden(&reading, "text");
        for words in ["direct", "styled", "white", "row"] {
            assert!(text.contains(words), "{words} in {text}");
        }
        for words in ["marked", "open", "head"] {
            assert!(
                !text.contains(words) && suite::has(&reading, words),
                "{words}"
            );
        }
    }

    #[test]
    fn letters_of_the_colour_behind_them_are_hidden() {
        let run = |look: &str| {
            format!("<w:p><w:r><w:rPr>{look}</w:rPr><w:t>943 476 5919</w:t></w:r></w:p>")
        };
        let black = "<w:color w:val='000000'/>";
        let shade = "<w:shd w:val='clear' w:color='auto' w:fill='000000'/>";
        let paragraph = |look: &str, fill: &str| {
            run(look).replace("<w:p>", &format!("<w:p><w:pPr>{fill}</w:pPr>"))
        };
        let cell = |look: &str, fill: &str| {
            let paragraph = run(look);
            format!("<w:tbl><w:tr><w:tc><w:tcPr>{fill}</w:tcPr>{paragraph}</w:tc></w:tr></w:tbl>")
        };
        let marker = "<w:highlight w:val='black'/>";
        let clear = |transparency: u32| {
            run(&format!(
                "<w14:textFill><w14:solidFill><w14:srgbClr w14:val='000000'><w14:alpha w14:val='{transparency}'/>\
                 </w14:srgbClr></w14:solidFill></w14:textFill>"
            ))
        };
        for (body, is_hidden) in [
            // The redaction that is none.
            (run(marker), true),
            (run(&[black, marker].concat()), true),
            (run(&[black, shade].concat()), true),
            (paragraph(black, shade), true),
            (cell(black, shade), true),
            (cell("<w:color w:val='0A0A0A'/>", shade), true),
            (
                paragraph(
                    &["<w:color w:val='FFFFFF'/>", "<w:shd w:fill='FFFFFF'/>"].concat(),
                    shade,
                ),
                true,
            ),
            (clear(100_000), true),
            // Word makes automatic letters white on dark shading.
            (run(shade), false),
            (paragraph("", shade), false),
            (cell("", shade), false),
            (run("<w:highlight w:val='yellow'/>"), false),
            (run(&["<w:color w:val='FFFFFF'/>", marker].concat()), false),
            (
                paragraph(&[black, "<w:shd w:fill='FFFF00'/>"].concat(), shade),
                false,
            ),
            (
                run(&[
                    black,
                    "<w:shd w:val='pct25' w:color='auto' w:fill='000000'/>",
                ]
                .concat()),
                false,
            ),
            (cell("<w:color w:val='404040'/>", shade), false),
            (clear(40_000), false),
        ] {
            let found = hidden(&read(&body), "text");
            assert_eq!(found.contains("943 476 5919"), is_hidden, "{body}");
        }
    }

    #[test]
    fn letters_and_lines_without_a_size_are_hidden() {
        let run = |before: &str, look: &str| {
            format!("<w:p>{before}<w:r><w:rPr>{look}</w:rPr><w:t>943 476 5919</w:t></w:r></w:p>")
        };
        let row = |height: &str| {
            let row = run("", "");
            format!(
                "<w:tbl><w:tr><w:trPr><w:trHeight {height}/></w:trPr><w:tc>{row}</w:tc></w:tr></w:tbl>"
            )
        };
        let line = |spacing: &str| run(&format!("<w:pPr><w:spacing {spacing}/></w:pPr>"), "");
        for (body, is_hidden) in [
            (run("", "<w:sz w:val='2'/>"), true),
            (run("", "<w:w w:val='1'/><w:spacing w:val='-200'/>"), true),
            (line("w:line='1' w:lineRule='exact'"), true),
            (row("w:val='1' w:hRule='exact'"), true),
            (run("", "<w:sz w:val='8'/>"), false),
            (run("", "<w:w w:val='66'/>"), false),
            (line("w:line='1' w:lineRule='atLeast'"), false),
            (line("w:line='240' w:lineRule='exact'"), false),
            (line("w:before='1'"), false),
            (row("w:val='1'"), false),
        ] {
            let found = hidden(&read(&body), "text");
            assert_eq!(found.contains("943 476 5919"), is_hidden, "{body}");
        }
    }

    #[test]
    fn hidden_shapes_are_told_as_such() {
        let text = |words: &str| format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>");
        let reading = read(&format!(
            "<w:p><w:r><w:drawing><wp:anchor><wp:docPr hidden='1'/><w:txbxContent>{}</w:txbxContent></wp:anchor></w:drawing>\
             <w:pict><v:shape style='top:1px; visibility: hidden'><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict>\
             <w:t>after</w:t></w:r></w:p>",
            text("drawn"),
            text("old")
        ));
        let found = hidden(&reading, "text");
        assert!(found.contains("drawn") && found.contains("old"), "{found}");
        assert!(!found.contains("after") && suite::has(&reading, "after"));
    }

    #[test]
    fn fields_symbols_and_special_letters_are_read() {
        let reading = read(
            "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>MERGEFIELD \"NHS</w:instrText></w:r><w:r><w:instrText>Number\"</w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>943</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>\
             <w:r><w:noBreakHyphen/><w:t>476</w:t><w:tab/><w:sym w:font='Symbol' w:char='F035'/><w:t>919</w:t><w:br/><w:t>end</w:t></w:r></w:p>\
             <w:fldSimple w:instr='HYPERLINK \"https://x.test/9\"'/>\
             <w:ffData><w:name w:val='Text1'/><w:textInput><w:default w:val='the default'/></w:textInput></w:ffData>\
             <w:sdt><w:sdtPr><w:alias w:val='the alias'/><w:listItem w:displayText='shown' w:value='kept'/></w:sdtPr></w:sdt>\
             <m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>",
        );
        let all = suite::told(&reading).join("|");
        for words in [
            "943\u{2011}476\t5919\nend",
            "MERGEFIELD \"NHSNumber\"",
            "https://x.test/9",
            "the default",
            "the alias",
            "shown",
            "kept",
            "x=1",
        ] {
            assert!(all.contains(words), "{words} in {all}");
        }
    }

    #[test]
    fn white_letters_of_a_chart_are_seen_since_what_fills_it_is_not_known() {
        let chart = b"<c:chartSpace><c:txPr/><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:rPr><a:solidFill>\
            <a:srgbClr val='FFFFFF'/></a:solidFill></a:rPr><a:t>white title</a:t></a:r></a:p></c:rich></c:tx>\
            </c:title></c:chart></c:chartSpace>";
        let reading = suite::read(&sample::document_with(
            "<w:p/>",
            &[("word/charts/chart1.xml", chart)],
        ));
        assert!(suite::has(&reading, "white title"));
        assert!(suite::hidden(&reading).is_empty());
    }

    #[test]
    fn every_part_is_read_whatever_it_is_called() {
        let reading = suite::read(&sample::document_with(
            "<w:p/>",
            &[
                ("word/header9.xml", b"<w:hdr><w:p><w:r><w:t>head</w:t></w:r></w:p></w:hdr>"),
                ("word\\Comments.XML", b"<w:comments><w:comment w:author='Ash'><w:p><w:r><w:t>remark</w:t></w:r></w:p></w:comment></w:comments>"),
                ("customXml/item1.xml", b"<a><nhsNumber kind='number of NHS'>943 476 5919</nhsNumber></a>"),
                ("docProps/custom.xml", b"<Properties><property name='MRN'><vt:lpwstr>A1</vt:lpwstr></property></Properties>"),
                ("word/settings.xml", b"<w:settings><w:docVars><w:docVar w:name='n' w:val='variable'/></w:docVars><w:mailMerge><w:query w:val='SELECT 1'/></w:mailMerge></w:settings>"),
                ("word/charts/chart1.xml", b"<c:chart><c:pt idx='0'><c:v>9434765919</c:v></c:pt></c:chart>"),
                ("any/thing.dat", b"<?xml version='1.0'?><x:p><x:r><x:t>odd</x:t></x:r></x:p>"),
                ("word/_rels/document.xml.rels", b"<Relationships><Relationship Id='a' Type='x/hyperlink' TargetMode='External' Target='https://y.test/outside'/></Relationships>"),
            ],
        ));
        for words in [
            "head",
            "remark",
            "Ash",
            "nhsNumber: 943 476 5919",
            "number of NHS",
            "name: MRN lpwstr: A1",
            "n variable",
            "SELECT 1",
            "9434765919",
            "odd",
            "https://y.test/outside",
        ] {
            assert!(
                suite::has(&reading, words),
                "{words} in {:?}",
                suite::told(&reading)
            );
        }
        assert!(suite::gaps(&reading).is_empty());
    }

    #[test]
    fn a_document_under_other_names_is_one_all_the_same() {
        let bytes = sample::package(&[
            (
                "[Content_Types].xml",
                b"<Types><Override PartName='/a/b.xml' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>",
            ),
            ("_rels/.rels", b"<Relationships><Relationship Id='a' Type='x/officeDocument' Target='/a/b.xml'/></Relationships>"),
            ("a/b.xml", b"<w:document><w:p><w:r><w:t>943 476</w:t></w:r><w:r><w:t xml:space='preserve'> 5919</w:t></w:r></w:p></w:document>"),
        ]);
        assert!(suite::has(&suite::read(&bytes), "943 476 5919"));
    }

    #[test]
    fn damage_is_said_and_what_came_before_is_kept() {
        let whole = sample::document("<w:p><w:r><w:t>kept</w:t></w:r></w:p>");
        let cut = sample::package(&[(
            "word/document.xml",
            b"<w:document><w:p><w:r><w:t>kept</w:t>",
        )]);
        assert_eq!(suite::gaps(&suite::read(&cut)), ["truncated docx"]);
        assert!(suite::has(&suite::read(&cut), "kept") && suite::has(&suite::read(&whole), "kept"));
    }

    #[test]
    fn a_bomb_costs_no_more_than_its_bound() {
        let zeros = vec![b' '; 8 << 20];
        let bytes = sample::document_with("<w:p/>", &[("word/media/image1.bin", &zeros)]);
        let gaps = suite::gaps(&suite::read(&bytes));
        assert!(gaps.contains(&"too-large docx".to_owned()), "{gaps:?}");
    }
}
