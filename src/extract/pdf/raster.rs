//! Pictures that are no files: rows of colours (ISO 32000-1 section 8.9.5). They
//! are made PNG files, which whoever recognises writing can read.
//!
//! Not made out: colours in other spaces than grey, RGB, CMYK, tables of those
//! and one ink; samples of unusual sizes. What hides or lights a part of a
//! picture (`Mask`, `SMask`) is left out, so that what lies under it is read too.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::bilevel::{self, Fax};
use super::document::Document;
use super::filters::Picture;
use super::object::{Object, Stream};
use crate::mail::GapReason;

/// How large a picture may be: a page of A3 in 600 dots an inch has 70 millions.
const PIXELS: usize = 100_000_000;

/// A file that was made of a picture.
#[derive(Debug)]
pub(super) struct Made {
    /// A PNG.
    pub(super) file: Vec<u8>,
    /// What of it is missing.
    pub(super) why: Option<GapReason>,
}

/// The width and height of a picture that is rows of colours; of one that is
/// packed as such its own word counts, which is not looked at here.
pub(super) fn size(document: &Document<'_, '_, '_>, stream: &Stream) -> Option<(u32, u32)> {
    let filters = document.get(stream.dict.get(b"Filter"));
    let last = filters.items().and_then(<[Object]>::last);
    let last = last.map_or(filters, |last| document.get(last));
    if matches!(
        last.name(),
        b"DCTDecode" | b"DCT" | b"JPXDecode" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode"
    ) {
        return None;
    }
    let side = |key: &[u8]| {
        let side = document.get(stream.dict.get(key)).count();
        side.and_then(|side| u32::try_from(side).ok())
    };
    let (width, height) = side(b"Width").zip(side(b"Height"))?;
    (width > 0 && height > 0).then_some((width, height))
}

/// Makes a file of a picture; `None` if its coding or its colours are unknown,
/// or it is too large.
pub(super) fn make(document: &Document<'_, '_, '_>, stream: &Stream) -> Option<Made> {
    let get = |key: &[u8]| document.get(stream.dict.get(key));
    let mut size = (get(b"Width").count()?, get(b"Height").count()?);
    let fits = |(width, height): (usize, usize)| {
        let pixels = width.saturating_mul(height);
        pixels > 0 && pixels <= PIXELS && document.desk.spend(pixels / 8)
    };
    if !fits(size) {
        return None;
    }
    let colours = Colours::of(document, stream)?;
    let decoded = document.decode(stream);
    let mut why = decoded.why;
    let bits = match decoded.picture {
        None => None,
        Some(Picture::Fax) => {
            let fax = Fax::new(document.last_parameters(stream), size.1, |own| {
                document.get(own)
            });
            fits(fax.size()).then_some(())?;
            Some(fax.unpack(&decoded.bytes))
        }
        Some(Picture::Jbig2) => {
            let globals = document.get(document.last_parameters(stream).get(b"JBIG2Globals"));
            let globals = globals
                .stream()
                .map(|globals| document.decode(globals).bytes);
            Some(bilevel::jbig2(&decoded.bytes, globals.as_deref(), fits)?)
        }
        Some(Picture::Jpeg | Picture::Jpeg2000) => return None,
    };
    let mut bytes = decoded.bytes;
    if let Some(bits) = bits {
        if colours.channels != 1 || colours.bits != 1 {
            return None;
        }
        // What it says of itself counts, not what the document says of it.
        let rows = bits.bytes.len().checked_div(bits.width.div_ceil(8))?;
        why = why.or((!bits.whole).then_some(GapReason::Broken));
        size = (bits.width, rows);
        bytes = bits.bytes;
    }
    let row = size
        .0
        .saturating_mul(colours.channels)
        .saturating_mul(colours.bits)
        .div_ceil(8);
    let rows = size.1.min(bytes.len().checked_div(row)?);
    if rows < get(b"Height").count()? {
        why = why.or(Some(GapReason::Truncated));
    }
    bytes.truncate(rows.saturating_mul(row));
    if bytes.is_empty() {
        return None;
    }
    if colours.inverted {
        for byte in &mut bytes {
            *byte = !*byte;
        }
    }
    Some(Made {
        file: colours.png((size.0, rows), row, &bytes)?,
        why,
    })
}

