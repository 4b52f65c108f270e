//! What people type: labels before and after, brackets, lists, quoted replies,
//! forms filled in, and the sister numbers of Scotland and Northern Ireland.

use super::{Kind, Layout, apart, cut, lines, many, one, spaced, with};

pub(super) const LAYOUTS: &[Layout] = &[
    // Punctuation around.
    one("trailing-dot", |n| format!("{}.", spaced(n))),
    one("trailing-comma", |n| format!("{},", spaced(n))),
    one("trailing-semicolon", |n| format!("{n};")),
    one("trailing-question", |n| format!("{}?", spaced(n))),
    one("trailing-ellipsis", |n| format!("{}...", spaced(n))),
    one("possessive", |n| format!("{}'s", spaced(n))),
    one("bracketed", |n| format!("({n})")),
    one("bracketed-spaced", |n| format!("({})", spaced(n))),
    one("square-brackets", |n| format!("[{}]", spaced(n))),
    one("curly-brackets", |n| format!("{{{n}}}")),
    one("angle-brackets", |n| format!("<{}>", spaced(n))),
    one("quoted", |n| format!("\"{n}\"")),
    one("single-quoted", |n| format!("'{}'", spaced(n))),
    one("curly-quoted", |n| format!("\u{201c}{}\u{201d}", spaced(n))),
    one("asterisks", |n| format!("*{}*", spaced(n))),
    one("double-asterisks", |n| format!("**{n}**")),
    one("underlined", |n| format!("_{}_", spaced(n))),
    one("backticks", |n| format!("`{n}`")),
    one("hash", |n| format!("#{n}")),
    one("arrow", |n| format!("-> {}", spaced(n))),
    one("after-colon", |n| format!("number:{}", spaced(n))),
    // What stands beside it.
    one("before-dob", |n| format!("{} DOB 01/02/1970", spaced(n))),
    one("after-date", |n| format!("01/02/1970 {}", spaced(n))),
    one("after-dotted-date", |n| {
        format!("01.02.1970, {}", spaced(n))
    }),
    one("after-time", |n| format!("at 10:30 {}", spaced(n))),
    one("before-time", |n| format!("{} 10:30", spaced(n))),
    one("after-name", |n| {
        format!("SMITH, Jane (Mrs) {} F 54y", spaced(n))
    }),
    one("initials", |n| format!("JS {n}")),
    one("after-hospital-number", |n| {
        format!("A123456 / {}", spaced(n))
    }),
    one("before-hospital-number", |n| {
        format!("{} / A123456", spaced(n))
    }),
    one("before-postcode", |n| format!("{} LS1 4AP", spaced(n))),
    // Labels.
    one("glued-nhs", |n| format!("NHS{n}")).own(),
    one("glued-label", |n| format!("NHSNo:{n}")).own(),
    one("glued-number", |n| format!("NHSNumber{n}")).own(),
    one("capital-label", |n| format!("NHS NUMBER {}", spaced(n))).own(),
    one("small-label", |n| format!("nhs no {}", spaced(n))).own(),
    one("dotted-label", |n| format!("N.H.S. No. {}", spaced(n))).own(),
    one("dotted-label-boxes", |n| {
        format!("N.H.S. No. {}", apart(n, " "))
    })
    .own(),
    one("full-label", |n| {
        format!("National Health Service number {n}")
    })
    .own(),
    one("label-is", |n| format!("NHS number is {}", spaced(n))).own(),
    one("label-hash", |n| format!("NHS# {}", spaced(n))).own(),
    one("label-numero", |n| format!("NHS N\u{ba}: {}", spaced(n))).own(),
    one("label-hyphen", |n| format!("NHS No - {}", spaced(n))).own(),
    one("label-equals", |n| format!("nhs_number={n}")).own(),
    one("label-only-nhs", |n| format!("NHS: {}", spaced(n))).own(),
    one("label-slash", |n| format!("NHS/CHI No: {}", spaced(n))).own(),
    one("label-of-patient", |n| {
        format!("Patient's NHS number (10 digits): {}", spaced(n))
    })
    .own(),
    one("label-after", |n| format!("{} (NHS no)", spaced(n))).own(),
    one("label-after-comma", |n| format!("{n}, NHS number")).own(),
    one("label-above", |n| format!("NHS number\r\n{}", spaced(n)))
        .own()
        .block(),
    one("label-far-above", |n| {
        format!("NHS number:\r\n\r\n    {}\r\n", spaced(n))
    })
    .own()
    .block(),
    one("leader-dots", |n| {
        format!("NHS Number .......: {}", spaced(n))
    })
    .own(),
    one("leader-line", |n| {
        format!("NHS Number: ____{}____", spaced(n))
    })
    .own(),
    one("letter-heading", |n| {
        format!(
            "Re: Jane Smith, NHS No. {}, DOB 01/02/1970, 1 High Street",
            spaced(n)
        )
    })
    .own(),
    one("several-labels", |n| {
        format!(
            "NHS No / Hospital No / DOB: {} / A123456 / 01/02/1970",
            spaced(n)
        )
    })
    .own(),
    one("form-lines", |n| {
        format!(
            "Surname:    SMITH\r\nForename:   Jane\r\nNHS No:     {}\r\nDOB:        01/02/1970",
            spaced(n)
        )
    })
    .own()
    .block(),
    one("text-message", |n| {
        format!("pt {} dna today pls rebook", spaced(n))
    }),
    // Boxes of a form.
    one("boxes", |n| apart(n, " ")).needs_label(),
    one("boxes-labelled", |n| {
        format!("NHS Number: {}", apart(n, " "))
    })
    .own(),
    one("boxes-wide", |n| format!("NHS Number: {}", apart(n, "  "))).own(),
    one("boxes-pipes", |n| {
        format!("NHS Number: |{}|", apart(n, "|"))
    })
    .own(),
    one("boxes-spaced-pipes", |n| {
        format!("NHS No | {} |", apart(n, " | "))
    })
    .own(),
    one("boxes-brackets", |n| {
        format!("NHS No [{}]", apart(n, "] ["))
    })
    .own(),
    one("boxes-hyphens", |n| format!("NHS No {}", apart(n, "-"))).own(),
    one("boxes-grouped", |n| {
        let (a, b, c) = cut(n);
        format!(
            "NHS No {}",
            [a, b, c].map(|group| apart(group, " ")).join("   ")
        )
    })
    .own(),
    one("odd-groups-labelled", |n| {
        format!("NHS No {} {} {}", &n[..4], &n[4..7], &n[7..])
    })
    .own(),
    one("pairs-labelled", |n| {
        format!(
            "NHS No {} {} {} {} {}",
            &n[..2],
            &n[2..4],
            &n[4..6],
            &n[6..8],
            &n[8..]
        )
    })
    .own(),
    // Line ends.
    one("newline", |n| with(n, "\r\n")),
    one("newline-once", |n| {
        let (a, b, c) = cut(n);
        format!("{a} {b}\r\n{c}")
    }),
    one("newline-first", |n| {
        let (a, b, c) = cut(n);
        format!("{a}\r\n{b} {c}")
    }),
    one("flowed", |n| {
        let (a, b, c) = cut(n);
        format!("{a} {b} \r\n{c}")
    }),
    one("hyphen-and-newline", |n| {
        let (a, b, c) = cut(n);
        format!("{a}-{b}-\r\n{c}")
    }),
    one("hanging-indent", |n| {
        let (a, b, c) = cut(n);
        format!("{a} {b}\r\n    {c}")
    }),
    one("quoted-reply", |n| {
        format!("> we saw {} last week", spaced(n))
    })
    .block(),
    one("quoted-reply-split", |n| {
        let (a, b, c) = cut(n);
        format!("> > about {a} {b}\r\n> > {c} and the others")
    })
    .block(),
    one("quoted-reply-start", |n| {
        format!("> {}\r\n> is the one", spaced(n))
    })
    .block(),
    // Several.
    many("several-commas", 3, |n| {
        n.iter().map(|n| spaced(n)).collect::<Vec<_>>().join(", ")
    }),
    many("several-spaces", 3, |n| n.join(" ")),
    many("several-wide", 3, |n| {
        n.iter().map(|n| spaced(n)).collect::<Vec<_>>().join("   ")
    }),
    many("several-slashes", 2, |n| n.join("/")),
    many("several-and", 2, |n| {
        format!("{} and {}", spaced(&n[0]), spaced(&n[1]))
    }),
    many("list-lines", 4, |n| lines(n, |_, n| spaced(n))).block(),
    many("list-lines-run", 4, |n| n.join("\r\n")).block(),
    many("list-numbered", 4, |n| {
        lines(n, |place, n| format!("{place}. {}", spaced(n)))
    })
    .block(),
    many("list-numbered-brackets", 4, |n| {
        lines(n, |place, n| format!("{place}) {n}"))
    })
    .block(),
    many("list-bullets", 3, |n| {
        lines(n, |_, n| format!("- {}", spaced(n)))
    })
    .block(),
    many("list-dots", 3, |n| {
        lines(n, |_, n| format!("\u{2022} {}", spaced(n)))
    })
    .block(),
    many("list-named", 3, |n| {
        lines(n, |place, n| format!("Patient {place}: {}", spaced(n)))
    })
    .block(),
];

