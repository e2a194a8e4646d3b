//! Debian packages as products, and updates through apt: in a root of their own, from a repository
//! that the test makes.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tasq::internals::{
    computer::Facts as _,
    fact::{InstalledProduct, Known},
    host::{
        linux::{LinuxOptions, LinuxSystem},
        system::OperatingSystem,
    },
};
use tempfile::TempDir;

fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        println!("this needs {program}, which is not here; skipped");
    }
    found
}

fn done(command: &mut Command) -> Output {
    let out = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = [&out.stdout, &out.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(out.status.success(), "{command:?}: {}{}", text[0], text[1]);
    out
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

/// A package with one file.
fn package(folder: &Path, name: &str, version: &str, script: &str) -> PathBuf {
    let tree = folder.join(format!("{name}-{version}"));
    let control = format!(
        "Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Test <test@example.com>\n\
         Description: a package of a test\n"
    );
    write(&tree.join("DEBIAN/control"), &control);
    write(&tree.join("opt").join(name), version);
    if !script.is_empty() {
        let file = tree.join("DEBIAN/postinst");
        write(&file, script);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))
            .expect("it is made a program");
    }
    let out = folder.join(format!("{name}_{version}_all.deb"));
    done(
        Command::new("dpkg-deb")
            .args(["--root-owner-group", "--build"])
            .arg(&tree)
            .arg(&out),
    );
    out
}

const FORCED: [&str; 3] = [
    "--force-not-root",
    "--force-script-chrootless",
    "--log=/dev/null",
];

/// A root of its own for dpkg and apt.
struct Root {
    folder: TempDir,
}

