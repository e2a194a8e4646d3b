//! What a command line or an inline script is taken to set.

use tasq::internals::{
    compile::compile,
    elaborate::ParameterValues,
    lint::{UnseenContent, step_outputs},
    model::Node,
    source::NoFiles,
};

/// What the first step of a source sets: names, or what may set any.
fn outputs(source: &str) -> String {
    let bytes = source.as_bytes().to_vec();
    let values = ParameterValues::default();
    let compiled = compile("case.tasq", "case.tasq", bytes, &NoFiles, &values);
    let mut out = None;
    compiled.sequence.walk(&mut |node, _| {
        if let (Node::Step(step), None) = (node, &out) {
            out = Some(step_outputs(step));
        }
    });
    let out = out.unwrap_or_else(|| panic!("a step in {source}: {:?}", compiled.findings));
    match out.anything {
        None if out.named.is_empty() => "nothing".to_owned(),
        None => out.named.join(" "),
        Some(UnseenContent::Program) => "program".to_owned(),
        Some(UnseenContent::Script) => "script".to_owned(),
        Some(UnseenContent::Kind) => "kind".to_owned(),
    }
}

fn of_command(line: &str) -> String {
    let doubled = line.replace('"', "\"\"");
    outputs(&format!("step \"A\" run_command_line < \"{doubled}\" >"))
}

/// Command lines, and what they set.
const COMMANDS: &[(&str, &str)] = &[
    ("reg.exe add HKLM\\SOFTWARE\\Lab /f", "nothing"),
    ("REG ADD HKLM\\SOFTWARE\\Lab", "nothing"),
    ("msiexec /i \"a b.msi\" /qn", "nothing"),
    ("\"%SystemRoot%\\System32\\powercfg.exe\" -h off", "nothing"),
    ("C:\\Windows\\system32\\reg.exe query HKLM", "nothing"),
    ("\\\\server\\tools\\reg.exe query HKLM", "program"),
    ("C:\\Tools\\msiexec.exe /i a.msi", "program"),
    ("setup.exe /quiet", "program"),
    ("\"C:\\Program Files\\App\\app.exe\" -x", "program"),
    ("%Tool% /x", "program"),
    ("\\\\server\\share\\run.cmd", "program"),
    ("install.bat", "program"),
    ("cscript.exe //nologo \\\\server\\share\\a.vbs", "script"),
    ("wscript a.vbs", "script"),
    ("cscript.exe \"%SCRIPTROOT%\\ZTINextPhase.wsf\"", "PHASE"),
    (
        "cscript.exe //nologo \"%DeployRoot%\\Scripts\\ZTIGather.wsf\"",
        "script",
    ),
    ("setup.exe -s x.ps1", "script"),
    ("powershell.exe -File a.ps1", "script"),
    (
        "powershell -ExecutionPolicy Bypass -NoProfile -File \"a b.ps1\"",
        "script",
    ),
    ("powershell.exe -ep bypass .\\a.ps1", "script"),
    ("powershell.exe \"\\\\server\\a.ps1\"", "script"),
    ("powershell.exe -enc SQBFAFgA", "script"),
    ("powershell.exe -NoProfile -Command -", "script"),
    (
        "powershell.exe -NoProfile -Command \"Get-Service | Out-Null\"",
        "nothing",
    ),
    ("powershell.exe -command \"& { Set-Date 1 }\"", "nothing"),
    ("pwsh -c \"$e.Value('Mine') = 1\"", "Mine"),
    ("powershell.exe -Command \"& 'C:\\a.ps1'\"", "script"),
    ("powershell.exe", "nothing"),
    ("cmd.exe", "nothing"),
    ("cmd /c exit 1603", "nothing"),
    ("%ComSpec% /q /c del a.txt", "nothing"),
    (
        "\"%windir%\\system32\\cmd.exe\" /c \"md C:\\Lab\"",
        "nothing",
    ),
    (
        "cmd /c copy a b && reg add HKLM\\X | find \"a & b\"",
        "nothing",
    ),
    ("cmd /c reg add HKLM\\X & setup.exe", "program"),
    ("cmd /c echo x > a.txt 2>&1", "nothing"),
    ("cmd /c echo a ^& b", "nothing"),
    ("cmd /c echo.", "nothing"),
    ("cmd /c cd\\ & cd.. & md\\lab", "nothing"),
    ("cmd /c if exist C:\\a (del C:\\a) else md C:\\a", "nothing"),
    ("cmd /c if /i not \"%A%\"==\"b\" setup.exe", "program"),
    ("cmd /c if %A% == b reg add HKLM\\X", "nothing"),
    ("cmd /c if errorlevel 1 exit 1", "nothing"),
    ("cmd /c call a.cmd", "program"),
    ("cmd /c start \"\" /wait msiexec /i a.msi", "nothing"),
    ("cmd /c for %i in (1) do setup.exe", "program"),
    ("cmd /c cmd /c cmd /c reg add HKLM\\X", "nothing"),
    (
        "cmd /c powershell -Command \"$e.Value('Mine') = 1\"",
        "Mine",
    ),
    ("smsswd.exe /run:PS100001 reg.exe add HKLM\\X", "nothing"),
    ("tsenv.exe \"Mine=1\"", "Mine"),
    ("exit 0", "nothing"),
];

