//! The protocol socketmap: `socketmap_table(5)` of Postfix. A request and its
//! reply are each one netstring: a length in decimal digits, a colon, so many
//! bytes, a comma.

/// How long a request or a reply may be, in bytes without its frame.
pub const MOST_BYTES: usize = 100_000;

/// The name of our map in requests.
const MAP: &str = "gatepost";

/// What the beginning of a stream holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Frame<'b> {
    /// A whole netstring.
    Whole {
        /// What is in it.
        text: &'b [u8],
        /// How many bytes it takes with its frame.
        bytes: usize,
    },
    /// What may become one when there is more.
    Unfinished,
    /// What can't become one, and why: nothing behind it can be understood.
    Broken(&'static str),
}

/// Reads the first netstring of a stream.
pub fn frame(stream: &[u8]) -> Frame<'_> {
    let mut length = 0_usize;
    let mut digits = 0_usize;
    for byte in stream {
        match byte {
            b'0'..=b'9' => {
                if digits > 0 && length == 0 {
                    return Frame::Broken("a length has no zeros before it");
                }
                let digit = usize::from(byte.wrapping_sub(b'0'));
                length = length.saturating_mul(10).saturating_add(digit);
                digits = digits.saturating_add(1);
                if length > MOST_BYTES {
                    return Frame::Broken("a request has at most 100000 bytes");
                }
            }
            b':' if digits > 0 => return content(stream, digits.saturating_add(1), length),
            _ => return Frame::Broken("a request begins with its length and a colon"),
        }
    }
    Frame::Unfinished
}

fn content(stream: &[u8], from: usize, length: usize) -> Frame<'_> {
    let end = from.saturating_add(length);
    match (stream.get(from..end), stream.get(end)) {
        (Some(text), Some(b',')) => Frame::Whole {
            text,
            bytes: end.saturating_add(1),
        },
        (_, Some(_)) => Frame::Broken("a request ends with a comma"),
        (_, None) => Frame::Unfinished,
    }
}

/// The key that a request asks for.
///
/// # Errors
/// Why it is no request to us.
pub fn key(request: &[u8]) -> Result<&str, &'static str> {
    let text = std::str::from_utf8(request).map_err(|_| "a request is UTF-8")?;
    match text.split_once(' ') {
        None => Err("a request is the name of a map, a space and a key"),
        Some((name, _)) if name != MAP => Err("the only map here is called gatepost"),
        Some((_, "")) => Err("the key is empty"),
        Some((_, key)) => Ok(key),
    }
}

/// What is replied.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reply {
    /// There is this in the map.
    Found(String),
    /// There is nothing in the map.
    NotFound,
    /// It can't be told now: mail waits.
    Later(&'static str),
    /// It can't be told to anybody who asks like that.
    Refused(&'static str),
}

impl Reply {
    /// The reply as it goes over the wire.
    pub fn frame(&self) -> Vec<u8> {
        let (word, rest) = match self {
            Self::Found(value) => ("OK", value.as_str()),
            // The space behind the word is part of it.
            Self::NotFound => ("NOTFOUND", ""),
            Self::Later(why) => ("TEMP", *why),
            Self::Refused(why) => ("PERM", *why),
        };
        let text = format!("{word} {rest}");
        format!("{}:{text},", text.len()).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_manual_is_read_and_answered() {
        let stream = b"20:gatepost example.org,5:after";
        let Frame::Whole { text, bytes } = frame(stream) else {
            panic!("no frame");
        };
        assert_eq!(key(text), Ok("example.org"));
        assert_eq!(&stream[bytes..], b"5:after");
        assert_eq!(Reply::NotFound.frame(), b"9:NOTFOUND ,");
        let found = Reply::Found(String::from("secure match=nexthop"));
        assert_eq!(found.frame(), b"23:OK secure match=nexthop,");
        assert_eq!(Reply::Later("why").frame(), b"8:TEMP why,");
    }

    #[test]
    fn what_can_become_no_request_is_told_at_once() {
        for stream in [
            &b"x"[..],
            b":",
            b"-1:",
            b"007:",
            b"00:",
            b"100001:",
            b"100001",
            b"99999999999999999999999999",
            b"3:abcd",
            b"1 ",
            b"GET / HTTP/1.1\r\n",
            b"\0",
        ] {
            assert!(matches!(frame(stream), Frame::Broken(_)), "{stream:?}");
        }
        for stream in [&b""[..], b"1", b"100000", b"3:", b"3:abc", b"0:"] {
            assert_eq!(frame(stream), Frame::Unfinished, "{stream:?}");
        }
        assert!(matches!(
            frame(b"0:,"),
            Frame::Whole {
                text: b"",
                bytes: 3
            }
        ));
        for request in [
            &b"gatepost"[..],
            b"",
            b" ",
            b"other x",
            b"gatepost ",
            b"gatepost \xff",
        ] {
            assert!(key(request).is_err(), "{request:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_framed_is_read_and_no_beginning_of_it(
            text in proptest::collection::vec(any::<u8>(), 0..300),
            rest in proptest::collection::vec(any::<u8>(), 0..20),
        ) {
            let mut stream = format!("{}:", text.len()).into_bytes();
            stream.extend(&text);
            stream.push(b',');
            for cut in 0..stream.len() {
                prop_assert_eq!(frame(&stream[..cut]), Frame::Unfinished);
            }
            let whole = stream.len();
            stream.extend(rest);
            prop_assert_eq!(frame(&stream), Frame::Whole { text: &text, bytes: whole });
        }

        #[test]
        fn what_is_broken_stays_broken_and_what_is_whole_stays_whole(
            stream in proptest::collection::vec(
                prop_oneof![Just(b':'), Just(b','), b'0'..=b'9', any::<u8>()], 0..40,
            ),
        ) {
            for cut in 0..stream.len() {
                let (before, after) = (frame(&stream[..cut]), frame(&stream));
                match before {
                    Frame::Unfinished => {}
                    Frame::Broken(_) => prop_assert!(matches!(after, Frame::Broken(_))),
                    Frame::Whole { .. } => prop_assert_eq!(before, after),
                }
            }
        }
    }
}
