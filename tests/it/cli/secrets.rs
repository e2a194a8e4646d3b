//! Passwords and masked values in what the verbs print.

use std::fs;

use super::Scratch;

#[test]
fn secrets_appear_nowhere() {
    let source = br#"let share = "\\files\share"
step "Share" connect_network_folder < path: share, account: "CORP\svc", password: "hunter2" >
step "Run" run_command_line < "x", run_as: "CORP\svc", run_as_password: 'hunter2', timeout: 5 >
step "Mask" set_variable < masked Token = "hunter2" >
step "Rules" set_dynamic_variables < masked Pin = "hunter2", Ring = broken >
step "Open" connect_network_folder < password: "hunter2
"#;
    let scratch = Scratch::new(&[("a.tasq", source)]);
    for format in ["text", "plain", "short", "json", "sarif"] {
        let outcome = scratch.run(&["check", "a.tasq", "--output-format", format]);
        assert_eq!(outcome.code, Some(1));
        assert!(
            !outcome.out.contains("hunter2") && !outcome.err.contains("hunter2"),
            "{format}:\n{}{}",
            outcome.out,
            outcome.err
        );
    }
    let named =
        br#"step "Share" connect_network_folder < path: "\\a\b", account: "x", password: secret("SHARE_PASSWORD") >
step "Mask" set_variable < masked Token = secret("TOKEN") >
"#;
    let scratch = Scratch::new(&[("a.tasq", named)]);
    let built = scratch.run(&["build", "a.tasq"]);
    assert_eq!(built.code, Some(0), "{}", built.err);
    let reminder = "after the import, enter in the console what no XML holds:\n  step \"Share\": password (secret \
                    SHARE_PASSWORD)\n  step \"Mask\": Token (secret TOKEN)\n";
    assert_eq!(built.err, reminder);
    assert!(
        !built.out.contains("SHARE_PASSWORD")
            && !built.out.contains("\"TOKEN\"")
            && !built.out.contains(">TOKEN<")
    );
}

#[test]
fn masked_values_are_written_empty_everywhere() {
    let source = br#"sequence "L" < masked Global = "hunter2" >
step "Mask" set_variable < masked Token = "hunter2" >
step "Rules" set_dynamic_variables < rule when exists Token { masked Pin = "hunter2" } >
step "Quoted" "Vendor_Action" < action: "x.exe", masked Key = "hunter2" >
"#;
    let scratch = Scratch::new(&[("a.tasq", source)]);
    let built = scratch.run(&["build", "a.tasq"]);
    assert_eq!(built.code, Some(0), "{}", built.err);
    assert!(
        !built.out.contains("hunter2") && !built.err.contains("hunter2"),
        "{}{}",
        built.out,
        built.err
    );
}

