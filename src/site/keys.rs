//! The keys of a site file, by section. The parser knows no others, and the published schema has
//! the same.

/// Sections (`""` is the file itself; `packages` is one entry of that list) and their keys.
pub const SECTIONS: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "name",
            "code",
            "sources",
            "ca",
            "cache",
            "cache_size",
            "retries",
            "retry_delay",
            "insecure",
            "variables",
            "packages",
            "applications",
            "sequences",
        ],
    ),
    (
        "packages",
        &["id", "name", "also", "source", "files", "programs"],
    ),
    ("files", &["path", "size", "sha256"]),
    (
        "programs",
        &[
            "name",
            "command_line",
            "working_directory",
            "success_codes",
            "restart_codes",
            "timeout",
        ],
    ),
    (
        "applications",
        &[
            "id",
            "name",
            "also",
            "retired",
            "supersedes",
            "deployment_types",
        ],
    ),
    ("supersedes", &["application", "uninstall"]),
    (
        "deployment_types",
        &[
            "name",
            "source",
            "files",
            "install",
            "uninstall",
            "repair",
            "working_directory",
            "timeout",
            "detection",
            "requirements",
            "depends_on",
            "return_codes",
            "restart",
        ],
    ),
    ("detection", TEST),
    ("requirements", TEST),
    ("sequences", &["id", "name", "also", "file"]),
];

const TEST: &[&str] = &[
    "product_code",
    "file",
    "folder",
    "registry",
    "value",
    "script",
    "shell",
    "fact",
    "variable",
    "equals",
    "not_equals",
    "at_least",
    "at_most",
];

/// The keys of which a test has exactly one.
pub const SUBJECTS: &[&str] = &[
    "product_code",
    "file",
    "folder",
    "registry",
    "script",
    "fact",
    "variable",
];

/// The keys of a section.
pub(super) fn of(section: &str) -> &'static [&'static str] {
    SECTIONS
        .iter()
        .find(|(name, _)| *name == section)
        .map_or(&[], |(_, keys)| keys)
}
