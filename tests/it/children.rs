//! The one finder of child sequences, as every verb uses it: by identifier, else by name; what may
//! be meant twice is said, and taken from nowhere. A parent of a zip and its sources run alike.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write as _},
};

use serde_json::Value;

use crate::{
    cli::{Outcome, Scratch, files_in},
    corpus,
};

const PARENT: &[u8] = b"step \"A\" set_variable < X = \"1\" >\n\
    step \"Child\" run_task_sequence < task_sequence: task_sequence(\"CHQ00016\", \"Defaults\") >\n";

/// A source of a child: its header's items, and the value that its step sets.
fn child(name: &str, items: &str, value: &str) -> Vec<u8> {
    format!("sequence \"{name}\"{items}\n\nstep \"B\" set_variable < Y = \"{value}\" >\n")
        .into_bytes()
}

fn simulated(scratch: &Scratch, args: &[&str]) -> String {
    let outcome = scratch.run(&[&["simulate"], args, &["--verbose"]].concat());
    assert_eq!(outcome.code, Some(0), "{}{}", outcome.out, outcome.err);
    format!("{}{}", outcome.out, outcome.err)
}

fn sets(out: &str, value: &str) -> bool {
    out.contains(&format!("Y = \"{value}\" (was nothing)"))
}

#[test]
fn a_child_is_found_beside_by_its_identifier_else_by_its_name() {
    let scratch = Scratch::new(&[
        ("parent.tasq", PARENT),
        ("a.tasq", &child("Defaults", "", "by name")),
        (
            "below/b.tasq",
            &child("Other", " < package_id: \"CHQ00016\" >", "by id"),
        ),
        ("z.tasq", b"step \"broken\n"),
    ]);
    let out = simulated(&scratch, &["parent.tasq"]);
    assert!(sets(&out, "by id"), "{out}");
    fs::remove_file(scratch.path("below/b.tasq")).expect("it is there");
    let out = simulated(&scratch, &["parent.tasq"]);
    assert!(sets(&out, "by name"), "{out}");
    // What is given comes first, by identifier or by name.
    fs::write(scratch.path("given.tasq"), child("Given", "", "given")).expect("a file");
    for key in ["CHQ00016", "chq00016", "Defaults"] {
        let out = simulated(
            &scratch,
            &["parent.tasq", "--child", &format!("{key}=given.tasq")],
        );
        assert!(sets(&out, "given"), "{key}: {out}");
    }
    // A name that the header puts together is known, too.
    let together = "sequence \"Put together\" < package_id: \"${site}00016\" >\n\nlet site = \"CHQ\"\n\n\
                    step \"B\" set_variable < Y = \"put together\" >\n";
    fs::write(scratch.path("together.tasq"), together).expect("a file");
    let out = simulated(&scratch, &["parent.tasq"]);
    assert!(sets(&out, "put together"), "{out}");
}

#[test]
fn a_child_that_may_be_two_sequences_is_said_and_not_run() {
    let own = " < package_id: \"CHQ00016\" >";
    let scratch = Scratch::new(&[
        ("parent.tasq", PARENT),
        ("one.tasq", &child("Defaults", own, "1")),
        ("two.tasq", &child("Defaults (old)", own, "2")),
    ]);
    let out = simulated(&scratch, &["parent.tasq"]);
    let why = "task sequence CHQ00016 \"Defaults\" (it may be one.tasq or two.tasq)";
    assert!(
        out.contains(&format!("taken as false: nobody said {why}")),
        "{out}"
    );
    assert!(
        out.contains("--child \"CHQ00016\"=FILE says which is meant"),
        "{out}"
    );
    let out = simulated(&scratch, &["parent.tasq", "--child", "CHQ00016=two.tasq"]);
    assert!(sets(&out, "2"), "{out}");
    // By name as well.
    fs::write(scratch.path("one.tasq"), child("Defaults", "", "1")).expect("a file");
    fs::write(scratch.path("two.tasq"), child("defaults", "", "2")).expect("a file");
    let out = simulated(&scratch, &["parent.tasq"]);
    assert!(out.contains("(it may be one.tasq or two.tasq)"), "{out}");
}