impl Root {
    fn new() -> Self {
        let root = Root {
            folder: tempfile::tempdir().expect("a folder"),
        };
        for folder in [
            "dpkg/var/lib/dpkg/info",
            "dpkg/var/lib/dpkg/updates",
            "dpkg/run",
            "apt/etc/apt/apt.conf.d",
            "apt/etc/apt/preferences.d",
            "apt/var/lib/apt/lists/partial",
            "apt/var/cache/apt/archives/partial",
            "apt/var/log/apt",
            "apt/run",
            "repository",
        ] {
            fs::create_dir_all(root.path(folder)).expect("a folder can be made");
        }
        write(&root.path("dpkg/var/lib/dpkg/status"), "");
        root
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn dpkg(&self) -> Command {
        let mut command = Command::new("dpkg");
        command
            .arg(format!("--root={}", self.path("dpkg").display()))
            .args(FORCED);
        command
    }

    /// Puts the packages of the repository into its list, and a configuration that knows of nothing
    /// else.
    fn publish(&self) {
        let folder = self.path("repository");
        let out = done(
            Command::new("apt-ftparchive")
                .args(["packages", "."])
                .current_dir(&folder),
        );
        fs::write(folder.join("Packages"), out.stdout).expect("the list can be written");
        let out = done(
            Command::new("apt-ftparchive")
                .args([
                    "-o",
                    "APT::FTPArchive::Release::Label=Test-Security",
                    "release",
                    ".",
                ])
                .current_dir(&folder),
        );
        fs::write(folder.join("Release"), out.stdout).expect("the list can be written");
        let source = format!("deb [trusted=yes] file:{} ./\n", folder.display());
        write(&self.path("apt/etc/apt/sources.list"), &source);
        let options: String = FORCED
            .iter()
            .map(|option| format!("  \"{option}\";\n"))
            .collect();
        let configuration = format!(
            "Dir \"{apt}/\";\nDir::State::status \"{dpkg}/var/lib/dpkg/status\";\nDir::Etc::trusted \"/dev/null\";\n\
             APT::Sandbox::User \"\";\nAPT::Get::Assume-Yes \"true\";\n\
             Dpkg::Options {{\n  \"--root={dpkg}\";\n{options}}};\n",
            apt = self.path("apt").display(),
            dpkg = self.path("dpkg").display(),
        );
        write(&self.path("apt.conf"), &configuration);
    }

    fn system(&self) -> LinuxSystem {
        LinuxSystem::with(LinuxOptions {
            dpkg_admin: Some(self.path("dpkg/var/lib/dpkg")),
            apt_config: Some(self.path("apt.conf")),
            ..LinuxOptions::default()
        })
    }
}

fn product(name: &str, version: &str) -> Known<InstalledProduct> {
    Known::Yes(InstalledProduct {
        product_code: Some(name.to_owned()),
        name: Some(name.to_owned()),
        version: Some(version.to_owned()),
    })
}

#[test]
fn a_package_is_a_product() {
    if !has("dpkg-deb") {
        return;
    }
    let root = Root::new();
    let system = root.system();
    let first = package(root.folder.path(), "tasq-sample", "1.2.3-1", "");
    assert_eq!(system.product("tasq-sample"), Known::No);
    done(root.dpkg().arg("-i").arg(&first));
    assert_eq!(
        system.product("tasq-sample"),
        product("tasq-sample", "1.2.3-1")
    );
    let second = package(root.folder.path(), "tasq-sample", "2:0.1", "");
    done(root.dpkg().arg("-i").arg(&second));
    assert_eq!(
        system.product("tasq-sample"),
        product("tasq-sample", "2:0.1")
    );
    done(root.dpkg().args(["-r", "tasq-sample"]));
    assert_eq!(system.product("tasq-sample"), Known::No);
    for other in [
        "{4F0C8C1E-0000-0000-0000-000000000001}",
        "tasq-*",
        "--help",
        "",
    ] {
        assert_eq!(system.product(other), Known::No, "{other}");
    }
    let broken = LinuxSystem::with(LinuxOptions {
        dpkg_admin: Some("/no/such".into()),
        ..LinuxOptions::default()
    });
    assert!(!matches!(broken.product("tasq-sample"), Known::Yes(_)));
}

/// A root with old packages, and newer ones of them in its repository: one that asks for a restart,
/// one that does not, one that cannot be installed, and one that nobody has.
fn root_with_updates() -> Root {
    let root = Root::new();
    let repository = root.path("repository");
    for name in ["tasq-one", "tasq-two", "tasq-broken"] {
        let old = package(root.folder.path(), name, "1.0", "");
        done(root.dpkg().arg("-i").arg(&old));
    }
    let flag = root.path("apt/run/reboot-required");
    package(
        &repository,
        "tasq-one",
        "1.1",
        &format!("#!/bin/sh\ntouch '{}'\n", flag.display()),
    );
    package(&repository, "tasq-two", "1.0.1~rc1", "");
    package(&repository, "tasq-broken", "2.0", "#!/bin/sh\nexit 7\n");
    package(&repository, "tasq-unwanted", "9.9", "");
    root.publish();
    root
}

#[test]
fn updates_come_from_a_repository() {
    if !["dpkg-deb", "apt-get", "apt-ftparchive"]
        .iter()
        .all(|program| has(program))
    {
        return;
    }
    let root = root_with_updates();
    let system = root.system();
    if !system.is_elevated() {
        done(
            Command::new("apt-get")
                .arg("update")
                .env("APT_CONFIG", root.path("apt.conf")),
        );
    }
    let mut offered = system.find_updates().expect("apt looks");
    offered.sort_by(|one, other| one.id.cmp(&other.id));
    let ids: Vec<&str> = offered.iter().map(|update| update.id.as_str()).collect();
    assert_eq!(
        ids,
        ["tasq-broken=2.0", "tasq-one=1.1", "tasq-two=1.0.1~rc1"]
    );
    assert!(offered.iter().all(|update| update.required), "{offered:?}");
    assert_eq!(offered[1].title, "tasq-one 1.0 to 1.1");

    let done = system
        .install_updates(&["tasq-two=1.0.1~rc1".to_owned()])
        .expect("apt installs");
    assert_eq!(
        (done.installed.as_slice(), done.restart),
        (["tasq-two=1.0.1~rc1".to_owned()].as_slice(), false)
    );
    assert_eq!(system.product("tasq-two"), product("tasq-two", "1.0.1~rc1"));
    assert_eq!(
        system.product("tasq-one"),
        product("tasq-one", "1.0"),
        "only what was asked for"
    );

    let both = ["tasq-one=1.1".to_owned(), "tasq-broken=2.0".to_owned()];
    let done = system.install_updates(&both).expect("one of them works");
    assert_eq!(done.installed, ["tasq-one=1.1"]);
    assert_eq!(done.failed, [("tasq-broken=2.0".to_owned(), 100)]);
    assert!(done.restart, "the package asked for a restart");

    refuses_what_is_no_update(&system);
}

fn refuses_what_is_no_update(system: &LinuxSystem) {
    let error = system
        .install_updates(&["tasq-two=7".to_owned()])
        .expect_err("there is no such version");
    assert!(
        error.code == 100 && error.message.contains("tasq-two"),
        "{error}"
    );
    assert!(system.install_updates(&["--reinstall".to_owned()]).is_err());
    assert_eq!(
        system
            .install_updates(&[])
            .expect("nothing to do")
            .installed,
        Vec::<String>::new()
    );
}
