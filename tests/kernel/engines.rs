//! The engines give what the reference gives, on every input.

use crate::corpus::{Random, laid_out, nhs_number, prose, rows};
use gatepost::scan::kernel::{
    ChiMod10, Engine, Spot, Words, digit_runs, digit_runs_scalar, digit_runs_with, numbers,
    numbers_with, spots, spots_scalar, spots_with, words_scalar, words_with,
};
use proptest::prelude::*;

const ENGINES: [Engine; 4] = [Engine::Best, Engine::Avx512, Engine::Avx2, Engine::Swar];

/// Random bytes become these, so that candidates are frequent.
const ALPHABET: &[u8; 32] = b"012345678901943 -./\t_|,>\r\n a[\x80\x81 ";

fn mapped(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .map(|byte| ALPHABET[usize::from(byte % 32)])
        .collect()
}

/// Groups and gaps that make or nearly make a layout.
fn near_layouts(random: &mut Random, length: usize) -> Vec<u8> {
    const GROUPS: &[&[usize]] = &[
        &[10],
        &[3, 3, 4],
        &[3, 7],
        &[6, 4],
        &[5, 5],
        &[4, 6],
        &[7, 3],
        &[4, 3, 3],
        &[3, 4, 3],
        &[2; 5],
        &[1; 10],
        &[11],
        &[9],
        &[3, 3, 3],
        &[1; 11],
        &[2; 6],
        &[4, 4, 2],
        &[8, 2],
        &[2, 2, 2, 4],
    ];
    const GAPS: &[&str] = &[
        " ",
        " ",
        " ",
        "-",
        "-",
        ".",
        "/",
        "_",
        "\t",
        "|",
        ",",
        "*",
        "+",
        "  ",
        " - ",
        "   ",
        "    ",
        "\n",
        "\r\n",
        "\r",
        "\r\n> ",
        "\n> > ",
        "\r\n\r\n",
        " \r\n ",
        "\x0b",
        "x",
        ":",
        "\r\n>>>>>>>>>>>>>>>>>>>>",
        "\r\n>>>>>>>>>>>>>>>>>>>>>",
        "\n\n\n",
        ", ",
        " | ",
        "a ",
        "] [",
        "]",
    ];
    let mut out = Vec::with_capacity(length + 800);
    while out.len() < length {
        let groups = GROUPS[random.below(GROUPS.len())];
        let steady = random.below(4) > 0;
        let mut gap = GAPS[random.below(GAPS.len())];
        let number = match random.below(12) {
            0 => "1111111111".to_owned(),
            1 => "9876543210".to_owned(),
            2 => format!("0101{}", random.digits(6)),
            3..7 => random.digits(10),
            _ => nhs_number(random),
        };
        let mut digits = number.bytes().cycle();
        for (place, group) in groups.iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(gap.as_bytes());
            }
            out.extend(digits.by_ref().take(*group));
            if !steady {
                gap = GAPS[random.below(GAPS.len())];
            }
        }
        match random.below(6) {
            0 => out.extend(std::iter::repeat_n(b'x', random.below(90))),
            1 => out.push(b'x'),
            2 => {}
            _ => out.extend_from_slice(gap.as_bytes()),
        }
    }
    out.truncate(length);
    out
}

fn all_spots(view: &[u8], chi: ChiMod10, only_valid: bool) -> Vec<Spot> {
    let mut found = Vec::new();
    spots_scalar(view, chi, only_valid, &mut |spot| found.push(spot));
    found
}

