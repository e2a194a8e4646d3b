//! Genuine exports: there and back, entry by entry.

use std::{collections::BTreeSet, fs, path::PathBuf};

use super::{entries, faults, properties, zip_of};
use crate::{cli::Scratch, corpus};

/// What no source knows of an object, and docs/fidelity.md lists: names of servers, dates,
/// counters, what the site gives, and what a product of the time did not have.
const OF_THE_SITE: [&str; 12] = [
    "__PATH",
    "__NAMESPACE",
    "__SERVER",
    "__PROPERTY_COUNT",
    "LastRefreshTime",
    "SourceDate",
    "SedoObjectVersion",
    "SourceSite",
    "ReferencesCount",
    "PkgFlags",
    "Icon",
    "IconSize",
];

/// Properties that came to the class after the oldest of these exports.
const LATER: [&str; 7] = [
    "BaseBoardProductID",
    "DriverManufacturer",
    "DriverModel",
    "DriverOSVersion",
    "DriverPkgVersion",
    "SourceSize",
    "TsEnabled",
];

/// Values in the lists of references that are the site's.
const OF_REFERENCES: [&str; 4] = [
    "ReferenceDescription",
    "ReferenceVersion",
    "RefAppCI_ID",
    "RefAppPackageID",
];

/// The zips of the corpus.
fn zips() -> Vec<PathBuf> {
    let Some(corpus) = corpus::folder() else {
        println!("corpus absent: skipped");
        return Vec::new();
    };
    let mut all: Vec<PathBuf> = fs::read_dir(corpus.join("configmgr-zip"))
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "zip"))
        .collect();
    all.sort();
    all
}

/// Decompiles an export into a scratch folder; gives its sources.
fn decompiled(scratch: &Scratch) -> Vec<String> {
    let done = scratch.run(&["decompile", "export.zip", "-o", "src/"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let all = crate::cli::files_in(&scratch.path("src"));
    all.into_iter().map(|name| format!("src/{name}")).collect()
}

#[test]
fn every_genuine_zip_is_packed_again_to_the_byte() {
    for path in zips() {
        let bytes = fs::read(&path).expect("a zip");
        let scratch = Scratch::new(&[("export.zip", &bytes)]);
        let sources = decompiled(&scratch);
        let mut args = vec!["build"];
        args.extend(sources.iter().map(String::as_str));
        args.extend(["--format", "zip", "--base", "export.zip", "-o", "again.zip"]);
        let done = scratch.run(&args);
        assert_eq!(done.code, Some(0), "{}", done.err);
        assert!(done.err.contains(" is as in export.zip"), "{}", done.err);
        assert!(zip_of(&scratch, "again.zip") == bytes, "{}", path.display());
    }
}

#[test]
fn every_genuine_zip_comes_back_but_for_what_the_site_knows() {
    for path in zips() {
        let name = path.display().to_string();
        let bytes = fs::read(&path).expect("a zip");
        let scratch = Scratch::new(&[("export.zip", &bytes)]);
        let sources = decompiled(&scratch);
        let mut args = vec!["build"];
        args.extend(sources.iter().map(String::as_str));
        args.extend(["--format", "zip", "-o", "again.zip"]);
        let done = scratch.run(&args);
        assert_eq!(done.code, Some(0), "{name}: {}", done.err);
        assert_eq!(
            faults(&[&path, &scratch.path("again.zip")]).unwrap_or_default(),
            ""
        );
        let (there, back) = (entries(&bytes), entries(&zip_of(&scratch, "again.zip")));
        assert_eq!(there.len(), back.len(), "{name}: the number of entries");
        for ((name_there, there), (name_back, back)) in there.iter().zip(&back) {
            let what = format!("{name}: {name_there}");
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
            same_entry(&what, (name_there, &text(there)), (name_back, &text(back)));
        }
    }
}

/// Compares an entry with what was written for it.
fn same_entry(what: &str, (name, there): (&str, &str), (other, back): (&str, &str)) {
    if name.ends_with(".psmdcp") {
        // Its name is made up anew, and the administrator's comment is none of the sequence.
        assert!(other.ends_with(".psmdcp"), "{what}: the order");
        let (before, _) = there.split_once("<dc:description").expect("a comment");
        assert!(back.starts_with(before), "{what}");
        return;
    }
    assert_eq!(name, other, "{what}: the order");
    if name.ends_with("/object.xml") {
        same_object(what, there, back);
    } else if name.ends_with("ReferencesInfo.xml") {
        assert_eq!(without_site(there), without_site(back), "{what}");
    } else if name == "Manifest.xml" {
        let rest = |text: &str| text.replace(scope(text), "");
        assert_eq!(rest(there), rest(back), "{what}");
    } else if name == "_rels/.rels" {
        let own = |text: &str| text.split("TargetMode").nth(1).map(str::to_owned);
        let cut =
            |text: Option<String>| text.and_then(|text| Some(text.split_once(" />")?.0.to_owned()));
        assert_eq!(cut(own(there)), cut(own(back)), "{what}");
    } else if name.ends_with("USERSTATE_MIGRATION_PACKAGE.xml") {
        // The package is one of the site that exported, or none.
        assert_eq!(there.len(), back.len(), "{what}");
        assert_eq!(there[..11], back[..11], "{what}");
    } else {
        assert_eq!(there, back, "{what}");
    }
}

/// The authoring scope of a manifest.
fn scope(text: &str) -> &str {
    let start = text.find("ScopeId_").expect("a scope");
    &text[start..start + 44]
}

/// A list of references without what only the site knows.
fn without_site(text: &str) -> String {
    let mut out = text.to_owned();
    for name in OF_REFERENCES {
        let mut at = 0;
        while let Some(found) = out[at..].find(name) {
            let start = at + found;
            let value = out[start..].find("&lt;VALUE&gt;").expect("a value") + start + 13;
            let end = out[value..].find("&lt;/VALUE").expect("its end") + value;
            out.replace_range(value..end, "");
            at = value;
        }
    }
    out
}

/// Compares objects property by property.
fn same_object(what: &str, there: &str, back: &str) {
    let (there, back) = (properties(there), properties(back));
    assert!(
        there.len() > 70 && back.len() == 88,
        "{what}: {} {}",
        there.len(),
        back.len()
    );
    let own: BTreeSet<&String> = there.keys().collect();
    let all: BTreeSet<&String> = back.keys().collect();
    assert!(own.is_subset(&all), "{what}: {own:?}");
    for name in all.difference(&own) {
        assert!(LATER.contains(&name.as_str()), "{what}: {name} is new");
    }
    for (name, text) in &there {
        if !OF_THE_SITE.contains(&name.as_str()) {
            assert_eq!(text, &back[name], "{what}: {name}");
        }
    }
}
