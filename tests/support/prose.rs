//! Mail as people write it, made from a seed: words, and the numbers that
//! stand between them.

use super::numbers::Numbers;

/// Common words, the shorter ones several times: roughly their share of mail.
const WORDS: &str = "the the the the of of of and and and to to to a a a in in is is it it for for \
    that that on on with you you we we as as are be this have from or by not at I will your our \
    can if please about would there which when they their has been was were had meeting list team \
    report service week month Monday Tuesday morning afternoon number change office email phone \
    regarding attached further information available following thank thanks regards colleague \
    department manager training hospital ward staff booking rota cover leave policy update system \
    question answer document version project plan budget review group public health community \
    social care support development programme management working between because through another \
    different important possible particular necessary understand consider however therefore";

/// About `bytes` bytes of text in lines of up to 72 characters, CRLF.
pub(crate) fn text(bytes: usize, seed: u64) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut numbers = Numbers::new(seed);
    let mut out = String::with_capacity(bytes + 80);
    let mut column = 0;
    while out.len() < bytes {
        let dice = numbers.next();
        let word = match dice % 1000 {
            0..3 => format!(
                "{:02}/{:02}/20{:02}",
                dice / 7 % 28 + 1,
                dice / 11 % 12 + 1,
                dice / 13 % 27
            ),
            3..5 => format!("01632 960{:03}", dice / 7 % 1000),
            5 => format!("07700 900{:03}", dice / 7 % 1000),
            6 => format!("{:010}", dice / 7 % 10_000_000_000),
            7..9 => format!("{}:{:02}", dice / 7 % 24, dice / 11 % 60),
            9..14 => format!("{}", dice / 7 % 1000),
            14 => format!("https://www.example.org/page/{}", dice / 7 % 100_000),
            _ => {
                words[usize::try_from(dice / 1000 % words.len() as u64).expect("small")].to_owned()
            }
        };
        if column + word.len() > 72 {
            out.push_str("\r\n");
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        column += word.len();
        out.push_str(&word);
    }
    out.push_str("\r\n");
    out
}

/// A whole message of about `bytes` bytes with the usual headers.
pub(crate) fn message(bytes: usize, seed: u64) -> Vec<u8> {
    format!(
        "From: Dr Ada Example <sender@trust.example>\r\n\
         To: Ward <a@nhs.net>\r\n\
         Subject: Cover for next week\r\n\
         Date: Sun, 22 Nov 2026 09:00:00 +0000\r\n\
         Message-ID: <{seed:016x}@trust.example>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\n{}",
        text(bytes.saturating_sub(300), seed)
    )
    .into_bytes()
}
