//! The documentation: README.md, the pages of `docs` and those beside the examples. What they show
//! is what the program does.
//!
//! - A block fenced as `tasq` is a whole source without findings. `tasq error CODE …` and
//!   `tasq warning CODE …` give exactly these codes. Without errors it is also formatted, unless
//!   the fence says `unformatted`. `title=NAME` in the fence of any language writes the block to
//!   the page's scratch folder.
//! - A block fenced as `console` is run in that folder: a line `$ tasq …` and what it prints,
//!   standard output first, then standard error. A line `…` stands for any lines.
//! - A block fenced as `repl` is a session: lines behind `tasq> ` (and `    | `) are typed into
//!   `tasq repl --echo` in that folder, and the answers compared. Several blocks of a page are
//!   several sessions.
//! - Every relative link leads to a file, and to a heading in it.

mod security;
mod step_types;

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tasq::internals::{
    diagnostic::Code,
    vocabulary::{self, Property, conditions, core_step_types},
};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_tasq");

/// Where a `tasq` block without a title is written.
const UNTITLED: &str = "block.tasq";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A page of Markdown.
struct Page {
    /// Its path below the project's folder, with `/`.
    name: String,
    text: String,
}

/// A fenced block.
struct Block {
    /// The line of its fence, from 1.
    line: usize,
    /// The words behind the fence.
    info: Vec<String>,
    text: String,
}

impl Block {
    fn language(&self) -> &str {
        self.info.first().map_or("", String::as_str)
    }

    fn title(&self) -> Option<&str> {
        self.info
            .iter()
            .find_map(|word| word.strip_prefix("title="))
    }

    /// The codes that its fence announces.
    fn codes(&self) -> BTreeSet<String> {
        self.info
            .iter()
            .filter(|word| word.starts_with("TQ"))
            .cloned()
            .collect()
    }
}

impl Page {
    fn read(name: &str) -> Page {
        let text =
            fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        Page {
            name: name.to_owned(),
            text,
        }
    }

    /// The fenced blocks, and the lines outside of them with their numbers.
    fn parts(&self) -> (Vec<Block>, Vec<(usize, &str)>) {
        let (mut blocks, mut prose) = (Vec::new(), Vec::new());
        let mut open: Option<Block> = None;
        for (index, line) in self.text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(info)) => {
                    let info = info.split_whitespace().map(str::to_owned).collect();
                    open = Some(Block {
                        line: index + 1,
                        info,
                        text: String::new(),
                    });
                }
                (Some(_), Some("")) => blocks.extend(open.take()),
                (Some(block), _) => block.text.extend([line, "\n"]),
                (None, None) => prose.push((index + 1, line)),
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", self.name);
        (blocks, prose)
    }

    /// The targets of the headings, as code hosting sites make them.
    fn anchors(&self) -> BTreeSet<String> {
        let (_, prose) = self.parts();
        prose
            .iter()
            .filter_map(|(_, line)| line.strip_prefix('#'))
            .map(|line| anchor(line.trim_matches(['#', ' '])))
            .collect()
    }

    /// What stands between back quotes in the prose.
    fn code_spans(&self) -> Vec<String> {
        let (_, prose) = self.parts();
        let spans = |line: &str| -> Vec<String> {
            line.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        prose.iter().flat_map(|(_, line)| spans(line)).collect()
    }
}

fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| {
        if c == ' ' {
            '-'
        } else {
            c.to_ascii_lowercase()
        }
    })
    .collect()
}

/// The pages, but for those of the findings, which have tests of their own.
fn pages() -> Vec<Page> {
    let mut names: Vec<String> = [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "examples/README.md",
        "docs/findings/README.md",
    ]
    .map(str::to_owned)
    .into();
    below("docs", &mut names);
    names.sort();
    names.iter().map(|name| Page::read(name)).collect()
}

fn below(folder: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(root().join(folder)).expect("a folder of pages can be listed") {
        let entry = entry.expect("an entry can be read");
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            if name != "docs/findings" {
                below(&name, names);
            }
        } else if name.ends_with(".md") {
            names.push(name);
        }
    }
}

