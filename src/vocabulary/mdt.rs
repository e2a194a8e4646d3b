//! What MDT does around its sequences.

use std::sync::OnceLock;

use serde::Deserialize;

use super::embedded;

/// What MDT sets before the first step of a sequence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiteTouch {
    /// Names of variables of its processes.
    pub environment: Vec<String>,
    /// What else may have set variables by then, for people.
    pub before: String,
    /// A pattern of actions: with one, something else starts the sequence.
    pub others: String,
    /// The phase.
    pub phase: StartPhase,
    /// The kind of deployment.
    pub kind: DeploymentKind,
    /// Its own condition by operating system.
    pub system_test: SystemTest,
}

/// A condition by operating system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemTest {
    /// Its class in the XML.
    pub class: String,
    /// Its words for architectures, and those of machine files; empty for any.
    pub architectures: Vec<(String, String)>,
}

/// The phase that a run begins with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartPhase {
    /// The variable that holds it.
    pub variable: String,
    /// In Windows PE.
    pub winpe: String,
    /// In the full system.
    pub full: String,
}

/// The kinds of deployment, and how a sequence tells its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeploymentKind {
    /// The variable that holds it.
    pub variable: String,
    /// Step types that install a system.
    pub installing: Vec<String>,
    /// The variable that is `1` for an upgrade.
    pub upgrade_variable: String,
    /// With such a step, in Windows PE.
    pub winpe: String,
    /// With such a step, in the full system.
    pub full: String,
    /// The same of an upgrade.
    pub upgrade: String,
    /// Without such a step: a group of this name …
    pub restore_group: String,
    /// … says this.
    pub restore: String,
    /// Without that group: a step of this name …
    pub capture_step: String,
    /// … says that.
    pub capture: String,
}

/// What is known of MDT's start.
pub fn lite_touch() -> &'static LiteTouch {
    static TABLE: OnceLock<LiteTouch> = OnceLock::new();
    TABLE.get_or_init(|| embedded("mdt", include_str!("../../grammar/mdt.toml")))
}
