//! Telephones, faxes, extensions, meeting ids and signatures.

use super::{Decoy, any, decoy, starting, with};

pub(super) const DECOYS: &[Decoy] = &[
    decoy("us-phone", |r| {
        let n = r.live();
        format!("({}) {}-{}", &n[..3], &n[3..6], &n[6..])
    }),
    decoy("us-phone-bare", |r| with(&r.live(), "-")),
    decoy("us-phone-dots", |r| format!("You reach us at {} until noon", with(&r.live(), "."))),
    decoy("us-phone-call", |r| {
        let verb = r.pick(&["Call", "Ring", "Please call me on", "Dial", "Text"]);
        format!("{verb} {} any time", with(&r.live(), "-"))
    }).on_the_ward(),
    decoy("us-phone-label", |r| {
        let label = r.pick(&["Phone", "Tel", "Telephone", "Cell", "Office", "T", "Ph", "Direct line"]);
        format!("{label}: {}", any(r))
    }).on_the_ward(),
    decoy("us-phone-country", |r| {
        let n = r.live();
        let form = r.below(4);
        match form {
            0 => format!("+1 {}", with(&n, " ")),
            1 => format!("+1-{}", with(&n, "-")),
            2 => format!("1-{}", with(&n, "-")),
            _ => format!("+1 ({}) {}-{}", &n[..3], &n[3..6], &n[6..]),
        }
    }).on_the_ward(),
    decoy("uk-mobile", |r| {
        let n = starting(r, &["7"]);
        let form = r.below(6);
        match form {
            0 => format!("+44 {} {}", &n[..4], &n[4..]),
            1 => format!("+44{n}"),
            2 => format!("+44 (0){} {}", &n[..4], &n[4..]),
            3 => format!("0044 {}", with(&n, " ")),
            4 => format!("0{} {}", &n[..4], &n[4..]),
            _ => format!("+44 {}", with(&n, " ")),
        }
    }).on_the_ward(),
    decoy("uk-mobile-no-plus", |r| format!("44{} on WhatsApp", starting(r, &["7"]))).on_the_ward(),
    decoy("uk-mobile-no-zero", |r| {
        let n = starting(r, &["7"]);
        format!("Mobile: {} {} {}", &n[..4], &n[4..7], &n[7..])
    }).on_the_ward(),
    decoy("uk-landline", |r| {
        let n = r.digits(9);
        match r.below(4) {
            0 => format!("0{} {} {}", &n[..3], &n[3..6], &n[6..]),
            1 => format!("Tel: 0{}{}", &n[..4], &n[4..]),
            2 => format!("020 7{} {}", &n[..3], &n[3..7]),
            _ => format!("(01{}) {}", &n[..3], &n[3..]),
        }
    }).on_the_ward(),
    decoy("uk-landline-chi", |r| {
        // Without its first zero it may read as a day and a month.
        let n = r.chi();
        format!("Tel no {} {}", &n[..5], &n[5..])
    }).on_the_ward(),
    decoy("international", |r| {
        let n = starting(r, &["7", "4", "6"]);
        match r.below(5) {
            0 => format!("+91 {} {}", &n[..5], &n[5..]),
            1 => format!("+49 {} {}", &n[..3], &n[3..]),
            2 => format!("0033 {n}"),
            3 => format!("+61 {}", with(&n, " ")),
            _ => format!("+7 {}", with(&n, " ")),
        }
    }).on_the_ward(),
    decoy("fax", |r| format!("Fax: {}", any(r))).on_the_ward(),
    decoy("fax-line", |r| {
        format!("Tel {} Fax {}", with(&r.live(), "-"), with(&r.live(), "-"))
    }).on_the_ward(),
    decoy("extension", |r| format!("{} ext. 4{}", with(&r.live(), "-"), r.digits(3))).on_the_ward(),
    decoy("phone-extension-run", |r| {
        format!("extension 2{}, direct dial {}", r.digits(3), with(&r.live(), " "))
    }).on_the_ward(),
    decoy("signature-office", |r| {
        format!("Pat Example\r\nSales, Example Inc\r\n{}\r\npat@example.com\r\nwww.example.com", with(&r.live(), "-"))
    }),
    decoy("signature-nhs", |r| {
        format!("Dr Ada Example\r\nConsultant in respiratory medicine, Ward 7B\r\nNHS Example Trust\r\nTel: {}\r\nada.example@nhs.net", with(&r.live(), " "))
    }).on_the_ward(),
    decoy("signature-nhs-line", |r| {
        format!("Staff nurse | NHS Example Trust | T {} | M 0{} | ada@nhs.net", with(&r.live(), " "), starting(r, &["7"]))
    }).on_the_ward(),
    decoy("signature-nhs-bleep", |r| {
        format!("Medical secretary, outpatient clinic\r\nNHS Example Trust\r\nBleep 1{} / switchboard {}", r.digits(3), any(r))
    }).on_the_ward(),
    decoy("signature-delimited", |r| {
        format!("Thanks\r\n\r\n-- \r\nPat Example, NHS Example Trust\r\n{}\r\nhttps://www.example.org/", with(&r.live(), "-"))
    }),
    decoy("contact-table", |r| {
        let rows: Vec<String> = (0..6)
            .map(|place| format!("Clinic {place},{}", with(&r.live(), "-")))
            .collect();
        format!("name,phone\r\n{}\r\n", rows.join("\r\n"))
    }).at(super::Place::File),
    decoy("zoom-meeting", |r| {
        format!("Join Zoom Meeting\r\nMeeting ID: {}\r\nPasscode: {}", with(&r.live(), " "), r.digits(6))
    }).on_the_ward(),
    decoy("zoom-link", |r| format!("https://zoom.us/j/{}?pwd=abc", r.live())).on_the_ward(),
    decoy("zoom-one-tap", |r| {
        format!("One tap mobile\r\n+442034815237,,{}#,,,,*{}# United Kingdom", r.live(), r.digits(6))
    }).on_the_ward(),
    decoy("teams-meeting", |r| {
        let n = format!("{}{}", r.live(), r.digits(2));
        format!("Meeting ID: {} {} {} {}\r\nPasscode: aB3dEf", &n[..3], &n[3..6], &n[6..9], &n[9..])
    }).on_the_ward(),
    decoy("teams-dial-in", |r| {
        format!("Dial in by phone\r\n+44 20 3443 6294,,{}# United Kingdom\r\nPhone conference ID: {}#", &r.live()[..9], with(&r.live(), " "))
    }).on_the_ward(),
    decoy("webex", |r| {
        format!("Meeting number (access code): {}", any(r))
    }).on_the_ward(),
    decoy("sms-mailbox", |r| format!("write to {}@sms.example.com", r.live())).on_the_ward(),
];
