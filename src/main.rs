//! The program: parse the command line, run the command, exit with its code.

#![deny(dead_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    gatepost::cli::main()
}
