//! Zips in zips: read, and named where something is found.

use std::io::{Cursor, Write as _};

use super::{scratch, zip_of};
use crate::cli::Scratch;

/// A zip with these members.
fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).expect("a member");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("a zip").into_inner()
}

fn export() -> Vec<u8> {
    let scratch = scratch();
    let done = scratch.run(&["build", "child.tasq", "--format", "zip", "-o", "a.zip"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    zip_of(&scratch, "a.zip")
}

#[test]
fn an_export_in_a_zip_is_read() {
    let outer = packed(&[("readme.md", b"#"), ("OSD/Lab.ZIP", &export())]);
    let scratch = Scratch::new(&[("outer.zip", &outer)]);
    let done = scratch.run(&["decompile", "outer.zip", "-o", "lab.tasq"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let place = "outer.zip!OSD/Lab.ZIP!SMS_TaskSequencePackage/";
    assert!(done.err.contains(place), "{}", done.err);
    assert!(scratch.read("lab.tasq").contains("step \"Restart\""));
}

#[test]
fn a_broken_inner_zip_is_named_and_costs_only_itself() {
    let mut broken = export();
    broken.truncate(200);
    let outer = packed(&[
        ("bad.zip", &broken),
        ("good.zip", &export()),
        ("text.zip", b"no zip"),
    ]);
    let scratch = Scratch::new(&[("outer.zip", &outer)]);
    let done = scratch.run(&["check", "outer.zip", "--output-format", "short"]);
    done.fails(1, &["outer.zip!bad.zip:", "this archive cannot be read"]);
    assert!(!done.err.contains("text.zip"), "{}", done.err);
    let done = scratch.run(&["decompile", "outer.zip", "-o", "src/"]);
    assert_eq!(done.code, Some(1), "{}", done.err);
    assert_eq!(crate::cli::files_in(&scratch.path("src")), ["child.tasq"]);
}

#[test]
fn zips_do_not_go_deeper_than_anybody_packs_them() {
    let mut bytes = export();
    for depth in 0..6 {
        bytes = packed(&[(&format!("z{depth}.zip"), &bytes)]);
    }
    let scratch = Scratch::new(&[("outer.zip", &bytes)]);
    let done = scratch.run(&["check", "outer.zip", "--output-format", "short"]);
    done.fails(1, &["lies too deep"]);
}
