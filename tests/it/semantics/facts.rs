//! What a case says of its machine and of its run, line by line.

use tasq::internals::engine::InitialVariable;

use super::*;

/// A line of the facts: a word, and what is on both sides of ` = `.
struct Line<'a> {
    whole: &'a str,
    word: &'a str,
    rest: &'a str,
    left: &'a str,
    right: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn read(whole: &'a str) -> Self {
        let (word, rest) = whole.split_once(' ').unwrap_or((whole, ""));
        let (left, right) = rest
            .split_once(" = ")
            .or_else(|| Some((rest.strip_suffix(" =")?, "")))
            .map_or((rest, None), |(left, right)| (left, Some(right)));
        Line {
            whole,
            word,
            rest,
            left,
            right,
        }
    }

    fn name(&self) -> String {
        self.left.to_owned()
    }

    fn text(&self) -> String {
        self.right.unwrap_or_default().to_owned()
    }
}

/// What the lines read so far say.
#[derive(Default)]
struct Setup {
    machine: Machine,
    wants: Wants,
    /// The options that are not as usual.
    options: serde_json::Map<String, serde_json::Value>,
    variables: Vec<InitialVariable>,
}

pub fn setup(case: &Case) -> (Machine, Wants) {
    let mut setup = Setup::default();
    let lines = case.facts.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let line = Line::read(line);
        if !setup.of_run(&line) && !of_machine(&mut setup.machine, &line) {
            let (name, value) = line
                .whole
                .split_once(" = ")
                .unwrap_or_else(|| panic!("{}: {}", case.title, line.whole));
            setup.given(name.to_owned(), value.to_owned(), false);
        }
    }
    let Setup {
        machine,
        mut wants,
        options,
        variables,
    } = setup;
    let secrets = std::mem::take(&mut wants.options.secrets);
    wants.options = serde_json::from_value(options.into())
        .unwrap_or_else(|error| panic!("{}: {error}", case.title));
    wants.options.secrets = secrets;
    wants.options.variables.extend(variables);
    (machine, wants)
}

impl Setup {
    /// Takes a line about the run and what is shown of it; whether it is one.
    fn of_run(&mut self, line: &Line) -> bool {
        let wants = &mut self.wants;
        match line.word {
            "explain" => wants.explain = true,
            "numbers" => wants.numbers = true,
            "quiet" => wants.quiet = true,
            "end" => wants.end.push(line.rest.to_owned()),
            "option" => self.option(line),
            "secret" => wants.options.secrets.push((line.name(), line.text())),
            "masked" => self.given(line.name(), line.text(), true),
            _ => return false,
        }
        true
    }

    fn option(&mut self, line: &Line) {
        let usual = serde_json::to_value(RunOptions::default()).expect("plain data");
        let usual = usual
            .get(line.left)
            .unwrap_or_else(|| panic!("{} is no option", line.left));
        let value = if usual.is_string() {
            line.text().into()
        } else {
            serde_json::from_str(&line.text()).expect(line.left)
        };
        self.options.insert(line.name(), value);
    }

    fn given(&mut self, name: String, value: String, masked: bool) {
        self.variables.push(InitialVariable {
            name,
            value,
            masked,
        });
    }
}

/// Takes a line about the machine; whether it is one.
fn of_machine(machine: &mut Machine, line: &Line) -> bool {
    let (name, text) = (line.name(), line.text());
    match line.word {
        "watch" => machine.watch.push(line.rest.to_owned()),
        "winpe" => machine.winpe = true,
        "built-in" => machine.built_in.push((name, text)),
        "env" => drop(machine.environment.insert(name.to_lowercase(), text)),
        "fact" => drop(machine.facts.insert(name, line.right.map(str::to_owned))),
        "file" => machine.files.extend([file_facts(line)]),
        "folder" => machine.folders.extend([file_facts(line)]),
        "key" => drop(machine.keys.insert(line.rest.to_lowercase(), true)),
        "value" => machine.values.extend([registry_value(line)]),
        "product" => {
            let product = InstalledProduct {
                product_code: Some(name.clone()),
                name: line.right.map(str::to_owned),
                version: None,
            };
            machine.products.entry(name).or_default().push(product);
        }
        "no" => absent(machine, line),
        "rows" => row(machine, line.rest),
        "step" => mock(machine, line.rest),
        _ => return false,
    }
    true
}

