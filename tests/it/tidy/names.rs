//! A name of a type has one meaning.

use std::collections::BTreeMap;

use super::{house::source_files, only_down};

/// How many types share their name with another one.
const SHARED: usize = 18;

#[test]
fn types_share_few_names() {
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in source_files() {
        for name in &file.types {
            places.entry(name).or_default().push(&file.name);
        }
    }
    let shared: Vec<String> = places
        .iter()
        .filter(|(_, files)| files.len() > 1)
        .flat_map(|(name, files)| files.iter().map(move |file| format!("{name} in {file}")))
        .collect();
    only_down("types that share their name", [SHARED], &[shared]);
}
