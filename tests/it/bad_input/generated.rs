//! Generated and edited exports: nothing panics, and no verdict says more than a comparison that
//! does not use the code under test.

use std::{
    collections::{BTreeSet, HashSet},
    fmt::Write as _,
    ops::Range,
};

use proptest::{prelude::*, sample::Index};
use roxmltree::Node;
use tasq::internals::{
    compile::compile,
    decompile::{DecompileOptions, Decompiled, ProofVerdict, decompile},
    diagnostic::Finding,
    elaborate::ParameterValues,
    emit,
    format::format,
    read::{self, Export, Input},
    source::{FileId, NoFiles},
    vocabulary,
    xml::XmlLayout,
};

use super::exports::{SEQUENCE, escaped, export, instance, wrapped};
use crate::corpus;

/// An XML text by its meaning, independently of the code under test: its elements and attributes,
/// and apart from them the texts of its variables and actions. The order of attributes, white space
/// between elements and the place of a condition do not count.
fn canonical(xml: &str) -> Result<(String, Vec<String>), String> {
    let document = roxmltree::Document::parse(xml.trim_start_matches('\u{FEFF}'))
        .map_err(|error| error.to_string())?;
    let (mut out, mut values) = (String::new(), Vec::new());
    element(&mut out, &mut values, document.root_element());
    Ok((out, values))
}

fn element(out: &mut String, values: &mut Vec<String>, node: Node<'_, '_>) {
    let blank = |text: &str| text.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
    let name = node.tag_name().name();
    let mut attributes: Vec<String> = node
        .attributes()
        .map(|one| format!("{:?}{}={:?}", one.namespace(), one.name(), one.value()))
        .collect();
    attributes.sort();
    let _ = write!(
        out,
        "<{:?}{name} {}>",
        node.tag_name().namespace(),
        attributes.join(" ")
    );
    let movable = matches!(name, "group" | "step" | "subtasksequence");
    let mut text = String::new();
    let is_condition = |child: &Node<'_, '_>| movable && child.tag_name().name() == "condition";
    for condition in node.children().filter(is_condition) {
        element(out, values, condition);
    }
    for child in node.children() {
        if child.is_text() {
            text.push_str(child.text().unwrap_or(""));
        } else if child.is_element() {
            if !blank(&text) {
                let _ = write!(out, "{text:?}");
            }
            text.clear();
            if !is_condition(&child) {
                element(out, values, child);
            }
        }
    }
    if matches!(name, "variable" | "action" | "Variable") {
        values.push(text);
    } else if !blank(&text) {
        let _ = write!(out, "{text:?}");
    }
    out.push_str("</>");
}

/// Every finding is about a place that there is.
fn findings_fit(input: &Input, findings: &[Finding]) {
    for finding in findings {
        assert!(!finding.message.is_empty());
        for label in &finding.labels {
            let file = input
                .sources
                .get(label.span.file)
                .expect("a finding is about a file of the input");
            assert!(
                file.text.get(label.span.range()).is_some(),
                "{finding:?} is about a place in the file"
            );
        }
    }
}

/// Decompiles, and holds the verdict against a comparison that does not use the code under test.
pub fn proven(export: &Export) -> Decompiled {
    let done = decompile(export, DecompileOptions::default());
    if matches!(
        done.ledger.verdict,
        ProofVerdict::Exact | ProofVerdict::Normalised | ProofVerdict::Kept
    ) {
        let again = compile(
            "t.tasq",
            "t.tasq",
            done.text.clone().into_bytes(),
            &NoFiles,
            &ParameterValues::default(),
        );
        let about = || {
            format!(
                "{:?} for\n{}\nsource:\n{}",
                done.ledger.verdict, export.text, done.text
            )
        };
        assert!(again.is_good(), "{:?}\n{}", again.findings, about());
        let written = emit::to_string(&again.sequence, XmlLayout::OneLine);
        // What the other reader refuses, such as prefixes that are not declared, cannot be compared
        // with it.
        if let Ok((shape, values)) = canonical(&export.text) {
            let (own_shape, own_values) = canonical(&written).expect("what is written is XML");
            assert_eq!(shape, own_shape, "{}", about());
            for (before, after) in values
                .iter()
                .zip(&own_values)
                .filter(|(before, after)| before != after)
            {
                // A secret is not carried over: its value is empty, and so is its place in an
                // action or among rules.
                let left_out = done.ledger.secrets > 0 && after.len() < before.len();
                assert!(left_out, "{before:?} became {after:?}: {}", about());
            }
        }
        let formatted =
            format(&done.text, FileId(0)).expect("what is written has no syntax errors");
        assert_eq!(formatted, done.text, "what is written is formatted");
    }
    done
}

