//! What is not on a page: embedded files, forms in XML, metadata, and pages
//! and drawings that nothing leads to (ISO 32000-1 sections 7.11, 12.7.8,
//! 14.3).
//!
//! Every object of the file is looked at, wherever it hangs.

use std::collections::BTreeSet;

use super::document::Document;
use super::object::{Dict, Object, Stream};
use super::pages::Pages;
use super::strings;
use super::text_string;
use super::xml;
use crate::extract::sink::Spot;
use crate::location::Hidden;
use crate::mail::GapReason;

/// Reads all objects that were not read as part of a page.
pub(super) fn read<'o>(document: &'o Document<'_, '_, '_>, pages: &mut Pages<'o, '_, '_, '_>) {
    let desk = document.desk;
    let exempt = document.trailer.get(b"Encrypt").id();
    let about = document.trailer.get(b"Info").id();
    let mut handed = BTreeSet::new();
    let mut loose_files = Vec::new();
    for number in document.numbers() {
        if Some(number) == exempt || !desk.spend(20) {
            continue;
        }
        if !desk.first_time(document.place(number)) && desk.is_superseded() {
            continue;
        }
        let object = document.object(number);
        let dict = object.dict();
        if dict.is(b"XRef") || dict.is(b"ObjStm") {
            continue;
        }
        if dict.is(b"Page") && !pages.nodes.contains(&number) {
            pages.loose(dict);
        }
        if !pages.notes.contains(&number) {
            let said = strings::of(document, object, Spot::default());
            if Some(number) == about {
                desk.about(&said);
            } else {
                desk.text_once(Spot::default(), &said);
            }
        }
        inner_dicts(object, &mut |dict| {
            if dict.has(b"EF") {
                embedded(document, dict, &mut handed);
            }
            if dict.has(b"XFA") {
                form_in_xml(document, dict.get(b"XFA"));
            }
        });
        if let Some(stream) = object.stream() {
            match kind(document, stream) {
                Kind::Metadata => metadata(document, stream),
                Kind::File => loose_files.push(stream),
                Kind::Form => pages.loose_form(stream, Spot::default().hidden(Hidden::Text)),
                Kind::Pattern => pages.loose_form(stream, Spot::default()),
                Kind::Other => {}
            }
        }
    }
    for stream in loose_files {
        if handed.insert(stream.start) {
            hand_on(document, stream, "");
        }
    }
}

/// What a stream is.
enum Kind {
    Metadata,
    File,
    Form,
    Pattern,
    Other,
}

fn kind(document: &Document<'_, '_, '_>, stream: &Stream) -> Kind {
    let name = |key: &[u8]| document.get(stream.dict.get(key)).name();
    match (name(b"Type"), name(b"Subtype")) {
        (b"Metadata", _) => Kind::Metadata,
        (b"EmbeddedFile" | b"3D" | b"Sound", _) => Kind::File,
        (_, b"Form") => Kind::Form,
        _ if stream.dict.has(b"PatternType") => Kind::Pattern,
        _ => Kind::Other,
    }
}

/// The dictionaries of an object, itself too.
// INVARIANT: the depth of objects is bounded where they are read.
fn inner_dicts<'o>(object: &'o Object, see: &mut impl FnMut(&'o Dict)) {
    if let Object::Array(items) = object {
        for item in items {
            inner_dicts(item, see);
        }
    }
    let dict = object.dict();
    if !dict.is_empty() {
        see(dict);
        for (_, value) in dict.iter() {
            if matches!(value, Object::Array(_) | Object::Dict(_)) {
                inner_dicts(value, see);
            }
        }
    }
}

fn metadata(document: &Document<'_, '_, '_>, stream: &Stream) {
    let decoded = document.decode(stream);
    if let Some(why) = decoded.why {
        document.desk.gap(Spot::default(), why);
    }
    document.desk.about(&xml::labelled(&decoded.bytes));
}

/// A form in XML: one stream, or names and streams in turn.
fn form_in_xml(document: &Document<'_, '_, '_>, form: &Object) {
    let form = document.get(form);
    let mut all = Vec::new();
    for part in std::iter::once(form).chain(form.array()) {
        if let Some(stream) = document.get(part).stream() {
            let decoded = document.decode(stream);
            if let Some(why) = decoded.why {
                document.desk.gap(Spot::default(), why);
            }
            all.extend_from_slice(&decoded.bytes);
        }
    }
    document
        .desk
        .text_once(Spot::default(), &xml::labelled(&all));
}

/// The file of a file specification, under its best name; all streams of it,
/// as they need not be the same.
fn embedded(document: &Document<'_, '_, '_>, specification: &Dict, handed: &mut BTreeSet<usize>) {
    let names = [b"UF".as_slice(), b"F", b"Unix", b"DOS", b"Mac"];
    let name = names
        .iter()
        .find_map(|key| document.get(specification.get(key)).text());
    let name = name.map(text_string::decode).unwrap_or_default();
    let files = document.get(specification.get(b"EF")).dict();
    let mut found = false;
    for (_, file) in files.iter() {
        if let Some(stream) = document.get(file).stream() {
            found = true;
            if handed.insert(stream.start) {
                hand_on(document, stream, &name);
            }
        }
    }
    if !found {
        document
            .desk
            .unread_file(Spot::default(), &name, GapReason::Broken);
    }
}

