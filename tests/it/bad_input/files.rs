//! Archives, and files as the system holds them.

use std::path::PathBuf;

use super::*;

/// What the console writes into its archive.
fn console_object() -> String {
    instance(&cdata(SMALL))
}

#[test]
fn archives_and_their_objects() {
    let object = console_object();
    let good = export(&object);
    holds(vec![
        (
            "as the console writes it",
            good.clone(),
            Reads(ProofVerdict::Exact),
        ),
        (
            "a sequence in an archive of one's own",
            archive([("b/ts.XML", SMALL.as_bytes())]),
            Reads(ProofVerdict::Exact),
        ),
        (
            "an object of another class",
            export("<INSTANCE CLASSNAME=\"SMS_Package\"/>"),
            Refused("TQ0702", "object.xml:1:2"),
        ),
        (
            "an object that is no XML",
            export("none"),
            Refused("TQ0701", "object.xml:1:1"),
        ),
        (
            "an object that ends early",
            export(&object[..object.len() - 5]),
            Refused("TQ0701", "object.xml:8:7"),
        ),
        (
            "an empty object",
            export(""),
            Refused("TQ0701", "object.xml:1:1"),
        ),
        (
            "a zip in a zip",
            archive([("a.zip", good.as_slice())]),
            Reads(ProofVerdict::Exact),
        ),
    ]);
}

#[test]
fn members_of_archives() {
    let names: Vec<String> = (0..20_000).map(|number| format!("{number}.txt")).collect();
    let crowd = archive(names.iter().map(|name| (name.as_str(), b"".as_slice())));
    holds(vec![
        ("nothing in it", archive([]), Refused("TQ0702", "a.xml:1:1")),
        (
            "a folder alone",
            archive([("SMS_TaskSequencePackage/", b"".as_slice())]),
            Refused("TQ0702", "a.xml:1:1"),
        ),
        (
            "no sequence in it",
            archive([("a.txt", b"a".as_slice()), ("b.xml", b"<b/>")]),
            Refused("TQ0702", "a.xml:1:1"),
        ),
        ("20,000 members", crowd, Refused("TQ0703", "a.xml:1:1")),
    ]);
}

#[test]
fn names_of_members() {
    let object = console_object();
    let content = object.as_bytes();
    let stored = [(MEMBER, content), ("aa/name.xml", b"<a/>".as_slice())];
    let named = |name: &str| swapped(archive(stored), "aa/name.xml", name);
    let doubled = archive([
        ("SMS_TaskSequencePackage/ABC00002/object.xml", content),
        (MEMBER, content),
    ]);
    let other_case = MEMBER.replace("object", "OBJECT");
    holds(vec![
        (
            "a name that goes up",
            named("../name.xml"),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "a name that goes up behind a folder",
            named("a/../../x.x"),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "an absolute name",
            named("/a/name.xml"),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "a drive",
            named("C:/name.xml"),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "a share",
            named("\\\\srv\\x.xml"),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "backslashes that go up",
            named("a\\..\\..\\x.x"),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "a NUL byte in a name",
            named("aa/na\0e.xml"),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "a name twice",
            swapped(doubled, "ABC00002", "ABC00001"),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "a name twice but for case",
            archive([(MEMBER, content), (other_case.as_str(), content)]),
            Refused("TQ0703", "a.xml:1:1"),
        ),
    ]);
}

#[test]
fn archives_with_other_bytes() {
    let good = export(&console_object());
    let bomb = vec![b' '; 20 * 1024 * 1024];
    let thousandfold = archive([(MEMBER, bomb.as_slice())]);
    holds(vec![
        (
            "a thousandfold",
            thousandfold.clone(),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "encrypted",
            tampered(good.clone(), 6, 8, 1),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "a wrong checksum",
            tampered(good.clone(), 14, 16, 0xFF),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "an unknown method",
            tampered(good.clone(), 8, 10, 0x50),
            Refused("TQ0703", "a.xml:1:1"),
        ),
        (
            "a thousandfold that denies it",
            tampered(tampered(thousandfold, 25, 27, 1), 24, 26, 0x40),
            Refused("TQ0703", "a.xml:1:1"),
        ),
    ]);
}

