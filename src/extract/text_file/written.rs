//! Which characters people write: bytes of chance read as UTF-16 are letters
//! most of the time, but seldom such as anybody uses.

use std::sync::LazyLock;

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS};

/// How many of a hundred characters are such as people write, with what is
/// nowhere a character counted among the others.
pub(super) fn share(text: &str) -> usize {
    let (good, all) = counts(text.chars());
    good.saturating_mul(100).checked_div(all).unwrap_or(0)
}

/// How many characters people write, and how many there are.
pub(super) fn counts(letters: impl Iterator<Item = char>) -> (usize, usize) {
    let (mut good, mut all) = (0_usize, 0_usize);
    for letter in letters {
        all = all.saturating_add(1);
        good = good.saturating_add(usize::from(is_written(letter)));
    }
    (good, all)
}

/// Whether people write a character: letters of alphabets, signs, and of the
/// thousands of Chinese, Japanese and Korean those that are common.
pub(super) fn is_written(letter: char) -> bool {
    match letter {
        '\u{100}'..='\u{1fff}' => {
            letter.is_alphanumeric()
                || matches!(letter, '\u{300}'..='\u{36f}' | '\u{600}'..='\u{6ff}'
                    | '\u{900}'..='\u{97f}')
        }
        '\t'
        | '\n'
        | '\r'
        | ' '..='~'
        | '\u{a0}'..='\u{ff}'
        | '\u{2000}'..='\u{2bff}'
        | '\u{3000}'..='\u{33ff}'
        | '\u{a720}'..='\u{a7ff}'
        | '\u{fe00}'..='\u{ffef}'
        | '\u{1d400}'..='\u{1d7ff}'
        | '\u{1f000}'..='\u{1faff}' => true,
        '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => {
            let at = usize::try_from(u32::from(letter)).unwrap_or(0);
            COMMON.get(at).is_some_and(|common| *common)
        }
        _ => false,
    }
}

/// For each character of the basic plane, whether it is of the first level of
/// GB 2312, Big5 or JIS X 0208, or of KS X 1001: what their makers thought
/// common. A third of all ideographs, and a fifth of the Korean syllables.
static COMMON: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut common = vec![false; 1 << 16];
    let sets: [(&'static Encoding, _, _); 4] = [
        (GBK, 0xB0_u8..=0xD7, 0xA1_u8..=0xFE),
        (BIG5, 0xA4..=0xC6, 0x40..=0xFE),
        (SHIFT_JIS, 0x88..=0x98, 0x40..=0xFC),
        (EUC_KR, 0xB0..=0xC8, 0xA1..=0xFE),
    ];
    for (encoding, leads, trails) in sets {
        for lead in leads {
            for trail in trails.clone() {
                let pair = [lead, trail];
                let (text, _) = encoding.decode_without_bom_handling(&pair);
                for letter in text.chars() {
                    let at = usize::try_from(u32::from(letter)).unwrap_or(0);
                    if let Some(common) = common.get_mut(at) {
                        *common = true;
                    }
                }
            }
        }
    }
    common
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_told_from_chance() {
        for text in [
            "NHS No 943 476 5919, café\n",
            "患者の番号は九四三です。診断書を送ります",
            "患者的身份证号码，请查收附件。門診病歷資料",
            "환자 번호는 다음과 같습니다",
            "Номер пациента, αριθμός, מספר, رقم المريض",
            "😀 done",
        ] {
            assert_eq!(share(text), 100, "{text}");
        }
        // Every ninety-seventh pair of bytes, as good as chance.
        let units = (0..=u16::MAX).step_by(97);
        let text: String = char::decode_utf16(units)
            .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        assert!(share(&text) < 40, "{}", share(&text));
    }
}
