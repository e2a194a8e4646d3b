//! Tests of sequences: `test` blocks are looked up in the sequence they are about, run on simulated
//! machines, and judged.
//!
//! [`plan`] finds the sequence, the machines and the steps that each test names, and reports what
//! cannot be found; it reads files through [`Files`](crate::source::Files) only, so that an editor
//! can use it. [`run`] runs a plan. The renderers ([`text`], [`json`], [`junit`], [`marked`]) print
//! the [`TestResults`] and decide nothing.

mod catalogue;
mod coverage;
mod doubt;
mod json;
mod judge;
mod junit;
mod machines;
mod marked;
mod observe;
mod plan;
mod report;
mod run;
mod subject;
mod text;

pub use coverage::Coverage;
#[cfg(feature = "internals")]
pub use json::FORMAT_VERSION;
pub use json::json;
pub use junit::junit;
pub use marked::{is_marked, marked};
pub use plan::{TestPlan, plan};
#[cfg(feature = "internals")]
pub use report::TestVerdict;
pub use report::{FileReport, TestResults};
pub use run::run;
pub use text::{ResultStyle, text};