/// Ways past `password: secret("…")` into the XML, and what is said of each.
const PAST: [(&str, &str); 15] = [
    (
        r#"step "A" run_command_line < "x", run_as: "L\u", run_as_password: secret("A"), xml < UserPassword: "hunter2" > >"#,
        "TQ0312",
    ),
    (
        r#"step "A" run_command_line < "x", run_as: "L\u", run_as_password: secret("A"), xml < UserPassword: < text: "hunter2" > > >"#,
        "TQ0312",
    ),
    (
        r#"step "A" run_command_line < "x", xml < UserPassword: < name: "P", hidden: true, text: "hunter2" > > >"#,
        "TQ0312",
    ),
    (
        r#"step "A" run_command_line < "x", xml < Vendor: < name: "OSDJoinPassword", text: "hunter2" > > >"#,
        "TQ0317",
    ),
    (
        r#"step "A" run_command_line < "x", xml < `@password`: "hunter2" > >"#,
        "TQ0317",
    ),
    (
        r#"step "A" set_variable < OSDJoinPassword = "hunter2" >"#,
        "TQ0317",
    ),
    (
        r#"step "A" set_variable < osdjoinpassword = "hunter2 %Site%" >"#,
        "TQ0317",
    ),
    (r#"step "A" set_variable < BiosPwd = "hunter2" >"#, "TQ0317"),
    (
        r#"step "A" set_variable < masked Any = secret("A"), xml < VariableValue: "hunter2" > >"#,
        "TQ0312",
    ),
    (
        r#"step "A" set_variable < OSDBitLockerPIN = "", xml < VariableValue: "hunter2" > >"#,
        "TQ0317",
    ),
    (
        r#"step "A" set_dynamic_variables < rule when Ring == "1" { OSDLocalAdminPassword = "hunter2" } >"#,
        "TQ0317",
    ),
    (
        r#"step "A" "Vendor_Action" < action: "x.exe", AdminPassword = "hunter2" >"#,
        "TQ0317",
    ),
    (
        "sequence \"S\" < OSDJoinPassword = \"hunter2\" >\nstep \"A\" restart_computer",
        "TQ0317",
    ),
    (
        "sequence \"S\" < xml < OSDJoinPassword: \"hunter2\" > >\nstep \"A\" restart_computer",
        "TQ0317",
    ),
    (
        "xml \"\"\"\n<group name=\"G\"><step type=\"SMS_TaskSequence_RunCommandLineAction\" name=\"A\"><defaultVarList><variable name=\"P\" \
     property=\"UserPassword\">hunter2</variable></defaultVarList></step></group>\n\"\"\"",
        "TQ0312",
    ),
];

#[test]
fn no_password_reaches_the_xml_without_a_word() {
    let names: Vec<String> = (0..PAST.len()).map(|at| format!("{at}.tasq")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(PAST)
        .map(|(name, (text, _))| (name.as_str(), text.as_bytes()))
        .collect();
    let scratch = Scratch::new(&files);
    for (name, (source, code)) in names.iter().zip(PAST) {
        let refused = code == "TQ0312";
        for args in [
            &["check", name.as_str()][..],
            &["check", name, "--output-format", "json"],
            &["build", name],
            &["build", name, "-o", "out.xml"],
        ] {
            let outcome = scratch.run(args);
            let said = format!("{}{}", outcome.out, outcome.err);
            assert!(said.contains(code), "{source}\n{said}");
            // What is only warned of is built as it is written.
            let built = args[0] == "build" && !refused;
            let said = if built { &outcome.err } else { &said };
            assert!(!said.contains("hunter2"), "{source}\n{said}");
            assert_eq!(outcome.code, Some(i32::from(refused)), "{source}\n{said}");
        }
        assert_eq!(scratch.path("out.xml").exists(), !refused, "{source}");
        let _ = fs::remove_file(scratch.path("out.xml"));
    }
}

#[test]
fn what_is_no_password_is_built() {
    for source in [
        r#"step "A" run_command_line < "x", run_as: "L\u", run_as_password: secret("A"), xml < UserPassword: "" > >"#,
        r#"step "A" set_variable < OSDJoinPassword = "%JoinPassword%" >"#,
        r#"step "A" set_variable < OSDJoinPassword = "" >"#,
        r#"step "A" set_variable < masked OSDJoinPassword = secret("JOIN") >"#,
        r#"step "A" set_variable < OSDProductKey = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE" >"#,
        r#"step "A" "Vendor_Action" < action: "x.exe", RandomAdminPassword = "true" >"#,
        "step \"A\" restart_computer\ntest \"t\" < OSDJoinPassword = \"hunter2\" > { expect success }",
    ] {
        let scratch = Scratch::new(&[("a.tasq", source.as_bytes())]);
        let outcome = scratch.run(&["build", "a.tasq"]);
        assert_eq!(outcome.code, Some(0), "{source}\n{}", outcome.err);
        assert!(!outcome.err.contains("TQ03"), "{source}\n{}", outcome.err);
    }
}

#[test]
fn a_variable_that_its_name_gives_away_is_not_shown_by_a_test() {
    let source = "step \"A\" set_variable < AdminPassword = \"hUnter22Xq\" >\n\
        test \"t\" { expect AdminPassword == \"zz\" }\n";
    let scratch = Scratch::new(&[("a.tasq", source.as_bytes())]);
    for args in [
        &["test", "a.tasq", "--junit", "j.xml"][..],
        &["test", "a.tasq", "--output-format", "json"],
    ] {
        let out = scratch.run(args);
        assert_eq!(out.code, Some(1), "{}", out.err);
        assert!(!format!("{}{}", out.out, out.err).contains("hUnter22Xq"));
    }
    let junit = std::fs::read_to_string(scratch.path("j.xml")).expect("a report");
    assert!(junit.contains("AdminPassword") && !junit.contains("hUnter22Xq"));
}

#[test]
fn advice_on_a_value_does_not_repeat_a_password() {
    let scratch = Scratch::new(&[("a.tasq", b"step \"A\" restart_computer\n")]);
    let out = scratch.run(&["build", "a.tasq", "--set", "AdminPassword=hUnter22Xq"]);
    assert_eq!(out.code, Some(2));
    let advice = "use --param AdminPassword=… for";
    assert!(out.err.contains(advice), "{}", out.err);
    assert!(!out.err.contains("hUnter22Xq"), "{}", out.err);
}

#[test]
fn a_file_of_parameters_is_told_of_with_its_line() {
    let scratch = Scratch::new(&[
        ("a.tasq", b"step \"A\" restart_computer\n"),
        ("p.toml", b"b = 1\na = hUnter22Xq\n"),
    ]);
    let out = scratch.run(&["build", "a.tasq", "--param-file", "p.toml"]);
    assert_eq!(out.code, Some(2));
    assert!(
        out.err.contains("p.toml, line 2: this is not TOML"),
        "{}",
        out.err
    );
}

#[test]
fn broken_xml_shows_no_password() {
    let step = "<step type=\"SMS_TaskSequence_JoinDomainWorkgroupAction\" name=\"a\"><defaultVarList>\
        <variable name=\"OSDJoinPassword\" property=\"DomainPassword\">hUnter22Xq</variable>\n\
        </defaultVarlist></step></sequence>\n";
    let plain = format!("<sequence version=\"3.10\">\n{step}");
    let quoted = plain.replace('<', "&lt;").replace('"', "&quot;");
    let texts = [
        plain.clone(),
        format!("<a><Sequence>{quoted}</Sequence></b>"),
        "<sequence password=\"hUnter22Xq\"><b></sequenc>".to_owned(),
        "<sequence><Password>\nhUnter22Xq\n</Passwort></sequence>".to_owned(),
        "<sequence><Password>hUnter22Xq".to_owned(),
    ];
    for text in &texts {
        let scratch = Scratch::new(&[("a.xml", text.as_bytes())]);
        for format in ["text", "plain", "short", "json", "sarif"] {
            let out = scratch.run(&["check", "a.xml", "--output-format", format]);
            let all = format!("{}{}", out.out, out.err);
            assert!(all.contains("TQ0701"), "{text} {format}: {all}");
            assert!(!all.contains("hUnter22Xq"), "{text} {format}: {all}");
        }
    }
}
