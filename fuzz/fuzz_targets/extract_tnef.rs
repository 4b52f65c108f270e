//! Outlook's winmail.dat: the bytes are its attributes. In every second run
//! they are the properties of the message instead.
#![no_main]

mod support;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = support::chosen(bytes) else { return };
    let mut file = vec![0x78, 0x9F, 0x3E, 0x22, 1, 0];
    if kind % 2 == 0 {
        file.extend(bytes);
    } else {
        // attMAPIProps, and an attachment's.
        let halves = bytes.split_at(bytes.len() / 2);
        for (level, id, bytes) in [(1, 0x0006_9003_u32, halves.0), (2, 0x0006_9002, b""), (2, 0x0006_9005, halves.1)] {
            file.push(level);
            file.extend(id.to_le_bytes());
            file.extend(u32::try_from(bytes.len()).expect("short").to_le_bytes());
            file.extend(bytes);
            file.extend([0, 0]);
        }
    }
    support::check(&file, "");
});
