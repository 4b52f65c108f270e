//! The reference against a plain regular expression, for the usual shapes.

use gatepost::scan::kernel::{ChiMod10, Engine, Spot, spots_scalar, spots_with};
use proptest::prelude::*;
use regex::bytes::Regex;

/// Starts at which a run of ten or 3-3-4 with one separator each stands, whole
/// runs of digits only.
fn by_pattern(view: &[u8]) -> Vec<usize> {
    let pattern = r"\A(?-u)(?:[0-9]{10}|[0-9]{3}[-\r\n ./_\t|,*+\[\]][0-9]{3}[-\r\n ./_\t|,*+\[\]][0-9]{4})(?:[^0-9]|\z)";
    let pattern = Regex::new(&format!("(?s){pattern}")).unwrap();
    (0..view.len())
        .filter(|start| *start == 0 || !view[start - 1].is_ascii_digit())
        .filter(|start| pattern.is_match(&view[*start..]))
        .collect()
}

fn starts(view: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    spots_scalar(view, ChiMod10::Off, false, &mut |spot| {
        found.push(spot.start);
    });
    found
}

/// Whether the runs from a start are a run of ten or 3-3-4 with thin gaps.
fn is_usual(view: &[u8], start: usize) -> bool {
    by_pattern(view).contains(&start)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn usual_shapes_are_found_where_the_pattern_finds_them(
        parts in proptest::collection::vec(
            prop_oneof![
                "[0-9]{3}", "[0-9]{3}", "[0-9]{4}", "[0-9]{10}", "[0-9]{1,11}",
                r"[-\r\n ./_\t|,*+\[\]]", r"[-\r\n ./_\t|,*+\[\]]", "[ -]", "[a:>]", "[ ]{2}",
            ],
            0..40,
        )
    ) {
        let view = parts.concat().into_bytes();
        let found = starts(&view);
        for start in by_pattern(&view) {
            prop_assert!(found.contains(&start), "{start} in {:?}", String::from_utf8_lossy(&view));
        }
        // With no other layout in reach, both are equal.
        let only: Vec<usize> = found.iter().copied().filter(|start| is_usual(&view, *start)).collect();
        prop_assert_eq!(only, by_pattern(&view));
    }
}

#[test]
fn validity_agrees_with_the_definition() {
    let weights = [10_u32, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    for number in (0..10_000_000_000_u64).step_by(99_991) {
        let run = format!("{number:010}");
        let sum: u32 = run
            .bytes()
            .zip(weights)
            .map(|(byte, weight)| u32::from(byte - b'0') * weight)
            .sum();
        let placeholder = run.bytes().all(|byte| byte == run.as_bytes()[0]) || run == "9876543210";
        let valid = sum.is_multiple_of(11) && !placeholder;
        for text in [
            run.clone(),
            format!("{}-{} {}", &run[..3], &run[3..6], &run[6..]),
            format!("{} {}", &run[..6], &run[6..]),
            format!("{} {}", &run[..3], &run[3..]),
            format!("{}\t{}", &run[..5], &run[5..]),
            format!("{} {}", &run[..4], &run[4..]),
            format!("{}_{}", &run[..7], &run[7..]),
        ] {
            let view = format!("xx {text} and some more text behind it").into_bytes();
            for engine in [Engine::Avx512, Engine::Swar] {
                let mut found = Vec::new();
                spots_with(engine, &view, ChiMod10::Off, false, &mut |spot| {
                    found.push(spot);
                });
                assert_eq!(found, [Spot { start: 3, valid }], "{engine:?} {text}");
            }
        }
    }
}
