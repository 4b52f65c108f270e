//! The answers to `smtp_tls_policy_maps`.

use std::net::IpAddr;

use super::protocol::{Reply, key};
use crate::directory::{Directory, TlsDemand};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// A destination as Postfix asks for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NextHop {
    /// A domain or host: `x`, `x:port`, `[x]`, `[x]:port`.
    Domain(Domain),
    /// All domains below one, `.x`: what Postfix asks next where it was told
    /// nothing of a domain.
    Below(Domain),
    /// An IP address, the path of a socket, or what is no name at all.
    Other,
}

impl NextHop {
    /// Reads a key. A port of any kind is passed over: it changes nothing about
    /// whose destination it is.
    pub fn parse(key: &str) -> Self {
        if let Some(inner) = key.strip_prefix('[') {
            let host = inner.split(']').next().unwrap_or(inner);
            return Self::domain(host);
        }
        if key.parse::<IpAddr>().is_ok() {
            return Self::Other;
        }
        let host = key.split(':').next().unwrap_or(key);
        match host.strip_prefix('.') {
            Some(parent) => Domain::parse(parent).map_or(Self::Other, Self::Below),
            None => Self::domain(host),
        }
    }

    fn domain(host: &str) -> Self {
        if host.parse::<IpAddr>().is_ok() {
            return Self::Other;
        }
        Domain::parse(host).map_or(Self::Other, Self::Domain)
    }
}

/// Answers a request at a moment.
pub fn answer(directory: &Directory, request: &[u8], at: Timestamp) -> Reply {
    let key = match key(request) {
        Ok(key) => key,
        Err(why) => return Reply::Refused(why),
    };
    let demand = match NextHop::parse(key) {
        NextHop::Domain(domain) => directory.tls(&domain, at),
        NextHop::Below(parent) => directory.tls_below(&parent),
        NextHop::Other => TlsDemand::Nothing,
    };
    match demand {
        TlsDemand::Nothing => Reply::NotFound,
        TlsDemand::Required => Reply::Found(directory.standpoint().tls_policy()),
        TlsDemand::NoList => Reply::Later("TLS may be required, but there is no accredited list"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_of_a_next_hop_are_one_destination() {
        let domain = NextHop::Domain(Domain::parse("mx.hospital.example").unwrap());
        for key in [
            "mx.hospital.example",
            "MX.Hospital.Example",
            "mx.hospital.example.",
            "mx.hospital.example:25",
            "mx.hospital.example:submission",
            "[mx.hospital.example]",
            "[mx.hospital.example]:25",
            "[mx.hospital.example",
        ] {
            assert_eq!(NextHop::parse(key), domain, "{key}");
        }
        let below = NextHop::Below(Domain::parse("gov.uk").unwrap());
        assert_eq!(NextHop::parse(".gov.uk"), below);
        for key in [
            "",
            ".",
            "..",
            "[]",
            "[]:25",
            ":25",
            "192.0.2.1",
            "192.0.2.1:25",
            "[192.0.2.1]:25",
            "[2001:db8::1]:25",
            "2001:db8::1",
            "/run/lmtp.sock",
            "two words",
        ] {
            assert_eq!(NextHop::parse(key), NextHop::Other, "{key}");
        }
    }

    proptest! {
        #[test]
        fn any_key_is_some_next_hop(key in ".*") {
            let brackets = format!("[{key}]:25");
            let _ = (NextHop::parse(&key), NextHop::parse(&brackets));
        }
    }
}
