//! `gatepost recipients posture DOMAIN...`: how domains stand as senders and
//! receivers of mail.
//!
//! The JSON has one object a line and domain: `v` 1, `domain`, `at`, `standing`
//! and `checks`, each with `check`, `host`, `standing`, `found`, `advice` and
//! `facts`; docs/posture.md tells of each. Exit codes: 0 all meet, 1 something
//! falls short, 75 nothing falls short but something could not be checked.

use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::output::{CONFIGURATION, FOUND, Format, TEMPORARY, USAGE, complain};
use crate::clock;
use crate::load::{Wanted, load_config};
use crate::mail::Domain;
use crate::posture::{Check, Checker, Posture, SetUpError, Settings, Standing};

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is ever sent: mail servers hear EHLO, STARTTLS and QUIT, one at a time.

Exit codes: 0 all meet, 1 something falls short, 2 wrong use, 75 nothing falls
short but something could not be checked. The text says what to do.")]
pub(super) struct Arguments {
    /// The domains, such as trust.example [default: our own, as configured]
    #[arg(value_name = "DOMAIN")]
    domains: Vec<String>,
    /// A DKIM selector to look for beside the common ones; may be repeated
    #[arg(long, value_name = "NAME", value_parser = selector)]
    selector: Vec<String>,
    /// The DNS server to ask [default: those of /etc/resolv.conf]
    #[arg(long, value_name = "ADDR[:PORT]", value_parser = server)]
    resolver: Option<SocketAddr>,
    /// What to call ourselves to mail servers [default: the host's name]
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    ehlo: Option<String>,
    /// How long a question to DNS may take, in seconds; it is put twice
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=60))]
    dns_timeout: u64,
    /// How long a connection, a reply or a fetched policy may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=300))]
    timeout: u64,
    /// How long one domain may take, in seconds; the rest is not checked
    #[arg(long, value_name = "SECONDS", default_value_t = 180, value_parser = clap::value_parser!(u64).range(1..=3600))]
    domain_timeout: u64,
    /// The port of mail servers, for tests
    #[arg(long, value_name = "PORT", default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..))]
    smtp_port: u16,
    /// The port of web servers with MTA-STS policies, for tests
    #[arg(long, value_name = "PORT", default_value_t = 443, value_parser = clap::value_parser!(u16).range(1..))]
    https_port: u16,
    /// Certificates (PEM) to trust beside the system's, for a network of one's own
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// DNSKEY records to trust instead of the root's, for a network of one's own
    #[arg(long, value_name = "FILE")]
    trust_anchor: Option<PathBuf>,
}

pub(super) fn run(wanted: &Wanted, arguments: &Arguments, format: Format) -> io::Result<u8> {
    if arguments.domains.is_empty() {
        return match own_domains(wanted)? {
            Ok(domains) => check(arguments, &domains, format),
            Err(code) => Ok(code),
        };
    }
    let mut wrong = false;
    let mut domains = Vec::new();
    for text in &arguments.domains {
        match domain(text) {
            Ok(domain) if domains.contains(&domain) => {}
            Ok(domain) => domains.push(domain),
            Err(why) => {
                wrong = true;
                writeln!(io::stderr(), "gatepost: {}: {why}", brief(text))?;
            }
        }
    }
    if wrong {
        return Ok(USAGE);
    }
    check(arguments, &domains, format)
}

/// Our own domains, in order; or what to exit with, if there are none.
fn own_domains(wanted: &Wanted) -> io::Result<Result<Vec<Domain>, u8>> {
    let (config, diagnostics) = load_config(wanted);
    complain(&diagnostics)?;
    let Some(config) = config else {
        return Ok(Err(CONFIGURATION));
    };
    let domains: Vec<Domain> = config.domains.into_iter().collect();
    if domains.is_empty() {
        writeln!(
            io::stderr(),
            "gatepost: no domain was named, and no configuration names our own: \
             gatepost recipients posture DOMAIN..."
        )?;
        return Ok(Err(USAGE));
    }
    Ok(Ok(domains))
}

