//! Passwords and masked values in what the verbs print.

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
