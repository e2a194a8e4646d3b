//! The `tasq` program; everything is in [`tasq::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    tasq::cli::main()
}
