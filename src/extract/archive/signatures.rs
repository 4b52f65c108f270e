//! Archives that are recognised so that a gap can say what they are, and not
//! read: their own first bytes, from the descriptions and the programs that
//! write them (7-Zip's list of signatures, `file`'s magic).

use tar::Header;

/// Whether the bytes are an archive, a disk image or a packed file of a kind
/// that is not read.
pub(in crate::extract) fn is_other_archive(bytes: &[u8]) -> bool {
    let has = |at: usize, signature: &[u8]| {
        let rest = bytes.get(at..);
        rest.is_some_and(|rest| rest.starts_with(signature))
    };
    // A list of telephone numbers may begin with 070707: text is read as text.
    let head = bytes.get(..1024).unwrap_or(bytes);
    let is_binary = head.iter().any(|byte| matches!(byte, 0..=8 | 0x0E..=0x1A));
    let fits = |signature: &[u8]| is_binary || signature.iter().any(u8::is_ascii_control);
    let known = |(at, signature): &(usize, &[u8])| fits(signature) && has(*at, signature);
    OTHERS.iter().any(known)
        || is_binary && is_lharc(bytes)
        || is_arc(bytes)
        // An Apple disk image has its header at the end.
        || bytes.len().checked_sub(512).is_some_and(|at| has(at, b"koly\0\0\0\x04"))
        || bytes.len().checked_sub(512).is_some_and(|at| has(at, b"conectix"))
}

/// Where signatures stand, and what they are.
const OTHERS: &[(usize, &[u8])] = &[
    // compress, pack, and compress -H
    (0, b"\x1F\x9D"),
    (0, b"\x1F\x1E"),
    (0, b"\x1F\xA0"),
    // lzip, lzop, LZ4, snappy, Bzip3, zpaq, rzip, lrzip
    (0, b"LZIP\x01"),
    (0, b"\x89LZO\0\r\n\x1A\n"),
    (0, b"\x04\x22\x4D\x18"),
    (0, b"\x02\x21\x4C\x18"),
    (0, b"\xFF\x06\0\0sNaPpY"),
    (0, b"BZ3v1"),
    (0, b"7kSt"),
    (0, b"RZIP"),
    (0, b"LRZI"),
    // ARJ, ACE, ZOO, ALZ, EGG, UHARC, StuffIt, StuffIt X, Compact Pro's kin
    (0, b"\x60\xEA"),
    (7, b"**ACE**"),
    (20, b"\xDC\xA7\xC4\xFD"),
    (0, b"ALZ\x01"),
    (0, b"EGGA"),
    (0, b"UHA"),
    (0, b"SIT!"),
    (0, b"StuffIt"),
    // Cabinets of Microsoft and InstallShield, compiled help, Windows images
    (0, b"MSCF"),
    (0, b"ISc("),
    (0, b"ITSF"),
    (0, b"SZDD\x88\xF0\x27\x33"),
    (0, b"KWAJ\x88\xF0\x27\xD1"),
    (0, b"MSWIM\0\0\0"),
    // ar, cpio, xar, rpm
    (0, b"!<arch>\n"),
    (0, b"070701"),
    (0, b"070702"),
    (0, b"070707"),
    (0, b"\xC7\x71"),
    (0, b"\x71\xC7"),
    (0, b"xar!"),
    (0, b"\xED\xAB\xEE\xDB"),
    // ISO 9660, UDF, disks of virtual machines, squashfs
    (0x8001, b"CD001"),
    (0x8801, b"CD001"),
    (0x9001, b"CD001"),
    (0x8001, b"BEA01"),
    (0, b"vhdxfile"),
    (0, b"QFI\xFB"),
    (0, b"KDMV"),
    (0, b"hsqs"),
];

/// LHA: `-lh5-` and its like after two bytes.
fn is_lharc(bytes: &[u8]) -> bool {
    matches!(
        bytes.get(2..7),
        Some([b'-', b'l' | b'p', b'h' | b'z' | b'm', _, b'-'])
    )
}

/// SEA's ARC: a mark, a method, a name of at most twelve characters.
fn is_arc(bytes: &[u8]) -> bool {
    let Some([0x1A, 1..=11, name @ ..]) = bytes.get(..15) else {
        return false;
    };
    let length = memchr::memchr(0, name).unwrap_or(0);
    let name = name.get(..length).unwrap_or(b"");
    !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}

/// Whether the bytes are a tar archive, of any age.
pub(in crate::extract) fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar") || is_tar_header(bytes)
}

/// Whether a block is the header of an entry: its checksum is right.
pub(super) fn is_tar_header(block: &[u8]) -> bool {
    let Some(block) = block.first_chunk::<512>() else {
        return false;
    };
    let Ok(said) = Header::from_byte_slice(block).cksum() else {
        return false;
    };
    // The checksum counts as eight spaces; some count bytes as signed.
    let others = || {
        block
            .iter()
            .enumerate()
            .filter(|(at, _)| !(148..156).contains(at))
    };
    let plain: u32 = others().map(|(_, byte)| u32::from(*byte)).sum();
    let signed: i32 = others()
        .map(|(_, byte)| i32::from(byte.cast_signed()))
        .sum();
    let signed = signed.saturating_add(256);
    plain > 0 && (said == plain.saturating_add(256) || i32::try_from(said) == Ok(signed))
}

/// Whether the bytes are LZMA without a container: properties, a dictionary of
/// a size that programs choose, a length that is unknown or sensible.
pub(in crate::extract) fn is_lzma(bytes: &[u8]) -> bool {
    let Some([properties, a, b, c, d, length @ .., 0]) = bytes.first_chunk::<14>() else {
        return false;
    };
    let dictionary = u32::from_le_bytes([*a, *b, *c, *d]);
    let usual = dictionary.count_ones() <= 2 && dictionary >= 1 << 12;
    let length = length
        .first_chunk::<8>()
        .map_or(0, |length| u64::from_le_bytes(*length));
    *properties < 225 && usual && (length == u64::MAX || length < 1 << 40)
}

#[cfg(test)]
mod tests {
    use crate::extract::suite;

    #[test]
    fn archives_that_are_not_read_are_named() {
        let samples: [&[u8]; 8] = [
            b"MSCF\0\0\0\0 cabinet",
            b"\x60\xEA\0 arj",
            b"\x22\0-lh5- lzh",
            b"\x00234567**ACE** ace",
            b"ITSF\x03\0\0\0 chm",
            b"\x1F\x9D\x90 compress",
            b"\x1A\x08LIST.TXT\0\0\0\0\0\0 arc",
            b"xar!\0\x1C",
        ];
        for sample in samples {
            let gaps = suite::gaps(&suite::read(sample));
            assert_eq!(
                gaps,
                ["unknown-format archive"],
                "{}",
                sample.escape_ascii()
            );
        }
        let mut disc = vec![0; 0x8001];
        disc.extend(b"CD001");
        assert_eq!(suite::gaps(&suite::read(&disc)), ["unknown-format archive"]);
    }

    #[test]
    fn texts_that_begin_as_archives_do_are_texts() {
        for text in [
            "070707 943 476 5919",
            "UHA, 943 476 5919",
            "..-lh5- 943 476 5919",
        ] {
            assert!(!super::is_other_archive(text.as_bytes()));
        }
    }
}
