//! NHS numbers for tests: of issued ranges only from a seed, never of anybody.

/// A generator of numbers that gives the same ones for the same seed.
#[derive(Clone, Debug)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// The next pseudo-random value (splitmix64).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// A number of an issued range (first digit 4, 6 or 7) with a right check
    /// digit.
    pub(crate) fn live(&mut self) -> String {
        loop {
            let stem = format!("{:09}", self.next() % 1_000_000_000);
            let first = ["4", "6", "7"][usize::try_from(self.next() % 3).expect("small")];
            if let Some(number) = with_check_digit(&format!("{first}{}", &stem[1..])) {
                return number;
            }
        }
    }

    /// A number of the never-issued 9xx range with a right check digit.
    pub(crate) fn test(&mut self) -> String {
        loop {
            let stem = format!("9{:08}", self.next() % 100_000_000);
            if let Some(number) = with_check_digit(&stem) {
                return number;
            }
        }
    }
}

/// Nine digits with their check digit; `None` for a stem that was never issued.
pub(crate) fn with_check_digit(stem: &str) -> Option<String> {
    let sum: u32 = stem
        .bytes()
        .zip((2..=10).rev())
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .sum();
    match 11 - sum % 11 {
        11 => Some(format!("{stem}0")),
        10 => None,
        digit => Some(format!("{stem}{digit}")),
    }
}

/// The usual layout: 3-3-4.
pub(crate) fn spaced(number: &str) -> String {
    format!("{} {} {}", &number[..3], &number[3..6], &number[6..])
}
