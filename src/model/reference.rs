//! References to packages, applications and other sequences.

use crate::source::Span;

/// An identifier and what is shown beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// The identifier: `PS100241`, or `ScopeId_…/Application_…`.
    pub id: String,
    /// The name shown; may be empty.
    pub name: String,
    /// The number of its kind (0 for a package, 3 for a driver package …).
    pub kind: u32,
    /// Its size in KB; 0 when not known.
    pub size: u64,
    /// Its place in the source.
    pub span: Span,
}
