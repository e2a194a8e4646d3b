//! Site files: what a site would know, in TOML: packages, applications, task sequences, where
//! content is.
//!
//! [`parse`] reads one and reports everything wrong with it at once. A reference of a sequence is
//! looked up by its identifier, by an identifier that it has at another site, and by its name.

pub mod keys;
mod parse;
mod places;
mod resolve;

use std::collections::BTreeMap;

use crate::{diagnostic::Finding, source::Span};

pub use parse::parse;
pub use places::{EntryKind, EntryPlace, places};
pub use resolve::unknown_references;

/// A site file as read.
#[derive(Clone, Debug, Default)]
pub struct ParsedSite {
    /// The site, as far as the file could be understood.
    pub site: Site,
    /// What is wrong with the file, in its order.
    pub findings: Vec<Finding>,
}

/// A file of some content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentFile {
    /// Its path below the content's folder, with `/`.
    pub path: String,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Its SHA-256 in small hexadecimal digits.
    pub sha256: Option<String>,
}

/// Where content is and what it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// A folder, UNC path or URL; one without a root is below each of the site's sources.
    pub source: Option<String>,
    /// The files, which a URL needs: it has no list of its own.
    pub files: Vec<ContentFile>,
}

impl Content {
    /// The first file that somebody on the way could change if it came from this URL: it has no
    /// hash, and the way is not encrypted.
    pub fn open_to_change(&self, url: &str) -> Option<&ContentFile> {
        let open = is_unencrypted(url);
        self.files.iter().find(|file| open && file.sha256.is_none())
    }
}

/// Whether a place is a URL without encryption.
pub fn is_unencrypted(place: &str) -> bool {
    place.contains("://") && !is_encrypted(place)
}

/// Whether a path stands by itself: from a root, a drive or a server, said the same on every
/// system.
pub fn is_whole(path: &str) -> bool {
    path.starts_with('/') || path.starts_with("\\\\") || path.get(1..2) == Some(":")
}

/// Whether a place is a URL with encryption.
pub fn is_encrypted(place: &str) -> bool {
    place
        .get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("https://"))
}

/// A program of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteProgram {
    /// Its name, in its exact case.
    pub name: String,
    /// Its command line.
    pub command_line: String,
    /// The folder it starts in, below the package's.
    pub working_directory: Option<String>,
    /// Codes of success.
    pub success_codes: Vec<u32>,
    /// Codes of success after which the computer restarts.
    pub restart_codes: Vec<u32>,
    /// In seconds.
    pub timeout: Option<u64>,
}

/// A package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SitePackage {
    /// Its identifier here, `PS100123`.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Identifiers of the same at other sites.
    pub also: Vec<String>,
    /// Its content.
    pub content: Content,
    /// Its programs.
    pub programs: Vec<SiteProgram>,
}

/// How something is compared with a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the file's word")]
pub enum DetectionOperator {
    #[default]
    Equals,
    NotEquals,
    AtLeast,
    AtMost,
}

impl DetectionOperator {
    /// The words of a site file, in the order of the variants.
    pub const WORDS: &'static [&'static str] = &["equals", "not_equals", "at_least", "at_most"];
    pub(super) const ALL: [DetectionOperator; 4] = [
        DetectionOperator::Equals,
        DetectionOperator::NotEquals,
        DetectionOperator::AtLeast,
        DetectionOperator::AtMost,
    ];
}

/// What a test looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DetectionSubject {
    /// A product of Windows Installer by its product code, or a Debian package by its name;
    /// compared is the version.
    Product(String),
    /// A file; compared is the version.
    File(String),
    /// A folder.
    Folder(String),
    /// A registry key, or a value of it; compared is the data.
    Registry(String, Option<String>),
    /// A script: found when it ends with 0 and prints something, as the product has it.
    Script(String, Shell),
    /// A fact by its name in a machine file.
    Fact(String),
    /// A variable of the run.
    Variable(String),
}

/// What carries out a script of a site file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the file's word")]
pub enum Shell {
    #[default]
    PowerShell,
    Command,
}

/// Something that is found on a computer or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectionTest {
    /// What is looked at.
    pub subject: DetectionSubject,
    /// What it is compared with; without it is enough that it is there.
    pub compared: Option<(DetectionOperator, String)>,
}

/// What an exit code of an application means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the product's word")]
pub enum Meaning {
    #[default]
    Success,
    Failure,
    SoftReboot,
    HardReboot,
    FastRetry,
}

impl Meaning {
    /// The words of a site file, in the order of the variants.
    pub const WORDS: &'static [&'static str] = &[
        "success",
        "failure",
        "soft_reboot",
        "hard_reboot",
        "fast_retry",
    ];
    pub(super) const ALL: [Meaning; 5] = [
        Meaning::Success,
        Meaning::Failure,
        Meaning::SoftReboot,
        Meaning::HardReboot,
        Meaning::FastRetry,
    ];
}

/// When an application restarts the computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restart {
    /// As its exit code says.
    #[default]
    ByCode,
    /// Never: a code that asks for one is success.
    Never,
    /// After every installation.
    Always,
}

impl Restart {
    /// The words of a site file, in the order of the variants.
    pub const WORDS: &'static [&'static str] = &["by_code", "never", "always"];
    pub(super) const ALL: [Restart; 3] = [Restart::ByCode, Restart::Never, Restart::Always];
}

