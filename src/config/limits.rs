//! The bounds as the configuration sets them.

use crate::document::Table;
use crate::limits::Limits;

/// Reads the bounds that a site sets.
pub(super) fn read_limits(table: &Table<'_, '_>, limits: &mut Limits) {
    let number = |key, bounds| {
        let number = table.number(key, bounds)?;
        usize::try_from(number).ok()
    };
    let mebibyte = 1_u64 << 20;
    if let Some(bytes) = number("message-bytes", 1024..mebibyte.saturating_mul(1024)) {
        limits.message_bytes = bytes;
    }
    if let Some(count) = number("recipients", 1..1_000_001) {
        limits.recipients = count;
    }
    if let Some(depth) = number("depth", 1..65) {
        limits.depth = depth;
    }
    if let Some(parts) = number("parts", 1..2_001) {
        limits.parts = parts;
    }
    if let Some(bytes) = number("text-bytes", 1024..mebibyte.saturating_mul(4096)) {
        limits.text_bytes = bytes;
    }
    if let Some(count) = number("members", 1..1_000_001) {
        limits.members = count;
    }
    if let Some(bytes) = number("expanded-bytes", mebibyte..mebibyte.saturating_mul(4096)) {
        limits.expanded_bytes = bytes;
    }
    if let Some(times) = number("expansion", 10..100_001) {
        limits.expansion = times;
    }
    if let Some(count) = number("pictures", 1..1_001) {
        limits.pictures = count;
    }
    let worker = mebibyte.saturating_mul(256)..mebibyte.saturating_mul(16_384);
    if let Some(bytes) = number("worker-bytes", worker) {
        limits.worker_bytes = bytes;
    }
    if let Some(ms) = table.number("part-ms", 50..120_001) {
        limits.part_ms = ms;
    }
    if let Some(ms) = table.number("message-ms", 100..240_001) {
        limits.message_ms = ms;
    }
    match table.number("reading-ms", 50..120_001) {
        Some(ms) => limits.reading_ms = ms,
        // The usual time, or half of a shorter one.
        None => limits.reading_ms = limits.reading_ms.min(limits.message_ms / 2),
    }
    limits.part_ms = limits.part_ms.min(limits.reading_ms);
    if limits.reading_ms >= limits.message_ms {
        table.complain(
            "config::no-time-to-decide",
            table.span(),
            format!(
                "reading attachments may take {} ms, and the whole message {} ms",
                limits.reading_ms, limits.message_ms
            ),
            "make reading-ms smaller than message-ms: what is not read in time is a gap, a \
             message that is not answered in time is deferred",
        );
    }
    table.finish();
}
