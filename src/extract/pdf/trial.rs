//! Small files for tests.

use std::io::Write;

/// The header, and everything else of a file with these objects; number 1 is
/// the catalogue. There is no table: it is as if it were damaged.
pub(super) fn loose<B: AsRef<[u8]>>(objects: &[B]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    for (place, object) in objects.iter().enumerate() {
        writeln!(file, "{} 0 obj", place + 1).unwrap();
        file.extend_from_slice(object.as_ref());
        file.extend_from_slice(b"\nendobj\n");
    }
    file.extend_from_slice(b"trailer <</Root 1 0 R>>\n%%EOF\n");
    file
}

/// The same with a table.
pub(super) fn sound<B: AsRef<[u8]>>(objects: &[B]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes();
    for (place, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        writeln!(file, "{} 0 obj", place + 1).unwrap();
        file.extend_from_slice(object.as_ref());
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(table);
    write!(
        file,
        "trailer <</Root 1 0 R/Size {}>>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    )
    .unwrap();
    file
}

/// A stream.
pub(super) fn stream(dict: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{dict}/Length {}>>stream\n", bytes.len()).into_bytes();
    object.extend_from_slice(bytes);
    object.extend_from_slice(b"\nendstream");
    object
}

/// A file with one page of this content, and more objects from number 6 on.
pub(super) fn page_with(content: &str, resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R\
         /Resources<</Font<</F 5 0 R>>{resources}>>/Annots[6 0 R]>>"
    );
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        page.into_bytes(),
        stream("", content.as_bytes()),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ];
    objects.extend_from_slice(more);
    sound(&objects)
}

/// A file with one page of this content.
pub(super) fn page(content: &str) -> Vec<u8> {
    page_with(content, "", &[])
}

/// This, and then so many times 1 MiB of `filler`, packed with deflate.
pub(super) fn bomb(begin: &[u8], filler: &[u8], times: usize) -> Vec<u8> {
    // The filler is packed once: each piece stands for itself.
    let mut packer = flate2::Compress::new(flate2::Compression::best(), true);
    let mut pack = |bytes: &[u8], flush| {
        let mut piece = Vec::with_capacity(1 << 16);
        packer.compress_vec(bytes, &mut piece, flush).unwrap();
        piece
    };
    let mut all = pack(begin, flate2::FlushCompress::Full);
    let filler = filler.repeat((1 << 20) / filler.len());
    all.extend(pack(&filler, flate2::FlushCompress::Full).repeat(times));
    all
}
