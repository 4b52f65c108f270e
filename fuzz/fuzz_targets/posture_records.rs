//! Any text that a stranger's DNS, web server or mail server gives is read as a
//! record or refused, within what the standards allow.
#![no_main]

use gatepost::posture::records::{
    DkimRecord, DmarcRecord, Key, Mechanism, Mode, Parsed, Policy, Reply, SpfRecord,
    announces_policy, is_spf,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    match SpfRecord::parse(&text) {
        Ok(record) => {
            assert!(is_spf(&text));
            assert!(record.all.is_none() || record.redirect.is_none());
            for mechanism in &record.asks {
                if let Mechanism::Include(name) | Mechanism::Exists(name) = mechanism {
                    assert!(!name.is_empty() && name.len() < text.len());
                }
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    if let Some(record) = DmarcRecord::parse(&text) {
        assert!(record.pct <= 100);
        assert!(record.reports <= text.len());
    }
    if let Ok(record) = DkimRecord::parse(&text)
        && let Key::Rsa(bits) = record.key
    {
        assert!(u64::from(bits) <= text.len() as u64 * 8);
    }
    if let Ok(policy) = Policy::parse(&text) {
        assert!(policy.max_age_seconds <= 31_557_600);
        assert!(policy.mode == Mode::None || !policy.mx.is_empty());
        for pattern in &policy.mx {
            // A pattern means its own name, with one label for a star.
            assert!(policy.allows(&pattern.replace('*', "a")));
        }
    }
    let _ = announces_policy(&text);
    if let Parsed::Reply(reply) = Reply::parse(bytes) {
        assert!(reply.code < 1000 && !reply.lines.is_empty());
        assert!(reply.lines.len() <= bytes.len());
    }
});
