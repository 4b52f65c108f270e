//! Books, orders, parcels, money and lists.

use super::{Decoy, Place, decoy, starting, with};
use crate::support::numbers::Numbers;

fn labelled(numbers: &mut Numbers, labels: &[&str]) -> String {
    let label = numbers.pick(labels);
    let joint = numbers.pick(&[" ", ": ", " #", " is "]);
    format!("{label}{joint}{}", numbers.live())
}

fn isbn(numbers: &mut Numbers, firsts: &[&str]) -> String {
    starting(numbers, firsts)
}

fn rows(heading: &str, count: usize, mut row: impl FnMut(usize) -> String) -> String {
    let rows: Vec<String> = (1..=count).map(&mut row).collect();
    format!("{heading}\r\n{}\r\n", rows.join("\r\n"))
}

pub(super) const DECOYS: &[Decoy] = &[
    decoy("isbn-label", |r| {
        let n = isbn(r, &["7", "4"]);
        match r.below(3) {
            0 => format!("ISBN {n}"),
            1 => format!("ISBN-10: {}-{}-{}-{}", &n[..1], &n[1..4], &n[4..9], &n[9..]),
            _ => format!("(ISBN: {n}, paperback)"),
        }
    })
    .on_the_ward(),
    decoy("isbn-shop", |r| {
        format!(
            "https://shop.example/dp/{}/ref=sr_1",
            isbn(r, &["7", "4", "0"])
        )
    })
    .on_the_ward(),
    decoy("isbn-column", |r| {
        rows("title,isbn", 12, |place| {
            format!("Book {place},{}", isbn(r, &["0", "0", "1", "1", "7"]))
        })
    })
    .at(Place::File),
    decoy("isbn-column-live", |r| {
        rows("title,isbn10,price", 12, |place| {
            format!("Book {place},{},9.99", isbn(r, &["7", "4"]))
        })
    })
    .at(Place::File),
    decoy("isbn-list", |r| {
        rows("Reading list:", 8, |place| {
            format!("{place}. {}", isbn(r, &["0", "1"]))
        })
    }),
    decoy("order", |r| {
        labelled(r, &["Order", "Order number", "Your order no", "order id"])
    })
    .on_the_ward(),
    decoy("order-sentence", |r| {
        format!(
            "We have sent your order. The number is {} and it comes on Monday.",
            r.live()
        )
    }),
    decoy("invoice", |r| {
        labelled(r, &["Invoice", "Invoice no", "invoice number", "Inv no"])
    })
    .on_the_ward(),
    decoy("purchase-order", |r| {
        labelled(r, &["PO", "PO number", "Purchase order", "P.O. No."])
    })
    .on_the_ward(),
    decoy("ticket", |r| {
        labelled(
            r,
            &[
                "Ticket",
                "Ticket no",
                "Incident number",
                "Call ref",
                "Case ID",
            ],
        )
    })
    .on_the_ward(),
    decoy("ticket-subject", |r| {
        format!("[Ticket #{}] Printer on the ward", r.live())
    })
    .on_the_ward(),
    decoy("tracking", |r| {
        labelled(
            r,
            &[
                "Tracking number",
                "Tracking",
                "Consignment",
                "Parcel",
                "Waybill",
                "AWB",
            ],
        )
    })
    .on_the_ward(),
    decoy("serial", |r| {
        labelled(
            r,
            &[
                "Serial",
                "Serial number",
                "Serial no",
                "S/N",
                "Asset",
                "IMEI",
            ],
        )
    })
    .on_the_ward(),
    decoy("part-number", |r| {
        labelled(
            r,
            &[
                "Part number",
                "Part no",
                "Product code",
                "SKU",
                "Item code",
                "Batch",
                "Lot no",
            ],
        )
    })
    .on_the_ward(),
    decoy("account", |r| {
        labelled(
            r,
            &[
                "Account no",
                "Account number",
                "Customer number",
                "Customer no",
                "Membership number",
                "Policy number",
            ],
        )
    })
    .on_the_ward(),
    decoy("booking", |r| {
        labelled(
            r,
            &[
                "Booking",
                "Booking ref",
                "Booking reference",
                "Reservation",
                "Confirmation number",
            ],
        )
    })
    .on_the_ward(),
    decoy("tax", |r| {
        labelled(
            r,
            &["UTR", "VAT no", "Company number", "Charity number", "EORI"],
        )
    })
    .on_the_ward(),
    decoy("meter", |r| {
        labelled(
            r,
            &["MPRN", "Meter number", "UPRN", "Licence key", "Voucher"],
        )
    })
    .on_the_ward(),
    decoy("barcode", |r| {
        format!("Barcode 50{}{}", r.live(), r.digits(1))
    })
    .on_the_ward(),
    decoy("gtin", |r| format!("GTIN 0{}{}", r.digits(2), r.live())).on_the_ward(),
    decoy("thousands", |r| {
        let n = r.live();
        format!("{},{},{},{}", &n[..1], &n[1..4], &n[4..7], &n[7..])
    })
    .on_the_ward(),
    decoy("money", |r| {
        let n = r.live();
        match r.below(3) {
            0 => format!("$ {},{},{}.00", &n[..2], &n[2..5], &n[5..8]),
            1 => format!("a budget of ${n}"),
            _ => format!("EUR {}.{}", &n[..8], &n[8..]),
        }
    })
    .on_the_ward(),
    decoy("grand-total", |r| format!("Total {}", r.live())),
    decoy("card", |r| {
        let n = format!("{}{}", starting(r, &["4"]), r.digits(6));
        match r.below(3) {
            0 => n,
            1 => format!("{}-{}-{}-{}", &n[..4], &n[4..8], &n[8..12], &n[12..]),
            _ => format!("{} {} {} {}", &n[..4], &n[4..8], &n[8..12], &n[12..]),
        }
    })
    .on_the_ward(),
    decoy("iban", |r| {
        let n = format!("{}{}", r.live(), r.digits(4));
        match r.below(2) {
            0 => format!("GB29NWBK{n}"),
            _ => format!(
                "GB29 NWBK {} {} {} {}",
                &n[..4],
                &n[4..8],
                &n[8..12],
                &n[12..]
            ),
        }
    })
    .on_the_ward(),
    decoy("sort-code", |r| {
        let n = r.live();
        match r.below(2) {
            0 => format!(
                "Sort code {}-{}-{} account {}{}",
                &n[..2],
                &n[2..4],
                &n[4..6],
                &n[6..],
                r.digits(4)
            ),
            _ => format!(
                "sort code {} account no {}{}",
                &n[..6],
                &n[6..],
                r.digits(4)
            ),
        }
    })
    .on_the_ward(),
    decoy("bank-reference", |r| {
        format!("Payment reference: {}, account 12345678", r.live())
    })
    .on_the_ward(),
    decoy("long-run", |r| format!("11{}", r.live())).on_the_ward(),
    decoy("long-run-2", |r| format!("{}12", r.live())).on_the_ward(),
    decoy("long-run-spaced", |r| {
        format!("1{} {}", r.digits(2), with(&r.live(), " "))
    }),
    decoy("longer-after", |r| {
        format!("{} {}", with(&r.live(), " "), r.digits(4))
    }),
    decoy("wrong-groups", |r| {
        let n = r.live();
        format!(
            "{} {} {} {} {}",
            &n[..2],
            &n[2..4],
            &n[4..6],
            &n[6..8],
            &n[8..]
        )
    })
    .on_the_ward(),
    decoy("decimal", |r| format!("{}.25", r.live())).on_the_ward(),
    decoy("dates", |r| {
        rows("Rota:", 5, |_| {
            format!(
                "{:02}/{:02}/1970 {:02}/{:02}/2026",
                r.below(28) + 1,
                r.below(12) + 1,
                r.below(28) + 1,
                r.below(12) + 1
            )
        })
    })
    .on_the_ward(),
    decoy("dates-and-times", |r| {
        rows("Rota:", 5, |_| {
            format!(
                "2026-{:02}-{:02} {:02}:{:02}-{:02}:00",
                r.below(12) + 1,
                r.below(28) + 1,
                r.below(24),
                r.below(60),
                r.below(24)
            )
        })
    })
    .on_the_ward(),
    decoy("column-of-chance", |r| {
        rows("ref,amount,place", 60, |place| {
            format!("{},{}.50,Leeds", r.digits(10), place)
        })
    })
    .at(Place::File),
    decoy("column-of-chance-live", |r| {
        rows("item,quantity", 60, |_| {
            format!("{}{},3", r.pick(&["4", "6", "7"]), r.digits(9))
        })
    })
    .at(Place::File),
    decoy("column-of-chance-spaced", |r| {
        rows("Article   Shelf", 40, |_| {
            let n = format!("{}{}", r.pick(&["4", "6", "7"]), r.digits(9));
            format!("{}  B2", with(&n, " "))
        })
    })
    .at(Place::File),
    decoy("quantities", |r| {
        let rows: Vec<String> = (0..8)
            .map(|_| format!("{} {} {}", r.digits(3), r.digits(3), r.digits(4)))
            .collect();
        format!(
            "<table><tr><td>{}</td></tr></table>",
            rows.join("</td></tr><tr><td>").replace(' ', "</td><td>")
        )
    })
    .at(Place::Html),
    decoy("reference-beside-results", |r| match r.below(5) {
        0 => format!(
            "The scan of the contract and the report are attached, reference {}.",
            r.live()
        ),
        1 => format!(
            "Results of the staff survey: see report {} for details.",
            r.live()
        ),
        2 => format!(
            "Your reference {}. The results will follow in the report.",
            r.live()
        ),
        3 => format!("Please scan and return the report. Ref: {}", r.live()),
        _ => format!(
            "The clinic's printer shows code {} when I scan the results.",
            r.live()
        ),
    }),
];
