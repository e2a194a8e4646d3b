//! Scripts in files of their own.

use std::collections::HashSet;

/// Where scripts go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scripts<'a> {
    /// Into the source, as blocks.
    #[default]
    Inline,
    /// Into files of this folder below `scripts` beside the source, where a file gives the same
    /// text back.
    Files(&'a str),
}

/// Names for script files, each used once.
#[derive(Debug, Default)]
pub(super) struct Names {
    used: HashSet<String>,
}

impl Names {
    /// A path in a folder for the script of a step with this name.
    pub fn path(&mut self, folder: &str, step: &str) -> String {
        let stem = file_name(step);
        let mut number = 1;
        loop {
            let suffix = if number == 1 {
                String::new()
            } else {
                format!("-{number}")
            };
            let path = format!("scripts/{folder}/{stem}{suffix}.ps1");
            if self.used.insert(path.to_lowercase()) {
                return path;
            }
            number += 1;
        }
    }
}

/// A text as a file's name on any system.
pub fn file_name(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if character.is_alphanumeric() {
            out.extend(character.to_lowercase());
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    let out: String = out.trim_matches('-').chars().take(100).collect();
    let device = ["con", "prn", "aux", "nul"].contains(&out.as_str())
        || out.len() == 4 && (out.starts_with("com") || out.starts_with("lpt"));
    match out {
        out if out.is_empty() => "script".to_owned(),
        out if device => format!("{out}-script"),
        out => out,
    }
}

/// Whether a file gives the text back: `file(…)` makes every line end CR LF.
pub(super) fn fits(text: &str) -> bool {
    let pairs = text.matches("\r\n").count();
    !text.is_empty()
        && text.matches('\r').count() == pairs
        && text.matches('\n').count() == pairs
        && !text.starts_with('\u{FEFF}')
}
