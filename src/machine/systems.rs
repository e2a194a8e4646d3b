//! What names stand for: versions of Windows, editions, languages, cases of computers.

/// A version of Windows.
pub(super) struct Windows {
    /// Its name.
    pub name: &'static str,
    /// Major and minor version.
    pub version: &'static str,
    /// Whether it is a server.
    pub server: bool,
    /// Its releases and their builds; one without a name where there is only one.
    pub releases: &'static [(&'static str, u32)],
}

/// Longer names first: the first that a text begins with is meant.
const WINDOWS: &[Windows] = &[
    Windows {
        name: "Windows Server 2025",
        version: "10.0",
        server: true,
        releases: &[("", 26100)],
    },
    Windows {
        name: "Windows Server 2022",
        version: "10.0",
        server: true,
        releases: &[("", 20348)],
    },
    Windows {
        name: "Windows Server 2019",
        version: "10.0",
        server: true,
        releases: &[("", 17763)],
    },
    Windows {
        name: "Windows Server 2016",
        version: "10.0",
        server: true,
        releases: &[("", 14393)],
    },
    Windows {
        name: "Windows Server 2012 R2",
        version: "6.3",
        server: true,
        releases: &[("", 9600)],
    },
    Windows {
        name: "Windows Server 2012",
        version: "6.2",
        server: true,
        releases: &[("", 9200)],
    },
    Windows {
        name: "Windows Server 2008 R2",
        version: "6.1",
        server: true,
        releases: &[("", 7601)],
    },
    Windows {
        name: "Windows 11",
        version: "10.0",
        server: false,
        releases: &[
            ("21H2", 22000),
            ("22H2", 22621),
            ("23H2", 22631),
            ("24H2", 26100),
            ("25H2", 26200),
        ],
    },
    Windows {
        name: "Windows 10",
        version: "10.0",
        server: false,
        releases: &[
            ("1507", 10240),
            ("1511", 10586),
            ("1607", 14393),
            ("1703", 15063),
            ("1709", 16299),
            ("1803", 17134),
            ("1809", 17763),
            ("1903", 18362),
            ("1909", 18363),
            ("2004", 19041),
            ("20H2", 19042),
            ("21H1", 19043),
            ("21H2", 19044),
            ("22H2", 19045),
        ],
    },
    Windows {
        name: "Windows 8.1",
        version: "6.3",
        server: false,
        releases: &[("", 9600)],
    },
    Windows {
        name: "Windows 8",
        version: "6.2",
        server: false,
        releases: &[("", 9200)],
    },
    Windows {
        name: "Windows 7",
        version: "6.1",
        server: false,
        releases: &[("", 7601)],
    },
];

/// The version of Windows that a name begins with, and the rest of the name.
pub(super) fn windows(name: &str) -> Option<(&'static Windows, &str)> {
    let name = name.strip_prefix("Microsoft ").unwrap_or(name);
    WINDOWS.iter().find_map(|windows| {
        let start = name.get(..windows.name.len())?;
        let rest = name.get(windows.name.len()..)?;
        let ends = rest.is_empty() || rest.starts_with(' ');
        (start.eq_ignore_ascii_case(windows.name) && ends).then(|| (windows, rest.trim()))
    })
}

/// Editions and their numbers, `OperatingSystemSKU`.
const EDITIONS: &[(&str, i128)] = &[
    ("Enterprise LTSC", 125),
    ("Enterprise multi-session", 175),
    ("Enterprise", 4),
    ("Pro for Workstations", 161),
    ("Pro Education", 164),
    ("Professional", 48),
    ("Pro", 48),
    ("Education", 121),
    ("Home", 101),
    ("IoT Enterprise", 188),
    ("Ultimate", 1),
    ("Standard", 7),
    ("Datacenter", 8),
];

/// The number of an edition.
pub(super) fn sku(edition: &str) -> Option<i128> {
    EDITIONS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(edition))
        .map(|(_, sku)| *sku)
}

/// Languages and their numbers.
const LANGUAGES: &[(&str, u32)] = &[
    ("ar-SA", 1025),
    ("bg-BG", 1026),
    ("cs-CZ", 1029),
    ("da-DK", 1030),
    ("de-AT", 3079),
    ("de-CH", 2055),
    ("de-DE", 1031),
    ("el-GR", 1032),
    ("en-AU", 3081),
    ("en-CA", 4105),
    ("en-GB", 2057),
    ("en-IE", 6153),
    ("en-NZ", 5129),
    ("en-US", 1033),
    ("en-ZA", 7177),
    ("es-ES", 3082),
    ("es-MX", 2058),
    ("et-EE", 1061),
    ("fi-FI", 1035),
    ("fr-BE", 2060),
    ("fr-CA", 3084),
    ("fr-CH", 4108),
    ("fr-FR", 1036),
    ("he-IL", 1037),
    ("hr-HR", 1050),
    ("hu-HU", 1038),
    ("it-IT", 1040),
    ("ja-JP", 1041),
    ("ko-KR", 1042),
    ("lt-LT", 1063),
    ("lv-LV", 1062),
    ("nb-NO", 1044),
    ("nl-BE", 2067),
    ("nl-NL", 1043),
    ("pl-PL", 1045),
    ("pt-BR", 1046),
    ("pt-PT", 2070),
    ("ro-RO", 1048),
    ("ru-RU", 1049),
    ("sk-SK", 1051),
    ("sl-SI", 1060),
    ("sv-SE", 1053),
    ("th-TH", 1054),
    ("tr-TR", 1055),
    ("uk-UA", 1058),
    ("zh-CN", 2052),
    ("zh-HK", 3076),
    ("zh-TW", 1028),
];

/// The number of a language, given as `en-US` or as that number.
pub(super) fn language(text: &str) -> Option<u32> {
    LANGUAGES
        .iter()
        .find(|(tag, _)| tag.eq_ignore_ascii_case(text))
        .map(|(_, number)| *number)
}

/// The tag of a language's number.
pub(super) fn language_tag(number: u32) -> Option<&'static str> {
    LANGUAGES
        .iter()
        .find(|(_, own)| *own == number)
        .map(|(tag, _)| *tag)
}

/// Cases of computers: the word of a machine file and the number of the SMBIOS specification.
pub(super) const CHASSIS: &[(&str, u32)] = &[
    ("other", 1),
    ("unknown", 2),
    ("desktop", 3),
    ("low_profile_desktop", 4),
    ("pizza_box", 5),
    ("mini_tower", 6),
    ("tower", 7),
    ("portable", 8),
    ("laptop", 9),
    ("notebook", 10),
    ("hand_held", 11),
    ("docking_station", 12),
    ("all_in_one", 13),
    ("sub_notebook", 14),
    ("space_saving", 15),
    ("lunch_box", 16),
    ("main_server", 17),
    ("expansion", 18),
    ("rack_mount", 23),
    ("sealed_case", 24),
    ("blade", 28),
    ("tablet", 30),
    ("convertible", 31),
    ("detachable", 32),
    ("mini_pc", 35),
    ("stick_pc", 36),
];
