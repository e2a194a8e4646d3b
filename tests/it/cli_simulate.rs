//! `tasq simulate`: its three forms, its arguments, exports and children, what it refuses, and that
//! secrets stay secret.

use std::{
    collections::BTreeSet,
    fs,
    io::{Cursor, Write as _},
    path::Path,
};

use serde_json::Value;

use crate::cli::{Outcome, Scratch};

const LAPTOP: &str = r#"
name = "PC-001"
os = "Windows 11 24H2"
make = "LENOVO"
model = "ThinkPad T14 Gen 5"
memory = "16 GB"

[power]
ac = false
"#;

const LAB: &str = r#"sequence "Lab" < external_variables: [Ring] >

step "Only on mains" check_readiness < memory: 4096MB, ac_power: true, continue_on_error: true >

group "Pilot" when Ring == "pilot" {
    step "Note" set_variable < Note = "%_SMSTSMachineName% in %Ring%" >
    step "Tidy up" run_command_line < "cmd.exe /c rd /s /q C:\Temp\Setup" > when folder "C:\Temp\Setup"
}

step "Restart" restart_computer
step "Last" run_command_line < "cmd.exe /c echo %Note%" >
"#;

fn lab() -> Scratch {
    Scratch::new(&[
        ("lab.tasq", LAB.as_bytes()),
        ("laptop.toml", LAPTOP.as_bytes()),
    ])
}

/// A run that ends well.
fn fine(outcome: &Outcome) -> &str {
    outcome.succeeds();
    &outcome.out
}

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.out)
        .unwrap_or_else(|error| panic!("{error}: {}\n{}", outcome.out, outcome.err))
}

#[track_caller]
fn fits_the_schema(value: &Value) {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/trace.json"));
    let schema: Value = serde_json::from_str(&text.expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    // The errors of the alternatives say nothing; those of the events do.
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|error| error.to_string())
        .collect();
    assert!(
        faults.is_empty(),
        "{}",
        faults
            .iter()
            .map(|fault| fault.chars().take(600).collect())
            .collect::<Vec<String>>()
            .join("\n")
    );
}

#[test]
fn the_tree_says_what_ran_and_why_not() {
    let scratch = lab();
    let outcome = scratch.run(&[
        "simulate",
        "lab.tasq",
        "-m",
        "laptop.toml",
        "--set",
        "Ring=pilot",
    ]);
    insta::assert_snapshot!(fine(&outcome));
    let outcome = scratch.run(&[
        "simulate",
        "lab.tasq",
        "-m",
        "laptop.toml",
        "--set",
        "Ring=pilot",
        "--verbose",
    ]);
    insta::assert_snapshot!("the_verbose_tree", fine(&outcome));
    // Nobody said which ring: the group is not entered, and what it would have set is not known
    // behind it.
    let outcome = scratch.run(&["simulate", "lab.tasq"]);
    insta::assert_snapshot!("a_machine_of_which_nothing_is_known", fine(&outcome));
}

#[test]
fn standard_input_is_a_file_too() {
    let scratch = lab();
    let outcome = scratch.run_with_input(&["simulate", "-", "-m", "laptop.toml"], LAB.as_bytes());
    assert!(
        fine(&outcome).starts_with("Lab on laptop.toml\n"),
        "{}",
        outcome.out
    );
}

/// The files of a folder of the project, in order.
fn project_files(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = fs::read_dir(root.join(folder))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| path.display().to_string())
        .collect()
}

/// The traces of every example on every machine, and of the exports of the tests.
fn traces_of_the_project(scratch: &Scratch) -> Vec<Value> {
    let machines = project_files("examples/machines");
    let machines: Vec<&str> = machines
        .iter()
        .flat_map(|machine| ["-m", machine.as_str()])
        .collect();
    let mut values = Vec::new();
    for file in [project_files("examples"), project_files("tests/exports")].concat() {
        if !file.ends_with(".tasq") && !file.ends_with(".xml") {
            continue;
        }
        let args = ["simulate", &file, "--output-format", "json"];
        let outcome = scratch.run(&[&args[..], &machines].concat());
        if outcome.out.is_empty() {
            // An export with several sequences, or with faults.
            assert_ne!(outcome.code, Some(0), "{file}");
        } else {
            values.push(json(&outcome));
        }
    }
    values
}

