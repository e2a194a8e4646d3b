//! The console's zip: what is written, that it is what the console writes, and what an import of it
//! would overwrite.

mod base;
mod forms;
mod genuine;
mod mdt;
mod nested;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::{Cursor, Read as _},
    path::Path,
    process::Command,
};

use tasq::internals::console::relationship;

use crate::cli::Scratch;

/// A parent that runs a child, an application and a package.
const PARENT: &str = r#"sequence "Patch night" <
    description: "Monthly & more"
    boot_image: "PS100005"
    maximum_run_time: 90min
    enabled: false
    restart_required: true
    high_impact: true
    supported_platforms: [
        "All Windows 10 (64-bit) Client",
        "x64 10.00.0000.0 to 10.00.19999.9999",
    ]
>

step "Copy" run_command_line < "setup.exe", package: package("PS100241", "Tools") >

step "Child" run_task_sequence < task_sequence: task_sequence("PS100237", "Child") >
"#;

const CHILD: &str = "sequence \"Child\"\n\nstep \"Restart\" restart_computer\n";

/// The entries of a zip, in their order.
pub fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let count = archive.len();
    let read = |index| {
        let mut member = archive.by_index(index).expect("an entry");
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).expect("its content");
        let name = member.name().expect("a name").into_owned();
        (name, bytes)
    };
    (0..count).map(read).collect()
}

/// The text of an entry.
pub fn text_of(bytes: &[u8], name: &str) -> String {
    let found = entries(bytes).into_iter().find(|(own, _)| own == name);
    let (_, bytes) = found.unwrap_or_else(|| panic!("{name} is in the zip"));
    String::from_utf8(bytes).expect("text")
}

/// The properties of an object's text, each with all that stands of it.
pub fn properties(object: &str) -> BTreeMap<String, String> {
    let sequence = object.find("<![CDATA[").expect("a sequence");
    let mut out = BTreeMap::new();
    let mut at = 0;
    while let Some(start) = object[at..].find("\r\n  <PROPERTY") {
        let start = at + start;
        let from = if start < sequence {
            start
        } else {
            object[start..].find("NAME").expect("a name") + start
        };
        let name = object[from..].split('"').nth(1).expect("a name").to_owned();
        let end = object[start..]
            .find("\r\n  </PROPERTY")
            .map(|end| start + end)
            .expect("its end");
        // One in an empty element stands on one line.
        let line = object[start + 2..].find("\r\n").expect("a line") + start + 2;
        let end = if object[start..line].contains("</PROPERTY") {
            line
        } else {
            end
        };
        out.insert(name, object[start..end].to_owned());
        at = end;
    }
    out
}

/// Asks the reader that is not ours; `None` where there is no Python.
pub fn faults<P: AsRef<OsStr>>(files: &[P]) -> Option<String> {
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console/opc.py");
    let done = Command::new("python3").arg(oracle).args(files).output();
    let Ok(done) = done else {
        println!("python3 absent: skipped");
        return None;
    };
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let failed = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(failed, "", "the oracle runs");
    assert_eq!(done.status.success(), said.trim().is_empty(), "{said}");
    Some(said.trim().to_owned())
}

fn scratch() -> Scratch {
    Scratch::new(&[
        ("tasq.toml", b"[project]\nname = \"Contoso\"\n"),
        ("parent.tasq", PARENT.as_bytes()),
        ("child.tasq", CHILD.as_bytes()),
    ])
}

fn zip_of(scratch: &Scratch, name: &str) -> Vec<u8> {
    fs::read(scratch.path(name)).expect("a zip was written")
}

#[test]
fn relationships_are_those_of_genuine_exports() {
    assert_eq!(
        relationship("SMS_TaskSequencePackage", &["PS100001"]),
        "SMS_TaskSequencePackage-81176A2AE0D8BB9B45D652386F0B0BEED7443CAF95D829F0C05C4A52B3DC3F9A"
    );
    assert_eq!(
        relationship("SMS_Program", &["CHQ0000E", "Multiplatform x64"]),
        "SMS_Program-510F1518FF9A08AC8363C57FB8CF2039D357273FB8A19E040061B68EE5F5653A"
    );
}

