//! Somebody types, one character at a time, and deletes again: the server stays, and says at the
//! end what `check` says.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tasq::internals::{check::check, elaborate::ParameterValues, source::Files as _};

use super::{
    URI,
    client::{Client, Files},
};

#[path = "../../../benches/support/generate.rs"]
mod generate;

/// Requests that an editor sends all the time.
const REQUESTS: [&str; 9] = [
    "completion",
    "hover",
    "signatureHelp",
    "documentHighlight",
    "semanticTokens/full",
    "documentSymbol",
    "foldingRange",
    "codeAction",
    "inlayHint",
];

/// The examples' folder as the files of a project.
fn examples() -> Files {
    let files = Files::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for folder in [folder.clone(), folder.join("scripts")] {
        for entry in fs::read_dir(&folder).expect("the folder can be listed") {
            let path = entry.unwrap().path();
            if let Ok(text) = fs::read_to_string(&path) {
                let inner = path
                    .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"))
                    .unwrap();
                files
                    .0
                    .lock()
                    .unwrap()
                    .insert(inner.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    files
}

/// An editor with one text, in which somebody types.
struct Session {
    client: Client,
    text: String,
    version: i32,
    every: usize,
    keys: usize,
}

impl Session {
    fn new(files: Files, every: usize) -> Session {
        let mut client = Client::start(files);
        client.open(URI, "tasq", 1, "");
        client.findings(URI, Some(1));
        Session {
            client,
            text: String::new(),
            version: 1,
            every,
            keys: 0,
        }
    }

    fn place(&self, offset: usize) -> Value {
        let before = &self.text[..offset];
        let line = before.matches('\n').count();
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or("")
            .encode_utf16()
            .count();
        json!({ "line": line, "character": column })
    }

    fn replace(&mut self, start: usize, end: usize, new: &str) {
        self.client.told.clear();
        let range = json!({ "start": self.place(start), "end": self.place(end) });
        self.text.replace_range(start..end, new);
        self.version += 1;
        self.client
            .change(URI, self.version, json!([{ "range": range, "text": new }]));
        self.keys += 1;
        if self.keys.is_multiple_of(self.every) {
            self.ask(start + new.len());
        }
    }

    fn ask(&mut self, offset: usize) {
        let place = self.place(offset);
        for name in REQUESTS {
            let params = json!({
                "textDocument": { "uri": URI },
                "position": place,
                "range": { "start": place, "end": place },
                "context": { "diagnostics": [] },
            });
            let answer = self.client.request(&format!("textDocument/{name}"), params);
            assert!(
                answer.is_ok(),
                "{name}: {answer:?} behind\n{}",
                &self.text[..offset]
            );
        }
        let faults = self
            .client
            .told
            .iter()
            .filter(|one| one.method == "window/logMessage")
            .count();
        assert_eq!(faults, 0, "behind\n{}", &self.text[..offset]);
    }

    fn end(mut self) {
        let at = self.text.len();
        self.ask(at);
        self.client.stop();
    }
}

/// What `check` says, as `code line`.
fn checked(text: &str, files: &Files) -> Vec<String> {
    struct Layer<'a>(&'a Files);
    impl tasq::internals::source::Files for Layer<'_> {
        fn read(&self, path: &str) -> Result<Vec<u8>, String> {
            tasq::internals::lsp::Project::read(self.0, "", path)
        }
    }
    let layer = Layer(files);
    let _ = layer.read("nothing");
    let compiled = check(
        "lab.tasq",
        "lab.tasq",
        text.as_bytes().to_vec(),
        &layer,
        &ParameterValues::default(),
    );
    let file = compiled
        .sources
        .get(tasq::internals::source::FileId(0))
        .unwrap();
    compiled
        .findings
        .iter()
        .map(|one| format!("{} {}", one.code.id(), file.position(one.span().start).line))
        .collect()
}

#[test]
fn lsp_survives_the_typing_of_each_example() {
    let files = examples();
    let names: Vec<String> = files
        .0
        .lock()
        .unwrap()
        .keys()
        .filter(|name| name.ends_with(".tasq"))
        .cloned()
        .collect();
    assert!(names.len() > 8);
    for name in names {
        let text = files.0.lock().unwrap()[&name].replace("\r\n", "\n");
        let mut session = Session::new(files.clone(), 23);
        for letter in text.chars() {
            let end = session.text.len();
            session.replace(end, end, letter.encode_utf8(&mut [0; 4]));
        }
        // A last change, so that nothing told before is taken for it.
        let end = session.text.len();
        session.replace(end, end, " ");
        let version = session.version;
        let found = session.client.findings(URI, Some(version));
        let told: Vec<String> = found
            .iter()
            .map(|one| {
                format!(
                    "{} {}",
                    one["code"].as_str().unwrap(),
                    one["range"]["start"]["line"].as_u64().unwrap() + 1
                )
            })
            .collect();
        assert_eq!(told, checked(&session.text, &files), "{name}");
        while let Some(last) = session.text.chars().next_back() {
            let end = session.text.len();
            session.replace(end - last.len_utf8(), end, "");
        }
        session.end();
    }
}

/// What is remembered of statements never changes the tree: after each of many edits it is that of
/// a fresh parse.
#[test]
fn remembered_statements_give_the_same_tree() {
    use tasq::internals::{
        source::FileId,
        syntax::{ParseMemory, parse, parse_with},
    };
    let mut text = generate::sequence(60);
    let mut memory = ParseMemory::default();
    let mut seed = 11_u32;
    for round in 0..400 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut at = (seed >> 7) as usize % text.len();
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match seed % 4 {
            0 => text.insert(
                at,
                ['"', '<', '>', '{', '}', 'x', '\n', '😀'][(seed >> 9) as usize % 8],
            ),
            1 => drop(text.remove(at)),
            2 => text.insert_str(at, "\nstep \"Twice\" set_variable < A = \"1\" >\n"),
            _ => text = generate::sequence(60 + round % 3),
        }
        let (again, fresh) = (
            parse_with(text.as_str(), FileId(0), &mut memory),
            parse(text.as_str(), FileId(0)),
        );
        let nodes = |parsed: &tasq::internals::syntax::ParsedSource| {
            parsed
                .tree
                .nodes()
                .map(|node| format!("{node:?}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(nodes(&again), nodes(&fresh));
        assert_eq!(again.findings, fresh.findings);
    }
}

/// Texts that make findings, constants that are used, and steps at the very start.
const INSERTS: &[&str] = &[
    "\"",
    "<",
    ">",
    "{",
    "}",
    "x",
    "\n",
    "😀",
    "%",
    ",",
    "#",
    "1",
    "}\n",
    " when a == \"b\"",
    "\nstep \"Twice\" set_variable < A = \"1\" >\n",
    "step \"${ring}\" set_variable < ${ring} = \"%Ring%\", B = 1 >\n",
    "step \"Faulty\" run_command_line < comand_line: \"x\", timeout: 1, timeout: 15min >\n",
    "step \"Much too long a name for the console that is allowed all the same\" \
     restart_computer < >\n",
    "let ring = \"pilot\"\n",
    "param ring: text = \"a\"\n",
    "sequence \"Other\" < dialect: mdt >\n",
];

/// Numbers in an order that looks like none.
struct Shuffle(u32);

impl Shuffle {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % below.max(1)
    }
}

/// Takes a letter away, begins anew, or types a text somewhere, often at the start.
fn edit(text: &mut String, original: &str, shuffle: &mut Shuffle) {
    let mut at = if shuffle.next(8) == 0 {
        0
    } else {
        shuffle.next(text.len() + 1)
    };
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    match shuffle.next(4) {
        0 if at < text.len() => drop(text.remove(at)),
        1 => *text = original.replace("\r\n", "\n"),
        _ => text.insert_str(at, INSERTS[shuffle.next(INSERTS.len())]),
    }
}

/// What is kept of steps never changes an answer: after each of many edits, sequence and findings
/// are those of a fresh compilation.
#[test]
fn kept_steps_give_the_same_sequence_and_findings() {
    use tasq::internals::{check::check_with, compile::CompileMemory};
    let files = examples();
    struct Layer<'a>(&'a Files);
    impl tasq::internals::source::Files for Layer<'_> {
        fn read(&self, path: &str) -> Result<Vec<u8>, String> {
            tasq::internals::lsp::Project::read(self.0, "", path)
        }
    }
    let layer = Layer(&files);
    let mut sources: Vec<String> = files
        .0
        .lock()
        .unwrap()
        .iter()
        .filter(|(name, _)| name.ends_with(".tasq"))
        .map(|(_, text)| text.clone())
        .collect();
    sources.push(generate::sequence(60));
    let mut shuffle = Shuffle(5);
    let mut reused = 0;
    for original in &sources {
        let mut text = original.replace("\r\n", "\n");
        let mut memory = CompileMemory::default();
        let mut last: Option<tasq::internals::compile::Compiled> = None;
        for _ in 0..60 {
            edit(&mut text, original, &mut shuffle);
            if let Some(last) = last.take()
                && shuffle.next(5) > 0
            {
                reused += 1;
                memory.recycle(last);
            }
            let (names, bytes) = (("lab.tasq", "lab.tasq"), text.as_bytes().to_vec());
            let values = ParameterValues::default();
            let fresh = check(names.0, names.1, bytes.clone(), &layer, &values);
            let again = check_with(names, bytes, &layer, &values, &mut memory);
            assert_eq!(again.findings, fresh.findings, "in\n{text}");
            let same = format!("{:?}", again.sequence) == format!("{:?}", fresh.sequence);
            assert!(same, "another sequence of\n{text}");
            last = Some(again);
        }
    }
    assert!(reused > 500, "{reused}");
}

#[test]
fn lsp_survives_the_typing_of_300_steps() {
    let text = generate::sequence(300);
    let mut session = Session::new(Files::default(), 701);
    for letter in text.chars() {
        let end = session.text.len();
        session.replace(end, end, letter.encode_utf8(&mut [0; 4]));
    }
    // Deletes in the middle, until nothing of some steps is left.
    let middle = session.text.len() / 2;
    for _ in 0..1500 {
        session.replace(middle, middle + 1, "");
    }
    session.end();
}

/// Text that no keyboard types: cut anywhere, with characters of four bytes, nested, unclosed.
#[test]
fn lsp_survives_any_prefix_and_suffix() {
    let pieces = [
        "step \"😀\" run_command_line < \"%A",
        "param x: list(",
        "use f(\"a\", ",
        "group \"g\" when any(a == ",
        "rule when make \"",
        "\"\"\"\n  𝄞 .Value(\"",
        "test \"t\" < machine: \"",
        "{{{{",
        "<<<<[[((",
        "let `",
        "fragment f(a: text",
        "for x in [",
        "if ",
        "xml < a: ",
        "mock step \"a\"/",
        "# é",
    ];
    let mut session = Session::new(Files::default(), 1);
    for first in pieces {
        for second in pieces {
            let (end, new) = (session.text.len(), format!("{first}{second}\n{second}"));
            session.replace(0, end, &new);
        }
    }
    session.end();
}
