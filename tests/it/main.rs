//! All integration tests in one binary.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops with a message"
)]

mod assumptions;
mod bad_input;
mod cases;
mod children;
mod cli;
mod cli_decompile;
mod cli_simulate;
mod console;
mod corpus;
mod docs;
#[cfg(target_os = "linux")]
mod double;
mod editors;
mod exact;
mod examples;
mod exports;
mod fidelity;
mod findings;
mod fix;
mod genuine;
#[cfg(target_os = "linux")]
mod linux_host;
mod lsp;
mod machine;
mod marked;
mod nvim;
mod outputs;
mod properties;
mod refused;
mod repl;
#[cfg(target_os = "linux")]
mod run;
mod secrets_shown;
mod semantics;
mod serialisers;
mod simulated;
mod site;
mod site_module;
mod test_runner;
// It asks cargo, which is there where the tests are built.
#[cfg(not(windows))]
mod third_party;
mod tidy;
mod truth;
mod unseen;
mod vocabulary;
#[cfg(windows)]
mod windows;
#[cfg(target_os = "linux")]
mod windows_layer;
mod wql;
mod xml_rules;