/// One way to install an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentType {
    /// Its name.
    pub name: String,
    /// Its content.
    pub content: Content,
    /// The command line that installs it.
    pub install: String,
    /// The command line that takes it away.
    pub uninstall: Option<String>,
    /// The command line that mends it.
    pub repair: Option<String>,
    /// The folder these start in, below the content's.
    pub working_directory: Option<String>,
    /// In seconds.
    pub timeout: Option<u64>,
    /// It is installed when all of these are found.
    pub detection: Vec<DetectionTest>,
    /// It may be installed where all of these are found.
    pub requirements: Vec<DetectionTest>,
    /// Identifiers or names of applications that are installed before it.
    pub depends_on: Vec<String>,
    /// What exit codes mean beside the usual ones.
    pub return_codes: BTreeMap<u32, Meaning>,
    /// When it restarts.
    pub restart: Restart,
}

impl DeploymentType {
    /// What an exit code means; the usual table has 0 and 1707 for success, 3010 and 1641 for a
    /// restart, 1618 for "later".
    pub fn meaning(&self, code: u32) -> Meaning {
        let usual = || match code {
            0 | 1707 => Meaning::Success,
            3010 => Meaning::SoftReboot,
            1641 => Meaning::HardReboot,
            1618 => Meaning::FastRetry,
            _ => Meaning::Failure,
        };
        self.return_codes.get(&code).copied().unwrap_or_else(usual)
    }
}

/// What is superseded by an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Superseded {
    /// The older application's identifier or name.
    pub application: String,
    /// Whether it is uninstalled first.
    pub uninstall: bool,
}

/// An application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteApplication {
    /// `ScopeId_…/Application_…`.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Identifiers of the same at other sites.
    pub also: Vec<String>,
    /// Whether it is retired: it cannot be installed any more.
    pub retired: bool,
    /// What it supersedes.
    pub supersedes: Vec<Superseded>,
    /// Ways to install it; the first whose requirements are met is taken.
    pub deployment_types: Vec<DeploymentType>,
}

/// A task sequence that steps run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteSequence {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Identifiers of the same at other sites.
    pub also: Vec<String>,
    /// Its source or export, below the site file's folder.
    pub file: String,
    /// The place of the file's name.
    pub span: Option<Span>,
}

/// A site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: Option<String>,
    /// Its code, `PS1`.
    pub code: Option<String>,
    /// Where content without a root is looked for, in order: folders, UNC paths, URLs.
    pub sources: Vec<String>,
    /// A file with the certificates of the authorities whose servers are trusted, in PEM; without
    /// it those that the system trusts.
    pub ca: Option<String>,
    /// The folder that holds downloaded content.
    pub cache: Option<String>,
    /// The most that the cache holds, in bytes.
    pub cache_size: Option<u64>,
    /// How often a download is tried again; 2 as the product has it.
    pub retries: Option<u32>,
    /// Seconds between two tries; 15 as the product has it.
    pub retry_delay: Option<u64>,
    /// Whether files without a hash may come over connections without encryption.
    pub insecure: bool,
    /// Variables of collections and the device.
    pub variables: Vec<(String, String)>,
    /// Packages.
    pub packages: Vec<SitePackage>,
    /// Applications.
    pub applications: Vec<SiteApplication>,
    /// Task sequences.
    pub sequences: Vec<SiteSequence>,
}

fn same(own: &str, wanted: &str) -> bool {
    !wanted.is_empty() && own.eq_ignore_ascii_case(wanted)
}

fn is(id: Option<&str>, also: &[String], name: Option<&str>, wanted: &str) -> bool {
    id.is_some_and(|id| same(id, wanted))
        || also.iter().any(|other| same(other, wanted))
        || name.is_some_and(|name| same(name, wanted))
}

impl Site {
    /// How many scripts the file brings that look at the computer, and how many command lines.
    pub fn brings(&self) -> (usize, usize) {
        let (mut scripts, mut commands) = (0, 0);
        let kinds = self
            .applications
            .iter()
            .flat_map(|own| &own.deployment_types);
        for kind in kinds {
            let tests = kind.detection.iter().chain(&kind.requirements);
            let is_script =
                |test: &&DetectionTest| matches!(test.subject, DetectionSubject::Script(..));
            scripts += tests.filter(is_script).count();
            commands += 1 + usize::from(kind.uninstall.is_some());
        }
        let programs = self.packages.iter().map(|own| own.programs.len());
        (scripts, commands + programs.sum::<usize>())
    }

    /// A package by one of its identifiers, else by its name.
    pub fn package(&self, id: &str, name: &str) -> Option<&SitePackage> {
        let by = |wanted: &str| {
            self.packages
                .iter()
                .find(|own| is(Some(&own.id), &own.also, own.name.as_deref(), wanted))
        };
        by(id).or_else(|| by(name))
    }

    /// An application by one of its identifiers, else by its name.
    pub fn application(&self, id: &str, name: &str) -> Option<&SiteApplication> {
        let by = |wanted: &str| {
            self.applications
                .iter()
                .find(|own| is(own.id.as_deref(), &own.also, Some(&own.name), wanted))
        };
        by(id).or_else(|| by(name))
    }

    /// A task sequence by one of its identifiers, else by its name.
    pub fn sequence(&self, id: &str, name: &str) -> Option<&SiteSequence> {
        let by = |wanted: &str| {
            self.sequences
                .iter()
                .find(|own| is(Some(&own.id), &own.also, own.name.as_deref(), wanted))
        };
        by(id).or_else(|| by(name))
    }
}