#[test]
fn a_parent_and_its_child_are_one_zip_that_others_can_read() {
    let scratch = scratch();
    let sources = ["build", "parent.tasq", "child.tasq", "--format", "zip"];
    let done = scratch.run(&[&sources[..], &["-o", "out.zip"]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    let zip = zip_of(&scratch, "out.zip");
    let names: Vec<String> = entries(&zip).into_iter().map(|(name, _)| name).collect();
    let folder = "SMS_TaskSequencePackage";
    let objects: Vec<&String> = names
        .iter()
        .filter(|name| name.ends_with("object.xml"))
        .collect();
    assert_eq!(objects[0], &format!("{folder}/PS100237/object.xml"));
    assert_eq!(objects.len(), 2);
    assert_eq!(
        names[0],
        format!("{folder}/USERSTATE_MIGRATION_PACKAGE.xml")
    );
    let manifest = text_of(&zip, "Manifest.xml");
    let child = manifest.find("'PS100237'").expect("the child is listed");
    assert!(
        child
            < manifest
                .rfind("PackageID=")
                .expect("the parent is, behind it")
    );
    assert_eq!(faults(&[&scratch.path("out.zip")]).unwrap_or_default(), "");
    // The same input gives the same bytes, from wherever the project lies.
    let other = self::scratch();
    other.run(&[&sources[..], &["-o", "again.zip"]].concat());
    assert_eq!(zip_of(&other, "again.zip"), zip);
    let checked = scratch.run(&["check", "out.zip", "--output-format", "short"]);
    assert_eq!(checked.code, Some(0), "{}", checked.err);
}

#[test]
fn the_oracle_sees_what_is_wrong() {
    let scratch = scratch();
    scratch.run(&["build", "child.tasq", "--format", "zip", "-o", "out.zip"]);
    let zip = zip_of(&scratch, "out.zip");
    let Some(said) = faults(&[&scratch.path("out.zip")]) else {
        return;
    };
    assert_eq!(said, "");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries(&zip) {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(name.as_str(), options).expect("a member");
        let text = String::from_utf8(bytes).expect("text");
        let text = text.replace(
            "Id=\"SMS_TaskSequencePackage-",
            "Id=\"SMS_TaskSequencePackage-0",
        );
        std::io::Write::write_all(&mut writer, text.as_bytes()).expect("written");
    }
    let bytes = writer.finish().expect("a zip").into_inner();
    fs::write(scratch.path("odd.zip"), bytes).expect("written");
    let said = faults(&[&scratch.path("odd.zip")]).expect("it ran before");
    for rule in ["stored", "room to grow", "the identifier"] {
        assert!(said.contains(rule), "{rule}: {said}");
    }
}

#[test]
fn header_properties_stand_in_the_object() {
    let scratch = scratch();
    let done = scratch.run(&["build", "parent.tasq", "--format", "zip", "-o", "a.zip"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let zip = zip_of(&scratch, "a.zip");
    let object = entries(&zip)
        .into_iter()
        .filter(|(name, _)| name.ends_with("object.xml"))
        .map(|(_, bytes)| String::from_utf8(bytes).expect("text"))
        .next_back()
        .expect("an object");
    let all = properties(&object);
    for (name, value) in [
        ("Name", "Patch night"),
        ("Description", "Monthly &amp; more"),
        ("BootImageID", "PS100005"),
        ("Duration", "90"),
        ("TsEnabled", "FALSE"),
        ("RestartRequired", "1"),
        ("HighImpactTaskSequence", "1"),
        ("CustomHighImpactSet", "0"),
        // Any platform, bit 27, is not said any more.
        ("ProgramFlags", "17866768"),
        ("Type", "1"),
        ("SourceVersion", "1"),
    ] {
        let own = &all[name];
        assert!(own.contains(&format!("<VALUE>{value}</VALUE>")), "{own}");
    }
    let platforms = &all["SupportedOperatingSystems"];
    assert_eq!(platforms.matches("CLASSNAME=\"SMS_OS_Details\"").count(), 2);
    for value in ["10.00.19999.9999", "Win NT", "x64", "10.00.99999.9999"] {
        assert!(platforms.contains(value), "{value}: {platforms}");
    }
    let references = &all["References"];
    for value in ["PS100005", "PS100241", "PS100237"] {
        assert!(references.contains(value), "{value}: {references}");
    }
}

#[test]
fn what_an_import_overwrites_is_said() {
    let scratch = scratch();
    let said = |args: &[&str]| {
        let all = [&["build"], args, &["--format", "zip", "--force"]].concat();
        let done = scratch.run(&all);
        assert_eq!(done.code, Some(0), "{}", done.err);
        done.err
    };
    let derived = said(&["child.tasq", "-o", "a.zip"]);
    assert!(
        derived.contains("\"Child\" has no package_id and gets TSQ"),
        "{derived}"
    );
    assert!(derived.contains("--fresh-id"), "{derived}");
    let parent = said(&["parent.tasq", "child.tasq", "-o", "b.zip"]);
    assert!(
        parent.contains("\"Child\" has no package_id and gets PS100237"),
        "{parent}"
    );
    let fresh = said(&["parent.tasq", "child.tasq", "-o", "c.zip", "--fresh-id"]);
    assert!(fresh.contains("gets the new identifier PS1"), "{fresh}");
    assert_eq!(faults(&[&scratch.path("c.zip")]).unwrap_or_default(), "");
    let zip = zip_of(&scratch, "c.zip");
    let all = entries(&zip);
    for (name, bytes) in &all {
        let text = String::from_utf8_lossy(bytes);
        assert!(
            !text.contains("PS100237"),
            "{name} names the old identifier"
        );
    }
    // What was changed gets another identifier again, what was not the same one.
    let again = said(&["parent.tasq", "child.tasq", "-o", "c.zip", "--fresh-id"]);
    assert_eq!(again, fresh);
    let changed = CHILD.replace("restart_computer", "restart_computer < message: \"x\" >");
    fs::write(scratch.path("child.tasq"), changed).expect("written");
    let other = said(&["parent.tasq", "child.tasq", "-o", "c.zip", "--fresh-id"]);
    assert_ne!(other, fresh);
}
