//! Set Dynamic Variables: the variables that it fills before the engine looks at its rules.

use super::Action;
use crate::{
    computer::{Computer, Outcome, Work},
    fact::{Fact, Known},
};

/// The facts that are gathered, and their variables.
const GATHERED: [(Fact, &str); 8] = [
    (Fact::Make, "_SMSTSMake"),
    (Fact::Model, "_SMSTSModel"),
    (Fact::MacAddresses, "_SMSTSMacAddresses"),
    (Fact::IpAddresses, "_SMSTSIPAddresses"),
    (Fact::SerialNumber, "_SMSTSSerialNumber"),
    (Fact::AssetTag, "_SMSTSAssetTag"),
    (Fact::Uuid, "_SMSTSUUID"),
    (Fact::Gateways, "_SMSTSDefaultGateways"),
];

/// Set Dynamic Variables.
pub(super) struct SetDynamicVariables;

impl Action for SetDynamicVariables {
    fn keyword(&self) -> &'static str {
        "set_dynamic_variables"
    }

    fn repeats(&self) -> bool {
        true
    }

    fn perform(&self, on: &mut dyn Computer, _: &Work<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        for (fact, variable) in GATHERED {
            match on.fact(fact) {
                Known::Yes(value) => outcome.variables.push((variable.to_owned(), value)),
                Known::No => outcome.variables.push((variable.to_owned(), String::new())),
                // A condition that asks for it names it.
                Known::Unknown(_) => {}
            }
        }
        outcome
    }
}
