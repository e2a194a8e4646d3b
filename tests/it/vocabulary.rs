//! The tables: each can be read, and what one says of another is there.

use std::{collections::BTreeSet, fs, path::Path};

use tasq::internals::vocabulary::{self, Dialect, Property, StepType, Type};

fn property_agrees_with_itself(step: &StepType, property: &Property) {
    let (keyword, name) = (&step.keyword, &property.name);
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
    let stored =
        property.variable.is_some() || !property.field.is_empty() || property.array.is_some();
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
            property_agrees_with_itself(step, property);
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
    let table = table("variables.toml");
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

/// Names in a table that nothing but the table itself could check.
#[test]
fn what_tables_name_is_there() {
    for step in vocabulary::step_types() {
        let keyword = &step.keyword;
        for property in &step.property {
            let at = format!("{keyword}.{}", property.name);
            let others = property.only_with.iter().map(|with| &with.property);
            let others = others.chain(property.default_with.iter().map(|with| &with.property));
            for other in others.chain(property.member.iter().flat_map(|one| &one.requires)) {
                assert!(step.find(other).is_some(), "{at} speaks of {other}");
            }
            if let Some(with) = &property.only_with {
                let other = step.find(&with.property).map(|(_, other)| other);
                assert!(
                    other.is_some_and(|other| other.member(&with.member).is_some()),
                    "{at}: {}",
                    with.member
                );
            }
            let fields = property.field.iter();
            let fields = fields.chain(property.array.iter().flat_map(|array| &array.field));
            for field in fields {
                let holes = ["{id}", "{name}", "{kind_code}", "{size}"];
                let rest = holes
                    .iter()
                    .fold(field.value.clone(), |text, hole| text.replace(hole, ""));
                assert!(!rest.contains(['{', '}']), "{at}: {}", field.value);
            }
            if let Some(attribute) = &property.attribute {
                let known = [
                    "action",
                    "successCodeList",
                    "retryCount",
                    "timeout",
                    "startIn",
                ];
                assert!(known.contains(&attribute.as_str()), "{at}: {attribute}");
            }
        }
        let known = [
            "runIn",
            "successCodeList",
            "retryCount",
            "runFromNet",
            "startIn",
            "timeout",
        ];
        for attribute in step.attributes.keys() {
            assert!(
                known.contains(&attribute.as_str()),
                "{keyword}: {attribute}"
            );
        }
    }
}

/// A table of the folder `grammar`.
fn table(name: &str) -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("grammar")
        .join(name);
    toml::from_str(&fs::read_to_string(path).expect("the table is there")).expect("TOML")
}

/// The step types of a keyword, one for each dialect.
fn of_keyword(keyword: &str) -> Vec<&'static StepType> {
    vocabulary::step_types()
        .filter(|step| step.keyword == keyword)
        .collect()
}

#[test]
fn usage_names_step_types_and_properties_that_are_there() {
    for (keyword, counts) in &table("usage.toml") {
        let types = of_keyword(keyword);
        assert!(!types.is_empty(), "usage of {keyword}");
        for name in counts.as_table().expect("counts").keys() {
            let own = types.iter().any(|step| step.find(name).is_some());
            let common = vocabulary::common().iter().any(|one| one.name == *name);
            let quoted = vocabulary::quoted().iter().any(|one| one.name == *name);
            let known = own || common || quoted || name == "product";
            assert!(known, "usage of {keyword}.{name}");
        }
    }
}

#[test]
fn built_ins_are_set_by_step_types_that_are_there() {
    for built_in in vocabulary::built_ins() {
        if built_in.fact.is_some() {
            assert_eq!(
                vocabulary::output_of(&built_in.name),
                Some("set_dynamic_variables"),
                "{}: only this step fills variables with facts",
                built_in.name
            );
        }
        if let Some(owner) = &built_in.own_value_of {
            let known = !of_keyword(owner).is_empty()
                || vocabulary::step_types().any(|step| step.class == *owner);
            assert!(known, "{} is a value of {owner}", built_in.name);
        }
    }
}

#[test]
fn operators_apply_to_conditions_that_are_there() {
    let conditions = vocabulary::conditions();
    for operator in &conditions.operator {
        for keyword in &operator.applies {
            assert!(
                conditions
                    .condition
                    .iter()
                    .any(|one| one.keyword == *keyword),
                "{} applies to {keyword}",
                operator.written
            );
        }
    }
}

#[test]
fn globals_are_variables_of_properties() {
    assert!(
        table("globals.toml")["global"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|one| one["variable"].as_str())
            .all(|name| vocabulary::global_property(name).is_some())
    );
}

#[test]
fn entries_of_variables_say_what_they_must() {
    let variables = table("variables.toml");
    let keys: [(&str, &[&str]); 3] = [
        ("family", &["access", "help", "pattern"]),
        ("environment", &["name"]),
        ("mdt", &["help", "name"]),
    ];
    for (section, known) in keys {
        for entry in variables[section].as_array().expect("a list") {
            let own: Vec<&str> = entry
                .as_table()
                .expect("a table")
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(own, known, "{section}: {entry}");
            if let Some(access) = entry.get("access").and_then(toml::Value::as_str) {
                assert!(["read_only", "settable"].contains(&access), "{entry}");
            }
        }
    }
}

/// Where Gather's variables come from stands in one table, which each of its step types names.
#[test]
fn gather_fills_what_its_step_types_set() {
    let names: BTreeSet<&str> = vocabulary::gathered()
        .iter()
        .map(|own| own.name.as_str())
        .collect();
    assert_eq!(names.len(), vocabulary::gathered().len(), "each name once");
    for own in vocabulary::gathered() {
        assert_eq!(own.class.is_some(), own.property.is_some(), "{}", own.name);
        assert!(
            own.only.is_none() || own.name.ends_with('#'),
            "{}",
            own.name
        );
    }
    let mut tables = 0;
    for step in vocabulary::step_types().filter(|step| step.keyword == "gather") {
        tables += 1;
        for name in step.outputs() {
            assert!(names.contains(name), "{name} has no row");
        }
        let missing =
            |name: &&&str| !name.starts_with('_') && !step.outputs().any(|own| own == **name);
        assert_eq!(names.iter().find(missing), None, "{:?}", step.dialect);
    }
    assert_eq!(tables, 2);
}