/// Every kind of event that a trace can hold.
const EVENTS: [&str; 10] = [
    "failed",
    "finished",
    "group_entered",
    "group_left",
    "not_reached",
    "restart_requested",
    "restarted",
    "skipped",
    "step_ran",
    "undecided",
];

/// The kinds of the events of a document with one trace or with several.
fn kinds_of_events(document: &Value) -> BTreeSet<String> {
    let list = |value: &Value| value.as_array().cloned();
    let runs = list(&document["runs"]).unwrap_or_else(|| vec![document.clone()]);
    let events = runs
        .iter()
        .flat_map(|run| list(&run["events"]).unwrap_or_default());
    events
        .map(|event| event["event"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn json_is_as_its_schema_says() {
    let scratch = lab();
    let simulated = |machines: &[&str]| {
        let args = [
            &["simulate", "lab.tasq"][..],
            machines,
            &["--output-format", "json"],
        ];
        json(&scratch.run(&args.concat()))
    };
    let one = simulated(&["-m", "laptop.toml"]);
    fs::copy(scratch.path("laptop.toml"), scratch.path("second.toml")).expect("a copy");
    let both = simulated(&["-m", "laptop.toml", "-m", "second.toml"]);
    assert_eq!(both["runs"].as_array().map(Vec::len), Some(2));
    assert_eq!(both["runs"][0], one);
    let mut values = vec![one, both];
    values.extend(traces_of_the_project(&scratch));
    assert!(values.len() > 12, "{} runs", values.len());
    values.iter().for_each(fits_the_schema);
    let seen: BTreeSet<String> = values.iter().flat_map(kinds_of_events).collect();
    assert_eq!(
        seen.iter().map(String::as_str).collect::<Vec<_>>(),
        EVENTS,
        "every kind of event was among them"
    );
}

#[test]
fn the_schema_refuses_what_is_no_trace() {
    let scratch = lab();
    let good = json(&scratch.run(&["simulate", "lab.tasq", "--output-format", "json"]));
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/trace.json"))
            .expect("a schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    assert!(validator.is_valid(&good));
    for (pointer, value) in [
        ("/format_version", Value::from(2)),
        ("/summary/result", Value::from("fine")),
        ("/events/0/event", Value::from("began")),
        ("/events/0/at", Value::Null),
        ("/variables/_SMSTSInWinPE", Value::from("false")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer)
            .unwrap_or_else(|| panic!("{pointer}")) = value;
        assert!(!validator.is_valid(&bad), "{pointer}");
    }
}

/// The page without the data in it, and the data.
fn page(html: &str) -> (String, Value) {
    let start = "<script type=\"application/json\" id=\"run\">";
    let from = html.find(start).expect("data") + start.len();
    let to = from + html[from..].find("</script>").expect("an end");
    let data = serde_json::from_str(&html[from..to]).expect("the data is JSON");
    (format!("{}{}", &html[..from], &html[to..]), data)
}

/// What would reach out of the page, or into it.
const REACHING: [&str; 10] = [
    "src=",
    "href=",
    "url(",
    "@import",
    "http:",
    "https:",
    "fetch(",
    "XMLHttpRequest",
    "innerHTML",
    "eval(",
];

#[test]
fn the_page_needs_nothing_else_and_holds_any_text() {
    let nasty = r#"</script><b>&"'<!--/*RUN*/ /*TITLE*/"#;
    let source = LAB
        .replace("\"Lab\"", "\"</script><b>&<!--/*RUN*/ /*TITLE*/\"")
        .replace(
            "echo %Note%",
            "echo </script><script>alert(1)</script> <!-- \u{2028}",
        )
        .replace("\"Note\"", "\"</script><img src=x onerror=alert(1)>\"");
    let scratch = Scratch::new(&[
        ("lab.tasq", source.as_bytes()),
        ("laptop.toml", LAPTOP.as_bytes()),
    ]);
    let set = format!("Ring={nasty}");
    let args = [
        "simulate",
        "lab.tasq",
        "-m",
        "laptop.toml",
        "--set",
        &set,
        "--output-format",
        "html",
        "-o",
        "lab.html",
    ];
    assert_eq!(fine(&scratch.run(&args)), "");
    let html = scratch.read("lab.html");
    let (rest, data) = page(&html);
    fits_the_schema(&data);
    assert_eq!(data["variables"]["Ring"]["text"], nasty);
    // What is left is the page as it stands in the program, but for its title.
    assert_eq!(
        rest.matches("</script>").count(),
        3,
        "no text ends a script"
    );
    assert!(
        rest.contains(
            "<title>&lt;/script&gt;&lt;b&gt;&amp;&lt;!--/*RUN*/ /*TITLE*/ on laptop.toml</title>"
        ),
        "{}",
        &rest[..900]
    );
    for word in REACHING {
        assert!(
            !rest.contains(word),
            "{word} reaches out of the page, or into it"
        );
    }
    assert!(rest.contains("default-src 'none'"));
}

#[test]
fn several_machines_give_a_line_each() {
    let scratch = Scratch::new(&[
        ("lab.tasq", LAB.as_bytes()),
        ("laptop.toml", LAPTOP.as_bytes()),
        (
            "desk.toml",
            LAPTOP.replace("ac = false", "ac = true").as_bytes(),
        ),
        (
            "broken.toml",
            format!("{LAPTOP}\n[[outcomes]]\nstep = \"Last\"\nexit_code = 5\n").as_bytes(),
        ),
    ]);
    let args = [
        "simulate",
        "lab.tasq",
        "-m",
        "laptop.toml",
        "-m",
        "desk.toml",
        "-m",
        "broken.toml",
        "--set",
        "Ring=pilot",
    ];
    let outcome = scratch.run(&args);
    assert_eq!(outcome.code, Some(1), "one of them fails");
    insta::assert_snapshot!(outcome.out);
    let pages: Vec<&str> = args
        .into_iter()
        .chain(["--output-format", "html"])
        .collect();
    scratch.run(&pages).fails(2, &["a page shows one machine"]);
}

#[test]
fn undecided_conditions_can_be_taken_as_true() {
    let scratch = lab();
    let outcome = scratch.run(&[
        "simulate",
        "lab.tasq",
        "-m",
        "laptop.toml",
        "--undecided-as-true",
    ]);
    assert!(fine(&outcome).contains("▸ Pilot"), "{}", outcome.out);
    assert!(
        outcome
            .out
            .contains("condition undecided, taken as true: nobody said variable Ring"),
        "{}",
        outcome.out
    );
}

#[test]
fn parameters_are_given_apart_from_variables() {
    let source =
        "param ring: one_of(\"pilot\", \"broad\")\n\nstep \"Ring\" set_variable < Ring = ring >\n";
    let scratch = Scratch::new(&[
        ("p.tasq", source.as_bytes()),
        ("p.toml", b"ring = \"broad\"\n"),
    ]);
    scratch.run(&["simulate", "p.tasq"]).fails(1, &["ring"]);
    let out = scratch.run(&["simulate", "p.tasq", "--param", "ring=pilot"]);
    assert!(fine(&out).contains("Ring = \"pilot\""), "{}", out.out);
    let out = scratch.run(&["simulate", "p.tasq", "--param-file", "p.toml"]);
    assert!(fine(&out).contains("Ring = \"broad\""), "{}", out.out);
}

#[test]
fn a_machine_file_says_where_a_run_begins_and_restarts_lead_elsewhere() {
    let source = "step \"PE\" restart_computer < target: boot_image >\n\
        step \"In PE\" run_command_line < \"a.exe\" > when _SMSTSInWinPE == \"true\"\n\
        step \"Disk\" restart_computer\nstep \"In Windows\" run_command_line < \"b.exe\", run_in: full_os >\n";
    let machine = "os = \"Windows 11 24H2\"\n[variables]\n_SMSTSInWinPE = \"false\"\n";
    let scratch = Scratch::new(&[
        ("r.tasq", source.as_bytes()),
        ("m.toml", machine.as_bytes()),
    ]);
    let out = scratch.run(&["simulate", "r.tasq", "-m", "m.toml"]);
    let out = fine(&out);
    for line in [
        "? In PE       would run: a.exe",
        "? In Windows  would run: b.exe",
        "4 ran (2 on an assumption), 2 restarts.",
    ] {
        assert!(out.contains(line), "{line}:\n{out}");
    }
}

// ---- exports

/// The console's zip with some sequences: identifier, name and the XML of each.
fn archive(sequences: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (id, name, xml) in sequences {
        let member = format!("SMS_TaskSequencePackage/{id}/object.xml");
        zip.start_file(member, zip::write::SimpleFileOptions::default())
            .expect("a member begins");
        let object = format!(
            "<INSTANCE CLASSNAME=\"SMS_TaskSequencePackage\"><PROPERTY NAME=\"Name\"><VALUE>{name}</VALUE></PROPERTY>\
             <PROPERTY NAME=\"PackageID\"><VALUE>{id}</VALUE></PROPERTY>\
             <PROPERTY NAME=\"Sequence\"><VALUE><![CDATA[{xml}]]></VALUE></PROPERTY></INSTANCE>"
        );
        zip.write_all(object.as_bytes())
            .expect("a member is written");
    }
    zip.finish().expect("the archive is whole").into_inner()
}

fn built(scratch: &Scratch, source: &str) -> String {
    let outcome = scratch.run_with_input(&["build", "-"], source.as_bytes());
    outcome.succeeds();
    outcome.out
}

#[test]
fn exports_are_simulated_without_converting_them() {
    let scratch = lab();
    let main = "step \"A\" run_command_line < \"a.exe\" >\nstep \"Child\" run_task_sequence < task_sequence: \"PS100002\" >\n";
    let (main, child) = (
        built(&scratch, main),
        built(&scratch, "step \"B\" run_command_line < \"b.exe\" >\n"),
    );
    fs::write(scratch.path("main.xml"), &main).expect("a file");
    // A bare sequence, with no child at hand and with one.
    let out = scratch.run(&["simulate", "main.xml"]);
    assert!(
        fine(&out)
            .contains("sequence undecided, taken as false: nobody said task sequence PS100002"),
        "{}",
        out.out
    );
    fs::write(scratch.path("child.xml"), &child).expect("a file");
    let out = scratch.run(&["simulate", "main.xml", "--child", "PS100002=child.xml"]);
    assert!(fine(&out).contains("▸ Child\n  ? B"), "{}", out.out);
    // An archive with both: the child is found in it, and the sequence must be named.
    let both = archive(&[("PS100001", "Main", &main), ("PS100002", "Inner", &child)]);
    fs::write(scratch.path("both.zip"), both).expect("a file");
    scratch
        .run(&["simulate", "both.zip"])
        .fails(2, &["--sequence NAME", "Main (PS100001), Inner (PS100002)"]);
    scratch
        .run(&["simulate", "both.zip", "--sequence", "Mian"])
        .fails(2, &["there is no sequence Mian"]);
    for wanted in ["Main", "PS100001"] {
        let out = scratch.run(&["simulate", "both.zip", "--sequence", wanted]);
        assert!(fine(&out).contains("▸ Child\n  ? B"), "{}", out.out);
    }
    let out = scratch.run(&["simulate", "main.xml", "--child", "PS100002=both.zip"]);
    assert!(fine(&out).contains("▸ Child\n  ? B"), "{}", out.out);
}

#[test]
fn children_that_run_each_other_are_refused() {
    let scratch = lab();
    let runs = |id: &str| format!("step \"Next\" run_task_sequence < task_sequence: \"{id}\" >\n");
    fs::write(scratch.path("a.tasq"), runs("PS100002")).expect("a file");
    fs::write(scratch.path("b.tasq"), runs("PS100002")).expect("a file");
    scratch
        .run(&["simulate", "a.tasq", "--child", "PS100002=b.tasq"])
        .fails(2, &["run each other in a circle: PS100002, PS100002"]);
}

// ---- what is refused

#[test]
fn bad_input_is_refused_in_words() {
    let scratch = Scratch::new(&[
        ("lab.tasq", LAB.as_bytes()),
        ("laptop.toml", LAPTOP.as_bytes()),
        ("bad.tasq", b"step \"A\" run_comand_line < \"a\" >\n"),
        (
            "bad.toml",
            b"os = \"Windows 11 24H2\"\nmemmory = \"16 GB\"\n",
        ),
        (
            "words.toml",
            b"ram = \"8GB\"\n[power]\non_mains = true\n[[outcomes]]\nstep = \"A\"\ncode = 1\n",
        ),
        ("worse.toml", b"os = [\n"),
        ("odd.toml", b"memory = \"16 apples\"\n"),
        ("bytes.toml", b"name = \"\xff\xfe\"\n"),
        ("empty.xml", b"<object/>"),
    ]);
    let run = |args: &[&str]| scratch.run(&[&["simulate"], args].concat());
    run(&["missing.tasq"]).fails(2, &["missing.tasq"]);
    run(&["lab.tasq", "-m", "missing.toml"]).fails(2, &["cannot read missing.toml"]);
    run(&["lab.tasq", "-m", "bytes.toml"]).fails(2, &["bytes.toml is not text in UTF-8"]);
    run(&["lab.tasq", "-m", "bad.toml"]).fails(1, &["memmory", "memory", "bad.toml:2:1"]);
    run(&["lab.tasq", "-m", "words.toml"]).fails(
        1,
        &[
            "did you mean `memory`?",
            "did you mean `ac`?",
            "did you mean `exit_code`?",
        ],
    );
    run(&["lab.tasq", "-m", "worse.toml"]).fails(1, &["worse.toml:"]);
    run(&["lab.tasq", "-m", "odd.toml"]).fails(1, &["odd.toml:1:10"]);
    run(&["bad.tasq"]).fails(1, &["run_comand_line", "run_command_line"]);
    run(&["empty.xml"]).fails(1, &["empty.xml"]);
    run(&["lab.tasq", "--set", "Ring"]).fails(2, &["write --set NAME=VALUE"]);
    run(&["lab.tasq", "--set", "=x"]).fails(2, &["write --set NAME=VALUE"]);
    run(&["lab.tasq", "--child", "PS100002"]).fails(2, &["write --child ID=FILE"]);
    run(&["lab.tasq", "--output-format", "pdf"]).fails(2, &["pdf"]);
    run(&[]).fails(2, &["FILE"]);
    let all = run(&["lab.tasq", "-m", "bad.toml", "-m", "worse.toml"]);
    all.fails(1, &["bad.toml", "worse.toml"]);
    assert_eq!(
        all.out, "",
        "nothing is told about a machine that is not understood"
    );
}

#[test]
fn a_run_that_fails_is_an_exit_code_of_one() {
    let scratch = Scratch::new(&[
        ("a.tasq", b"step \"A\" run_command_line < \"a.exe\" >\nstep \"B\" run_command_line < \"b.exe\" >\n"),
        ("m.toml", b"[[outcomes]]\nstep = \"A\"\nexit_code = -2147023294\n"),
    ]);
    let outcome = scratch.run(&["simulate", "a.tasq", "-m", "m.toml"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(1), ""));
    assert!(
        outcome.out.contains(
            "✗ A  exit code 2147944002 (0x80070642) is none of success; the sequence fails"
        ),
        "{}",
        outcome.out
    );
    assert!(
        outcome.out.ends_with(
            "Failed at \"A\" with 2147500037 (0x80004005): 1 ran, 1 not reached, 1 failed.\n"
        ),
        "{}",
        outcome.out
    );
}

#[test]
fn writing_is_all_or_nothing() {
    let scratch = lab();
    fs::write(scratch.path("trace.json"), "old").expect("a file");
    scratch
        .run(&[
            "simulate",
            "lab.tasq",
            "-m",
            "missing.toml",
            "-o",
            "trace.json",
        ])
        .fails(2, &["missing.toml"]);
    assert_eq!(scratch.read("trace.json"), "old");
    fs::create_dir(scratch.path("folder")).expect("a folder");
    scratch
        .run(&["simulate", "lab.tasq", "-o", "folder"])
        .fails(2, &["folder"]);
    scratch
        .run(&["simulate", "lab.tasq", "-o", "lab.tasq/trace.json"])
        .fails(2, &["cannot write lab.tasq/trace.json"]);
    fs::write(scratch.path("trace.json"), "").expect("a file");
    let args = [
        "simulate",
        "lab.tasq",
        "--output-format",
        "json",
        "-o",
        "trace.json",
    ];
    assert_eq!(fine(&scratch.run(&args)), "");
    assert!(scratch.read("trace.json").starts_with('{'));
    let left: Vec<_> = fs::read_dir(scratch.path(""))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left.len(), 4, "no half-written file is left: {left:?}");
}

// ---- secrets

/// What no form of a run may show.
const SECRET: &str = "Hunter2!Geheim";

/// A machine that knows a secret, and a step that prints one.
const TELLING: &str = r#"os = "Windows 11 24H2"
[variables]
OSDLocalAdminPassword = "SECRET"

[[outcomes]]
step = "Echo"
output = "it is SECRET"
"#;

/// Every place of a sequence that a secret can come into.
const LEAKING: &str = r#"step "Set" set_variable < OSDJoinPassword = "SECRET" >
step "Masked" set_variable < masked Mine = "SECRET" >
step "Use" run_command_line < "tool.exe /password:SECRET %Mine% %OSDLocalAdminPassword%" >
step "Rules" set_dynamic_variables < rule when Mine == "SECRET" { masked Copy = "SECRET" } >
step "Echo" run_command_line < "echo.exe", output_variable: Out >
step "Connect" connect_network_folder < path: "\\server\share", account: "LAB\user", password: secret("share") >
step "Asked" run_command_line < "a.exe" > when Mine == "SECRET", file "C:\SECRET.txt", registry "HKEY_LOCAL_MACHINE\SOFTWARE\X" value "V" == "SECRET"
step "Query" run_command_line < "a.exe" > when wmi "select * from Win32_ComputerSystem where Model = '%Mine%'"
step "Message" set_variable < SMSTSRebootMessage = "SECRET" >
step "Again" restart_computer < message: "SECRET" >
step "After" set_variable < SMSTSPostAction = "cmd.exe /c SECRET" >
"#;

/// The same from an export that keeps them in plain text.
const EXPORT: &str = concat!(
    r#"<sequence version="3.10">"#,
    r#"<step type="SMS_TaskSequence_SetVariableAction" name="Set" description="" "#,
    r#"runIn="WinPEandFullOS" successCodeList="0">"#,
    r#"<action>tsenv.exe "OSDJoinPassword=SECRET"</action><defaultVarList>"#,
    r#"<variable name="VariableName" property="VariableName" "#,
    r#"hidden="true">OSDJoinPassword</variable>"#,
    r#"<variable name="VariableValue" property="VariableValue" hidden="true">SECRET</variable>"#,
    r#"</defaultVarList></step>"#,
    r#"<step type="SMS_TaskSequence_RunCommandLineAction" name="Use" description="" "#,
    r#"runIn="WinPEandFullOS" successCodeList="0 3010" timeout="" runFromNet="false">"#,
    r#"<action>smsswd.exe /run: net use /user:x SECRET %OSDJoinPassword%</action>"#,
    r#"<defaultVarList>"#,
    r#"<variable name="CommandLine" property="CommandLine" hidden="true">net use /user:x "#,
    r#"SECRET %OSDJoinPassword%</variable>"#,
    r#"</defaultVarList></step></sequence>"#,
);

/// Simulates a sequence; what is said has no secret in it.
fn nothing_is_told(scratch: &Scratch, file: &str, format: &str, more: &[&str]) -> Outcome {
    let args = [
        &["simulate", file, "-m", "m.toml", "--output-format", format][..],
        more,
    ];
    let outcome = scratch.run(&args.concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    for text in [&outcome.out, &outcome.err] {
        assert!(!text.contains(SECRET), "{format} {more:?}:\n{text}");
    }
    outcome
}

#[test]
fn secrets_are_in_no_form_of_a_run() {
    let told = |text: &str| text.replace("SECRET", SECRET);
    let scratch = Scratch::new(&[
        ("s.tasq", told(LEAKING).as_bytes()),
        ("s.xml", told(EXPORT).as_bytes()),
        ("m.toml", told(TELLING).as_bytes()),
    ]);
    let set = format!("SMSConnectNetworkFolderPassword={SECRET}");
    let given = ["--set", set.as_str()];
    let mut shown = 0;
    for format in ["text", "json", "html"] {
        for more in [
            &[][..],
            &["--verbose"],
            &["--undecided-as-true", "--verbose"],
        ] {
            let more = [&given[..], more].concat();
            let outcome = nothing_is_told(&scratch, "s.tasq", format, &more);
            shown += usize::from(outcome.out.contains("********"));
        }
        nothing_is_told(&scratch, "s.xml", format, &["--verbose"]);
    }
    assert_eq!(shown, 9, "what is hidden is said to be there");
}

// ---- success that is taken for granted

#[test]
fn what_is_assumed_to_succeed_ends_with_a_code_of_success() {
    let source = br#"step "Seven" run_command_line < "a.exe", success_codes: [7] >
step "Later" run_command_line < "b.exe", success_codes: [3010, 5] >
step "Restarts" run_command_line < "c.exe", success_codes: [9, 0, 3010] >
step "Script" run_powershell_script < "Get-Date", success_codes: [4], output_variable: Out >
step "Raw" run_command_line < "a.exe", xml < successCodeList: "0x8;9" > >
step "Vendor" "Vendor_Action" < action: "d.exe", success_codes: [6] >
step "After" run_command_line < "e.exe" > when Out == "x"
"#;
    let scratch = Scratch::new(&[("a.tasq", source)]);
    let outcome = scratch.run(&["simulate", "a.tasq", "--output-format", "json"]);
    assert_eq!(outcome.code, Some(0), "{}{}", outcome.out, outcome.err);
    let run: serde_json::Value = serde_json::from_str(&outcome.out).expect("JSON");
    let text = run.to_string();
    let codes: Vec<u64> = text
        .split("\"exit_code\":")
        .skip(1)
        .filter_map(|rest| rest.split([',', '}']).next()?.parse().ok())
        .collect();
    assert!(codes.starts_with(&[7, 5, 0, 4, 8, 6]), "{codes:?}\n{text}");
    // Nobody knows what it printed.
    assert!(text.contains("output of the step"), "{text}");
}

#[test]
fn a_machine_file_can_say_what_a_simulation_misses_of_a_unix() {
    let source = br#"step "A" run_command_line < "a" > when file "/bin/sh", folder "/opt/App"
"#;
    let machine = b"[files]\n'/bin/sh' = true\n[folders]\n'/opt/App' = true\n";
    let scratch = Scratch::new(&[("a.tasq", source), ("m.toml", machine)]);
    let outcome = scratch.run(&["simulate", "a.tasq"]);
    assert!(outcome.out.contains("files.'/bin/sh'"), "{}", outcome.out);
    let outcome = scratch.run(&["simulate", "a.tasq", "-m", "m.toml"]);
    assert_eq!(outcome.code, Some(0), "{}{}", outcome.out, outcome.err);
    assert!(outcome.out.contains("would run: a"), "{}", outcome.out);
}

#[test]
fn a_name_with_quotation_marks_is_as_the_console_has_it_in_every_output() {
    let source = "group 'The \"old\"' {\n    step 'It''s \"both\"' run_command_line < \"x.exe\" >\n}\n\
        test \"T\" {\n    mock step 'It''s \"both\"' exits 5\n    expect step 'It''s \"both\"' succeeded\n}\n";
    let path = "\"The \"old\"\" / \"It's \"both\"\"";
    let machines = [
        "It's \"both\"",
        path,
        "The old / It's both",
        "\"The \"\"old\"\"\" / \"It's \"\"both\"\"\"",
    ];
    for step in machines {
        let machine = format!("[[outcomes]]\nstep = '''{step}'''\nexit_code = 5\n");
        let files: [(&str, &[u8]); 2] = [
            ("lab.tasq", source.as_bytes()),
            ("m.toml", machine.as_bytes()),
        ];
        let scratch = Scratch::new(&files);
        let run = |format| {
            let words = [
                "simulate",
                "lab.tasq",
                "-m",
                "m.toml",
                "--output-format",
                format,
            ];
            scratch.run(&words)
        };
        let text = scratch.run(&["simulate", "lab.tasq", "-m", "m.toml"]).out;
        assert!(
            text.contains(&format!("Failed at {path} with")),
            "{step}: {text}"
        );
        let document = json(&run("json"));
        assert!(document.to_string().contains("exit_code\":5"), "{step}");
        assert_eq!(document["summary"]["cause"], path, "{step}");
        let (_, data) = page(&run("html").out);
        assert!(!data.to_string().contains("\\\"\\\"both"), "{step}: {data}");
        let tested = scratch.run(&["test", "lab.tasq", "--junit", "junit.xml"]);
        let junit = scratch.read("junit.xml");
        for said in [tested.out + &tested.err, junit.replace("&quot;", "\"")] {
            assert!(said.contains(&format!("{path} ")), "{said}");
            assert!(!said.contains("\"\"both"), "{said}");
        }
    }
}
