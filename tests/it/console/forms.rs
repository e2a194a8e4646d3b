//! Other forms of the output, and who may be overwritten.

use super::scratch;

#[test]
fn a_package_file_is_read_back_with_all_its_properties() {
    let scratch = scratch();
    let done = scratch.run(&["build", "parent.tasq", "--format", "package", "-o", "a.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let text = scratch.read("a.xml");
    assert!(text.starts_with("<?xml version=\"1.0\"?>\r\n<SmsTaskSequencePackage>\r\n"));
    assert!(
        !text.replace("\r\n", "").contains(['\r', '\n']),
        "one kind of line end"
    );
    let done = scratch.run(&["decompile", "a.xml", "-o", "again.tasq"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let again = scratch.read("again.tasq");
    let header = super::PARENT.split("\n>").next().expect("a header");
    for word in header.split_whitespace() {
        assert!(
            again.contains(word.trim_end_matches(',')),
            "{word}\n{again}"
        );
    }
}

#[test]
fn formats_are_what_they_say() {
    let scratch = scratch();
    let one = scratch.run(&["build", "child.tasq"]).out;
    assert_eq!(
        scratch.run(&["build", "child.tasq", "--format", "xml"]).out,
        one
    );
    let pretty = scratch.run(&["build", "child.tasq", "--pretty"]).out;
    let said = scratch
        .run(&["build", "child.tasq", "--format", "pretty"])
        .out;
    assert_eq!(said, pretty);
    assert_ne!(one, pretty);
    scratch
        .run(&["build", "child.tasq", "--pretty", "--format", "zip"])
        .fails(2, &["--pretty"]);
    scratch
        .run(&["build", "child.tasq", "--comment", "x"])
        .fails(2, &["--comment", "--format zip"]);
}

#[test]
fn a_zip_for_each_source_goes_into_a_folder() {
    let scratch = scratch();
    let args = ["build", "parent.tasq", "child.tasq", "--format", "zip"];
    scratch.run(&args).fails(2, &["-o DIR"]);
    let done = scratch.run(&[&args[..], &["-o", "out/"]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    let names = crate::cli::files_in(&scratch.path("out"));
    assert_eq!(names, ["child.zip", "parent.zip"]);
    // Once more writes over them; another file is left alone.
    let again = scratch.run(&[&args[..], &["-o", "out/"]].concat());
    assert_eq!(again.code, Some(0), "{}", again.err);
    std::fs::write(scratch.path("out/child.zip"), b"PK\x03\x04 mine").expect("written");
    scratch
        .run(&[&args[..], &["-o", "out/"]].concat())
        .fails(2, &["out/child.zip", "is not the console's zip", "--force"]);
}

#[test]
fn a_comment_stands_in_the_zip() {
    let scratch = scratch();
    let args = ["build", "child.tasq", "--format", "zip", "-o", "a.zip"];
    let done = scratch.run(&[&args[..], &["--comment", "Patch <night> & more"]].concat());
    assert_eq!(done.code, Some(0), "{}", done.err);
    let zip = super::zip_of(&scratch, "a.zip");
    let core = super::entries(&zip)
        .into_iter()
        .find(|(name, _)| name.ends_with(".psmdcp"));
    let text = String::from_utf8(core.expect("core properties").1).expect("text");
    let said = "<dc:description>Patch &lt;night&gt; &amp; more</dc:description>";
    assert!(text.contains(said), "{text}");
}

#[test]
fn an_unknown_platform_is_found_where_it_stands() {
    let scratch = crate::cli::Scratch::new(&[(
        "a.tasq",
        b"sequence \"A\" < supported_platforms: [\"All Windows 10 (64-bit)\"] >\n",
    )]);
    let done = scratch.run(&["check", "a.tasq", "--output-format", "short"]);
    done.fails(1, &["a.tasq:1:38", "TQ0405", "All Windows 10 (64-bit)"]);
}

#[test]
fn a_zip_that_would_lack_a_sequence_is_not_written() {
    let scratch = scratch();
    std::fs::write(scratch.path("child.tasq"), "step \"A\" no_such_step\n").expect("written");
    let args = ["build", "parent.tasq", "child.tasq", "--format", "zip"];
    scratch
        .run(&[&args[..], &["-o", "out.zip"]].concat())
        .fails(1, &["the zip is not written", "0 written, 1 failed"]);
    assert!(!scratch.path("out.zip").exists());
}

/// Every property that a header can say of the object.
const EVERYTHING: &str = r#"sequence "Lab <maintenance>" <
    package_id: "LAB00042"
    description: "Patch & <restart>"
    category: "Lab"
    boot_image: "LAB00005"
    maximum_run_time: 90min
    estimated_run_time: 2h
    estimated_download_size: 3GB
    custom_progress_text: "Maintenance"
    run_first: "LAB00001;;Install"
    supported_platforms: ["All Windows 10 (64-bit) Client", "I386 6.10.7601.0 to 6.10.9999.9999"]
    restart_required: true
    enabled: false
    high_impact: true
    high_impact_custom_text: true
    high_impact_headline: "Headline"
    high_impact_warning_top: "Top"
    high_impact_warning: "Middle"
    high_impact_warning_install: "Install"
    localized_name: "Labor"
    localized_description: "Pflege"
    program_flags: 17866772
>

step "Restart" restart_computer
"#;

#[test]
fn every_property_of_the_header_survives_zip_and_package() {
    let scratch = scratch();
    std::fs::write(scratch.path("all.tasq"), EVERYTHING).expect("written");
    for (format, file) in [("zip", "a.zip"), ("package", "a.xml")] {
        let again = format!("again-{file}");
        let build = |source: &str, out: &str| {
            let done = scratch.run(&["build", source, "--format", format, "-o", out]);
            assert_eq!(done.code, Some(0), "{}", done.err);
            super::zip_of(&scratch, out)
        };
        let bytes = build("all.tasq", file);
        let source = format!("{format}.tasq");
        let done = scratch.run(&["decompile", file, "-o", &source]);
        assert_eq!(done.code, Some(0), "{}", done.err);
        let text = scratch.read(&source);
        for row in tasq::internals::vocabulary::header() {
            let of_object = row.property.is_some();
            assert_eq!(
                text.contains(&format!("{}: ", row.name)),
                of_object,
                "{text}"
            );
        }
        assert!(
            build(&source, &again) == bytes,
            "{format}: other bytes come back"
        );
    }
}

#[test]
fn what_a_child_of_the_project_needs_is_said_too() {
    let scratch = scratch();
    let child =
        "sequence \"Child\"\n\nstep \"Key\" set_variable < masked Key = secret(\"KEY\") >\n";
    std::fs::write(scratch.path("child.tasq"), child).expect("written");
    let done = scratch.run(&["build", "parent.tasq", "--format", "zip", "-o", "a.zip"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(
        done.err.contains("step \"Key\": Key (secret KEY)"),
        "{}",
        done.err
    );
    // One that is nowhere is said as well.
    std::fs::remove_file(scratch.path("child.tasq")).expect("removed");
    let args = ["build", "parent.tasq", "--format", "zip", "-o", "a.zip"];
    let done = scratch.run(&args);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let said = "parent.tasq runs PS100237, which the zip does not hold";
    assert!(done.err.contains(said), "{}", done.err);
}
