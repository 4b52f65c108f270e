//! Reading: wherever and however a number is written, it is found, and what
//! can't be read is said.

#[path = "support/mod.rs"]
mod support;

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use gatepost::extract::{InProcess, extract};
use gatepost::limits::Limits;
use gatepost::mail::Message;
use support::reading::{read, read_within};
use zip::write::SimpleFileOptions;

fn zip(name: &str, text: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file(name, options).expect("memory");
    zip.write_all(text.as_bytes()).expect("memory");
    zip.finish().expect("memory").into_inner()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(text).expect("memory");
    gzip.finish().expect("memory")
}

/// Valid and never issued.
const NUMBER: &str = "9434765919";

fn part(headers: &str, body: &str) -> String {
    format!("Subject: x\r\nMIME-Version: 1.0\r\n{headers}\r\n{body}\r\n")
}

#[test]
fn every_transfer_encoding() {
    for (encoding, body) in [
        ("7bit", "NHS No 943 476 5919"),
        ("8bit", "NHS No 943 476 5919 \u{e9}"),
        ("binary", "NHS No 943 476 5919"),
        ("quoted-printable", "NHS No 943 47=\r\n6 5=391=39"),
        ("Quoted-Printable", "NHS=20No=20943=20476=205919"),
        ("base64", "TkhTIE5vIDk0MyA0NzYgNTkxOQ=="),
        ("BASE64", "TkhTIE5v\r\nIDk0MyA0\r\nNzYgNTkxOQ=="),
        // What strict decoders refuse and mail programs show all the same.
        ("base64", "TkhTIE5vIDk0!MyA0NzYgNTkxOQ"),
        ("base64 (comment)", "TkhTIE5vIDk0MyA0NzYgNTkxOQ=="),
        ("x-base64", "TkhTIE5vIDk0MyA0NzYgNTkxOQ=="),
        (
            "quoted-printable",
            "NHS No 943=ZZ 476 5919, 943=20476=205919",
        ),
    ] {
        let message = part(
            &format!(
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n"
            ),
            body,
        );
        let read = read(message.as_bytes());
        assert!(read.has(NUMBER), "{encoding}: {body}: {read:?}");
    }
}

#[test]
fn damage_is_said_even_where_it_was_read() {
    let message = part(
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n",
        "TkhTIE5vIDk0!MyA0NzYgNTkxOQ",
    );
    assert_eq!(read(message.as_bytes()).gaps, ["broken"]);
}

#[test]
fn every_charset_even_under_a_wrong_label() {
    let text = "NHS No 943 476 5919";
    let utf16 = |text: &str, big: bool, mark: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        let units = mark.then_some(0xfeff).into_iter().chain(units);
        units
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("us-ascii", text.into()),
        ("utf-8", format!("{text} \u{1f600}").into()),
        ("iso-8859-1", b"Ren\xe9 NHS No 943\xa0476\xa05919".to_vec()),
        (
            "windows-1252",
            b"\x93NHS No\x94 943\x96476\x965919".to_vec(),
        ),
        ("koi8-r", b"\xce\xcf\xcd\xc5\xd2 943 476 5919".to_vec()),
        ("shift_jis", b"\x94\xd4\x8d\x86 943 476 5919".to_vec()),
        ("gb18030", b"\xba\xc5 943 476 5919".to_vec()),
        ("euc-kr", b"\xb9\xf8 943 476 5919".to_vec()),
        ("iso-2022-jp", b"\x1b$B$\"\x1b(B 943 476 5919".to_vec()),
        ("utf-16", utf16(text, false, true)),
        ("utf-16le", utf16(text, false, false)),
        ("utf-16be", utf16(text, true, false)),
        ("utf-7", b"NHS No 943+AKA-476+AKA-5919".to_vec()),
        // Wrong labels: a mail program may guess better than the label.
        ("utf-16", text.into()),
        ("utf-8", b"NHS No 943\xa0476\xa05919".to_vec()),
        ("us-ascii", utf16(text, false, false)),
        ("x-unknown", text.into()),
        ("", text.into()),
    ];
    for (charset, bytes) in cases {
        let mut message = format!(
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"{charset}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n"
        )
        .into_bytes();
        message.extend_from_slice(base64(&bytes).as_bytes());
        assert!(
            read(&message).has(NUMBER),
            "{charset}: {:?}",
            read(&message)
        );
    }
}