/// `PATH | version 1.2 | modified 2024-01-01T00:00:00`.
fn file_facts(line: &Line) -> (String, Option<FileFacts>) {
    let mut parts = line.rest.split(" | ");
    let path = parts.next().unwrap_or_default().to_lowercase();
    let mut facts = FileFacts::default();
    for part in parts {
        match part.split_once(' ') {
            Some(("version", version)) => facts.version = Some(version.to_owned()),
            Some(("modified", time)) => facts.modified = Some(time.to_owned()),
            _ => panic!("{}", line.whole),
        }
    }
    (path, Some(facts))
}

/// `KEY | NAME`, in small letters.
fn registry_place(text: &str) -> (String, String) {
    let (key, name) = text.split_once(" | ").expect("a key and a name");
    (key.to_lowercase(), name.to_lowercase())
}

/// `KEY | NAME = TYPE DATA`.
fn registry_value(line: &Line) -> ((String, String), Option<RegistryValue>) {
    let (kind, data) = line
        .right
        .and_then(|text| text.split_once(' '))
        .expect("a type and data");
    let value = RegistryValue {
        kind: kind.to_owned(),
        data: data.to_owned(),
    };
    (registry_place(line.left), Some(value))
}

/// What is known not to be there.
fn absent(machine: &mut Machine, line: &Line) {
    match line.rest.split_once(' ').expect("what is not there") {
        ("file", path) => drop(machine.files.insert(path.to_lowercase(), None)),
        ("folder", path) => drop(machine.folders.insert(path.to_lowercase(), None)),
        ("key", key) => drop(machine.keys.insert(key.to_lowercase(), false)),
        ("value", place) => drop(machine.values.insert(registry_place(place), None)),
        ("product", code) => drop(machine.products.insert(code.to_owned(), Vec::new())),
        ("fact", name) => drop(machine.facts.insert(name.to_owned(), None)),
        _ => panic!("{}", line.whole),
    }
}

fn row(machine: &mut Machine, text: &str) {
    let mut parts = text.split("; ");
    let rows = machine
        .classes
        .entry(parts.next().unwrap_or_default().to_lowercase())
        .or_default();
    let mut row = Row::new();
    let mut any = false;
    for (name, value) in parts.filter_map(|part| part.split_once(" = ")) {
        any = true;
        let value = match value
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''))
        {
            Some(text) => PropertyValue::Text(text.to_owned()),
            None if value == "?" => PropertyValue::Unknown,
            None => PropertyValue::Integer(value.parse().expect("a number")),
        };
        row = row.with(name, value);
    }
    if any {
        rows.push(row.complete());
    }
}

/// `"Step" exits 1 0`, `"Step" sets X = v`, `"Step" run 1 sets X = v`, `"Step" prints text`,
/// `"Step" takes 5`, `"Step" assumes x`.
fn mock(machine: &mut Machine, text: &str) {
    let (name, rest) = text
        .trim_start_matches('"')
        .split_once("\" ")
        .expect("a step's name");
    let mock = machine.steps.entry(name.to_owned()).or_default();
    let (run, rest) = match rest
        .strip_prefix("run ")
        .and_then(|rest| rest.split_once(' '))
    {
        Some((run, rest)) => (run.parse::<usize>().expect("a number") - 1, rest),
        None => (usize::MAX, rest),
    };
    let (verb, rest) = rest.split_once(' ').expect("a verb");
    match verb {
        "exits" => {
            mock.codes = rest
                .split(' ')
                .map(|code| code.parse::<i64>().expect("a code") as u32)
                .collect();
        }
        "sets" => {
            let (name, value) = rest
                .split_once(" = ")
                .unwrap_or((rest.trim_end_matches(" ="), ""));
            mock.sets.push((run, name.to_owned(), times(value)));
        }
        "prints" => {
            mock.prints = times(&rest.replace("\\n", "\r\n"));
        }
        "takes" => mock.seconds = rest.parse().expect("seconds"),
        "assumes" => mock.assumes.push(rest.to_owned()),
        _ => panic!("{verb}"),
    }
}

/// `3 times ab` is `ababab`.
fn times(text: &str) -> String {
    match text.split_once(" times ") {
        Some((count, text)) => text.repeat(count.parse().expect("a number")),
        None => text.to_owned(),
    }
}