#[test]
fn a_sequence_of_the_name_with_another_identifier_is_not_taken() {
    let scratch = Scratch::new(&[
        ("parent.tasq", PARENT),
        (
            "lab.tasq",
            &child("Defaults", " < package_id: \"LAB00020\" >", "lab"),
        ),
    ]);
    let out = simulated(&scratch, &["parent.tasq"]);
    assert!(
        out.contains("(lab.tasq has this name, but is LAB00020)"),
        "{out}"
    );
    // Nor is one that was given as another.
    let two = [
        PARENT,
        b"step \"C\" run_task_sequence < task_sequence: task_sequence(\"LAB00021\", \"Given\") >\n",
    ]
    .concat();
    fs::write(scratch.path("parent.tasq"), two).expect("a file");
    let elsewhere = Scratch::new(&[("given.tasq", &child("Given", "", "given"))]);
    let given = format!("CHQ00016={}", elsewhere.path("given.tasq").display());
    let out = simulated(&scratch, &["parent.tasq", "--child", &given]);
    assert_eq!(out.matches("✓ B").count(), 1, "{out}");
}

#[test]
fn a_child_with_errors_is_named() {
    let scratch = Scratch::new(&[
        ("parent.tasq", PARENT),
        (
            "bad.tasq",
            b"sequence \"Defaults\" < package_id: \"CHQ00016\" >\nstep \"B\" no_such_type\n",
        ),
    ]);
    let out = simulated(&scratch, &["parent.tasq"]);
    let why = "(bad.tasq has errors, which `tasq check bad.tasq` tells)";
    assert!(out.contains(why), "{out}");
}

#[test]
fn sequences_of_a_project_that_run_each_other_are_refused() {
    let runs = |own: &str, other: &str| {
        format!(
            "sequence \"{own}\" < package_id: \"{own}\" >\nstep \"Next\" run_task_sequence < task_sequence: \"{other}\" >\n"
        )
    };
    let scratch = Scratch::new(&[
        ("a.tasq", runs("CHQ00001", "CHQ00002").as_bytes()),
        ("b.tasq", runs("CHQ00002", "CHQ00001").as_bytes()),
    ]);
    scratch.run(&["simulate", "a.tasq"]).fails(
        2,
        &["run each other in a circle: CHQ00002, CHQ00001, CHQ00002"],
    );
}

