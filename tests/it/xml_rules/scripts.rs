//! Rules for what stands encoded inside a variable: scripts, and the rules of dynamic variables.

use roxmltree::Node;

use super::conditions;
use super::elements::{self, Shape};
use super::report::{Export, Report, child, children, text};
use super::steps::variables;
use super::text_form;

/// The elements of a dynamic variables' rules.
#[rustfmt::skip]
const SHAPES: &[Shape] = &[
    Shape { parent: "", name: "Rules", attributes: "", children: "Rule+" },
    Shape { parent: "Rules", name: "Rule", attributes: "", children: "condition? Variables!" },
    Shape { parent: "Rule", name: "condition", attributes: "", children: "expression!" },
    Shape { parent: "condition", name: "expression", attributes: "type!", children: "variable+" },
    Shape { parent: "expression", name: "variable", attributes: "name!", children: "" },
    Shape { parent: "Rule", name: "Variables", attributes: "", children: "Variable+" },
    Shape { parent: "Variables", name: "Variable", attributes: "Name! IsSecret!", children: "" },
];

/// The variables that hold the text of a property of a step type.
fn texts<'e, 'i: 'e>(
    export: &'e Export<'i>,
    class: &'static str,
    property: &'static str,
) -> impl Iterator<Item = Node<'e, 'i>> {
    export
        .steps()
        .filter(move |step| step.attribute("type") == Some(class))
        .flat_map(variables)
        .filter(move |variable| variable.attribute("property") == Some(property))
}

/// A PowerShell script is the base64 of UTF-16LE with byte-order mark.
pub fn script_is_base64_of_utf16(export: &Export, report: &mut Report) {
    for variable in scripts(export) {
        if let Err(message) = script(text(variable)) {
            report.on(variable, message);
        }
    }
}

/// The lines of a PowerShell script end with CR LF.
pub fn script_lines_end_with_cr_lf(export: &Export, report: &mut Report) {
    for variable in scripts(export) {
        let script = script(text(variable)).unwrap_or_default();
        if script.replace("\r\n", "").contains(['\r', '\n']) {
            report.on(variable, "a line of the script does not end with CR LF");
        }
    }
}

fn scripts<'e, 'i: 'e>(export: &'e Export<'i>) -> impl Iterator<Item = Node<'e, 'i>> {
    texts(
        export,
        "SMS_TaskSequence_RunPowerShellScriptAction",
        "SourceScript",
    )
}

/// Decodes a script.
fn script(encoded: &str) -> Result<String, &'static str> {
    let bytes = base64(encoded).ok_or("not base64")?;
    let rest = bytes
        .strip_prefix(&[0xFF, 0xFE])
        .ok_or("the script does not begin with the mark of UTF-16LE")?;
    let (pairs, odd) = rest.as_chunks::<2>();
    if !odd.is_empty() {
        return Err("the script has an odd number of bytes");
    }
    let units: Vec<u16> = pairs.iter().copied().map(u16::from_le_bytes).collect();
    String::from_utf16(&units).map_err(|_| "the script is not UTF-16")
}

/// Decodes base64 without line ends; nothing where it is not written in the one canonical way.
fn base64(encoded: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = encoded.trim_end_matches('=');
    let padding = encoded.len() - digits.len();
    if !encoded.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|&known| known == digit)?;
        bits = (bits << 6 | u32::try_from(value).ok()?) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    let spare = bits & ((1 << count) - 1);
    (count / 2 == padding && spare == 0).then_some(bytes)
}

/// The rules of dynamic variables begin with `<Rules>` and end with a line end.
pub fn dynamic_rules_end_with_a_line_end(export: &Export, report: &mut Report) {
    for variable in rules(export) {
        let rules = text(variable);
        if !rules.starts_with("<Rules>") {
            report.on(variable, "the rules do not begin with <Rules>");
        }
        if !rules.ends_with("</Rules>\n") {
            report.on(
                variable,
                "the rules do not end with </Rules> and a line end",
            );
        }
    }
}

/// The rules of dynamic variables are XML in the one-line form.
pub fn dynamic_rules_are_xml(export: &Export, report: &mut Report) {
    for variable in rules(export) {
        match Export::parse(text(variable)) {
            Err(error) => report.on(variable, format!("the rules are not XML: {error}")),
            Ok(inner) => {
                if inner.is_indented() {
                    report.on(variable, "the rules are indented");
                }
                for rule in [
                    text_form::nothing_but_elements,
                    text_form::layout,
                    text_form::empty_elements,
                    text_form::tags_without_spare_blanks,
                    text_form::no_line_end_in_attributes,
                    text_form::entities,
                ] {
                    report.inside(variable, &inner, rule);
                }
            }
        }
    }
}

/// Inside the rules the elements are `Rules`, `Rule`, `condition`, `Variables` and `Variable`.
pub fn dynamic_rules_spelling(export: &Export, report: &mut Report) {
    each_rules(export, report, |inner, report| {
        if !inner.document.root_element().has_tag_name("Rules") {
            report.on(inner.document.root_element(), "the root is not Rules");
        }
        elements::attributes_are_known(inner, SHAPES, report);
        elements::attributes_are_in_order(inner, SHAPES, report);
        elements::attributes_are_there(inner, SHAPES, report);
        elements::children_are_known(inner, SHAPES, report);
        elements::children_are_in_order(inner, SHAPES, report);
        elements::children_are_counted(inner, SHAPES, report);
    });
}

/// A dynamic variable has a name, and its value is blanked where it is secret.
pub fn dynamic_variables(export: &Export, report: &mut Report) {
    each_rules(export, report, |inner, report| {
        for variable in inner.named("Variable") {
            if variable.attribute("Name") == Some("") {
                report.on(variable, "the variable has no name");
            }
            match variable.attribute("IsSecret") {
                Some("false") => {}
                Some("true") if text(variable).is_empty() => {}
                Some("true") => report.on(variable, "a secret value is written"),
                _ => report.on(variable, "IsSecret is neither true nor false"),
            }
        }
    });
}

/// The condition of a rule is one test of the kinds that belong there.
pub fn dynamic_rule_conditions(export: &Export, report: &mut Report) {
    each_rules(export, report, |inner, report| {
        for rule in inner.named("Rule") {
            for expression in child(rule, "condition").into_iter().flat_map(children) {
                conditions::expression(expression, conditions::Place::DynamicRule, report);
            }
        }
    });
}

fn rules<'e, 'i: 'e>(export: &'e Export<'i>) -> impl Iterator<Item = Node<'e, 'i>> {
    texts(
        export,
        "SMS_TaskSequence_SetDynamicVariablesAction",
        "Rules",
    )
}

/// Checks the rules that can be read.
fn each_rules(export: &Export, report: &mut Report, rule: impl Fn(&Export, &mut Report)) {
    for variable in rules(export) {
        if let Ok(inner) = Export::parse(text(variable)) {
            report.inside(variable, &inner, &rule);
        }
    }
}
