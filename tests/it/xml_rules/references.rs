//! Rules for the list of what a sequence refers to, and for the global variables.

use roxmltree::Node;

use super::report::{Export, Report, child, children, text};
use super::step_types;
use super::steps::{is_package, items, property, variables};

/// An identifier that a sequence refers to.
#[derive(Debug, PartialEq)]
struct Reference<'a> {
    /// The attribute that holds the identifier: `package` or `application`.
    kind: &'static str,
    /// The identifier.
    id: &'a str,
    /// The attribute `program`.
    program: Option<&'a str>,
}

/// How a property refers.
#[derive(Clone, Copy)]
enum Refers {
    /// To one package or several, separated by commas.
    Packages,
    /// To applications, separated by commas.
    Applications,
    /// To a package and the program that stands in another property.
    Program(&'static str),
    /// To a task sequence.
    Sequence,
}

/// The properties of the twelve types that refer to something.
#[rustfmt::skip]
const REFERRING: &[(&str, &str, Refers)] = &[
    ("DownloadPackageContentAction", "DownloadPackages", Refers::Packages),
    ("InstallApplicationAction", "ApplicationName", Refers::Applications),
    ("InstallSoftwareAction", "PackageID", Refers::Program("ProgramName")),
    ("RunCommandLineAction", "PackageID", Refers::Packages),
    ("RunPowerShellScriptAction", "PackageID", Refers::Packages),
    ("SubTasksequence", "TsPackageID", Refers::Sequence),
    ("SubTasksequence", "TsReferenceApplications", Refers::Applications),
    ("SubTasksequence", "TsReferencePackages", Refers::Packages),
];

/// The list of references holds what the enabled steps refer to, each at its first use, and is left
/// out where that is nothing.
pub fn references_are_those_of_the_enabled_steps(export: &Export, report: &mut Report) {
    let root = export.document.root_element();
    let written = written(root);
    let expected = expected(root);
    let ids = |list: &[Reference]| -> Vec<String> {
        list.iter()
            .map(|reference| format!("{} {}", reference.kind, reference.id))
            .collect()
    };
    let (written, expected) = (ids(&written), ids(&expected));
    if written != expected {
        let message = format!("the list is {written:?}, the steps refer to {expected:?}");
        report.on(child(root, "referenceList").unwrap_or(root), message);
    }
}

/// A reference names a program for Install Package, `*` for a task sequence and none for others.
pub fn reference_programs(export: &Export, report: &mut Report) {
    let root = export.document.root_element();
    let expected = expected(root);
    let elements = child(root, "referenceList").into_iter().flat_map(children);
    for (element, reference) in elements.zip(written(root)) {
        let program = expected
            .iter()
            .find(|expected| expected.kind == reference.kind && expected.id == reference.id)
            .and_then(|expected| expected.program);
        if reference.program != program {
            report.on(element, format!("the program is not {program:?}"));
        }
    }
}

/// A reference is a package or an application.
pub fn reference_names_one_thing(export: &Export, report: &mut Report) {
    for reference in export.named("reference") {
        if reference.has_attribute("package") == reference.has_attribute("application") {
            report.on(reference, "not exactly one of package and application");
        }
    }
}

/// The references of the list, in its order.
fn written<'a>(root: Node<'a, '_>) -> Vec<Reference<'a>> {
    child(root, "referenceList")
        .into_iter()
        .flat_map(children)
        .filter_map(|element| {
            let (kind, id) = match element.attribute("package") {
                Some(id) => ("package", id),
                None => ("application", element.attribute("application")?),
            };
            let program = element.attribute("program");
            Some(Reference { kind, id, program })
        })
        .collect()
}

/// The references of the enabled steps, in the order of first use.
fn expected<'a>(root: Node<'a, '_>) -> Vec<Reference<'a>> {
    let mut list = Vec::new();
    let mut open = vec![root];
    while let Some(element) = open.pop() {
        if element.attribute("disable") == Some("true") {
            continue;
        }
        if matches!(element.tag_name().name(), "step" | "subtasksequence") {
            step_references(element)
                .into_iter()
                .for_each(|reference| add_once(&mut list, reference));
        } else if matches!(element.tag_name().name(), "sequence" | "group") {
            open.extend(children(element).collect::<Vec<_>>().into_iter().rev());
        }
    }
    list
}

fn add_once<'a>(list: &mut Vec<Reference<'a>>, reference: Reference<'a>) {
    let known = |other: &Reference| other.kind == reference.kind && other.id == reference.id;
    if !list.iter().any(known) {
        list.push(reference);
    }
}

