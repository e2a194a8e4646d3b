//! The compiler's output, byte for byte.
//!
//! The cases are in `tests/exact`, one file for each step type and topic (see `cases.rs` for their
//! form). What they expect is written from genuine exports and the product's documentation. The
//! section behind the source is one of
//!
//! - `xml`: what stands inside of `<sequence version="3.10">`, the list of references included;
//! - `like CASE`: the lines of that case's expectation, the lines given here in place of those that
//!   begin alike (up to the variable's name, or the element's), and without those that begin alike
//!   with a line given here behind `-`;
//! - `document`: the whole text;
//! - `pretty`: the whole text of the indented form, each line with its line end.
//!
//! Except in `pretty`, blanks at the start of a line and line ends only make it readable. `␍` and
//! `␊` stand for a carriage return and a line feed in the XML, `␠` for a blank at the start of a
//! line.
//!
//! Every document is also held against the rules of `xml_rules.rs`. A section `breaks` names those
//! that a case means to break.

use std::collections::{BTreeMap, BTreeSet};

use tasq::internals::{
    compile::{Compiled, compile},
    diagnostic::render::{self, Format, Look},
    emit,
    model::{Condition, ExpressionKind, Node, Operand, RuleTest, Value},
    syntax::SyntaxKind,
    vocabulary::{self, Holder, Property, Type},
    xml::XmlLayout,
};

use crate::{
    cases::{self, Case, PATH, Rewrites, Shelf},
    xml_rules,
};

const ROOT: &str = "<sequence version=\"3.10\">";
const END: &str = "</sequence>\r\n";

/// Compiles a case's source; nothing where it is refused, which [`output_is_as_expected`] reports.
fn compiled(case: &Case, source: &str) -> Option<Compiled> {
    let compiled = compile(
        &case.file,
        PATH,
        source.as_bytes().to_vec(),
        &Shelf,
        &case.given(),
    );
    compiled.is_good().then_some(compiled)
}

fn findings(compiled: &Compiled) -> String {
    render::render(
        Format::Short,
        &compiled.findings,
        &compiled.sources,
        Look::PLAIN,
    )
}

fn source(case: &Case) -> String {
    cases::repeated(&case.source().join("\n"))
}

/// What a line of an expectation is about: the element's name, and a variable's name.
fn subject(line: &str) -> &str {
    let line = line.trim_start();
    if line.starts_with("<variable ") {
        let end = line
            .match_indices('"')
            .nth(1)
            .map_or(line.len(), |(at, _)| at + 1);
        return &line[..end];
    }
    let length = line.find([' ', '>', '/']).filter(|length| *length > 0);
    &line[..length.unwrap_or(line.len())]
}

/// The lines that a case expects, those of the case it refers to included.
fn lines(case: &Case, all: &[Case]) -> Vec<String> {
    let like = case
        .sections
        .iter()
        .find_map(|section| Some((section.head.strip_prefix("like ")?, &section.lines)));
    let Some((name, changes)) = like else {
        let heads = ["xml", "document", "pretty"];
        let section = heads.iter().find_map(|head| case.section(head));
        return section
            .unwrap_or_else(|| panic!("{}: nothing is expected", case.title()))
            .to_vec();
    };
    let base = all
        .iter()
        .find(|other| other.file == case.file && other.name == name);
    let base =
        base.unwrap_or_else(|| panic!("{}: there is no case \"{name}\" in the file", case.title()));
    let mut lines = lines(base, all);
    for change in changes {
        let (removes, line) = match change.strip_prefix('-') {
            Some(line) => (true, line),
            None => (false, change.as_str()),
        };
        let found: Vec<usize> = (0..lines.len())
            .filter(|index| subject(&lines[*index]) == subject(line))
            .collect();
        let [at] = found.as_slice() else {
            panic!(
                "{}: {} lines of \"{name}\" begin with {}",
                case.title(),
                found.len(),
                subject(line)
            );
        };
        if removes {
            lines.remove(*at);
        } else {
            lines[*at] = line.to_owned();
        }
    }
    lines
}

/// The whole text that a case expects.
fn expected(case: &Case, all: &[Case]) -> String {
    let lines = lines(case, all);
    let text = match case.section("pretty") {
        Some(_) => lines.join("\r\n"),
        None => lines.iter().map(|line| line.trim_start()).collect(),
    };
    let text = text.replace('␍', "\r").replace('␊', "\n").replace('␠', " ");
    let text = cases::repeated(&text);
    if case.section("document").is_some() || case.section("pretty").is_some() {
        text
    } else {
        format!("{ROOT}{text}{END}")
    }
}

