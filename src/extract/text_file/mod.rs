//! Files of text: plain text in any charset, web pages, XML, JSON, HL7 v2,
//! calendars, contacts, mailboxes and messages.
//!
//! ```text
//! bytes --charset--> readings --the kind's own reading--> texts
//!                       |
//!                       '--> files in base64, coded documents, messages
//! ```
//!
//! **What is not here:** how a file is recognised (`extract::sniff`, which asks
//! [`kind`]), the parts of a message (`extract::message`), uuencode
//! (`extract::archive`).

pub(in crate::extract) mod charset;
mod coded;
mod ebcdic;
pub(in crate::extract) mod figures;
mod fixed_page;
pub(in crate::extract) mod inline;
pub(in crate::extract) mod kind;
mod mailbox;
pub(in crate::extract) mod nature;
pub(in crate::extract) mod records;
mod shifted;
pub(in crate::extract) mod stretches;
mod wide;
mod written;
pub(in crate::extract) mod xml;

use crate::extract::escapes;
use crate::extract::html;
use crate::extract::sink::{Sink, Spot};
use crate::extract::{sniff, strings};
use crate::format::Format;
use crate::mail::GapReason;
use charset::Nature;

/// Reads a file of text of a kind.
pub(in crate::extract) fn read(
    bytes: &[u8],
    format: Format,
    media_type: &str,
    sink: &mut Sink<'_>,
) {
    let decoded = charset::decode(bytes, label(bytes).as_deref());
    if decoded.nature != Nature::Text || bytes.starts_with(b"%!") {
        // PostScript is a program that draws: its text may be in pieces.
        sink.gap(Spot::default(), GapReason::UnknownFormat);
    }
    let as_it_is = std::str::from_utf8(bytes).is_ok();
    let mut handed_on = std::str::from_utf8(bytes).is_ok();
    for reading in decoded.readings {
        let mut reading = reading;
        // In another charset the kind shows only now.
        let format = if format == Format::Text && !as_it_is {
            kind::kind(&reading, media_type)
        } else {
            format
        };
        handed_on |= one(&mut reading, format, handed_on, sink);
        sink.text(
            Spot::default(),
            figures::plain(&reading).unwrap_or_default(),
        );
        sink.text(Spot::default(), reading);
    }
}

/// Reads a file that is none of the formats known: what can be read in it,
/// and that it is not.
pub(in crate::extract) fn unknown(bytes: &[u8], sink: &mut Sink<'_>) {
    for reading in charset::decode(bytes, None).readings {
        sink.text(Spot::default(), reading);
    }
    sink.text(Spot::default(), strings::strings(bytes, strings::SHORTEST));
    sink.gap(Spot::default(), GapReason::UnknownFormat);
}

/// Reads a mailbox: each message is a file.
pub(in crate::extract) fn read_mailbox(bytes: &[u8], sink: &mut Sink<'_>) {
    let (messages, between) = mailbox::split(bytes);
    sink.text(Spot::default(), between);
    for message in messages {
        sink.file(Spot::default(), "", "message/rfc822", message);
    }
}

/// Reads a message that stands in a file. One that is only called so, and has
/// nothing that people don't write themselves, is read as it stands too.
pub(in crate::extract) fn read_message(bytes: &[u8], sink: &mut Sink<'_>) {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut start = start.trim_ascii_start();
    let line = memchr::memchr(b'\n', start).map_or(0, |at| at.saturating_add(1));
    let (first, behind) = start.split_at_checked(line).unwrap_or((b"", start));
    if !first.is_empty() && first.trim_ascii_end().iter().all(u8::is_ascii_digit) {
        start = behind;
    }
    let text = String::from_utf8_lossy(start);
    let transported = kind::message_in_text(&text).is_some() || text.contains("\nReceived:");
    if !transported {
        for reading in charset::decode(start, None).readings {
            sink.text(Spot::default(), reading);
        }
    }
    sink.message(start.to_vec());
}