/// What one step refers to, sorted within one variable.
fn step_references<'a>(step: Node<'a, '_>) -> Vec<Reference<'a>> {
    let mut list = Vec::new();
    for variable in variables(step) {
        let name = variable.attribute("property").unwrap_or_default();
        let Some(refers) = refers(step, name, text(variable)) else {
            continue;
        };
        let mut ids = items(text(variable));
        ids.sort_unstable();
        let (kind, program) = match refers {
            Refers::Packages => ("package", None),
            Refers::Applications => ("application", None),
            Refers::Program(program) => ("package", property(step, program)),
            Refers::Sequence => ("package", Some("*")),
        };
        list.extend(ids.into_iter().map(|id| Reference { kind, id, program }));
    }
    list
}

/// How a step's property refers. Of the types outside of the twelve every property that is named
/// like a package and holds one does.
fn refers(step: Node, property: &str, value: &str) -> Option<Refers> {
    match step_types::of(step) {
        Some(kind) => REFERRING
            .iter()
            .find(|(class, name, _)| *class == kind.class && *name == property)
            .map(|(_, _, refers)| *refers),
        None => {
            let named = property.ends_with("PackageID") || property.ends_with("Package");
            (named && is_package(value)).then_some(Refers::Packages)
        }
    }
}

/// The global variables that were seen.
const GLOBAL: &[(&str, &str)] = &[
    ("OSDEnableTCPIPFiltering", "EnableTCPIPFiltering"),
    ("OSDAdapterCount", "NumAdapters"),
    ("OSDStateSMPRetryCount", "SMPRetryCount"),
    ("OSDStateSMPRetryTime", "SMPRetryTime"),
];

/// Global variables are four, and none of the twelve types has one.
pub fn global_variables_are_known(export: &Export, report: &mut Report) {
    for global in export.named("globalVarList").flat_map(children) {
        if !GLOBAL.contains(&names(global)) {
            report.on(global, "not a known global variable");
        }
    }
}

/// Global variables repeat a hidden variable of a step.
pub fn global_variables_repeat_a_step(export: &Export, report: &mut Report) {
    for global in export.named("globalVarList").flat_map(children) {
        let repeats = export.steps().flat_map(variables).any(|variable| {
            names(variable) == names(global)
                && text(variable) == text(global)
                && variable.has_attribute("hidden")
        });
        if !repeats {
            report.on(global, "no step hides this variable with this value");
        }
    }
}

/// The hidden variables of Apply Network Settings stand in the list of global variables.
pub fn network_settings_are_global(export: &Export, report: &mut Report) {
    let class = "SMS_TaskSequence_ApplyNetworkSettingsAction";
    let steps = export
        .steps()
        .filter(|step| step.attribute("type") == Some(class));
    for variable in steps.flat_map(variables) {
        let global = export
            .named("globalVarList")
            .flat_map(children)
            .any(|global| names(global) == names(variable));
        if GLOBAL.contains(&names(variable)) && !global {
            report.on(variable, "not in the list of global variables");
        }
    }
}

/// The name and property of a variable.
fn names<'a>(variable: Node<'a, '_>) -> (&'a str, &'a str) {
    (
        variable.attribute("name").unwrap_or_default(),
        variable.attribute("property").unwrap_or_default(),
    )
}
