//! Properties over generated and mutated sources: the parser cannot fail, the tree loses nothing,
//! the formatter is idempotent and keeps the meaning, and the parser agrees with the grammar.

mod cursor;

use std::{fs, path::PathBuf, sync::Arc};

use proptest::prelude::*;
use tasq::internals::{
    check::check,
    diagnostic::{Code, Finding},
    elaborate::ParameterValues,
    emit,
    format::format,
    source::{FileId, Files},
    syntax::{self, SyntaxKind},
    xml::XmlLayout,
};

use crate::cases;

/// All of them.
fn pieces_of_soup() -> Vec<&'static str> {
    [syntax::RESERVED, syntax::CONTEXTUAL, PIECES].concat()
}

#[test]
fn the_reserved_words_are_those_of_the_grammar() {
    let grammar = include_str!("../../grammar/tasq.pest");
    let rule = grammar
        .lines()
        .find(|line| line.starts_with("reserved "))
        .expect("the grammar has the rule");
    let words: Vec<&str> = rule.split('"').skip(1).step_by(2).collect();
    assert_eq!(words, syntax::RESERVED);
}

/// Pieces of the language beside its words, and of what people type by mistake.
const PIECES: &[&str] = &[
    "all(",
    "any(",
    "none(",
    "test \"t\" {",
    "expect step \"a\"",
    "mock step \"a\"",
    "run_command_line",
    "set_variable",
    "restart_computer",
    "timeout:",
    "command_line:",
    "Name",
    "_X",
    "`a b`",
    "\"text\"",
    "'text'",
    "\"${n}\"",
    "\"$${\"",
    "\"\"",
    "15min",
    "4GB",
    "0x10",
    "-1",
    "3010",
    "<",
    ">",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    "=",
    "==",
    "!=",
    "<=",
    ">=",
    "..",
    "/",
    "${",
    "}",
    "\"",
    "'",
    "`",
    "#x\n",
    "\n\"\"\"\nblock\n\"\"\"\n",
    "lf\"\"\"\n\"\"\"\n",
    "\"\"\"",
    "\u{201C}",
    "\u{A0}",
    "é",
    "//",
    "<#",
    "%A%",
    "\\",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "  ",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = (
        prop::sample::select(pieces_of_soup()),
        prop::sample::select(&[" ", "", "\n", " \n "][..]),
    );
    prop::collection::vec(piece, 0..60)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(a, b)| [a, b]).collect())
}

/// Texts that name a statement.
const NAMES: &[&str] = &["\"a\"", "'b \"c\"'", "\"x \"\"y\"\" z\"", "\"%A%\"", "''"];

/// Values of every kind.
const VALUES: &[&str] = &[
    "\"v\"",
    "15min",
    "true",
    "absent",
    "[1, 2]",
    "[\n1\n2\n]",
    "secret(\"S\")",
    "\"\"\"\n    a\n  b\n  \"\"\"",
    "fold\"\"\"\na\n\"\"\"",
    "-5",
    "name",
];

/// Tests of every kind.
const TESTS: &[&str] = &[
    "A == \"1\"",
    "exists B",
    "not exists B",
    "C not like 'x*'",
    "file \"C:\\a\" version >= \"1.2\"",
    "wmi \"select * from X\" in \"root\\WMI\"",
    "registry \"HKLM\\a\" value \"v\" as reg_sz == 1",
    "os [\"A\", \"B\" < arch: \"x64\" >]",
    "not (A == 1)",
];

/// The items of a statement, with what may stand between two of them.
fn items() -> impl Strategy<Value = String> {
    let property = (
        prop::sample::select(&["timeout", "description", "success_codes", "package"][..]),
        prop::sample::select(VALUES),
    )
        .prop_map(|(name, value)| format!("{name}: {value}"));
    let assignment = (any::<bool>(), prop::sample::select(VALUES))
        .prop_map(|(masked, value)| format!("{}X = {value}", if masked { "masked " } else { "" }));
    let note = Just("xml < runIn: \"FullOS\", Value: absent >".to_owned());
    let text = prop::sample::select(NAMES).prop_map(str::to_owned);
    let item = prop_oneof![3 => property, 1 => assignment, 1 => note, 1 => text];
    let separator = prop::sample::select(&[", ", "\n", ",\n    ", " # why\n", "\n\n# alone\n"][..]);
    prop::collection::vec((item, separator), 0..4).prop_map(|items| {
        format!(
            "< {}>",
            items
                .into_iter()
                .flat_map(|(item, separator)| [item, separator.to_owned()])
                .collect::<String>()
        )
    })
}

/// Some tests, joined in every way that there is.
fn condition() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(TESTS), 1..4).prop_flat_map(|tests| {
        let joined = [
            tests.join(" and "),
            tests.join(" or "),
            tests.join(", "),
            format!("all({},)", tests.join(", ")),
            format!("any(\n{}\n)", tests.join(",\n")),
        ];
        prop::sample::select(joined.to_vec())
    })
}

/// A statement that the grammar accepts, from parts chosen at random.
fn statement() -> impl Strategy<Value = String> {
    let parts = (
        prop::sample::select(NAMES),
        items(),
        prop::option::of(condition()),
        any::<bool>(),
    );
    parts.prop_map(|(name, items, condition, group)| {
        let when = condition.map_or(String::new(), |condition| format!(" when {condition}"));
        if group {
            format!(
                "group {name} {items}{when} {{\n  step 'inner' set_variable < X = 1 > # c\n}}\n"
            )
        } else {
            format!("step {name} run_command_line {items}{when}\n")
        }
    })
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The files of the examples' folder.
struct ExampleFiles;

impl Files for ExampleFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        fs::read(folder().join(path)).map_err(|error| error.to_string())
    }
}

