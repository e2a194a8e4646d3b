//! Questions on the terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use super::super::{Failure, output};

/// Asks for a yes. Without a terminal nobody can answer, and only `--yes` helps.
///
/// # Errors
/// There is no terminal.
pub(in super::super) fn confirm(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "nobody can be asked here; --yes answers it".to_owned(),
        ));
    }
    let answer = line(&format!("{question} [y/N] "));
    Ok(answer.is_some_and(|answer| matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")))
}

/// A line that somebody types; nothing at the end of the input.
pub(in super::super) fn line(question: &str) -> Option<String> {
    let mut err = io::stderr().lock();
    let _ = err
        .write_all(output::readable(question).as_bytes())
        .and_then(|()| err.flush());
    let mut text = String::new();
    match io::stdin().lock().read_line(&mut text) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
    }
}