/// What must hold for any bytes at all.
pub fn survives(bytes: Vec<u8>) -> Input {
    let input = read::open("a.xml", bytes);
    assert!(
        !input.exports.is_empty() || !input.findings.is_empty(),
        "something is found or said"
    );
    findings_fit(&input, &input.findings);
    for export in &input.exports {
        let done = proven(export);
        findings_fit(&input, &done.findings);
    }
    input
}

fn originals() -> Vec<Vec<u8>> {
    let mut all: Vec<_> = wrapped(SEQUENCE)
        .into_iter()
        .map(|(_, bytes)| bytes)
        .collect();
    all.push(export(&instance(&escaped(SEQUENCE))));
    all
}

/// An export of some kind with some of its bytes changed, taken out or doubled.
fn edited() -> impl Strategy<Value = Vec<u8>> {
    let edit = (
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        any::<u8>(),
        0..6,
    );
    (
        prop::sample::select(originals()),
        prop::collection::vec(edit, 1..5),
    )
        .prop_map(|(mut bytes, edits)| {
            for (at, length, other, byte, kind) in edits {
                if bytes.is_empty() {
                    bytes.push(b'<');
                }
                let from = at.index(bytes.len());
                let to = (from + 1 + length.index(60)).min(bytes.len());
                match kind {
                    0 => bytes[from] ^= 1 << (byte % 8),
                    1 => bytes[from] = byte,
                    2 => drop(bytes.drain(from..to)),
                    3 => bytes[from] = b"<>&\"'=;/ \r\n\t%`$"[usize::from(byte) % 15],
                    _ => {
                        let piece = bytes[from..to].to_vec();
                        let place = other.index(bytes.len() + 1);
                        bytes.splice(place..place, piece);
                    }
                }
            }
            bytes
        })
}

/// Texts that are hard to say.
#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "", " ", "a", " a ", "A ", "1", "0", "-1", "15", "900", "true", "false", "TRUE", "absent",
    "xml", "lf", "0 3010", "12:00", "a, b", "[a]", "{", "}", "x=y", "#", "# x", "//", "ABC00001",
    "SMS00001", "ScopeId_1/Application_2", "cmd.exe /c ver", "'", "'\"", "\"", "\"\"", "\"a\"",
    "a \"b\" c", "\"\"\"", "\n\"\"\"\n", "`", "a`b", "$", "${", "${x}", "$${", "%", "%A%", "\\",
    "a\\", "\\\"", "\n", "\n\n", "\r\n", "\ta\t", "a\nb", "a\r\nb", "a\rb", "a\r\nb\nc",
    "text\r\n", "  \n  a\n b", "<a/>", "<a> </a>", "<Rules/>", "&amp;", "]]>", "-->", "<!-- -->",
    "é", "日本", "\u{1F600}", "\u{7F}", "\u{85}", "\u{A0}", "\u{200B}", "\u{202E}", "\u{2028}",
    "\u{FEFF}",
];

/// Names of attributes, known ones, ones that mean something in notes, and odd ones.
const ATTRIBUTES: &str = "name type description disable continueOnError runIn runin \
    successCodeList timeout retryCount startIn version order action variables condition \
    defaultVarList globalVarList referenceList group when true xml x Name data-x x.y _a é";

/// Names of variables that are not in the tables, or that are special there.
#[rustfmt::skip]
const VARIABLES: &[&str] = &[
    "A", "A ", "a b", "a`b", "a\tb", "\n", "\"", "", "1", "é", "_X", "A%B", "${x}", "x.y", "when",
    "step", "true", "xml", "absent", "name", "hidden", "order", "variables", "action",
    "defaultVarList", "Name", "Value", "Variable", "VariableName", "VariableValue", "CommandLine",
    "Rules",
];

/// Names of an expression's variables.
const OPERANDS: &str = "Operator Value Variable Path Version VersionOperator DateTime \
    DateTimeOperator KeyPath Type Data Namespace Query ProductCode UpgradeCode ProductName Odd \
    odd";

/// Values that expressions have, and some that none has.
#[rustfmt::skip]
const VALUES: &[&str] = &[
    "equals", "Equals", "notEquals", "exists", "notExists", "like", "less", "greaterEqual",
    "AnyVersion", "REG_SZ", "reg_dword", "REG_BINARY", "HKEY_LOCAL_MACHINE\\a", "root\\cimv2",
    "select * from X", "1.2.3", "20240131000000.000000+000", "20240230000000.000000+000",
];

