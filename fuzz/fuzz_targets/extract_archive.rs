//! Archives: the first byte chooses the signature, which the bytes follow.
#![no_main]

mod support;

use libfuzzer_sys::fuzz_target;

const SIGNATURES: [&[u8]; 16] = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"7z\xBC\xAF\x27\x1C",
    b"\x1F\x8B\x08",
    b"BZh91AY&SY",
    b"\xFD7zXZ\0",
    b"\x28\xB5\x2F\xFD",
    b"\x5D\0\0\x80\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0",
    b"Rar!\x1A\x07\x00",
    b"Rar!\x1A\x07\x01\x00",
    b"begin 644 a\n",
    b"=ybegin line=128 size=9 name=a\n",
    b"\x50\x2A\x4D\x18",
    b"MZPK\x03\x04",
    b"\x1F\x9D",
    b"",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = support::chosen(bytes) else { return };
    let number = kind % (SIGNATURES.len() + 1);
    let file = match SIGNATURES.get(number) {
        Some(signature) => [signature, bytes].concat(),
        None => tar(bytes),
    };
    // Checksums would keep mutation out of the headers.
    support::check(&file, "");
});

/// The bytes as a tar archive whose headers have right sums.
fn tar(bytes: &[u8]) -> Vec<u8> {
    let mut file = bytes.to_vec();
    for header in file.chunks_exact_mut(512) {
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    file
}
