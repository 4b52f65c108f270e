//! Seeded corpora: synthetic mails (prose) and patient rows (CSV).
//!
//! Nobody is described: numbers are random, valid ones from the never-issued
//! range 9xx. Rates follow what was counted in mail: in 10,000 words 30 dates,
//! 20 landlines, 15 mobiles, 10 random ten-digit numbers, 7 order numbers, 5
//! NHS numbers (run, spaces, hyphens; 3 of 5 with a label), 23 times, 50 short
//! numbers, 10 addresses of pages and 10 postcodes.

use std::fmt::Write as _;

/// Random numbers from a seed (splitmix64).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.bits() % bound as u64).unwrap()
    }

    /// A number from a range, both ends included.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// A random byte.
    pub(crate) fn byte(&mut self) -> u8 {
        let [byte, ..] = self.bits().to_le_bytes();
        byte
    }

    /// That many decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b"0123456789"[self.below(10)]))
            .collect()
    }
}

/// The commonest words of English mail first; the n-th is drawn about 1/n as
/// often as the first.
const WORDS: &[&str] = &[
    "the",
    "to",
    "and",
    "of",
    "a",
    "in",
    "for",
    "is",
    "on",
    "that",
    "we",
    "you",
    "it",
    "be",
    "with",
    "this",
    "have",
    "are",
    "as",
    "at",
    "will",
    "please",
    "from",
    "or",
    "by",
    "not",
    "your",
    "has",
    "was",
    "can",
    "if",
    "our",
    "all",
    "been",
    "would",
    "an",
    "they",
    "any",
    "but",
    "there",
    "which",
    "patient",
    "meeting",
    "he",
    "she",
    "his",
    "her",
    "their",
    "one",
    "so",
    "when",
    "up",
    "about",
    "out",
    "also",
    "team",
    "ward",
    "week",
    "time",
    "new",
    "clinic",
    "review",
    "thank",
    "thanks",
    "regards",
    "Monday",
    "Friday",
    "referral",
    "letter",
    "attached",
    "following",
    "appointment",
    "discharge",
    "medication",
    "consultant",
    "today",
    "tomorrow",
    "results",
    "blood",
    "surgery",
    "practice",
    "service",
    "department",
    "information",
    "contact",
    "available",
    "need",
    "discussed",
    "further",
    "outpatient",
    "follow-up",
    "confirm",
    "received",
    "forward",
    "report",
    "update",
    "training",
    "staff",
    "nurse",
    "doctor",
    "hospital",
    "community",
    "assessment",
    "support",
    "arranged",
    "questions",
    "concerns",
    "treatment",
    "history",
    "previous",
    "admitted",
];

fn word(random: &mut Random) -> &'static str {
    let share = |place: usize| 100_000 / (place + 1);
    let total: usize = (0..WORDS.len()).map(share).sum();
    let mut left = random.below(total);
    for (place, word) in WORDS.iter().enumerate() {
        match left.checked_sub(share(place)) {
            Some(rest) => left = rest,
            None => return word,
        }
    }
    "the"
}

/// A valid NHS number from the never-issued range: nine digits and the check.
pub(crate) fn nhs_number(random: &mut Random) -> String {
    loop {
        let stem = format!("9{}", random.digits(8));
        let sum: u32 = stem
            .bytes()
            .zip((2..=10).rev())
            .map(|(b, w)| u32::from(b - b'0') * w)
            .sum();
        let check = 11 - sum % 11;
        if check != 10 {
            return format!("{stem}{}", check % 11);
        }
    }
}

/// A number as a run, with spaces or with hyphens.
pub(crate) fn laid_out(random: &mut Random, number: &str) -> String {
    match random.below(3) {
        0 => number.to_owned(),
        1 => format!("{} {} {}", &number[..3], &number[3..6], &number[6..]),
        _ => format!("{}-{}-{}", &number[..3], &number[3..6], &number[6..]),
    }
}

fn date(random: &mut Random) -> String {
    let (day, month, year) = (
        random.between(1, 28),
        random.between(1, 12),
        random.between(1940, 2025),
    );
    match random.below(3) {
        0 => format!("{day:02}/{month:02}/{year}"),
        1 => format!("{year}-{month:02}-{day:02}"),
        _ => format!("{day} March {year}"),
    }
}

/// One word of a mail, or now and then something with digits.
fn token(random: &mut Random) -> String {
    match random.below(10_000) {
        0..30 => date(random),
        30..50 => format!("01632 960{}", random.digits(3)),
        50..65 => format!("07700 900{}", random.digits(3)),
        65..75 => format!("{}{}", random.between(1, 9), random.digits(9)),
        75..82 => format!("PO-{}", random.digits(7)),
        82..85 => {
            let number = nhs_number(random);
            format!("NHS number: {}", laid_out(random, &number))
        }
        85..87 => {
            let number = nhs_number(random);
            laid_out(random, &number)
        }
        87..110 => format!("{:02}:{:02}", random.between(7, 18), random.below(60)),
        110..160 => random.between(1, 999).to_string(),
        160..170 => format!(
            "https://www.example.org/page/{}?id={}",
            word(random),
            random.digits(5)
        ),
        170..180 => format!("ZZ{} {}ZZ", random.between(1, 9), random.between(1, 9)),
        _ => word(random).to_owned(),
    }
}

/// Mails of 500 to 5,000 bytes with headers and a phone line, `length` bytes
/// in all.
pub(crate) fn prose(seed: u64, length: usize) -> Vec<u8> {
    let mut random = Random(seed);
    let mut out = String::with_capacity(length + 6000);
    while out.len() < length {
        mail(&mut random, &mut out);
    }
    out.truncate(length);
    out.into_bytes()
}

fn mail(random: &mut Random, out: &mut String) {
    let size = random.between(500, 5000);
    let end = out.len() + size;
    let (first, second) = (word(random), word(random));
    write!(
        out,
        "From: {first} <{first}@example.org>\r\nTo: {second}@example.net\r\nSubject: {first} {second}\r\nDate: Tue, {} Mar 2024 {:02}:{:02}:{:02} +0000\r\n\r\n",
        random.between(1, 28), random.below(24), random.below(60), random.below(60)
    )
    .unwrap();
    let mut column = 0;
    while out.len() < end {
        let token = token(random);
        column += token.len() + 1;
        out.push_str(&token);
        match random.below(60) {
            0..4 => out.push_str(". "),
            4..9 => out.push_str(", "),
            9 => {
                out.push_str(".\r\n\r\n");
                column = 0;
            }
            _ if column > 70 => {
                out.push_str("\r\n");
                column = 0;
            }
            _ => out.push(' '),
        }
    }
    write!(
        out,
        "\r\n{first}\r\nTel: 01632 960{}\r\n\r\n",
        random.digits(3)
    )
    .unwrap();
}

/// Rows of a patient list: number in three layouts, eight digits, a word, a
/// date, a phone number, a decimal; CRLF. `length` bytes in all.
pub(crate) fn rows(seed: u64, length: usize) -> Vec<u8> {
    let mut random = Random(seed);
    let mut out = String::with_capacity(length + 200);
    while out.len() < length {
        let number = nhs_number(&mut random);
        out.push_str(&laid_out(&mut random, &number));
        write!(
            out,
            ",{},{},{},07700 900{},{}.{}\r\n",
            random.digits(8),
            word(&mut random),
            date(&mut random),
            random.digits(3),
            random.between(1, 99),
            random.digits(2)
        )
        .unwrap();
    }
    out.truncate(length);
    out.into_bytes()
}