/// What can stand among the parts of a step.
const STRAY: &[&str] = &[
    "",
    "",
    "",
    "",
    "\r\n",
    "\n  ",
    "<!-- x -->",
    "text",
    "&#xA0;",
    "<![CDATA[x]]>",
    "<?p i?>",
    "<action>2</action>",
];

/// One of these.
fn one_of(list: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(list).prop_map(str::to_owned)
}

/// One of these words.
fn word(list: &'static str) -> impl Strategy<Value = String> {
    prop::sample::select(list.split_whitespace().collect::<Vec<_>>()).prop_map(str::to_owned)
}

fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => one_of(TEXTS),
        2 => "[ -~]{0,30}",
        1 => "[a-c\"'`${}%\\\\ \r\n\t]{0,20}",
        1 => (1usize..5000).prop_map(|length| "long text ".repeat(length / 10 + 1)),
    ]
}

fn xml_text(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\r', "&#xD;")
}

fn xml_attribute(text: &str) -> String {
    xml_text(text)
        .replace('"', "&quot;")
        .replace('\n', "&#xA;")
        .replace('\t', "&#x9;")
}

fn variable_name() -> impl Strategy<Value = String> {
    let known: Vec<String> = vocabulary::core_step_types()
        .flat_map(|table| table.property.iter())
        .filter_map(|property| property.property.clone())
        .collect();
    prop_oneof![
        4 => prop::sample::select(known),
        3 => one_of(VARIABLES),
        1 => odd_text(),
    ]
}

fn attributes() -> impl Strategy<Value = String> {
    prop::collection::vec((word(ATTRIBUTES), odd_text()), 0..4).prop_map(|list| {
        let mut seen = HashSet::new();
        let mut out = String::new();
        for (name, text) in list {
            if seen.insert(name.clone()) && name != "name" && name != "type" {
                let _ = write!(out, " {name}=\"{}\"", xml_attribute(&text));
            }
        }
        out
    })
}

fn variable() -> impl Strategy<Value = String> {
    (
        variable_name(),
        variable_name(),
        0..8,
        0usize..6,
        odd_text(),
    )
        .prop_map(|(name, property, same, hidden, text)| {
            let property = if same > 2 { name.clone() } else { property };
            let hidden = [
                "",
                "",
                "",
                " hidden=\"true\"",
                " hidden=\"true\"",
                " hidden=\"false\"",
            ][hidden];
            format!(
                "<variable name=\"{}\" property=\"{}\"{hidden}>{}</variable>",
                xml_attribute(&name),
                xml_attribute(&property),
                xml_text(&text)
            )
        })
}

fn class() -> impl Strategy<Value = String> {
    let known: Vec<String> = vocabulary::step_types()
        .map(|table| table.class.clone())
        .collect();
    prop_oneof![
        5 => prop::sample::select(known),
        2 => Just("Vendor_DoThings".to_owned()),
        1 => odd_text(),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    let known: Vec<String> = vocabulary::conditions()
        .condition
        .iter()
        .map(|kind| kind.class.clone())
        .collect();
    let class = prop_oneof![6 => prop::sample::select(known), 1 => Just("Other".to_owned())];
    let value = prop_oneof![2 => odd_text(), 3 => one_of(VALUES)];
    (
        class,
        prop::collection::vec((word(OPERANDS), value), 0..6),
        attributes(),
    )
        .prop_map(|(class, list, attributes)| {
            let list: String = list
                .into_iter()
                .map(|(name, text)| {
                    format!("<variable name=\"{name}\">{}</variable>", xml_text(&text))
                })
                .collect();
            format!("<expression type=\"{class}\"{attributes}>{list}</expression>")
        })
}

/// Operands that no test can say.
const OTHER_OPERANDS: &[&str] = &[
    "<osConditionGroup type=\"or\">\
     <osExpressionGroup name=\"All x64 Windows 10\"/></osConditionGroup>",
    "<other>text</other>",
    "<!-- c -->",
];

fn operand() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => expression(),
        3 => one_of(OTHER_OPERANDS),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        (
            prop::sample::select(&["and", "or", "not", "xor", ""][..]),
            attributes(),
            0..6,
            prop::collection::vec(inner, 0..4),
        )
            .prop_map(|(kind, attributes, odd, list)| {
                let attributes = if odd == 0 { attributes } else { String::new() };
                format!(
                    "<operator type=\"{kind}\"{attributes}>{}</operator>",
                    list.concat()
                )
            })
    })
}

fn condition() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        3 => prop::collection::vec(operand(), 0..3)
            .prop_map(|list| format!("<condition>{}</condition>", list.concat())),
    ]
}

