//! The sample messages: what a visitor is shown, and what the tests begin with.

use super::numbers::spaced;

/// A text message with CRLF line ends.
pub(crate) fn plain(to: &str, subject: &str, text: &str) -> Vec<u8> {
    let text = text.replace('\n', "\r\n");
    format!(
        "From: Dr Ada Example <sender@trust.example>\r\n\
         To: {to}\r\n\
         Subject: {subject}\r\n\
         Date: Sun, 22 Nov 2026 09:00:00 +0000\r\n\
         Message-ID: <{:016x}@trust.example>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\
         \r\n{text}\r\n",
        fingerprint(&[to, subject, &text])
    )
    .into_bytes()
}

/// A referral with an NHS number.
pub(crate) fn referral(to: &str, number: &str) -> Vec<u8> {
    plain(
        to,
        "Referral",
        &format!(
            "Dear colleague,\n\nplease see this patient in your clinic.\nNHS number: {}\n\nAda Example",
            spaced(number)
        ),
    )
}

/// A message with an attachment that nobody can read.
pub(crate) fn unreadable(to: &str) -> Vec<u8> {
    format!(
        "From: Dr Ada Example <sender@trust.example>\r\n\
         To: {to}\r\n\
         Subject: The archive\r\n\
         Date: Sun, 22 Nov 2026 09:00:00 +0000\r\n\
         Message-ID: <unreadable-{:016x}@trust.example>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"part\"\r\n\
         \r\n\
         --part\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         \r\n\
         See attached.\r\n\
         --part\r\n\
         Content-Type: application/octet-stream; name=\"archive.rar\"\r\n\
         Content-Disposition: attachment; filename=\"archive.rar\"\r\n\
         Content-Transfer-Encoding: base64\r\n\
         \r\n\
         UmFyIRoHAQB1bnJlYWRhYmxl\r\n\
         --part--\r\n",
        fingerprint(&[to])
    )
    .into_bytes()
}

fn fingerprint(texts: &[&str]) -> u64 {
    // FNV-1a: different messages need different ids, no more.
    let bytes = texts.iter().flat_map(|text| text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