/// The smallest files of a folder of the corpus that are worth cutting.
fn smallest(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the corpus can be listed");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .map(|path| (fs::metadata(&path).map_or(0, |data| data.len()), path))
        .filter(|(length, _)| *length > 1000)
        .collect();
    files.sort();
    files.into_iter().take(2).map(|(_, path)| path).collect()
}

/// A file that breaks off at each tenth of its length.
#[test]
fn cut_files() {
    let mut whole: Vec<(String, Vec<u8>)> = wrapped(SEQUENCE.trim_end())
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect();
    whole.push(("zip".to_owned(), export(&instance(&escaped(SEQUENCE)))));
    if let Some(corpus) = corpus::folder() {
        for folder in ["configmgr", "configmgr-object", "configmgr-zip", "mdt"] {
            let read = |path: &PathBuf| fs::read(path).expect("a file of the corpus can be read");
            let files = smallest(&corpus.join(folder));
            let named = files
                .iter()
                .map(|path| (path.display().to_string(), read(path)));
            whole.extend(named);
        }
    } else {
        println!("corpus absent: synthetic exports alone");
    }
    for (name, bytes) in &whole {
        for tenth in 1..10 {
            let part = &bytes[..bytes.len() * tenth / 10];
            is_known_as_cut(&format!("{name}, {tenth} tenths"), part);
        }
    }
}

/// That a part of a file has one finding, which the program says, too.
fn is_known_as_cut(name: &str, part: &[u8]) {
    let input = survives(part.to_vec());
    let findings = said(&input);
    assert!(
        input.exports.is_empty() && findings.len() == 1,
        "{name}: {findings:?}"
    );
    let code = findings[0].rsplit(' ').next().unwrap_or_default();
    assert!(
        ["TQ0701", "TQ0703", "TQ0001"].contains(&code),
        "{name}: {findings:?}"
    );
    let folder = scratch("a.xml", part);
    let outcome = run(folder.path(), &["decompile", "a.xml", "-o", "a.tasq"]);
    assert_eq!(
        (outcome.code, outcome.err.contains(code)),
        (Some(1), true),
        "{name}: {}",
        outcome.err
    );
    assert_eq!(held(folder.path()), ["a.xml"], "{name}");
}

#[test]
fn files_beyond_the_limit() {
    for begin in [SMALL.as_bytes(), b"<sequence>", b"PK\x03\x04"] {
        let folder = scratch("big.xml", begin);
        let file = fs::OpenOptions::new()
            .write(true)
            .open(folder.path().join("big.xml"))
            .expect("a file can be opened");
        file.set_len(200 * 1024 * 1024)
            .expect("a file can be made long");
        for args in [["decompile", "big.xml"], ["check", "big.xml"]] {
            let outcome = run(folder.path(), &args);
            assert_eq!(
                (outcome.code, outcome.out.as_str()),
                (Some(1), ""),
                "{args:?}: {}",
                outcome.err
            );
            assert!(
                outcome.err.contains("TQ0003") && outcome.err.contains("more than 64 MB"),
                "{args:?}: {}",
                outcome.err
            );
        }
    }
}

/// A step as exports have it.
const STEP: &str = concat!(
    "<step type=\"SMS_TaskSequence_SetVariableAction\" name=\"Set NUMBER\" description=\"\" runIn=\"WinPEandFullOS\" ",
    "successCodeList=\"\" retryCount=\"0\" runFromNet=\"false\"><action>tsenv.exe \"XNUMBER=1\"</action><defaultVarList>",
    "<variable name=\"VariableName\" property=\"VariableName\" hidden=\"true\">XNUMBER</variable>",
    "<variable name=\"VariableValue\" property=\"VariableValue\" hidden=\"true\">1</variable></defaultVarList></step>"
);

