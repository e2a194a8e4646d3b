//! What the compiler finds wrong, where, and how it would mend it.
//!
//! The cases are in `tests/refused`, one file for each topic (see `cases.rs` for their form). Marks
//! in a source are not part of it; they say all of the findings on their line:
//!
//! - `#! TQ0304` ends a line with a finding of this code; several codes are separated by blanks;
//! - `#! TQ0304@12-17` also says the finding's own columns, in characters from 1, the end
//!   exclusive. `@12-3:5` ends on the third line of the source;
//! - a line `#? write …` says, below the line it is about, that one of its findings has a fix of
//!   this title, and `#??` that the fix is one a person should look at first. All fixes of a line
//!   are named, in the order of the findings.
//!
//! A section `unfixed` has a line for each fix that does not make its own finding go away.

use std::collections::BTreeSet;

use tasq::internals::{
    check::check,
    compile::Compiled,
    diagnostic::{
        Code, Edit, Finding, Safety, apply,
        render::{self, Format, Look},
    },
    elaborate::ParameterValues,
    source::Span,
    syntax::{MAX_DEPTH, MAX_SOURCE},
};

use crate::cases::{self, Case, PATH, Rewrites, Shelf};

/// A line of a source and what is said about it.
struct Line {
    /// As it stands in the case, with the lines of its fixes.
    raw: Vec<String>,
    text: String,
    codes: Vec<Expected>,
    fixes: Vec<String>,
}

/// A finding as a mark says it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Expected {
    code: String,
    place: Option<String>,
}

fn marked(case: &Case) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for raw in case.source() {
        if raw.trim_start().starts_with("#?") {
            let line = lines
                .last_mut()
                .unwrap_or_else(|| panic!("{}: a fix stands before its line", case.title()));
            line.fixes.push(raw.trim_start().to_owned());
            line.raw.push(raw.clone());
            continue;
        }
        let (text, mark) = raw.split_once("#!").unwrap_or((raw, ""));
        let text = if mark.is_empty() {
            text
        } else {
            text.trim_end()
        };
        let codes = mark
            .split_whitespace()
            .map(|mark| match mark.split_once('@') {
                Some((code, place)) => Expected {
                    code: code.to_owned(),
                    place: Some(place.to_owned()),
                },
                None => Expected {
                    code: mark.to_owned(),
                    place: None,
                },
            });
        lines.push(Line {
            raw: vec![raw.clone()],
            text: cases::repeated(text),
            codes: codes.collect(),
            fixes: Vec::new(),
        });
    }
    lines
}

fn compiled(case: &Case, source: &str) -> Compiled {
    check(
        &case.file,
        PATH,
        source.as_bytes().to_vec(),
        &Shelf,
        &case.given(),
    )
}

/// The line a span begins on, from 1, and the span's columns.
fn place(compiled: &Compiled, span: Span) -> (usize, String) {
    let file = compiled.sources.get(span.file).expect("the finding's file");
    let (start, end) = (file.position(span.start), file.position(span.end));
    let to = if end.line == start.line {
        end.column.to_string()
    } else {
        format!("{}:{}", end.line, end.column)
    };
    (start.line as usize, format!("{}-{to}", start.column))
}

fn fix_marks(finding: &Finding) -> impl Iterator<Item = String> {
    finding.fixes.iter().map(|fix| {
        format!(
            "{} {}",
            if fix.safety == Safety::Safe {
                "#?"
            } else {
                "#??"
            },
            fix.title
        )
    })
}

/// Writes the findings into the source as marks.
fn with_marks(source: &str, compiled: &Compiled) -> String {
    let mut out = String::new();
    for (index, text) in source.lines().enumerate() {
        let here = compiled
            .findings
            .iter()
            .filter(|finding| place(compiled, finding.span()).0 == index + 1);
        let marks: Vec<_> = here
            .clone()
            .map(|finding| {
                format!(
                    "{}@{}",
                    finding.code.id(),
                    place(compiled, finding.span()).1
                )
            })
            .collect();
        let mark = if marks.is_empty() {
            String::new()
        } else {
            format!(" #! {}", marks.join(" "))
        };
        let shown: String = text.chars().take(160).collect();
        out.push_str(&format!("    {shown}{mark}\n"));
        for fix in here.flat_map(fix_marks) {
            out.push_str(&format!("    {fix}\n"));
        }
    }
    out
}

