//! Rooms are the top modules of `src`. Each names only those below it, and the core among them does
//! no input or output.

use super::{
    house::{rooms, source_files},
    none,
};

/// Each room and what it may name. A room may name only those that have their row before it, so
/// there is no circle.
const ROOMS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("vocabulary", &[]),
    ("xml", &[]),
    ("diagnostic", &["source"]),
    ("syntax", &["source", "vocabulary", "diagnostic"]),
    ("wql", &["diagnostic"]),
    ("model", &["source", "vocabulary"]),
    ("emit", &["vocabulary", "xml", "model"]),
    ("format", &["source", "diagnostic", "syntax"]),
    ("write", &["source", "vocabulary", "syntax", "model"]),
    (
        "read",
        &[
            "source",
            "vocabulary",
            "xml",
            "diagnostic",
            "model",
            "emit",
            "write",
        ],
    ),
    (
        "lint",
        &[
            "source",
            "vocabulary",
            "xml",
            "diagnostic",
            "wql",
            "model",
            "emit",
        ],
    ),
    (
        "elaborate",
        &[
            "source",
            "vocabulary",
            "xml",
            "diagnostic",
            "syntax",
            "model",
        ],
    ),
    (
        "compile",
        &[
            "source",
            "diagnostic",
            "syntax",
            "model",
            "lint",
            "elaborate",
        ],
    ),
    (
        "decompile",
        &[
            "source",
            "xml",
            "diagnostic",
            "model",
            "emit",
            "format",
            "write",
            "read",
            "lint",
            "elaborate",
            "compile",
        ],
    ),
    (
        "load",
        &[
            "source",
            "diagnostic",
            "model",
            "read",
            "elaborate",
            "compile",
            "decompile",
        ],
    ),
    ("fact", &["vocabulary", "wql", "model"]),
    (
        "machine",
        &["source", "diagnostic", "syntax", "wql", "fact"],
    ),
    (
        "site",
        &[
            "source",
            "vocabulary",
            "diagnostic",
            "syntax",
            "model",
            "machine",
        ],
    ),
    (
        "host",
        &["vocabulary", "wql", "model", "fact", "machine", "site"],
    ),
    (
        "action",
        &[
            "vocabulary",
            "wql",
            "model",
            "fact",
            "machine",
            "site",
            "host",
        ],
    ),
    (
        "engine",
        &[
            "vocabulary",
            "xml",
            "wql",
            "model",
            "emit",
            "lint",
            "fact",
            "host",
            "action",
        ],
    ),
    (
        "run",
        &["xml", "model", "emit", "fact", "host", "action", "engine"],
    ),
    ("report", &["engine"]),
    ("simulate", &["machine", "host", "engine", "report"]),
    (
        "test_runner",
        &[
            "source",
            "vocabulary",
            "diagnostic",
            "syntax",
            "model",
            "read",
            "lint",
            "elaborate",
            "compile",
            "load",
            "fact",
            "machine",
            "host",
            "engine",
            "report",
        ],
    ),
    (
        "check",
        &[
            "source",
            "diagnostic",
            "syntax",
            "elaborate",
            "compile",
            "test_runner",
        ],
    ),
    (
        "ide",
        &[
            "source",
            "vocabulary",
            "xml",
            "diagnostic",
            "syntax",
            "wql",
            "emit",
            "lint",
            "elaborate",
            "compile",
            "site",
            "check",
        ],
    ),
    (
        "repl",
        &[
            "source",
            "vocabulary",
            "xml",
            "diagnostic",
            "syntax",
            "wql",
            "model",
            "emit",
            "format",
            "read",
            "lint",
            "elaborate",
            "compile",
            "decompile",
            "load",
            "fact",
            "machine",
            "host",
            "action",
            "engine",
            "report",
            "check",
            "ide",
        ],
    ),
    (
        "lsp",
        &[
            "source",
            "diagnostic",
            "syntax",
            "model",
            "format",
            "read",
            "compile",
            "decompile",
            "machine",
            "site",
            "host",
            "engine",
            "report",
            "check",
            "ide",
        ],
    ),
    (
        "cli",
        &[
            "source",
            "vocabulary",
            "xml",
            "diagnostic",
            "syntax",
            "model",
            "emit",
            "format",
            "write",
            "read",
            "lint",
            "elaborate",
            "compile",
            "decompile",
            "load",
            "fact",
            "machine",
            "site",
            "host",
            "action",
            "engine",
            "run",
            "report",
            "simulate",
            "test_runner",
            "check",
            "ide",
            "repl",
            "lsp",
        ],
    ),
    ("main", &["cli"]),
];

