//! All integration tests in one binary.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout, reason = "a test stops with a message")]

mod bad_input;
mod cases;
mod cli;
mod cli_decompile;
mod cli_simulate;
mod corpus;
mod docs;
mod exact;
mod examples;
mod exports;
mod fidelity;
mod findings;
mod genuine;
#[cfg(target_os = "linux")]
mod linux_host;
mod machine;
mod properties;
mod refused;
mod semantics;
mod simulated;
mod test_runner;
mod tidy;
mod vocabulary;
#[cfg(windows)]
mod windows;
#[cfg(target_os = "linux")]
mod windows_layer;
mod wql;
mod xml_rules;