fn step() -> impl Strategy<Value = String> {
    let inner = (
        condition(),
        prop::option::of(odd_text()),
        prop::option::of(prop::collection::vec(variable(), 0..6)),
        0..12,
    );
    (
        class(),
        odd_text(),
        attributes(),
        0..10,
        inner,
        one_of(STRAY),
    )
        .prop_map(
            |(class, name, attributes, element, (condition, action, variables, order), stray)| {
                let tag = if element == 0 {
                    "subtasksequence"
                } else {
                    "step"
                };
                let action = action.map_or(String::new(), |text| {
                    format!("<action>{}</action>", xml_text(&text))
                });
                let variables = variables.map_or(String::new(), |list| {
                    format!("<defaultVarList>{}</defaultVarList>", list.concat())
                });
                let inner = match order {
                    0 => [action, variables, condition],
                    1 => [variables, action, condition],
                    2 => [variables, condition, action],
                    3 => [condition, variables, action],
                    _ => [condition, action, variables],
                };
                format!(
                    "<{tag} type=\"{}\" name=\"{}\"{attributes}>{}{stray}</{tag}>",
                    xml_attribute(&class),
                    xml_attribute(&name),
                    inner.concat()
                )
            },
        )
}

/// Members of the root and of groups that are neither groups nor steps.
const OTHER_MEMBERS: &[&str] = &[
    "<other a=\"b\">text<c/></other>",
    "<globalVarList><variable name=\"A\" property=\"A\">1</variable></globalVarList>",
    "<referenceList><reference package=\"ABC00001\"/></referenceList>",
    "<!-- comment -->",
    "<condition/>",
    "<action>x</action>",
];

fn member() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        10 => step(),
        6 => one_of(OTHER_MEMBERS),
        1 => prop::collection::vec(variable(), 0..4)
            .prop_map(|list| format!("<globalVarList>{}</globalVarList>", list.concat())),
    ];
    leaf.prop_recursive(3, 10, 4, |inner| {
        (
            odd_text(),
            attributes(),
            condition(),
            prop::collection::vec(inner, 0..4),
        )
            .prop_map(|(name, attributes, condition, list)| {
                format!(
                    "<group name=\"{}\"{attributes}>{condition}{}</group>",
                    xml_attribute(&name),
                    list.concat()
                )
            })
    })
}

fn sequence() -> impl Strategy<Value = String> {
    let root = prop_oneof![
        4 => Just(" version=\"3.10\"".to_owned()),
        1 => Just(" version=\"3.00\"".to_owned()),
        1 => Just(" version=\"3.00\" name=\"Custom\" description=\"x\"".to_owned()),
        // Of the root a text with line ends of two kinds cannot be said: nothing stands in its
        // place.
        1 => word(ATTRIBUTES).prop_map(|name| format!(" {name}=\"a &quot;b&quot; 'c' ${{d}}\"")),
    ];
    let end = prop::sample::select(&["", "\r\n", "\n", " "][..]);
    (root, prop::collection::vec(member(), 0..4), end)
        .prop_map(|(root, list, end)| format!("<sequence{root}>{}</sequence>{end}", list.concat()))
}

/// Steps as they are, each alone: those of the genuine sequences and our own.
fn steps() -> Vec<String> {
    let genuine = corpus::configmgr()
        .into_iter()
        .chain(corpus::mdt())
        .map(|sample| sample.xml);
    let mut steps = BTreeSet::new();
    for xml in genuine.chain([SEQUENCE.to_owned()]) {
        for piece in xml.split("<step ").skip(1) {
            let Some(end) = piece.find("</step>") else {
                continue;
            };
            if end < 4000 {
                steps.insert(format!("<step {}</step>", &piece[..end]));
            }
        }
    }
    steps.into_iter().collect()
}

/// The places between these two in a text.
fn places(text: &str, open: &str, close: &str) -> Vec<Range<usize>> {
    let begins = text.match_indices(open).map(|(at, _)| at + open.len());
    begins
        .filter_map(|from| Some(from..from + text[from..].find(close)?))
        .collect()
}

/// A step with some of its values, attributes or variables changed, alone in a sequence of some
/// product.
fn changed_step() -> impl Strategy<Value = String> {
    let edit = (any::<Index>(), odd_text(), 0..8, any::<Index>());
    let edits = prop::collection::vec(edit, 1..4);
    (prop::sample::select(steps()), edits, 0..10).prop_map(|(mut step, edits, product)| {
        for (at, text, kind, other) in edits {
            // References to CR in a file that has line ends of its own are a case for themselves.
            change(&mut step, kind, at, other, &text.replace('\r', ""));
        }
        let (root, group) = match product {
            0..=5 => ("version=\"3.10\"", ""),
            6 => ("version=\"3.00\"", ""),
            _ => (
                "version=\"3.00\" name=\"M\" description=\"\"",
                " disable=\"false\" continueOnError=\"false\"",
            ),
        };
        format!(
            "<sequence {root}><group name=\"G\" description=\"\"{group}>{step}</group></sequence>"
        )
    })
}

