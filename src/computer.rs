//! What the engine asks of a computer, and what it tells it to do.
//!
//! The engine owns order, conditions, variables and error handling; everything that touches a
//! machine is behind [`Host`]. What a type of step does is an [action](crate::action), the same on
//! every [`Computer`].

mod beginning;
mod effects;
mod layer;

pub use beginning::{Beginning, overlaid};
pub use effects::{
    Account, ApplicationTest, Computer, ContentWork, Destination, Doubt, Effects, OfferedUpdate,
    Process, ProcessEnd, ProcessResult, Restarts, Script, Share, SystemError, Task, Updated,
    Wanted,
};
pub use layer::Layer;

use crate::{
    deed::{Deed, Ending, ResultBasis, Verb},
    fact::{Fact, FileFacts, InstalledProduct, Known, RegistryValue},
    model::Step,
    wql,
};

/// What was asked of a computer, for whoever wants to know where the answer is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactQuestion<'a> {
    /// A file by its path.
    File(&'a str),
    /// A folder.
    Folder(&'a str),
    /// A key of the registry.
    RegistryKey(&'a str),
    /// A value of a key.
    RegistryValue(&'a str, &'a str),
    /// A key as 32-bit programs see it.
    SmallRegistryKey(&'a str),
    /// A value of such a key.
    SmallRegistryValue(&'a str, &'a str),
    /// A product by its product code.
    Product(&'a str),
    /// The products of a family by its upgrade code.
    Family(&'a str),
    /// A fact that has a name.
    Fact(Fact),
    /// A class of WMI, and a property of it.
    Wmi {
        /// The namespace.
        namespace: &'a str,
        /// The class.
        class: &'a str,
        /// The property; none where the rows themselves are meant.
        property: Option<&'a str>,
    },
    /// A variable that the computer gives, with this value.
    Variable {
        /// Its name.
        name: &'a str,
        /// Its value.
        value: &'a str,
    },
    /// That nothing sets a variable beside what is said.
    NoVariable,
}

impl<'a> FactQuestion<'a> {
    /// A property of a class, or its rows.
    pub fn wmi(namespace: &'a str, class: &'a str, property: Option<&'a str>) -> Self {
        FactQuestion::Wmi {
            namespace,
            class,
            property,
        }
    }
}

/// What may be asked of a computer. One that does not know a fact says so, with its name: nothing
/// is ever taken for true because nobody knew better.
pub trait Facts: wql::Rows {
    /// A file, by its path with all variables resolved.
    fn file(&self, path: &str) -> Known<FileFacts>;

    /// A folder.
    fn folder(&self, path: &str) -> Known<FileFacts>;

    /// A key of the registry as 64-bit programs see it, with its hive in any spelling.
    fn registry_key(&self, key: &str) -> Known<()>;

    /// A value of a key.
    fn registry_value(&self, key: &str, name: &str) -> Known<RegistryValue>;

    /// Where 32-bit programs find what a path names, if that is another place.
    fn small_path(&self, path: &str) -> Option<String> {
        let _ = path;
        None
    }

    /// A key as 32-bit programs see it.
    fn small_registry_key(&self, key: &str) -> Known<()> {
        self.registry_key(key)
    }

    /// A value of a key as 32-bit programs see it.
    fn small_registry_value(&self, key: &str, name: &str) -> Known<RegistryValue> {
        self.registry_value(key, name)
    }

    /// An installed product by its product code; on Linux a Debian package by its name.
    fn product(&self, product_code: &str) -> Known<InstalledProduct>;

    /// Installed products of a family by its upgrade code.
    fn products(&self, upgrade_code: &str) -> Known<Vec<InstalledProduct>>;

    /// Whether an installed product has an upgrade code.
    fn has_upgrade_code(&self, product_code: &str, upgrade_code: &str) -> Known<()> {
        let bare = |code: &str| code.trim().trim_matches(['{', '}']).to_ascii_lowercase();
        match self.products(upgrade_code) {
            Known::Yes(family) => {
                let mut codes = family.into_iter().filter_map(|own| own.product_code);
                match codes.any(|own| bare(&own) == bare(product_code)) {
                    true => Known::Yes(()),
                    false => Known::No,
                }
            }
            Known::No => Known::No,
            Known::Unknown(missing) => Known::Unknown(missing),
        }
    }

    /// A fact that has a name.
    fn fact(&self, fact: Fact) -> Known<String>;

    /// An environment variable of the machine.
    fn environment(&self, name: &str) -> Known<String>;

    /// Built-in variables that the machine gives at the start, such as `_SMSTSInWinPE`: name and
    /// value.
    fn variables(&self) -> Vec<(String, String)>;

    /// Whether nothing sets a variable beside what is said: by a step's outcome, or at the start.
    fn tells_all_variables(&self) -> bool {
        false
    }

    /// The step that installed another system than the one that is described.
    fn installed_by(&self) -> Option<&str> {
        None
    }

    /// Where the answer to a question is from, for people: the line of a file. `None` where no file
    /// says it.
    fn place(&self, asked: &FactQuestion<'_>) -> Option<String> {
        let _ = asked;
        None
    }
}

/// How the work of a step ended on a machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code of its action, as 32 bits.
    pub exit_code: u32,
    /// What that rests on.
    pub basis: ResultBasis,
    /// Whether somebody said how it ends, before whom nothing else counts.
    pub told: bool,
    /// Whether it keeps a command line out of what is told; the values in it are kept out, too.
    pub quiet: bool,
    /// What it printed.
    pub output: String,
    /// How long it took, in seconds; 0 when not known.
    pub seconds: u64,
    /// Variables that it set by itself, in order: name and value.
    pub variables: Vec<(String, String)>,
    /// What was done, or would be.
    pub did: Vec<Deed>,
    /// Facts that were missing to know the outcome for sure.
    pub assumed: Vec<String>,
    /// Variables that it sets to what nobody knows: name and the fact that is missing.
    pub unknown: Vec<(String, String)>,
    /// Patterns of its type's variables of which `variables` has all.
    pub whole: Vec<String>,
    /// Whether it makes Windows PE what the computer starts next.
    pub boots_winpe: bool,
    /// Where it is described, if a file describes it.
    pub described_at: Option<String>,
}

impl Outcome {
    /// Says that nobody knows how the last thing that was done ends, and that it is taken for a
    /// success.
    pub fn assume_success(&mut self) {
        self.basis = ResultBasis::Assumed;
        if let Some(last) = self.did.last_mut() {
            last.ending = Ending::Assumed;
        }
    }

    /// Says that somebody described how it ends.
    pub fn describe(&mut self) {
        self.basis = ResultBasis::Given;
        for deed in &mut self.did {
            if deed.ending == Ending::Assumed && deed.verb != Verb::Check {
                deed.ending = Ending::Would;
            }
        }
    }
}

/// What a step asks to be done, with all `%Name%` resolved.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "it holds a function")]
pub struct Work<'a> {
    /// The step.
    pub step: &'a Step,
    /// Its path, `"Group" / "Step"`.
    pub path: &'a str,
    /// Values of its properties by their name in the source, variables resolved, overrides applied.
    pub values: &'a [(String, String)],
    /// The exit codes that count as success.
    pub success: &'a [u32],
    /// The run-time variables.
    pub variables: &'a dyn Fn(&str) -> Option<String>,
    /// A text without values that are secret.
    pub scrub: &'a dyn Fn(&str) -> String,
    /// All run-time variables that are known.
    pub all: &'a dyn Fn() -> Vec<RunVariable>,
}

/// A run-time variable as a step's own work may see it.
#[derive(Clone, PartialEq, Eq)]
#[allow(missing_debug_implementations, reason = "its value can be a secret")]
pub struct RunVariable {
    /// Its name in its first spelling.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether the value may be shown.
    pub masked: bool,
}

/// A computer that steps run on.
pub trait Host: Facts + Restarts {
    /// Does, or pretends to do, the work of a step.
    fn perform(&mut self, work: &Work<'_>) -> Outcome;

    /// The time now in seconds since the run began.
    fn clock(&self) -> u64;

    /// Whether a Unix shell reads the command lines of its steps.
    fn has_shell(&self) -> bool {
        false
    }
}