/// What of a text is read besides the text itself, and whether it was handed on
/// as a file: that is done once, however many readings there are.
fn one(text: &mut String, format: Format, handed_on: bool, sink: &mut Sink<'_>) -> bool {
    let spot = Spot::default();
    if text.contains("-----BEGIN PGP MESSAGE-----") {
        sink.gap(spot, GapReason::Encrypted);
    }
    if format == Format::Html {
        let page = html::page(text);
        files(inline::in_page(text), sink);
        for (kind, hidden) in page.hidden {
            sink.text(spot.hidden(kind), hidden);
        }
        sink.text(spot, page.shown);
        *text = page.all;
        return false;
    }
    if matches!(format, Format::Xml | Format::Cda) {
        let inner = xml::text(text);
        sink.text(spot, figures::plain(&inner).unwrap_or_default());
        sink.text(spot, inner);
        for layer in html::layers(text) {
            sink.text(spot, layer);
        }
        let page = fixed_page::read(text);
        if xml::has_own_entities(text) || page.as_ref().is_some_and(|page| page.is_partial) {
            sink.gap(spot, GapReason::UnknownFormat);
        }
        sink.text(spot, page.map_or_else(String::new, |page| page.text));
        files(inline::long_values(text), sink);
    } else if format == Format::Json {
        let unescaped = escapes::json_unescaped(text);
        for layer in html::layers(unescaped.as_deref().unwrap_or(text)) {
            sink.text(spot, layer);
        }
        sink.text(spot, unescaped.unwrap_or_default());
        files(inline::long_values(text), sink);
    } else if matches!(format, Format::Calendar | Format::Vcard) {
        let (unfolded, inside) = records::read(text);
        sink.text(spot, unfolded);
        files(inside, sink);
    } else {
        plain(text, sink);
    }
    files(inline::data_addresses(text), sink);
    // What is coded in a text of another charset is handed on decoded; what
    // needed no decoding was recognised before.
    let coded = !handed_on && sniff::coded_text(text).is_some();
    if coded {
        sink.file(spot, "", "", text.clone().into_bytes());
    }
    coded
}

/// What else is read of a text of no kind, or of HL7.
fn plain(text: &str, sink: &mut Sink<'_>) {
    let spot = Spot::default();
    for layer in html::layers(text) {
        sink.text(spot, layer);
    }
    if text.contains("MSH|") || text.contains("\nOBX|") || text.contains("\rOBX|") {
        files(inline::long_values(text), sink);
        sink.text(spot, hl7_unescaped(text).unwrap_or_default());
        return;
    }
    match inline::whole(text.as_bytes()) {
        Some(file) => files(vec![file], sink),
        None => files(stretches::files(text), sink),
    }
}

fn files(found: Vec<inline::Inline>, sink: &mut Sink<'_>) {
    for file in found {
        if !file.bytes.is_empty() {
            sink.file(Spot::default(), "", &file.media_type, file.bytes);
        }
    }
}