fn check(arguments: &Arguments, domains: &[Domain], format: Format) -> io::Result<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(check_all(arguments, domains, format))
}

async fn check_all(arguments: &Arguments, domains: &[Domain], format: Format) -> io::Result<u8> {
    let checker = match Checker::new(settings(arguments)) {
        Ok(checker) => checker,
        Err(error) => {
            writeln!(io::stderr(), "gatepost: {error}")?;
            return Ok(match error {
                SetUpError::File(..) => USAGE,
                SetUpError::System(_) => TEMPORARY,
            });
        }
    };
    let mut code = 0;
    for (number, domain) in domains.iter().enumerate() {
        if io::stderr().is_terminal() {
            writeln!(io::stderr(), "checking {domain} ...")?;
        }
        let at = clock::now();
        let posture = checker.check(domain).await;
        let mut out = io::stdout().lock();
        match format {
            Format::Json => {
                let object = json!({
                    "v": 1,
                    "domain": domain.as_str(),
                    "at": at.to_string(),
                    "standing": posture.standing(),
                    "checks": posture.checks,
                });
                writeln!(out, "{object}")?;
            }
            Format::Text => {
                if number > 0 {
                    writeln!(out)?;
                }
                write!(out, "{}", text(&posture, &at.day()))?;
            }
        }
        out.flush()?;
        code = worse(code, posture.standing());
    }
    Ok(code)
}

/// What falls short counts before what could not be checked.
fn worse(code: u8, standing: Standing) -> u8 {
    match standing {
        Standing::FallsShort => FOUND,
        Standing::NotChecked if code == 0 => TEMPORARY,
        Standing::NotChecked | Standing::Meets | Standing::Advice => code,
    }
}

fn settings(arguments: &Arguments) -> Settings {
    let own = nix::unistd::gethostname().ok();
    let own = own.and_then(|name| name.into_string().ok());
    let own = own.filter(|name| host_name(name).is_ok());
    Settings {
        resolver: arguments.resolver,
        trust_anchor: arguments.trust_anchor.clone(),
        authority: arguments.ca.clone(),
        selectors: arguments.selector.clone(),
        ehlo: arguments
            .ehlo
            .clone()
            .or(own)
            .unwrap_or_else(|| String::from("localhost")),
        smtp_port: arguments.smtp_port,
        https_port: arguments.https_port,
        dns_wait: Duration::from_secs(arguments.dns_timeout),
        connect_wait: Duration::from_secs(arguments.timeout),
        domain_wait: Duration::from_secs(arguments.domain_timeout),
    }
}

/// A line for the whole, then one a check.
fn text(posture: &Posture, day: &str) -> String {
    let verdict = match posture.standing() {
        Standing::FallsShort => match posture.count(Standing::FallsShort) {
            1 => String::from("falls short in 1 check"),
            number => format!("falls short in {number} checks"),
        },
        Standing::NotChecked if posture.count(Standing::NotChecked) == posture.checks.len() => {
            String::from("nothing could be checked")
        }
        Standing::NotChecked => String::from("nothing falls short, but not everything was checked"),
        Standing::Meets | Standing::Advice => {
            let advice = posture.count(Standing::Advice) > 0;
            let more = if advice { ", with advice" } else { "" };
            format!("meets the headings of the standard (DCB1596){more}")
        }
    };
    let mut out = format!("{}: {verdict} ({day})\n", posture.domain);
    for check in &posture.checks {
        out.push_str(&line(check));
    }
    out
}

fn line(check: &Check) -> String {
    let host = check.host.as_ref().map(|host| format!("{host}: "));
    let advice = check.advice.as_ref().map(|what| format!(". Do: {what}"));
    format!(
        "  {:<11}  {:<11}  {}{}{}\n",
        check.standing.words(),
        check.topic.words(),
        host.unwrap_or_default(),
        check.found,
        advice.unwrap_or_default()
    )
}