/// A case whose marks are not what is found.
struct Different {
    /// What is found, for a reader.
    shown: String,
    /// The source with other marks, for the file.
    source: Vec<String>,
}

/// What is found on a line: the marks in the form that the line has them, and the fixes.
fn found_on(line: &Line, compiled: &Compiled, here: &[&Finding]) -> (Vec<Expected>, Vec<String>) {
    let mark = |finding: &&Finding| {
        let code = finding.code.id().to_owned();
        let exact = Expected {
            code: code.clone(),
            place: Some(place(compiled, finding.span()).1),
        };
        // A mark without columns fits any.
        let any = Expected { code, place: None };
        if line.codes.contains(&any) && !line.codes.contains(&exact) {
            any
        } else {
            exact
        }
    };
    let fixes = here.iter().flat_map(|finding| fix_marks(finding));
    (here.iter().map(mark).collect(), fixes.collect())
}

/// The lines of a case for what is found.
fn remarked(line: &Line, found: &[Expected], fixes: Vec<String>) -> Vec<String> {
    let raw = line.raw.first().map_or("", String::as_str);
    let text = raw
        .split_once("#!")
        .map_or(raw, |(text, _)| text.trim_end());
    let mark = |expected: &Expected| match &expected.place {
        Some(place) => format!(" {}@{place}", expected.code),
        None => format!(" {}", expected.code),
    };
    let marks: String = found.iter().map(mark).collect();
    let text = if marks.is_empty() {
        text.to_owned()
    } else {
        format!("{text} #!{marks}")
    };
    std::iter::once(text).chain(fixes).collect()
}

/// What differs between a case's marks and what is found; nothing when they agree.
fn difference(case: &Case) -> Option<Different> {
    let lines = marked(case);
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let source = texts.join("\n");
    let compiled = compiled(case, &source);
    let mut same = !compiled.findings.is_empty();
    let mut remade = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let here: Vec<&Finding> = compiled
            .findings
            .iter()
            .filter(|finding| place(&compiled, finding.span()).0 == index + 1)
            .collect();
        let (found, fixes) = found_on(line, &compiled, &here);
        let sorted = |list: &[Expected]| {
            let mut list = list.to_vec();
            list.sort();
            list
        };
        if sorted(&found) == sorted(&line.codes) && fixes == line.fixes {
            remade.extend(line.raw.iter().cloned());
        } else {
            same = false;
            remade.extend(remarked(line, &found, fixes));
        }
    }
    let short = render::render(
        Format::Short,
        &compiled.findings,
        &compiled.sources,
        Look::PLAIN,
    );
    (!same).then(|| Different {
        shown: format!(
            "{}\n{}{short}",
            case.title(),
            with_marks(&source, &compiled)
        ),
        source: remade,
    })
}

/// Writes into the cases what is found, and which fixes mend nothing.
fn update(all: &[Case]) {
    let mut rewrites = Rewrites::default();
    for case in all {
        let unfixed = unfixed(case);
        if unfixed != case.section("unfixed").unwrap_or_default() {
            rewrites.section(case, "unfixed", unfixed);
        }
        if let Some(different) = difference(case) {
            rewrites.section(case, "", different.source);
        }
    }
    rewrites.write();
}

#[test]
fn findings_are_as_marked() {
    let all = cases::all("refused");
    if cases::updates() {
        return update(&all);
    }
    let differences = all.iter().filter_map(difference);
    let failures: Vec<String> = differences.map(|different| different.shown).collect();
    println!(
        "{} of {} cases as marked",
        all.len() - failures.len(),
        all.len()
    );
    assert!(
        failures.is_empty(),
        "{} of {} cases differ:\n{}",
        failures.len(),
        all.len(),
        failures.join("\n")
    );
}

