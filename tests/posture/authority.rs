//! A certificate authority of the tests' own.

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::{MessageDigest, hash};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};

/// The authority.
pub(crate) struct Authority {
    key: PKey<Private>,
    certificate: X509,
}

/// A server's key and certificate.
pub(crate) struct Issued {
    pub(crate) key: PKey<Private>,
    pub(crate) certificate: X509,
}

/// When a certificate ends.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    NextYear,
    NextWeek,
    Yesterday,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = new_key();
        let mut builder = begin("The tests' authority", &key, Until::NextYear);
        let own = builder.build_name();
        builder.inner.set_issuer_name(&own).expect("an issuer");
        let constraints = BasicConstraints::new().critical().ca().build();
        let constraints = constraints.expect("an extension");
        builder.inner.append_extension(constraints).expect("added");
        builder
            .inner
            .sign(&key, MessageDigest::sha256())
            .expect("signed");
        let certificate = builder.inner.build();
        Self { key, certificate }
    }

    /// The authority's certificate, for `--ca`.
    pub(crate) fn pem(&self) -> Vec<u8> {
        self.certificate.to_pem().expect("PEM")
    }

    /// A certificate for hosts.
    pub(crate) fn issue(&self, hosts: &[&str], until: Until) -> Issued {
        let key = new_key();
        let mut builder = begin("A server", &key, until);
        let issuer = self.certificate.subject_name();
        builder.inner.set_issuer_name(issuer).expect("an issuer");
        let mut names = SubjectAlternativeName::new();
        for host in hosts {
            names.dns(host);
        }
        let context = builder.inner.x509v3_context(Some(&self.certificate), None);
        let names = names.build(&context).expect("names");
        builder.inner.append_extension(names).expect("added");
        let usage = ExtendedKeyUsage::new().server_auth().build();
        builder
            .inner
            .append_extension(usage.expect("an extension"))
            .expect("added");
        builder
            .inner
            .sign(&self.key, MessageDigest::sha256())
            .expect("signed");
        let certificate = builder.inner.build();
        Issued { key, certificate }
    }
}

impl Issued {
    /// Key and certificate in one file, as Postfix wants them.
    pub(crate) fn pem(&self) -> Vec<u8> {
        let key = self.key.private_key_to_pem_pkcs8().expect("PEM");
        [key, self.certificate.to_pem().expect("PEM")].concat()
    }

    /// The record that DANE wants: DANE-EE, the key, SHA-256.
    pub(crate) fn tlsa(&self, host: &str) -> String {
        let key = self.key.public_key_to_der().expect("DER");
        let digest = hash(MessageDigest::sha256(), &key).expect("a digest");
        let digest = BigNum::from_slice(&digest).expect("a number");
        let hex = digest.to_hex_str().expect("digits");
        format!("_25._tcp.{host}. 300 IN TLSA 3 1 1 {hex:0>64}\n")
    }
}

struct Begun {
    inner: X509Builder,
    name: &'static str,
}

impl Begun {
    fn build_name(&self) -> openssl::x509::X509Name {
        let mut name = X509NameBuilder::new().expect("a name");
        name.append_entry_by_nid(Nid::COMMONNAME, self.name)
            .expect("an entry");
        name.build()
    }
}

fn begin(name: &'static str, key: &PKey<Private>, until: Until) -> Begun {
    let mut begun = Begun {
        inner: X509Builder::new().expect("a builder"),
        name,
    };
    let subject = begun.build_name();
    let builder = &mut begun.inner;
    builder.set_version(2).expect("version 3");
    builder.set_subject_name(&subject).expect("a subject");
    builder.set_pubkey(key).expect("a key");
    let mut serial = BigNum::new().expect("a number");
    serial.rand(120, MsbOption::ONE, false).expect("a number");
    let serial = serial.to_asn1_integer().expect("a number");
    builder.set_serial_number(&serial).expect("a serial");
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("a time");
    let now = i64::try_from(now.as_secs()).expect("a time");
    let end = match until {
        Until::NextYear => now + 365 * 86_400,
        Until::NextWeek => now + 7 * 86_400,
        Until::Yesterday => now - 86_400,
    };
    let first = Asn1Time::from_unix(now - 30 * 86_400).expect("a time");
    let end = Asn1Time::from_unix(end).expect("a time");
    builder.set_not_before(&first).expect("a begin");
    builder.set_not_after(&end).expect("an end");
    begun
}

fn new_key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("a curve");
    let key = EcKey::generate(&group).expect("a key");
    PKey::from_ec_key(key).expect("a key")
}