pub(super) const SISTERS: &[Layout] = &[
    one("6-4", |n| format!("{} {}", &n[..6], &n[6..])).of(Kind::Chi),
    one("chi-hyphen", |n| format!("{}-{}", &n[..6], &n[6..])).of(Kind::Chi),
    one("chi-run", str::to_owned).of(Kind::Chi),
    one("chi-label", |n| format!("CHI {n}")).of(Kind::Chi).own(),
    one("chi-label-6-4", |n| {
        format!("CHI No: {} {}", &n[..6], &n[6..])
    })
    .of(Kind::Chi)
    .own(),
    one("chi-label-slash", |n| {
        format!("CHI number {}/{}", &n[..6], &n[6..])
    })
    .of(Kind::Chi)
    .own(),
    one("chi-label-pairs", |n| {
        format!("CHI: {} {} {} {}", &n[..2], &n[2..4], &n[4..6], &n[6..])
    })
    .of(Kind::Chi)
    .own(),
    one("chi-dob-label", |n| format!("DOB/CHI {n}"))
        .of(Kind::Chi)
        .own(),
    one("hc-run", str::to_owned).of(Kind::Hc),
    one("hc-spaces", spaced).of(Kind::Hc),
    one("hc-label", |n| format!("H&C No: {}", spaced(n)))
        .of(Kind::Hc)
        .own(),
    one("hc-label-short", |n| format!("HCN {n}"))
        .of(Kind::Hc)
        .own(),
    one("hc-label-spaced", |n| format!("H & C number {}", spaced(n)))
        .of(Kind::Hc)
        .own(),
    one("hc-label-hsc", |n| format!("HSC Number: {n}"))
        .of(Kind::Hc)
        .own(),
    one("hc-label-full", |n| {
        format!("Health and Care Number {}", spaced(n))
    })
    .of(Kind::Hc)
    .own(),
];
