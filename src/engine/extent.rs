//! How many instructions a sequence comes to with all of its children, counted before one of them
//! is made: ten children that each run ten more are soon more than any memory holds.

use std::{collections::HashMap, ptr};

use super::{
    child::{Children, FoundChild, child_of, may_run_sequence},
    program::{MAX_CHILDREN_DEEP, is_true},
};
use crate::{
    emit::{self, WritingTarget},
    model::{Node, Sequence, Step},
};

/// The number of instructions, or fewer where sequences run each other in a circle or too deep:
/// laying them out finds that.
pub(super) fn of<'s>(sequence: &'s Sequence, children: &'s dyn Children) -> usize {
    let mut counter = InstructionCounter {
        children,
        known: HashMap::new(),
        chain: vec![sequence],
    };
    counter.nodes(&sequence.nodes, WritingTarget::of(sequence), false)
}

struct InstructionCounter<'s> {
    children: &'s dyn Children,
    /// What each child comes to, so that each is counted once.
    known: HashMap<*const Sequence, usize>,
    /// The sequence and the children around.
    chain: Vec<&'s Sequence>,
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
        if !may_run_sequence(step) {
            return 1;
        }
        let mut shape = emit::shape(step, target);
        emit::as_action_says(step, &mut shape);
        let is_disabled = is_true(&shape.attributes, "disable");
        let wanted = child_of(&shape).filter(|_| !is_disabled);
        let Some(FoundChild::Sequence(child)) = wanted.map(|wanted| self.children.child(&wanted))
        else {
            return 1;
        };
        if self.chain.len() > MAX_CHILDREN_DEEP
            || self.chain.iter().any(|around| ptr::eq(*around, child))
        {
            return 1;
        }
        if let Some(known) = self.known.get(&ptr::from_ref(child)) {
            return *known;
        }
        self.chain.push(child);
        let inner = self.nodes(&child.nodes, WritingTarget::of(child), false);
        self.chain.pop();
        let count = inner.saturating_add(2);
        self.known.insert(child, count);
        count
    }
}
