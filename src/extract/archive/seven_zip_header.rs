//! How large a 7z archive's header is once it is unpacked (7zFormat.txt,
//! "EncodedHeader"): the library sets aside a hundred bytes for each file that
//! a header could name, and a header of zeros packs to nothing.

/// Kinds of properties.
const ENCODED_HEADER: u8 = 0x17;
const PACK_INFO: u8 = 0x06;
const SIZE: u8 = 0x09;
const CRC: u8 = 0x0A;
const UNPACK_INFO: u8 = 0x07;
const FOLDER: u8 = 0x0B;
const UNPACK_SIZES: u8 = 0x0C;

/// The length of the last header, unpacked; `None` where it is damaged.
pub(super) fn length(header: &[u8]) -> Option<u64> {
    let own = u64::try_from(header.len()).ok()?;
    let Some((&ENCODED_HEADER, rest)) = header.split_first() else {
        return Some(own);
    };
    let mut fields = Fields(rest);
    fields.expect(PACK_INFO)?;
    let _position = fields.number()?;
    let streams = fields.number()?.min(16);
    loop {
        match fields.byte()? {
            0 => break,
            SIZE => {
                for _ in 0..streams {
                    fields.number()?;
                }
            }
            CRC => fields.checksums(streams)?,
            _ => return None,
        }
    }
    fields.expect(UNPACK_INFO)?;
    fields.expect(FOLDER)?;
    let folders = fields.number()?;
    fields.expect(0)?;
    let mut outputs = 0_u64;
    for _ in 0..folders.min(16) {
        outputs = outputs.checked_add(fields.folder()?)?;
    }
    fields.expect(UNPACK_SIZES)?;
    let mut largest = own;
    for _ in 0..outputs {
        largest = largest.max(fields.number()?);
    }
    Some(largest)
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    fn expect(&mut self, kind: u8) -> Option<()> {
        (self.byte()? == kind).then_some(())
    }

    /// A number of one to nine bytes: the ones before the first byte's first
    /// zero tell how many follow, the rest of it are the highest bits.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let count = first.leading_ones();
        let mut value = 0_u64;
        for place in 0..count {
            value |= u64::from(self.byte()?).checked_shl(place.checked_mul(8)?)?;
        }
        let high = u64::from(first & 0x7F_u8.checked_shr(count).unwrap_or(0));
        Some(value | high.checked_shl(count.checked_mul(8)?).unwrap_or(0))
    }

    fn checksums(&mut self, streams: u64) -> Option<()> {
        if self.byte()? == 1 {
            return self.skip(streams.checked_mul(4)?);
        }
        let bits = self.byte()?;
        self.skip(u64::from(bits.count_ones()).checked_mul(4)?)
    }

    /// Skips a folder's coders, and tells how many outputs they have.
    fn folder(&mut self) -> Option<u64> {
        let (mut inputs, mut outputs) = (0_u64, 0_u64);
        for _ in 0..self.number()?.min(32) {
            let flags = self.byte()?;
            self.skip(u64::from(flags & 0x0F))?;
            let (own_in, own_out) = if flags & 0x10 == 0 {
                (1, 1)
            } else {
                (self.number()?.min(32), self.number()?.min(32))
            };
            inputs = inputs.checked_add(own_in)?;
            outputs = outputs.checked_add(own_out)?;
            if flags & 0x20 != 0 {
                let length = self.number()?;
                self.skip(length)?;
            }
        }
        let pairs = outputs.saturating_sub(1);
        for _ in 0..pairs.checked_mul(2)? {
            self.number()?;
        }
        let packed = inputs.saturating_sub(pairs);
        if packed > 1 {
            for _ in 0..packed {
                self.number()?;
            }
        }
        Some(outputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_to_nine_bytes() {
        assert_eq!(Fields(&[0x25]).number(), Some(0x25));
        assert_eq!(Fields(&[0x81, 0x02]).number(), Some(0x102));
        assert_eq!(
            Fields(&[0xFF, 1, 0, 0, 0, 0, 0, 0, 1]).number(),
            Some(1 << 56 | 1)
        );
        assert_eq!(Fields(&[0xC0]).number(), None);
    }
}