fn base64(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let mut bits = 0_u32;
        for index in 0..3 {
            bits = bits << 8 | u32::from(*group.get(index).unwrap_or(&0));
        }
        for index in 0..4 {
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            let letter = letters[(bits >> (18 - 6 * index) & 63) as usize] as char;
            let _ = write!(out, "{}", if index > group.len() { '=' } else { letter });
        }
    }
    out
}

#[test]
fn html_entities_tags_and_what_is_not_shown() {
    for body in [
        "<p>NHS No 943 476 5919</p>",
        "<p>NHS No 943&nbsp;476&#8209;5919</p>",
        "<p>NHS No &#57;4347&#x36;5919</p>",
        "<p>NHS No <b>943</b> <i>4</i>76 <span style=\"color:red\">59</span>19</p>",
        "<table><tr><td>NHS No</td><td>943</td><td>476</td><td>5919</td></tr></table>",
        "<p>x<img alt=\"NHS No 943 476 5919\"></p>",
        "<p title=\"NHS No 943 476 5919\">x</p>",
        "<a href=\"https://x.example/?nhs_number=9434765919\">x</a>",
        "<div style=\"display:none\">NHS No 943 476 5919</div>",
        "<!-- NHS No 943 476 5919 -->",
        "<!--[if mso]><p>NHS No 943<b>476</b>5919</p><![endif]-->",
        "<p>NHS No 943\r\n476\r\n5919",
        "<scr<script>ipt></script>NHS No 943 476 5919",
        "<script>var nhs_number=9434765919</script>x",
        "<noscript>NHS No 943<b>476</b>5919</noscript>",
        "<p>NHS No 943\r\n\t\t\t\t476\r\n          5919</p>",
        "<tr><td>\r\n<p>943</p>\r\n</td>\r\n<td>\r\n<p>476</p></td><td>5919</td>",
        "<tr><td>Smith<td>9434765919<td>Jones</table>",
        "<a href=\"mailto:x@y.test?subject=NHS%20number%20943%20476%205919\">x</a>",
        "<svg><style><p>NHS No 943 476 5919</p></style></svg>",
        "NHS No 943 476 5919<sup>1</sup>",
    ] {
        let message = part("Content-Type: text/html; charset=utf-8\r\n", body);
        assert!(read(message.as_bytes()).has(NUMBER), "{body}");
    }
}

#[test]
fn subjects_and_other_headers() {
    for value in [
        "NHS No 943 476 5919",
        "=?utf-8?q?NHS_No_943_476_5919?=",
        "=?utf-8?b?TkhTIE5vIDk0MyA0NzYgNTkxOQ==?=",
        "NHS No =?utf-8?q?943_47?= =?utf-8?q?6_5919?=",
        "NHS No =?utf-8?b?OTQzIDQ3?=\r\n =?utf-8?b?NiA1OTE5?=",
        "NHS No 943\r\n 476\r\n\t5919",
        "=?utf-8?b?TkhTIO+8mQ==?= =?utf-8?q?434765919?=",
    ] {
        let message = format!("Subject: {value}\r\n\r\nx\r\n");
        assert_eq!(
            read(message.as_bytes()).places(NUMBER),
            ["subject"],
            "{value}"
        );
        let message = format!("Subject: x\r\nX-Patient: {value}\r\n\r\nx\r\n");
        assert_eq!(
            read(message.as_bytes()).places(NUMBER),
            ["header"],
            "{value}"
        );
    }
    let named = "Subject: x\r\nTo: \"NHS No 943 476 5919\" <a@b.test>\r\n\r\nx\r\n";
    assert!(read(named.as_bytes()).has(NUMBER));
    let machine = "Subject: x\r\nMessage-ID: <9434765919@x.test>\r\n\r\nx\r\n";
    assert!(!read(machine.as_bytes()).has(NUMBER));
}

#[test]
fn names_of_attachments() {
    for parameters in [
        "filename=\"NHS 9434765919.pdf\"",
        "filename=NHS_9434765919_letter.pdf",
        "filename*=utf-8''NHS%20943%20476%205919.pdf",
        "filename*0=\"NHS No 943 47\"; filename*1=\"6 5919.pdf\"",
        "filename*0*=utf-8''NHS%20No%20943; filename*1*=%20476; filename*2=\" 5919.pdf\"",
        "filename=\"=?utf-8?q?NHS_No_943_476_5919=2Epdf?=\"",
    ] {
        let message = part(
            &format!(
                "Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n {parameters}\r\n"
            ),
            "%PDF-1.7",
        );
        let read = read(message.as_bytes());
        assert!(
            read.places(NUMBER).contains(&"attachment-name"),
            "{parameters}: {read:?}"
        );
        // It is the beginning of a PDF, and no more.
        assert!(read.gaps.contains(&String::from("truncated")), "{read:?}");
    }
    let by_type = part(
        "Content-Type: application/pdf; name=\"NHS 9434765919\"\r\n",
        "%PDF-1.7",
    );
    assert!(read(by_type.as_bytes()).has(NUMBER));
}

