//! The keys of a machine file, by section. The parser knows no others, and the published schema has
//! the same.

/// Sections (`""` is the file itself; `disks` is one entry of that list) and their keys.
pub const SECTIONS: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "name",
            "make",
            "model",
            "family",
            "sku_number",
            "product_version",
            "serial_number",
            "asset_tag",
            "uuid",
            "kind",
            "chassis",
            "memory",
            "memory_modules",
            "domain",
            "workgroup",
            "users",
            "in_winpe",
            "hypervisor",
            "hotfixes",
            "assume",
            "complete",
            "os",
            "winpe",
            "processor",
            "board",
            "power",
            "firmware",
            "tpm",
            "client",
            "disks",
            "drives",
            "network",
            "variables",
            "environment",
            "files",
            "folders",
            "registry",
            "software",
            "wmi",
            "applications",
            "packages",
            "updates",
            "outcomes",
        ],
    ),
    ("os", SYSTEM),
    ("winpe", SYSTEM),
    (
        "processor",
        &[
            "name",
            "manufacturer",
            "speed",
            "architecture",
            "cores",
            "threads",
            "sockets",
        ],
    ),
    (
        "board",
        &["manufacturer", "product", "version", "serial_number"],
    ),
    ("power", &["ac", "battery", "charge"]),
    (
        "firmware",
        &["type", "secure_boot", "manufacturer", "version", "date"],
    ),
    ("tpm", &["version", "enabled", "activated", "owned"]),
    ("client", &["version", "site_code"]),
    (
        "disks",
        &[
            "letter",
            "size",
            "free",
            "type",
            "file_system",
            "label",
            "bitlocker",
        ],
    ),
    (
        "drives",
        &["model", "size", "interface", "media", "serial_number"],
    ),
    (
        "network",
        &["name", "mac", "ip", "gateway", "wired", "connected", "dhcp"],
    ),
    ("files", &["version", "modified"]),
    ("folders", &["modified"]),
    ("registry", &["type", "data"]),
    (
        "software",
        &["product_code", "upgrade_code", "name", "version"],
    ),
    (
        "applications",
        &["id", "name", "installed", "requirements_met", "exit_code"],
    ),
    ("packages", &["id", "name", "available", "path"]),
    (
        "updates",
        &["id", "name", "required", "installed", "restart"],
    ),
    (
        "outcomes",
        &["step", "exit_code", "output", "duration", "sets", "times"],
    ),
    ("wmi", &["null"]),
];

const SYSTEM: &[&str] = &[
    "name",
    "edition",
    "release",
    "version",
    "build",
    "product_type",
    "architecture",
    "language",
    "locale",
    "sku",
    "service_pack",
    "installed",
    "system_drive",
];

/// What `complete` can name.
pub const COMPLETE: &[&str] = &[
    "variables",
    "files",
    "registry",
    "software",
    "environment",
    "network",
    "hotfixes",
    "applications",
    "packages",
    "updates",
    "wmi",
];

/// The keys of a section.
pub(super) fn of(section: &str) -> &'static [&'static str] {
    SECTIONS
        .iter()
        .find(|(name, _)| *name == section)
        .map_or(&[], |(_, keys)| keys)
}

/// The key that is meant by a word that other tools use for it.
pub(super) fn meant(word: &str) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        ("on_mains", "ac"),
        ("mains", "ac"),
        ("plugged_in", "ac"),
        ("ram", "memory"),
        ("cpu", "processor"),
        ("bios", "firmware"),
        ("manufacturer", "make"),
        ("vendor", "make"),
        ("serial", "serial_number"),
        ("computer_name", "name"),
        ("hostname", "name"),
        ("arch", "architecture"),
        ("vars", "variables"),
        ("apps", "applications"),
        ("programs", "software"),
        ("code", "exit_code"),
        ("exit", "exit_code"),
        ("seconds", "duration"),
    ];
    WORDS
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(word))
        .map(|(_, key)| *key)
}
