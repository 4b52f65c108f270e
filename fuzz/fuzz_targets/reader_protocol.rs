//! What a worker or the daemon may get through the pipe: any bytes are a frame
//! or are refused, and a frame that is taken says the same when it is written
//! again. No more is taken than the frame holds.
#![no_main]

use gatepost::location::PartPath;
use gatepost::reader::{decode_answer, decode_request, encode_answer, encode_piece, encode_request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // As it is, and with right lengths in front: those are seldom hit.
    whole(bytes);
    if let Some((at, rest)) = bytes.split_first() {
        let header = usize::from(*at).min(rest.len());
        let braces = rest.iter().position(|byte| *byte == 0).unwrap_or(header);
        for header in [header, braces] {
            let mut frame = u32::try_from(header).expect("short").to_le_bytes().to_vec();
            frame.extend(u64::try_from(rest.len() - header).expect("short").to_le_bytes());
            frame.extend(rest);
            whole(&frame);
        }
    }
});

fn whole(frame: &[u8]) {
    if let Ok((file, limits)) = decode_request(frame) {
        let held = file.name.reveal().len() + file.bytes.reveal().len() + file.media_type.len();
        assert!(held <= frame.len());
        let (again, left) = decode_request(&encode_request(&file, &limits)).expect("its own request");
        assert_eq!(format!("{again:?}"), format!("{file:?}"));
        assert_eq!(again.bytes, file.bytes);
        assert_eq!(again.name, file.name);
        assert_eq!(left, limits);
    }
    for path in [PartPath::root(), PartPath::root().child(1)] {
        let Ok(answer) = decode_answer(frame, &path) else { continue };
        let reading = answer.reading;
        let texts: usize = reading.texts.iter().map(|(_, text)| text.reveal().len()).sum();
        let pictures: usize = reading.pictures.iter().map(|(_, picture)| picture.reveal().len()).sum();
        assert!(texts + pictures <= frame.len());
        assert!(reading.texts.iter().all(|(location, _)| location.part.starts_with(&path)));
        let encode = if answer.more { encode_piece } else { encode_answer };
        let again = decode_answer(&encode(&reading), &path).expect("its own answer");
        assert_eq!(again.more, answer.more);
        let again = again.reading;
        assert_eq!(again.texts, reading.texts);
        assert_eq!(again.gaps, reading.gaps);
        assert_eq!(again.hidden, reading.hidden);
        assert_eq!(again.pictures, reading.pictures);
    }
}