/// Compares everything; how many spots there were.
fn compare(view: &[u8]) -> usize {
    let mut count = 0;
    for chi in [ChiMod10::Off, ChiMod10::Prefix0101, ChiMod10::All] {
        let expected = all_spots(view, chi, false);
        let valid = all_spots(view, chi, true);
        count = expected.len();
        let (mut short, mut short_valid) = (Vec::new(), Vec::new());
        spots(view, chi, false, &mut |spot| short.push(spot));
        spots(view, chi, true, &mut |spot| short_valid.push(spot));
        assert_eq!(short, expected);
        assert_eq!(short_valid, valid);
        for engine in ENGINES {
            let (mut found, mut found_valid) = (Vec::new(), Vec::new());
            spots_with(engine, view, chi, false, &mut |spot| found.push(spot));
            spots_with(engine, view, chi, true, &mut |spot| found_valid.push(spot));
            assert_eq!(found, expected, "{engine:?} {chi:?}");
            assert_eq!(found_valid, valid, "{engine:?} {chi:?}");
        }
    }
    let (mut runs, mut words) = (Vec::new(), Vec::new());
    digit_runs_scalar(view, &mut |start, end| runs.push((start, end)));
    words_scalar(view, &mut |start, end| words.push((start, end)));
    let spots = all_spots(view, ChiMod10::default(), false);
    let (mut found_runs, mut found_words) = (Vec::new(), Vec::new());
    digit_runs(view, &mut |start, end| found_runs.push((start, end)));
    Words::default().each(view, &mut |start, end| found_words.push((start, end)));
    assert_eq!(found_runs, runs);
    assert_eq!(found_words, words);
    let (mut found, mut found_runs) = (Vec::new(), Vec::new());
    numbers(
        view,
        ChiMod10::default(),
        &mut |spot| found.push(spot),
        &mut |start, end| found_runs.push((start, end)),
    );
    assert_eq!((&found, &found_runs), (&spots, &runs));
    for engine in ENGINES {
        let (mut found_runs, mut found_words) = (Vec::new(), Vec::new());
        digit_runs_with(engine, view, &mut |start, end| {
            found_runs.push((start, end));
        });
        words_with(engine, view, &mut |start, end| {
            found_words.push((start, end));
        });
        assert_eq!(found_runs, runs, "{engine:?}");
        assert_eq!(found_words, words, "{engine:?}");
        let (mut found, mut found_runs) = (Vec::new(), Vec::new());
        numbers_with(
            engine,
            view,
            ChiMod10::default(),
            &mut |spot| found.push(spot),
            &mut |start, end| found_runs.push((start, end)),
        );
        assert_eq!((&found, &found_runs), (&spots, &runs), "{engine:?}");
    }
    count
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn on_dense_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300), skip in 0_usize..64) {
        let view = mapped(&bytes);
        compare(view.get(skip..).unwrap_or(&[]));
    }

    #[test]
    fn on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        compare(&bytes);
    }

    #[test]
    fn on_near_layouts(seed in any::<u64>(), length in 0_usize..300, skip in 0_usize..64) {
        let view = near_layouts(&mut Random(seed), length + skip);
        compare(&view[skip..]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn across_chunks(seed in any::<u64>(), length in 4000_usize..9000) {
        compare(&near_layouts(&mut Random(seed), length));
    }
}

#[test]
fn a_number_is_found_at_every_place_near_a_border() {
    let mut random = Random(11);
    for border in [0, 64, 128, 4096, 8192] {
        for before in 0..90_usize {
            for layout in 0..6 {
                let number = nhs_number(&mut random);
                let text = match layout {
                    0..3 => laid_out(&mut random, &number),
                    3 => number.chars().flat_map(|digit| [digit, ' ']).collect(),
                    4 => format!(
                        "{}\r\n> > {}\r\n> > {}",
                        &number[..3],
                        &number[3..6],
                        &number[6..]
                    ),
                    _ => format!("{} {}", &number[..6], &number[6..]),
                };
                let text = text.trim_end();
                let start = (border + 20_usize).saturating_sub(before);
                let mut view = vec![b'x'; start];
                view.extend_from_slice(text.as_bytes());
                // At the very end of the view, too.
                if random.below(2) == 0 {
                    view.extend(std::iter::repeat_n(b'y', random.below(300)));
                }
                for engine in ENGINES {
                    let mut found = Vec::new();
                    spots_with(engine, &view, ChiMod10::Off, true, &mut |spot| {
                        found.push(spot);
                    });
                    assert!(
                        found.contains(&Spot { start, valid: true }),
                        "{engine:?} {text:?} at {start} of {}",
                        view.len()
                    );
                }
            }
        }
    }
}

#[test]
fn on_the_corpora() {
    assert!(compare(&prose(5, 1 << 20)) > 100);
    assert!(compare(&rows(6, 1 << 20)) > 10_000);
}

#[test]
fn on_long_rows_and_runs() {
    for unit in [
        "1",
        " ",
        "1 ",
        "12 ",
        "1\r\n> ",
        "943 476 ",
        "943 476 5919 ",
        "1 2-3  ",
        "a",
    ] {
        let view: Vec<u8> = unit.bytes().cycle().take(20_000).collect();
        compare(&view);
    }
}

/// Set `KERNEL_ROUNDS` for a long run.
#[test]
fn at_length() {
    let rounds = std::env::var("KERNEL_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok());
    let mut random = Random(rounds.unwrap_or(1));
    let mut count = 0;
    for round in 0..rounds.unwrap_or(20_u64) {
        let length = random.below(20_000);
        let view = if round % 2 == 0 {
            near_layouts(&mut random, length)
        } else {
            mapped(&(0..length).map(|_| random.byte()).collect::<Vec<_>>())
        };
        count += compare(&view);
    }
    assert!(count > 100);
}
