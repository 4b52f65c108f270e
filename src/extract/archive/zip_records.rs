//! The records of a zip archive (APPNOTE.TXT 4.3), taken as they stand: no
//! record is refused for what another one says.

/// How each record begins.
pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
pub(super) const END: [u8; 4] = *b"PK\x05\x06";
pub(super) const END_64: [u8; 4] = *b"PK\x06\x06";
pub(super) const LOCATOR_64: [u8; 4] = *b"PK\x06\x07";
pub(super) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

/// Bits of the flags (4.4.4).
const ENCRYPTED: u16 = 1;
const DESCRIBED: u16 = 1 << 3;
const STRONGLY_ENCRYPTED: u16 = 1 << 6;
const MASKED: u16 = 1 << 13;

/// The method that stands for AES (AE-1 and AE-2).
const AES: u16 = 99;

/// What a local header and an entry of the directory both say of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    flags: u16,
    /// The number of the method by which it is packed.
    pub(super) method: u16,
    /// The length of the packed data, if it is said.
    pub(super) packed: Option<usize>,
    /// The length of the file, if it is said.
    pub(super) size: Option<u64>,
    pub(super) name: &'a [u8],
    /// The name or comment in Unicode (4.6.8 and 4.6.9), where there is one.
    pub(super) unicode: [&'a [u8]; 2],
    pub(super) comment: &'a [u8],
    /// Where the directory says that the local header stands.
    pub(super) offset: usize,
    /// The length of the record itself.
    pub(super) length: usize,
}

impl<'a> Record<'a> {
    /// The local header that `bytes` begin with (4.3.7).
    pub(super) fn local(bytes: &'a [u8]) -> Option<Self> {
        let fixed = bytes.first_chunk::<30>()?;
        if !fixed.starts_with(&LOCAL) {
            return None;
        }
        let [.., n0, n1, e0, e1] = *fixed;
        let (name, rest) = piece(bytes.get(30..)?, [n0, n1])?;
        let (extra, _) = piece(rest, [e0, e1])?;
        let mut record = Self {
            flags: short(fixed, 6)?,
            method: short(fixed, 8)?,
            packed: None,
            size: None,
            name,
            unicode: [unicode(extra, 0x7075), b""],
            comment: b"",
            offset: 0,
            length: 30_usize.checked_add(name.len())?.checked_add(extra.len())?,
        };
        let (packed, size) = (long(fixed, 18)?, long(fixed, 22)?);
        // Where the sizes follow the data, both are written as nothing.
        if !(record.is_described() && packed == 0) {
            record.measure(packed, size, 0, extra);
        }
        Some(record)
    }

    /// The entry of the directory that `bytes` begin with (4.3.12).
    pub(super) fn central(bytes: &'a [u8]) -> Option<Self> {
        let fixed = bytes.first_chunk::<46>()?;
        if !fixed.starts_with(&CENTRAL) {
            return None;
        }
        let [_, n0, n1, e0, e1, c0, c1] = *fixed.get(27..34)?.first_chunk::<7>()?;
        let (name, rest) = piece(bytes.get(46..)?, [n0, n1])?;
        let (extra, rest) = piece(rest, [e0, e1])?;
        let (comment, rest) = piece(rest, [c0, c1])?;
        let mut record = Self {
            flags: short(fixed, 8)?,
            method: short(fixed, 10)?,
            packed: None,
            size: None,
            name,
            unicode: [unicode(extra, 0x7075), unicode(extra, 0x6375)],
            comment,
            offset: 0,
            length: bytes.len().checked_sub(rest.len())?,
        };
        record.measure(long(fixed, 20)?, long(fixed, 24)?, long(fixed, 42)?, extra);
        Some(record)
    }

    /// Takes the sizes and the offset; what has no room in 32 bits stands in
    /// an extra field, in this order (4.5.3).
    fn measure(&mut self, packed: u32, size: u32, offset: u32, extra: &'a [u8]) {
        let mut large = field(extra, 1).chunks_exact(8);
        let mut next = |value: u32| {
            if value != u32::MAX {
                return Some(u64::from(value));
            }
            let chunk = large.next()?.first_chunk::<8>()?;
            Some(u64::from_le_bytes(*chunk))
        };
        self.size = next(size);
        self.packed = next(packed).and_then(|packed| usize::try_from(packed).ok());
        let offset = next(offset).and_then(|offset| usize::try_from(offset).ok());
        self.offset = offset.unwrap_or(usize::MAX);
    }

