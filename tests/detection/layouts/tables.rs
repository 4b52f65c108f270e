//! Tables as text: comma, semicolon and tab separated, drawn with characters,
//! in columns of a fixed width.

use super::{Kind, Layout, lines, many, one, spaced};

/// A heading and a line for each number.
fn rows(heading: &str, numbers: &[String], write: impl Fn(usize, &str) -> String) -> String {
    format!("{heading}\r\n{}\r\n", lines(numbers, write))
}

pub(super) const LAYOUTS: &[Layout] = &[
    one("csv", |n| {
        format!("name,nhs_number,dob\r\nA Test,{n},01/02/1970\r\n")
    })
    .own()
    .block(),
    many("csv-rows", 4, |n| {
        rows("NHSNo,Surname,Ward", n, |place, n| {
            format!("{n},Test{place},7B")
        })
    })
    .own()
    .block(),
    many("csv-quoted", 4, |n| {
        rows("\"Surname\",\"NHS Number\",\"DOB\"", n, |place, n| {
            format!("\"Test{place}\",\"{}\",\"1970-02-01\"", spaced(n))
        })
    })
    .own()
    .block(),
    many("csv-no-heading", 4, |n| {
        lines(n, |place, n| format!("{place},{n},Test"))
    })
    .block(),
    many("csv-last-column", 4, |n| {
        rows("id,site,nhsno", n, |place, n| format!("{place},R1H,{n}"))
    })
    .own()
    .block(),
    many("csv-between-numbers", 4, |n| {
        rows("id,NHS_Number,episode", n, |place, n| {
            format!("10{place},{n},20{place}")
        })
    })
    .own()
    .block(),
    many("csv-excel-text", 3, |n| {
        rows("name,nhs no", n, |_, n| format!("Test,'{n}"))
    })
    .own()
    .block(),
    many("csv-excel-formula", 3, |n| {
        rows("name,nhs no", n, |_, n| format!("Test,=\"{n}\""))
    })
    .own()
    .block(),
    many("csv-decimal", 3, |n| {
        rows("name,nhs_number", n, |_, n| format!("Test,{n}.0"))
    })
    .own()
    .block(),
    one("sci-notation-cell", |n| {
        format!(
            "name,nhs_number\r\nTest,{}.{}E9\r\n",
            &n[..1],
            &n[1..].trim_end_matches('0')
        )
    })
    .own()
    .block()
    .excused("numbers of spreadsheets come with the reader of spreadsheets"),
    one("csv-patient-id", |n| {
        format!("PatientID,dob\r\n{n},1970-02-01\r\n")
    })
    .own()
    .block(),
    many("semicolons", 3, |n| {
        rows("Name;NHS-Number;DOB", n, |_, n| {
            format!("Test;{n};01.02.1970")
        })
    })
    .own()
    .block(),
    many("tsv", 3, |n| {
        rows("Name\tNHS No\tDOB", n, |_, n| {
            format!("Test\t{n}\t01/02/1970")
        })
    })
    .own()
    .block(),
    many("tsv-spaced", 3, |n| {
        rows("NHS No.\tName", n, |_, n| format!("{}\tTest", spaced(n)))
    })
    .own()
    .block(),
    many("tsv-groups", 3, |n| {
        rows("NHS No.\t\t\tName", n, |_, n| {
            format!("{}\tTest", super::with(n, "\t"))
        })
    })
    .own()
    .block(),
    many("pipes", 3, |n| {
        rows("name|nhs_number|dob", n, |_, n| {
            format!("Test|{n}|01/02/1970")
        })
    })
    .own()
    .block(),
    many("markdown-table", 3, |n| {
        rows("| Patient | NHS No |\r\n|---|---|", n, |_, n| {
            format!("| Test | {} |", spaced(n))
        })
    })
    .own()
    .block(),
    many("drawn-table", 3, |n| {
        let edge = "+--------+--------------+";
        format!(
            "{edge}\r\n| Name   | NHS number   |\r\n{edge}\r\n{}\r\n{edge}\r\n",
            lines(n, |_, n| format!("| Test   | {} |", spaced(n)))
        )
    })
    .own()
    .block(),
    many("fixed-width", 3, |n| {
        rows("NAME        NHS NO      DOB", n, |_, n| {
            format!("TEST        {n}  01/02/1970")
        })
    })
    .own()
    .block(),
    many("fixed-width-no-heading", 3, |n| {
        lines(n, |place, n| {
            format!("{place:04}  {}  TEST,A   01/02/1970", spaced(n))
        })
    })
    .block(),
    many("ward-list", 3, |n| {
        rows("Bed  Patient          NHS No        Age", n, |place, n| {
            format!("{place:<4} TEST, Alex       {}  {}", spaced(n), 60 + place)
        })
    })
    .own()
    .block(),
    many("chi-column", 3, |n| {
        rows("CHI,Surname", n, |_, n| format!("{n},Test"))
    })
    .of(Kind::Chi)
    .own()
    .block(),
    many("hc-column", 3, |n| {
        rows("Surname,HCN", n, |_, n| format!("Test,{n}"))
    })
    .of(Kind::Hc)
    .own()
    .block(),
];
