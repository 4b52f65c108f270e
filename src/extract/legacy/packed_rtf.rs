//! The rich text of Outlook's messages, unpacked.
//!
//! Source: MS-OXRTFCP 2.1.3. The crate compressed-rtf refuses what is cut off
//! or has a wrong sum, and takes the memory that a header asks for; here all
//! that can be unpacked is. It is the oracle of the tests.

use super::raw::{size_at, u32_at};
use crate::mail::GapReason;

/// What the window holds at the start (MS-OXRTFCP 2.1.2.1).
const START: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}\
{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New \
RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const WINDOW: usize = 4096;

/// Unpacks, and says what is missing. Grows at most 8.5 times.
pub(super) fn unpacked(packed: &[u8]) -> (Vec<u8>, Option<GapReason>) {
    let content = packed.get(16..).unwrap_or(&[]);
    match u32_at(packed, 8) {
        Some(0x414C_454D) => (content.to_vec(), None),
        Some(0x7546_5A4C) => unpack(content, size_at(packed, 4).unwrap_or(0)),
        _ => (Vec::new(), Some(GapReason::Broken)),
    }
}

fn unpack(content: &[u8], len: usize) -> (Vec<u8>, Option<GapReason>) {
    let mut window = [0_u8; WINDOW];
    for (slot, byte) in window.iter_mut().zip(START) {
        *slot = *byte;
    }
    let mut at = START.len();
    let mut out = Vec::new();
    let mut bytes = content.iter().copied();
    let mut put = |byte: u8, at: &mut usize, window: &mut [u8; WINDOW]| {
        out.push(byte);
        if let Some(slot) = window.get_mut(*at) {
            *slot = byte;
        }
        *at = at.wrapping_add(1) % WINDOW;
    };
    let mut ended = false;
    'tokens: while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            let Some(first) = bytes.next() else {
                break 'tokens;
            };
            if flags & (1_u8 << bit) == 0 {
                put(first, &mut at, &mut window);
                continue;
            }
            let Some(second) = bytes.next() else {
                break 'tokens;
            };
            let offset = usize::from(first) << 4 | usize::from(second >> 4);
            if offset == at {
                ended = true;
                break 'tokens;
            }
            for step in 0..usize::from(second & 0x0F).saturating_add(2) {
                let from = offset.wrapping_add(step) % WINDOW;
                let byte = window.get(from).copied().unwrap_or(0);
                put(byte, &mut at, &mut window);
            }
        }
    }
    let is_cut = !ended && out.len() < len;
    (out, is_cut.then_some(GapReason::Truncated))
}

#[cfg(test)]
mod tests {
    use super::unpacked;

    #[test]
    fn unpacks_what_the_crate_packs() {
        let text = "{\\rtf1\\ansi\\deff0 943 476 5919 943 476 5919 943 476 5919}".repeat(200);
        let packed = compressed_rtf::compress_rtf(&text).unwrap();
        assert_eq!(unpacked(&packed), (text.clone().into_bytes(), None));
        let (start, why) = unpacked(&packed[..packed.len() / 2]);
        assert!(text.as_bytes().starts_with(&start) && why.is_some());
    }
}
