//! The tests of zip archives.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::suite::{Opened, open, open_within};
use super::zip::read;
use crate::extract::suite;
use crate::limits::Limits;

const NUMBER: &str = "943 476 5919";

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, options()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn opened(bytes: &[u8]) -> Opened {
    open(bytes, read)
}

/// The place of the `number`th record of a kind.
fn place(bytes: &[u8], signature: &[u8], number: usize) -> usize {
    memchr::memmem::find_iter(bytes, signature)
        .nth(number)
        .unwrap()
}

#[test]
fn all_methods_are_read() {
    let text = format!("{NUMBER} ").repeat(50);
    for method in [
        CompressionMethod::Stored,
        CompressionMethod::Deflated,
        CompressionMethod::Bzip2,
        CompressionMethod::Lzma,
        CompressionMethod::Xz,
        CompressionMethod::Ppmd,
    ] {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let started = writer.start_file("a.txt", options().compression_method(method));
        if started.is_err() {
            // The library reads LZMA and does not write it.
            continue;
        }
        writer.write_all(text.as_bytes()).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let opened = opened(&bytes);
        assert_eq!(opened.text("a.txt"), text, "{method}");
        assert!(opened.gaps().is_empty(), "{method} {:?}", opened.gaps());
        assert_eq!(opened.files.len(), 1, "{method} {:?}", opened.names());
    }
}

#[test]
fn names_and_comments_are_texts() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let _ = writer.set_comment("for Ms Example");
    writer.start_file("943 476 5919.txt", options()).unwrap();
    writer.add_directory("ward 7/", options()).unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let opened = opened(&bytes);
    for words in ["943 476 5919.txt", "ward 7/", "for Ms Example"] {
        assert!(suite::has(&opened.reading, words), "{words}");
    }
    assert!(opened.gaps().is_empty());
}

#[test]
fn encrypted_files_are_said_and_the_others_read() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("open.txt", options()).unwrap();
    writer.write_all(NUMBER.as_bytes()).unwrap();
    writer.start_file("shut.txt", options()).unwrap();
    writer.write_all(b"nothing to see").unwrap();
    let mut bytes = writer.finish().unwrap().into_inner();
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = place(&bytes, signature, 1) + flags;
        bytes[at] |= 1;
    }
    let opened = opened(&bytes);
    assert_eq!(opened.text("open.txt"), NUMBER);
    assert_eq!(opened.gaps(), ["encrypted zip"]);
    assert!(suite::has(&opened.reading, "shut.txt"));
    assert_eq!(opened.reading.gaps[0].location.part.to_string(), "1.2");
}

#[test]
fn unknown_methods_are_said() {
    let mut bytes = packed(&[("a.jpg", b"943"), ("b.txt", NUMBER.as_bytes())]);
    for (signature, method) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let at = place(&bytes, signature, 0) + method;
        bytes[at] = 96;
    }
    let opened = opened(&bytes);
    assert_eq!(opened.names(), ["b.txt"]);
    assert_eq!(opened.gaps(), ["unknown-format zip"]);
}

#[test]
fn a_truncated_archive_is_read_as_far_as_it_goes() {
    let long = format!("{NUMBER}\n").repeat(4000);
    let bytes = packed(&[("a.txt", NUMBER.as_bytes()), ("b.txt", long.as_bytes())]);
    let directory = place(&bytes, b"PK\x01\x02", 0);
    let without_end = opened(&bytes[..directory]);
    assert_eq!(without_end.text("b.txt"), long);
    assert_eq!(without_end.gaps(), ["truncated zip"]);
    let cut = opened(&bytes[..directory - 40]);
    assert_eq!(cut.text("a.txt"), NUMBER);
    assert!(cut.text("b.txt").contains(NUMBER));
    assert_eq!(cut.gaps(), ["truncated zip"]);
}

#[test]
fn a_damaged_stream_gives_what_stands_before_the_damage() {
    let rows: Vec<String> = (0..40_000).map(|n| format!("row {n} {NUMBER}\n")).collect();
    let long = rows.concat();
    let mut bytes = packed(&[("a.txt", long.as_bytes())]);
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 40] {
        *byte = 0xFF;
    }
    let opened = opened(&bytes);
    let text = opened.text("a.txt");
    assert!(
        text.len() > long.len() / 3,
        "{} of {}",
        text.len(),
        long.len()
    );
    assert!(opened.gaps().contains(&"broken zip".to_owned()));
}