/// What the samples of a picture mean.
#[derive(Debug)]
struct Colours {
    channels: usize,
    bits: usize,
    /// Whether the highest sample is dark.
    inverted: bool,
    /// Red, green and blue of each number.
    table: Option<Vec<u8>>,
}

impl Colours {
    fn of(document: &Document<'_, '_, '_>, stream: &Stream) -> Option<Self> {
        let get = |key: &[u8]| document.get(stream.dict.get(key));
        let bounds = get(b"Decode").array();
        let bound = |at: usize| document.get(bounds.get(at)?).number();
        let swapped = bound(0).zip(bound(1)).is_some_and(|(low, high)| low > high);
        if get(b"ImageMask").flag() == Some(true) {
            // Where it is 0, paint comes.
            return Some(Self {
                channels: 1,
                bits: 1,
                inverted: swapped,
                table: None,
            });
        }
        let bits = get(b"BitsPerComponent").count().unwrap_or(1);
        let space = get(b"ColorSpace");
        let kind = document.get(space.array().first().unwrap_or(space)).name();
        let colours = |channels, ink: bool, table| Self {
            channels,
            bits,
            inverted: swapped != ink,
            table,
        };
        let known = match kind {
            b"Indexed" | b"I" => {
                let [_, base, _, table] = space.array() else {
                    return None;
                };
                let table = document.get(table);
                let unpacked = table.stream().map(|table| document.decode(table).bytes);
                let table = unpacked.as_deref().or(table.text())?;
                let channels = channels(document, document.get(base))?;
                colours(1, false, Some(red_green_blue(table, channels)))
            }
            // Full ink is dark.
            b"Separation" => colours(1, true, None),
            _ => colours(channels(document, space)?, false, None),
        };
        let sound = match (known.channels, &known.table) {
            (1, Some(_)) => matches!(bits, 1 | 2 | 4 | 8),
            (1, None) => matches!(bits, 1 | 2 | 4 | 8 | 16),
            (3, _) => matches!(bits, 8 | 16),
            _ => bits == 8,
        };
        sound.then_some(known)
    }

    /// The PNG of rows of samples.
    fn png(self, (width, height): (usize, usize), row: usize, bytes: &[u8]) -> Option<Vec<u8>> {
        let (kind, row, rgb) = match (self.channels, &self.table) {
            (1, None) => (0, row, None),
            (1, Some(_)) => (3, row, None),
            (3, _) => (2, row, None),
            _ => (2, width.saturating_mul(3), Some(red_green_blue(bytes, 4))),
        };
        let bytes = rgb.as_deref().unwrap_or(bytes);
        let side = |side: usize| u32::try_from(side).ok();
        let mut head = side(width)?.to_be_bytes().to_vec();
        head.extend(side(height)?.to_be_bytes());
        head.extend([u8::try_from(self.bits).ok()?, kind, 0, 0, 0]);
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
        for row in bytes.chunks(row.max(1)) {
            // Each row says how it is made smaller: not at all.
            packer
                .write_all(&[0])
                .and_then(|()| packer.write_all(row))
                .ok()?;
        }
        let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
        chunk(&mut file, *b"IHDR", &head)?;
        if let Some(table) = &self.table {
            let entries = 3_usize.saturating_mul(1 << self.bits.min(8));
            chunk(&mut file, *b"PLTE", table.get(..entries).unwrap_or(table))?;
        }
        chunk(&mut file, *b"IDAT", &packer.finish().ok()?)?;
        chunk(&mut file, *b"IEND", b"")?;
        Some(file)
    }
}

/// How many samples a colour has in a space that is no table.
fn channels(document: &Document<'_, '_, '_>, space: &Object) -> Option<usize> {
    let kind = document.get(space.array().first().unwrap_or(space)).name();
    match kind {
        b"DeviceGray" | b"G" | b"CalGray" => Some(1),
        b"DeviceRGB" | b"RGB" | b"CalRGB" => Some(3),
        b"DeviceCMYK" | b"CMYK" => Some(4),
        b"ICCBased" => {
            let profile = document.get(space.array().get(1)?).dict();
            let channels = document.get(profile.get(b"N")).count()?;
            matches!(channels, 1 | 3 | 4).then_some(channels)
        }
        _ => None,
    }
}

