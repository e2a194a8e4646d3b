//! How a file that is there already is told to be what a verb writes: the table in
//! docs/how-to/files.md, "Where results go". A file without a byte is anybody's.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use serde::{Deserialize, de::IgnoredAny};

use super::super::facts;
use crate::{report, source::decode, test_runner, xml::root_name};

/// How much of a file's beginning tells what it is.
const HEAD: u64 = 64 * 1024;

/// Most bytes of a file that is read whole to tell what it is.
const MAX_WHOLE: u64 = 256 * 1024 * 1024;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum OutputKind {
    /// The XML of a sequence.
    SequenceXml,
    /// A sequence with its properties.
    PackageXml,
    /// The console's zip.
    ConsoleZip,
    /// A source, or a script beside it: people edit them.
    Text,
    /// The machine file of this computer.
    Facts,
    /// A run, told in any form.
    Run,
    /// Results of tests as JUnit's XML.
    Junit,
    /// A source with the marks of what ran.
    MarkedSource,
}

impl OutputKind {
    /// Whether a file is one of these, so that nothing of value is lost.
    pub(super) fn is_own(self, path: &Path, new: &[u8]) -> bool {
        let Ok(head) = beginning(path, HEAD) else {
            return false;
        };
        if head.is_empty() {
            return true;
        }
        match self {
            OutputKind::SequenceXml => root_name(&text(head)) == Some("sequence"),
            OutputKind::PackageXml => root_name(&text(head)) == Some("SmsTaskSequencePackage"),
            OutputKind::ConsoleZip => is_console_zip(&head),
            OutputKind::Junit => root_name(&text(head)) == Some("testsuites"),
            OutputKind::Text => beginning(path, MAX_WHOLE).is_ok_and(|there| there == new),
            OutputKind::Facts => {
                beginning(path, HEAD * 16).is_ok_and(|there| facts::is_untouched(&text(there)))
            }
            OutputKind::MarkedSource => test_runner::is_marked(&text(head)),
            OutputKind::Run => is_run(path),
        }
    }

    /// What is said of a file that is something else.
    pub(super) fn otherwise(self) -> &'static str {
        match self {
            OutputKind::SequenceXml => "is not the XML of a task sequence",
            OutputKind::PackageXml => "is no SmsTaskSequencePackage",
            OutputKind::ConsoleZip => "is not the console's zip of a task sequence",
            OutputKind::Text => "holds something else",
            OutputKind::Facts => "is not as `tasq facts` wrote it",
            OutputKind::Run => "is no run that tasq wrote",
            OutputKind::Junit => "is no JUnit report",
            OutputKind::MarkedSource => "is no marked source",
        }
    }
}

fn beginning(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> String {
    decode(bytes).text
}

/// Whether a file begins as the console's zip does: with an object, or what stands before it.
fn is_console_zip(head: &[u8]) -> bool {
    let name = head.get(30..).unwrap_or_default();
    head.starts_with(b"PK\x03\x04") && name.starts_with(b"SMS_TaskSequencePackage/")
}

/// A run as JSON; the rest of it does not matter.
#[derive(Deserialize)]
struct JsonRun {
    #[serde(rename = "format_version")]
    _version: IgnoredAny,
    events: Option<IgnoredAny>,
    runs: Option<IgnoredAny>,
}

fn is_run(path: &Path) -> bool {
    let whole = beginning(path, MAX_WHOLE).unwrap_or_default();
    let run: Result<JsonRun, _> = serde_json::from_slice(&whole);
    let is_json = run.is_ok_and(|run| run.events.is_some() || run.runs.is_some());
    is_json || report::is_report(&text(whole))
}