fn hand_on(document: &Document<'_, '_, '_>, stream: &Stream, name: &str) {
    let media_type = document.get(stream.dict.get(b"Subtype")).name();
    let media_type = String::from_utf8_lossy(media_type).into_owned();
    let decoded = document.decode(stream);
    match decoded.why {
        Some(why) if decoded.bytes.is_empty() => {
            document.desk.unread_file(Spot::default(), name, why);
            return;
        }
        Some(why) => document.desk.gap(Spot::default(), why),
        None => {}
    }
    document
        .desk
        .file(Spot::default(), name, &media_type, decoded.bytes);
}

/// The strings of a trailer: what the file says of itself may stand there.
pub(super) fn trailer(document: &Document<'_, '_, '_>) {
    let info = document.trailer.get(b"Info");
    if info.id().is_none() {
        let said = strings::of(document, info, Spot::default());
        document.desk.text_once(Spot::default(), &said);
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::pdf::trial::{page_with, stream};
    use crate::extract::suite::{corpus, has, hidden, read, told};

    const NUMBER: &str = "943 476 5919";

    #[test]
    fn text_beside_the_pages_is_read() {
        let xfa = format!("<xdp><nhs>{NUMBER}</nhs></xdp>");
        let script = format!("alert('{NUMBER}')");
        for object in [
            format!("<</Title({NUMBER})/Dest[3 0 R/Fit]>>"),
            format!("<</T(nhs)/V({NUMBER})>>"),
            format!("<</T(nhs)/Opt[[(1)({NUMBER})]]>>"),
            format!("<</S/URI/URI(https://x.example/{NUMBER})>>"),
            format!("<</S/JavaScript/JS({script})>>"),
            format!("<</S/Figure/Alt({NUMBER})>>"),
            format!("<</Nums[0<</P({NUMBER})>>]>>"),
            format!("({NUMBER})"),
            format!("[[({NUMBER})]]"),
            "<</S/JavaScript/JS 7 0 R>>".to_owned(),
            "<</XFA[(a)7 0 R]>>".to_owned(),
        ] {
            let streams = [xfa.as_str(), script.as_str()];
            let text = streams[usize::from(object.contains("JS"))];
            let more = [object.clone().into_bytes(), stream("", text.as_bytes())];
            let file = page_with("", "", &more);
            assert!(has(&read(&file), NUMBER), "{object}");
        }
    }

    #[test]
    fn an_embedded_file_is_handed_on_under_its_name() {
        let more = [
            b"<</Type/Filespec/F(a.htm)/UF(\xFE\xFF\0b\0.\0h\0t\0m)/EF<</F 7 0 R>>>>".to_vec(),
            stream("/Type/EmbeddedFile/Subtype/text#2Fhtml", b"<p>nobody</p>"),
        ];
        let reading = read(&page_with("", "", &more));
        let all = told(&reading);
        let name = "attachment-name of part 1.1, page 1: b.htm".to_owned();
        let other = "attachment-name of part 1.1: b.htm".to_owned();
        assert!(all.contains(&name) || all.contains(&other), "{all:?}");
    }

    #[test]
    fn pages_and_drawings_that_nothing_leads_to_are_hidden() {
        let text = format!("BT /F 9 Tf ({NUMBER}) Tj ET");
        let own = "/Resources<</Font<</F 5 0 R>>>>";
        for more in [
            vec![
                format!("<</Type/Page/Contents 7 0 R{own}>>").into_bytes(),
                stream("", text.as_bytes()),
            ],
            vec![
                b"<<>>".to_vec(),
                stream(&format!("/Subtype/Form{own}"), text.as_bytes()),
            ],
        ] {
            let mut objects = vec![b"null".to_vec()];
            objects.extend(more);
            let file = page_with("", "", &objects);
            let file = String::from_utf8(file).unwrap().replace("7 0 R", "8 0 R");
            let reading = read(file.as_bytes());
            assert!(has(&reading, NUMBER), "{:?}", told(&reading));
            assert_eq!(hidden(&reading), ["text"]);
        }
    }

    #[test]
    fn forms_in_xml_and_files_in_files_of_the_corpus_are_read() {
        if let Some(file) = corpus("tika/testPDF_XFA_govdocs1_258578.pdf") {
            assert!(has(&read(&file), "my_date1"));
        }
        if let Some(file) = corpus("tika/testPDF_deeplyEmbeddedAttachments.pdf") {
            assert!(has(&read(&file), "files/orig(13).pdf"));
        }
    }
}