fn source(case: &Case) -> String {
    marked(case)
        .into_iter()
        .map(|line| line.text)
        .collect::<Vec<_>>()
        .join("\n")
}

/// How many findings say the same.
fn count(compiled: &Compiled, finding: &Finding) -> usize {
    compiled
        .findings
        .iter()
        .filter(|other| other.code == finding.code && other.message == finding.message)
        .count()
}

#[test]
fn safe_fixes_together_mend_what_they_are_for() {
    for case in &cases::all("refused") {
        let source = source(case);
        let before = compiled(case, &source);
        let safe = |finding: &&Finding| finding.fixes.iter().any(|fix| fix.safety == Safety::Safe);
        let mended: Vec<&Finding> = before.findings.iter().filter(safe).collect();
        if mended.is_empty() {
            continue;
        }
        let fixes = mended
            .iter()
            .filter_map(|finding| finding.fixes.iter().find(|fix| fix.safety == Safety::Safe));
        let edits: Vec<Edit> = fixes.flat_map(|fix| fix.edits.clone()).collect();
        let text =
            apply(&source, &edits).unwrap_or_else(|error| panic!("{}: {error}", case.title()));
        let after = compiled(case, &text);
        for finding in mended {
            assert_eq!(
                count(&after, finding),
                0,
                "{}: {} stays in\n{text}",
                case.title(),
                finding.message
            );
        }
    }
}

/// The fixes of a case that do not make their own finding go away.
fn unfixed(case: &Case) -> Vec<String> {
    let source = source(case);
    let before = compiled(case, &source);
    let mut unfixed = Vec::new();
    for finding in &before.findings {
        for fix in &finding.fixes {
            let text = apply(&source, &fix.edits)
                .unwrap_or_else(|error| panic!("{}: {error}", case.title()));
            if count(&compiled(case, &text), finding) >= count(&before, finding) {
                unfixed.push(fix.title.clone());
            }
        }
    }
    unfixed
}

#[test]
fn each_fix_mends_its_finding() {
    let mut failures = Vec::new();
    // In place of comparing, the marks are written with these.
    let all = if cases::updates() {
        Vec::new()
    } else {
        cases::all("refused")
    };
    for case in &all {
        let unfixed = unfixed(case);
        if unfixed != case.section("unfixed").unwrap_or_default() {
            failures.push(format!("{}: {unfixed:?}", case.title()));
        }
    }
    assert!(
        failures.is_empty(),
        "fixes that mend nothing:\n{}",
        failures.join("\n")
    );
}

/// Codes that no text file can show: bytes that are no text, what is too large, and the formatter's
/// own.
const ELSEWHERE: &[Code] = &[
    Code::NotText,
    Code::Utf16Source,
    Code::SourceTooLarge,
    Code::NestedTooDeep,
    // By sources of many megabytes, in `cli::bounds`.
    Code::ValuesTooLarge,
    Code::SequenceTooLarge,
    Code::FormatNotProven,
    // Found by a run.
    Code::ValueForShell,
    Code::ExpectationNotMet,
    // About exports, which are no sources.
    Code::NotWellFormed,
    Code::NotASequence,
    Code::BadArchive,
    Code::NotRepresentable,
    Code::KeptAsXml,
    Code::LiteralPassword,
    Code::EnterAgain,
    Code::NotCarriedOver,
    // About machine files: `tests/machine/refused.txt` has a case of each.
    Code::MachineNotToml,
    Code::UnknownMachineKey,
    Code::BadMachineValue,
    Code::MachineContradiction,
    Code::MissingMachineKey,
    // About site files: `tests/site/refused.txt` has a case of each but the last, which
    // `tests/it/site.rs` has.
    Code::SiteNotToml,
    Code::UnknownSiteKey,
    Code::BadSiteValue,
    Code::SiteContradiction,
    Code::MissingSiteKey,
    Code::InsecureContent,
    Code::NotInSite,
];