fn nested(levels: usize, encoding: &str) -> String {
    let mut message = String::from("Subject: NHS No 943 476 5919\r\n\r\nNHS No 943 476 5919\r\n");
    for _ in 0..levels {
        let body = if encoding == "base64" {
            let coded = base64(message.as_bytes());
            coded
                .as_bytes()
                .chunks(76)
                .map(|line| String::from_utf8_lossy(line).into_owned() + "\r\n")
                .collect()
        } else {
            message
        };
        message = format!(
            "Subject: fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b{0}\r\n\r\n\
             --b{0}\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n--b{0}--\r\n",
            body.len()
        );
    }
    message
}

#[test]
fn forwarded_messages_down_to_the_bound_and_beyond_it_a_gap() {
    for encoding in ["7bit", "base64"] {
        for levels in [1, 3, 5, 8] {
            let read = read(nested(levels, encoding).as_bytes());
            assert!(read.has(NUMBER), "{encoding}, {levels} levels: {read:?}");
            assert_eq!(read.places(NUMBER)[0], "nested");
            assert!(read.gaps.is_empty(), "{encoding}, {levels}: {read:?}");
        }
        let deep = read(nested(10, encoding).as_bytes());
        assert!(
            deep.gaps.contains(&String::from("too-deep")),
            "{encoding}: {deep:?}"
        );
    }
}

#[test]
fn other_text_is_read_and_other_attachments_are_gaps() {
    for kind in [
        "text/csv",
        "application/octet-stream",
        "application/vnd.ms-excel",
    ] {
        let head = format!("Content-Type: {kind}\r\n");
        let csv = part(&head, "name,nhs_number\r\nA Test,9434765919\r\n");
        assert!(read(csv.as_bytes()).has(NUMBER), "{kind}");
    }
    let cases = [
        ("application/pdf", "%PDF-1.7", "truncated"),
        ("application/octet-stream", "\x01\x02\x03", "unknown-format"),
        ("application/pdf", "Rar!\x1a\x07\x01\0", "unknown-format"),
        ("image/png", "\u{89}PNG\r\n\x1a\n", "unknown-format"),
    ];
    for (kind, body, gap) in cases {
        let message = part(&format!("Content-Type: {kind}\r\n"), body);
        let gaps = read(message.as_bytes()).gaps;
        assert!(gaps.iter().any(|said| said == gap), "{kind}: {gaps:?}");
    }
    let mut image = part(
        "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n",
        "",
    )
    .into_bytes();
    image.extend_from_slice(b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk");
    assert_eq!(read(&image).gaps, ["image"]);
    let empty = part("Content-Type: application/pdf\r\n", "");
    assert!(read(empty.as_bytes()).gaps.is_empty());
}

/// The gaps of a message: the reason, then the format if there is one.
fn told(raw: &[u8]) -> Vec<String> {
    let limits = Limits::default();
    let message = Message::parse(raw.to_vec(), &limits);
    let gaps = extract(&message, &limits, &InProcess).gaps.into_iter();
    let words = gaps.map(|gap| match gap.format {
        Some(format) => format!("{} {}", gap.why.word(), format.word()),
        None => gap.why.word().to_owned(),
    });
    words.collect()
}

#[test]
fn what_is_encrypted_is_said_with_its_format() {
    // An envelope (RFC 5652) with nothing in it.
    let envelope = "MBgGCSqGSIb3DQEHA6ALMAkCAQAxADAAMAA=";
    let armour = "-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n-----END PGP MESSAGE-----";
    let transfer = "Content-Transfer-Encoding: base64\r\n";
    for (headers, body, format) in [
        (
            format!(
                "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n{transfer}"
            ),
            envelope.to_owned(),
            "smime",
        ),
        (
            format!("Content-Type: application/x-pkcs7-mime; name=smime.p7m\r\n{transfer}"),
            envelope.to_owned(),
            "smime",
        ),
        (
            format!("Content-Type: application/octet-stream; name=smime.p7m\r\n{transfer}"),
            envelope.to_owned(),
            "smime",
        ),
        (
            String::from("Content-Type: text/plain\r\n"),
            armour.to_owned(),
            "pgp",
        ),
        (
            String::from(
                "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n",
            ),
            format!(
                "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\
                 --b\r\nContent-Type: application/octet-stream\r\n\r\n{armour}\r\n--b--"
            ),
            "pgp",
        ),
    ] {
        let told = told(part(&headers, &body).as_bytes());
        assert!(
            told.contains(&format!("encrypted {format}")),
            "{headers}{told:?}"
        );
        assert!(
            told.iter().all(|gap| gap.starts_with("encrypted")),
            "{headers}{told:?}"
        );
    }
    // What only a header says to be encrypted: nothing tells the format.
    let empty = part(
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n",
        "\x01\x02",
    );
    assert_eq!(told(empty.as_bytes()), ["encrypted"]);
}

#[test]
fn what_is_only_signed_is_read_whether_or_not_its_type_says_so() {
    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).expect("a short one");
        [&[tag, length], content].concat()
    }
    let message = format!("Subject: y\r\n\r\nNHS No {NUMBER}\r\n");
    let data = [
        b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01".to_vec(),
        element(0xA0, &element(0x04, message.as_bytes())),
    ];
    let signed = [
        element(0x02, &[1]),
        element(0x31, &[]),
        element(0x30, &data.concat()),
        element(0x31, &[]),
    ];
    let whole = [
        b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02".to_vec(),
        element(0xA0, &element(0x30, &signed.concat())),
    ];
    let whole = element(0x30, &whole.concat());
    for kind in ["; smime-type=signed-data", "; name=smime.p7m"] {
        let headers = format!(
            "Content-Type: application/pkcs7-mime{kind}\r\nContent-Transfer-Encoding: base64\r\n"
        );
        let raw = part(&headers, &base64(&whole));
        let read = read(raw.as_bytes());
        assert!(read.has(NUMBER), "{kind}: {read:?}");
        assert!(read.gaps.is_empty(), "{kind}: {read:?}");
    }
}

