//! Values as both kinds of records have them.

/// A number in four bytes (MS-XLS 2.5.217 `RkNumber`): the upper part of one of eight, or a whole
/// one of thirty bits; perhaps a hundredth of it.
pub(super) fn packed(bits: u32) -> f64 {
    let value = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & 0xFFFF_FFFC) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 1 == 1 { value / 100.0 } else { value }
}

/// A truth or an error by its number (MS-XLS 2.5.10).
pub(super) fn truth_or_error(value: u8, error: bool) -> &'static str {
    if !error {
        return if value == 0 { "FALSE" } else { "TRUE" };
    }
    match value {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR!",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_whole_or_hundredths() {
        assert!((packed((12_345 << 2) | 2) - 12_345.0).abs() < 1e-9);
        assert!((packed((12_345 << 2) | 3) - 123.45).abs() < 1e-9);
        let upper = u32::try_from(1.5_f64.to_bits() >> 32).unwrap();
        assert!((packed(upper) - 1.5).abs() < 1e-9);
    }
}
