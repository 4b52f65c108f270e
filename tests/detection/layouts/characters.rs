//! The same number in other characters: separators, dashes, invisible ones,
//! digits of other scripts.

use super::{Layout, apart, cut, one, with};

/// Ten digits of a script that stand side by side from `zero`.
fn script(number: &str, zero: u32) -> String {
    number
        .bytes()
        .map(|byte| char::from_u32(zero + u32::from(byte - b'0')).expect("a digit"))
        .collect()
}

fn circled(number: &str) -> String {
    number
        .bytes()
        .map(|byte| match byte {
            b'0' => '\u{24ea}',
            byte => char::from_u32(0x2460 + u32::from(byte - b'1')).expect("a digit"),
        })
        .collect()
}

fn mixed_scripts(number: &str) -> String {
    let zeros = [0x30, 0xff10, 0x0660, 0x06f0, 0x0966, 0x1d7ce, 0x1d7f6];
    number
        .char_indices()
        .map(|(place, _)| script(&number[place..=place], zeros[place % zeros.len()]))
        .collect()
}

pub(super) const LAYOUTS: &[Layout] = &[
    one("run", str::to_owned),
    one("spaces", |n| with(n, " ")),
    one("hyphens", |n| with(n, "-")),
    one("dots", |n| with(n, ".")),
    one("slashes", |n| with(n, "/")),
    one("underscores", |n| with(n, "_")),
    one("mixed", |n| {
        let (a, b, c) = cut(n);
        format!("{a} {b}-{c}")
    }),
    one("mixed-other-way", |n| {
        let (a, b, c) = cut(n);
        format!("{a}-{b} {c}")
    }),
    one("mixed-dot-space", |n| {
        let (a, b, c) = cut(n);
        format!("{a}. {b}. {c}")
    }),
    one("one-sep-first", |n| format!("{} {}", &n[..3], &n[3..])),
    one("one-sep-second", |n| format!("{} {}", &n[..6], &n[6..])),
    one("one-hyphen-first", |n| format!("{}-{}", &n[..3], &n[3..])),
    one("one-hyphen-second", |n| format!("{}-{}", &n[..6], &n[6..])),
    one("double-space", |n| with(n, "  ")),
    one("triple-space", |n| with(n, "   ")),
    one("double-hyphen", |n| with(n, "--")),
    one("spaced-hyphens", |n| with(n, " - ")),
    one("spaced-slashes", |n| with(n, " / ")),
    one("tab", |n| with(n, "\t")),
    one("nbsp", |n| with(n, "\u{a0}")),
    one("nbsp-and-space", |n| with(n, "\u{a0} ")),
    one("figure-space", |n| with(n, "\u{2007}")),
    one("thin-space", |n| with(n, "\u{2009}")),
    one("narrow-nbsp", |n| with(n, "\u{202f}")),
    one("en-space", |n| with(n, "\u{2002}")),
    one("ideographic-space", |n| with(n, "\u{3000}")),
    one("hyphen-2010", |n| with(n, "\u{2010}")),
    one("nb-hyphen", |n| with(n, "\u{2011}")),
    one("figure-dash", |n| with(n, "\u{2012}")),
    one("en-dash", |n| with(n, "\u{2013}")),
    one("em-dash", |n| with(n, "\u{2014}")),
    one("bar", |n| with(n, "\u{2015}")),
    one("minus", |n| with(n, "\u{2212}")),
    one("full-width-hyphen", |n| with(n, "\u{ff0d}")),
    one("spaced-en-dashes", |n| with(n, " \u{2013} ")),
    one("middle-dots", |n| with(n, "\u{b7}")),
    one("soft-hyphen", |n| with(n, "\u{ad}")),
    one("zwsp", |n| with(n, "\u{200b}")),
    one("zwnj", |n| format!("{}\u{200c}{}", &n[..1], &n[1..])),
    one("zwj", |n| with(n, "\u{200d}")),
    one("word-joiner", |n| with(n, "\u{2060}")),
    one("bom", |n| format!("\u{feff}{n}")),
    one("direction-marks", |n| {
        format!("\u{202a}{}\u{202c}", with(n, " "))
    }),
    one("zero-width-everywhere", |n| apart(n, "\u{200b}")),
    one("fullwidth", |n| script(n, 0xff10)),
    one("fullwidth-spaced", |n| {
        let (a, b, c) = cut(n);
        [a, b, c]
            .map(|group| script(group, 0xff10))
            .join("\u{3000}")
    }),
    one("arabic-indic", |n| script(n, 0x0660)),
    one("persian", |n| script(n, 0x06f0)),
    one("devanagari", |n| script(n, 0x0966)),
    one("math-bold", |n| script(n, 0x1d7ce)),
    one("math-monospace", |n| script(n, 0x1d7f6)),
    one("math-sans-spaced", |n| {
        let (a, b, c) = cut(n);
        [a, b, c].map(|group| script(group, 0x1d7e2)).join(" ")
    }),
    one("mixed-scripts", mixed_scripts),
    one("keycap-emoji", |n| {
        apart(n, "\u{fe0f}\u{20e3}") + "\u{fe0f}\u{20e3}"
    }),
    one("circled", circled),
];
