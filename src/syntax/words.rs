//! The words of the language, in one place.

/// Words that are never names. The grammar's rule `reserved` has the same; a test holds them
/// against each other.
#[rustfmt::skip]
pub const RESERVED: &[&str] = &[
    "sequence", "step", "group", "when", "and", "or", "not", "if", "else", "for", "in", "let", "param", "use",
    "import", "fragment", "test", "xml", "true", "false", "absent",
];

/// Words that mean something where they stand, and are names elsewhere.
#[rustfmt::skip]
pub const CONTEXTUAL: &[&str] = &[
    "rule", "masked", "all", "any", "none", "file", "folder", "registry", "wmi", "software", "os", "os_language",
    "exists", "like", "value", "as", "version", "modified", "make", "model", "computer", "gateway", "mock", "expect",
    "sets", "before", "after", "at", "lf", "fold", "base64",
];