fn form(case: &Case) -> XmlLayout {
    if case.section("pretty").is_some() {
        XmlLayout::Pretty
    } else {
        XmlLayout::OneLine
    }
}

/// One element a line, so that a difference can be found.
fn spread(xml: &str) -> String {
    xml.replace('\r', "␍")
        .replace('\n', "␊")
        .replace("><", ">\n<")
}

/// The lines of one text that differ from the other's, both ways.
fn difference(expected: &str, got: &str) -> String {
    let (expected, got) = (spread(expected), spread(got));
    let diff = similar::TextDiff::from_lines(expected.as_str(), got.as_str());
    let changes = diff
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal);
    changes
        .map(|change| format!("    {}{}\n", change.tag(), change.value().trim_end()))
        .collect()
}

/// The lines that give this text, in the form of a case: one element a line.
fn as_lines(case: &Case, got: &str) -> Vec<String> {
    let text = if case.section("pretty").is_some() {
        got.replace("\r\n", "\n")
    } else if case.section("document").is_some() {
        spread(got)
    } else {
        let inner = got.trim_start_matches(ROOT).trim_end_matches(END);
        spread(inner).replace("\n ", "\n␠")
    };
    text.lines().map(str::to_owned).collect()
}

/// Writes what was found into a case; one that is `like` another says by itself what it is, unless
/// the other one is written anew, too.
fn rewrite(rewrites: &mut Rewrites, case: &Case, got: &str, rewritten: &mut BTreeSet<String>) {
    let heads = case.sections.iter().map(|section| section.head.as_str());
    let like = heads.into_iter().find(|head| head.starts_with("like "));
    let of = |name: &str| format!("{} {name}", case.file);
    if like.is_some_and(|head| rewritten.contains(&of(&head[5..]))) {
        return;
    }
    rewritten.insert(of(&case.name));
    let heads = ["xml", "document", "pretty"];
    let own = heads.iter().find(|head| case.section(head).is_some());
    let head = like.or(own.copied()).unwrap_or("xml");
    rewrites.section(case, head, as_lines(case, got));
    if head.starts_with("like ") {
        rewrites.head(case, head, "xml");
    }
}

