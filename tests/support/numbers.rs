//! NHS, CHI and H&C numbers for tests: of issued ranges only from a seed, never
//! of anybody.

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

    /// A pseudo-random value below `bound`, which must not be 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("small");
        usize::try_from(self.next() % bound).expect("below a small bound")
    }

    /// One of a list that is not empty.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// So many random digits; the first may be 0.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + u8::try_from(self.below(10)).expect("a digit")))
            .collect()
    }

    /// A Scottish CHI number: a real date DDMMYY, three digits and the check
    /// digit by modulus 11.
    pub(crate) fn chi(&mut self) -> String {
        loop {
            let (month, year) = (self.below(12) + 1, self.below(100));
            let longest = match month {
                2 if year % 4 == 0 => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            let day = self.below(longest) + 1;
            let stem = format!("{day:02}{month:02}{year:02}{}", self.digits(3));
            if let Some(number) = with_check_digit(&stem) {
                return number;
            }
        }
    }

    /// A Health and Care Number of Northern Ireland: stems 320000001 to
    /// 399999999.
    pub(crate) fn hc(&mut self) -> String {
        loop {
            let stem = 320_000_001 + self.below(79_999_999);
            if let Some(number) = with_check_digit(&stem.to_string()) {
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

/// Ten digits with another last one: a check digit that fails.
pub(crate) fn with_wrong_digit(number: &str) -> String {
    let last = number.as_bytes()[9];
    let wrong = if last == b'9' { b'0' } else { last + 1 };
    format!("{}{}", &number[..9], char::from(wrong))
}
