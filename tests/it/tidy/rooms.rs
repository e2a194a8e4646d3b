//! Rooms are the top modules of `src`. Each names only those below it, and the core among them does
//! no input or output.

use super::{
    house::{rooms, source_files},
    none,
};

/// Each room and what it may name. A room may name only those that have their row before it, so
/// there is no circle.
#[rustfmt::skip]
const ROOMS: &[(&str, &str)] = &[
    ("deed", ""),
    ("fact", ""),
    ("paint", ""),
    ("shell", ""),
    ("source", ""),
    ("vocabulary", "fact"),
    ("wildcard", ""),
    ("xml", ""),
    ("diagnostic", "paint source"),
    ("model", "source vocabulary"),
    ("emit", "vocabulary xml model"),
    ("syntax", "source vocabulary diagnostic"),
    ("wql", "wildcard diagnostic"),
    ("elaborate", "source vocabulary xml diagnostic model syntax"),
    ("format", "source diagnostic syntax"),
    ("lint", "shell source vocabulary xml diagnostic model emit wql"),
    ("machine", "fact source vocabulary wildcard diagnostic syntax wql"),
    ("write", "source vocabulary model syntax"),
    ("compile", "source diagnostic model syntax elaborate lint"),
    ("read", "source vocabulary xml diagnostic model emit write"),
    ("console", "vocabulary xml model emit read"),
    ("site", "source vocabulary diagnostic model syntax machine"),
    ("computer", "deed fact model wql site"),
    ("decompile", "source xml diagnostic model emit elaborate format lint write compile read"),
    ("action", "deed fact vocabulary model wql machine site computer"),
    ("load", "source vocabulary diagnostic model elaborate compile read decompile"),
    ("host", "deed fact vocabulary model wql machine site computer action"),
    ("engine", "deed fact shell vocabulary wildcard xml model emit wql lint machine computer \
        action host"),
    ("children", "source model syntax elaborate load engine"),
    ("report", "deed paint source engine"),
    ("run", "xml model emit computer action host engine children"),
    ("simulate", "machine host engine report"),
    ("test_runner", "paint source vocabulary diagnostic model syntax elaborate lint machine \
        compile read load host engine children report"),
    ("check", "source diagnostic syntax elaborate lint compile test_runner"),
    ("ide", "source vocabulary xml diagnostic emit syntax wql elaborate lint compile site \
        children check"),
    ("lsp", "source diagnostic model syntax format machine compile read site decompile host \
        engine children report ide"),
    ("repl", "fact paint source vocabulary xml diagnostic model emit syntax wql elaborate \
        format lint machine compile read computer decompile load host engine children report \
        check ide"),
    ("cli", "fact paint source vocabulary wildcard xml diagnostic model emit syntax elaborate \
        format lint machine write compile read console site computer decompile load host engine \
        children report run simulate test_runner check ide lsp repl"),
    ("main", "cli"),
];

/// The rooms that one may name, if it has a row.
fn allowed(room: &str) -> impl Iterator<Item = &'static str> {
    let row = ROOMS.iter().find(|(name, _)| *name == room);
    row.into_iter()
        .flat_map(|(_, below)| below.split_whitespace())
}

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
    "src/host/survivor.rs",
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

/// They panic where nobody reads any more.
#[test]
fn nothing_is_printed_by_macros() {
    let mut wrong = Vec::new();
    for file in source_files() {
        for named in &file.named {
            let is_print = matches!(named.path.as_slice(), [one] if PRINTS.contains(&one.as_str()));
            if is_print {
                wrong.push(format!("{}:{}", file.name, named.line));
            }
        }
    }
    none("macros that print", &wrong);
}

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
    assert!(planned.is_empty(), "rows without a room: {planned:?}");
}

#[test]
fn rows_make_no_circle() {
    for (index, (room, below)) in ROOMS.iter().enumerate() {
        for other in below.split_whitespace() {
            let before = ROOMS[..index].iter().any(|(name, _)| *name == other);
            assert!(before, "{room} may name {other}, which stands above it");
        }
    }
}

#[test]
fn rooms_name_only_rooms_below_them() {
    let rooms = rooms();
    let mut wrong = Vec::new();
    for file in source_files().iter().filter(|file| file.room() != "lib") {
        let room = file.room();
        for (other, line) in file.rooms_used() {
            let is_own = other == room || !rooms.contains(&other);
            if is_own || allowed(room).any(|name| name == other) {
                continue;
            }
            wrong.push(format!("{}:{line}: {room} names {other}", file.name));
        }
    }
    none("rooms that name one which is not below them", &wrong);
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
                // A number, which does nothing by itself.
                ["std", "process", "ExitCode"] => false,
                ["std", module, ..] => OUTSIDE.contains(module),
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