/// A text of HL7 v2 without its escapes (HL7 v2.5 section 2.7): characters in
/// hexadecimal (`\X39\`), separators, emphasis, ends of lines; `None` where
/// there are none.
fn hl7_unescaped(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        // The separators themselves are named at the start of a message.
        let escape = after
            .split_once('\\')
            .filter(|(name, _)| name.len() <= HL7_ESCAPE);
        match escape.and_then(|(name, behind)| Some((hl7_escape(name)?, behind))) {
            Some((meant, behind)) => {
                out.push_str(&meant);
                rest = behind;
            }
            None => {
                out.push('\\');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

/// The longest escape that is looked at, in bytes.
const HL7_ESCAPE: usize = 200;

/// What an escape stands for, by what is between its marks.
fn hl7_escape(name: &str) -> Option<String> {
    let meant = match name {
        // The beginning and the end of an emphasis.
        "H" | "N" => "",
        "F" => "|",
        "S" => "^",
        "T" => "&",
        "R" => "~",
        "E" => "\\",
        _ if name.starts_with('.') => "\n",
        _ => {
            let digits = name.strip_prefix('X')?.as_bytes();
            let is_hexadecimal = digits.iter().all(u8::is_ascii_hexdigit);
            let bytes = inline::from_hex(digits);
            return is_hexadecimal.then(|| String::from_utf8_lossy(&bytes).into_owned());
        }
    };
    Some(meant.to_owned())
}

/// The charset that a web page or an XML file says of itself in its beginning.
fn label(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..2048).unwrap_or(bytes).to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    let (_, after) = head
        .split_once("charset=")
        .or_else(|| head.split_once("encoding="))?;
    let after = after.trim_start_matches(['"', '\'', ' ']);
    let length = after
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .count();
    after.get(..length).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use crate::extract::suite::{corpus, gaps, has, read, read_named, told};
    use crate::limits::Limits;

    const NUMBER: &str = "943 476 5919";

    fn is_told(bytes: &[u8], line: &str) -> bool {
        told(&read(bytes))
            .iter()
            .any(|told| told.trim_end() == line)
    }

    #[test]
    fn columns_stay_as_they_are() {
        let table = "Name;NHS No\n\"A;B\";9434765919\n";
        assert!(is_told(
            table.as_bytes(),
            &format!("attachment of part 1, byte 0: {}", table.trim_end())
        ));
        let wide: Vec<u8> = table.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(is_told(
            &wide,
            &format!("attachment of part 1, byte 0: {}", table.trim_end())
        ));
        assert!(gaps(&read(&wide)).is_empty());
    }

    #[test]
    fn messages_in_files_are_nested_and_their_files_inside_them() {
        let inner = STANDARD.encode(format!("NHS {NUMBER}"));
        let message = format!(
            "Received: by x\r\nFrom: a@b.test\r\nSubject: letter\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; \
             boundary=x\r\n\r\n--x\r\n\r\nbody\r\n--x\r\nContent-Type: application/octet-stream; name=a.bin\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{inner}\r\n--x--\r\n"
        );
        for file in [
            message.clone(),
            format!("1234\n{message}"),
            format!("\u{feff}{message}"),
        ] {
            assert!(
                is_told(
                    file.as_bytes(),
                    &format!("nested of part 1.2, byte 0: NHS {NUMBER}")
                ),
                "{:#?}",
                told(&read(file.as_bytes()))
            );
            assert!(is_told(file.as_bytes(), "nested of part 1.1, byte 0: body"));
        }
        let mailbox = format!("From a@b Thu Jan 1\n{message}\nFrom a@b Fri Jan 2\n{message}");
        assert!(is_told(
            mailbox.as_bytes(),
            &format!("nested of part 1.2.2, byte 0: NHS {NUMBER}")
        ));
        // A letter that only begins like a message is read as it stands.
        let letter = format!("Date: {NUMBER}\nTo: ward\n\nx");
        assert!(has(&read(letter.as_bytes()), NUMBER));
    }

    #[test]
    fn a_message_in_itself_ends() {
        let mut message = String::from("NHS 943 476 5919");
        for _ in 0..30 {
            let coded = STANDARD.encode(&message);
            message = format!(
                "Received: x\nMIME-Version: 1.0\nContent-Type: application/octet-stream\n\
                 Content-Transfer-Encoding: base64\n\n{coded}\n"
            );
        }
        assert!(
            gaps(&read(message.as_bytes()))
                .iter()
                .any(|gap| gap.starts_with("too-deep"))
        );
    }

    #[test]
    fn records_of_patients_reach_the_scanner_as_they_stand() {
        let segments = "MSH|^~\\&|A\rPID|1||9434765919^^^NHS^NH||A^B\r";
        let framed = format!("\u{b}{segments}\u{1c}\r");
        assert!(has(
            &read(framed.as_bytes()),
            "PID|1||9434765919^^^NHS^NH||A^B"
        ));
        assert!(gaps(&read(framed.as_bytes())).is_empty());
        assert!(has(
            &read(b"MSH|^~\\&|A\rNTE|1||943 \\X34373620\\5919\r"),
            NUMBER
        ));
        let fhir = "<Patient xmlns=\"http://hl7.org/fhir\"><identifier><system value=\"https://fhir.nhs.uk/Id/nhs-number\"/>\
                    <value value=\"9434765919\"/></identifier></Patient>";
        assert!(has(&read(fhir.as_bytes()), "<value value=\"9434765919\"/>"));
        let cda = "<ClinicalDocument><id root='2.16.840.1.113883.2.1.4.1' extension='9434765919'/><text>943 \
                   <content>476</content> 5919</text></ClinicalDocument>";
        assert!(
            has(&read(cda.as_bytes()), "extension='9434765919'")
                && has(&read(cda.as_bytes()), NUMBER)
        );
        assert!(has(&read(br#"{"a":"943\u0020476\n5919"}"#), "943 476 5919"));
    }

    #[test]
    fn files_in_values_are_read() {
        let inner = STANDARD.encode(format!("{{\\rtf1 no}} {NUMBER}\n").repeat(20));
        let quoted = format!("{{\"resourceType\":\"Binary\",\"data\":\"{inner}\"}}");
        let element = format!(
            "<nonXMLBody><text mediaType='x/y' representation='B64'>\n{inner}\n</text></nonXMLBody>"
        );
        let field = format!("MSH|^~\\&|A\rOBX|1|ED|x||^application^pdf^Base64^{inner}||\r");
        let page = format!("<html><img src='data:text/plain;base64,{inner}'>");
        let sheet = format!("a {{ b: url(data:text/plain;base64,{inner}) }}");
        let card = format!("BEGIN:VCARD\nPHOTO;ENCODING=b:{inner}\nEND:VCARD");
        for file in [quoted, element, field, page, sheet, card, inner.clone()] {
            let reading = read(file.as_bytes());
            assert!(
                reading
                    .texts
                    .iter()
                    .any(|(place, _)| place.part.depth() == 2)
                    || !gaps(&reading).is_empty(),
                "{file}"
            );
        }
    }

    #[test]
    fn a_number_in_a_binary_file_is_found_and_the_gap_said() {
        let mut file: Vec<u8> = (0..=255).cycle().take(3000).collect();
        file.extend(NUMBER.as_bytes());
        file.push(0);
        let reading = read(&file);
        assert!(has(&reading, NUMBER));
        assert_eq!(gaps(&reading), ["unknown-format document"]);
        let sound = [
            b"ID3\x04\0\0".to_vec(),
            NUMBER.as_bytes().to_vec(),
            vec![1, 2, 3],
        ]
        .concat();
        assert!(has(&read(&sound), NUMBER));
        assert_eq!(gaps(&read(&sound)), ["unknown-format audio"]);
    }

    #[test]
    fn entities_of_a_document_grow_nothing() {
        let entity =
            |n: usize| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10));
        let entities: Vec<String> = (1..10).map(entity).collect();
        let bomb = format!(
            "<!DOCTYPE a [<!ENTITY e0 \"{NUMBER}\">{}]><a>&e9;</a>",
            entities.concat()
        );
        let reading = read(bomb.as_bytes());
        assert!(has(&reading, NUMBER));
        assert_eq!(gaps(&reading), ["unknown-format xml"]);
        assert!(
            reading
                .texts
                .iter()
                .map(|(_, text)| text.reveal().len())
                .sum::<usize>()
                < 4 * bomb.len()
        );
    }

    #[test]
    fn what_its_sender_calls_it_decides_only_among_texts() {
        let limits = Limits::default();
        let page = read_named(b"943<b>476</b>5919", "a.htm", "text/html", &limits);
        assert!(has(&page, "9434765919"));
        let text = read_named(b"NHS 943 476 5919", "a.png", "image/png", &limits);
        assert!(has(&text, NUMBER) && gaps(&text).is_empty());
    }

    #[test]
    fn mailboxes_of_the_corpus_are_read() {
        for (name, words) in [
            ("headers.mbox", "Test content"),
            ("quoted.mbox", "quoted stuff"),
            ("testMBOX_complex.mbox", "My name is Another Person. body 1"),
            ("testICalendar.ics", "BEGIN:VEVENT"),
            ("testLotusEml.eml", "Lotus"),
        ] {
            let Some(bytes) = corpus(&format!("tika/{name}")) else {
                return;
            };
            assert!(
                has(&read(&bytes), words),
                "{name} {:?}",
                told(&read(&bytes))
            );
        }
    }
}