/// Colours of so many bytes as red, green and blue, near enough to be read.
fn red_green_blue(bytes: &[u8], channels: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for colour in bytes.chunks_exact(channels) {
        match *colour {
            [grey] => out.extend([grey; 3]),
            [cyan, magenta, yellow, black] => {
                let light = |ink: u8| {
                    let light = u16::from(!ink).saturating_mul(u16::from(!black)) / 255;
                    u8::try_from(light).unwrap_or(u8::MAX)
                };
                out.extend([light(cyan), light(magenta), light(yellow)]);
            }
            _ => out.extend(colour),
        }
    }
    out
}

/// A piece of a PNG (section 5.3).
fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) -> Option<()> {
    file.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    let mut check = Crc::new();
    for piece in [name.as_slice(), data] {
        check.update(piece);
        file.extend(piece);
    }
    file.extend(check.sum().to_be_bytes());
    Some(())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Read;

    use flate2::read::ZlibDecoder;

    use crate::extract::gathering::Gathering;
    use crate::extract::pdf::desk::Desk;
    use crate::extract::pdf::document::Document;
    use crate::extract::pdf::object::Object;
    use crate::extract::pdf::scan::Scan;
    use crate::extract::pdf::trial::{page_with, stream};
    use crate::extract::sink::Sink;
    use crate::extract::suite::{corpus, gaps, read_within};
    use crate::extract::{Reading, suite};
    use crate::format::Format;
    use crate::limits::Limits;

    const GREY: &str = "/ColorSpace/DeviceGray/BitsPerComponent 8";
    const FAX: &str = "/ImageMask true/Filter/CCITTFaxDecode/DecodeParms";

    /// A page of pictures, each of these entries and bytes.
    fn read(pictures: &[(&str, &[u8])]) -> Reading {
        let (mut content, mut names, mut streams) = (String::new(), String::new(), Vec::new());
        for (place, (entries, bytes)) in pictures.iter().enumerate() {
            write!(content, "q 600 0 0 800 0 0 cm /P{place} Do Q ").unwrap();
            write!(names, "/P{place} {} 0 R", place + 6).unwrap();
            // Of two entries with one name the later counts.
            let dict = format!("/Subtype/Image/Width 64/Height 8{entries}");
            streams.push(stream(&dict, bytes));
        }
        let limits = Limits {
            pictures: 2,
            ..Limits::default()
        };
        let resources = format!("/XObject<<{names}>>");
        read_within(&page_with(&content, &resources, &streams), &limits)
    }

    /// The chunk of a PNG.
    fn chunk<'p>(png: &'p [u8], name: &str) -> &'p [u8] {
        let at = memchr::memmem::find(png, name.as_bytes()).unwrap();
        let length = u32::from_be_bytes(png[at - 4..at].try_into().unwrap());
        &png[at + 4..][..usize::try_from(length).unwrap()]
    }

    /// The rows of a PNG, each behind how it was made smaller.
    fn rows(png: &[u8]) -> Vec<u8> {
        let mut rows = Vec::new();
        let mut packed = ZlibDecoder::new(chunk(png, "IDAT"));
        packed.read_to_end(&mut rows).unwrap();
        rows
    }

    #[test]
    fn a_picture_has_the_colours_that_the_page_has() {
        let table = "/ColorSpace[/Indexed/DeviceCMYK 1<000000FF 00FF0000>]/BitsPerComponent 1";
        let turned = format!("{GREY}/Decode[1 0]");
        let cases: [(&str, &[u8], u8, &[u8]); 10] = [
            (GREY, b"\x10", 0, b"\x10"),
            (&turned, b"\x10", 0, b"\xEF"),
            ("/ImageMask true", b"\x10", 0, b"\x10"),
            ("/ImageMask true/Decode[1 0]", b"\x10", 0, b"\xEF"),
            (
                "/ColorSpace[/Separation/Ink]/BitsPerComponent 8",
                b"\x10",
                0,
                b"\xEF",
            ),
            (
                "/ColorSpace/DeviceRGB/BitsPerComponent 8",
                b"abc",
                2,
                b"abc",
            ),
            (
                "/ColorSpace/DeviceRGB/BitsPerComponent 16",
                b"aabbcc",
                2,
                b"aabbcc",
            ),
            (
                "/ColorSpace[/ICCBased<</N 3>>]/BitsPerComponent 8",
                b"abc",
                2,
                b"abc",
            ),
            (
                "/ColorSpace/DeviceCMYK/BitsPerComponent 8",
                b"\0\xFF\xFF\0",
                2,
                b"\xFF\0\0",
            ),
            (table, b"\x10", 3, b"\x10"),
        ];
        for (entries, colour, kind, first) in cases {
            let reading = read(&[(entries, &colour.repeat(64 * 8))]);
            assert_eq!(gaps(&reading), ["image image"], "{entries}");
            let png = reading.pictures[0].1.reveal();
            let head = chunk(png, "IHDR");
            assert_eq!(head[..8], [0, 0, 0, 64, 0, 0, 0, 8], "{entries}");
            assert_eq!(head[9], kind, "{entries}");
            if kind == 3 {
                assert_eq!(chunk(png, "PLTE"), [0, 0, 0, 0xFF, 0, 0xFF]);
            }
            let rows = rows(png);
            assert_eq!(rows[1..][..first.len()], *first, "{entries}");
            let row = rows.len() / 8;
            assert!(rows.chunks(row).all(|row| row[0] == 0), "{entries}");
        }
    }

    #[test]
    fn what_is_missing_of_a_picture_or_not_made_out_is_a_gap() {
        let reading = read(&[(GREY, &[0; 64 * 5 + 9])]);
        assert_eq!(gaps(&reading), ["truncated pdf", "image image"]);
        assert_eq!(chunk(reading.pictures[0].1.reveal(), "IHDR")[7], 5);
        let no_columns = format!("{FAX}<</K -1/Columns 0>>");
        let many_rows = format!("{FAX}<</K -1/Rows 999999999>>");
        let cases: [(&str, &[u8]); 10] = [
            (GREY, b""),
            ("/ColorSpace/DeviceGray/BitsPerComponent 3", &[0; 512]),
            ("/ColorSpace/DeviceRGB/BitsPerComponent 4", &[0; 768]),
            ("/ColorSpace/Unknown/BitsPerComponent 8", &[0; 512]),
            (
                "/ColorSpace[/Indexed/Unknown 1<00>]/BitsPerComponent 8",
                &[0; 512],
            ),
            ("/ImageMask true/Height 0", &[0; 512]),
            ("/ImageMask true/Width 99999/Height 99999", &[0; 512]),
            (&no_columns, &[0; 9]),
            (&many_rows, &[0; 9]),
            (
                "/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/CCITTFaxDecode",
                &[0; 9],
            ),
        ];
        for (entries, bytes) in cases {
            let reading = read(&[(entries, bytes)]);
            assert_eq!(gaps(&reading), ["image pdf"], "{entries}");
            assert!(reading.pictures.is_empty(), "{entries}");
        }
    }

    #[test]
    fn no_more_files_are_made_than_are_recognised() {
        let picture = ("/ImageMask true", [0x55; 64].as_slice());
        let reading = read(&[picture, picture, picture]);
        assert_eq!(reading.pictures.len(), 2);
        let mut gaps = gaps(&reading);
        gaps.sort();
        assert_eq!(gaps, ["image image", "image image", "image pdf"]);
    }

    #[test]
    fn a_picture_in_jbig2_has_the_dots_that_jbig2dec_and_poppler_find() {
        let Some(bytes) = corpus("tika/testPDF_JBIG2.pdf") else {
            return;
        };
        let file = suite::file(&bytes);
        let mut gathering = Gathering::new(&Limits::default());
        let mut sink = Sink::of(&file, Format::Pdf, &mut gathering);
        let desk = Desk::new(&mut sink);
        let scan = Scan::new(&bytes);
        let (document, _) = Document::open(&desk, &bytes, &scan).unwrap();
        let streams = document.numbers().map(|number| document.object(number));
        let mut streams = streams.filter_map(Object::stream);
        let picture = streams.find(|own| own.dict.get(b"Filter").name() == b"JBIG2Decode");
        let made = super::make(&document, picture.unwrap()).unwrap();
        assert_eq!(made.why, None);
        let rows = rows(&made.file);
        // 352 dots are 44 bytes.
        assert_eq!(rows.len(), 91 * 45);
        let dots = rows.chunks(45).flat_map(|row| &row[1..]);
        assert_eq!(dots.map(|byte| byte.count_zeros()).sum::<u32>(), 1276);
    }
}
