//! `OpenDocument` (ISO/IEC 26300, OASIS ODF 1.3): texts, sheets, slides,
//! drawings and formulas, packed or flat; and what OpenOffice.org 1 wrote.
//!
//! ```text
//! package --members--> styles gathered --walk--> texts, sheets, slides
//!    |                                   '-----> what is hidden, each by its kind
//!    '--> pictures, objects, old versions: files inside
//! ```
//!
//! **What is not here:** Office Open XML; see `extract::office`.

mod attributes;
mod cell_styles;
mod cells;
mod changes;
mod package;
mod role;
mod sheet;
mod slide_look;
mod styles;
mod target;
mod walk;

use crate::extract::sink::{Sink, Spot};
use crate::extract::text_file::charset;
use styles::Styles;

/// Reads a packed document.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    package::read(bytes, sink);
}

/// Reads a document in one XML file; of bytes that can be read in several ways
/// the other ways are texts.
pub(in crate::extract) fn read_flat(bytes: &[u8], sink: &mut Sink<'_>) {
    let mut readings = charset::decode(bytes, None).readings.into_iter();
    let first = readings.next().unwrap_or_default();
    let mut styles = Styles::default();
    styles.gather(&first);
    styles.slides.settle();
    walk::walk(&first, &styles, Spot::default(), sink);
    if readings.next().is_some() {
        let others = charset::decode(&without_files(bytes), None).readings;
        for other in others.into_iter().skip(1) {
            sink.text(Spot::default(), other);
        }
    }
}

