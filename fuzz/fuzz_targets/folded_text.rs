//! The folded view of any text: its map back is monotone, in bounds, lands on
//! characters, and each of those folds to the byte that the view has for it.
#![no_main]

use gatepost::text::Text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = String::from_utf8_lossy(bytes).into_owned();
    let text = Text::new(source.clone());
    let view = text.folded();
    assert!(view.len() <= source.len());
    let mut before = 0;
    for offset in 0..=view.len() {
        let back = text.source_offset(offset);
        assert!(back >= before && back <= source.len());
        assert!(source.is_char_boundary(back));
        before = back;
        if let Some(byte) = view.get(offset) {
            let character = source[back..].chars().next().expect("a character");
            assert_eq!(Text::new(character.to_string()).folded(), [*byte]);
        }
    }
});
