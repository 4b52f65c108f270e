//! What a mail server's certificate is worth: who vouches for it, for which
//! host, until when.

use std::path::Path;
use std::{env, fs};

use openssl::asn1::Asn1Time;
use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509StoreContext, X509VerifyResult};

use crate::timestamp::Timestamp;

/// Who vouches for certificates: the system's authorities, and those of a file.
#[derive(Clone, Debug)]
pub(super) struct Authority {
    /// Those of the file.
    pub(super) own: Vec<X509>,
}

/// Nobody vouches for any certificate on this system: a bare one has no list of
/// authorities, and every certificate would look bad.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "this system has no certificates of authorities to judge by (Debian: ca-certificates, \
     or name a file by --ca)"
)]
pub(super) struct NoAuthority;

impl Authority {
    /// Demands that there be at least one.
    pub(super) fn demand(&self) -> Result<(), NoAuthority> {
        if self.own.is_empty() && !system_has_some() {
            return Err(NoAuthority);
        }
        Ok(())
    }
}

/// Looks where OpenSSL looks: two variables, else its own folder.
fn system_has_some() -> bool {
    let version = openssl::version::dir();
    let folder = version.split('"').nth(1).unwrap_or("/usr/lib/ssl");
    let folder = Path::new(folder);
    let named = |variable, default| env::var_os(variable).map_or(folder.join(default), Into::into);
    let file = named("SSL_CERT_FILE", "cert.pem");
    let files = named("SSL_CERT_DIR", "certs");
    let some = fs::read_dir(files).is_ok_and(|mut entries| entries.next().is_some());
    some || fs::metadata(file).is_ok_and(|file| file.len() > 0)
}

/// What a certificate is worth.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Worth {
    /// Why nobody vouches for it now, such as that it has expired; nothing if
    /// somebody does.
    pub(super) distrust: Option<&'static str>,
    /// Whether it is for this host.
    pub(super) for_host: bool,
    /// Its last moment.
    pub(super) until: Timestamp,
    /// Whole days until then; negative when they are past.
    pub(super) days_left: i32,
}

/// Judges a chain, the server's own certificate first; nothing for an empty
/// one.
pub(super) fn judge(
    chain: &[X509],
    host: &str,
    authority: &Authority,
) -> Result<Option<Worth>, ErrorStack> {
    let Some(own) = chain.first() else {
        return Ok(None);
    };
    let mut others = Stack::new()?;
    for other in chain.iter().skip(1) {
        others.push(other.clone())?;
    }
    let mut roots = X509StoreBuilder::new()?;
    roots.set_default_paths()?;
    for root in &authority.own {
        roots.add_cert(root.clone())?;
    }
    roots.set_purpose(X509PurposeId::SSL_SERVER)?;
    let trusted = verdict(&roots.build(), own, &others)?;
    let left = Asn1Time::days_from_now(0)?.diff(own.not_after())?;
    let since_1970 = Asn1Time::from_unix(0)?.diff(own.not_after())?;
    Ok(Some(Worth {
        distrust: (trusted != X509VerifyResult::OK).then(|| trusted.error_string()),
        for_host: is_for(own, host)?,
        until: moment(since_1970.days, since_1970.secs),
        days_left: left.days,
    }))
}

/// A moment, given by the days and seconds since 1970.
fn moment(days: i32, seconds: i32) -> Timestamp {
    let whole = i64::from(days).saturating_mul(86_400);
    let seconds = whole.saturating_add(i64::from(seconds));
    Timestamp::from_unix_ms(seconds.saturating_mul(1000))
}

/// Whether a certificate names a host, by OpenSSL's own comparison: the
/// certificate is made its own root and its dates are left aside, so that
/// nothing but the name can fail.
fn is_for(own: &X509, host: &str) -> Result<bool, ErrorStack> {
    let mut itself = X509StoreBuilder::new()?;
    itself.add_cert(own.clone())?;
    let mut wanted = X509VerifyParam::new()?;
    wanted.set_host(host)?;
    wanted.set_flags(X509VerifyFlags::PARTIAL_CHAIN | X509VerifyFlags::NO_CHECK_TIME)?;
    itself.set_param(&wanted)?;
    let alone = Stack::new()?;
    Ok(verdict(&itself.build(), own, &alone)? == X509VerifyResult::OK)
}

fn verdict(
    roots: &X509Store,
    own: &X509,
    others: &openssl::stack::StackRef<X509>,
) -> Result<X509VerifyResult, ErrorStack> {
    let mut context = X509StoreContext::new()?;
    context.init(roots, own, others, |context| {
        context.verify_cert()?;
        Ok(context.error())
    })
}
