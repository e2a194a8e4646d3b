//! What a dry run says is what the real run does: the same events, with other words only.

use serde_json::Value;
use tasq::internals::deed::Verb;

use super::{Place, has};

/// What was done, in the words of what would be done.
fn foretold(did: &str) -> String {
    let mut text = did.to_owned();
    for (would, did) in Verb::WORDS {
        if let Some(rest) = text.strip_prefix(did) {
            text = format!("would {would}{rest}");
        }
    }
    text.replace(ASSUMED, "")
}

/// What a dry run says behind what nobody knows the end of.
const ASSUMED: &str = " – assumed to succeed";

/// A real event, without what a dry one says that it cannot know.
fn as_far_as_known(dry: &Value, real: &Value) -> Value {
    let mut real = real.clone();
    if dry["basis"] == "assumed" {
        real["basis"] = "assumed".into();
    }
    let Some(values) = real.get_mut("changed").and_then(Value::as_array_mut) else {
        return real;
    };
    let foretold = dry["changed"].as_array().into_iter().flatten();
    // What was not known may have been the same before.
    for (at, dry) in foretold.clone().enumerate() {
        let there = values.iter().any(|own| own["name"] == dry["name"]);
        if dry["before"]["is"] == "unknown" && !there && at <= values.len() {
            values.insert(at, dry.clone());
        }
    }
    for (real, dry) in values.iter_mut().zip(foretold) {
        if dry["after"]["is"] == "unknown" && dry["name"] == real["name"] {
            real["after"] = dry["after"].clone();
        }
        if dry["before"]["is"] == "unknown" && dry["name"] == real["name"] {
            real["before"] = dry["before"].clone();
        }
    }
    real
}

/// Events without what a dry run cannot have: times and the tense of words.
fn events(text: &str) -> Vec<Value> {
    let document: Value =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mut events = document["events"].as_array().expect("events").clone();
    for event in &mut events {
        event["seconds"] = Value::Null;
        for line in event["did"].as_array_mut().into_iter().flatten() {
            *line = foretold(line.as_str().unwrap_or_default()).into();
        }
    }
    events
}

/// Dry, done, and on the description of this computer.
#[track_caller]
fn agree(place: &Place, sequence: &str, args: &[&str]) {
    let real = dry_agrees(place, sequence, args);
    let facts = place.tasq(&["facts"]).ends(0);
    place.write("me.toml", &facts.out);
    let simulate = ["simulate", "lab.tasq", "-m", "me.toml"];
    let described = place.tasq(&[&simulate[..], &["--output-format", "json"]].concat());
    described_agrees(&events(&described.out), &real);
}

/// Gives the events of the real run.
#[track_caller]
fn dry_agrees(place: &Place, sequence: &str, args: &[&str]) -> Vec<Value> {
    place.write("lab.tasq", sequence);
    let with = |first: &[&str]| {
        let all: Vec<&str> = first
            .iter()
            .chain(args)
            .copied()
            .chain(["--output-format", "json"])
            .collect();
        place.tasq(&all)
    };
    let dry = with(&["run", "lab.tasq", "--what-if"]);
    assert!(
        !place.path("state/run").exists() && !place.path("did").exists(),
        "a dry run does nothing"
    );
    let real = with(&["run", "lab.tasq", "--yes"]);
    assert_eq!(dry.code, real.code, "{}\n{}", dry.all(), real.all());
    let (dry, real) = (events(&dry.out), events(&real.out));
    assert_eq!(dry.len(), real.len(), "{dry:#?}\n{real:#?}");
    for (dry, real) in dry.iter().zip(&real) {
        assert_eq!(dry, &as_far_as_known(dry, real));
    }
    real
}

/// The description of this computer knows less than the computer: where it knows all that a step
/// needs, the step comes to the same.
fn described_agrees(described: &[Value], real: &[Value]) {
    let ran = |events: &[Value]| -> Vec<Value> {
        let all = events.iter();
        all.filter(|event| event["event"] == "step_ran")
            .cloned()
            .collect()
    };
    let real = ran(real);
    let mut compared = 0;
    for described in ran(described) {
        let known = described["assumed"].as_array().is_some_and(Vec::is_empty);
        let same = |own: &&Value| own["at"]["path"] == described["at"]["path"];
        let Some(real) = real.iter().find(same).filter(|_| known) else {
            continue;
        };
        compared += 1;
        for what in ["exit_code", "success"] {
            assert_eq!(described[what], real[what], "{described:#}\n{real:#}");
        }
        let names = |event: &Value| -> Vec<Value> {
            let changes = event["changed"].as_array().into_iter().flatten();
            changes
                .map(|change| serde_json::json!([change["name"], change["after"]]))
                .collect()
        };
        assert_eq!(names(&described), names(real), "{described:#}\n{real:#}");
    }
    assert!(compared > 0, "nothing was compared: {described:#?}");
}