#[test]
fn every_code_has_a_case() {
    let all = cases::all("refused");
    let marked: BTreeSet<String> = all
        .iter()
        .flat_map(marked)
        .flat_map(|line| line.codes)
        .map(|expected| expected.code)
        .collect();
    for code in &marked {
        assert!(Code::parse(code).is_some(), "there is no code {code}");
    }
    let missing: Vec<&str> = Code::ALL
        .iter()
        .filter(|code| !ELSEWHERE.contains(code))
        .map(|code| code.id())
        .filter(|id| !marked.contains(*id))
        .collect();
    assert!(missing.is_empty(), "without a case: {}", missing.join(", "));
}

/// The codes of a source, in the order of the findings.
fn codes_of(bytes: Vec<u8>) -> Vec<Code> {
    let compiled = check("limits", PATH, bytes, &Shelf, &ParameterValues::default());
    compiled
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

const STEP: &str = "step \"Restart\" restart_computer\n";

#[test]
fn bytes_that_are_no_text() {
    assert_eq!(
        codes_of(b"step \"Gr\xF6\xDFe\" restart_computer".to_vec()),
        [Code::NotText]
    );
    assert_eq!(codes_of(b"\xFF\xFEs\0t".to_vec()), [Code::NotText]);
    let units = |text: &str, bytes: fn(u16) -> [u8; 2]| {
        text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    let little = [vec![0xFF, 0xFE], units(STEP, u16::to_le_bytes)].concat();
    let big = [vec![0xFE, 0xFF], units(STEP, u16::to_be_bytes)].concat();
    assert_eq!(codes_of(little), [Code::Utf16Source]);
    assert_eq!(codes_of(big), [Code::Utf16Source]);
    let lone = [vec![0xFF, 0xFE], vec![0x00, 0xD8]].concat();
    assert_eq!(codes_of(lone), [Code::NotText]);
    assert_eq!(codes_of(STEP.as_bytes().to_vec()), []);
    assert_eq!(codes_of([b"\xEF\xBB\xBF", STEP.as_bytes()].concat()), []);
}

#[test]
fn the_largest_source() {
    let comment = |length: usize| {
        [
            b"#",
            &*vec![b'x'; length - STEP.len() - 2],
            b"\n",
            STEP.as_bytes(),
        ]
        .concat()
    };
    assert_eq!(codes_of(comment(MAX_SOURCE)), []);
    assert_eq!(codes_of(comment(MAX_SOURCE + 1)), [Code::SourceTooLarge]);
}

#[test]
fn the_deepest_nesting() {
    let groups = |depth: usize| {
        format!(
            "{}{STEP}{}",
            "group \"A\" {\n".repeat(depth),
            "}\n".repeat(depth)
        )
        .into_bytes()
    };
    assert_eq!(codes_of(groups(MAX_DEPTH)), []);
    assert_eq!(codes_of(groups(MAX_DEPTH + 1)), [Code::NestedTooDeep]);
    let tests = |depth: usize| {
        format!(
            "group \"A\" when {}exists Path{} {{ {STEP} }}",
            "all(".repeat(depth),
            ")".repeat(depth)
        )
        .into_bytes()
    };
    assert_eq!(codes_of(tests(MAX_DEPTH - 1)), []);
    assert_eq!(codes_of(tests(MAX_DEPTH + 1)), [Code::NestedTooDeep]);
    let brackets = "(".repeat(100_000).into_bytes();
    assert_eq!(codes_of(brackets), [Code::NestedTooDeep]);
}

#[test]
fn the_largest_sequence() {
    // 2 MB of XML; a script of this many characters takes 8 / 3 of it.
    let script = |length: usize| {
        format!(
            "step \"A\" run_powershell_script < \"{}\" >",
            "x".repeat(length)
        )
        .into_bytes()
    };
    assert_eq!(codes_of(script(700_000)), []);
    assert_eq!(codes_of(script(800_000)), [Code::SequenceTooLarge]);
    let steps = |count: usize| STEP.repeat(count).into_bytes();
    assert_eq!(codes_of(steps(4000)), []);
    assert_eq!(codes_of(steps(5000)), [Code::SequenceTooLarge]);
}
