//! Any bytes are an accredited list or a clear refusal; a list that was read is
//! never empty and always has its digest.
#![no_main]

use gatepost::directory::AccreditedList;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match AccreditedList::parse(bytes) {
        Ok(list) => {
            assert!(!list.is_empty());
            assert_eq!(list.digest().len(), 64);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
