//! `--base`: an export with what the sources change in it, and nothing else.

use std::fs;

use super::{entries, faults, properties, scratch, text_of, zip_of};
use crate::cli::Scratch;

const PACK: [&str; 6] = ["--format", "zip", "--base", "base.zip", "-o", "new.zip"];

/// A zip of the parent and its child, from which the sources are changed.
fn base() -> Scratch {
    let scratch = scratch();
    let args = [
        "build",
        "parent.tasq",
        "child.tasq",
        "--format",
        "zip",
        "-o",
        "base.zip",
    ];
    let done = scratch.run(&args);
    assert_eq!(done.code, Some(0), "{}", done.err);
    scratch
}

/// The entries that differ.
fn differing(scratch: &Scratch) -> Vec<String> {
    let (there, back) = (zip_of(scratch, "base.zip"), zip_of(scratch, "new.zip"));
    let (there, back) = (entries(&there), entries(&back));
    assert_eq!(there.len(), back.len());
    let both = there.into_iter().zip(back);
    both.filter(|(there, back)| there != back)
        .map(|((name, _), _)| name)
        .collect()
}

/// The properties that differ in the only object that does.
fn differing_properties(scratch: &Scratch, entry: &str) -> Vec<String> {
    let (there, back) = (zip_of(scratch, "base.zip"), zip_of(scratch, "new.zip"));
    let (there, back) = (text_of(&there, entry), text_of(&back, entry));
    let (there, back) = (properties(&there), properties(&back));
    assert_eq!(there.len(), back.len());
    there
        .into_iter()
        .filter(|(name, text)| back[name] != *text)
        .map(|(name, _)| name)
        .collect()
}

fn change(scratch: &Scratch, from: &str, to: &str) {
    let text = scratch.read("parent.tasq");
    assert!(text.contains(from), "{text}");
    fs::write(scratch.path("parent.tasq"), text.replace(from, to)).expect("written");
}

fn parent_object(scratch: &Scratch) -> String {
    let zip = zip_of(scratch, "base.zip");
    let mut names = entries(&zip).into_iter().map(|(name, _)| name);
    names
        .rfind(|name| name.ends_with("/object.xml"))
        .expect("an object")
}

#[test]
fn a_changed_property_changes_that_property_alone() {
    let scratch = base();
    change(&scratch, "Monthly & more", "Weekly <now>");
    let done = scratch.run(&[&["build", "parent.tasq"], &PACK[..]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(done.err.contains("in Description;"), "{}", done.err);
    let object = parent_object(&scratch);
    assert_eq!(differing(&scratch), std::slice::from_ref(&object));
    assert_eq!(differing_properties(&scratch, &object), ["Description"]);
    let new = text_of(&zip_of(&scratch, "new.zip"), &object);
    assert!(new.contains("<VALUE>Weekly &lt;now&gt;</VALUE>"));
    assert_eq!(faults(&[&scratch.path("new.zip")]).unwrap_or_default(), "");
}

#[test]
fn a_changed_package_changes_sequence_references_and_the_list_beside_them() {
    let scratch = base();
    change(&scratch, "PS100241", "PS100242");
    let done = scratch.run(&[&["build", "parent.tasq"], &PACK[..]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    let object = parent_object(&scratch);
    let list = object.replace("object.xml", "ReferencesInfo.xml");
    assert_eq!(differing(&scratch), [object.clone(), list.clone()]);
    assert_eq!(
        differing_properties(&scratch, &object),
        ["References", "Sequence"]
    );
    let new = zip_of(&scratch, "new.zip");
    assert!(!text_of(&new, &object).contains("PS100241"));
    assert!(text_of(&new, &list).contains("PS100242"));
    assert!(text_of(&new, &list).contains("PS100237"), "others stay");
    assert_eq!(faults(&[&scratch.path("new.zip")]).unwrap_or_default(), "");
}

#[test]
fn a_step_that_deploys_changes_the_type() {
    let scratch = base();
    let restart = "\nstep \"PE\" restart_computer < target: boot_image >\n";
    let text = scratch.read("parent.tasq") + restart;
    fs::write(scratch.path("parent.tasq"), text).expect("written");
    let done = scratch.run(&[&["build", "parent.tasq"], &PACK[..]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    let object = parent_object(&scratch);
    let changed = differing_properties(&scratch, &object);
    assert!(changed.contains(&"Type".to_owned()), "{changed:?}");
}

#[test]
fn what_a_source_does_not_say_stays_and_is_named() {
    let scratch = base();
    change(&scratch, "    description: \"Monthly & more\"\n", "");
    change(&scratch, "    boot_image: \"PS100005\"\n", "");
    let done = scratch.run(&[&["build", "parent.tasq"], &PACK[..]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(done.err.contains("is as in base.zip"), "{}", done.err);
    let kept = "which the source does not say: boot_image, description";
    assert!(done.err.contains(kept), "{}", done.err);
    assert_eq!(zip_of(&scratch, "new.zip"), zip_of(&scratch, "base.zip"));
}

#[test]
fn deflated_entries_that_stay_keep_their_bytes() {
    let scratch = base();
    let zip = zip_of(&scratch, "base.zip");
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer
        .set_comment("packed by hand")
        .expect("a short comment");
    for (name, bytes) in entries(&zip) {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(name.as_str(), options).expect("a member");
        std::io::Write::write_all(&mut writer, &bytes).expect("written");
    }
    let bytes = writer.finish().expect("a zip").into_inner();
    fs::write(scratch.path("base.zip"), &bytes).expect("written");
    change(&scratch, "Monthly & more", "Weekly");
    let done = scratch.run(&[&["build", "parent.tasq"], &PACK[..]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(differing(&scratch), [parent_object(&scratch)]);
    let new = zip_of(&scratch, "new.zip");
    assert!(new.ends_with(b"packed by hand"));
    // Of one entry alone the packed form is gone.
    let shared = entries(&new).len() - 1;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&new)).expect("a zip");
    let deflated = (0..archive.len())
        .filter(|index| {
            let member = archive.by_index(*index).expect("a member");
            member.compression() == zip::CompressionMethod::Deflated
        })
        .count();
    assert_eq!(deflated, shared);
}

#[test]
fn what_cannot_be_packed_is_refused() {
    let scratch = base();
    fs::write(
        scratch.path("other.tasq"),
        "sequence \"Other\"\n\nstep \"R\" restart_computer\n",
    )
    .expect("written");
    scratch
        .run(&[&["build", "other.tasq"], &PACK[..]].concat())
        .fails(
            2,
            &["other.tasq cannot be packed into base.zip", "\"Child\""],
        );
    scratch
        .run(&[
            "build",
            "parent.tasq",
            "--base",
            "base.zip",
            "-o",
            "new.zip",
        ])
        .fails(2, &["--base", "--format zip"]);
    scratch
        .run(&[&["build", "parent.tasq", "--fresh-id"], &PACK[..]].concat())
        .fails(2, &["--base keeps"]);
    fs::write(scratch.path("base.zip"), b"PK\x03\x04 and nothing more").expect("written");
    scratch
        .run(&[&["build", "parent.tasq"], &PACK[..]].concat())
        .fails(2, &["base.zip cannot be packed again"]);
    // The base itself is never written over.
    let scratch = base();
    let args = [
        "build",
        "parent.tasq",
        "--format",
        "zip",
        "--base",
        "base.zip",
    ];
    scratch
        .run(&[&args[..], &["-o", "base.zip", "--force"]].concat())
        .fails(2, &["base.zip is an input"]);
}
