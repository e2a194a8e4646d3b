//! The sequences that Run Task Sequence steps run: what a step says of one, and where it is found.

use std::fmt;

use crate::{
    emit::{self, Shape, WritingTarget},
    model::{Node, Sequence, Step},
    vocabulary::StepElement,
};

/// What a step says of the sequence that it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChildName {
    /// Its package identifier; empty where the step has none.
    pub id: String,
    /// Its name; empty where the step has none.
    pub name: String,
}

impl ChildName {
    /// What the variables of a step say.
    fn of_shape(shape: &Shape<'_>) -> ChildName {
        let text = |property: &str| {
            let mut variables = shape.variables.iter().flatten();
            let own = variables.find(|variable| variable.property == property);
            own.map_or("", |own| own.text.trim()).to_owned()
        };
        let (id, shown) = (text("TsPackageID"), text("TsName"));
        // The console shows `ID, name`; many exports have the name alone.
        let behind = shown.strip_prefix(id.as_str()).filter(|_| !id.is_empty());
        let name = match behind {
            Some("" | ",") => "",
            Some(rest) => rest.strip_prefix(", ").unwrap_or(&shown),
            None => &shown,
        };
        ChildName {
            name: name.to_owned(),
            id,
        }
    }

    /// The identifier, else the name: what people call it in a list.
    pub fn short(&self) -> &str {
        if self.id.is_empty() {
            &self.name
        } else {
            &self.id
        }
    }
}

impl fmt::Display for ChildName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.id.as_str(), self.name.as_str()) {
            ("", "") => f.write_str("task sequence without a name"),
            (id, "") => write!(f, "task sequence {id}"),
            ("", name) => write!(f, "task sequence \"{name}\""),
            (id, name) => write!(f, "task sequence {id} \"{name}\""),
        }
    }
}

/// What was found for a step.
#[derive(Clone, Copy, Debug)]
pub enum FoundChild<'s> {
    /// The sequence.
    Sequence(&'s Sequence),
    /// None, and perhaps why.
    Nowhere(Option<&'s str>),
}

/// Where child sequences are found.
pub trait Children {
    /// The sequence that a step means.
    fn child(&self, wanted: &ChildName) -> FoundChild<'_>;
}

/// No child sequences.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoChildren;

impl Children for NoChildren {
    fn child(&self, _: &ChildName) -> FoundChild<'_> {
        FoundChild::Nowhere(None)
    }
}

/// The sequence that a step of this shape runs; `None` for a step that runs none.
pub(super) fn child_of(shape: &Shape<'_>) -> Option<ChildName> {
    (shape.element == StepElement::SubTaskSequence.name()).then(|| ChildName::of_shape(shape))
}

/// The sequences that the steps of a sequence run, in order, each once. A step that is disabled, or
/// stands in something that is, runs none.
pub fn wanted_children(sequence: &Sequence) -> Vec<ChildName> {
    children_of(sequence, false)
}

/// The same with those of disabled steps.
pub fn named_children(sequence: &Sequence) -> Vec<ChildName> {
    children_of(sequence, true)
}

fn children_of(sequence: &Sequence, disabled: bool) -> Vec<ChildName> {
    let target = WritingTarget::of(sequence);
    let mut out: Vec<ChildName> = Vec::new();
    let mut pending: Vec<&Node> = sequence.nodes.iter().rev().collect();
    while let Some(node) = pending.pop() {
        match node {
            Node::Group(group) => {
                if disabled || !is_disabled(&emit::group_attributes(group, target)) {
                    pending.extend(group.nodes.iter().rev());
                }
            }
            Node::Step(step) if may_run_sequence(step) => {
                let mut shape = emit::shape(step, target.for_step(step));
                emit::as_action_says(step, &mut shape);
                let wanted = child_of(&shape);
                let wanted = wanted.filter(|_| disabled || !is_disabled(&shape.attributes));
                out.extend(wanted.filter(|wanted| !out.contains(wanted)));
            }
            Node::Step(_) | Node::Xml(_) => {}
        }
    }
    out
}

/// Whether a step may run a sequence, without looking at how it is written.
pub(super) fn may_run_sequence(step: &Step) -> bool {
    let element = step.table().map(|table| table.element);
    element.is_none_or(|element| element == StepElement::SubTaskSequence)
}

fn is_disabled(attributes: &[(String, String)]) -> bool {
    super::program::is_true(attributes, "disable")
}
