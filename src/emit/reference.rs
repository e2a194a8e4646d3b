//! The list of references: what enabled steps refer to, in the order of first use.

use std::{
    collections::HashSet,
    io::{self, Write},
};

use super::{sequence::WritingTarget, variables};
use crate::{
    model::{Node, Reference, Sequence, Step, Value},
    vocabulary::{Dialect, ProductVersion, Referenced},
    xml::XmlWriter,
};

/// One `<reference>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceEntry {
    /// The identifier.
    pub id: String,
    /// Whether it is an application's, else a package's.
    pub application: bool,
    /// The program's name, or `*` for a sequence.
    pub program: Option<String>,
}

impl ReferenceEntry {
    /// The attributes of its element.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let id = (
            if self.application {
                "application"
            } else {
                "package"
            },
            self.id.as_str(),
        );
        std::iter::once(id).chain(self.program.as_deref().map(|program| ("program", program)))
    }
}

/// What a sequence refers to: of each enabled step the identifiers of each list sorted, each at its
/// first use.
pub fn references(sequence: &Sequence) -> Vec<ReferenceEntry> {
    let mut out = Vec::new();
    let mut seen = HashSet::new();
    let mut stack = vec![sequence.nodes.iter()];
    while let Some(members) = stack.last_mut() {
        match members.next() {
            Some(Node::Group(group)) if !group.common.disabled => stack.push(group.nodes.iter()),
            Some(Node::Step(step)) if !step.common.disabled => {
                let mut entries = of_step(step);
                entries.retain(|entry| seen.insert(entry.id.clone()));
                out.extend(entries);
            }
            Some(_) => {}
            None => {
                stack.pop();
            }
        }
    }
    out
}

fn of_step(step: &Step) -> Vec<ReferenceEntry> {
    let Some(table) = step.table() else {
        return foreign(step);
    };
    let mut out = Vec::new();
    for (index, property) in table.property.iter().enumerate() {
        let (Some(kind), Some(setting)) = (
            property.reference,
            step.settings
                .iter()
                .find(|setting| setting.property == index),
        ) else {
            continue;
        };
        let Value::References(list) = &setting.value else {
            continue;
        };
        let program = match kind {
            Referenced::TaskSequence => Some("*".to_owned()),
            Referenced::PackageProgram => step
                .setting("program")
                .and_then(|program| program.value.text())
                .map(str::to_owned),
            Referenced::Package | Referenced::Application => None,
        };
        let mut ids: Vec<&Reference> = list.iter().collect();
        ids.sort_by(|a, b| a.id.cmp(&b.id));
        out.extend(ids.into_iter().map(|reference| ReferenceEntry {
            id: reference.id.clone(),
            application: kind == Referenced::Application,
            program: program.clone(),
        }));
    }
    out
}

/// A step type in quotes: variables named like a package's that hold an identifier (image, client,
/// driver packages).
fn foreign(step: &Step) -> Vec<ReferenceEntry> {
    let is_id = |text: &str| {
        text.len() == 8
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let target = WritingTarget {
        product: ProductVersion::NEWEST,
        dialect: Dialect::ConfigMgr,
        line_end: crate::xml::LineEnd::CrLf,
    };
    variables::of_step(step, target)
        .iter()
        .filter(|variable| {
            ["PackageID", "Package"]
                .iter()
                .any(|end| variable.property.ends_with(end))
        })
        .filter(|variable| is_id(&variable.text))
        .map(|variable| ReferenceEntry {
            id: variable.text.to_string(),
            application: false,
            program: None,
        })
        .collect()
}

/// Writes the list, if anything is referred to.
pub(super) fn write<W: Write>(writer: &mut XmlWriter<W>, sequence: &Sequence) -> io::Result<()> {
    let list = references(sequence);
    if list.is_empty() {
        return Ok(());
    }
    writer.open("referenceList", &[])?;
    for entry in &list {
        let attributes: Vec<_> = entry.attributes().collect();
        writer.empty("reference", &attributes)?;
    }
    writer.close("referenceList")
}
