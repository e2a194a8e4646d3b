//! What earlier attempts have shown: how far each node must step back from its most readable form.

use std::collections::{HashMap, HashSet};

use crate::write::WrittenPart;

/// How a step is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepForm {
    /// By its step type and properties.
    #[default]
    Typed,
    /// By its class in quotes and the XML's variables.
    Quoted,
    /// By the element itself.
    Xml,
}

/// The exceptions from the most readable form. A node is named by the byte of the file it begins
/// at.
#[derive(Clone, Debug, Default)]
pub struct StepBackPlan {
    levels: HashMap<u32, StepForm>,
    spelled: HashSet<(u32, WrittenPart)>,
}

impl StepBackPlan {
    /// How a node is said.
    pub fn level(&self, node: u32) -> StepForm {
        self.levels.get(&node).copied().unwrap_or_default()
    }

    /// Whether a part is said in the XML's own spelling.
    pub fn is_spelled(&self, node: u32, part: WrittenPart) -> bool {
        self.spelled.contains(&(node, part))
    }

    /// Steps back where something was refused; false when there is nothing left to step back to.
    pub fn step_back(&mut self, node: u32, part: WrittenPart) -> bool {
        if part != WrittenPart::Whole && self.spelled.insert((node, part)) {
            return true;
        }
        let level = self.levels.entry(node).or_default();
        *level = match *level {
            StepForm::Typed => StepForm::Quoted,
            StepForm::Quoted => StepForm::Xml,
            StepForm::Xml => return false,
        };
        true
    }
}
