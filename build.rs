//! Lists the step tables, so that adding a step type is adding a file.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=grammar/steps");
    println!("cargo:rerun-if-changed=grammar/tasq.pest");
    println!("cargo:rerun-if-changed=grammar/variables.toml");
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut tables = Vec::new();
    find(&Path::new(&root).join("grammar").join("steps"), &mut tables)?;
    tables.sort();
    let mut properties = Properties::default();
    let mut outputs = Vec::new();
    let mut code = format!("static TABLES: [StepTable; {}] = [\n", tables.len());
    for (keyword, path) in &tables {
        let text = fs::read_to_string(path)?;
        properties.read(keyword, &text);
        // These keys decide which table is meant, so that a table need not be read to be passed
        // over.
        let key = |name: &str| {
            let line = text
                .lines()
                .take_while(|line| !line.starts_with('['))
                .find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('='));
            line.map(|value| value.trim().trim_matches('"').to_owned())
                .unwrap_or_default()
        };
        let (class, mdt, core) = (
            key("class"),
            key("dialect") == "mdt",
            key("family").is_empty(),
        );
        if !mdt {
            let named = [key("exit_code_in")]
                .into_iter()
                .chain(listed(&text, "sets"));
            let named = named.filter(|name| !name.is_empty());
            outputs.extend(named.map(|name| (name.to_lowercase(), keyword.clone())));
        }
        code.push_str(&format!(
            "    StepTable::new({keyword:?}, {class:?}, {mdt}, {core}, include_str!({:?})),\n",
            path.display().to_string()
        ));
    }
    code.push_str("];\n");
    outputs.sort();
    code.push_str(&format!(
        "static OUTPUTS: &[(&str, &str)] = &{outputs:?};\n"
    ));
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("tables.rs"), code)?;
    let variables = fs::read_to_string(Path::new(&root).join("grammar").join("variables.toml"))?;
    fs::write(Path::new(&out).join("names.rs"), names(&variables))?;
    let secrets = properties.written() + &secret_variables(&variables);
    fs::write(Path::new(&out).join("secrets.rs"), secrets)?;
    Ok(())
}

/// The tables of a folder and those below it, by keyword.
fn find(folder: &Path, tables: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo:rerun-if-changed={}", path.display());
            find(&path, tables)?;
        } else if let Some(keyword) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".toml"))
        {
            tables.push((keyword.to_owned(), path.clone()));
        }
    }
    Ok(())
}

/// The texts of a list in the head of a table.
fn listed(table: &str, key: &str) -> Vec<String> {
    let head = table.split("\n[").next().unwrap_or_default();
    let Some((_, rest)) = head.split_once(&format!("\n{key} = [")) else {
        return Vec::new();
    };
    let inner = rest.split(']').next().unwrap_or_default();
    let quoted = inner.split('"').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// The names of all variables, so that a check need not read the whole table. A test holds them
/// against the table.
fn names(table: &str) -> String {
    let mut section = "";
    let mut lists = [Vec::new(), Vec::new()];
    let mut environment = Vec::new();
    for line in table.lines() {
        if let Some(name) = line
            .strip_prefix("[[")
            .and_then(|rest| rest.strip_suffix("]]"))
        {
            section = name;
        } else if let Some((key, value)) = line.split_once(" = ")
            && matches!(key, "name" | "pattern")
        {
            let name = value.trim().trim_matches('"').to_lowercase();
            if section == "environment" {
                environment.push(name.clone());
            }
            lists[usize::from(section == "family")].push(name);
        }
    }
    lists[0].sort();
    lists[0].dedup();
    environment.sort();
    let [names, families] = lists;
    format!(
        "static NAMES: &[&str] = &{names:?};\nstatic FAMILIES: &[&str] = &{families:?};\n\
         static ENVIRONMENT: &[&str] = &{environment:?};\n"
    )
}

/// Which properties hold secrets, so that a source can be shown without them before any table is
/// read. A test holds the lists against the tables.
#[derive(Default)]
struct Properties {
    /// The keyword and the name of each secret one.
    secret: BTreeSet<(String, String)>,
    /// Names that stand for text anywhere.
    text: BTreeSet<String>,
    /// All names.
    all: BTreeSet<String>,
}

impl Properties {
    fn read(&mut self, keyword: &str, table: &str) {
        for (section, entry) in entries(table) {
            let (Some(name), Some(kind)) = (entry.get("name"), entry.get("type")) else {
                continue;
            };
            self.all.insert(name.clone());
            match kind.as_str() {
                "secret" if section == "property" => {
                    self.secret.insert((keyword.to_owned(), name.clone()));
                }
                "text" => {
                    self.text.insert(name.clone());
                }
                _ => {}
            }
        }
    }

    fn written(&self) -> String {
        let secret = |name: &String| self.secret.iter().any(|(_, own)| own == name);
        let plain = self.all.difference(&self.text);
        let plain: Vec<&String> = plain.filter(|name| !secret(name)).collect();
        format!(
            "static SECRET: &[(&str, &str)] = &{:?};\nstatic PLAIN: &[&str] = &{plain:?};\n",
            self.secret.iter().collect::<Vec<_>>()
        )
    }
}

/// The variables that hold secrets, in small letters.
fn secret_variables(table: &str) -> String {
    let secret = entries(table)
        .into_iter()
        .filter(|(_, entry)| entry.get("secret").is_some_and(|value| value == "true"));
    let names = secret.filter_map(|(_, entry)| Some(entry.get("name")?.to_lowercase()));
    let names: Vec<String> = names.collect::<BTreeSet<_>>().into_iter().collect();
    format!("static VARIABLES: &[&str] = &{names:?};\n")
}

/// The entries of a table's lists, each with the list's name.
fn entries(table: &str) -> Vec<(&str, BTreeMap<&str, String>)> {
    let mut out = vec![("", BTreeMap::new())];
    for line in table.lines() {
        if let Some(section) = line
            .strip_prefix("[[")
            .and_then(|rest| rest.split(']').next())
        {
            out.push((section, BTreeMap::new()));
        } else if let Some((key, value)) = line.split_once(" = ")
            && let Some((_, entry)) = out.last_mut()
        {
            entry.insert(key, value.trim().trim_matches('"').to_owned());
        }
    }
    out
}
