//! PDF: the bytes become what the first of them chooses, in a file with a sound
//! table.
#![no_main]

mod support;

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = support::chosen(bytes) else { return };
    let file = match kind % 12 {
        // The content of the page, plain and packed.
        0 => built("", &stream("", bytes), b"", b""),
        1 => built("", &stream("/Filter/FlateDecode", &deflated(bytes)), b"", b""),
        // What says which character a glyph is.
        2 => built("/ToUnicode 6 0 R", CONTENT, &stream("", bytes), b""),
        // A filter's own bytes.
        3 => built("", &stream("/Filter[/ASCII85Decode/LZWDecode]", bytes), b"", b""),
        4 => built("", &stream("/Filter/ASCIIHexDecode/F/x/DecodeParms<</Predictor 12/Columns 5>>", bytes), b"", b""),
        // An object: a font's dictionary, a note on the page, an inner form.
        5 => built("/DescendantFonts[6 0 R]/Encoding/Identity-H", CONTENT, bytes, b""),
        6 => built("", CONTENT, bytes, b""),
        // Objects in a stream.
        7 => built("", CONTENT, b"null", &stream("/Type/ObjStm/N 3/First 20", bytes)),
        // A page that is a picture: a fax, JBIG2, rows of colours.
        8 => built("", PICTURE, &stream(FAX, bytes), b""),
        9 => built("", PICTURE, &stream(JBIG2, bytes), b""),
        10 => built("", PICTURE, &stream(ROWS, bytes), b""),
        // A whole file behind its first line.
        _ => [b"%PDF-1.7\n", bytes].concat(),
    };
    support::check(&file, "");
});

const CONTENT: &[u8] = b"<</Length 40>>stream\nBT /F 9 Tf (943 476) Tj <0001> Tj /I Do ET\nendstream";

const PICTURE: &[u8] = b"<</Length 28>>stream\nq 595 0 0 842 0 0 cm /I Do Q\nendstream";

const FAX: &str = "/Subtype/Image/Width 64/Height 64/ImageMask true/Filter/CCITTFaxDecode\
    /DecodeParms<</K 1/Columns 64>>";

const JBIG2: &str = "/Subtype/Image/Width 64/Height 64/ColorSpace/DeviceGray/BitsPerComponent 1\
    /Filter/JBIG2Decode";

const ROWS: &str = "/Subtype/Image/Width 64/Height 64/BitsPerComponent 4/ColorSpace[/Indexed/DeviceCMYK 3(0123)]";

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{entries}/Length {}>>stream\n", bytes.len()).into_bytes();
    object.extend(bytes);
    object.extend(b"\nendstream");
    object
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// A file of one page: entries of its font, its content, object 6, object 7.
fn built(font: &str, content: &[u8], six: &[u8], seven: &[u8]) -> Vec<u8> {
    let font = format!("<</Type/Font/Subtype/Type0/BaseFont/A{font}>>");
    let objects: [&[u8]; 7] = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>/Names 6 0 R/Outlines 6 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Annots[6 0 R]\
          /Resources<</Font<</F 4 0 R>>/XObject<</I 6 0 R>>>>>>",
        font.as_bytes(),
        content,
        six,
        seven,
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", file.len());
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(*object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(format!("xref\n0 8\n{table}trailer\n<</Size 8/Root 1 0 R>>\nstartxref\n{start}\n%%EOF").bytes());
    file
}