/// The document without the base64 of the files in it, which can be taken for
/// text in UTF-7.
fn without_files(bytes: &[u8]) -> Vec<u8> {
    const START: &[u8] = b"binary-data>";
    let mut kept = Vec::new();
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, START) {
        let (before, inside) = rest.split_at(at.saturating_add(START.len()));
        kept.extend_from_slice(before);
        let end = memchr::memchr(b'<', inside).unwrap_or(inside.len());
        rest = inside.get(end..).unwrap_or(&[]);
    }
    kept.extend_from_slice(rest);
    kept
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use base64::Engine as _;
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use crate::extract::suite::{corpus, gaps, has, hidden, read, told};

    const SPACES: &str = "xmlns:office=\"o\" xmlns:text=\"t\" xmlns:table=\"ta\" xmlns:draw=\"d\" \
                          xmlns:style=\"s\" xmlns:presentation=\"p\" xmlns:svg=\"v\"";

    fn flat(kind: &str, styles: &str, body: &str) -> Vec<u8> {
        format!(
            "<?xml version=\"1.0\"?><office:document {SPACES} office:mimetype=\"\
             application/vnd.oasis.opendocument.{kind}\"><office:automatic-styles>{styles}\
             </office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>\
             </office:body></office:document>"
        )
        .into_bytes()
    }

    fn packed(members: &[(&str, &str)]) -> Vec<u8> {
        packed_as("text", members)
    }

    fn packed_as(kind: &str, members: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let media_type = format!("application/vnd.oasis.opendocument.{kind}");
        // The media type stands plain at the beginning of the file.
        let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file("mimetype", plain).unwrap();
        zip.write_all(media_type.as_bytes()).unwrap();
        for (name, content) in members {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn is_told(bytes: &[u8], line: &str) -> bool {
        told(&read(bytes))
            .iter()
            .any(|told| told.trim_end() == line)
    }

    #[test]
    fn what_is_marked_as_hidden_is_told_as_such() {
        for (kind, body) in [
            (
                "text",
                "<text:p>a <text:hidden-paragraph text:is-hidden='true'/>943 <text:span>476</text:span> 5919</text:p>\
                 <text:p>b</text:p>",
            ),
            (
                "presentation",
                "<draw:page><draw:frame draw:display='none'><draw:text-box><text:p>943 476 5919</text:p>\
                 </draw:text-box></draw:frame><draw:frame><text:p>b</text:p></draw:frame></draw:page>",
            ),
        ] {
            let reading = read(&flat(kind, "", body));
            let told = told(&reading);
            let line = |words: &str, is_hidden: bool| {
                told.iter()
                    .any(|text| text.contains(words) && text.contains("hidden text") == is_hidden)
            };
            assert!(line("943 476 5919", true) && line("b", false), "{told:?}");
            assert!(!line("943 476 5919", false), "{told:?}");
        }
    }

    #[test]
    fn the_sound_above_a_word_does_not_break_a_number() {
        let body = "<text:p>943 <text:ruby><text:ruby-base>476</text:ruby-base>\
                    <text:ruby-text>four</text:ruby-text></text:ruby> 5919</text:p>";
        let reading = read(&flat("text", "", body));
        assert!(has(&reading, "943 476 5919") && has(&reading, "four"));
    }

    #[test]
    fn a_property_stands_behind_its_name() {
        let meta = "<office:meta><meta:user-defined meta:name='NHS No'>943 476 5919</meta:user-defined></office:meta>";
        let bytes = packed(&[("meta.xml", meta)]);
        assert!(has(&read(&bytes), "NHS No: 943 476 5919"));
    }

    #[test]
    fn runs_are_joined_and_blocks_apart() {
        let body = "<text:h>Clinic</text:h><text:p>NHS <text:span>943</text:span><text:s/>\n\
                    <text:s text:c=\"2\"/>476<text:soft-page-break/> 59<text:span>19</text:span></text:p>\
                    <table:table><table:table-row><table:table-cell><text:p>a</text:p><text:p>b\
                    </text:p></table:table-cell><table:table-cell><text:p>c</text:p></table:table-cell>\
                    </table:table-row></table:table>";
        let reading = read(&flat("text", "", body));
        assert!(
            has(&reading, "Clinic NHS 943 476 5919 a b c"),
            "{:?}",
            told(&reading)
        );
        assert!(told(&reading)[0].contains("\na b\tc\n"));
        assert!(gaps(&reading).is_empty());
    }

    #[test]
    fn what_people_do_not_see_in_a_text_is_said() {
        let styles = "<style:style style:name=\"H\"><style:text-properties text:display=\"none\"/></style:style>";
        for (body, kind) in [
            (
                "<text:p>a<text:span text:style-name=\"H\">943 476 5919</text:span>b</text:p>",
                "text",
            ),
            (
                "<text:p text:style-name=\"H\">943 476 5919</text:p>",
                "text",
            ),
            (
                "<text:section text:display=\"none\"><text:p>943 476 5919</text:p></text:section>",
                "text",
            ),
            (
                "<text:p><text:hidden-text text:string-value=\"943 476 5919\"/></text:p>",
                "text",
            ),
            (
                "<text:tracked-changes><text:changed-region><text:deletion><text:p>943 476 5919</text:p>\
                 </text:deletion></text:changed-region></text:tracked-changes>",
                "deletion",
            ),
            (
                "<text:p><draw:object><office:document office:mimetype=\"application/vnd.oasis.opendocument\
                 .spreadsheet\"><office:body><office:spreadsheet><table:table><table:table-row><table:table-cell>\
                 <text:p>943 476 5919</text:p></table:table-cell></table:table-row></table:table>\
                 </office:spreadsheet></office:body></office:document></draw:object></text:p>",
                "embedded-workbook",
            ),
            (
                "<table:dde-links><table:dde-link><table:table><table:table-row><table:table-cell \
              office:value=\"943 476 5919\"/></table:table-row></table:table></table:dde-link></table:dde-links>",
                "external-cache",
            ),
        ] {
            let reading = read(&flat("text", styles, body));
            assert!(has(&reading, "943 476 5919"), "{body}");
            assert_eq!(hidden(&reading), [kind], "{body}");
        }
    }

    #[test]
    fn a_number_of_which_a_part_is_hidden_is_told_whole() {
        let styles = "<style:style style:name=\"H\"><style:text-properties text:display=\"none\"/></style:style>";
        let changes = "<text:tracked-changes><text:changed-region text:id=\"c\"><text:deletion/></text:changed-region>\
                       <text:changed-region text:id=\"d\"><text:insertion/></text:changed-region></text:tracked-changes>";
        let start = |id: &str| format!("<text:change-start text:change-id=\"{id}\"/>");
        let end = |id: &str| format!("<text:change-end text:change-id=\"{id}\"/>");
        let hidden = "<text:span text:style-name=\"H\">19</text:span>";
        let deleted = [&start("c"), "19", &end("c"), &start("d"), "20", &end("d")].concat();
        let replaced = [&start("d"), "20", &end("d"), &start("c"), "19", &end("c")].concat();
        for (piece, kind) in [
            (hidden, "hidden text"),
            (&deleted, "a tracked deletion"),
            (&replaced, "a tracked deletion"),
        ] {
            let body = format!(
                "{changes}<text:p>before</text:p><text:p>NHS 943 476 59{piece}</text:p><text:p>after</text:p>"
            );
            let file = flat("text", styles, &body);
            let line = format!("attachment of part 1, byte 0 ({kind}): NHS 943 476 5919");
            assert!(is_told(&file, &line), "{line} in {:#?}", told(&read(&file)));
            let seen = if kind == "hidden text" { "" } else { "20" };
            let line = format!("attachment of part 1, byte 0: before\nNHS 943 476 59{seen}\nafter");
            assert!(is_told(&file, &line), "{line} in {:#?}", told(&read(&file)));
        }
        // A deletion may begin in one paragraph and end in another.
        let body = format!(
            "{changes}<text:p>one{}</text:p><text:p>NHS 943 476 5919</text:p><text:p>{}two</text:p>",
            start("c"),
            end("c")
        );
        let file = flat("text", styles, &body);
        for line in [
            "attachment of part 1, byte 0: one\ntwo",
            "attachment of part 1, byte 0 (a tracked deletion): NHS 943 476 5919",
        ] {
            assert!(is_told(&file, line), "{line} in {:#?}", told(&read(&file)));
        }
    }

    #[test]
    fn sheets_show_cells_values_and_what_is_hidden() {
        let styles = "<style:style style:name=\"S\"><style:table-properties table:display=\"false\"/></style:style>";
        let cell =
            |words: &str| format!("<table:table-cell><text:p>{words}</text:p></table:table-cell>");
        let row = |attributes: &str, cells: &str| {
            format!("<table:table-row {attributes}>{cells}</table:table-row>")
        };
        let collapse = "table:visibility=\"collapse\"";
        let body = [
            "<table:table table:name=\"One\"><table:table-column/><table:table-column ", collapse, "/>",
            &row("", &[cell("NHS No"), cell("secret"), cell("x")].concat()),
            &row("", "<table:table-cell office:value=\"9.434765919E9\" table:formula=\"of:=A9\"><text:p>9.43E+09</text:p>\
                      </table:table-cell><table:table-cell/><table:table-cell table:number-columns-repeated=\"3\"/>\
                      <table:table-cell><text:p>far</text:p></table:table-cell>"),
            &row(collapse, &cell("row")), &row("table:visibility=\"filter\"", &cell("filtered")),
            "</table:table><table:table table:name=\"Two\" table:style-name=\"S\">", &row("", &cell("sheet")),
            "</table:table><table:table table:name=\"c\" table:style-name=\"ta_extref\">", &row("", &cell("cached")),
            "</table:table>",
        ]
        .concat();
        let file = flat("spreadsheet", styles, &body);
        for line in [
            "attachment-name of part 1, sheet 1: One",
            "attachment of part 1, sheet 1, byte 0: NHS No\t\tx\t\n9.43E+09\t\t\tfar",
            "attachment of part 1, sheet 1, byte 0: NHS No\tsecret\tx\t\n9434765919\t\t\tfar\nrow\t\t\t\nfiltered",
            "attachment of part 1, sheet 1, byte 0: of:=A9",
            "attachment of part 1, sheet 1, byte 0 (a hidden column): NHS No\tsecret\tx\t\n\t\t\tfar\nrow\t\t\t\nfiltered",
            "attachment of part 1, sheet 1, byte 0 (a hidden row): NHS No\tsecret\tx\t\n\t\t\tfar\nrow\t\t\t\nfiltered",
            "attachment of part 1, sheet 1, byte 0 (rows that a filter hides): NHS No\tsecret\tx\t\n\t\t\tfar\nrow\t\t\t\nfiltered",
            "attachment of part 1, sheet 2, byte 0 (a hidden sheet): sheet",
            "attachment of part 1, sheet 3, byte 0 (values kept from another workbook): cached",
        ] {
            assert!(is_told(&file, line), "{line} in {:#?}", told(&read(&file)));
        }
    }

    #[test]
    fn cells_that_nobody_sees_are_told_apart() {
        let styles = "<style:style style:name=\"W\" style:family=\"table-cell\"><style:text-properties \
                      fo:color=\"#ffffff\"/></style:style>";
        let cell = |attributes: &str, words: &str| {
            format!("<table:table-cell {attributes}><text:p>{words}</text:p></table:table-cell>")
        };
        let body = [
            "<table:table><table:table-column/><table:table-column table:default-cell-style-name=\"W\"/>",
            "<table:table-row>",
            &cell("", "NHS No"),
            &cell("table:style-name=\"other\"", "seen"),
            "</table:table-row><table:table-row>",
            &cell("table:style-name=\"W\" office:value=\"9434765919\"", "943 476 5919"),
            &cell("", "white"),
            "</table:table-row><table:table-row>",
            &cell("table:number-columns-spanned=\"2\"", "wide"),
            "<table:covered-table-cell><text:p>covered</text:p></table:covered-table-cell>",
            "</table:table-row></table:table>",
        ]
        .concat();
        let file = flat("spreadsheet", styles, &body);
        for line in [
            "attachment of part 1, sheet 1, byte 0: NHS No\tseen\nwide",
            "attachment of part 1, sheet 1, byte 0 (hidden text): NHS No\tseen\n9434765919 943 476 5919\twhite\nwide\tcovered",
        ] {
            assert!(is_told(&file, line), "{line} in {:#?}", told(&read(&file)));
        }
    }

    #[test]
    fn a_value_without_shown_text_is_shown() {
        let cell = "<table:table><table:table-row><table:table-cell office:value=\"12\"/>\
                    </table:table-row></table:table>";
        let file = flat("spreadsheet", "", cell);
        assert!(is_told(&file, "attachment of part 1, sheet 1, byte 0: 12"));
    }

    #[test]
    fn slides_have_numbers_and_notes_are_hidden() {
        let styles = "<style:style style:name=\"P\"><style:drawing-page-properties presentation:visibility=\"hidden\"/></style:style>";
        let body = "<draw:page><draw:frame><svg:desc>picture</svg:desc><draw:text-box><text:p>one</text:p></draw:text-box>\
                    </draw:frame><presentation:notes><text:p>spoken</text:p></presentation:notes></draw:page>\
                    <draw:page draw:style-name=\"P\"><text:p>two</text:p></draw:page>";
        let file = flat("presentation", styles, body);
        for line in [
            "attachment of part 1, slide 1, byte 0: picture",
            "attachment of part 1, slide 1, byte 0: one",
            "attachment of part 1, slide 1, byte 0 (speaker notes): spoken",
            "attachment of part 1, slide 2, byte 0 (a hidden slide): two",
        ] {
            assert!(is_told(&file, line), "{line} in {:#?}", told(&read(&file)));
        }
    }

    #[test]
    fn a_package_gives_its_objects_and_says_what_is_encrypted() {
        let text = |words: &str| {
            format!(
                "<office:document-content {SPACES}><office:body><office:text><text:p>{words}</text:p></office:text>\
                     </office:body></office:document-content>"
            )
        };
        let book = format!(
            "<office:document-content {SPACES}><office:body><office:spreadsheet><table:table table:name=\"n\">\
             <table:table-row><table:table-cell office:value=\"9434765919\"/></table:table-row></table:table>\
             </office:spreadsheet></office:body></office:document-content>"
        );
        let file = packed(&[
            ("content.xml", &text("outer")),
            ("Object 1/content.xml", &book),
            ("Pictures/a.txt", "picture"),
            ("Versions/Version1", "older"),
            ("Basic/Standard/Module1.xml", "<m>Rem macro</m>"),
        ]);
        let reading = read(&file);
        for words in ["outer", "9434765919", "picture", "older", "Rem macro"] {
            assert!(has(&reading, words), "{words}");
        }
        assert_eq!(hidden(&reading), ["deletion", "embedded-workbook"]);
        let manifest = "<m:manifest xmlns:m='x'><m:file-entry m:full-path='content.xml'><m:encryption-data/>\
                        </m:file-entry></m:manifest>";
        let file = packed(&[
            ("META-INF/manifest.xml", manifest),
            ("content.xml", "\x01\x02"),
            ("meta.xml", "<a>open</a>"),
        ]);
        let reading = read(&file);
        assert_eq!(gaps(&reading), ["encrypted open-document"]);
        assert!(has(&reading, "open"));
    }

    #[test]
    fn files_in_a_flat_document_are_read_once() {
        // In UTF-7 this is text: `943476`.
        let coded = "R0lGODlh+ADkANAAzADQANwA2AAAA";
        let body = format!(
            "<draw:page><draw:image><office:binary-data>{coded}</office:binary-data></draw:image></draw:page>"
        );
        let reading = read(&flat("presentation", "", &body));
        let places = reading.gaps.iter().map(|gap| gap.location.part.to_string());
        assert_eq!(places.collect::<Vec<_>>(), ["1.1"]);
        assert!(!has(&reading, "943476"), "{:?}", told(&reading));
        // Text in UTF-7 outside of files is read all the same.
        let body = "<draw:page><text:p>+ADkANAAz- 476 5919</text:p></draw:page>";
        let reading = read(&flat("presentation", "", body));
        assert!(has(&reading, "943 476 5919"), "{:?}", told(&reading));
    }

    #[test]
    fn a_workbook_in_a_flat_document_is_told() {
        let book = packed_as("spreadsheet", &[("content.xml", "<a/>")]);
        let coded = base64::engine::general_purpose::STANDARD.encode(&book);
        let body = format!(
            "<draw:page><draw:object-ole><office:binary-data>{coded}</office:binary-data></draw:object-ole></draw:page>"
        );
        let reading = read(&flat("presentation", "", &body));
        assert_eq!(hidden(&reading), ["embedded-workbook"]);
    }

    #[test]
    fn old_writers_and_damage_are_read() {
        let old = format!(
            "<office:document-content {SPACES} office:class=\"spreadsheet\"><office:body><table:table table:name=\"n\">\
             <table:table-row><table:table-cell table:value=\"9434765919\"><text:p>9.4E9</text:p></table:table-cell>\
             </table:table-row></table:table></office:body></office:document-content>"
        );
        assert!(has(&read(&packed(&[("content.xml", &old)])), "9434765919"));
        let mut cut = flat(
            "text",
            "",
            "<text:p>before</text:p><text:p <<>943<b>476</b>5919",
        );
        cut.truncate(cut.len() - 40);
        let reading = read(&cut);
        assert!(
            has(&reading, "before") && has(&reading, "476"),
            "{:?}",
            told(&reading)
        );
        let bomb = format!(
            "<!DOCTYPE a [{}]><office:document {SPACES}><text:p>&e9; 943 476 5919</text:p></office:document>",
            "<!ENTITY e9 \"&e8;&e8;&e8;\">".repeat(9)
        );
        assert!(has(&read(bomb.as_bytes()), "943 476 5919"));
        let deep = format!(
            "<office:document {SPACES}>{}943 476 5919",
            "<text:p><table:table>".repeat(50_000)
        );
        assert!(has(&read(deep.as_bytes()), "943 476 5919"));
    }

    #[test]
    fn documents_of_other_writers_are_read() {
        for (name, words) in [
            ("testFooter.odt", "Here is footer text"),
            (
                "testOpenOffice2.odt",
                "This is a sample Open Office document",
            ),
            (
                "LibreOfficeCalc_ods_1.3.ods",
                "This is an example spreadsheet 0 1 2 3 4",
            ),
        ] {
            let Some(bytes) = corpus(&format!("tika/{name}")) else {
                return;
            };
            let reading = read(&bytes);
            assert!(has(&reading, words), "{name} {:?}", told(&reading));
        }
    }
}
