//! Zstandard (RFC 8878): one frame after the other, and frames that programs
//! skip.

use std::io::{Error, ErrorKind, Read, Result};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::bounds::{DICTIONARY, STREAMS, TRIVIAL};

/// What all frames unpack to; [`Self::rest`] is what stands after them.
pub(super) struct Frames<'a> {
    rest: &'a [u8],
    frame: Option<StreamingDecoder<&'a [u8], FrameDecoder>>,
    skipped: Vec<&'a [u8]>,
    damaged: bool,
    left: usize,
}

impl<'a> Frames<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            frame: None,
            skipped: Vec::new(),
            damaged: false,
            left: STREAMS,
        }
    }

    /// What stands after the last frame, and what skippable frames hold.
    pub(super) fn rest(self) -> (&'a [u8], Vec<&'a [u8]>) {
        // After damage nobody knows where the next frame begins.
        (if self.damaged { b"" } else { self.rest }, self.skipped)
    }

    /// Opens the next frame, if one follows.
    fn open(&mut self) -> Result<bool> {
        while let [kind @ 0x50..=0x5F, 0x2A, 0x4D, 0x18, after @ ..] = self.rest {
            let _ = kind;
            let Some((length, after)) = after.split_first_chunk::<4>() else {
                return Err(ErrorKind::UnexpectedEof.into());
            };
            let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
            let length = length.min(after.len());
            let (content, after) = after.split_at_checked(length).unwrap_or((after, b""));
            if content.len() > TRIVIAL {
                self.skipped.push(content);
            }
            self.rest = after;
        }
        if !self.rest.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
            return Ok(false);
        }
        // What is left above the bound is handed on, one level deeper.
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(false);
        };
        self.left = left;
        let frame = StreamingDecoder::new_with_max_window_size(self.rest, DICTIONARY);
        self.frame = Some(frame.map_err(|error| {
            use ruzstd::decoding::errors::FrameDecoderError::WindowSizeTooBig;
            let too_large = matches!(error, WindowSizeTooBig { .. });
            let kind = if too_large {
                ErrorKind::OutOfMemory
            } else {
                ErrorKind::InvalidData
            };
            Error::new(kind, error)
        })?);
        Ok(true)
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if buffer.is_empty() || self.damaged {
            return Ok(0);
        }
        loop {
            if let Some(frame) = &mut self.frame {
                match frame.read(buffer) {
                    Ok(0) => {}
                    Ok(count) => return Ok(count),
                    Err(error) => {
                        self.damaged = true;
                        return Err(error);
                    }
                }
                if let Some(frame) = self.frame.take() {
                    self.rest = frame.into_inner();
                }
            }
            match self.open() {
                Ok(true) => {}
                Ok(false) => return Ok(0),
                Err(error) => {
                    self.damaged = true;
                    return Err(error);
                }
            }
        }
    }
}
