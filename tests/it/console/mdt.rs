//! MDT's own files: back to the share as they came, with their passwords only when asked for.

use std::fs;

use tasq::internals::xml::{Document, compare};

use crate::{cli::Scratch, corpus};

const MDT: &str = r#"sequence "Client" < dialect: mdt >

step "As another" run_command_line <
    "setup.cmd"
    run_as: "CONTOSO\svc"
    run_as_password: secret("SERVICE")
>
"#;

const PRETTY: [&str; 5] = ["build", "mdt.tasq", "--format", "pretty", "-o"];

fn scratch() -> Scratch {
    let scratch = Scratch::new(&[
        ("mdt.tasq", MDT.as_bytes()),
        ("secrets.toml", b"SERVICE = \"Winter&2025\"\n"),
        ("lab.tasq", b"step \"R\" restart_computer\n"),
    ]);
    private(&scratch, 0o600);
    scratch
}

/// Says who may read the secrets, where a system tells.
fn private(scratch: &Scratch, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = scratch.path("secrets.toml");
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("rights are set");
    }
    #[cfg(not(unix))]
    let _ = (scratch, mode);
}

#[test]
fn passwords_are_filled_in_for_mdt_and_it_is_said() {
    let scratch = scratch();
    let done = scratch.run(&[&PRETTY[..], &["ts.xml"]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    let empty = scratch.read("ts.xml");
    assert!(empty.starts_with("<?xml version=\"1.0\"?>\r\n<sequence version=\"3.00\""));
    assert!(done.err.contains("secret SERVICE"), "{}", done.err);
    let done = scratch.run(&[&PRETTY[..], &["ts.xml", "--secrets", "secrets.toml"]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(done.err.contains("HOLDS IN CLEAR SERVICE"), "{}", done.err);
    assert!(!done.err.contains("Winter"), "{}", done.err);
    let full = scratch.read("ts.xml");
    assert!(full.contains(">Winter&amp;2025</variable>"), "{full}");
    assert_eq!(
        full.replace("Winter&amp;2025", ""),
        empty,
        "nothing else differs"
    );
}

#[test]
fn nothing_else_holds_a_password() {
    let scratch = scratch();
    let secrets = ["--secrets", "secrets.toml"];
    let with = |args: &[&str]| scratch.run(&[args, &secrets].concat());
    with(&["build", "mdt.tasq", "-o", "a.xml"]).fails(2, &["no other form holds a password"]);
    with(&["build", "lab.tasq", "--format", "zip", "-o", "a.zip"])
        .fails(2, &["no other form holds a password"]);
    with(&["build", "lab.tasq", "--format", "pretty", "-o", "a.xml"])
        .fails(2, &["no task sequence of MDT"]);
    with(&["build", "mdt.tasq", "--format", "pretty"]).fails(2, &["-o FILE"]);
    scratch
        .run(&["build", "mdt.tasq", "--format", "zip", "-o", "a.zip"])
        .fails(2, &["MDT"]);
    assert!(!scratch.path("a.xml").exists() && !scratch.path("a.zip").exists());
    if cfg!(unix) {
        private(&scratch, 0o644);
        let args = [&PRETTY[..], &["ts.xml"], &secrets].concat();
        scratch.run(&args).fails(2, &["others can read"]);
    }
}

#[test]
fn every_genuine_ts_xml_goes_back_with_its_declaration() {
    let Some(corpus) = corpus::folder() else {
        println!("corpus absent: skipped");
        return;
    };
    let mut count = 0;
    for entry in fs::read_dir(corpus.join("mdt")).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let bytes = fs::read(&path).expect("a file");
        let scratch = Scratch::new(&[("ts.xml", &bytes)]);
        let done = scratch.run(&["decompile", "ts.xml", "-o", "a.tasq"]);
        assert!(scratch.path("a.tasq").exists(), "{}", done.err);
        let args = ["build", "a.tasq", "--format", "pretty", "-o", "again.xml"];
        let done = scratch.run(&args);
        assert_eq!(done.code, Some(0), "{}: {}", path.display(), done.err);
        let (there, back) = (scratch.read("ts.xml"), scratch.read("again.xml"));
        assert_eq!(back.lines().next(), there.lines().next(), "the declaration");
        let (there, back) = (Document::parse(&there), Document::parse(&back));
        let (there, back) = (there.expect("XML"), back.expect("XML"));
        let found = compare(there.root(), back.root()).differences;
        assert!(found.is_empty(), "{}: {found:?}", path.display());
        count += 1;
    }
    assert!(count >= 35, "{count} files");
}
