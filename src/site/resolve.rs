//! Which references of a sequence a site file does not know.

use super::Site;
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{Node, Reference, Sequence, Step, Value},
    vocabulary::Type,
};

/// Numbers of kinds of references that are no packages.
const APPLICATION: u32 = 512;

/// Findings at references that the site has nothing for, in the order of the sequence. Disabled
/// steps need nothing, nor do steps whose sequence is at hand
/// without it, as `has_child` says.
pub fn unknown_references(
    sequence: &Sequence,
    site: &Site,
    has_child: &dyn Fn(&Reference) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut pending: Vec<&Node> = sequence.nodes.iter().rev().collect();
    while let Some(node) = pending.pop() {
        if node.common().is_some_and(|common| common.disabled) {
            continue;
        }
        match node {
            Node::Group(group) => pending.extend(group.nodes.iter().rev()),
            Node::Step(step) => findings.extend(of_step(step, site, has_child)),
            Node::Xml(_) => {}
        }
    }
    findings
}

fn of_step(step: &Step, site: &Site, has_child: &dyn Fn(&Reference) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for setting in &step.settings {
        let Value::References(list) = &setting.value else {
            continue;
        };
        let table = step.table();
        let property = table.and_then(|table| table.property.get(setting.property));
        let child = property.is_some_and(|property| property.kind == Type::TaskSequence);
        let list = list.iter().filter(|one| !child || !has_child(one));
        findings.extend(list.filter_map(|one| finding(one, site, child)));
    }
    findings
}

fn finding(reference: &Reference, site: &Site, child: bool) -> Option<Finding> {
    let (id, name) = (reference.id.as_str(), reference.name.as_str());
    let is_application = reference.kind == APPLICATION || id.contains('/');
    let (found, what) = if child {
        (site.sequence(id, name).is_some(), "task sequence")
    } else if is_application {
        (site.application(id, name).is_some(), "application")
    } else {
        (site.package(id, name).is_some(), "package")
    };
    if found {
        return None;
    }
    let shown = if name.is_empty() {
        id.to_owned()
    } else {
        format!("{id} ({name})")
    };
    let finding = Finding::new(
        Code::NotInSite,
        reference.span,
        format!("the site file has no {what} {shown}"),
    );
    let near = if child {
        nearest(id, site.sequences.iter().map(|own| own.id.as_str()))
    } else if is_application {
        nearest(name, site.applications.iter().map(|own| own.name.as_str()))
    } else {
        nearest(id, site.packages.iter().map(|own| own.id.as_str()))
    };
    Some(match near {
        Some(near) => finding.label(format!("did you mean {near}?")),
        None => finding.help(format!(
            "add it to the site file, or to the `also` of one of its {what}s"
        )),
    })
}
