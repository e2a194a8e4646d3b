//! Where explanations say that a fact is from: each property that is derived has a key.

use tasq::internals::{
    machine::{Machine, keys},
    vocabulary::described_facts,
    wql::PropertyValue,
};

use super::{examples, machine};

#[test]
fn every_derived_property_has_the_key_that_it_follows_from() {
    let top: Vec<&str> = keys::SECTIONS
        .iter()
        .filter(|(section, _)| section.is_empty())
        .flat_map(|(_, keys)| keys.iter().copied())
        .collect();
    let mut count = 0;
    for (name, text) in examples() {
        let machine = machine(&name, &text);
        for (class, property) in derived(&machine) {
            let key = described_facts().key_of(&class, &property);
            let key = key.unwrap_or_else(|| panic!("{class}.{property} has no key"));
            let first = key.split('.').next().unwrap_or_default();
            assert!(top.contains(&first), "{class}.{property}: {key}");
            count += 1;
        }
    }
    assert!(count > 500, "{count} properties");
}

/// The classes and properties that follow from a description, in Windows and in Windows PE.
fn derived(machine: &Machine) -> Vec<(String, String)> {
    let both = [machine.classes(false), machine.classes(true)];
    let classes = both.into_iter().flatten();
    let classes = classes.filter(|((_, class), _)| {
        let mut listed = machine.wmi.iter();
        !listed.any(|own| own.class.eq_ignore_ascii_case(class))
    });
    let rows = classes.flat_map(|((_, class), rows)| rows.iter().map(move |row| (class, row)));
    let known = rows.flat_map(|(class, row)| {
        let known = row
            .named()
            .filter(|(_, value)| !matches!(value, PropertyValue::Unknown));
        known.map(move |(property, _)| (class.clone(), property.to_owned()))
    });
    known.collect()
}
