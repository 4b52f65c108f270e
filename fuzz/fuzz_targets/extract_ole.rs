//! Files in OLE containers: the bytes become the streams that the first of them
//! chooses; where there are two, a length of 16 bits divides them.
#![no_main]

mod support;

use libfuzzer_sys::fuzz_target;

/// The streams that are fuzzed; empty where the kind has only one.
const STREAMS: [(&str, &str); 16] = [
    ("WordDocument", "1Table"),
    ("WordDocument", "0Table"),
    ("WordDocument", "Data"),
    ("Workbook", ""),
    ("Book", ""),
    ("Workbook", "_SX_DB_CUR/0001"),
    ("PowerPoint Document", ""),
    ("PowerPoint Document", "Current User"),
    ("PowerPoint Document", "Pictures"),
    ("__properties_version1.0", "__substg1.0_1000001F"),
    ("__substg1.0_10090102", ""),
    ("__recip_version1.0_#00000000/__substg1.0_3001001E", "__attach_version1.0_#00000000/__substg1.0_37010102"),
    ("\u{1}Ole10Native", "\u{1}CompObj"),
    ("\u{5}SummaryInformation", "\u{5}DocumentSummaryInformation"),
    ("VBA/dir", "VBA/Module1"),
    ("EncryptionInfo", "EncryptedPackage"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = support::chosen(bytes) else { return };
    let (first, second) = STREAMS[kind % STREAMS.len()];
    let mut streams = Vec::new();
    if second.is_empty() {
        streams.push((first, bytes.to_vec()));
    } else {
        let Some((length, rest)) = bytes.split_first_chunk() else { return };
        let (one, two) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
        streams.extend([(first, one.to_vec()), (second, two.to_vec())]);
    }
    if first.starts_with("__") && first != "__properties_version1.0" {
        streams.push(("__properties_version1.0", vec![0; 32]));
    }
    support::check(&support::contained(streams), "");
});
