//! The bounds that all packed streams share.

/// The largest dictionary or window that is set up, in bytes. 128 MiB is what
/// `zstd` itself takes without being told; 7-Zip's and xz's strongest usual
/// settings need 64.
pub(super) const DICTIONARY: u64 = 128 << 20;

/// The same as lzma-rust2 counts it, with a little for its own tables.
pub(super) const DICTIONARY_KIB: u32 = (128 << 10) + 1024;

/// How many streams may follow each other: setting one up takes time, and the
/// smallest is 9 bytes long.
pub(super) const STREAMS: usize = 100_000;

/// Fewer bytes than the shortest identifier has are not handed on where they
/// are no file.
pub(super) const TRIVIAL: usize = 8;
