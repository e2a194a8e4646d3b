//! How a PowerShell script is started. There is no PowerShell here: a shell script stands in its
//! place and tells what it got.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::{Done, Place};

/// Writes what it got to `got.txt`, with the script and its rights, and does as `pwsh` with the
/// script's `exit 7`.
const FAKE: &str = r#"#!/bin/sh
here=$(dirname "$0")
for word in "$@"; do echo "[$word]"; done > "$here/got.txt"
for word in "$@"; do last=$word; done
file=$(echo "$last" | sed "s/^& '\([^']*\)'.*/\1/")
stat -c %a "$file" >> "$here/got.txt"
cat "$file" >> "$here/got.txt"
echo said by a script
exit 7
"#;

fn with_fake(place: &Place) -> String {
    let path = place.write("bin/pwsh", FAKE);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("rights");
    format!(
        "{}:{}",
        place.path("bin").display(),
        std::env::var("PATH").unwrap_or_default()
    )
}

fn run(place: &Place, sequence: &str, args: &[&str]) -> Done {
    let path = with_fake(place);
    place.write("lab.tasq", sequence);
    let all: Vec<&str> = ["run", "lab.tasq", "--yes"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    Done::of(
        &place
            .command(&all)
            .env("PATH", path)
            .output()
            .expect("tasq starts"),
    )
}

const INLINE: &str = "step \"Script\" run_powershell_script <\n    \"\"\"\n    Write-Output \"said\"\n    exit 7\n    \"\"\"\n    \
    parameters: \"-Name 'a b'\", execution_policy: bypass, output_variable: \"Said\", success_codes: \"7\"\n>\n\
    step \"After\" run_command_line < \"echo it %Said%\" >\n";

#[test]
fn an_inline_script_is_private_gets_its_parameters_and_is_removed() {
    let place = Place::new();
    run(&place, INLINE, &[]).ends(0).says("it said by a script");
    let got = place.read("bin/got.txt");
    assert!(got.contains("[-ExecutionPolicy]\n[Bypass]\n"), "{got}");
    assert!(
        got.contains(".ps1' -Name 'a b'; exit $LASTEXITCODE]\n600\n"),
        "{got}"
    );
    assert!(got.contains("Write-Output \"said\""), "{got}");
    assert!(!place.path("state/run").exists());
    // Parameters are not logged unless a variable asks for it.
    assert!(
        !place.log().contains("Executing command line: ") || !place.log().contains("1.ps1 -Name"),
        "{}",
        place.log()
    );
    assert!(
        place.log().contains("parameters are not logged"),
        "{}",
        place.log()
    );
    run(
        &place,
        INLINE,
        &["--set", "OSDLogPowerShellParameters=TRUE"],
    )
    .ends(0);
    assert!(place.log().contains("1.ps1 -Name 'a b'"), "{}", place.log());
}

#[test]
fn a_script_of_a_package_starts_in_its_folder() {
    let place = Place::new();
    place.write("tools/sub/it.ps1", "# the script\n");
    place.write(
        "site.toml",
        "[[packages]]\nid = \"PS100001\"\nsource = \"tools\"\n",
    );
    let sequence = "step \"Script\" run_powershell_script < package: \"PS100001\", script_name: \"sub\\it.ps1\", execution_policy: undefined, success_codes: \"7\" >\n";
    run(&place, sequence, &["--site", "site.toml"]).ends(0);
    let got = place.read("bin/got.txt");
    assert!(
        got.contains("tools/sub/it.ps1' ; exit $LASTEXITCODE]") && !got.contains("ExecutionPolicy"),
        "{got}"
    );
    assert!(place.path("tools/sub/it.ps1").exists());
}