#[test]
fn output_is_as_expected() {
    let all = cases::all("exact");
    let mut failures = Vec::new();
    let (mut rewrites, mut rewritten) = (Rewrites::default(), BTreeSet::new());
    for case in &all {
        let compiled = compile(
            &case.file,
            PATH,
            source(case).into_bytes(),
            &Shelf,
            &case.given(),
        );
        if !compiled.is_good() {
            failures.push(format!(
                "{} is refused:\n    {}",
                case.title(),
                findings(&compiled)
            ));
            continue;
        }
        let (mut expected, got) = (
            expected(case, &all),
            emit::to_string(&compiled.sequence, form(case)),
        );
        if let Some(end) = compiled.sequence.property("line_end") {
            let end = match end {
                "lf" => "\n",
                "crlf" => "\r\n",
                _ => "",
            };
            expected = format!("{}{end}", expected.trim_end());
        }
        if expected != got {
            failures.push(format!(
                "{} (- expected, + written):\n{}",
                case.title(),
                difference(&expected, &got)
            ));
            rewrite(&mut rewrites, case, &got, &mut rewritten);
        }
    }
    if cases::updates() {
        return rewrites.write();
    }
    println!(
        "{} of {} cases as expected",
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

#[test]
fn expectations_keep_the_rules_of_genuine_xml() {
    let all = cases::all("exact");
    let mut failures = Vec::new();
    for case in &all {
        let found = xml_rules::violations(&expected(case, &all));
        let rule = |message: &String| message.split(':').next().unwrap_or_default().to_owned();
        let broken: BTreeSet<String> = found.iter().map(rule).collect();
        let meant: BTreeSet<String> = case
            .section("breaks")
            .unwrap_or_default()
            .iter()
            .cloned()
            .collect();
        if broken != meant {
            failures.push(format!(
                "{}: means to break {meant:?}, breaks\n    {}",
                case.title(),
                found.join("\n    ")
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn line_ends_and_mark_of_the_source_change_nothing() {
    for case in &cases::all("exact") {
        let source = source(case);
        let Some(plain) = compiled(case, &source) else {
            continue;
        };
        let wanted = emit::to_string(&plain.sequence, XmlLayout::OneLine);
        let variants = [
            source.replace('\n', "\r\n"),
            source.replace('\n', "\r"),
            format!("\u{FEFF}{source}"),
        ];
        for variant in variants {
            let other = compiled(case, &variant)
                .unwrap_or_else(|| panic!("{}: a variant is refused", case.title()));
            assert_eq!(
                wanted,
                emit::to_string(&other.sequence, XmlLayout::OneLine),
                "{}",
                case.title()
            );
        }
    }
}

/// What the cases of one file use.
#[derive(Default)]
struct Uses {
    /// Properties of the step type the file is named after, and members as `property: member`.
    own: BTreeSet<String>,
    /// Common properties.
    common: BTreeSet<String>,
}

fn uses(case: &Case, uses: &mut Uses) {
    let Some(compiled) = compiled(case, &source(case)) else {
        return;
    };
    compiled.sequence.walk(&mut |node, _| {
        let (Some(common), owner) = (
            node.common(),
            if matches!(node, Node::Group(_)) {
                "group"
            } else {
                "step"
            },
        ) else {
            return;
        };
        let mut push = |name: &str, there: bool| {
            if there {
                uses.common.insert(format!("{owner} {name}"));
            }
        };
        push("description", common.description.is_some());
        push("continue_on_error", common.continue_on_error);
        push("disabled", common.disabled);
        let Node::Step(step) = node else { return };
        push("product", step.product.is_some());
        if let Some(run_in) = &step.run_in {
            push("run_in", true);
            push(&format!("run_in: {}", run_in.value), true);
        }
        let Some(table) = step.table().filter(|table| table.keyword == case.file) else {
            return;
        };
        for setting in &step.settings {
            let property = &table.property[setting.property];
            uses.own.insert(property.name.clone());
            if let (Type::Member, Value::Text(text)) = (property.kind, &setting.value) {
                uses.own.insert(format!("{}: {text}", property.name));
            }
        }
    });
}

/// A property's name, and with its members where it has some.
fn wanted(property: &Property) -> impl Iterator<Item = String> {
    let members = property
        .member
        .iter()
        .map(|member| format!("{}: {}", property.name, member.xml));
    std::iter::once(property.name.clone()).chain(members)
}

#[test]
fn every_property_has_a_case() {
    let mut by_file: BTreeMap<String, Uses> = BTreeMap::new();
    for case in &cases::all("exact") {
        uses(case, by_file.entry(case.file.clone()).or_default());
    }
    let mut missing = Vec::new();
    for table in vocabulary::core_step_types() {
        let used = by_file
            .get(&table.keyword)
            .unwrap_or_else(|| panic!("no cases for {}", table.keyword));
        let names = table.property.iter().flat_map(wanted);
        missing.extend(
            names
                .filter(|name| !used.own.contains(name))
                .map(|name| format!("{} {name}", table.keyword)),
        );
    }
    let common: BTreeSet<&String> = by_file.values().flat_map(|uses| &uses.common).collect();
    for property in vocabulary::common() {
        for holder in &property.applies {
            let owner = match holder {
                Holder::Step => "step",
                Holder::Group => "group",
            };
            let names = wanted(property).map(|name| format!("{owner} {name}"));
            missing.extend(names.filter(|name| !common.contains(name)));
        }
    }
    assert!(missing.is_empty(), "without a case: {}", missing.join(", "));
}

#[test]
fn every_header_property_has_a_case() {
    let mut used = BTreeSet::new();
    for case in cases::all("exact")
        .iter()
        .filter(|case| case.file == "header")
    {
        let Some(compiled) = compiled(case, &source(case)) else {
            continue;
        };
        used.extend(
            compiled
                .sequence
                .properties
                .iter()
                .map(|setting| setting.property),
        );
        if compiled.sequence.product.is_some() {
            used.extend(
                vocabulary::header()
                    .iter()
                    .position(|property| property.name == "product"),
            );
        }
    }
    let table = vocabulary::header();
    let missing: Vec<&str> = (0..table.len())
        .filter(|index| !used.contains(index))
        .map(|index| table[index].name.as_str())
        .collect();
    assert!(missing.is_empty(), "without a case: {}", missing.join(", "));
}

/// The condition types and operators of a condition, as `keyword operator`.
fn tests_of(condition: &Condition, used: &mut BTreeSet<String>) {
    let mut stack: Vec<&Operand> = condition.operands.iter().collect();
    while let Some(operand) = stack.pop() {
        match operand {
            Operand::Operator {
                junction, operands, ..
            } => {
                used.insert(format!("operator {}", junction.xml()));
                stack.extend(operands);
            }
            Operand::Expression(expression) => test_of(&expression.kind, used),
            Operand::Os(_) => {
                used.insert("os".to_owned());
            }
            Operand::Xml(_) => {
                used.insert("xml".to_owned());
            }
        }
    }
}

fn test_of(kind: &ExpressionKind, used: &mut BTreeSet<String>) {
    let mut test = |keyword: &str, word: &str| {
        used.insert(format!("{keyword} {word}"));
        used.insert(keyword.to_owned());
    };
    match kind {
        ExpressionKind::Variable { operator, .. } => test("variable", operator.xml()),
        ExpressionKind::File {
            version, modified, ..
        } => {
            test("file", "");
            for (word, part) in [("version", version), ("modified", modified)] {
                if let Some((operator, _)) = part {
                    test("file", operator.xml());
                    test("file", &format!("{word} {}", operator.xml()));
                }
            }
        }
        ExpressionKind::Folder { modified, .. } => {
            test("folder", "");
            if let Some((operator, _)) = modified {
                test("folder", operator.xml());
            }
        }
        ExpressionKind::Registry { operator, kind, .. } => {
            test("registry", operator.xml());
            test("registry", kind);
        }
        ExpressionKind::Wmi { .. } => test("wmi", ""),
        ExpressionKind::Software { operator, .. } => test("software", operator),
    }
}

/// What the cases test, on steps and groups and in rules.
#[derive(Default)]
struct Tested {
    conditions: BTreeSet<String>,
    rules: BTreeSet<String>,
}

impl Tested {
    fn add(&mut self, compiled: &Compiled) {
        if compiled
            .tree
            .nodes()
            .any(|node| node.kind() == SyntaxKind::OsLanguageTest)
        {
            self.conditions.insert("os_language".to_owned());
        }
        compiled.sequence.walk(&mut |node, _| {
            if let Some(condition) = node.common().and_then(|common| common.condition.as_ref()) {
                tests_of(condition, &mut self.conditions);
            }
            let Node::Step(step) = node else { return };
            for test in step.rules.iter().filter_map(|rule| rule.test.as_ref()) {
                self.add_rule(test);
            }
        });
    }

    fn add_rule(&mut self, test: &RuleTest) {
        let keyword = match test {
            RuleTest::Expression(expression) => return test_of(&expression.kind, &mut self.rules),
            RuleTest::MakeModel { .. } => "make_model",
            RuleTest::Computer { .. } => "computer",
            RuleTest::Gateway { .. } => "gateway",
        };
        self.rules.insert(keyword.to_owned());
    }

    /// The tests that an operator of the tables allows and no case has.
    fn missing_of(&self, xml: &str, keyword: &str) -> Vec<String> {
        let test = format!("{keyword} {xml}");
        let mut missing = Vec::new();
        if keyword == "variable" && !self.rules.contains(&test) {
            missing.push(format!("{test} in a rule"));
        }
        let mut wanted = vec![test];
        if keyword == "file" {
            let parts = ["version", "modified"];
            wanted.extend(parts.map(|part| format!("file {part} {xml}")));
        }
        wanted.retain(|test| !self.conditions.contains(test));
        missing.extend(wanted);
        missing
    }
}

#[test]
fn every_condition_and_operator_has_a_case() {
    let mut tested = Tested::default();
    for case in &cases::all("exact") {
        if let Some(compiled) = compiled(case, &source(case)) {
            tested.add(&compiled);
        }
    }
    let table = vocabulary::conditions();
    let mut missing = Vec::new();
    for condition in &table.condition {
        let used = if condition.rule_only {
            &tested.rules
        } else {
            &tested.conditions
        };
        if !used.contains(&condition.keyword) {
            missing.push(condition.keyword.clone());
        }
    }
    for operator in &table.operator {
        for keyword in &operator.applies {
            missing.extend(tested.missing_of(&operator.xml, keyword));
        }
    }
    let words = [
        "operator and",
        "operator or",
        "operator not",
        "software AnyVersion",
        "software ThisVersion",
        "xml",
    ];
    let kinds = table
        .registry_type
        .iter()
        .map(|kind| format!("registry {}", kind.xml));
    missing.extend(
        kinds
            .chain(words.map(str::to_owned))
            .filter(|test| !tested.conditions.contains(test)),
    );
    assert!(missing.is_empty(), "without a case: {}", missing.join(", "));
}
