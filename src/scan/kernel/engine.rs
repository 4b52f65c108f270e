//! Which instructions the kernel uses.

/// An implementation of the kernel. All give the same result.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Engine {
    /// The fastest that this processor has.
    #[default]
    Best,
    /// AVX-512 with byte instructions (VBMI2), 64 bytes at once.
    Avx512,
    /// AVX2, 32 bytes at once.
    Avx2,
    /// Eight bytes at once in an ordinary register, on any processor.
    Swar,
}
