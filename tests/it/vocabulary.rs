//! The tables: each can be read, and what one says of another is there.

use std::{collections::BTreeSet, fs, path::Path};

use tasq::vocabulary::{self, Dialect, Type};

#[test]
fn every_table_is_read_and_agrees_with_itself() {
    let mut classes = BTreeSet::new();
    for step in vocabulary::step_types() {
        let keyword = &step.keyword;
        assert!(
            vocabulary::step_type(keyword, step.dialect.unwrap_or_default()).is_some(),
            "{keyword}: the file is named after the keyword"
        );
        let dialect = step.dialect.unwrap_or_default();
        assert!(
            classes.insert((step.class.clone(), dialect == Dialect::Mdt)),
            "{keyword}: one table for each class"
        );
        let mut names = BTreeSet::new();
        for property in &step.property {
            let name = &property.name;
            assert!(names.insert(name), "{keyword}.{name} stands twice");
            assert!(
                property.help.ends_with('.'),
                "{keyword}.{name}: help is a sentence"
            );
            assert!(
                property.label.is_some() && property.source.is_some(),
                "{keyword}.{name}: label and source"
            );
            for other in property
                .requires
                .iter()
                .chain(&property.excludes)
                .chain(&property.required_unless)
            {
                assert!(
                    step.find(other).is_some(),
                    "{keyword}.{name} speaks of {other}"
                );
            }
            assert_eq!(
                property.kind == Type::Member,
                !property.member.is_empty(),
                "{keyword}.{name}: members"
            );
            let stored = property.variable.is_some()
                || !property.field.is_empty()
                || property.array.is_some();
            assert!(
                stored || property.attribute.is_some(),
                "{keyword}.{name} goes somewhere"
            );
            if let (Type::Member, Some(default)) = (property.kind, &property.default) {
                assert!(
                    property.member.iter().any(|member| member.xml == *default),
                    "{keyword}.{name}: its default"
                );
            }
            let unit = matches!(property.kind, Type::Duration | Type::Size | Type::Frequency);
            assert_eq!(
                unit,
                property.unit.is_some() && property.kind != Type::Integer,
                "{keyword}.{name}: unit"
            );
        }
    }
    assert_eq!(
        vocabulary::core_step_types().count(),
        12,
        "the twelve step types"
    );
    assert!(classes.len() >= 60, "the step types of the other families");
    assert!(
        !vocabulary::header().is_empty()
            && !vocabulary::common().is_empty()
            && !vocabulary::platforms().is_empty()
    );
    assert!(
        !vocabulary::conditions().condition.is_empty() && !vocabulary::reference_kinds().is_empty()
    );
}

#[test]
fn known_names_are_those_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar/variables.toml");
    let table: toml::Table = toml::from_str(&fs::read_to_string(path).expect("the table is there"))
        .expect("the table is TOML");
    let mut count = 0;
    for section in ["variable", "environment", "mdt"] {
        for entry in table[section].as_array().expect("a list of tables") {
            let name = entry["name"].as_str().expect("a name");
            assert!(vocabulary::is_known(name), "{name}");
            assert!(
                vocabulary::is_known(&name.to_uppercase()),
                "{name} in capitals"
            );
            count += 1;
        }
    }
    assert!(
        count >= vocabulary::known_names().len(),
        "nothing is known that is not in the table"
    );
    for member in [
        "OSDAdapter0IPAddressList",
        "_SMSTSPS100241",
        "_SMSTSReserved1-000",
    ] {
        assert!(vocabulary::is_known(member), "{member} belongs to a family");
    }
    for other in ["_SMSTSInWnPE", "OSDAdapterXIPAddressList", "Ring"] {
        assert!(!vocabulary::is_known(other), "{other} belongs to none");
    }
    assert_eq!(
        vocabulary::built_ins().len(),
        table["variable"].as_array().expect("a list").len()
    );
}
