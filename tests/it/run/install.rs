//! Applications and updates for real: packages of Debian that the test makes, in a root of their
//! own.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use super::{Done, Place, has};

fn done(command: &mut Command) -> Output {
    let out = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = [&out.stdout, &out.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(out.status.success(), "{command:?}: {}{}", text[0], text[1]);
    out
}

/// A package with one file.
fn package(place: &Place, folder: &str, name: &str, version: &str) -> PathBuf {
    let tree = place.path(&format!("trees/{name}-{version}"));
    let control = format!(
        "Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Test <test@example.com>\n\
         Description: a package of a test\n"
    );
    place.write(&format!("trees/{name}-{version}/DEBIAN/control"), &control);
    place.write(&format!("trees/{name}-{version}/opt/{name}"), version);
    let out = place.path(folder).join(format!("{name}_{version}_all.deb"));
    fs::create_dir_all(place.path(folder)).expect("a folder");
    done(
        Command::new("dpkg-deb")
            .args(["--root-owner-group", "--build"])
            .arg(&tree)
            .arg(&out),
    );
    out
}

const FORCED: &str = "--force-not-root --force-script-chrootless --log=/dev/null";

/// A root for dpkg; gives its option.
fn root(place: &Place) -> String {
    for folder in ["dpkg/var/lib/dpkg/info", "dpkg/var/lib/dpkg/updates"] {
        fs::create_dir_all(place.path(folder)).expect("a folder");
    }
    place.write("dpkg/var/lib/dpkg/status", "");
    format!("--root={}", place.path("dpkg").display())
}

fn in_root(place: &Place, args: &[&str]) -> Done {
    let mut command = place.command(args);
    command
        .env("DPKG_ADMINDIR", place.path("dpkg/var/lib/dpkg"))
        .env("APT_CONFIG", place.path("apt.conf"));
    Done::of(&command.output().expect("tasq starts"))
}

const APPLICATION: &str = "step \"Sample\" install_application < [application(\"ScopeId_11111111-1111-1111-1111-111111111111/Application_22222222-2222-2222-2222-222222222222\", \"Sample\")] >\n\
    step \"After\" run_command_line < \"echo status %_TSAppInstallStatus%\" >\n";

fn site(place: &Place, install: &str, detected: &str) {
    let text = format!(
        r#"
[[applications]]
name = "Sample"

[[applications.deployment_types]]
name = "Debian package"
source = "content"
install = '''{install}'''

[[applications.deployment_types.detection]]
product_code = "tasq-sample"
at_least = "{detected}"
"#
    );
    place.write("site.toml", &text);
}

#[test]
fn a_package_of_debian_is_installed_and_detected() {
    if !has("dpkg-deb") {
        return;
    }
    let place = Place::new();
    let root = root(&place);
    package(&place, "content", "tasq-sample", "1.2.3");
    site(
        &place,
        &format!("dpkg {root} {FORCED} -i tasq-sample_1.2.3_all.deb"),
        "1.2",
    );
    place.write("lab.tasq", APPLICATION);
    let args = ["run", "lab.tasq", "--yes", "--site", "site.toml"];
    in_root(&place, &args).ends(0).says("status Success");
    assert!(place.path("dpkg/opt/tasq-sample").exists());
    assert!(
        place.log().contains("installed application Sample"),
        "{}",
        place.log()
    );
    // Again: it is there already, and nothing is started.
    fs::remove_file(place.path("state/logs/smsts.log")).expect("the log");
    in_root(&place, &args).ends(0);
    assert!(
        place
            .log()
            .contains("found application Sample installed already"),
        "{}",
        place.log()
    );
    assert!(!place.log().contains("dpkg"), "{}", place.log());
}

#[test]
fn what_is_installed_and_not_detected_has_failed() {
    if !has("dpkg-deb") {
        return;
    }
    let place = Place::new();
    let root = root(&place);
    package(&place, "content", "tasq-sample", "1.2.3");
    site(
        &place,
        &format!("dpkg {root} {FORCED} -i tasq-sample_1.2.3_all.deb"),
        "2",
    );
    place.write("lab.tasq", APPLICATION);
    let done = in_root(&place, &["run", "lab.tasq", "--yes", "--site", "site.toml"]).ends(1);
    assert!(
        done.out.contains(&0x87D0_0324_u32.to_string()),
        "{}",
        done.out
    );
    assert!(done.out.contains("is not detected"), "{}", done.out);
}

#[test]
fn an_installer_that_fails_or_wants_a_restart_is_understood() {
    let place = Place::new();
    place.write("content/x", "");
    let detection = "file = '/no/such/file'";
    let text = |code: &str, extra: &str| {
        format!(
            "[[applications]]\nname = \"Sample\"\n[[applications.deployment_types]]\ninstall = \"exit {code}\"\n{extra}\n[[applications.deployment_types.detection]]\n{detection}\n"
        )
    };
    place.write("lab.tasq", APPLICATION);
    let run = |site: &str, args: &[&str]| {
        place.write("site.toml", site);
        let all: Vec<&str> = ["run", "lab.tasq", "--yes", "--site", "site.toml"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        place.tasq(&all)
    };
    run(&text("5", ""), &[])
        .ends(1)
        .says("failed to install application Sample: exit code 5");
    // A code of the site file's own asks for a restart: the run waits for it.
    run(
        &text("5", "return_codes = { 5 = \"soft_reboot\" }"),
        &["--no-restart"],
    )
    .ends(3);
    place.tasq(&["cancel", "--yes"]).ends(0);
    run(&text("0", "restart = \"always\""), &["--no-restart"]).ends(3);
    place.tasq(&["cancel", "--yes"]).ends(0);
}

#[test]
fn references_that_the_site_does_not_know_stop_the_plan() {
    let place = Place::new();
    place.write("site.toml", "[[applications]]\nname = \"Sampel\"\n[[applications.deployment_types]]\ninstall = \"true\"\n[[applications.deployment_types.detection]]\nfile = \"/x\"\n");
    place.write("lab.tasq", APPLICATION);
    place
        .tasq(&["run", "lab.tasq", "--yes", "--site", "site.toml"])
        .ends(2)
        .says("TQ1006")
        .says("did you mean Sampel?");
}

/// Puts the packages of the folder `repository` into its list.
fn publish(place: &Place) {
    let folder = place.path("repository");
    let label = "APT::FTPArchive::Release::Label=Test-Security";
    for (name, args) in [
        ("Packages", &["packages", "."][..]),
        ("Release", &["-o", label, "release", "."]),
    ] {
        let mut command = Command::new("apt-ftparchive");
        let list = done(command.args(args).current_dir(&folder)).stdout;
        fs::write(folder.join(name), list).expect("written");
    }
}

/// A configuration of apt that knows the repository and the root of dpkg alone.
fn configure_apt(place: &Place, root: &str) {
    for folder in [
        "apt/etc/apt/apt.conf.d",
        "apt/etc/apt/preferences.d",
        "apt/var/lib/apt/lists/partial",
        "apt/var/cache/apt/archives/partial",
        "apt/var/log/apt",
        "apt/run",
        "dpkg/run",
    ] {
        fs::create_dir_all(place.path(folder)).expect("a folder");
    }
    let show = |path: &str| place.path(path).display().to_string();
    place.write(
        "apt/etc/apt/sources.list",
        &format!("deb [trusted=yes] file:{} ./\n", show("repository")),
    );
    let options: String = FORCED
        .split(' ')
        .map(|option| format!("  \"{option}\";\n"))
        .collect();
    place.write(
        "apt.conf",
        &format!(
            "Dir \"{apt}/\";\nDir::State::status \"{dpkg}/var/lib/dpkg/status\";\n\
             Dir::Etc::trusted \"/dev/null\";\n\
             APT::Sandbox::User \"\";\nAPT::Get::Assume-Yes \"true\";\n\
             Dpkg::Options {{\n  \"{root}\";\n{options}}};\n",
            apt = show("apt"),
            dpkg = show("dpkg"),
        ),
    );
}

#[test]
fn updates_come_from_a_repository_of_debian() {
    if !has("apt-ftparchive") || !has("dpkg-deb") {
        return;
    }
    let place = Place::new();
    let root = root(&place);
    configure_apt(&place, &root);
    let old = package(&place, "old", "tasq-sample", "1.0");
    package(&place, "repository", "tasq-sample", "1.1");
    done(
        Command::new("dpkg")
            .arg(&root)
            .args(FORCED.split(' '))
            .arg("-i")
            .arg(&old),
    );
    publish(&place);
    place.write(
        "lab.tasq",
        "step \"Updates\" install_software_updates < target: all >\n",
    );
    let dry = in_root(&place, &["run", "lab.tasq", "--what-if"]).ends(0);
    assert!(
        dry.out.contains("would install update tasq-sample"),
        "{}",
        dry.out
    );
    assert_eq!(place.read("dpkg/opt/tasq-sample"), "1.0");
    in_root(&place, &["run", "lab.tasq", "--yes"]).ends(0);
    assert_eq!(place.read("dpkg/opt/tasq-sample"), "1.1", "{}", place.log());
    in_root(&place, &["run", "lab.tasq", "--yes"]).ends(0);
    assert!(
        place.log().contains("found no updates to install"),
        "{}",
        place.log()
    );
}
