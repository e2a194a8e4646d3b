//! The rules that the XML of a genuine Configuration Manager 3.10 sequence keeps.
//!
//! [`violations`] is the yardstick for XML that this project writes. That the rules describe what
//! the product writes is tested over the genuine files of the corpus; that none of them is idle is
//! tested by breaking them one at a time in `xml_rules/mutations.rs`.

mod conditions;
mod elements;
#[cfg(test)]
mod good;
#[cfg(test)]
mod mutations;
mod references;
mod report;
mod scripts;
mod step_types;
mod steps;
mod text_form;

use self::report::{Export, Report};
use crate::corpus::{self, Sample};

/// A rule: reports where an export does not keep it.
type Rule = fn(&Export, &mut Report);

/// Lists functions with their names.
macro_rules! rules {
    ($($module:ident: $($rule:ident)+;)+) => {
        &[$($((stringify!($rule), $module::$rule as Rule),)+)+]
    };
}

/// All rules by name, in the order of reporting.
const RULES: &[(&str, Rule)] = rules! {
    text_form:
        nothing_but_elements
        one_line_end_at_the_end
        line_ends_alike
        layout
        empty_elements
        tags_without_spare_blanks
        no_line_end_in_attributes
        entities;
    elements:
        root_is_a_3_10_sequence
        known_attributes
        attribute_order
        required_attributes
        known_children
        child_order
        child_count
        run_task_sequence_has_its_own_element
        names_are_not_empty
        disable_and_continue_are_only_true
        timeout_is_digits
        run_in_is_known
        success_codes_are_numbers
        retry_count_is_digits
        run_from_net_is_false
        hidden_is_only_true;
    steps:
        product_types_are_known
        variables_sorted_by_property
        no_property_twice
        known_variables
        variable_names
        hidden_variables
        required_variables
        variable_values
        hidden_value_is_blanked
        list_or_base_variable
        described_lists
        custom_destination_has_a_path
        action_text
        action_is_not_empty
        success_codes_repeat_the_variable
        retry_count_repeats_the_variable
        run_in_fits_the_type
        timeout_fits_the_type;
    scripts:
        script_is_base64_of_utf16
        script_lines_end_with_cr_lf
        dynamic_rules_end_with_a_line_end
        dynamic_rules_are_xml
        dynamic_rules_spelling
        dynamic_variables
        dynamic_rule_conditions;
    conditions:
        operator_types
        expressions
        operating_system_conditions
        platforms;
    references:
        references_are_those_of_the_enabled_steps
        reference_programs
        reference_names_one_thing
        global_variables_are_known
        global_variables_repeat_a_step
        network_settings_are_global;
};

/// Genuine files that break a rule: part of the file's name, part of the message, why.
pub const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "BoundaryGroupTest-ac5151",
        "reference_programs: line 1, sequence/referenceList/reference: the program is not Some(\"Testprgm2\")",
        STALE_PROGRAM,
    ),
    (
        "BoundaryGroupTest-2403b6",
        "reference_programs: line 1, sequence/referenceList/reference: the program is not Some(\"Testprgm2\")",
        STALE_PROGRAM,
    ),
];

const STALE_PROGRAM: &str = "the list names the program Testprgm2.1, the step Testprgm2; \
    a third version of the same sequence names Testprgm2 in both places";

/// What is wrong with a sequence's XML; empty for XML that the product could have written.
///
/// A message is `rule: line 3, sequence/group "Install"/step "Restart": what`.
pub fn violations(xml: &str) -> Vec<String> {
    let export = match Export::parse(xml) {
        Ok(export) => export,
        Err(error) => return vec![format!("well_formed: {error}")],
    };
    RULES
        .iter()
        .flat_map(|(name, rule)| {
            let mut report = Report::new(name);
            rule(&export, &mut report);
            report.into_messages()
        })
        .collect()
}

/// What is wrong with a genuine file and is not a listed exception.
pub fn unexpected(name: &str, xml: &str) -> Vec<String> {
    let mut messages = violations(xml);
    messages.retain(|message| {
        !EXCEPTIONS
            .iter()
            .any(|(file, part, _)| name.contains(file) && message.contains(part))
    });
    messages
}

/// The listed exceptions that excuse nothing in the given files.
pub fn unused_exceptions(samples: &[Sample]) -> Vec<String> {
    EXCEPTIONS
        .iter()
        .filter(|exception| {
            let named = samples
                .iter()
                .filter(|sample| sample.name.contains(exception.0));
            !named
                .flat_map(|sample| violations(&sample.xml))
                .any(|message| message.contains(exception.1))
        })
        .map(|(name, rule, _)| format!("{name}: {rule}"))
        .collect()
}

#[test]
fn genuine_exports_are_accepted() {
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let samples = corpus::configmgr();
    let broken: Vec<String> = samples
        .iter()
        .map(|sample| (sample, unexpected(&sample.name, &sample.xml)))
        .filter(|(_, messages)| !messages.is_empty())
        .map(|(sample, messages)| format!("{}\n    {}", sample.name, messages.join("\n    ")))
        .collect();
    let stale = unused_exceptions(&samples);
    println!(
        "{} of {} genuine files accepted, {} exceptions used",
        samples.len() - broken.len(),
        samples.len(),
        EXCEPTIONS.len() - stale.len()
    );
    assert!(!samples.is_empty(), "no samples in the corpus");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(stale.is_empty(), "stale exceptions: {}", stale.join(", "));
}

#[test]
fn an_exception_holds_for_its_file_only() {
    let Some((file, part, _)) = EXCEPTIONS.first() else {
        return;
    };
    let xml = "<sequence version=\"3.10\"><referenceList><reference package=\"LAB00001\"/></referenceList>\
        <step type=\"SMS_TaskSequence_InstallSoftwareAction\" name=\"A\" description=\"\" runIn=\"FullOS\" \
        successCodeList=\"0\" retryCount=\"0\" runFromNet=\"false\">\
        <action>smsswd.exe /pkg:LAB00001 /install /basevar: /continueOnError:</action><defaultVarList>\
        <variable name=\"PackageID\" property=\"PackageID\" hidden=\"true\">LAB00001</variable>\
        <variable name=\"_SMSSWDProgramName\" property=\"ProgramName\">Testprgm2</variable>\
        </defaultVarList></step></sequence>\r\n";
    let found = violations(xml);
    assert!(found.len() == 1 && found[0].contains(part), "{found:?}");
    assert_eq!(unexpected("another file", xml), found);
    assert!(unexpected(&format!("configmgr/{file}.xml"), xml).is_empty());
    assert_eq!(unused_exceptions(&[]).len(), EXCEPTIONS.len());
}
