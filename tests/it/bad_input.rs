//! Exports that are broken, made to harm, or only odd: each ends in a clear finding, with a
//! documented exit code, and nothing is written.
//!
//! The tables name for each case the bytes, and what must be said: a code and the place in the
//! file. `tasq check` must say the same as `tasq decompile`.

mod encodings;
mod exports;
mod files;
mod generated;
mod mended;
mod wrappers;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tasq::internals::{
    decompile::ProofVerdict,
    read::{self, Input},
};

use crate::corpus;
use exports::{
    MEMBER, SEQUENCE, SMALL, archive, cdata, escaped, export, instance, package, swapped, tampered,
    utf16, wrapped,
};
use generated::survives;

/// A case: its name, the bytes of the file, and what must come of it.
type Case = (&'static str, Vec<u8>, Wants);

enum Wants {
    /// A finding with this code whose place ends so: `line:column`, with the member's name where it
    /// is in an archive.
    Refused(&'static str, &'static str),
    /// It is read, and proven with this verdict.
    Reads(ProofVerdict),
    /// It is no export at all: wrong usage, with this in the message.
    Usage(&'static str),
}

use Wants::{Reads, Refused, Usage};

const NO_EXPORT: Wants = Usage("neither XML nor a zip archive");

struct Outcome {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Outcome {
    /// Ends with this code, and prints nothing but why.
    fn prints_nothing(&self, code: i32) {
        assert_eq!(
            (self.code, self.out.as_str()),
            (Some(code), ""),
            "stderr:\n{}",
            self.err
        );
    }
}

fn run(folder: &Path, args: &[&str]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tasq"));
    let output = command
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let outcome = Outcome {
        code: output.status.code(),
        out: text(&output.stdout),
        err: text(&output.stderr),
    };
    assert!(
        !outcome.err.contains("panicked"),
        "{args:?} panics:\n{}",
        outcome.err
    );
    assert!(
        !outcome.err.contains("fault of tasq"),
        "{args:?} fails:\n{}",
        outcome.err
    );
    outcome
}

/// All that a folder holds, at any depth.
fn held(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder can be listed") {
        let path = entry.expect("an entry can be read").path();
        out.push(
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        );
        if path.is_dir() {
            out.extend(held(&path));
        }
    }
    out.sort();
    out
}

/// A scratch folder that holds one file.
fn scratch(name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder can be made");
    fs::write(folder.path().join(name), bytes).expect("a file can be written");
    folder
}

/// `name:line:column code` of each finding.
fn said(input: &Input) -> Vec<String> {
    let one = |finding: &tasq::internals::diagnostic::Finding| {
        let file = input
            .sources
            .get(finding.span().file)
            .expect("a finding has a file");
        let position = file.position(finding.span().start);
        format!(
            "{}:{}:{} {}",
            file.name,
            position.line,
            position.column,
            finding.code.id()
        )
    };
    input.findings.iter().map(one).collect()
}

fn holds(cases: Vec<Case>) {
    let failures: Vec<String> = cases
        .into_iter()
        .filter_map(|(name, bytes, wants)| {
            let outcome = std::panic::catch_unwind(|| case(&bytes, &wants));
            outcome.err().map(|panic| {
                let text = panic.downcast_ref::<String>().cloned();
                format!("{name}: {}", text.unwrap_or_else(|| "panics".to_owned()))
            })
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} cases fail:\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

/// What the program makes of the file of a case.
struct Attempt<'a> {
    bytes: &'a [u8],
    folder: tempfile::TempDir,
    decompiled: Outcome,
    checked: Outcome,
}

/// One case: in the library, and with the real program.
fn case(bytes: &[u8], wants: &Wants) {
    let folder = scratch("a.xml", bytes);
    let at = folder.path();
    let attempt = Attempt {
        bytes,
        decompiled: run(at, &["decompile", "a.xml", "-o", "out/a.tasq"]),
        checked: run(at, &["check", "a.xml", "--output-format", "short"]),
        folder,
    };
    match wants {
        Refused(code, place) => attempt.is_refused(code, place),
        Reads(verdict) => attempt.is_read(*verdict),
        Usage(message) => attempt.is_wrong_usage(message),
    }
}

impl Attempt<'_> {
    fn is_refused(&self, code: &str, place: &str) {
        let (decompiled, checked) = (&self.decompiled, &self.checked);
        let findings = said(&survives(self.bytes.to_vec()));
        assert_eq!(findings.len(), 1, "one finding: {findings:?}");
        let expected = findings[0].strip_suffix(&format!(" {code}")).unwrap_or("");
        assert!(
            expected.ends_with(place),
            "{code} is said at {place}, not {findings:?}"
        );
        decompiled.prints_nothing(1);
        assert!(
            decompiled.err.contains(code),
            "{code} is said:\n{}",
            decompiled.err
        );
        assert_eq!(checked.code, Some(1), "check:\n{}", checked.err);
        let line = format!("{expected}: error[{code}]: ");
        assert!(
            checked.err.starts_with(&line),
            "check says {line}:\n{}",
            checked.err
        );
        self.nothing_is_written();
    }

    fn is_read(&self, verdict: ProofVerdict) {
        let input = survives(self.bytes.to_vec());
        assert_eq!(
            (input.exports.len(), said(&input)),
            (1, Vec::new()),
            "one sequence"
        );
        assert_eq!(generated::proven(&input.exports[0]).ledger.verdict, verdict);
        let fine = matches!(verdict, ProofVerdict::Exact | ProofVerdict::Normalised);
        assert_eq!(
            self.decompiled.code,
            Some(i32::from(!fine)),
            "stderr:\n{}",
            self.decompiled.err
        );
        assert_eq!(held(self.folder.path()), ["a.tasq", "a.xml", "out"]);
        self.check_ends();
    }

    fn is_wrong_usage(&self, message: &str) {
        self.decompiled.prints_nothing(2);
        assert!(
            self.decompiled.err.contains(message),
            "{message:?} is said:\n{}",
            self.decompiled.err
        );
        self.check_ends();
        self.nothing_is_written();
    }

    fn check_ends(&self) {
        assert!(
            matches!(self.checked.code, Some(0 | 1)),
            "check:\n{}",
            self.checked.err
        );
    }

    fn nothing_is_written(&self) {
        assert_eq!(held(self.folder.path()), ["a.xml"], "nothing is written");
    }
}

fn b(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// A sequence whose description is this raw text.
fn described(raw: &str) -> Vec<u8> {
    b(&SMALL.replace("description=\"\"", &format!("description=\"{raw}\"")))
}

/// A sequence whose only step, of a vendor, has this raw text as its action.
fn acting(raw: &str) -> Vec<u8> {
    b(&format!(
        "<sequence version=\"3.10\"><step type=\"V\" name=\"A\" description=\"\"><action>{raw}</action></step></sequence>"
    ))
}

#[test]
fn document_types() {
    let with = |subset: &str, text: &str| {
        b(&format!(
            "<!DOCTYPE sequence [{subset}]>\n{}",
            SMALL.replace('G', text)
        ))
    };
    let laughs: String = (1..10)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    holds(vec![
        (
            "a billion laughs",
            with(&format!("<!ENTITY l0 \"ha\">{laughs}"), "&l9;"),
            Refused("TQ0701", "1:1"),
        ),
        (
            "a file as an entity",
            with("<!ENTITY f SYSTEM \"file:///etc/passwd\">", "&f;"),
            Refused("TQ0701", "1:1"),
        ),
        (
            "an address as an entity",
            with("<!ENTITY f SYSTEM \"http://x.test/\">", "&f;"),
            Refused("TQ0701", "1:1"),
        ),
        (
            "a parameter entity",
            with("<!ENTITY % p SYSTEM \"p.dtd\"> %p;", "G"),
            Refused("TQ0701", "1:1"),
        ),
        (
            "a document type elsewhere",
            b(&format!("<!DOCTYPE sequence SYSTEM \"s.dtd\">{SMALL}")),
            Refused("TQ0701", "1:1"),
        ),
        (
            "a document type inside",
            b(&SMALL.replace("<group", "<!DOCTYPE a><group")),
            Refused("TQ0701", "1:26"),
        ),
    ]);
}

#[test]
fn references() {
    holds(vec![
        (
            "an unknown entity",
            described("&nbsp;"),
            Refused("TQ0701", "1:55"),
        ),
        (
            "an unknown entity in a text",
            acting("&eacute;"),
            Refused("TQ0701", "1:73"),
        ),
        (
            "a reference without a name",
            described("&;"),
            Refused("TQ0701", "1:55"),
        ),
        ("an ampersand", acting("a & b"), Refused("TQ0701", "1:75")),
        (
            "a reference without an end",
            described("&amp"),
            Refused("TQ0701", "1:55"),
        ),
        ("character 0", described("&#0;"), Refused("TQ0701", "1:55")),
        ("a surrogate", acting("&#xD800;"), Refused("TQ0701", "1:73")),
        (
            "a number beyond all",
            acting("&#99999999999;"),
            Refused("TQ0701", "1:73"),
        ),
        (
            "a number that wraps around",
            acting("&#4294967361;"),
            Refused("TQ0701", "1:73"),
        ),
        (
            "a hexadecimal number with a sign",
            acting("&#x+41;"),
            Refused("TQ0701", "1:73"),
        ),
        ("a capital X", acting("&#X41;"), Refused("TQ0701", "1:73")),
        (
            "a very long reference",
            acting(&format!("&#{}65;", "0".repeat(10_000))),
            Refused("TQ0701", "1:73"),
        ),
    ]);
}

#[test]
fn attributes() {
    let many: String = (0..500).map(|number| format!(" a{number}=\"\"")).collect();
    holds(vec![
        (
            "an attribute twice",
            described("\" name=\"H"),
            Refused("TQ0701", "1:57"),
        ),
        (
            "an attribute twice among many",
            described(&format!("\"{many} a7=\"")),
            Refused("TQ0701", "1:3947"),
        ),
        (
            "`<` in an attribute",
            described("a<b"),
            Refused("TQ0701", "1:56"),
        ),
        (
            "an attribute without quotes",
            b("<sequence version=3/>"),
            Refused("TQ0701", "1:19"),
        ),
        (
            "an attribute without a value",
            b("<sequence version/>"),
            Refused("TQ0701", "1:18"),
        ),
        (
            "attributes without a blank",
            b("<sequence a=\"\"b=\"\"/>"),
            Refused("TQ0701", "1:15"),
        ),
        (
            "an attribute that never ends",
            b("<sequence a=\"/>"),
            Refused("TQ0701", "1:13"),
        ),
    ]);
}

#[test]
fn tags_and_their_names() {
    holds(vec![
        (
            "a tag that never ends",
            b("<sequence a=\"\""),
            Refused("TQ0701", "1:1"),
        ),
        (
            "tags that do not match",
            b("<sequence>\n <group></step></sequence>"),
            Refused("TQ0701", "2:9"),
        ),
        (
            "tags that match but for case",
            b("<sequence></Sequence>"),
            Refused("TQ0701", "1:11"),
        ),
        (
            "an end tag alone",
            b("</sequence>"),
            Refused("TQ0701", "1:1"),
        ),
        (
            "an end tag with an attribute",
            b("<sequence></sequence a=\"\">"),
            Refused("TQ0701", "1:22"),
        ),
        (
            "a name that begins with a digit",
            b("<1sequence/>"),
            Refused("TQ0701", "1:2"),
        ),
        (
            "a blank before a name",
            b("< sequence/>"),
            Refused("TQ0701", "1:2"),
        ),
        ("`<` alone", b("<"), Refused("TQ0701", "1:2")),
    ]);
}

#[test]
fn roots_and_what_is_beside_elements() {
    holds(vec![
        (
            "`]]>` in a text",
            acting("a ]]> b"),
            Refused("TQ0701", "1:75"),
        ),
        (
            "two roots",
            b(&format!("{SMALL}\n{SMALL}")),
            Refused("TQ0701", "2:1"),
        ),
        (
            "text before the root",
            b(&format!("<!-- a -->x{SMALL}")),
            Refused("TQ0701", "1:11"),
        ),
        (
            "text behind the root",
            b(&format!("{SMALL}\n x")),
            Refused("TQ0701", "2:2"),
        ),
        (
            "CDATA behind the root",
            b(&format!("{SMALL}<![CDATA[]]>")),
            Refused("TQ0701", "1:69"),
        ),
        (
            "a comment that never ends",
            b(&SMALL.replace("<group", "<!-- <group")),
            Refused("TQ0701", "1:26"),
        ),
        (
            "CDATA that never ends",
            acting("<![CDATA[x]]"),
            Refused("TQ0701", "1:73"),
        ),
        (
            "an instruction that never ends",
            b("<?xml version=\"1.0\"\n<sequence/>"),
            Refused("TQ0701", "1:1"),
        ),
        ("a comment alone", b("<!-- -->"), Refused("TQ0701", "1:1")),
        (
            "another root",
            b("<!-- -->\n<html><body/></html>"),
            Refused("TQ0702", "2:2"),
        ),
        (
            "a root in a namespace",
            b("<x:sequence xmlns:x=\"urn:x\" version=\"3.10\"/>"),
            Refused("TQ0702", "1:2"),
        ),
    ]);
}

#[test]
fn groups_in_each_other() {
    let nested = |depth: usize, inner: &str| {
        let open = "<group name=\"G\" description=\"\">".repeat(depth);
        b(&format!(
            "<sequence version=\"3.10\">{open}{inner}{}</sequence>",
            "</group>".repeat(depth)
        ))
    };
    holds(vec![
        (
            "190 groups in each other",
            nested(190, ""),
            Reads(ProofVerdict::Normalised),
        ),
        (
            "201 groups in each other",
            nested(201, ""),
            Reads(ProofVerdict::Kept),
        ),
        (
            "255 groups in each other",
            nested(255, ""),
            Reads(ProofVerdict::Kept),
        ),
        (
            "300 groups in each other",
            nested(300, ""),
            Refused("TQ0004", "1:7931"),
        ),
        (
            "100,000 groups in each other",
            nested(100_000, ""),
            Refused("TQ0004", "1:7931"),
        ),
        (
            "100,000 groups that are never closed",
            b(&"<sequence>".repeat(100_000)),
            Refused("TQ0004", "1:2561"),
        ),
    ]);
}

#[test]
fn very_many_and_very_long_parts() {
    let attributes: String = (0..100_000)
        .map(|number| format!(" a{number}=\"\""))
        .collect();
    holds(vec![
        (
            "100,000 attributes",
            described(&format!("\"{attributes} z=\"")),
            Refused("TQ0701", "1:7939"),
        ),
        (
            "an attribute of 1 MB",
            described(&"x".repeat(1_000_000)),
            Reads(ProofVerdict::Exact),
        ),
        (
            "a text of 1 MB in long lines",
            acting(&format!("{}\r\n", "x".repeat(50_000)).repeat(20)),
            Reads(ProofVerdict::Exact),
        ),
        (
            "100,000 comments",
            b(&SMALL.replace("<group", &format!("{}<group", "<!---->".repeat(100_000)))),
            Reads(ProofVerdict::Normalised),
        ),
    ]);
}
