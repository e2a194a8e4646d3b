//! The `tasq` program; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    tasq::main()
}