#[test]
fn command_lines_set_what_their_programs_set() {
    let found: Vec<(&str, String)> = COMMANDS
        .iter()
        .map(|(line, _)| (*line, of_command(line)))
        .collect();
    let wanted: Vec<(&str, String)> = COMMANDS
        .iter()
        .map(|(line, wanted)| (*line, (*wanted).to_owned()))
        .collect();
    assert_eq!(found, wanted);
}

#[test]
fn inline_scripts_set_the_names_they_give_a_value() {
    const CASES: &[(&str, &str)] = &[
        ("$e.Value(\"Mine\") = 1", "Mine"),
        (
            "$e.Value( 'Mine' )= 1; $e.value('Other') += 'x'",
            "Mine Other",
        ),
        ("if ($e.Value('Mine') -eq 1) { 'x' }", "nothing"),
        ("$a = $e.Value('Mine')", "nothing"),
        ("# $e.Value('Mine') = 1", "nothing"),
        (
            "<#\n$e.Value('Mine') = 1\n#>\n$e.Value('Other') = 1",
            "Other",
        ),
        ("$e.Value($name) = 1", "script"),
        ("$e.Value(\"App$i\") = 1", "script"),
        ("$e.Value('App' + $i) = 1", "script"),
        ("$a = $e.Value($name)", "nothing"),
        ("$tsenv:Mine = 'x'", "Mine"),
        ("if ($tsenv:Mine -eq 'x') { ${TSEnv:Other} = 1 }", "Other"),
        ("Set-Item -Path tsenv:Mine -Value 1", "Mine"),
        ("& \"$PSScriptRoot\\a.ps1\"", "script"),
        (". .\\a.ps1", "script"),
        (".\\a.ps1 -x", "script"),
        (
            "Start-Process powershell -ArgumentList '-File a.ps1'",
            "script",
        ),
        ("Remove-Item C:\\a.ps1", "nothing"),
        ("Get-Service", "nothing"),
    ];
    for (script, wanted) in CASES {
        let source =
            format!("step \"A\" run_powershell_script < script: \"\"\"\n{script}\n\"\"\" >");
        assert_eq!(outputs(&source), *wanted, "{script}");
    }
}

/// Nested commands and long lines cost little.
#[test]
fn a_command_line_of_commands_ends() {
    assert_eq!(of_command(&"cmd /c ".repeat(4000)), "program");
    assert_eq!(
        of_command(&format!("cmd /c {}", "( & ".repeat(8000))),
        "nothing"
    );
}
