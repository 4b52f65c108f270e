//! PDFs, written by hand.

use std::fmt::Write as _;
use std::io::Write;

use crate::support::prose;

/// A PDF of so many pages, each with 45 lines of prose in Helvetica, packed as
/// writers pack them.
pub(crate) fn pdf(pages: usize) -> (Vec<u8>, usize) {
    pdf_with(pages, &[])
}

/// The same, with a picture on its first page.
pub(crate) fn pdf_with(pages: usize, picture: &[u8]) -> (Vec<u8>, usize) {
    let mut objects = vec![Vec::new(); 3];
    let mut kids = String::new();
    let mut unpacked = 0;
    let image = if picture.is_empty() {
        String::new()
    } else {
        let mut object = format!(
            "<</Type/XObject/Subtype/Image/Width 100/Height 100/BitsPerComponent 8\
             /ColorSpace/DeviceGray/Filter/DCTDecode/Length {}>>stream\n",
            picture.len()
        )
        .into_bytes();
        object.extend(picture);
        object.extend(b"\nendstream");
        objects.push(object);
        format!("/XObject<</I {} 0 R>>", objects.len())
    };
    for page in 0..pages {
        let text = prose::text(2500, page as u64);
        let mut content = String::from("BT /F 10 Tf 13 TL 50 800 Td\n");
        for line in text.lines().take(45) {
            let _ = writeln!(content, "({line}) Tj T*");
        }
        content.push_str("ET\n");
        let mut resources = String::from("/Font<</F 3 0 R>>");
        if page == 0 && !image.is_empty() {
            content.push_str("q 100 0 0 100 400 700 cm /I Do Q\n");
            resources += &image;
        }
        unpacked += content.len();
        let packed = deflated(content.as_bytes());
        let mut stream =
            format!("<</Filter/FlateDecode/Length {}>>stream\n", packed.len()).into_bytes();
        stream.extend(packed);
        stream.extend(b"\nendstream");
        objects.push(stream);
        let number = objects.len();
        objects.push(
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {number} 0 R\
                 /Resources<<{resources}>>>>"
            )
            .into_bytes(),
        );
        let _ = write!(kids, "{} 0 R ", number + 1);
    }
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>".to_vec();
    objects[1] = format!("<</Type/Pages/Count {pages}/Kids[{kids}]>>").into_bytes();
    objects[2] =
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec();
    let mut file = b"%PDF-1.5\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let (start, count) = (file.len(), objects.len() + 1);
    file.extend(
        format!(
            "xref\n0 {count}\n{table}trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
        )
        .bytes(),
    );
    (file, unpacked)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}