#[test]
fn a_list_that_begins_as_a_file_of_another_format_does_is_read_as_the_text_that_it_is() {
    for text in [
        "%PDF-1.4 NHS number 943 476 5919 and more",
        "\u{feff}%PDF-1.4 NHS number 943 476 5919",
        "PK\u{3}\u{4},NHS number 943 476 5919\r\n",
        "PK\u{5}\u{6} NHS number 943 476 5919\r\n",
    ] {
        let headers = "Content-Type: text/csv\r\nContent-Disposition: attachment\r\n\
             Content-Transfer-Encoding: base64\r\n";
        let raw = part(headers, &base64(text.as_bytes()));
        let read = read(raw.as_bytes());
        assert!(read.has(NUMBER), "{text}: {read:?}");
    }
}

#[test]
fn a_number_of_which_a_page_hides_a_piece_or_the_label_is_as_sure_as_any() {
    for page in [
        "<p>NHS number 943 476 <span style=\"display:none\">5919</span></p>",
        "<p>NHS number: <span style=\"display:none\">943 476 5919</span></p>",
        "<p><span hidden>NHS number</span> 943 476 5919</p>",
    ] {
        for kind in [
            "Content-Type: text/html\r\n",
            "Content-Type: text/html; name=a.html\r\n",
        ] {
            let read = read(part(kind, page).as_bytes());
            let sure = read
                .found
                .iter()
                .any(|(value, _, sure)| value == NUMBER && sure == "certain");
            assert!(sure, "{page}: {read:?}");
        }
    }
}

#[test]
fn a_body_with_a_stray_control_character_is_a_text_as_before() {
    for stray in ["\u{7}", "\u{7f}", "\u{8}\u{8}"] {
        let body = format!("Caf{stray}e: NHS No 943 476 5919");
        let read = read(part("Content-Type: text/plain\r\n", &body).as_bytes());
        assert!(
            read.has(NUMBER) && read.gaps.is_empty(),
            "{stray:?}: {read:?}"
        );
    }
}

#[test]
fn a_piece_of_a_message_is_said_to_be_one() {
    let raw = part(
        "Content-Type: message/partial; id=a; number=2; total=3\r\n",
        "76 5919\r\n",
    );
    assert!(
        read(raw.as_bytes())
            .gaps
            .contains(&String::from("truncated"))
    );
}

