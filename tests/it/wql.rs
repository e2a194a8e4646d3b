//! WQL: how queries are read (`tests/wql/parse.txt`), what they come to (`tests/wql/evaluate.txt`),
//! properties over generated queries, LIKE against a plain definition of it, and the queries of
//! genuine sequences.

mod properties;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proptest::prelude::*;
use roxmltree::Document;
use tasq::internals::wql::{
    ClassFacts, MAX_DEPTH, MAX_FAULTS, Missing, Projection, PropertyValue, Query, QueryFault,
    QueryOutcome, QueryVerdict, Row, Rows, WqlExpression, WqlLiteral, WqlOperand,
    classes::{USUAL, nearest_class},
    datetime::{DateTime, date_time},
    evaluate, like, parse,
};

use crate::{
    cases::{self, Rewrites},
    corpus,
};

fn path_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/wql")
        .join(name)
}

fn table(name: &str) -> String {
    let path = path_of(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

// ---- reading

/// A query of `parse.txt` and the lines below it.
struct Case {
    line: usize,
    query: String,
    below: Vec<String>,
}

fn parse_cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    // The lead of the file ends at the first blank line.
    let text = table("parse.txt");
    let lines = text
        .lines()
        .enumerate()
        .skip_while(|(_, line)| !line.is_empty());
    for (index, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let marks = line.trim_start().starts_with(['^', '|']);
        match cases.last_mut() {
            Some(case) if line.starts_with("    = ") || marks || line.starts_with("-> ") => {
                case.below.push(line.to_owned());
            }
            _ => cases.push(Case {
                line: index + 1,
                query: line.to_owned(),
                below: Vec::new(),
            }),
        }
    }
    cases
}

fn check_fault(query: &str, fault: &QueryFault) {
    for range in [
        Some(&fault.range),
        fault
            .replacement
            .as_ref()
            .map(|replacement| &replacement.range),
    ] {
        let Some(range) = range else { continue };
        assert!(
            query.get(range.clone()).is_some(),
            "{query}: {range:?} is no place in it"
        );
    }
    assert!(
        !fault.message.is_empty() && !fault.message.ends_with('.') && !fault.message.contains('\n'),
        "{fault:?}"
    );
}

/// The lines below a query, as they should be.
fn read_as(query: &str) -> Vec<String> {
    let parsed = parse(query);
    assert_eq!(parsed.query.is_some(), parsed.faults.is_empty(), "{query}");
    if let Some(query) = parsed.query {
        return vec![format!("    = {query}")];
    }
    let mut lines = Vec::new();
    for fault in &parsed.faults {
        check_fault(query, fault);
        let before = query[..fault.range.start].chars().count();
        let width = query[fault.range.clone()].chars().count();
        let mark = if width == 0 {
            "|".to_owned()
        } else {
            "^".repeat(width)
        };
        lines.push(format!("{}{mark} {}", " ".repeat(before), fault.message));
        if let Some(replacement) = &fault.replacement {
            let mut mended = query.to_owned();
            mended.replace_range(replacement.range.clone(), &replacement.new);
            lines.push(format!("-> {mended}"));
        }
    }
    lines
}

#[test]
fn queries_are_read_as_written_down() {
    let cases = parse_cases();
    assert!(cases.len() > 80, "{} cases", cases.len());
    let mut differences = Vec::new();
    let mut rewrites = Rewrites::default();
    for case in &cases {
        // What changes a query is left out where a case is about the places of many faults.
        let shows_changes = case.below.iter().any(|line| line.starts_with("-> "));
        let mut found = read_as(&case.query);
        if !shows_changes {
            found.retain(|line| !line.starts_with("-> "));
        }
        if found != case.below {
            differences.push(format!(
                "line {}\n{}\n{}",
                case.line,
                case.query,
                found.join("\n")
            ));
            let path = path_of("parse.txt");
            rewrites.lines(&path, case.line, case.below.len(), found);
        }
    }
    if cases::updates() {
        return rewrites.write();
    }
    assert!(
        differences.is_empty(),
        "{} cases are read otherwise:\n{}",
        differences.len(),
        differences.join("\n\n")
    );
}

#[test]
fn a_change_mends_its_own_fault() {
    for case in parse_cases() {
        for fault in parse(&case.query).faults {
            let Some(replacement) = &fault.replacement else {
                continue;
            };
            let mut mended = case.query.clone();
            mended.replace_range(replacement.range.clone(), &replacement.new);
            let count = |query: &str| {
                parse(query)
                    .faults
                    .iter()
                    .filter(|other| other.message == fault.message)
                    .count()
            };
            assert!(
                count(&mended) < count(&case.query),
                "{mended}: {} stays",
                fault.message
            );
        }
    }
}

#[test]
fn lines_and_blanks_do_not_count() {
    let query = "select\t*\r\nfrom C\n  where a\n=\n1\n";
    assert_eq!(
        parse(query).query.map(|query| query.to_string()).as_deref(),
        Some("SELECT * FROM C WHERE a = 1")
    );
    let fault = parse("select *\u{A0}from C").faults.remove(0);
    assert_eq!(
        (fault.range, fault.message.as_str()),
        (8..10, "a blank that WQL does not know")
    );
    for empty in ["", "  ", "\r\n"] {
        assert_eq!(parse(empty).faults[0].message, "a query without text");
    }
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| {
        format!(
            "SELECT * FROM C WHERE {}a = 1{}",
            "(".repeat(depth),
            ")".repeat(depth)
        )
    };
    let negated = |depth: usize| format!("SELECT * FROM C WHERE {}a = 1", "NOT ".repeat(depth));
    for query in [nested(MAX_DEPTH), negated(MAX_DEPTH)] {
        assert_eq!(parse(&query).faults, []);
    }
    for query in [
        nested(MAX_DEPTH + 1),
        negated(MAX_DEPTH + 1),
        nested(100_000),
        negated(100_000),
    ] {
        let faults = parse(&query).faults;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(
            faults[0].message,
            "a query that nests deeper than 100 levels"
        );
    }
    // A chain nests nothing.
    let chain = format!(
        "SELECT * FROM C WHERE a = 1{}",
        " OR a = 1 AND b = 2".repeat(10_000)
    );
    let query = parse(&chain).query.expect("a long chain is a query");
    assert_eq!(query.to_string(), chain);
    assert_eq!(
        evaluate(&query, "n", &Known::default()).verdict,
        QueryVerdict::Undecided
    );
}

#[test]
fn faults_are_not_without_number() {
    assert_eq!(
        parse(&"SELECT * FROM C WHERE ".repeat(1000)).faults.len(),
        1
    );
    let query = format!("SELECT * FROM C WHERE a == 1{}", " AND a == 1".repeat(1000));
    assert_eq!(parse(&query).faults.len(), MAX_FAULTS);
}

// ---- evaluating

#[derive(Clone, Default)]
struct Known {
    classes: BTreeMap<String, Vec<Row>>,
}

impl Rows for Known {
    fn class(&self, namespace: &str, class: &str) -> ClassFacts {
        let rows = self
            .classes
            .get(&class.to_lowercase())
            .filter(|_| namespace == r"root\cimv2");
        rows.map_or(ClassFacts::Unknown, |rows| ClassFacts::Rows(rows.clone()))
    }
}

fn fact(text: &str) -> PropertyValue {
    let quoted = |text: &str| Some(text.strip_prefix('\'')?.strip_suffix('\'')?.to_owned());
    match text {
        "?" => PropertyValue::Unknown,
        "NULL" => PropertyValue::Null,
        "TRUE" => PropertyValue::Boolean(true),
        "FALSE" => PropertyValue::Boolean(false),
        _ => {
            if let Some(text) = quoted(text) {
                PropertyValue::Text(text)
            } else if let Some(inner) = text
                .strip_prefix('[')
                .and_then(|text| text.strip_suffix(']'))
            {
                PropertyValue::Array(inner.split(", ").map(fact).collect())
            } else if let Some(date) = text.strip_prefix('@') {
                PropertyValue::DateTime(date.to_owned())
            } else if let Ok(value) = text.parse() {
                PropertyValue::Integer(value)
            } else {
                PropertyValue::Real(
                    text.parse()
                        .unwrap_or_else(|_| panic!("{text} is no value")),
                )
            }
        }
    }
}

impl Known {
    fn add(&mut self, line: &str) {
        let mut parts = line.split("; ");
        let class = parts.next().expect("a class").to_lowercase();
        let rows = self.classes.entry(class).or_default();
        let parts: Vec<&str> = parts.collect();
        if parts.is_empty() {
            return;
        }
        let pairs = parts.iter().filter_map(|part| part.split_once(" = "));
        let row = pairs.fold(Row::new(), |row, (name, value)| row.with(name, fact(value)));
        rows.push(if parts.last() == Some(&"…") {
            row
        } else {
            row.complete()
        });
    }
}

fn explained(outcome: &QueryOutcome) -> Vec<String> {
    let rows = outcome.rows.iter().flat_map(|row| {
        row.parts
            .iter()
            .map(|part| format!("row {}: {part}", row.index))
    });
    let missing = outcome.missing.iter().map(
        |Missing {
             namespace,
             class,
             property,
         }| {
            format!(
                "missing {namespace} {class} {}",
                property.as_deref().unwrap_or_default()
            )
            .trim_end()
            .to_owned()
        },
    );
    let reason = outcome
        .reason
        .iter()
        .map(|reason| format!("because {reason:?}"));
    rows.chain(missing).chain(reason).collect()
}

/// A query of the table, with what the computer before it knows.
struct Asked {
    /// Where it stands, from 1.
    line: usize,
    /// The answer, as it is written down.
    verdict: String,
    query: String,
    known: Known,
    /// What decided it, where a case is about that.
    below: Vec<String>,
}

impl Asked {
    fn all() -> Vec<Asked> {
        let mut known = Known::default();
        let mut asked: Vec<Asked> = Vec::new();
        let text = table("evaluate.txt");
        let lines = text
            .lines()
            .enumerate()
            .skip_while(|(_, line)| !line.is_empty());
        for (index, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            if line.starts_with("computer ") {
                known = Known::default();
            } else if let Some(row) = line.strip_prefix("* ") {
                known.add(row);
            } else if let Some(below) = line.strip_prefix("    ") {
                let query = asked.last_mut().expect("a query before");
                query.below.push(below.to_owned());
            } else {
                let (verdict, query) = line.split_once(' ').expect("an answer and a query");
                asked.push(Asked {
                    line: index + 1,
                    verdict: verdict.to_owned(),
                    query: query.to_owned(),
                    known: known.clone(),
                    below: Vec::new(),
                });
            }
        }
        asked
    }

    fn outcome(&self) -> QueryOutcome {
        let parsed = parse(&self.query);
        let query = parsed
            .query
            .unwrap_or_else(|| panic!("line {}: {:?}", self.line, parsed.faults));
        evaluate(&query, r"root\cimv2", &self.known)
    }

    /// The lines of the table for what it comes to.
    fn rewritten(&self, outcome: &QueryOutcome) -> Vec<String> {
        let verdict = outcome.verdict.to_string().to_uppercase();
        let mut lines = vec![format!("{verdict} {}", self.query)];
        if !self.below.is_empty() {
            lines.extend(explained(outcome).iter().map(|line| format!("    {line}")));
        }
        lines
    }
}

#[test]
fn queries_come_to_what_is_written_down() {
    let asked = Asked::all();
    assert!(asked.len() > 80, "{} queries", asked.len());
    let mut differences = Vec::new();
    let mut rewrites = Rewrites::default();
    for asked in asked {
        let line = asked.line;
        let outcome = asked.outcome();
        let found = explained(&outcome);
        if outcome.verdict.to_string().to_uppercase() != asked.verdict
            || (!asked.below.is_empty() && found != asked.below)
        {
            differences.push(format!(
                "line {line}: {} {}\n    {}",
                outcome.verdict,
                asked.query,
                found.join("\n    ")
            ));
            rewrites.lines(
                &path_of("evaluate.txt"),
                line - 1,
                1 + asked.below.len(),
                asked.rewritten(&outcome),
            );
        }
        assert_eq!(
            outcome.verdict == QueryVerdict::Undecided,
            outcome.reason.is_some(),
            "line {line}"
        );
    }
    if cases::updates() {
        return rewrites.write();
    }
    assert!(
        differences.is_empty(),
        "{} come to something else:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

#[test]
fn dates_are_instants() {
    let instant = |text: &str| match date_time(text) {
        Some(DateTime::Instant(value)) => value,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(instant("19700101000000.000000+000"), 0);
    assert_eq!(instant("19700101010000.000001+060"), 1);
    assert_eq!(instant("19691231190000.000000-300"), 0);
    assert_eq!(instant("20240229235959.999999+000"), 1_709_251_199_999_999);
    assert_eq!(
        date_time("00000001020304.000005:000"),
        Some(DateTime::Interval(93_784_000_005))
    );
    for bad in [
        "",
        "20230229000000.000000+000",
        "20240101250000.000000+000",
        "20240101000000,000000+000",
        "20240101000000.000000 000",
        "2024010100000é.00000+000",
        "00000001250000.000000:000",
        "00000001000000.000000:001",
        "+0240101000000.000000+000",
    ] {
        assert_eq!(date_time(bad), None, "{bad}");
    }
}

// ---- properties

#[test]
fn like_says_nothing_where_sources_disagree() {
    for (text, pattern, wanted) in [
        ("HP ProBook", "hp%", Some(true)),
        ("Größe", "GRÖ_E", Some(true)),
        ("50 %", "50 [%]", Some(true)),
        ("a]", "a]", Some(true)),
        ("[", "[[]", Some(true)),
        // `!` turns the set round, or is one of it.
        ("c", "[!a]", None),
        ("a", "[!a]", None),
        ("ca", "[!b]b", Some(false)),
        // `=` makes a range, or is one of the set.
        ("b", "[a=c]", None),
        ("a", "[a=c]", Some(true)),
        ("d", "[a=c]", Some(false)),
        // `_` stands between capitals and small letters: it depends on which of them a text is
        // turned into.
        ("a", "[@-_]", None),
        ("x", "[", None),
        ("x", "[]", None),
        ("x", "[^]", None),
        ("x", "[z-a]", None),
    ] {
        assert_eq!(like(text, pattern), wanted, "{text} LIKE {pattern}");
    }
    // Many wildcards cost no time without end.
    assert_eq!(
        like(&"a".repeat(5000), &format!("{}b", "%a".repeat(500))),
        Some(false)
    );
}

// ---- classes

#[test]
fn usual_classes_are_not_doubted() {
    for class in USUAL {
        assert_eq!(nearest_class(class), None);
        assert_eq!(nearest_class(&class.to_uppercase()), None);
    }
    assert_eq!(
        USUAL.len(),
        USUAL
            .iter()
            .map(|class| class.to_lowercase())
            .collect::<BTreeSet<_>>()
            .len()
    );
    for (written, meant) in [
        ("Win32_ComputerSytem", Some("Win32_ComputerSystem")),
        ("Win32ComputerSystem", Some("Win32_ComputerSystem")),
        ("Win32_OperatingSystems", Some("Win32_OperatingSystem")),
        ("Win32_Batery", Some("Win32_Battery")),
        ("operatingsystem", Some("Win32_OperatingSystem")),
        ("Win32_Prozesse", None),
        ("MSFT_Disk", None),
        ("HP_BIOSSetting", None),
        ("T", None),
    ] {
        assert_eq!(nearest_class(written), meant, "{written}");
    }
}

// ---- the corpus

/// The texts of all `<variable name="Query">` of the corpus.
fn corpus_queries() -> BTreeMap<String, usize> {
    let mut queries = BTreeMap::new();
    for sample in corpus::configmgr().into_iter().chain(corpus::mdt()) {
        let document =
            Document::parse(&sample.xml).unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        let variables = document
            .descendants()
            .filter(|node| node.has_tag_name("variable"));
        for query in variables.filter(|node| node.attribute("name") == Some("Query")) {
            *queries
                .entry(query.text().unwrap_or_default().to_owned())
                .or_default() += 1;
        }
    }
    queries
}

#[test]
fn genuine_queries_are_wql() {
    // Genuine queries with faults, and the first fault of each. There are none.
    const FAULTY: &[(&str, &str)] = &[];
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let queries = corpus_queries();
    assert!(!queries.is_empty(), "no queries in the corpus");
    let mut faulty = Vec::new();
    for (text, count) in &queries {
        let parsed = parse(text);
        match parsed.query {
            Some(query) => {
                let again = parse(&query.to_string())
                    .query
                    .expect("what is printed is a query");
                assert_eq!(
                    properties::shape(&again),
                    properties::shape(&query),
                    "{text}"
                );
                println!("{count:4} {query}");
            }
            None => faulty.push((text.as_str(), parsed.faults[0].message.clone())),
        }
        if let Some(Query::Select(select)) = parse(text).query {
            assert_eq!(nearest_class(&select.class.text), None, "{text}");
        }
    }
    println!(
        "{} distinct queries, {} parse",
        queries.len(),
        queries.len() - faulty.len()
    );
    let faulty: Vec<(&str, &str)> = faulty
        .iter()
        .map(|(text, message)| (*text, message.as_str()))
        .collect();
    assert_eq!(faulty, FAULTY);
}