fn examples() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the examples' folder can be listed");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    paths.sort();
    let sources = paths.into_iter().filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "tasq")
    });
    sources
        .map(|path| fs::read_to_string(path).expect("an example is UTF-8 text"))
        .collect()
}

/// An example with some of its bytes gone, doubled or replaced.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop::sample::select(pieces_of_soup()),
        0..4,
    );
    (
        prop::sample::select(examples()),
        prop::collection::vec(edit, 1..4),
    )
        .prop_map(|(mut text, edits)| {
            for (at, length, piece, kind) in edits {
                let mut from = at.index(text.len() + 1);
                while !text.is_char_boundary(from) {
                    from -= 1;
                }
                let mut to = (from + length.index(40)).min(text.len());
                while !text.is_char_boundary(to) {
                    to -= 1;
                }
                let to = to.max(from);
                match kind {
                    0 => text.replace_range(from..to, ""),
                    1 => text.insert_str(from, piece),
                    2 => text.replace_range(from..to, piece),
                    _ => text.truncate(to),
                }
            }
            text
        })
}

/// What must hold for any text at all.
fn parses(text: &str) -> syntax::ParsedSource {
    let parsed = syntax::parse(Arc::from(text), FileId(0));
    let leaves: String = parsed.tree.leaves().map(syntax::Node::text).collect();
    assert_eq!(leaves, text, "every byte of the source is in the tree");
    let mut end = 0;
    for leaf in parsed.tree.leaves().filter(|leaf| !leaf.span().is_empty()) {
        assert_eq!(leaf.span().start, end, "leaves follow each other");
        end = leaf.span().end;
    }
    for finding in &parsed.findings {
        fits(finding, text);
    }
    parsed
}

fn fits(finding: &Finding, text: &str) {
    for label in &finding.labels {
        assert!(
            text.get(label.span.range()).is_some(),
            "{finding:?} points into the text"
        );
    }
    for fix in &finding.fixes {
        assert!(
            tasq::internals::diagnostic::apply(text, &fix.edits).is_ok(),
            "{finding:?} can be applied"
        );
    }
}

fn xml(text: &str) -> Option<String> {
    let files = ExampleFiles;
    let compiled = check(
        "t.tasq",
        "t.tasq",
        text.as_bytes().to_vec(),
        &files,
        &ParameterValues::default(),
    );
    for finding in &compiled.findings {
        fits(finding, text);
    }
    compiled
        .is_good()
        .then(|| emit::to_string(&compiled.sequence, XmlLayout::OneLine))
}

/// The formatter's promises, for a text without syntax errors.
fn formats(text: &str) {
    let formatted =
        format(text, FileId(0)).unwrap_or_else(|findings| panic!("{findings:?}\n{text}"));
    let again = format(&formatted, FileId(0))
        .unwrap_or_else(|findings| panic!("{findings:?}\n{formatted}"));
    assert_eq!(formatted, again, "formatting is idempotent for\n{text}");
    assert_eq!(
        xml(text),
        xml(&formatted),
        "formatting keeps the meaning of\n{text}"
    );
}

#[test]
fn the_source_of_every_case_formats() {
    let mut count = 0;
    for case in ["exact", "refused"]
        .iter()
        .flat_map(|folder| cases::all(folder))
    {
        let lines = case.section("").expect("a source");
        let source = lines.join("\n");
        if syntax::parse(source.as_str(), FileId(0)).is_clean() {
            formats(&source);
            count += 1;
        }
    }
    assert!(count > 500, "{count}");
}

/// Codes that come from more than the grammar: from the pass over separators and from elaboration.
fn is_grammar(finding: &Finding) -> bool {
    finding.code != Code::MissingSeparator
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses(text in any::<String>()) {
        parses(&text);
        xml(&text);
    }

    #[test]
    fn token_soup_parses_and_agrees_with_the_grammar(text in soup()) {
        let parsed = parses(&text);
        let clean = parsed.findings.iter().all(|finding| !is_grammar(finding));
        prop_assert_eq!(clean, syntax::recognise(&text).is_some(), "parser and grammar differ on {:?}: {:?}", text, parsed.findings);
        if parsed.is_clean() {
            formats(&text);
        }
        xml(&text);
    }

    #[test]
    fn statements_format_and_keep_their_meaning(statements in prop::collection::vec(statement(), 0..6)) {
        let text = statements.concat();
        let parsed = parses(&text);
        prop_assert!(syntax::recognise(&text).is_some(), "the generator makes what the grammar accepts: {}", text);
        if parsed.is_clean() {
            formats(&text);
        }
        xml(&text);
    }

    #[test]
    fn mutated_examples_never_break_anything(text in mutated()) {
        let parsed = parses(&text);
        if parsed.is_clean() {
            formats(&text);
        }
        xml(&text);
    }

    #[test]
    fn white_space_and_comments_change_nothing(
        example in prop::sample::select(examples()),
        seed in any::<u64>(),
    ) {
        let tree = parses(&example).tree;
        let mut state = seed | 1;
        let mut next = move || { state ^= state << 13; state ^= state >> 7; state ^= state << 17; state };
        let mut text = String::new();
        for leaf in tree.leaves() {
            if leaf.kind() == SyntaxKind::WhiteSpace {
                let line = leaf.text().contains('\n');
                text.push_str(match (next() % 6, line) {
                    (0, _) => " # noise\n\t",
                    (1, true) => "\r\n",
                    (2, true) => "\n\n\n   ",
                    (_, true) => "\n",
                    (3, false) => " \t ",
                    (_, false) => " ",
                });
            } else {
                text.push_str(leaf.text());
            }
        }
        prop_assert_eq!(xml(&example), xml(&text));
        formats(&text);
    }
}