#[test]
fn broken_mime_never_fails_and_never_hides() {
    let text = "NHS No 943 476 5919";
    for message in [
        String::new(),
        text.to_owned(),
        format!("\r\n\r\n{text}"),
        format!("{text}\r\nno header at all\r\n{text}"),
        format!("Content-Type: multipart/mixed\r\n\r\n{text}"),
        format!("Content-Type: multipart/mixed; boundary=\"x\r\n\r\n--x\r\n\r\n{text}"),
        format!("Content-Type: multipart/mixed; boundary=x\r\n\r\n--y\r\n\r\n{text}\r\n--y--"),
        format!(
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n{text}"
        ),
        format!("Content-Type: text/html\r\nContent-Type: image/png\r\n\r\n{text}"),
        format!("Content-Type: image/png\r\nContent-Type: text/html\r\n\r\n{text}"),
        format!("content-TYPE:text/plain;charset=utf-8;charset=utf-16\n\n{text}\n"),
        format!("Content-Type: message/rfc822\r\n\r\n{text}"),
        format!(
            "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/calendar\r\n\r\n{text}\r\n--x--"
        ),
        format!("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n"),
        format!("Content-Type: \0\0;;;=\r\nContent-Transfer-Encoding: \r\n\r\n{text}"),
    ] {
        let read = read(message.as_bytes());
        if !message.is_empty() {
            assert!(read.has(NUMBER), "{message:?}: {read:?}");
        }
    }
}

#[test]
fn what_stands_outside_the_parts_or_is_split_oddly_is_read_or_said() {
    let text = "NHS No 943 476 5919";
    for body in [
        format!("{text}\r\n--b\r\n\r\nhello\r\n--b--\r\n"),
        format!("--b\r\n\r\nhello\r\n--b--\r\n{text}\r\n"),
        format!("--b\r\n\r\nhello --b-- there\r\n{text}\r\n--b--\r\n"),
        format!("--b\r\n\r\nhello\r\n--b {text}\r\n--b--\r\n"),
        format!("--b\r\n{text}\r\n--b--\r\n"),
        format!("--b\r\nContent-Type: text/plain\r\n{text}\r\n--b--"),
        format!("--b\r\nX-Note: {text}\r\n\r\nhello\r\n--b--"),
        String::from(
            "--b\r\nContent-Disposition: filename=\"NHS 9434765919.txt\"\r\n\r\nx\r\n--b--",
        ),
        String::from(
            "--b\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n\r\nhello\r\n\
             --b\r\nContent-Transfer-Encoding: base64\r\n\r\nTkhTIE5vIDk0MyA0NzYgNTkxOQ==\r\n--i--\r\n--b--",
        ),
    ] {
        let message = part("Content-Type: multipart/mixed; boundary=b\r\n", &body);
        let read = read(message.as_bytes());
        assert!(
            read.has(NUMBER) || !read.gaps.is_empty(),
            "{body}: {read:?}"
        );
    }
}

#[test]
fn files_that_stand_outside_the_parts_are_read() {
    let coded = "begin 644 letter.txt\r\n43DA3($YO(#DT,R`T-S8@-3DQ.0H`\r\n`\r\nend\r\n";
    for body in [
        format!("{coded}--b\r\n\r\nhello\r\n--b--\r\n"),
        format!("--b\r\n\r\nhello\r\n--b--\r\n{coded}"),
    ] {
        let message = part("Content-Type: multipart/mixed; boundary=b\r\n", &body);
        let read = read(message.as_bytes());
        assert!(read.has(NUMBER), "{body}: {read:?}");
    }
}

#[test]
fn files_are_read_by_what_they_hold_whatever_type_they_are_given() {
    let archive = zip("list.txt", "NHS No 943 476 5919");
    let packed = gzip(b"NHS No 943 476 5919, and some more that is packed");
    for (file, name) in [(&archive, "zip"), (&packed, "gz")] {
        for kind in [
            "Content-Type: text/plain\r\n",
            "Content-Type: text/csv; name=list.csv\r\n",
            "Content-Type: text/html\r\n",
            "Content-Type: text/calendar; charset=utf-16\r\n",
            "Content-Type: text\r\n",
            "Content-Type: multipart/mixed; boundary=zz\r\n",
            "Content-Type: image/png\r\n",
            "",
        ] {
            for disposition in ["", "Content-Disposition: attachment; filename=a\r\n"] {
                let alone = format!(
                    "{kind}{disposition}Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
                    base64(file)
                );
                let message = part(
                    "Content-Type: multipart/mixed; boundary=b\r\n",
                    &format!("--b\r\n\r\nhello\r\n--b\r\n{alone}--b--\r\n"),
                );
                for message in [message, format!("Subject: x\r\n{alone}")] {
                    let read = read(message.as_bytes());
                    assert!(read.has(NUMBER), "{name} as {message}: {read:?}");
                }
            }
        }
    }
}

