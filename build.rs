//! Lists the step tables, so that adding a step type is adding a file.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=grammar/steps");
    println!("cargo:rerun-if-changed=grammar/tasq.pest");
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
    fs::write(Path::new(&env::var("OUT_DIR")?).join("tables.rs"), code)?;
    Ok(())
}
