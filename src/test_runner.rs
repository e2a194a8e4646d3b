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

pub use catalogue::{Catalogue, CatalogueEntry};
pub use coverage::{Coverage, FileCoverage, Point, Ratio, Sides};
pub use json::{FORMAT_VERSION, json};
pub use junit::junit;
pub use machines::TestMachine;
pub use marked::marked;
pub use plan::{Assertion, CheckKind, Planned, StepPlace, TestPlan, plan};
pub use report::{FileReport, TestReport, TestResults, TestVerdict, UnmetExpectation};
pub use run::{TestFilter, run};
pub use subject::TestSubject;
pub use text::{ResultStyle, text};