fn tasq(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program can be started");
    let text = |bytes: Vec<u8>| {
        String::from_utf8(bytes)
            .expect("the output is UTF-8")
            .replace("\r\n", "\n")
    };
    (text(output.stdout), text(output.stderr))
}

/// The words of a command line; `"…"` holds blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.trim().chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().expect("there is a word").push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Writes a block to the scratch folder.
fn write(folder: &Path, name: &str, text: &str) {
    assert!(
        !name.contains("..") && !name.starts_with('/'),
        "{name} stays in the scratch folder"
    );
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file is in a folder"))
        .expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

/// Copies a folder with all it holds: the first page shows the project's own examples.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder can be listed") {
        let own = entry.expect("an entry can be read").path();
        let target = to.join(own.file_name().expect("a name"));
        if own.is_dir() {
            copy(&own, &target);
        } else {
            fs::copy(&own, &target).expect("a file can be copied");
        }
    }
}

/// Compares the findings of a source with those that its fence announces.
fn check_source(page: &Page, block: &Block, folder: &Path) {
    let name = block.title().unwrap_or(UNTITLED);
    write(folder, name, &block.text);
    let (stdout, stderr) = tasq(folder, &["check", "--output-format", "json", name]);
    let at = format!("{}:{}", page.name, block.line);
    let json: serde_json::Value =
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{at}: {error}\n{stderr}"));
    let findings = json["findings"].as_array().expect("a list of findings");
    let codes: BTreeSet<String> = findings
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .map(str::to_owned)
        .collect();
    let errors = findings
        .iter()
        .any(|finding| finding["severity"] == "error");
    let (_, shown) = tasq(folder, &["check", name]);
    assert_eq!(codes, block.codes(), "{at}\n{shown}");
    assert_eq!(
        errors,
        block.info.iter().any(|word| word == "error"),
        "{at}: errors\n{shown}"
    );
    if !errors && !block.info.iter().any(|word| word == "unformatted") {
        let (diff, _) = tasq(folder, &["fmt", "--diff", name]);
        assert!(diff.is_empty(), "{at}: not formatted\n{diff}");
    }
}

/// Runs the commands of a console block and compares what they print.
fn check_console(page: &Page, block: &Block, folder: &Path) {
    let lines: Vec<&str> = block.text.lines().collect();
    let starts: Vec<usize> = (0..lines.len())
        .filter(|index| lines[*index].starts_with("$ "))
        .collect();
    assert_eq!(
        starts.first(),
        Some(&0),
        "{}:{}: the block begins with a command",
        page.name,
        block.line
    );
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(lines.len());
        let command = words(&lines[*start][2..]);
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        assert_eq!(
            arguments.first(),
            Some(&"tasq"),
            "{}:{}: a command of this program",
            page.name,
            block.line
        );
        let (stdout, stderr) = tasq(folder, &arguments[1..]);
        let printed = format!("{stdout}{stderr}");
        let (wanted, got) = (
            trimmed(&lines[start + 1..end]),
            trimmed(&printed.lines().collect::<Vec<_>>()),
        );
        let at = block.line + start + 1;
        assert!(
            fits(&wanted, &got),
            "{}:{at}: {} prints\n{printed}\nthe page has\n{}",
            page.name,
            lines[*start],
            wanted.join("\n")
        );
    }
}

