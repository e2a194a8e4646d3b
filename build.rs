//! Lists the step tables, so that adding a step type is adding a file.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=grammar/steps");
    println!("cargo:rerun-if-changed=grammar/tasq.pest");
    println!("cargo:rerun-if-changed=grammar/variables.toml");
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&root).join("grammar").join("steps");
    let mut tables: Vec<String> = fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    tables.sort();
    let mut code = format!("static TABLES: [Table; {}] = [\n", tables.len());
    for keyword in &tables {
        let path = folder.join(format!("{keyword}.toml"));
        code.push_str(&format!("    Table::new({keyword:?}, include_str!({:?})),\n", path.display().to_string()));
    }
    code.push_str("];\n");
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("tables.rs"), code)?;
    let variables = fs::read_to_string(Path::new(&root).join("grammar").join("variables.toml"))?;
    fs::write(Path::new(&out).join("names.rs"), names(&variables))?;
    Ok(())
}

/// The names of all variables, so that a check need not read the whole table. A test holds them against the table.
fn names(table: &str) -> String {
    let mut section = "";
    let mut lists = [Vec::new(), Vec::new()];
    for line in table.lines() {
        if let Some(name) = line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
            section = name;
        } else if let Some((key, value)) = line.split_once(" = ")
            && matches!(key, "name" | "pattern")
        {
            let name = value.trim().trim_matches('"').to_lowercase();
            lists[usize::from(section == "family")].push(name);
        }
    }
    lists[0].sort();
    lists[0].dedup();
    let [names, families] = lists;
    format!("static NAMES: &[&str] = &{names:?};\nstatic FAMILIES: &[&str] = &{families:?};\n")
}
