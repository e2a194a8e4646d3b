//! The variables that the XML of a step leaves out and the run may still set.

use super::{
    expand::{Template, VariableName},
    plan::PropertyDefault,
};
use crate::{
    model::Step,
    vocabulary::{Overridable, Property, Switch, Type},
};

/// Adds the variables that the XML does not have and that win over the step's own setting if the
/// run has set them: each is empty by itself.
pub(super) fn add_absent(step: &Step, defaults: &mut Vec<PropertyDefault>) {
    let Some(table) = step.table() else { return };
    for property in &table.property {
        if !matches!(
            property.overridable,
            Some(Overridable::Yes | Overridable::Implied)
        ) {
            continue;
        }
        let has_account = has(defaults, property.variable.as_deref().unwrap_or(""));
        let own = property.variable.iter().map(String::as_str);
        let fields = property.field.iter().map(|field| field.variable.as_str());
        for name in own.chain(fields) {
            if !name.starts_with('_') && !has(defaults, name) {
                defaults.push(absent(property, name));
            }
        }
        if let Some(switch) = &property.switch
            && !has(defaults, &switch.variable)
        {
            defaults.push(absent_switch(switch, has_account));
        }
    }
}

fn has(defaults: &[PropertyDefault], name: &str) -> bool {
    let key = super::variables::key(name);
    defaults.iter().any(|default| default.name.key == key)
}

fn absent(property: &Property, name: &str) -> PropertyDefault {
    PropertyDefault {
        name: VariableName::new(name),
        property: property.property.clone().unwrap_or_default(),
        value: Template::plain(""),
        is_command: false,
        overridable: true,
        twin: None,
        secret: None,
        masked: property.kind == Type::Secret,
    }
}

/// A switch that only the product sets is on where the XML of an older product says what it
/// switches.
fn absent_switch(switch: &Switch, on: bool) -> PropertyDefault {
    let twin = switch.variable.strip_prefix('_').map(VariableName::new);
    let value = match (&twin, on) {
        (None, _) => "",
        (Some(_), true) => "true",
        (Some(_), false) => "false",
    };
    PropertyDefault {
        name: VariableName::new(&switch.variable),
        property: switch.property.clone(),
        value: Template::plain(value),
        is_command: false,
        overridable: twin.is_none(),
        twin,
        secret: None,
        masked: false,
    }
}
