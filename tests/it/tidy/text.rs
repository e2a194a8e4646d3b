//! Files and lines are short, and only the tables know a step type.

use super::{
    files,
    house::{source_files, test_files},
    none,
};

/// Most lines of a file, and most columns of a line.
const LINES: usize = 800;
const COLUMNS: usize = 100;

#[test]
fn only_one_module_names_pest() {
    for file in source_files() {
        let is_pest = |part: &String| matches!(part.as_str(), "pest" | "pest_derive");
        let names = file
            .named
            .iter()
            .any(|named| named.path.first().is_some_and(is_pest));
        assert_eq!(names, file.name == "src/syntax/grammar.rs", "{}", file.name);
    }
}

#[test]
fn files_are_small_and_say_what_they_are() {
    for file in source_files().iter().chain(test_files()) {
        let count = file.text.lines().count();
        assert!(count <= LINES, "{} has {count} lines", file.name);
        assert!(
            file.text.starts_with("//!"),
            "{} begins with what it is for",
            file.name
        );
    }
    for (name, text) in files("grammar", &["pest"]) {
        let count = text.lines().count();
        assert!(count <= LINES, "{name} has {count} lines");
    }
}

/// A string is not broken, and neither is a line of a table that rustfmt is told to leave alone.
#[test]
fn lines_are_short() {
    let mut long = Vec::new();
    for file in source_files().iter().chain(test_files()) {
        for (index, line) in file.text.lines().enumerate() {
            let wide = line.chars().count() > COLUMNS;
            let number = index + 1;
            if wide && file.unbroken.binary_search(&number).is_err() {
                long.push(format!("{}:{number}: {line}", file.name));
            }
        }
    }
    none("lines of more than 100 columns", &long);
}

#[test]
fn no_step_type_is_named_outside_of_the_tables() {
    let keywords: Vec<String> = tasq::internals::vocabulary::step_keywords()
        .map(|keyword| format!("\"{keyword}\""))
        .collect();
    for file in source_files() {
        for line in file.text.lines() {
            let code = line.trim_start();
            let compares = ["==", "matches!", "=>"]
                .iter()
                .any(|sign| code.contains(sign));
            let names = keywords.iter().any(|keyword| code.contains(keyword));
            let comment = code.starts_with("//");
            assert!(comment || !(compares && names), "{}: {line}", file.name);
        }
    }
}