/// A domain that can be asked about, or why it is none.
fn domain(text: &str) -> Result<Domain, &'static str> {
    let bare = text.trim();
    if bare.len() > 1024 {
        return Err("it is too long for a domain");
    }
    if bare.contains('@') {
        return Err("it is an address; give the part after the @");
    }
    if bare.contains("://") || bare.contains('/') {
        return Err("it is a link; give the domain alone");
    }
    let inner = bare.trim_start_matches('[').trim_end_matches(']');
    let inner = inner.strip_prefix("IPv6:").unwrap_or(inner);
    if bare.starts_with('[') || inner.parse::<IpAddr>().is_ok() {
        return Err("it is an IP address; a domain is wanted");
    }
    let domain = Domain::parse(bare).map_err(|_| "it is no domain")?;
    let long = domain.as_str().split('.').any(|label| label.len() > 63);
    // What a resolver would take for the number of an address, say 0x7f.1.
    let number = domain.as_str().rsplit('.').next();
    let number = number.is_some_and(|last| last.starts_with(|first: char| first.is_ascii_digit()));
    if long || number || !is_host_name(domain.as_str()) {
        return Err("it is no domain");
    }
    if !domain.as_str().contains('.') {
        return Err("it is a single word; a domain has a dot, such as trust.example");
    }
    Ok(domain)
}

fn selector(text: &str) -> Result<String, &'static str> {
    if text.len() > 100 || !is_host_name(text) {
        return Err("it is no selector; s= in the DKIM-Signature of a message tells it");
    }
    Ok(text.to_ascii_lowercase())
}

fn server(text: &str) -> Result<SocketAddr, &'static str> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(address);
    }
    let address = text.parse::<IpAddr>();
    address
        .map(|address| SocketAddr::new(address, 53))
        .map_err(|_| "it is no address such as 192.0.2.1 or 192.0.2.1:53")
}

fn host_name(text: &str) -> Result<String, &'static str> {
    if text.len() > 253 || !is_host_name(text) {
        return Err("it is no host name");
    }
    Ok(text.to_owned())
}

/// Labels of letters, digits, hyphens and underscores.
fn is_host_name(text: &str) -> bool {
    text.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    })
}

/// The beginning of what was given, fit for a terminal.
fn brief(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(60)
        .flat_map(char::escape_default)
        .collect();
    if text.chars().nth(60).is_some() {
        out.push_str("...");
    }
    format!("\"{out}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_domain_says_what_it_is() {
        for (text, part) in [
            ("a@trust.example", "an address"),
            ("https://trust.example/", "a link"),
            ("192.0.2.1", "an IP address"),
            ("[192.0.2.1]", "an IP address"),
            ("[IPv6:2001:db8::1]", "an IP address"),
            ("2001:db8::1", "an IP address"),
            ("0x7f.1", "no domain"),
            ("", "no domain"),
            ("..", "no domain"),
            ("trust example", "no domain"),
            ("localhost", "a single word"),
            ("a\u{1b}[2J.example", "no domain"),
        ] {
            let why = domain(text).expect_err(text);
            assert!(why.contains(part), "{text}: {why}");
        }
        assert_eq!(
            domain(&"x".repeat(65_536)),
            Err("it is too long for a domain")
        );
        assert_eq!(
            domain(&format!("{}.example", "x".repeat(64))),
            Err("it is no domain")
        );
        let found = domain(" B\u{fc}cher.Example. ").expect("a domain");
        assert_eq!(found.as_str(), "xn--bcher-kva.example");
    }

    #[test]
    fn the_worst_standing_makes_the_exit_code() {
        assert_eq!(worse(0, Standing::NotChecked), TEMPORARY);
        assert_eq!(worse(TEMPORARY, Standing::FallsShort), FOUND);
        assert_eq!(worse(FOUND, Standing::NotChecked), FOUND);
        assert_eq!(worse(TEMPORARY, Standing::Meets), TEMPORARY);
        assert_eq!(worse(0, Standing::Advice), 0);
    }
}