#[test]
fn tests_and_the_prompt_find_children_as_simulate_does() {
    let own = " < package_id: \"CHQ00016\" >";
    let scratch = Scratch::new(&[
        ("parent.tasq", PARENT),
        (
            "parent.test.tasq",
            b"test \"with its child\" {\n    expect Y == \"found\"\n    expect step \"Child\" / \"B\" ran\n}\n",
        ),
        ("child.tasq", &child("Defaults", own, "found")),
        ("given.tasq", &child("Given", "", "given")),
    ]);
    let tested = scratch.run(&["test"]);
    assert_eq!(tested.code, Some(0), "{}{}", tested.out, tested.err);
    let out = scratch.run_with_input(&["repl"], b":load parent.tasq\n:run\nY == \"found\"\n");
    assert!(out.out.contains("true"), "{}{}", out.out, out.err);
    let out = scratch.run_with_input(
        &["repl", "parent.tasq", "--child", "CHQ00016=given.tasq"],
        b":run\nY == \"given\"\n",
    );
    assert!(out.out.contains("true"), "{}{}", out.out, out.err);
    // A step that is typed finds its child, too.
    let typed = b"step \"T\" run_task_sequence < task_sequence: \"CHQ00016\" >\nY == \"found\"\n";
    let out = scratch.run_with_input(&["repl"], typed);
    assert!(out.out.contains("true"), "{}{}", out.out, out.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_finds_its_children_and_does_not_begin_without_them() {
    let parent = b"step \"Child\" run_task_sequence < task_sequence: task_sequence(\"CHQ00016\", \"Defaults\") >\n";
    let scratch = Scratch::new(&[("parent.tasq", parent)]);
    let run = |args: &[&str]| {
        let begin = [
            "run",
            "parent.tasq",
            "--yes",
            "--state",
            "state",
            "--no-resume-entry",
        ];
        scratch.run(&[&begin, args].concat())
    };
    run(&[]).fails(
        2,
        &[
            "Tasq cannot carry out these steps",
            "task sequence CHQ00016 \"Defaults\" is not at hand",
        ],
    );
    let child =
        "sequence \"Defaults\"\n\nstep \"B\" run_command_line < \"touch \\\"%HERE%/ran\\\"\" >\n";
    let child = child
        .replace("\\\"", "")
        .replace("%HERE%", &scratch.path("").display().to_string());
    fs::write(scratch.path("child.tasq"), child).expect("a file");
    let done = run(&[]);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    assert!(scratch.path("ran").exists());
    // Of two that could be meant, none runs.
    fs::remove_file(scratch.path("ran")).expect("it ran");
    fs::copy(scratch.path("child.tasq"), scratch.path("copy.tasq")).expect("a copy");
    run(&[]).fails(2, &["it may be child.tasq or copy.tasq"]);
    assert!(!scratch.path("ran").exists());
}

#[test]
fn two_sequences_of_one_name_in_a_file_are_not_chosen_from() {
    let both = zipped(&[
        ("PS100001", "Same", "<sequence version=\"3.10\"></sequence>"),
        ("PS100002", "Same", "<sequence version=\"3.10\"></sequence>"),
    ]);
    let scratch = Scratch::new(&[("both.zip", &both)]);
    scratch
        .run(&["simulate", "both.zip", "--sequence", "Same"])
        .fails(
            2,
            &[
                "Same is what several sequences are called",
                "Same (PS100001), Same (PS100002)",
            ],
        );
    simulated(&scratch, &["both.zip", "--sequence", "PS100002"]);
}

/// The console's zip with some sequences: identifier, name and the XML of each.
fn zipped(sequences: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (id, name, xml) in sequences {
        let member = format!("SMS_TaskSequencePackage/{id}/object.xml");
        zip.start_file(member, zip::write::SimpleFileOptions::default())
            .expect("a member begins");
        let name = name.replace('&', "&amp;").replace('<', "&lt;");
        let object = format!(
            "<INSTANCE CLASSNAME=\"SMS_TaskSequencePackage\"><PROPERTY NAME=\"Name\"><VALUE>{name}</VALUE></PROPERTY>\
             <PROPERTY NAME=\"PackageID\"><VALUE>{id}</VALUE></PROPERTY>\
             <PROPERTY NAME=\"Sequence\"><VALUE><![CDATA[{}]]></VALUE></PROPERTY></INSTANCE>",
            xml.replace("]]>", "]]]]><![CDATA[>")
        );
        zip.write_all(object.as_bytes())
            .expect("a member is written");
    }
    zip.finish().expect("the archive is whole").into_inner()
}

fn json(outcome: &Outcome) -> Value {
    assert!(
        outcome.code.is_some_and(|code| code < 2),
        "{}{}",
        outcome.out,
        outcome.err
    );
    serde_json::from_str(&outcome.out).expect("JSON")
}

/// The paths of the events of a run, and its counts.
fn told(run: &Value) -> (Vec<String>, Value) {
    let events = run["events"].as_array().expect("events");
    let paths = events
        .iter()
        .map(|event| {
            let at = event
                .as_object()
                .and_then(|own| own.values().find_map(|own| own.get("at")));
            let at = at.or_else(|| event.get("at")).cloned().unwrap_or_default();
            at.to_string()
        })
        .collect();
    (paths, run["summary"].clone())
}

/// Genuine sequences in zips of six, run by a parent of our own: by identifier and by the name that
/// the console shows. From the zip, and from its sources, the same instructions.
#[test]
fn a_parent_from_a_zip_and_from_its_sources_runs_alike() {
    let samples = corpus::configmgr();
    if samples.is_empty() {
        println!("corpus absent: skipped");
        return;
    }
    let mut instructions = BTreeMap::new();
    for (number, part) in samples.chunks(6).step_by(2).enumerate() {
        let ids: Vec<String> = (0..part.len())
            .map(|at| format!("CHQ0{number:02X}{at:02X}"))
            .collect();
        let scratch = Scratch::new(&[]);
        let steps: String = ids
            .iter()
            .enumerate()
            .map(|(at, id)| {
                format!("step \"Part {at}\" run_task_sequence < task_sequence: task_sequence(\"{id}\", \"Part {at} of {number}\"), continue_on_error: true >\n")
            })
            .collect();
        let built = scratch.run_with_input(&["build", "-"], steps.as_bytes());
        assert_eq!(built.code, Some(0), "{}", built.err);
        let names: Vec<String> = (0..part.len())
            .map(|at| format!("Part {at} of {number}"))
            .collect();
        let mut all = vec![("CHQFFFFF", "All of them", built.out.as_str())];
        for ((id, name), sample) in ids.iter().zip(&names).zip(part) {
            all.push((id, name, &sample.xml));
        }
        fs::write(scratch.path("all.zip"), zipped(&all)).expect("a file");
        let out = scratch.run(&["decompile", "all.zip", "-o", "out"]);
        assert!(out.code.is_some_and(|code| code < 2), "{}", out.err);
        let from_zip = json(&scratch.run(&[
            "simulate",
            "all.zip",
            "--sequence",
            "CHQFFFFF",
            "--output-format",
            "json",
        ]));
        let written = files_in(&scratch.path("out"));
        assert_eq!(written.len(), all.len(), "{written:?}");
        let sources = json(&scratch.run(&[
            "simulate",
            "out/all-of-them.tasq",
            "--output-format",
            "json",
        ]));
        let (zip, source) = (told(&from_zip), told(&sources));
        assert_eq!(zip.0.len(), source.0.len(), "{number}");
        assert_eq!(zip, source, "{number}");
        instructions.insert(number, zip.0.len());
    }
    let all: usize = instructions.values().sum();
    println!("{} zips, {all} events alike", instructions.len());
    assert!(all > 300, "children run: {instructions:?}");
}

#[test]
fn a_package_identifier_is_kept_and_judged() {
    let both = zipped(&[
        ("PS100001", "Good", "<sequence version=\"3.10\"></sequence>"),
        ("lab-1", "Bad", "<sequence version=\"3.10\"></sequence>"),
    ]);
    let scratch = Scratch::new(&[("both.zip", &both)]);
    let out = scratch.run(&["decompile", "both.zip", "-o", "out"]);
    assert_eq!(out.code, Some(0), "{}{}", out.out, out.err);
    assert!(
        scratch
            .read("out/good.tasq")
            .contains("package_id: \"PS100001\"")
    );
    assert!(!scratch.read("out/bad.tasq").contains("package_id"));
    assert!(
        out.err
            .contains("the export's `package_id` is nothing that a header can say"),
        "{}",
        out.err
    );
    let told = scratch.run(&[
        "decompile",
        "both.zip",
        "-o",
        "json",
        "--output-format",
        "json",
    ]);
    let told = json(&told);
    assert_eq!(told["sequences"][0]["package_id"], "PS100001", "{told}");
    assert!(told["sequences"][1]["package_id"].is_null(), "{told}");
}

#[test]
fn a_given_child_that_no_step_names_is_told() {
    let scratch = Scratch::new(&[
        ("parent.tasq", PARENT),
        ("x.tasq", &child("Given", "", "given")),
    ]);
    let told = |args: &[&str]| {
        scratch
            .run(&[&["simulate", "parent.tasq"], args].concat())
            .err
    };
    let out = told(&["--child", "NOPE=x.tasq"]);
    let no_step = "no step runs a sequence of this name";
    assert_eq!(out, format!("tasq: --child \"NOPE\": {no_step}\n"));
    let out = told(&["--child", "CHQ00061=x.tasq", "--child", "Defaults=x.tasq"]);
    let near = "; did you mean \"CHQ00016\"?";
    assert_eq!(
        out,
        format!("tasq: --child \"CHQ00061\": {no_step}{near}\n")
    );
    assert_eq!(told(&["--child", "chq00016=x.tasq"]), "");
}
