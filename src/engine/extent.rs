//! How many instructions a sequence comes to with all of its children, counted before one of them
//! is made: ten children that each run ten more are soon more than any memory holds.

use std::collections::HashMap;

use super::{
    plan::child_of,
    program::{Children, MAX_CHILDREN_DEEP, is_true},
};
use crate::{
    emit::{self, WritingTarget},
    model::{Node, Sequence, Step},
    vocabulary::StepElement,
};

/// The number of instructions, or fewer where sequences run each other in a circle or too deep:
/// laying them out finds that.
pub(super) fn of(sequence: &Sequence, children: &dyn Children) -> usize {
    let mut counter = InstructionCounter {
        children,
        known: HashMap::new(),
        chain: Vec::new(),
    };
    counter.nodes(&sequence.nodes, WritingTarget::of(sequence), false)
}

struct InstructionCounter<'s> {
    children: &'s dyn Children,
    /// What each child comes to, so that each is counted once.
    known: HashMap<String, usize>,
    /// The children around.
    chain: Vec<String>,
}

impl InstructionCounter<'_> {
    fn nodes(&mut self, nodes: &[Node], target: WritingTarget, disabled: bool) -> usize {
        let counts = nodes.iter().map(|node| match node {
            Node::Group(group) => {
                let own = is_true(&emit::group_attributes(group, target), "disable");
                2usize.saturating_add(self.nodes(&group.nodes, target, disabled || own))
            }
            Node::Step(step) if !disabled => self.step(step, target.for_step(step)),
            Node::Step(_) | Node::Xml(_) => 1,
        });
        counts.fold(0, usize::saturating_add)
    }

    /// A step, or all that stands in the place of one that runs a sequence.
    fn step(&mut self, step: &Step, target: WritingTarget) -> usize {
        let element = step.table().map(|table| table.element);
        if element != Some(StepElement::SubTaskSequence) {
            return 1;
        }
        let mut shape = emit::shape(step, target);
        emit::as_action_says(step, &mut shape);
        let id = child_of(&shape);
        if is_true(&shape.attributes, "disable")
            || self.chain.len() >= MAX_CHILDREN_DEEP
            || self.chain.contains(&id)
        {
            return 1;
        }
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let Some(child) = self.children.sequence(&id) else {
            return 1;
        };
        self.chain.push(id.clone());
        let inner = self.nodes(&child.nodes, WritingTarget::of(child), false);
        self.chain.pop();
        let count = inner.saturating_add(2);
        self.known.insert(id, count);
        count
    }
}
