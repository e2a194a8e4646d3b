//! The real program on exports: where it writes, what it says, and when it writes nothing.

use std::{fs, io::Write as _, path::Path};

use serde_json::Value;

use crate::cli::{Scratch, files_in};

/// A sequence with one inline script and one restart.
const SCRIPT: &str = concat!(
    r#"<sequence version="3.10"><step type="SMS_TaskSequence_RunPowerShellScriptAction" "#,
    r#"name="List" description="" "#,
    r#"runIn="WinPEandFullOS" successCodeList="0 3010" retryCount="0" runFromNet="false">"#,
    r#"<action>OSDRunPowerShellScript.exe</action>"#,
    r#"<defaultVarList><variable name="OSDRunPowerShellScriptExecutionPolicy" "#,
    r#"property="ExecutionPolicy">Bypass</variable>"#,
    r#"<variable name="OSDRunPowerShellScriptOutputVariableName" property="OutputVariableName">"#,
    r#"</variable>"#,
    r#"<variable name="OSDRunPowerShellScriptParameters" property="Parameters"></variable>"#,
    r#"<variable name="_SMSTSRunPowerShellAsUser" property="RunAsUser">false</variable>"#,
    r#"<variable name="OSDRunPowerShellScriptSourceScript" "#,
    r#"property="SourceScript">//5kAGkAcgANAAoAbABzAA==</variable>"#,
    r#"<variable name="OSDRunPowerShellScriptSuccessCodes" property="SuccessCodes" "#,
    r#"hidden="true">0 3010</variable>"#,
    "</defaultVarList></step></sequence>\r\n"
);

const EMPTY: &str = "<sequence version=\"3.10\"/>\r\n";

fn instance(name: &str, sequence: &str) -> String {
    format!(
        "<INSTANCE CLASSNAME=\"SMS_TaskSequencePackage\">\
         <PROPERTY NAME=\"Name\"><VALUE>{name}</VALUE></PROPERTY>\
         <PROPERTY NAME=\"Duration\"><VALUE>90</VALUE></PROPERTY>\
         <PROPERTY NAME=\"Sequence\"><VALUE><![CDATA[{sequence}]]></VALUE></PROPERTY></INSTANCE>"
    )
}

/// The console's zip with two sequences.
fn archive() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (id, name, sequence) in [
        ("PS100001", "Parent", SCRIPT),
        ("PS100002", "Child: one/two", EMPTY),
    ] {
        zip.start_file(format!("SMS_TaskSequencePackage/{id}/object.xml"), options)
            .expect("a member begins");
        zip.write_all(instance(name, sequence).as_bytes())
            .expect("a member is written");
    }
    zip.finish().expect("the archive is whole").into_inner()
}

#[test]
fn one_sequence_goes_to_standard_output_and_its_account_to_standard_error() {
    let scratch = Scratch::new(&[("lab.xml", SCRIPT.as_bytes())]);
    let shown = scratch.run(&["decompile", "lab.xml"]);
    assert_eq!(shown.code, Some(0));
    assert!(
        shown.out.contains("step \"List\" run_powershell_script <") && shown.out.contains("dir\n"),
        "{}",
        shown.out
    );
    assert!(
        shown
            .err
            .contains("lab.xml: 1 step and 0 groups, the same to the byte"),
        "{}",
        shown.err
    );
    let piped = scratch.run_with_input(&["decompile", "-"], SCRIPT.as_bytes());
    assert_eq!(piped.code, Some(0));
    fs::write(scratch.path("lab.tasq"), &shown.out).expect("a file can be written");
    assert_eq!(scratch.run(&["build", "lab.tasq"]).out, SCRIPT);
}

