//! Exports that are broken, made to harm, or only odd: each ends in a clear finding, with a
//! documented exit code, and nothing is written.
//!
//! The tables name for each case the bytes, and what must be said: a code and the place in the
//! file. `tasq check` must say the same as `tasq decompile`.

mod exports;
mod files;
mod generated;
mod mended;

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
    MEMBER, SEQUENCE, SMALL, archive, escaped, export, instance, package, swapped, tampered, utf16,
    wrapped,
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

struct Outcome {
    code: Option<i32>,
    out: String,
    err: String,
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

/// One case: in the library, and with the real program.
fn case(bytes: &[u8], wants: &Wants) {
    let folder = scratch("a.xml", bytes);
    let decompiled = run(folder.path(), &["decompile", "a.xml", "-o", "out/a.tasq"]);
    let checked = run(
        folder.path(),
        &["check", "a.xml", "--output-format", "short"],
    );
    let untouched = || assert_eq!(held(folder.path()), ["a.xml"], "nothing is written");
    match wants {
        Refused(code, place) => {
            let findings = said(&survives(bytes.to_vec()));
            assert_eq!(findings.len(), 1, "one finding: {findings:?}");
            let expected = findings[0].strip_suffix(&format!(" {code}")).unwrap_or("");
            assert!(
                expected.ends_with(place),
                "{code} is said at {place}, not {findings:?}"
            );
            assert_eq!(
                (decompiled.code, decompiled.out.as_str()),
                (Some(1), ""),
                "stderr:\n{}",
                decompiled.err
            );
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
            untouched();
        }
        Reads(verdict) => {
            let input = survives(bytes.to_vec());
            assert_eq!(
                (input.exports.len(), said(&input)),
                (1, Vec::new()),
                "one sequence"
            );
            assert_eq!(
                generated::proven(&input.exports[0]).ledger.verdict,
                *verdict
            );
            let fine = matches!(verdict, ProofVerdict::Exact | ProofVerdict::Normalised);
            assert_eq!(
                decompiled.code,
                Some(i32::from(!fine)),
                "stderr:\n{}",
                decompiled.err
            );
            assert_eq!(held(folder.path()), ["a.tasq", "a.xml", "out"]);
            assert!(
                matches!(checked.code, Some(0 | 1)),
                "check:\n{}",
                checked.err
            );
        }
        Usage(message) => {
            assert_eq!(
                (decompiled.code, decompiled.out.as_str()),
                (Some(2), ""),
                "stderr:\n{}",
                decompiled.err
            );
            assert!(
                decompiled.err.contains(message),
                "{message:?} is said:\n{}",
                decompiled.err
            );
            assert!(
                matches!(checked.code, Some(0 | 1)),
                "check:\n{}",
                checked.err
            );
            untouched();
        }
    }
}

fn b(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

#[test]
fn encodings() {
    let declared = |name: &str, sequence: &str| {
        format!("<?xml version=\"1.0\" encoding=\"{name}\"?>\n{sequence}")
    };
    let accent = SMALL.replace("\"G\"", "\"é\"");
    let latin = |text: String| {
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).expect("it is Latin"))
            .collect()
    };
    let wide = utf16(SMALL, u16::to_le_bytes, &[0xFF, 0xFE]);
    let lone = [&wide[..60], &[0x00, 0xD8], &wide[60..]].concat();
    holds(vec![
        (
            "UTF-8 that calls itself UTF-16",
            b(&declared("utf-16", &accent)),
            Reads(ProofVerdict::Exact),
        ),
        (
            "UTF-8 that calls itself windows-1252",
            b(&declared("windows-1252", &accent)),
            Reads(ProofVerdict::Exact),
        ),
        (
            "windows-1252 indeed",
            latin(declared("windows-1252", &accent)),
            Refused("TQ0001", "2:39"),
        ),
        (
            "Latin without a declaration",
            latin(accent.clone()),
            Refused("TQ0001", "1:39"),
        ),
        (
            "UTF-8 with a mark",
            b(&format!("\u{FEFF}{accent}")),
            Reads(ProofVerdict::Exact),
        ),
        (
            "two marks",
            b(&format!("\u{FEFF}\u{FEFF}{accent}")),
            Reads(ProofVerdict::Exact),
        ),
        (
            "UTF-16, little end first",
            utf16(&accent, u16::to_le_bytes, &[0xFF, 0xFE]),
            Reads(ProofVerdict::Exact),
        ),
        (
            "UTF-16, big end first",
            utf16(&accent, u16::to_be_bytes, &[0xFE, 0xFF]),
            Reads(ProofVerdict::Exact),
        ),
        (
            "UTF-16 without a mark",
            utf16(&accent, u16::to_le_bytes, &[]),
            Reads(ProofVerdict::Exact),
        ),
        (
            "the other UTF-16 without a mark",
            utf16(&accent, u16::to_be_bytes, &[]),
            Reads(ProofVerdict::Exact),
        ),
        (
            "UTF-16 of an odd length",
            [wide.as_slice(), b"x"].concat(),
            Refused("TQ0001", "1:69"),
        ),
        (
            "UTF-16 with a lone surrogate",
            lone,
            Refused("TQ0001", "1:30"),
        ),
        (
            "half a mark",
            vec![0xFF],
            Usage("neither XML nor a zip archive"),
        ),
        ("nothing at all", Vec::new(), Refused("TQ0701", "1:1")),
        (
            "blanks and nothing else",
            b(" \r\n "),
            Refused("TQ0701", "1:1"),
        ),
        (
            "a mark and nothing else",
            vec![0xEF, 0xBB, 0xBF],
            Refused("TQ0701", "1:1"),
        ),
        (
            "a UTF-16 mark and nothing else",
            vec![0xFF, 0xFE],
            Refused("TQ0701", "1:1"),
        ),
        (
            "NUL bytes",
            vec![0; 1000],
            Usage("neither XML nor a zip archive"),
        ),
        (
            "a NUL byte in a text",
            b(&SMALL.replace("\"G\"", "\"G\0\"")),
            Refused("TQ0701", "1:40"),
        ),
        (
            "a control character",
            b(&SMALL.replace("\"G\"", "\"\u{1}\"")),
            Refused("TQ0701", "1:39"),
        ),
        (
            "a noncharacter",
            b(&SMALL.replace("\"G\"", "\"\u{FFFF}\"")),
            Refused("TQ0701", "1:39"),
        ),
    ]);
    let folder = scratch("a.xml", &latin(declared("windows-1252", &accent)));
    let outcome = run(folder.path(), &["decompile", "a.xml"]);
    assert!(
        outcome.err.contains("the file declares `windows-1252`"),
        "{}",
        outcome.err
    );
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
fn document_types_and_references() {
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
fn elements_and_attributes() {
    let nested = |depth: usize, inner: &str| {
        let open = "<group name=\"G\" description=\"\">".repeat(depth);
        b(&format!(
            "<sequence version=\"3.10\">{open}{inner}{}</sequence>",
            "</group>".repeat(depth)
        ))
    };
    let attributes: String = (0..100_000)
        .map(|number| format!(" a{number}=\"\""))
        .collect();
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
        (
            "a tag that never ends",
            b("<sequence a=\"\""),
            Refused("TQ0701", "1:1"),
        ),
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

#[test]
fn wrappers() {
    let cdata = |text: &str| format!("<![CDATA[{text}]]>");
    let mut cases = vec![
        (
            "no property Sequence",
            b("<INSTANCE CLASSNAME=\"SMS_Package\"/>"),
            Refused("TQ0702", "1:2"),
        ),
        (
            "an empty Sequence",
            b(&instance("")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a blank Sequence",
            b(&instance(" \r\n ")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "an empty CDATA",
            b(&instance("<![CDATA[]]>")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a Sequence that is no XML",
            b(&instance("none")),
            Refused("TQ0701", "6:12"),
        ),
        (
            "a Sequence that ends early",
            b(&instance(&cdata(&SMALL[..40]))),
            Refused("TQ0701", "6:46"),
        ),
        (
            "a Sequence of another kind",
            b(&instance(&cdata("<html/>"))),
            Refused("TQ0701", "6:21"),
        ),
        (
            "an element in the place of CDATA",
            b(&instance(SMALL)),
            Refused("TQ0702", "1:2"),
        ),
        (
            "blanks around CDATA",
            b(&instance(&format!("\r\n {}\r\n", cdata(SMALL)))),
            Reads(ProofVerdict::Exact),
        ),
        (
            "a comment beside CDATA",
            b(&instance(&format!("<!-- a -->{}", cdata(SMALL)))),
            Reads(ProofVerdict::Exact),
        ),
        (
            "twice escaped",
            b(&instance(&escaped(&escaped(SMALL)))),
            Refused("TQ0701", "6:12"),
        ),
        (
            "CDATA and escaped",
            b(&instance(&cdata(&escaped(SMALL)))),
            Refused("TQ0701", "6:21"),
        ),
        (
            "a fault in an escaped text",
            b(&instance(&escaped(&SMALL.replace("/>", ">")))),
            Refused("TQ0701", "6:80"),
        ),
        (
            "a file escaped as a whole, with a fault",
            b(&escaped("<sequence><group></sequence>")),
            Refused("TQ0701", "1:30"),
        ),
        (
            "a file escaped twice",
            b(&escaped(&escaped(SMALL))),
            Usage("neither XML nor a zip archive"),
        ),
        (
            "a package without SequenceData",
            b("<SmsTaskSequencePackage><Name/></SmsTaskSequencePackage>"),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a package without a sequence",
            b(&package("")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a package with something else",
            b(&package("<html/>")),
            Refused("TQ0702", "1:2"),
        ),
        (
            "a source",
            b("step \"A\" run_command_line < \"cmd.exe\" >\n"),
            Usage("neither XML nor a zip archive"),
        ),
        (
            "a picture",
            b("\u{89}PNG\r\n\u{1A}\n"),
            Usage("neither XML nor a zip archive"),
        ),
    ];
    cases.extend(wrapped(SMALL).into_iter().map(|(name, bytes)| {
        (
            name,
            bytes,
            Reads(if name == "MDT" {
                ProofVerdict::Normalised
            } else {
                ProofVerdict::Exact
            }),
        )
    }));
    holds(cases);
}
