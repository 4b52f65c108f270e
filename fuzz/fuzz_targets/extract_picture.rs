//! Pictures: the first byte chooses the signature, which the bytes follow.
#![no_main]

mod support;

use libfuzzer_sys::fuzz_target;

const SIGNATURES: [&[u8]; 12] = [
    b"\x89PNG\r\n\x1A\n",
    b"\xFF\xD8\xFF\xE1\0\x40Exif\0\0",
    b"\xFF\xD8\xFF",
    b"GIF89a",
    b"RIFF\x20\0\0\0WEBP",
    b"II*\0",
    b"MM\0*",
    b"BM",
    b"\xD7\xCD\xC6\x9A",
    b"\x01\0\x09\0\0\x03",
    b"\0\0\0\x18ftypheic",
    b"VCLMTF",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = support::chosen(bytes) else { return };
    let file = match SIGNATURES.get(kind % (SIGNATURES.len() + 1)) {
        Some(signature) => [signature, bytes].concat(),
        None => metafile(bytes),
    };
    support::check(&file, "");
});

/// An enhanced metafile whose records are the bytes.
fn metafile(bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0; 88];
    file[0] = 1;
    file[4] = 88;
    file[40..44].copy_from_slice(b" EMF");
    file.extend(bytes);
    file
}