#[test]
fn an_archive_gives_a_source_for_each_sequence_named_after_it() {
    let scratch = Scratch::new(&[("export.zip", &archive())]);
    scratch
        .run(&["decompile", "export.zip"])
        .fails(2, &["2 sequences need a folder"]);
    let done = scratch.run(&["decompile", "export.zip", "-o", "out"]);
    assert_eq!(
        (done.code, done.out.as_str()),
        (Some(0), ""),
        "{}",
        done.err
    );
    assert_eq!(
        files_in(&scratch.path("out")),
        ["child-one-two.tasq", "parent.tasq"]
    );
    let parent = scratch.read("out/parent.tasq");
    assert!(
        parent.starts_with("sequence \"Parent\" < maximum_run_time: 90min"),
        "{parent}"
    );
    // Once more changes nothing and is no error; a file that somebody edited is left alone.
    assert_eq!(
        scratch.run(&["decompile", "export.zip", "-o", "out"]).code,
        Some(0)
    );
    fs::write(scratch.path("out/parent.tasq"), "# edited\n").expect("a file can be written");
    scratch
        .run(&["decompile", "export.zip", "-o", "out"])
        .fails(2, &["parent.tasq", "--force"]);
    assert_eq!(scratch.read("out/parent.tasq"), "# edited\n");
    assert_eq!(
        scratch
            .run(&["decompile", "export.zip", "-o", "out", "--force"])
            .code,
        Some(0)
    );
    assert_eq!(scratch.read("out/parent.tasq"), parent);
}

