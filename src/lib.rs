//! Task sequences of Microsoft Configuration Manager as text.
//!
//! The crate is first of all the program `tasq`: [`main`] is all of it. What other programs may
//! call are the four functions beside it, which take texts and give texts:
//!
//! | function | what it does |
//! | --- | --- |
//! | [`check`] | finds what is wrong with a source |
//! | [`build`] | compiles a source to the XML of a `<sequence>` |
//! | [`format`] | puts a source into the one style |
//! | [`decompile`] | turns an export into sources, one for each sequence in it |
//!
//! They read and write no file: a source that names others finds none. Findings are given as the
//! JSON document that `tasq check --output-format json` prints.
//!
//! ```
//! let source = "step \"Say hello\" run_command_line < \"cmd.exe /c echo hello\" >\n";
//! let xml = tasq::build("hello.tasq", source).expect("nothing is wrong with it");
//! assert!(xml.starts_with("<sequence version="));
//! ```
//!
//! **Stability**: until 1.0 the four functions may change with any minor version; the command
//! line, the exit codes and the JSON formats are what to build on. The feature `internals`, which
//! opens the inside to the tests of this project, promises nothing.

mod action;
mod check;
mod children;
mod cli;
mod compile;
mod computer;
mod console;
mod decompile;
mod deed;
mod diagnostic;
mod elaborate;
mod emit;
mod engine;
mod fact;
mod format;
mod host;
mod ide;
mod lint;
mod load;
mod lsp;
mod machine;
mod model;
mod paint;
mod read;
mod repl;
mod report;
mod run;
mod shell;
mod simulate;
mod site;
mod source;
mod syntax;
mod test_runner;
mod vocabulary;
mod wildcard;
mod wql;
mod write;
mod xml;

use std::{process::ExitCode, sync::Arc};

use diagnostic::{
    Finding,
    render::{Format, Look, render},
};
use elaborate::ParameterValues;
use source::{FileId, NoFiles, Sources};

/// The program: reads the arguments of the process, does what they say, and tells the exit code.
pub fn main() -> ExitCode {
    cli::main()
}

/// Checks a source; gives all findings as one JSON document. `name` is what they call the file.
///
/// ```
/// let findings = tasq::check("lab.tasq", "step \"Wait\" run_command_lin < \"x\" >\n");
/// assert!(findings.contains("TQ0201"));
/// ```
pub fn check(name: &str, source: &str) -> String {
    let checked = checked(name, source);
    as_json(&checked.findings, &checked.sources)
}

/// Compiles a source to XML on one line, as `tasq build` prints it.
///
/// # Errors
/// The findings as JSON when one of them is an error.
pub fn build(name: &str, source: &str) -> Result<String, String> {
    let checked = checked(name, source);
    if !checked.is_good() {
        return Err(as_json(&checked.findings, &checked.sources));
    }
    let layout = xml::XmlLayout::OneLine;
    // Writing into memory does not fail, and the writer writes text alone.
    let xml = emit::write_sequence(&checked.sequence, layout, Vec::new()).unwrap_or_default();
    Ok(String::from_utf8(xml).unwrap_or_default())
}

/// Puts a source into the one style.
///
/// # Errors
/// The findings as JSON when the source cannot be read.
///
/// ```
/// let neat = tasq::format("lab.tasq", "step   \"Wait\" run_command_line<\"x\">");
/// assert_eq!(neat.as_deref(), Ok("step \"Wait\" run_command_line < \"x\" >\n"));
/// ```
pub fn format(name: &str, source: &str) -> Result<String, String> {
    format::format(source, FileId(0)).map_err(|findings| {
        let mut sources = Sources::new();
        sources.add(name, Arc::<str>::from(source));
        as_json(&findings, &sources)
    })
}

/// Turns an export (the console's zip or `object.xml`, a bare sequence, MDT's `ts.xml`) into
/// sources: the title of each sequence, and its source.
///
/// # Errors
/// The findings as JSON when the export cannot be read.
///
/// ```
/// let xml = tasq::build("lab.tasq", "step \"Wait\" run_command_line < \"x\" >\n")?;
/// let sources = tasq::decompile("lab.xml", xml.into_bytes())?;
/// assert!(sources[0].1.contains("step \"Wait\" run_command_line < \"x\" >"));
/// # Ok::<(), String>(())
/// ```
pub fn decompile(name: &str, export: Vec<u8>) -> Result<Vec<(String, String)>, String> {
    let input = read::open(name, export);
    if input.findings.iter().any(Finding::is_error) {
        return Err(as_json(&input.findings, &input.sources));
    }
    let source = |export: &read::Export| {
        let done = decompile::decompile(export, decompile::DecompileOptions::default());
        (export.title.clone(), done.text)
    };
    Ok(input.exports.iter().map(source).collect())
}

fn checked(name: &str, source: &str) -> compile::Compiled {
    let bytes = source.as_bytes().to_vec();
    check::check(name, name, bytes, &NoFiles, &ParameterValues::default())
}

fn as_json(findings: &[Finding], sources: &Sources) -> String {
    render(Format::Json, findings, sources, Look::PLAIN)
}

/// The inside, for the tests and benches of this project alone.
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals {
    macro_rules! open {
        ($($room:ident)*) => {
            $(pub mod $room {
                #[allow(unused_imports, reason = "a room may have nothing to show")]
                pub use crate::$room::*;
            })*
        };
    }
    open! {
        action check cli compile computer console decompile deed diagnostic elaborate emit engine
        fact format host ide lint load lsp machine model read repl report run simulate site source
        syntax test_runner vocabulary wql write xml
    }
}
