//! Rich text in tokens.
//!
//! Source: RTF 1.9.1, "RTF Syntax". A control word has at most 32 letters and a
//! number of at most ten digits; longer ones are cut as Word cuts them.

/// A piece of rich text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Token<'b> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// A control word and its number.
    Word(&'b str, Option<i32>),
    /// A control word of one character that is no letter.
    Symbol(u8),
    /// `\'` and a byte in hexadecimal.
    Byte(u8),
    /// Characters as they are.
    Plain(&'b [u8]),
    /// Binary data.
    Binary(&'b [u8]),
}

/// Takes rich text apart.
#[derive(Debug)]
pub(super) struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Whether binary data ended before its length.
    pub(super) truncated: bool,
}

impl<'b> Tokens<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            truncated: false,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// The longest run from here of bytes of a kind, at most `most`.
    fn run(&mut self, most: usize, kind: impl Fn(u8) -> bool) -> &'b [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let len = rest
            .iter()
            .take(most)
            .take_while(|byte| kind(**byte))
            .count();
        self.at = self.at.saturating_add(len);
        rest.get(..len).unwrap_or(rest)
    }

    fn control(&mut self) -> Option<Token<'b>> {
        let first = self.peek()?;
        if !first.is_ascii_alphabetic() {
            self.step();
            if first != b'\'' {
                return Some(Token::Symbol(first));
            }
            let digits = self.run(2, |byte| byte.is_ascii_hexdigit());
            let digits = str::from_utf8(digits).unwrap_or("");
            let byte = u8::from_str_radix(digits, 16);
            return Some(byte.map_or(Token::Symbol(first), Token::Byte));
        }
        let name = self.run(32, |byte| byte.is_ascii_alphabetic());
        let name = str::from_utf8(name).unwrap_or("");
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.step();
        }
        let digits = self.run(10, |byte| byte.is_ascii_digit());
        let number = if digits.is_empty() {
            self.at = start;
            None
        } else {
            let number = self.bytes.get(start..self.at).unwrap_or(&[]);
            let number = str::from_utf8(number).ok();
            let number = number.and_then(|number| number.parse::<i64>().ok());
            number.map(|number| i32::try_from(number).unwrap_or(i32::MAX))
        };
        if self.peek() == Some(b' ') {
            self.step();
        }
        if name != "bin" {
            return Some(Token::Word(name, number));
        }
        let len = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
        let data = super::raw::part_or_rest(self.bytes, self.at, len);
        self.truncated |= data.len() < len;
        self.at = self.at.saturating_add(data.len());
        Some(Token::Binary(data))
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        match self.peek()? {
            b'{' => {
                self.step();
                Some(Token::Open)
            }
            b'}' => {
                self.step();
                Some(Token::Close)
            }
            b'\\' => {
                self.step();
                self.control()
            }
            // Line ends are there for people who read the source.
            b'\r' | b'\n' | 0 => {
                self.run(usize::MAX, |byte| matches!(byte, b'\r' | b'\n' | 0));
                self.next_unless_end()
            }
            _ => {
                let plain = self.run(usize::MAX, |byte| {
                    !matches!(byte, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0)
                });
                Some(Token::Plain(plain))
            }
        }
    }
}

impl<'b> Tokens<'b> {
    /// The next token; no line end stands here, so this goes down once only.
    fn next_unless_end(&mut self) -> Option<Token<'b>> {
        self.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_binary_data_are_told_apart() {
        let tokens: Vec<Token<'_>> = Tokens::new(br"{\rtf1\uc-2 a b\'e9\~\bin3 {{}x}").collect();
        let expected = [
            Token::Open,
            Token::Word("rtf", Some(1)),
            Token::Word("uc", Some(-2)),
            Token::Plain(b"a b"),
            Token::Byte(0xE9),
            Token::Symbol(b'~'),
            Token::Binary(b"{{}"),
            Token::Plain(b"x"),
            Token::Close,
        ];
        assert_eq!(tokens, expected);
    }

    #[test]
    fn binary_data_may_end_early() {
        let mut tokens = Tokens::new(br"{\bin4000000000 abc");
        assert_eq!(tokens.by_ref().last(), Some(Token::Binary(b"abc")));
        assert!(tokens.truncated);
    }
}
