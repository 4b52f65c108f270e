//! What a reader of one format of pictures found.

/// Width and height in dots.
pub(super) type Size = (u32, u32);

/// What was found in a picture.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) size: Option<Size>,
    /// Where the picture ends, if its end is known.
    pub(super) end: Option<usize>,
    /// Words in its metadata.
    pub(super) words: Vec<String>,
}
