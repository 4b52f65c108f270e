//! Format codes of workbooks, taken apart.
//!
//! Source: ECMA-376 part 1, 18.8.30 and 18.8.31 (`numFmt`); MS-XLS 2.4.126 has
//! the same codes. Up to four sections: for numbers above, below and at zero,
//! and for texts.

/// What of a code is for some numbers, or for texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// What it is made of.
    pub(super) tokens: Vec<Token>,
    /// For which numbers it is: an operator and a bound.
    pub(super) condition: Option<(String, f64)>,
    /// Written in white.
    pub(super) white: bool,
}

/// A piece of a code.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// What stands for itself.
    Literal(String),
    /// A place of a digit: `0`, `#` or `?`.
    Digit(char),
    /// The decimal point.
    Point,
    /// Groups thousands, or divides by them.
    Comma,
    /// Multiplies by a hundred.
    Percent,
    /// Something that loses digits: an exponent or a fraction.
    Lossy,
    /// A part of a date or time, and how often its letter stands there.
    Date(char, usize),
    /// The text of a cell.
    Text,
    /// The value in full.
    General,
}

/// Codes longer than this are cut: Excel's own bound is 255 characters.
pub(super) const LONGEST: usize = 1_000;

/// Reads a code. Every text is one: what means nothing stands for itself.
pub(super) fn sections(code: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut section = Section::default();
    let mut characters = code.chars().take(LONGEST).peekable();
    while let Some(character) = characters.next() {
        match character {
            ';' => sections.push(std::mem::take(&mut section)),
            '"' => {
                let literal = characters.by_ref().take_while(|next| *next != '"');
                let literal = Token::Literal(literal.collect());
                section.tokens.push(literal);
            }
            '\\' => section.literal(characters.next()),
            '_' => {
                characters.next();
                section.literal(Some(' '));
            }
            '*' => {
                characters.next();
            }
            '[' => {
                let inside: String = characters
                    .by_ref()
                    .take_while(|next| *next != ']')
                    .collect();
                section.bracket(&inside);
            }
            '0' | '#' | '?' => section.tokens.push(Token::Digit(character)),
            '.' => section.tokens.push(Token::Point),
            ',' => section.tokens.push(Token::Comma),
            '%' => section.tokens.push(Token::Percent),
            '@' => section.tokens.push(Token::Text),
            'E' if matches!(characters.peek(), Some('+' | '-')) => {
                characters.next();
                section.tokens.push(Token::Lossy);
            }
            '/' if section.counts() && matches!(characters.peek(), Some('?' | '#' | '0'..='9')) => {
                section.tokens.push(Token::Lossy);
            }
            'A' | 'a' if matches!(characters.peek(), Some('M' | 'm' | '/')) => {
                // AM/PM or A/P.
                while characters
                    .next_if(|next| "AaMmPp/".contains(*next))
                    .is_some()
                {}
                section.tokens.push(Token::Date('a', 1));
            }
            'G' | 'g' if general(&mut characters) => section.tokens.push(Token::General),
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' => {
                let letter = character.to_ascii_lowercase();
                let mut times: usize = 1;
                let same = |next: &char| next.eq_ignore_ascii_case(&letter);
                while characters.next_if(same).is_some() {
                    times = times.saturating_add(1);
                }
                section.tokens.push(Token::Date(letter, times));
            }
            other => section.literal(Some(other)),
        }
    }
    sections.push(section);
    sections
}

/// The code that a built-in number stands for (18.8.30; 27 to 36 and 50 to
/// 58 are dates of eastern Asia).
pub(super) fn built_in(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 => "\"£\"#,##0;\\-\"£\"#,##0",
        6 => "\"£\"#,##0;[Red]\\-\"£\"#,##0",
        7 => "\"£\"#,##0.00;\\-\"£\"#,##0.00",
        8 => "\"£\"#,##0.00;[Red]\\-\"£\"#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => "dd/mm/yyyy",
        18 | 20 => "hh:mm",
        19 | 21 | 32..=35 | 55 | 56 => "hh:mm:ss",
        22 => "dd/mm/yyyy hh:mm",
        37 => "#,##0;\\-#,##0",
        38 => "#,##0;[Red]\\-#,##0",
        39 => "#,##0.00;\\-#,##0.00",
        40 => "#,##0.00;[Red]\\-#,##0.00",
        41 => "_-* #,##0_-;\\-* #,##0_-;_-* \"-\"_-;_-@_-",
        42 => "_-\"£\"* #,##0_-;\\-\"£\"* #,##0_-;_-\"£\"* \"-\"_-;_-@_-",
        43 => "_-* #,##0.00_-;\\-* #,##0.00_-;_-* \"-\"??_-;_-@_-",
        44 => "_-\"£\"* #,##0.00_-;\\-\"£\"* #,##0.00_-;_-\"£\"* \"-\"??_-;_-@_-",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => "General",
    }
}

/// Whether the rest of `General` follows; it is taken then.
fn general(characters: &mut std::iter::Peekable<std::iter::Take<std::str::Chars<'_>>>) -> bool {
    let rest: String = characters.clone().take(6).collect();
    let follows = rest.eq_ignore_ascii_case("eneral");
    if follows {
        for _ in 0..6 {
            characters.next();
        }
    }
    follows
}

impl Section {
    fn literal(&mut self, character: Option<char>) {
        let Some(character) = character else {
            return;
        };
        match self.tokens.last_mut() {
            Some(Token::Literal(literal)) => literal.push(character),
            _ => self.tokens.push(Token::Literal(character.to_string())),
        }
    }

    /// `[Red]`, `[>=100]`, `[$£-809]`, `[h]`.
    fn bracket(&mut self, inside: &str) {
        if let Some(currency) = inside.strip_prefix('$') {
            let symbol = currency.split('-').next().unwrap_or_default();
            if !symbol.is_empty() {
                self.tokens.push(Token::Literal(symbol.to_owned()));
            }
        } else if inside.starts_with(['<', '>', '=']) {
            let operator: String = inside
                .chars()
                .take_while(|next| "<>=".contains(*next))
                .collect();
            let number = inside.trim_start_matches(['<', '>', '=']).trim();
            if let Ok(number) = number.parse() {
                self.condition = Some((operator, number));
            }
        } else if inside.eq_ignore_ascii_case("white") || inside.eq_ignore_ascii_case("color2") {
            self.white = true;
        } else if let Some(letter @ ('h' | 'm' | 's')) = inside.to_ascii_lowercase().chars().next()
            && inside
                .chars()
                .all(|next| next.eq_ignore_ascii_case(&letter))
        {
            // Elapsed time is shown as such: never a date.
            self.tokens.push(Token::Date('[', inside.len()));
        }
    }

    /// Whether a place of a digit stands there already.
    pub(super) fn counts(&self) -> bool {
        self.tokens
            .iter()
            .any(|token| matches!(token, Token::Digit(_)))
    }
}