/// Types the entries of a session and compares the answers.
fn check_session(page: &Page, block: &Block, folder: &Path) {
    let typed: Vec<&str> = block
        .text
        .lines()
        .filter_map(|line| {
            line.strip_prefix(tasq::internals::repl::PROMPT)
                .or_else(|| line.strip_prefix(tasq::internals::repl::CONTINUED))
        })
        .collect();
    assert!(
        !typed.is_empty(),
        "{}:{}: nothing is typed",
        page.name,
        block.line
    );
    let mut child = Command::new(PROGRAM)
        .args(["repl", "--echo"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let input = typed.join("\n") + "\n";
    child
        .stdin
        .take()
        .expect("standard input")
        .write_all(input.as_bytes())
        .expect("it reads");
    let output = child.wait_with_output().expect("the program ends").stdout;
    let printed = String::from_utf8(output)
        .expect("the output is UTF-8")
        .replace("\r\n", "\n");
    let (wanted, got) = (
        trimmed(&block.text.lines().collect::<Vec<_>>()),
        trimmed(&printed.lines().collect::<Vec<_>>()),
    );
    assert!(
        fits(&wanted, &got),
        "{}:{}: the session is\n{printed}",
        page.name,
        block.line
    );
}

/// Lines without blanks at their ends and without empty ones at the end.
fn trimmed<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines
}

/// Whether lines are as wanted, `…` standing for any number of them.
fn fits(wanted: &[&str], got: &[&str]) -> bool {
    match wanted.split_first() {
        None => got.is_empty(),
        Some((&"…", rest)) => (0..=got.len()).any(|skip| fits(rest, &got[skip..])),
        Some((first, rest)) => got.first() == Some(first) && fits(rest, &got[1..]),
    }
}

/// Writes a block that is a file of its own for those behind it.
fn write_titled(block: &Block, folder: &Path) {
    if let Some(title) = block.title() {
        write(folder, title, &block.text);
    }
}

#[test]
fn docs_show_what_the_program_does() {
    for page in pages() {
        let scratch = TempDir::new().expect("a scratch folder can be made");
        let (blocks, _) = page.parts();
        if page.name == "README.md" {
            copy(&root().join("examples"), &scratch.path().join("examples"));
        }
        for block in &blocks {
            match block.language() {
                "tasq" => check_source(&page, block, scratch.path()),
                "console" => check_console(&page, block, scratch.path()),
                "repl" => check_session(&page, block, scratch.path()),
                _ => write_titled(block, scratch.path()),
            }
        }
    }
}

/// The targets of the links in a line; those to other sites, and what is quoted, are none.
fn link_targets(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("](").skip(1);
    let targets = parts.map(|part| part.split(')').next().unwrap_or_default());
    targets.filter(move |target| {
        !target.starts_with("http://")
            && !target.starts_with("https://")
            && !text.contains(&format!("`{target}`"))
    })
}

/// That the target of a link is there, and has the heading.
fn leads_somewhere(page: &Page, line: usize, target: &str) {
    let path = root().join(&page.name);
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let to = if file.is_empty() {
        path
    } else {
        path.parent().expect("a page is in a folder").join(file)
    };
    assert!(to.exists(), "{}:{line}: there is no {file}", page.name);
    if heading.is_empty() {
        return;
    }
    let other = Page {
        name: file.to_owned(),
        text: fs::read_to_string(&to).expect("a page is UTF-8 text"),
    };
    assert!(
        other.anchors().contains(heading),
        "{}:{line}: {file} has no heading {heading}",
        page.name
    );
}

#[test]
fn docs_links_lead_somewhere() {
    for page in pages() {
        let (_, prose) = page.parts();
        for (line, text) in prose {
            for target in link_targets(text) {
                leads_somewhere(&page, line, target);
            }
        }
    }
}

/// A row of a table for a property, with all of its choices.
fn has_row(section: &str, property: &Property) -> bool {
    let row = section
        .lines()
        .find(|line| line.starts_with(&format!("| `{}`", property.name)));
    row.is_some_and(|row| {
        property
            .member
            .iter()
            .all(|member| row.contains(&format!("`{}`", member.name)))
    })
}

#[test]
fn docs_language_names_every_word() {
    let page = Page::read("docs/language.md");
    let spans: BTreeSet<String> = page.code_spans().into_iter().collect();
    let steps = core_step_types().map(|step| step.keyword.clone());
    let kinds = conditions()
        .condition
        .iter()
        .map(|condition| condition.keyword.word().to_owned());
    let operators = conditions()
        .operator
        .iter()
        .map(|operator| operator.written.clone());
    let registry = conditions()
        .registry_type
        .iter()
        .map(|kind| kind.name.clone());
    let objects = vocabulary::reference_kinds()
        .iter()
        .map(|kind| kind.name.clone());
    let words = steps
        .chain(kinds)
        .chain(operators)
        .chain(registry)
        .chain(objects)
        .chain(reserved());
    let absent: Vec<String> = words.filter(|word| !spans.contains(word)).collect();
    assert!(
        absent.is_empty(),
        "docs/language.md does not name {absent:?}"
    );
}

/// The reserved words, from the grammar.
fn reserved() -> Vec<String> {
    let grammar =
        fs::read_to_string(root().join("grammar/tasq.pest")).expect("the grammar can be read");
    let rule = grammar
        .lines()
        .find(|line| line.starts_with("reserved"))
        .expect("the grammar has reserved words");
    let words: Vec<String> = rule
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    assert!(words.len() > 20, "{words:?}");
    words
}

#[test]
fn docs_language_has_every_property() {
    let page = Page::read("docs/language.md");
    let mut absent = Vec::new();
    let mut look = |marker: &str, properties: &[Property]| {
        let at = page
            .text
            .find(marker)
            .unwrap_or_else(|| panic!("docs/language.md has no {marker}"));
        let rest = &page.text[at + marker.len()..];
        let end = [rest.find("\n## "), rest.find("\n### ")]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(rest.len());
        let missing = properties
            .iter()
            .filter(|property| !has_row(&rest[..end], property));
        absent.extend(missing.map(|property| format!("{marker}: {}", property.name)));
    };
    for step in core_step_types() {
        look(
            &format!("\n### {}: `{}`\n", step.label, step.keyword),
            &step.property,
        );
    }
    look("\n### Properties of the header\n", vocabulary::header());
    look("\n### Properties of every step\n", vocabulary::common());
    look("\n### Step types in quotes\n", vocabulary::quoted());
    assert!(
        absent.is_empty(),
        "docs/language.md has no row with all choices for {absent:?}"
    );
}

#[test]
fn docs_verbs_are_those_of_the_help() {
    let (help, _) = tasq(&root(), &["--help"]);
    let list = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let verbs: BTreeSet<String> = list
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    assert!(verbs.contains("build"), "{help}");
    let mut named = BTreeSet::new();
    for page in pages() {
        let (blocks, _) = page.parts();
        let shown = blocks
            .iter()
            .filter(|block| block.language() != "tasq")
            .flat_map(|block| block.text.lines());
        let shown: Vec<String> = shown.map(str::to_owned).chain(page.code_spans()).collect();
        for line in shown {
            let line = line.trim_start_matches(['$', ' ', '-']);
            let line = line.strip_prefix("run: ").unwrap_or(line);
            // The info of a fence, as CONTRIBUTING.md shows it.
            let fence = line.contains(" TQ") && !line.contains("explain");
            let verb = line
                .strip_prefix("tasq ")
                .filter(|_| !fence)
                .and_then(|rest| rest.split_whitespace().next());
            if let Some(verb) =
                verb.filter(|verb| verb.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                assert!(
                    verbs.contains(verb),
                    "{}: there is no verb {verb}",
                    page.name
                );
                named.insert(verb.to_owned());
            }
        }
    }
    assert_eq!(named, verbs, "every verb is shown somewhere");
}

#[test]
fn docs_list_every_finding() {
    let page = Page::read("docs/findings/README.md");
    let rows: Vec<&str> = page
        .text
        .lines()
        .filter(|line| line.starts_with("| [TQ"))
        .collect();
    let wanted: Vec<String> = Code::ALL
        .iter()
        .map(|code| {
            format!(
                "| [{0}]({0}.md) | {1} | {2} |",
                code.id(),
                code.title(),
                code.severity().name()
            )
        })
        .collect();
    assert_eq!(rows, wanted);
}