    /// Whether the content, or the header itself, is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & (ENCRYPTED | STRONGLY_ENCRYPTED | MASKED) != 0 || self.method == AES
    }

    /// Whether the sizes follow the data.
    pub(super) fn is_described(&self) -> bool {
        self.flags & DESCRIBED != 0
    }

    /// Whether it is a folder and holds nothing.
    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") && self.packed.unwrap_or(0) == 0
    }
}

/// The record at the archive's end (4.3.16), with what its 64-bit brother says
/// where there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct End<'a> {
    /// The number of entries: the lower 16 bits of it, where it is larger.
    pub(super) entries: u64,
    pub(super) size: usize,
    pub(super) offset: usize,
    pub(super) comment: &'a [u8],
    /// The length of the record, its comment included.
    pub(super) length: usize,
}

impl<'a> End<'a> {
    /// The record that `bytes` begin with. A comment that is cut off is taken
    /// as far as it goes.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let fixed = bytes.first_chunk::<22>()?;
        if !fixed.starts_with(&END) {
            return None;
        }
        let rest = bytes.get(22..)?;
        let length = usize::from(short(fixed, 20)?).min(rest.len());
        Some(Self {
            entries: u64::from(short(fixed, 10)?),
            size: usize::try_from(long(fixed, 12)?).ok()?,
            offset: usize::try_from(long(fixed, 16)?).ok()?,
            comment: rest.get(..length)?,
            length: length.checked_add(22)?,
        })
    }

    /// Takes the 64-bit record (4.3.14) that `bytes` begin with.
    pub(super) fn widen(&mut self, bytes: &[u8]) -> Option<()> {
        let fixed = bytes.first_chunk::<56>()?;
        if !fixed.starts_with(&END_64) {
            return None;
        }
        let [_, _, _, _, entries, size, offset] = *fixed.as_chunks::<8>().0.first_chunk::<7>()?;
        self.entries = u64::from_le_bytes(entries);
        self.size = usize::try_from(u64::from_le_bytes(size)).ok()?;
        self.offset = usize::try_from(u64::from_le_bytes(offset)).ok()?;
        Some(())
    }
}

/// The length of the descriptor that follows `packed` bytes of data, if one
/// does (4.3.9): with or without its signature, in 32 or 64 bits.
pub(super) fn descriptor(bytes: &[u8], packed: usize) -> usize {
    let signed = bytes.starts_with(&DESCRIPTOR);
    let skip = if signed { 8 } else { 4 };
    let Some(sizes) = bytes.get(skip..) else {
        return 0;
    };
    let packed = u64::try_from(packed).unwrap_or(u64::MAX);
    let wide = sizes
        .first_chunk::<8>()
        .map(|size| u64::from_le_bytes(*size));
    if wide == Some(packed) && packed > 0 && sizes.len() >= 16 {
        return usize::saturating_add(skip, 16);
    }
    let narrow = long(sizes, 0).map(u64::from);
    if sizes.len() >= 8 && (signed || narrow == Some(packed)) {
        return usize::saturating_add(skip, 8);
    }
    0
}

/// The value of the extra field of a kind (4.5).
fn field(mut extra: &[u8], kind: u16) -> &[u8] {
    while let Some((head, rest)) = extra.split_first_chunk::<4>() {
        let [k0, k1, l0, l1] = *head;
        let Some((value, rest)) = piece(rest, [l0, l1]) else {
            return b"";
        };
        if u16::from_le_bytes([k0, k1]) == kind {
            return value;
        }
        extra = rest;
    }
    b""
}

/// The text of an extra field after its version and checksum.
fn unicode(extra: &[u8], kind: u16) -> &[u8] {
    field(extra, kind).get(5..).unwrap_or(b"")
}

fn piece(bytes: &[u8], length: [u8; 2]) -> Option<(&[u8], &[u8])> {
    bytes.split_at_checked(usize::from(u16::from_le_bytes(length)))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..)?.first_chunk::<2>()?;
    Some(u16::from_le_bytes(*two))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*four))
}
