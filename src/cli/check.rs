//! `gatepost check`: configuration, rules, lists and keys, all complaints.

use std::io::{self, Write};

use super::output::{CONFIGURATION, complain};
use crate::load::{KeyUse, Wanted, load};

pub(super) fn run(wanted: &Wanted) -> io::Result<u8> {
    let (loaded, diagnostics) = load(wanted, &KeyUse::ReadOnly);
    complain(&diagnostics)?;
    match loaded {
        Some(loaded) => {
            writeln!(io::stdout(), "fine: {}", loaded.summary)?;
            Ok(0)
        }
        None => Ok(CONFIGURATION),
    }
}
