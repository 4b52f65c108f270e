//! What programs write: addresses, paths, identifiers, logs, times.

use super::{Decoy, Place, decoy, starting, with};
use crate::support::numbers::{Numbers, with_check_digit};

/// Seconds since 1970 between 2001 and 2036 whose check digit holds.
fn epoch(numbers: &mut Numbers) -> String {
    loop {
        let stem = (100_000_000 + numbers.below(110_000_000)).to_string();
        if let Some(number) = with_check_digit(&stem) {
            return number;
        }
    }
}

/// Epoch seconds that begin with a day and a month, as a CHI number does.
fn dated_epoch(numbers: &mut Numbers) -> String {
    loop {
        let number = epoch(numbers);
        let day: u32 = number[..2].parse().expect("digits");
        let month: u32 = number[2..4].parse().expect("digits");
        if (1..=28).contains(&day) && (1..=12).contains(&month) {
            return number;
        }
    }
}

/// `YYYYMMDDnn` whose check digit holds and that begins with a day and a month.
fn zone_serial(numbers: &mut Numbers) -> String {
    loop {
        let (year, month, day) = (numbers.below(12), numbers.below(12), numbers.below(28));
        let stem = format!("20{:02}{:02}{:02}0", year + 1, month + 1, day + 1);
        if let Some(number) = with_check_digit(&stem) {
            return number;
        }
    }
}

/// `YYMMDDHHMM` whose check digit holds and that begins with a day and a month.
fn minute(numbers: &mut Numbers) -> String {
    loop {
        let (year, month, day) = (numbers.below(12), numbers.below(12), numbers.below(28));
        let (hour, tens) = (numbers.below(24), numbers.below(6));
        let stem = format!(
            "{:02}{:02}{:02}{hour:02}{tens}",
            year + 15,
            month + 1,
            day + 1
        );
        if let Some(number) = with_check_digit(&stem) {
            return number;
        }
    }
}

fn hex(numbers: &mut Numbers, count: usize) -> String {
    (0..count)
        .map(|_| char::from(b"0123456789abcdef"[numbers.below(16)]))
        .collect()
}

