//! Where the facts of a test are from: the lines of the machine file.

use super::{Evaluation, FactsSeen};
use crate::{
    computer::FactQuestion,
    engine::{event::SharedText, expand::VariableName, variables::VariableValue},
    vocabulary::described_facts,
};

impl Evaluation<'_> {
    /// Where an answer is from, where somebody wants to know.
    pub(super) fn place(&self, asked: &FactQuestion<'_>, seen: &FactsSeen) -> Option<SharedText> {
        let wanted = !seen.quiet && self.options.explain;
        let place = wanted.then(|| self.scope.host.place(asked))?;
        place.map(SharedText::from)
    }

    /// Behind which step a property is not known any more, because it installed another system.
    pub(super) fn behind(&self, class: &str, property: Option<&str>) -> String {
        let key = property.and_then(|property| described_facts().key_of(class, property));
        let of_system = key.is_some_and(|key| key == "os" || key.starts_with("os."));
        let path = self.scope.host.installed_by().filter(|_| of_system);
        path.map_or_else(String::new, |path| format!(" behind {path}"))
    }

    /// Where the value of a variable is from, or that there is none.
    pub(super) fn place_of_variable(
        &self,
        name: &VariableName,
        seen: &FactsSeen,
    ) -> Option<SharedText> {
        let variables = self.scope.variables;
        match variables.by_key(&name.key) {
            Some(VariableValue::Text(value)) if variables.unseen.is_given(&name.key) => {
                let name = &*name.spelled;
                self.place(&FactQuestion::Variable { name, value }, seen)
            }
            Some(_) => None,
            // One that a step sets may be gone because of it.
            None if variables.unseen.own.has(&name.key) => None,
            None => self.place(&FactQuestion::NoVariable, seen),
        }
    }
}
