//! `gatepost identifiers index|status`: the index of known patients.
//!
//! The JSON has `v` 1 and the fields that the text tells of. Values of cells
//! are never printed.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::export::{Export, ExportError};
use super::output::{CONFIGURATION, FOUND, Format, TEMPORARY, USAGE, complain};
use crate::clock;
use crate::load::{
    KeyUse, LoadKnownError, Wanted, known_file, load_config, load_key, load_known, write_whole,
};
use crate::scan::known::{KnownPatients, MAX_NUMBERS};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the index of our own patients from a list of their numbers
    Index(Index),
    /// Tell how many numbers are in the index, and since when
    Status,
}

#[derive(Debug, Args)]
struct Index {
    /// A CSV file with NHS, CHI or H&C numbers; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The column, by heading or by number from 1; may be repeated
    /// [default: the one whose heading or cells say what it is]
    #[arg(long, value_name = "NAME")]
    column: Vec<String>,
    /// Take numbers of ranges that are never issued as well
    #[arg(long)]
    include_test_range: bool,
    /// Build it although more than a tenth of the cells are wrong
    #[arg(long)]
    force: bool,
}

pub(super) fn run(wanted: &Wanted, arguments: &Arguments) -> io::Result<u8> {
    let (config, diagnostics) = load_config(wanted);
    let Some(config) = config else {
        complain(&diagnostics)?;
        return Ok(CONFIGURATION);
    };
    match &arguments.command {
        Command::Index(index) => build(&config.state, index, arguments.format),
        Command::Status => status(&config.state, arguments.format),
    }
}

fn build(state: &Path, index: &Index, format: Format) -> io::Result<u8> {
    let from = index.file.display().to_string();
    let export = if from == "-" {
        Export::read(io::stdin().lock(), &index.column, index.include_test_range)
    } else {
        fs::File::open(&index.file)
            .map_err(ExportError::Io)
            .and_then(|file| Export::read(file, &index.column, index.include_test_range))
    };
    let export = match export {
        Ok(export) => export,
        Err(error) => {
            writeln!(io::stderr(), "gatepost: {from}: {error}")?;
            return Ok(USAGE);
        }
    };
    let refused = refusal(&export, index.force);
    if let Some(why) = &refused {
        print(&export, None, format)?;
        writeln!(io::stderr(), "gatepost: nothing was written: {why}")?;
        return Ok(FOUND);
    }
    let (key, diagnostics) = load_key(state, &KeyUse::Create);
    let Some(key) = key else {
        complain(&diagnostics)?;
        return Ok(CONFIGURATION);
    };
    let numbers = export.numbers.iter().copied();
    let bytes = KnownPatients::build(numbers, &key, clock::now());
    let file = known_file(state);
    if let Err(error) = write_whole(state, &file, &bytes) {
        writeln!(
            io::stderr(),
            "gatepost: {} can't be written: {error}; the index is as it was",
            file.display()
        )?;
        return Ok(TEMPORARY);
    }
    print(&export, Some((&file, bytes.len())), format)?;
    Ok(0)
}

/// Why no index is made of an export.
fn refusal(export: &Export, force: bool) -> Option<String> {
    if export.numbers.len() > MAX_NUMBERS {
        return Some(format!("there are more than {MAX_NUMBERS} numbers"));
    }
    if export.numbers.is_empty() && export.test_range > 0 {
        return Some(String::from(
            "all numbers are of ranges that are never issued; --include-test-range takes them",
        ));
    }
    if export.numbers.is_empty() {
        return Some(String::from("not one number was found"));
    }
    (export.mostly_wrong() && !force).then(|| {
        String::from(
            "more than a tenth of the cells are wrong: is it the right column? --force builds it all the same",
        )
    })
}

fn print(export: &Export, written: Option<(&Path, usize)>, format: Format) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let first = export.first_wrong.iter();
            let first: Vec<_> = first
                .map(|(line, wrong)| json!({"line": line, "why": wrong.words()}))
                .collect();
            let object = json!({
                "v": 1,
                "columns": export.columns,
                "rows": export.rows,
                "numbers": export.numbers.len(),
                "skipped": {
                    "blank": export.blank,
                    "placeholder": export.placeholders,
                    "test-range": export.test_range,
                    "check-digit": export.check_digit,
                    "not-ten-digits": export.not_ten_digits,
                    "range": export.range,
                },
                "first-wrong": first,
                "file": written.map(|(file, _)| file.display().to_string()),
                "bytes": written.map(|(_, bytes)| bytes),
            });
            writeln!(out, "{object}")?;
        }
        Format::Text => {
            let columns = export.columns.join(", ");
            writeln!(
                out,
                "{} rows, column {columns}: {} different numbers",
                export.rows,
                export.numbers.len()
            )?;
            for (count, what) in [
                (export.blank, "blank"),
                (export.placeholders, "a placeholder such as 0000000000"),
                (export.test_range, "of a range that is never issued"),
                (export.check_digit, "check digit wrong"),
                (export.not_ten_digits, "not ten digits"),
                (export.range, "of a range that is not in use"),
            ] {
                if count > 0 {
                    writeln!(out, "  skipped {count}: {what}")?;
                }
            }
            for (line, wrong) in &export.first_wrong {
                writeln!(out, "  line {line}: {}", wrong.words())?;
            }
            if let Some((file, bytes)) = written {
                writeln!(out, "written: {} ({bytes} bytes)", file.display())?;
                writeln!(
                    out,
                    "Treat this file as patient data: together with token.key it tells every \
                     number. A running gatepost uses it after its next reload."
                )?;
            }
        }
    }
    Ok(())
}

fn status(state: &Path, format: Format) -> io::Result<u8> {
    let file = known_file(state);
    let name = file.display().to_string();
    // A key that is not there is not made: then no index can be used either.
    let (key, diagnostics) = load_key(state, &KeyUse::ReadOnly);
    let Some(key) = key else {
        complain(&diagnostics)?;
        return Ok(CONFIGURATION);
    };
    let known = match load_known(&file, &key) {
        Ok(known) => known,
        Err(error) => {
            writeln!(io::stderr(), "gatepost: {error}")?;
            return Ok(match error {
                LoadKnownError::Unreadable { .. } => TEMPORARY,
                LoadKnownError::Refused { .. } => FOUND,
            });
        }
    };
    let mut out = io::stdout().lock();
    let Some(known) = known else {
        match format {
            Format::Json => {
                writeln!(
                    out,
                    "{}",
                    json!({"v": 1, "file": name, "numbers": null, "built": null})
                )?;
            }
            Format::Text => writeln!(
                out,
                "there is no index ({name}); gatepost identifiers index makes one"
            )?,
        }
        return Ok(FOUND);
    };
    match format {
        Format::Json => {
            let object = json!({
                "v": 1,
                "file": name,
                "numbers": known.len(),
                "built": known.built().to_string(),
            });
            writeln!(out, "{object}")?;
        }
        Format::Text => writeln!(
            out,
            "{} numbers, built {}: {name}",
            known.len(),
            known.built().words()
        )?,
    }
    Ok(0)
}