fn change(step: &mut String, kind: i32, at: Index, other: Index, text: &str) {
    let mut values = places(step, "\">", "</variable>");
    values.retain(|range| !step[range.clone()].contains('<'));
    let whole =
        |range: Range<usize>| range.start - "<variable ".len()..range.end + "</variable>".len();
    let variables: Vec<_> = places(step, "<variable ", "</variable>")
        .into_iter()
        .map(whole)
        .collect();
    let list = match kind {
        0..=2 | 6 | 7 => values.clone(),
        3 => places(step, "=\"", "\""),
        _ => variables,
    };
    if list.is_empty() {
        return;
    }
    let range = list[at.index(list.len())].clone();
    let own = step[range.clone()].to_owned();
    match kind {
        0..=2 => step.replace_range(range, &xml_text(text)),
        3 => step.replace_range(range, &xml_attribute(text)),
        4 => step.replace_range(range, ""),
        5 => {
            step.replace_range(range, "");
            let last = step.find("</defaultVarList>").unwrap_or(0);
            if last > 0 {
                step.insert_str(last, &own);
            }
        }
        6 => {
            let other = step[values[other.index(values.len())].clone()].to_owned();
            step.replace_range(range, &other);
        }
        _ => {
            let new = match own.as_str() {
                "true" => "false".to_owned(),
                "false" => "true".to_owned(),
                text => text
                    .parse::<i64>()
                    .map_or(format!("{text}\""), |number| (number * 7 - 3).to_string()),
            };
            step.replace_range(range, &new);
        }
    }
}

const PASSWORD: &str = "Geheim-7!";

/// A step with a password, and with something that keeps it from being said in the usual way.
fn with_password() -> impl Strategy<Value = String> {
    let secret = |table: &'static vocabulary::StepType| {
        let own = table
            .property
            .iter()
            .filter(|property| property.kind == vocabulary::Type::Secret);
        own.filter_map(move |property| Some((table.class.clone(), property.property.clone()?)))
    };
    let known: Vec<(String, String)> = vocabulary::core_step_types().flat_map(secret).collect();
    let variables = || prop::collection::vec(variable(), 0..3);
    let stray = prop::sample::select(
        &[
            "",
            "",
            "text",
            "<action>a</action><action>b</action>",
            "<other/>",
            "<condition/>",
        ][..],
    );
    (prop::sample::select(known), attributes(), variables(), variables(), stray, 0..4).prop_map(
        |((class, property), attributes, before, behind, stray, odd)| {
            let name = if odd == 0 { "Other" } else { &property };
            let hidden = if odd == 1 { "" } else { " hidden=\"true\"" };
            let secret = format!(
                "<variable name=\"{name}\" property=\"{property}\"{hidden}>{PASSWORD}</variable>"
            );
            format!(
                "<sequence version=\"3.10\"><step type=\"{class}\" name=\"P\"{attributes}>{stray}\
                 <defaultVarList>{}{secret}{}</defaultVarList></step></sequence>",
                before.concat(),
                behind.concat()
            )
        },
    )
}

/// A well-formed sequence is always said, if need be in XML's own words.
fn said(xml: String) {
    let input = survives(xml.into_bytes());
    assert!(input.findings.is_empty(), "{:?}", input.findings);
    for export in &input.exports {
        let done = decompile(export, DecompileOptions::default());
        assert!(
            done.ledger.verdict != ProofVerdict::NotRepresentable,
            "{:?}\n{}",
            done.ledger.differences,
            done.text
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200, failure_persistence: None, max_shrink_iters: 2000, ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_survive(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(bytes);
    }

    #[test]
    fn edited_exports_survive(bytes in edited()) {
        survives(bytes);
    }

    #[test]
    fn generated_sequences_are_said(xml in sequence()) {
        said(xml);
    }

    #[test]
    fn changed_steps_are_said(xml in changed_step()) {
        said(xml);
    }

    #[test]
    fn passwords_stay_behind(xml in with_password()) {
        let input = survives(xml.into_bytes());
        for export in &input.exports {
            let done = decompile(export, DecompileOptions::default());
            prop_assert!(!done.text.contains(PASSWORD), "{}", done.text);
            for finding in &done.findings {
                prop_assert!(!finding.message.contains(PASSWORD), "{:?}", finding);
            }
        }
    }
}
