//! What steps ask in the same way on every host.

use crate::{
    computer::{Host, Outcome, Work},
    fact::{Fact, Known},
};

/// The variables that Set Dynamic Variables fills before it looks at its rules.
pub(crate) fn known_facts(host: &dyn Host) -> Outcome {
    let names = [
        (Fact::Make, "_SMSTSMake"),
        (Fact::Model, "_SMSTSModel"),
        (Fact::MacAddresses, "_SMSTSMacAddresses"),
        (Fact::IpAddresses, "_SMSTSIPAddresses"),
        (Fact::SerialNumber, "_SMSTSSerialNumber"),
        (Fact::AssetTag, "_SMSTSAssetTag"),
        (Fact::Uuid, "_SMSTSUUID"),
        (Fact::Gateways, "_SMSTSDefaultGateways"),
    ];
    let mut outcome = Outcome::default();
    for (fact, variable) in names {
        match host.fact(fact) {
            Known::Yes(value) => outcome.variables.push((variable.to_owned(), value)),
            Known::No => outcome.variables.push((variable.to_owned(), String::new())),
            // A condition that asks for it names it.
            Known::Unknown(_) => {}
        }
    }
    outcome
}

/// The value of a check that is on: its flag is set, or it is a flag itself.
pub(crate) fn wanted<'a>(work: &'a Work<'_>, property: &str) -> Option<&'a str> {
    let value = |wanted: &str| {
        let found = work.values.iter().find(|(name, _)| name == wanted);
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    };
    let flag = work
        .step
        .table()
        .and_then(|table| table.find(property))
        .and_then(|(_, property)| property.switch.as_ref());
    let on = match flag.and_then(|flag| value(&flag.variable)) {
        Some(flag) => flag.eq_ignore_ascii_case("true"),
        None => true,
    };
    value(property).filter(|value| on && !value.eq_ignore_ascii_case("false"))
}
