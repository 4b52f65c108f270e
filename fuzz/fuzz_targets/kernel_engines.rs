//! The kernel: every engine gives what the scalar reference gives, and for the
//! usual shapes both give what a plain regular expression finds.
#![no_main]

use std::sync::LazyLock;

use gatepost::scan::kernel::{
    ChiMod10, Engine, Spot, digit_runs_scalar, digit_runs_with, numbers_with, spots_scalar,
    spots_with, words_scalar, words_with,
};
use libfuzzer_sys::fuzz_target;
use regex::bytes::Regex;

/// Bytes become these, so that numbers are frequent.
const ALPHABET: &[u8; 32] = b"012345678901943 -./\t_|,>\r\n a[\x80\x81 ";
const ENGINES: [Engine; 3] = [Engine::Avx512, Engine::Avx2, Engine::Swar];

/// A run of ten, or 3-3-4 with one separator each, that no digit follows.
static USUAL: LazyLock<Regex> = LazyLock::new(|| {
    let gap = r"[-\r\n ./_\t\x0B\x0C|,*+\[\]]";
    let pattern = format!(
        r"(?-u)\A(?:[0-9]{{10}}|[0-9]{{3}}{gap}[0-9]{{3}}{gap}[0-9]{{4}})(?:[^0-9]|\z)"
    );
    Regex::new(&format!("(?s){pattern}")).expect("a pattern")
});

fuzz_target!(|bytes: &[u8]| {
    let Some((how, rest)) = bytes.split_first() else { return };
    let mapped: Vec<u8> = rest.iter().map(|byte| ALPHABET[usize::from(byte % 32)]).collect();
    // Whole chunks are reached by repeating the input.
    let copies = if how & 4 == 0 { 1 } else { 9000 / (rest.len() + 1) + 1 };
    let base = if how & 1 == 0 { mapped } else { rest.to_vec() };
    let view: Vec<u8> = base.iter().copied().cycle().take(base.len() * copies.min(200)).collect();
    let chi = [ChiMod10::Off, ChiMod10::Prefix0101, ChiMod10::All][usize::from(how >> 4) % 3];
    let only_valid = how & 2 != 0;
    let spots = |run: &dyn Fn(&mut dyn FnMut(Spot))| {
        let mut found = Vec::new();
        run(&mut |spot| found.push(spot));
        found
    };
    let expected = spots(&|found| spots_scalar(&view, chi, only_valid, &mut |spot| found(spot)));
    let (mut runs, mut words) = (Vec::new(), Vec::new());
    digit_runs_scalar(&view, &mut |start, end| runs.push((start, end)));
    words_scalar(&view, &mut |start, end| words.push((start, end)));
    for engine in ENGINES {
        let found = spots(&|found| spots_with(engine, &view, chi, only_valid, &mut |spot| found(spot)));
        assert_eq!(found, expected, "{engine:?}");
        let (mut own_runs, mut own_words) = (Vec::new(), Vec::new());
        digit_runs_with(engine, &view, &mut |start, end| own_runs.push((start, end)));
        words_with(engine, &view, &mut |start, end| own_words.push((start, end)));
        assert_eq!(own_runs, runs, "{engine:?}");
        assert_eq!(own_words, words, "{engine:?}");
        if !only_valid {
            let (mut found, mut own_runs) = (Vec::new(), Vec::new());
            numbers_with(
                engine,
                &view,
                chi,
                &mut |spot| found.push(spot),
                &mut |start, end| own_runs.push((start, end)),
            );
            assert_eq!((&found, &own_runs), (&expected, &runs), "{engine:?}");
        }
    }
    if !only_valid && view.len() < 2_000 {
        for (start, _) in runs {
            if USUAL.is_match(&view[start..]) {
                assert!(expected.iter().any(|spot| spot.start == start), "{start}");
            }
        }
    }
});