const TOUR: &str = r#"
step "Facts" set_dynamic_variables <
  rule when make "*" model "*" { Named = "yes" }
  Always = "%_SMSTSModel%"
>
step "Root is there" run_command_line < "true" > when folder "/etc"
step "Nothing there" run_command_line < "exit 9" > when file "/no/such/file"
group "Rings" {
  step "Ring" set_variable < Ring = "pilot" >
  step "Pilot" run_command_line < "mkdir did" > when Ring == "pilot"
  step "Broad" run_command_line < "exit 9" > when Ring == "broad"
}
group "Never" when Ring == "none" {
  step "Inside" run_command_line < "exit 9" >
}
step "Off" run_command_line < "exit 9", disabled: true >
step "Ready" check_readiness < memory: 1MB >
step "Not ready" check_readiness < memory: 9000000MB, continue_on_error: true >
step "Failed before" run_command_line < "true" > when _SMSTSLastActionSucceeded == "false"
"#;

#[test]
fn a_dry_run_and_the_real_one_agree() {
    let place = Place::new();
    agree(&place, TOUR, &[]);
}

#[test]
fn a_dry_run_knows_what_will_fail() {
    let place = Place::new();
    let sequence = "step \"Read-only\" set_variable < X = \"1\" >\n\
        step \"No content\" run_command_line < \"true\", package: \"PS100001\" >\nstep \"Never\" run_command_line < \"true\" >";
    agree(&place, sequence, &[]);
    if !has("pwsh") {
        // A described computer is a Windows, which has one.
        dry_agrees(
            &place,
            "step \"Script\" run_powershell_script <\n  \"\"\"\n  exit 0\n  \"\"\",\n  execution_policy: bypass,\n>",
            &[],
        );
    }
}

const SITE: &str = r#"
[[packages]]
id = "PS100001"
source = "tools"

[[packages.programs]]
name = "Install"
command_line = "mkdir -p did && cp tool.sh did/"

[[applications]]
name = "Tool"
[[applications.deployment_types]]
install = "mkdir -p did && touch did/tool"
[[applications.deployment_types.detection]]
file = "HERE/did/tool"

[[applications]]
name = "Base"
[[applications.deployment_types]]
install = "mkdir -p did && touch did/base"
[[applications.deployment_types.detection]]
file = "HERE/did/base"

[[applications]]
name = "Top"
[[applications.deployment_types]]
install = "touch did/top"
depends_on = ["Base", "Tool"]
[[applications.deployment_types.detection]]
file = "HERE/did/top"

[[applications]]
name = "Windows only"
[[applications.deployment_types]]
install = "exit 9"
[[applications.deployment_types.detection]]
file = "HERE/did/none"
[[applications.deployment_types.requirements]]
fact = "system"
equals = "windows"
"#;

#[test]
fn a_dry_run_agrees_about_packages_and_applications() {
    let place = Place::new();
    place.write("tools/tool.sh", "#!/bin/sh\n");
    place.write(
        "site.toml",
        &SITE.replace(
            "HERE",
            &place.path("").display().to_string().replace("/HERE", ""),
        ),
    );
    let sequence = r#"
step "Names" set_variable < APP01 = "Tool" >
step "Names, too" set_variable < APP02 = "Windows only" >
step "Package" install_package < package: "PS100001", program: "Install" >
step "From a package" run_command_line < "test -f tool.sh", package: "PS100001" >
step "Top" install_application < [application("ScopeId_11111111-1111-1111-1111-111111111111/Application_22222222-2222-2222-2222-222222222222", "Top")] >
step "Listed" install_application < base_variable: "APP" >
step "Warned" run_command_line < "true" > when _TSAppInstallStatus == "Warning"
step "Again" install_application < [application("ScopeId_11111111-1111-1111-1111-111111111111/Application_22222222-2222-2222-2222-222222222222", "Top")] >
step "Content" download_package_content < packages: [package("PS100001")], location: custom_path, path: "copy", destination_variable: "Got" >
step "Got" run_command_line < "test -n '%Got01%'" >
"#;
    agree(&place, sequence, &["--site", "site.toml"]);
    assert!(place.path("did/top").exists() && place.path("copy/PS100001/tool.sh").exists());
}