#[test]
fn a_file_that_the_directory_hides_is_read() {
    // The directory of an archive without the file, behind one that has it.
    let whole = packed(&[("seen.txt", b"hello"), ("hidden.txt", NUMBER.as_bytes())]);
    let start = place(&whole, b"PK\x01\x02", 0);
    let first = place(&whole, b"PK\x01\x02", 1);
    let end = place(&whole, b"PK\x05\x06", 0);
    let mut bytes = whole[..first].to_vec();
    bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    bytes.extend(u32::try_from(first - start).unwrap().to_le_bytes());
    bytes.extend(u32::try_from(start).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    assert!(end < whole.len());
    let opened = opened(&bytes);
    assert_eq!(opened.names(), ["seen.txt", "hidden.txt"]);
    assert_eq!(opened.text("hidden.txt"), NUMBER);
}

#[test]
fn what_stands_before_between_and_after_is_handed_on() {
    let archive = packed(&[("a.txt", b"hello")]);
    let mut bytes = b"MZ program 943 476 5919 ".to_vec();
    bytes.extend(&archive);
    bytes.extend(b" and after it 943 476 5919");
    let opened = opened(&bytes);
    assert_eq!(opened.files.len(), 3, "{:?}", opened.names());
    assert_eq!(opened.text("a.txt"), "hello");
    let loose = opened.files.iter().filter(|(name, _)| name.is_empty());
    for (_, bytes) in loose {
        assert!(String::from_utf8_lossy(bytes).contains(NUMBER));
    }
}

#[test]
fn data_behind_the_end_of_a_stream_are_handed_on() {
    // The length says 40 bytes more than the stream needs.
    let mut bytes = packed(&[("a.txt", b"hello hello hello hello hello hello")]);
    let start = place(&bytes, b"PK\x01\x02", 0);
    let secret = b"943 476 5919 943 476 5919 943 476 5919 ab";
    for (signature, at) in [(b"PK\x03\x04", 18), (b"PK\x01\x02", 20)] {
        let at = place(&bytes, signature, 0) + at;
        bytes[at] += 41;
    }
    bytes.splice(start..start, secret.iter().copied());
    let end = place(&bytes, b"PK\x05\x06", 0);
    bytes[end + 16] += 41;
    let opened = opened(&bytes);
    assert_eq!(opened.names(), ["a.txt", ""]);
    assert!(opened.text("").contains(NUMBER));
}

#[test]
fn headers_that_contradict_the_directory_are_believed_too() {
    let mut bytes = packed(&[("a.txt", b"943 476 5919 943 476 5919 943 476 5919")]);
    let directory = place(&bytes, b"PK\x01\x02", 0);
    // The directory says that the data are not packed.
    bytes[directory + 10] = 0;
    let contents: Vec<String> = opened(&bytes)
        .files
        .iter()
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    assert!(
        contents.iter().any(|text| text.contains(NUMBER)),
        "{contents:?}"
    );
    // And one that has another name in the header before the data.
    let mut bytes = packed(&[("9434765919", b"x")]);
    let directory = place(&bytes, b"PK\x01\x02", 0);
    bytes[directory + 46..directory + 56].copy_from_slice(b"harmless.x");
    let opened = opened(&bytes);
    assert!(suite::has(&opened.reading, "9434765919"));
    assert!(suite::has(&opened.reading, "harmless.x"));
}

#[test]
fn two_files_of_one_name_are_both_read() {
    let mut bytes = packed(&[("a.txt", b"one"), ("b.txt", NUMBER.as_bytes())]);
    for at in memchr::memmem::find_iter(&bytes.clone(), b"b.txt") {
        bytes[at] = b'a';
    }
    let opened = opened(&bytes);
    assert_eq!(opened.names(), ["a.txt", "a.txt"]);
    assert_eq!(opened.files[1].1, NUMBER.as_bytes());
}

#[test]
fn a_picture_that_is_an_archive_too_is_both() {
    let mut bytes = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xD9".to_vec();
    bytes.extend(packed(&[("943 476 5919.txt", b"hello")]));
    let reading = suite::read(&bytes);
    assert!(
        suite::has(&reading, "943 476 5919.txt"),
        "{:?}",
        suite::told(&reading)
    );
}

#[test]
fn a_bomb_leaves_the_rest_to_be_read() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("zeros", options()).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..300 {
        writer.write_all(&zeros).unwrap();
    }
    writer.start_file("list.txt", options()).unwrap();
    writer.write_all(NUMBER.as_bytes()).unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let opened = opened(&bytes);
    assert_eq!(opened.text("list.txt"), NUMBER);
    assert_eq!(opened.gaps(), ["too-large zip"]);
    let total: usize = opened.files.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(total < 100 << 20, "{total}");
}

#[test]
fn nested_bombs_and_deep_nests_end() {
    let mut bytes = vec![0; 10 << 20];
    for level in 0..30 {
        let name = format!("{level}.zip");
        bytes = packed(&[(&name, &bytes)]);
    }
    let reading = suite::read(&bytes);
    assert_eq!(suite::gaps(&reading), ["too-deep"]);
    // Sixteen times sixteen times the same bomb.
    let mut bytes = packed(&[("bomb", &vec![0; 4 << 20])]);
    for _ in 0..3 {
        let names: Vec<String> = (0..16).map(|number| format!("{number}.zip")).collect();
        let files: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), bytes.as_slice()))
            .collect();
        bytes = packed(&files);
    }
    let reading = suite::read(&bytes);
    assert!(suite::gaps(&reading).contains(&"too-large zip".to_owned()));
}