/// Rooms with a row that are still to be built.
const PLANNED: &[&str] = &["action", "check", "fact"];

/// Rooms that still name one they may not.
const EXCEPTIONS: &[(&str, &str)] = &[
    // Facts, which both know, become a room of their own.
    ("machine", "host"),
    // Tests are judged above `compile`, in `check`.
    ("compile", "test_runner"),
];

/// Where files, processes, the network, the environment and the standard streams may be touched:
/// files and folders.
const EDGES: &[&str] = &[
    "src/cli.rs",
    "src/cli/",
    "src/host/capture.rs",
    "src/host/linux.rs",
    "src/host/linux/",
    "src/host/local.rs",
    "src/host/local/",
    "src/host/windows.rs",
    "src/host/windows/",
    "src/main.rs",
    "src/run.rs",
    "src/run/",
];

/// Modules of the standard library that touch the outside.
const OUTSIDE: &[&str] = &["env", "fs", "net", "process"];

/// What else of the standard library does.
const STREAMS: &[&str] = &["stdin", "stdout", "stderr", "Stdin", "Stdout", "Stderr"];

/// Macros that print.
const PRINTS: &[&str] = &["print!", "println!", "eprint!", "eprintln!", "dbg!"];

#[test]
fn every_room_has_a_row() {
    let mut planned: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    planned.sort_unstable();
    let twice = planned.windows(2).find(|pair| pair[0] == pair[1]);
    assert_eq!(twice, None, "a room has one row");
    for room in rooms() {
        assert!(planned.contains(&room), "src/{room} has no row");
    }
    planned.retain(|room| !rooms().contains(room));
    assert_eq!(planned, PLANNED, "rows without a room");
}

#[test]
fn rows_make_no_circle() {
    for (index, (room, below)) in ROOMS.iter().enumerate() {
        for other in *below {
            let before = ROOMS[..index].iter().any(|(name, _)| name == other);
            assert!(before, "{room} may name {other}, which stands above it");
        }
    }
}

#[test]
fn rooms_name_only_rooms_below_them() {
    let rooms = rooms();
    let mut wrong = Vec::new();
    let mut excepted = Vec::new();
    for file in source_files().iter().filter(|file| file.room() != "lib") {
        let room = file.room();
        let allowed = ROOMS.iter().find(|(name, _)| *name == room);
        let allowed = allowed.map_or(&[][..], |(_, allowed)| allowed);
        for (other, line) in file.rooms_used() {
            let is_own = other == room || !rooms.contains(&other);
            if is_own || allowed.contains(&other) {
                continue;
            }
            match EXCEPTIONS.iter().find(|pair| **pair == (room, other)) {
                Some(pair) => excepted.push(*pair),
                None => wrong.push(format!("{}:{line}: {room} names {other}", file.name)),
            }
        }
    }
    none("rooms that name one which is not below them", &wrong);
    for pair in EXCEPTIONS {
        assert!(excepted.contains(pair), "{pair:?} is no exception any more");
    }
}

#[test]
fn the_core_does_no_input_or_output() {
    let is_edge = |name: &str| {
        EDGES
            .iter()
            .any(|edge| name == *edge || edge.ends_with('/') && name.starts_with(edge))
    };
    let mut wrong = Vec::new();
    for file in source_files().iter().filter(|file| !is_edge(&file.name)) {
        for named in &file.named {
            let path: Vec<&str> = named.path.iter().map(String::as_str).collect();
            let touches = match path.as_slice() {
                ["std", module, ..] => OUTSIDE.contains(module),
                [one] => PRINTS.contains(one),
                _ => false,
            };
            let streams = path.first() != Some(&"crate")
                && path
                    .windows(2)
                    .any(|pair| pair[0] == "io" && STREAMS.contains(&pair[1]));
            if touches || streams {
                wrong.push(format!("{}:{}: {}", file.name, named.line, path.join("::")));
            }
        }
    }
    none("input or output in the core", &wrong);
    for edge in EDGES {
        let there = source_files()
            .iter()
            .any(|file| file.name.starts_with(edge));
        assert!(there, "{edge} is not there");
    }
}
