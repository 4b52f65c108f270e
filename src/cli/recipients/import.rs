//! `gatepost recipients import`: a new published list.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::typed::{one_line, trouble, user, wrong_use};
use super::workbook::workbook;
use crate::cli::output::{FOUND, Format, USAGE};
use crate::config::Config;
use crate::directory::{AccreditedList, Act, Approval, Doubt, Entry, Import, ListError, Register};
use crate::load::{RecipientsError, change_register, configured_list, keep_list, moment_of_act};

/// The largest file that is read, in bytes; the published one has some 30 KB.
const MAX_BYTES: u64 = 64 << 20;

/// How many changes are listed.
const LINES: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The published file, CSV or XLSX; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where it came from [default: the name of the file]
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Take it over although it lacks many domains of the last one: who says so
    #[arg(long, value_name = "NAME", requires = "why")]
    approve: Option<String>,
    /// Why that is right
    #[arg(long, value_name = "TEXT", requires = "approve")]
    why: Option<String>,
    /// Tell what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// What became of it.
enum Outcome {
    Same(Import),
    Taken(Import),
    Doubted(Import, Doubt),
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> io::Result<u8> {
    let state = &config.state;
    let approval = arguments.approve.as_deref().map(|by| Approval {
        by: one_line(by),
        why: one_line(arguments.why.as_deref().unwrap_or_default()),
    });
    if approval
        .as_ref()
        .is_some_and(|approval| approval.by.is_empty() || approval.why.is_empty())
    {
        return wrong_use("an approval needs who accepts the list and why");
    }
    let name = arguments.file.display().to_string();
    let bytes = match read(&arguments.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            writeln!(io::stderr(), "gatepost: {name}: {error}")?;
            return Ok(USAGE);
        }
    };
    let list = match list(&bytes) {
        Ok(list) => list,
        Err(error) => {
            writeln!(
                io::stderr(),
                "gatepost: {name} was not taken over, the last list stays: {error}"
            )?;
            return Ok(FOUND);
        }
    };
    let source = one_line(arguments.source.as_deref().unwrap_or(&name));
    let taken = change_register(state, |register| {
        let (mut import, doubt) = register.compare(&list, &source);
        let doubt = doubt.or_else(|| doubt_of_first(config, register, &list));
        let same = import.added.is_empty() && import.removed.is_empty();
        import.approved = doubt.and(approval.clone());
        if let (Some(doubt), None) = (doubt, &import.approved) {
            return Ok((None, Outcome::Doubted(import, doubt)));
        }
        if arguments.dry_run {
            return Ok((None, Outcome::Taken(import)));
        }
        keep_list(state, &import.digest, &bytes)?;
        let entry = Entry {
            v: 1,
            at: moment_of_act(register.last())?,
            by: user(),
            act: Act::Imported(Box::new(import.clone())),
        };
        let outcome = if same {
            Outcome::Same(import)
        } else {
            Outcome::Taken(import)
        };
        Ok::<_, RecipientsError>((Some(entry), outcome))
    });
    match taken {
        Ok(outcome) => print(&outcome, arguments, format),
        Err(error) => trouble(&error),
    }
}

/// What speaks against a first import: the list that was in force until now is
/// the one that the configuration names.
fn doubt_of_first(config: &Config, register: &Register, list: &AccreditedList) -> Option<Doubt> {
    if register.imports().next().is_some() {
        return None;
    }
    let mut before = register.clone();
    before.start_with(&configured_list(config)?);
    before.compare(list, "").1
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let bound = MAX_BYTES.saturating_add(1);
    if file.as_os_str() == "-" {
        io::stdin().lock().take(bound).read_to_end(&mut bytes)?;
    } else {
        fs::File::open(file)?.take(bound).read_to_end(&mut bytes)?;
    }
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        return Err(io::Error::other(
            "it is larger than 64 MiB and no such list",
        ));
    }
    Ok(bytes)
}

/// A list as CSV or as a workbook, told by the first bytes.
fn list(bytes: &[u8]) -> Result<AccreditedList, ListError> {
    if bytes.starts_with(b"PK\x03\x04") {
        workbook(bytes)
    } else {
        AccreditedList::parse(bytes)
    }
}

fn print(outcome: &Outcome, arguments: &Arguments, format: Format) -> io::Result<u8> {
    let (import, doubt) = match outcome {
        Outcome::Same(import) | Outcome::Taken(import) => (import, None),
        Outcome::Doubted(import, doubt) => (import, Some(doubt)),
    };
    let taken = doubt.is_none() && !arguments.dry_run;
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let object = json!({
                "v": 1,
                "taken": taken,
                "doubt": doubt.map(ToString::to_string),
                "domains": import.domains,
                "organisations": import.organisations,
                "digest": import.digest,
                "added": import.added,
                "renamed": import.renamed,
                "removed": import.removed,
                "approved": import.approved,
            });
            writeln!(out, "{object}")?;
        }
        Format::Text => {
            writeln!(
                out,
                "{} domains of {} organisations",
                import.domains, import.organisations
            )?;
            let (added, removed) = (import.added.len(), import.removed.len());
            match (added, removed) {
                (0, 0) => writeln!(out, "the same domains as before")?,
                _ => writeln!(out, "{added} added, {removed} removed")?,
            }
            if !import.renamed.is_empty() {
                let renamed = import.renamed.len();
                writeln!(out, "{renamed} under another organisation's name")?;
            }
            // The first list is all new.
            let few = if added > LINES { 0 } else { added };
            for (domain, organisation) in import.added.iter().take(few) {
                writeln!(out, "  added    {domain}  {organisation}")?;
            }
            for domain in import.removed.iter().take(LINES) {
                writeln!(out, "  removed  {domain}")?;
            }
            if removed > LINES {
                writeln!(out, "  and {} more", removed.saturating_sub(LINES))?;
            }
            if taken {
                writeln!(out, "taken over; a running gatepost follows by itself")?;
            } else if doubt.is_none() {
                writeln!(out, "nothing was changed")?;
            }
        }
    }
    if let Some(doubt) = doubt {
        writeln!(
            io::stderr(),
            "gatepost: not taken over, the last list stays: {doubt}; if that is right, say who \
             accepts it: --approve NAME --why TEXT"
        )?;
        return Ok(FOUND);
    }
    Ok(0)
}