#[test]
fn more_files_than_the_bound_are_said() {
    let names: Vec<String> = (0..100_000).map(|number| format!("{number}")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"x"[..]))
        .collect();
    let bytes = packed(&files);
    let opened = opened(&bytes);
    assert_eq!(opened.files.len(), Limits::default().members);
    assert_eq!(opened.gaps(), ["too-many-parts zip"]);
    assert!(suite::has(&opened.reading, "99998 99999"));
}

#[test]
fn entries_that_share_their_data_cost_no_more_than_the_archive() {
    // 60,000 entries for one stream of a million empty blocks.
    let stream = [b"\0\0\0\xFF\xFF".repeat(1_000_000), b"\x03\0".to_vec()].concat();
    let mut bytes = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    let length = u32::try_from(stream.len()).unwrap().to_le_bytes();
    bytes.extend(length);
    bytes.extend([0, 0, 0, 0, 1, 0, 0, 0, b'a']);
    bytes.extend(&stream);
    let start = bytes.len();
    for _ in 0..9_000 {
        bytes.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0");
        bytes.extend(length);
        bytes.extend([0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
        bytes.extend([0; 12]);
        bytes.push(b'a');
    }
    let size = bytes.len() - start;
    bytes.extend(b"PK\x05\x06\0\0\0\0\x28\x23\x28\x23");
    bytes.extend(u32::try_from(size).unwrap().to_le_bytes());
    bytes.extend(u32::try_from(start).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    let before = std::time::Instant::now();
    let opened = opened(&bytes);
    assert!(opened.files.len() < 10, "{}", opened.files.len());
    assert!(opened.gaps().contains(&"too-large zip".to_owned()));
    assert!(before.elapsed().as_secs() < 20);
}

#[test]
fn what_hides_in_the_directory_is_handed_on() {
    let mut bytes = packed(&[("a.txt", b"hello")]);
    let end = place(&bytes, b"PK\x05\x06", 0);
    // Between the entries and the end, which tells of a longer directory.
    bytes.splice(end..end, b"PK\x06\x06 943 476 5919".iter().copied());
    bytes[end + 17 + 12] += 17;
    let opened = opened(&bytes);
    assert_eq!(opened.names(), ["a.txt", ""]);
    assert!(opened.text("").contains(NUMBER));
}

#[test]
fn bytes_that_only_begin_as_an_archive_are_said() {
    for bytes in [
        &b"PK\x03\x04"[..],
        b"PK\x05\x06 nothing",
        b"PK\x03\x04 943 476 5919",
    ] {
        assert!(!suite::read(bytes).gaps.is_empty(), "{bytes:?}");
    }
}

#[test]
fn files_of_the_corpus() {
    let Some(gbk) = suite::corpus("tika/gbk.zip") else {
        return;
    };
    let jis = suite::corpus("tika/testZipEntryNameCharsetShiftSJIS.zip").unwrap();
    assert_eq!(opened(&jis).names(), ["文章1.txt", "文章2.txt"]);
    assert!(opened(&gbk).names()[0].starts_with("审计压缩包"));
    let named = [
        ("testZip_with_DataDescriptor.zip", 5),
        ("testZip_with_DataDescriptor2.zip", 4),
    ];
    for (name, count) in named {
        let bytes = suite::corpus(&format!("tika/{name}")).unwrap();
        let opened = opened(&bytes);
        assert_eq!(opened.files.len(), count, "{name} {:?}", opened.names());
        assert!(opened.gaps().is_empty(), "{name} {:?}", opened.gaps());
    }
    let oom = suite::corpus("tika/testZIP_corrupted_oom.zip").unwrap();
    assert!(!suite::read(&oom).gaps.is_empty());
}

proptest! {
    #[test]
    fn what_was_packed_comes_out(files in prop::collection::vec(
        (prop::bool::ANY, prop::collection::vec(any::<u8>(), 0..300)), 1..8)
    ) {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (number, (stored, content)) in files.iter().enumerate() {
            let method = if *stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
            writer.start_file(format!("{number}"), options().compression_method(method)).unwrap();
            writer.write_all(content).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        let opened = opened(&bytes);
        prop_assert_eq!(opened.files.len(), files.len());
        for ((_, read), (_, written)) in opened.files.iter().zip(&files) {
            prop_assert_eq!(read, written);
        }
        prop_assert!(opened.gaps().is_empty());
    }

    #[test]
    fn no_damage_makes_the_reader_fail(
        cut in 0_usize..400, at in 0_usize..400, value in any::<u8>()
    ) {
        let long = format!("{NUMBER}\n").repeat(20);
        let mut bytes = packed(&[("a.txt", long.as_bytes()), ("b.txt", b"hello")]);
        let length = bytes.len();
        bytes[at % length] = value;
        bytes.truncate(length - cut % length);
        let _ = open_within(&bytes, &Limits::default(), read);
    }
}
