//! The constants in compiled formulas (MS-XLS 2.2.2, 2.5.198; MS-XLSB 2.2.2,
//! 2.5.97): strings and numbers, and strings that the formula puts together.
//!
//! Only what a formula holds is told, not what it does: a cell keeps what came
//! out of it.

use super::digits::plain;

/// How the tokens of a formula are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Dialect {
    /// Excel 5 and 95.
    Five,
    /// Excel 97 to 2003.
    Eight,
    /// Binary workbooks since 2007.
    Twelve,
}

/// The constants of a formula, each followed by what it is joined to; and
/// whether all of the formula was understood.
pub(super) fn constants(tokens: &[u8], dialect: Dialect) -> (String, bool) {
    let mut reading = Reading {
        rest: tokens,
        dialect,
        told: Vec::new(),
        stack: Vec::new(),
    };
    while let Some((token, rest)) = reading.rest.split_first() {
        reading.rest = rest;
        if reading.token(*token).is_none() {
            return (reading.told.join(" "), false);
        }
    }
    (reading.told.join(" "), true)
}

struct Reading<'b> {
    rest: &'b [u8],
    dialect: Dialect,
    told: Vec<String>,
    /// The operands that wait, `None` for one that is not known.
    stack: Vec<Option<String>>,
}

impl Reading<'_> {
    fn token(&mut self, token: u8) -> Option<()> {
        let base = match token {
            0x40..=0x5F => token.saturating_sub(0x20),
            0x60..=0x7F => token.saturating_sub(0x40),
            token => token,
        };
        match base {
            // Concatenation.
            0x08 => {
                let right = self.stack.pop().flatten();
                let left = self.stack.pop().flatten();
                let joined = left.zip(right).map(|(left, right)| left + &right);
                if let Some(joined) = &joined {
                    self.told.push(joined.clone());
                }
                self.stack.push(joined);
            }
            0x03..=0x07 | 0x09..=0x11 => {
                self.stack.pop();
                self.stack.pop();
                self.stack.push(None);
            }
            // Plus, minus, percent and brackets leave a constant what it is.
            0x12..=0x15 => {}
            0x17 => {
                let text = self.string()?;
                self.constant(text);
            }
            0x1E => {
                let number = u16::from_le_bytes(self.array()?);
                self.constant(number.to_string());
            }
            0x1F => {
                let number = f64::from_le_bytes(self.array()?);
                self.constant(plain(number));
            }
            0x19 => {
                let [flags] = self.array()?;
                let count = usize::from(u16::from_le_bytes(self.array()?));
                if flags & 4 != 0 {
                    self.skip(count.saturating_add(1).saturating_mul(2))?;
                }
            }
            _ => {
                self.skip(self.length(base)?)?;
                if matches!(base, 0x21 | 0x22) {
                    // How many operands it takes stands in no formula.
                    self.stack.clear();
                }
                self.stack.push(None);
            }
        }
        Some(())
    }

    fn constant(&mut self, constant: String) {
        self.told.push(constant.clone());
        self.stack.push(Some(constant));
    }

    fn string(&mut self) -> Option<String> {
        let (count, wide) = match self.dialect {
            Dialect::Twelve => (usize::from(u16::from_le_bytes(self.array()?)), true),
            Dialect::Eight => {
                let [count, flags] = self.array()?;
                (usize::from(count), flags & 1 == 1)
            }
            Dialect::Five => {
                let [count] = self.array()?;
                (usize::from(count), false)
            }
        };
        let length = if wide { count.saturating_mul(2) } else { count };
        let bytes = self.rest.get(..length)?;
        self.skip(length)?;
        Some(if wide {
            let pairs = bytes.as_chunks::<2>().0.iter();
            let units: Vec<u16> = pairs.map(|pair| u16::from_le_bytes(*pair)).collect();
            String::from_utf16_lossy(&units)
        } else {
            bytes.iter().map(|byte| char::from(*byte)).collect()
        })
    }

    /// How many bytes follow a token.
    fn length(&self, base: u8) -> Option<usize> {
        let by_dialect = |five, eight, twelve| match self.dialect {
            Dialect::Five => five,
            Dialect::Eight => eight,
            Dialect::Twelve => twelve,
        };
        Some(match base {
            0x01 | 0x02 | 0x1B => 4,
            0x16 => 0,
            0x18 => match self.dialect {
                Dialect::Twelve if self.rest.first() == Some(&0x19) => 13,
                Dialect::Five | Dialect::Eight | Dialect::Twelve => 5,
            },
            0x1A => 10,
            0x1C | 0x1D => 1,
            0x20 => by_dialect(7, 7, 14),
            0x21 | 0x29 | 0x2E | 0x2F => 2,
            0x22 => 3,
            0x23 => by_dialect(14, 4, 4),
            0x24 | 0x2A | 0x2C => by_dialect(3, 4, 6),
            0x25 | 0x2B | 0x2D => by_dialect(6, 8, 12),
            0x26..=0x28 => 6,
            0x39 => by_dialect(24, 6, 6),
            0x3A | 0x3C => by_dialect(17, 6, 8),
            0x3B | 0x3D => by_dialect(20, 10, 14),
            _ => return None,
        })
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*array)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.rest = self.rest.get(count..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_are_joined_are_told_as_one_too() {
        // "943"&"4765919"
        let tokens = b"\x17\x03\x00943\x17\x07\x004765919\x08";
        let (told, whole) = constants(tokens, Dialect::Eight);
        assert_eq!(told, "943 4765919 9434765919");
        assert!(whole);
    }

    #[test]
    fn numbers_are_told_and_references_are_left_out() {
        let mut tokens = vec![0x44, 1, 0, 2, 0, 0x1F];
        tokens.extend(9_434_765_919_f64.to_le_bytes());
        tokens.push(0x03);
        assert_eq!(
            constants(&tokens, Dialect::Eight),
            ("9434765919".to_owned(), true)
        );
    }

    #[test]
    fn an_unknown_token_is_said() {
        assert!(!constants(&[0x1E, 1, 0, 0x3F], Dialect::Eight).1);
    }
}
