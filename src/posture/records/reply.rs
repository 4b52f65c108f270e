//! Replies of mail servers (RFC 5321 section 4.2).

/// A reply of one or more lines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// Its three digits.
    pub code: u16,
    /// What stands behind them, line by line; at least one.
    pub lines: Vec<String>,
}

/// What the bytes so far are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Parsed {
    /// A whole reply, and nothing behind it.
    Reply(Reply),
    /// The beginning of one.
    More,
    /// None, or more than one: an answer to a question that was not yet put.
    Nonsense,
}

impl Reply {
    /// Reads what a server has sent so far.
    pub fn parse(bytes: &[u8]) -> Parsed {
        if bytes.last() != Some(&b'\n') {
            return Parsed::More;
        }
        let text = String::from_utf8_lossy(bytes);
        let mut lines = Vec::new();
        let mut code = None;
        let mut rest = text.lines().peekable();
        while let Some(line) = rest.next() {
            let Some((digits, words)) = line.split_at_checked(3) else {
                return Parsed::Nonsense;
            };
            let digits = Some(digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            let this: Option<u16> = digits.and_then(|digits| digits.parse().ok());
            let Some(this) = this.filter(|this| code.is_none_or(|code| code == *this)) else {
                return Parsed::Nonsense;
            };
            code = Some(this);
            let last = !words.starts_with('-');
            lines.push(words.get(1..).unwrap_or_default().to_owned());
            match (last, rest.peek()) {
                (true, None) => return Parsed::Reply(Self { code: this, lines }),
                (true, Some(_)) => return Parsed::Nonsense,
                (false, _) => {}
            }
        }
        Parsed::More
    }

    /// Whether a reply to EHLO names an extension (RFC 5321 section 4.1.1.1).
    pub fn offers(&self, keyword: &str) -> bool {
        self.lines.iter().skip(1).any(|line| {
            let word = line.split([' ', '=']).next().unwrap_or_default();
            word.eq_ignore_ascii_case(keyword)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str) -> Option<(u16, Vec<String>)> {
        match Reply::parse(text.as_bytes()) {
            Parsed::Reply(reply) => Some((reply.code, reply.lines)),
            Parsed::More | Parsed::Nonsense => None,
        }
    }

    #[test]
    fn a_reply_ends_with_the_line_that_has_no_hyphen() {
        let lines = vec![String::from("mx"), String::from("STARTTLS")];
        assert_eq!(read_as("250-mx\r\n250 STARTTLS\r\n"), Some((250, lines)));
        assert_eq!(read_as("220\r\n"), Some((220, vec![String::new()])));
        assert!(matches!(Reply::parse(b"250-mx\r\n"), Parsed::More));
        assert!(matches!(Reply::parse(b"250-mx\r\n250 STAR"), Parsed::More));
    }

    #[test]
    fn what_a_server_can_do_stands_behind_its_name() {
        let text = "250-STARTTLS\r\n250-SIZE 1000\r\n250 starttls\r\n";
        let Parsed::Reply(reply) = Reply::parse(text.as_bytes()) else {
            panic!("a reply");
        };
        assert!(reply.offers("STARTTLS") && reply.offers("SIZE"));
        let Parsed::Reply(reply) = Reply::parse(b"250 STARTTLS\r\n") else {
            panic!("a reply");
        };
        assert!(!reply.offers("STARTTLS"), "this is only its name");
    }

    #[test]
    fn what_is_no_reply_is_told_at_once() {
        for text in [
            "HTTP/1.1 400 Bad Request\r\n",
            "25\r\n",
            "250-a\r\n550 b\r\n",
            // More than was asked for: an answer to a question not yet put.
            "220 ready\r\n250 injected\r\n",
            "\u{fc}\u{fc}\u{fc}\r\n",
        ] {
            assert!(
                matches!(Reply::parse(text.as_bytes()), Parsed::Nonsense),
                "{text}"
            );
        }
    }
}