#[test]
fn a_folder_stands_for_the_exports_below_it() {
    let files: &[(&str, &[u8])] = &[
        ("in/a/lab.xml", SCRIPT.as_bytes()),
        ("in/other.xml", b"<html/>"),
        ("in/readme.txt", b"<"),
        ("in/b.zip", &archive()),
    ];
    let scratch = Scratch::new(files);
    let done = scratch.run(&["decompile", "in", "-o", "out"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(
        files_in(&scratch.path("out")),
        ["child-one-two.tasq", "lab.tasq", "parent.tasq"]
    );
    Scratch::new(&[("in/other.xml", b"<html/>")])
        .run(&["decompile", "in", "-o", "out"])
        .fails(2, &["no exported"]);
}

#[test]
fn scripts_go_into_files_and_come_back() {
    let scratch = Scratch::new(&[("lab.xml", SCRIPT.as_bytes())]);
    scratch
        .run(&["decompile", "lab.xml", "--scripts", "files"])
        .fails(2, &["-o FILE"]);
    let done = scratch.run(&[
        "decompile",
        "lab.xml",
        "--scripts",
        "files",
        "-o",
        "out/lab.tasq",
    ]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(
        scratch.read("out/lab.tasq").contains("file(\"scripts/"),
        "{}",
        scratch.read("out/lab.tasq")
    );
    assert_eq!(scratch.read("out/scripts/lab/list.ps1"), "dir\r\nls");
    assert_eq!(scratch.run(&["build", "out/lab.tasq"]).out, SCRIPT);
}

#[test]
fn the_account_can_be_read_by_programs() {
    let scratch = Scratch::new(&[("lab.xml", SCRIPT.as_bytes())]);
    let shown = scratch.run(&["decompile", "lab.xml", "--output-format", "json"]);
    shown.succeeds();
    let document: Value = serde_json::from_str(&shown.out).expect("JSON");
    let sequence = &document["sequences"][0];
    assert_eq!(document["format_version"], 1);
    assert_eq!(sequence["verdict"], "exact");
    assert_eq!(sequence["same_bytes"], true);
    assert_eq!(sequence["steps"]["exact"], 1);
    assert!(
        sequence["source"]
            .as_str()
            .is_some_and(|text| text.contains("run_powershell_script"))
    );
    let unproven = scratch.run(&[
        "decompile",
        "lab.xml",
        "--output-format",
        "json",
        "--no-verify",
    ]);
    assert!(
        unproven.out.contains("\"verdict\": \"unproven\""),
        "{}",
        unproven.out
    );
}

#[test]
fn what_is_kept_as_xml_is_written_and_said_by_the_exit_code() {
    let kept = EMPTY.replace("/>", "><plugin/></sequence>");
    let scratch = Scratch::new(&[("lab.xml", kept.as_bytes())]);
    let done = scratch.run(&["decompile", "lab.xml", "-o", "lab.tasq"]);
    done.fails(1, &["TQ0705", "kept as XML: line 1, column 26"]);
    assert_eq!(scratch.run(&["build", "lab.tasq"]).out, kept);
}

#[test]
fn check_takes_exports_and_sources_together() {
    let faulty = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/faulty.xml"))
        .expect("an export");
    let scratch = Scratch::new(&[
        ("faulty.xml", &faulty),
        ("export.zip", &archive()),
        ("broken.xml", b"<sequence"),
    ]);
    let shown = scratch.run(&["check", "faulty.xml", "--output-format", "short"]);
    shown.fails(
        1,
        &[
            "faulty.xml:1:1169: error[TQ0502]",
            "faulty.xml:1:2359: warning[TQ0409]",
        ],
    );
    let archive = scratch.run(&["check", "export.zip", "--output-format", "short"]);
    assert_eq!(archive.code, Some(0), "{}", archive.err);
    assert!(
        archive.err.contains("PS100002/object.xml:1:"),
        "{}",
        archive.err
    );
    scratch.run(&["check", "broken.xml"]).fails(1, &["TQ0701"]);
}

#[test]
fn references_get_the_names_that_the_archive_has() {
    let step = concat!(
        r#"<sequence version="3.10"><referenceList><reference package="PS100241"/>"#,
        r#"</referenceList>"#,
        r#"<step type="SMS_TaskSequence_RunCommandLineAction" name="Run" description="" "#,
        r#"runIn="WinPEandFullOS" "#,
        r#"successCodeList="0 3010" retryCount="0" runFromNet="false">"#,
        r#"<action>smsswd.exe /run:PS100241 setup.exe</action>"#,
        r#"<defaultVarList><variable name="CommandLine" property="CommandLine" "#,
        r#"hidden="true">setup.exe</variable>"#,
        r#"<variable name="SMSTSDisableWow64Redirection" "#,
        r#"property="DisableWow64Redirection">false</variable>"#,
        r#"<variable name="SMSTSRunCommandLineOutputVariableName" property="OutputVariableName">"#,
        r#"</variable>"#,
        r#"<variable name="PackageID" property="PackageID" hidden="true">PS100241</variable>"#,
        r#"<variable name="_SMSTSRunCommandLineAsUser" property="RunAsUser">false</variable>"#,
        r#"<variable name="SuccessCodes" property="SuccessCodes" hidden="true">0 3010</variable>"#,
        r#"</defaultVarList></step></sequence>"#,
        "\r\n"
    );
    let names = "<ArrayOfString><string>&lt;INSTANCE&gt;\
        &lt;PROPERTY NAME=\"ReferenceName\"&gt;&lt;VALUE&gt;Tools&lt;/VALUE&gt;&lt;/PROPERTY&gt;\
        &lt;PROPERTY NAME=\"ReferencePackageID\"&gt;\
        &lt;VALUE&gt;PS100241&lt;/VALUE&gt;&lt;/PROPERTY&gt;\
        &lt;/INSTANCE&gt;</string></ArrayOfString>";
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let members = [
        ("object.xml", instance("Tools", step)),
        ("ReferencesInfo.xml", names.to_owned()),
    ];
    for (name, text) in members {
        zip.start_file(format!("SMS_TaskSequencePackage/PS100001/{name}"), options)
            .expect("a member begins");
        zip.write_all(text.as_bytes()).expect("a member is written");
    }
    let bytes = zip.finish().expect("the archive is whole").into_inner();
    let scratch = Scratch::new(&[("export.zip", &bytes)]);
    let shown = scratch.run(&["decompile", "export.zip"]);
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    assert!(
        shown
            .out
            .contains("package: package(\"PS100241\", \"Tools\")"),
        "{}",
        shown.out
    );
    fs::write(scratch.path("lab.tasq"), &shown.out).expect("a file can be written");
    assert_eq!(scratch.run(&["build", "lab.tasq"]).out, step);
}