#[test]
fn what_people_write_every_day() {
    for (kind, text) in [
        ("text/calendar", "DESCRIPTION:NHS number 94347\r\n 65919"),
        ("text/calendar", "DESCRIPTION:NHS number:\\n943 476 5919"),
        ("text/xml", "<a>NHS number 943&#160;476&#160;5919</a>"),
        ("text/plain", "NHS number\r\n9434765919.0\r\n"),
        ("text/plain", "NHS number 9434765919.01/02/1980"),
        ("text/plain", "NHS number 943 476 5919\u{b9}"),
        ("text/plain", "NHS n\u{ba}9434765919"),
        ("text/plain", "NHS_number_943_476_5919.txt"),
        ("text/plain", "NHS number 94347 65919"),
        ("text/plain", "NHS number 9434 765 919"),
        ("text/plain", "NHS number 94 34 76 59 19"),
        (
            "text/plain",
            "NHS number\tSurname\tTown\tPostcode\tAddress line one\tAddress line two\tTelephone\r\n9434765919\tSmith",
        ),
        ("text/plain", "Smith|9434765919|smith@gmail.example"),
    ] {
        let message = part(&format!("Content-Type: {kind}; charset=utf-8\r\n"), text);
        assert!(read(message.as_bytes()).has(NUMBER), "{text}");
    }
    let coded = "begin 644 letter.txt\r\n43DA3($YO(#DT,R`T-S8@-3DQ.0H`\r\n`\r\nend\r\n";
    let message = part("Content-Type: text/plain\r\n", coded);
    let told = read(message.as_bytes());
    assert!(told.has(NUMBER) && told.gaps.is_empty(), "{told:?}");
    let cut = part(
        "Content-Type: text/plain\r\n",
        "=ybegin line=128 size=1 name=x",
    );
    assert!(!read(cut.as_bytes()).gaps.is_empty());
}

#[test]
fn messages_made_to_take_forever_do_not() {
    let folds = format!("X-A: x\r\n{}\r\nx\r\n", " a\r\n".repeat(500_000));
    let words = format!("X-A: {}\r\n\r\nx\r\n", "=?a?q?x".repeat(300_000));
    let name = format!(
        "Content-Type: text/plain; name=\"{}\"\r\n\r\nx\r\n",
        " =?a".repeat(500_000)
    );
    let absent = "--b\r\nContent-Type: multipart/mixed; boundary=none\r\n\r\n".repeat(990);
    let absent = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n{absent}{}\r\n--b--",
        "filler of a line\r\n".repeat(300_000)
    );
    // Each took over half a minute, optimised, before it was bounded.
    for message in [folds, words, name, absent] {
        let _ = read(message.as_bytes());
    }
}

#[test]
fn bounds_are_reached_with_a_gap_and_the_rest_is_read() {
    let limits = Limits {
        parts: 3,
        text_bytes: 1_000,
        ..Limits::default()
    };
    let parts = "--b\r\nContent-Type: text/plain\r\n\r\nNHS No 943 476 5919\r\n".repeat(5);
    let many = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n");
    let read = read_within(many.as_bytes(), &limits);
    assert!(
        read.has(NUMBER) && read.gaps.contains(&String::from("too-many-parts")),
        "{read:?}"
    );
    let long = part(
        "Content-Type: text/plain\r\n",
        &format!("NHS No 943 476 5919 {}", "\u{e9}".repeat(2_000)),
    );
    let read = read_within(long.as_bytes(), &limits);
    assert!(
        read.has(NUMBER) && read.gaps.contains(&String::from("too-large")),
        "{read:?}"
    );
}

#[test]
fn a_hundred_thousand_levels_end_in_a_gap_and_not_in_a_crash() {
    let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000) + "NHS No 943 476 5919\r\n";
    let read = read(deep.as_bytes());
    assert!(read.has(NUMBER), "the flat reading finds it");
    assert!(
        read.gaps.contains(&String::from("too-many-parts")),
        "{:?}",
        read.gaps
    );
    let odd = "Con tent-Ty pe : message/(c)rfc822\r\n\r\n".repeat(100_000);
    assert!(!support::reading::read(odd.as_bytes()).gaps.is_empty());
}
