//! What programs on a command line do with the variables of a sequence.

use std::sync::OnceLock;

use serde::Deserialize;

use super::embedded;

/// A script file that is known by its name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownScript {
    /// Its name in small letters.
    pub name: String,
    /// The only variables that it sets, unless it may set any.
    pub sets: Vec<String>,
    /// Whether it may set any other.
    #[serde(default)]
    pub sets_anything: bool,
    /// What it ends with, if that is always the same.
    #[serde(default)]
    pub exit_code: Option<u32>,
    /// The variable that it moves on.
    #[serde(default)]
    pub moves: Option<MovedVariable>,
    /// When it makes Windows PE what the computer starts next.
    #[serde(default)]
    pub boots_winpe: Option<SwitchedOn>,
}

impl KnownScript {
    /// Whether Windows PE starts next behind it, with these arguments.
    pub fn makes_winpe_next(&self, arguments: &str) -> bool {
        let has = |wanted: &str| {
            let mut words = arguments.split_whitespace();
            words.any(|word| word.eq_ignore_ascii_case(wanted))
        };
        self.boots_winpe
            .as_ref()
            .is_some_and(|on| has(&on.switch) && !has(&on.unless))
    }
}

/// A variable that goes from one value to the next.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovedVariable {
    /// Its name.
    pub variable: String,
    /// The values in their order.
    pub along: Vec<String>,
    /// Where another variable leads past some.
    #[serde(default)]
    pub jump: Option<MoveJump>,
}

impl MovedVariable {
    /// The value behind another one; one that is none of these stays.
    pub fn behind<'v>(&'v self, now: &'v str, look: &dyn Fn(&str) -> Option<String>) -> &'v str {
        let leads = |jump: &&MoveJump| {
            now.eq_ignore_ascii_case(&jump.from)
                && look(&jump.variable).is_some_and(|held| held.eq_ignore_ascii_case(&jump.is))
        };
        if let Some(jump) = self.jump.as_ref().filter(leads) {
            return &jump.to;
        }
        let mut values = self.along.iter();
        values.find(|own| !own.is_empty() && own.eq_ignore_ascii_case(now));
        values.next().map_or(now, String::as_str)
    }
}

/// From one value to another where a variable holds this.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveJump {
    /// The variable that decides.
    pub variable: String,
    /// What it then holds.
    pub is: String,
    /// The value before.
    pub from: String,
    /// The value behind.
    pub to: String,
}

/// A switch that counts, unless another one stands beside it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwitchedOn {
    /// The one.
    pub switch: String,
    /// The other one.
    pub unless: String,
}

/// Programs of which it is known what they set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPrograms {
    /// Those that set nothing, in small letters without `.exe`.
    pub quiet: Vec<String>,
    /// Commands of the command interpreter.
    pub interpreter: Vec<String>,
    /// Script files.
    pub script: Vec<KnownScript>,
}

/// The programs and scripts that are known.
pub fn known_programs() -> &'static KnownPrograms {
    static TABLE: OnceLock<KnownPrograms> = OnceLock::new();
    TABLE.get_or_init(|| embedded("programs", include_str!("../../grammar/programs.toml")))
}

/// The known script that a command line starts, by the script host or PowerShell, and its
/// arguments.
pub fn known_script(command: &str) -> Option<(&'static KnownScript, &str)> {
    let (program, rest) = first_word(command);
    let name = program.rsplit(['\\', '/']).next()?.to_ascii_lowercase();
    match name.strip_suffix(".exe").unwrap_or(&name) {
        "cscript" | "wscript" => script_of(rest),
        "powershell" | "pwsh" => script_of(behind_file(rest)?),
        _ => None,
    }
}

/// What stands behind the option of PowerShell that names a file.
fn behind_file(mut rest: &str) -> Option<&str> {
    while !rest.trim().is_empty() {
        let (word, behind) = first_word(rest);
        let option = word.strip_prefix(['-', '/']).map(str::to_ascii_lowercase);
        match option.as_deref() {
            Some(option) if !option.is_empty() && "file".starts_with(option) => {
                return Some(behind);
            }
            Some(option) if option.starts_with('c') => return None,
            _ => rest = behind,
        }
    }
    None
}

/// The known script among the words behind what reads it, and what stands behind it.
pub(crate) fn script_of(mut rest: &str) -> Option<(&'static KnownScript, &str)> {
    loop {
        let (word, behind) = first_word(rest);
        if word.starts_with('/') && !behind.is_empty() {
            rest = behind;
            continue;
        }
        let file = word.rsplit(['\\', '/']).next()?.to_ascii_lowercase();
        let mut known = known_programs().script.iter();
        return Some((known.find(|known| known.name == file)?, behind));
    }
}

/// The first word, without quotes around it, and the rest.
pub(crate) fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    if let Some(inner) = text.strip_prefix('"') {
        let end = inner.find('"').unwrap_or(inner.len());
        return (&inner[..end], inner.get(end + 1..).unwrap_or_default());
    }
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    text.split_at(end)
}