pub(super) const DECOYS: &[Decoy] = &[
    decoy("version", |r| format!("1.{}", r.live())).on_the_ward(),
    decoy("version-parts", |r| format!("version {}.2", with(&r.live(), "."))).on_the_ward(),
    decoy("ip-like", |r| format!("10.{}", with(&r.live(), "."))).on_the_ward(),
    decoy("hex", |r| format!("a{}f", r.live())).on_the_ward(),
    decoy("hex-long", |r| format!("commit {}{}{}", hex(r, 7), r.live(), hex(r, 23))).on_the_ward(),
    decoy("hex-apart", |r| format!("md5 {}a{}b{}", hex(r, 10), r.live(), hex(r, 10))).on_the_ward(),
    decoy("guid", |r| {
        let n = r.live();
        format!("{{00000000-0000-0000-{}-{}000000}}", &n[..4], &n[4..])
    }).on_the_ward(),
    decoy("guid-start", |r| format!("{}-{}-4{}-a{}-{}", &r.live()[..8], &r.live()[..4], r.digits(3), r.digits(3), hex(r, 12))).on_the_ward(),
    decoy("guid-end", |r| format!("{}-{}-4{}-a{}-{}ab", hex(r, 8), hex(r, 4), r.digits(3), r.digits(3), r.live())).on_the_ward(),
    decoy("msgid", |r| format!("<{}.abc@mail.example.org>", r.live())).on_the_ward(),
    decoy("msgid-header", |r| format!("Message-ID: <{}@mail.example.org>\r\nReferences: <{}.1@x.example>\r\n", r.live(), r.live())).at(Place::Header),
    decoy("trace-headers", |r| format!("X-Mailer-Token: {}\r\nFeedback-ID: {}:12:news\r\nX-Campaign: c{}\r\n", epoch(r), r.live(), r.live())).at(Place::Header),
    decoy("unsubscribe-header", |r| format!("List-Unsubscribe: <https://news.example/u/{}>, <mailto:u-{}@news.example>\r\n", r.live(), r.live())).at(Place::Header),
    decoy("time-header", |r| format!("X-Sent: {}\r\nX-Time: {}\r\n", dated_epoch(r), epoch(r))).at(Place::Header),
    decoy("content-id", |r| format!("<img src=\"cid:image{}@01DA\" alt=\"logo\">", r.live())).at(Place::Html),
    decoy("url-path", |r| format!("https://news.example/story/{}/index.html", r.live())).on_the_ward(),
    decoy("url-path-end", |r| format!("see https://www.example.org/a/b-{}.", r.live())).on_the_ward(),
    decoy("url-query", |r| format!("https://portal.example/view?id={}&t=3", r.live())).on_the_ward(),
    decoy("url-query-spaced", |r| format!("https://maps.example/?q={}", with(&r.live(), "+"))).on_the_ward(),
    decoy("url-fragment", |r| format!("https://www.example.org/page#note-{}", r.live())).on_the_ward(),
    decoy("url-no-scheme", |r| format!("www.example.org/item/{}", r.live())).on_the_ward(),
    decoy("url-epoch", |r| format!("https://cdn.example/a.js?v={}", dated_epoch(r))).on_the_ward(),
    decoy("html-link", |r| format!("<a href=\"https://click.example/?c={}&u={}\">news</a>", r.live(), r.live())).at(Place::Html),
    decoy("html-pixel", |r| format!("<img src=\"https://px.example/o/{}.gif\" width=1 height=1>", r.live())).at(Place::Html),
    decoy("html-attributes", |r| format!("<div id=\"x{}\" data-track=\"{}\" class=\"c-{}\">hello</div>", r.live(), r.live(), r.live())).at(Place::Html),
    decoy("html-style", |r| format!("<style>.c{} {{ width: {}px }}</style>", r.live(), r.live())).at(Place::Html),
    decoy("path-windows", |r| format!("C:\\Data\\{}\\list.txt", r.live())).on_the_ward(),
    decoy("path-unix", |r| format!("/var/spool/{}/log", r.live())).on_the_ward(),
    decoy("path-share", |r| format!("\\\\server\\share\\{}.xlsx", r.live())).on_the_ward(),
    decoy("file-name", |r| format!("IMG_{}.jpg", r.live())).at(Place::Name),
    decoy("file-name-time", |r| format!("Screenshot {}.png", zone_serial(r))).at(Place::Name),
    decoy("file-in-text", |r| format!("The picture is IMG_{}.jpg", r.live())).on_the_ward(),
    decoy("base64", |r| {
        let blob = |r: &mut Numbers, count: usize| -> String {
            (0..count).map(|_| char::from(b"ABCDEFGHijklmnopqrstuvwx0123456789+/"[r.below(36)])).collect()
        };
        format!("{}Qz{}kT{}==", blob(r, 30), r.live(), blob(r, 22))
    }).on_the_ward(),
    decoy("epoch-log", |r| format!("{} INFO started\r\n{} INFO stopped", epoch(r), dated_epoch(r))),
    decoy("epoch-json", |r| format!("{{\"created\":{},\"expires\":{}}}", dated_epoch(r), epoch(r))),
    decoy("zone-serial", |r| format!("{} ; serial", zone_serial(r))),
    decoy("zone-serial-label", |r| format!("serial {}", zone_serial(r))).on_the_ward(),
    decoy("time-stamp-minute", minute),
    decoy("time-stamp-name", |r| format!("backup-{}.tar", minute(r))).on_the_ward(),
    decoy("time-stamp-file", |r| format!("export_{}_final", zone_serial(r))).on_the_ward(),
    decoy("coordinates", |r| format!("51.{}, -0.127758", r.live())).on_the_ward(),
    decoy("measurements", |r| {
        let n = r.live();
        format!("120/80 {}.{} {}.{} {}.{}", &n[..2], &n[2..3], &n[3..5], &n[5..6], &n[6..8], &n[8..])
    }).on_the_ward(),
    decoy("calendar-id", |r| format!("BEGIN:VEVENT\r\nUID:{}@google.example\r\nDTSTART:20261122T090000Z\r\nSEQUENCE:{}\r\nEND:VEVENT", r.live(), r.digits(1))).on_the_ward(),
    decoy("bug", |r| format!("Bug {} is fixed in build {}", r.live(), starting(r, &["4", "6"]))),
    decoy("json-ids", |r| format!("{{\"orderId\":{},\"trackingNumber\":\"{}\",\"messageId\":\"{}\"}}", r.live(), r.live(), r.live())).on_the_ward(),
    decoy("transaction-log", |r| format!("2026-11-22T09:00:00Z INFO transaction {} session {} done", r.live(), r.live())).on_the_ward(),
];