#[test]
fn many_steps_are_no_trouble() {
    let count: usize = if cfg!(debug_assertions) {
        5_000
    } else {
        100_000
    };
    let steps: String = (0..count)
        .map(|number| STEP.replace("NUMBER", &number.to_string()))
        .collect();
    let text = format!(
        "<sequence version=\"3.10\"><group name=\"G\" description=\"\">{steps}</group></sequence>"
    );
    let begin = Instant::now();
    let input = read::open("a.xml", text.into_bytes());
    let done = tasq::internals::decompile::decompile(
        &input.exports[0],
        tasq::internals::decompile::DecompileOptions::default(),
    );
    assert!(
        matches!(
            done.ledger.verdict,
            ProofVerdict::Exact | ProofVerdict::Normalised
        ),
        "{:?}",
        done.ledger.verdict
    );
    assert_eq!(done.ledger.exact + done.ledger.normalised, count);
    assert!(
        begin.elapsed() < Duration::from_secs(60),
        "{count} steps take {:?}",
        begin.elapsed()
    );
}

#[test]
fn places_that_cannot_be_read_or_written() {
    let folder = scratch("a.xml", SMALL.as_bytes());
    fs::write(folder.path().join("file"), "").expect("a file can be written");
    fs::create_dir(folder.path().join("dir")).expect("a folder can be made");
    let before = held(folder.path());
    let cases: &[(&[&str], &str)] = &[
        (&["decompile", "none.xml"], "cannot read none.xml"),
        (&["decompile", "dir"], "there is no exported task sequence"),
        (&["decompile", "a.xml", "-o", "file/a.tasq"], "cannot write"),
        (
            &["decompile", "a.xml", "-o", "file/b/a.tasq"],
            "cannot write",
        ),
        (&["decompile", "a.xml", "-o", "file/"], "cannot write"),
        (
            &["decompile", "a.xml", "--scripts", "files"],
            "need a place",
        ),
        (
            &["decompile", "a.xml", "--scripts", "elsewhere"],
            "elsewhere",
        ),
        (&["decompile"], "INPUT"),
        (&["check", "none.xml"], "cannot read none.xml"),
    ];
    for (args, message) in cases {
        let outcome = run(folder.path(), args);
        assert_eq!(outcome.code, Some(2), "{args:?}: {}", outcome.err);
        assert!(outcome.err.contains(message), "{args:?}: {}", outcome.err);
        assert_eq!(
            held(folder.path()),
            before,
            "{args:?} leaves nothing behind"
        );
    }
    fs::write(folder.path().join("empty"), "").expect("a file can be written");
    let outcome = run(folder.path(), &["decompile", "empty"]);
    assert_eq!(
        (outcome.code, outcome.err.contains("TQ0701")),
        (Some(1), true),
        "{}",
        outcome.err
    );
    let two = archive([("a.xml", SMALL.as_bytes()), ("b.xml", SMALL.as_bytes())]);
    fs::write(folder.path().join("two.zip"), two).expect("a file can be written");
    let outcome = run(folder.path(), &["decompile", "two.zip"]);
    assert_eq!(
        (outcome.code, outcome.err.contains("-o DIR")),
        (Some(2), true),
        "{}",
        outcome.err
    );
}

/// A folder that cannot be written to. Whoever may write everywhere cannot test this.
#[cfg(unix)]
#[test]
fn a_read_only_folder_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = scratch("a.xml", SMALL.as_bytes());
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).expect("a folder can be made");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555))
        .expect("a folder can be locked");
    if fs::write(locked.join("try"), "").is_ok() {
        println!("this user may write everywhere: skipped");
        return;
    }
    for target in ["locked/a.tasq", "locked/", "locked/b/a.tasq"] {
        let outcome = run(folder.path(), &["decompile", "a.xml", "-o", target]);
        assert_eq!(
            (outcome.code, outcome.err.contains("cannot write")),
            (Some(2), true),
            "{}",
            outcome.err
        );
        assert_eq!(held(folder.path()), ["a.xml", "locked"]);
    }
}
