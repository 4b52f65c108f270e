//! The words of PDF (ISO 32000-1 section 7.2): numbers, names, strings and
//! keywords, in the file and in content streams.
//!
//! Damage is passed over as viewers do: whatever the bytes are, each step
//! takes at least one of them.

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// A name without its slash.
    Name(Vec<u8>),
    /// The bytes of a string.
    Text(Vec<u8>),
    /// `[`
    ArrayOpen,
    /// `]`
    ArrayClose,
    /// `<<`
    DictOpen,
    /// `>>`
    DictClose,
    /// Anything else: an operator, `obj`, `R`, `true`.
    Word(&'a [u8]),
}

/// Reads words from bytes.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    /// From a place on; one behind the end is the end.
    pub(super) fn at(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Where the next word is looked for.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Goes on elsewhere.
    pub(super) fn go(&mut self, at: usize) {
        self.at = at;
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    /// Passes white space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.at = self.at.saturating_add(1);
            } else if byte == b'%' {
                while self
                    .peek()
                    .is_some_and(|byte| !matches!(byte, b'\r' | b'\n'))
                {
                    self.at = self.at.saturating_add(1);
                }
            } else {
                return;
            }
        }
    }

    /// The next word; nothing at the end.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        self.skip_space();
        let start = self.at;
        let token = match self.take()? {
            b'[' => Token::ArrayOpen,
            b']' => Token::ArrayClose,
            b'(' => Token::Text(self.literal()),
            b'/' => Token::Name(self.name()),
            b'<' if self.peek() == Some(b'<') => {
                self.take();
                Token::DictOpen
            }
            b'<' => Token::Text(self.hexadecimal()),
            b'>' if self.peek() == Some(b'>') => {
                self.take();
                Token::DictClose
            }
            byte @ (b'>' | b')' | b'{' | b'}') => {
                let _ = byte;
                Token::Word(self.since(start))
            }
            _ => {
                while self.peek().is_some_and(is_regular) {
                    self.at = self.at.saturating_add(1);
                }
                let word = self.since(start);
                number(word).unwrap_or(Token::Word(word))
            }
        };
        Some(token)
    }

    fn since(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn name(&mut self) -> Vec<u8> {
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at = self.at.saturating_add(1);
            let escaped = (byte == b'#').then(|| {
                let high = hex(self.bytes.get(self.at).copied()?)?;
                let low = hex(self.bytes.get(self.at.saturating_add(1)).copied()?)?;
                Some(high << 4 | low)
            });
            match escaped.flatten() {
                Some(byte) => {
                    self.at = self.at.saturating_add(2);
                    name.push(byte);
                }
                None => name.push(byte),
            }
        }
        name
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut open = 0_usize;
        while let Some(byte) = self.take() {
            match byte {
                b'(' => open = open.saturating_add(1),
                b')' => match open.checked_sub(1) {
                    Some(left) => open = left,
                    None => return text,
                },
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.take();
                    }
                    text.push(b'\n');
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        match self.take() {
            Some(b'n') => text.push(b'\n'),
            Some(b'r') => text.push(b'\r'),
            Some(b't') => text.push(b'\t'),
            Some(b'b') => text.push(8),
            Some(b'f') => text.push(12),
            Some(b'\r') => {
                if self.peek() == Some(b'\n') {
                    self.take();
                }
            }
            Some(b'\n') | None => {}
            Some(first @ b'0'..=b'7') => {
                let mut value = first.wrapping_sub(b'0');
                for _ in 0..2 {
                    let Some(digit) = self.peek().filter(|byte| matches!(byte, b'0'..=b'7')) else {
                        break;
                    };
                    self.take();
                    value = value.wrapping_mul(8).wrapping_add(digit.wrapping_sub(b'0'));
                }
                text.push(value);
            }
            Some(other) => text.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut high = None;
        while let Some(byte) = self.take() {
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex(byte) else {
                continue;
            };
            match high.take() {
                None => high = Some(digit),
                Some(high) => text.push(high << 4 | digit),
            }
        }
        if let Some(high) = high {
            text.push(high << 4);
        }
        text
    }
}

/// A number, also one written as people's programs write them: `--5`, `.5-3`.
fn number<'a>(word: &[u8]) -> Option<Token<'a>> {
    let first = word.first()?;
    if !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
    let text = str::from_utf8(word).ok()?;
    if let Ok(number) = text.parse::<i64>() {
        return Some(Token::Integer(number));
    }
    let digits = text.trim_start_matches(['+', '-']);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let end = digits.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
    let (digits, rest) = digits.split_at_checked(end.unwrap_or(digits.len()))?;
    if rest.contains(|letter: char| !matches!(letter, '-' | '.' | '0'..='9')) {
        return None;
    }
    let value: f64 = match digits {
        "." | "" => 0.0,
        digits => digits.parse().ok()?,
    };
    Some(Token::Real(if *first == b'-' { -value } else { value }))
}

fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(byte.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

/// White space of PDF (table 1).
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b'\0' | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(bytes: &[u8]) -> Vec<Token<'_>> {
        let mut lexer = Lexer::at(bytes, 0);
        std::iter::from_fn(|| lexer.token()).collect()
    }

    #[test]
    fn strings_lose_their_escapes() {
        let text = |bytes| {
            let Token::Text(text) = tokens(bytes).remove(0) else {
                panic!("no text");
            };
            text
        };
        assert_eq!(text(b"(a(b)c\\)\\101\\\r\nd\\n)"), b"a(b)c)Ad\n");
        assert_eq!(text(b"<39 34 3>"), b"940");
        assert_eq!(text(b"(no end"), b"no end");
    }

    #[test]
    fn numbers_are_read_as_viewers_read_them() {
        let all = tokens(b"12 -7 +3 .5 -.25 4. --6 0.00-35 1e5 -");
        let expected = [
            Token::Integer(12),
            Token::Integer(-7),
            Token::Integer(3),
            Token::Real(0.5),
            Token::Real(-0.25),
            Token::Real(4.0),
            Token::Real(-6.0),
            Token::Real(0.0),
            Token::Word(b"1e5"),
            Token::Word(b"-"),
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn names_lose_their_escapes_and_comments_are_passed() {
        let all = tokens(b"/A#42C%x\n/D >> ] )");
        assert_eq!(all.len(), 5);
        assert_eq!(all[0], Token::Name(b"ABC".to_vec()));
    }
}
