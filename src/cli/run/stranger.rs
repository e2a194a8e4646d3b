//! Whether what a site file brings may run that somebody else could have written.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
};

use super::{super::Failure, ask};
use crate::{host::system::OperatingSystem, site::Site};

/// Asks once whether the scripts and command lines of a site file may run that is not this
/// account's own; whether somebody said so.
///
/// # Errors
/// Nobody said yes.
pub(in super::super) fn permit_site(
    path: Option<&Path>,
    site: &Site,
    system: &dyn OperatingSystem,
    trusted: bool,
    say: &mut dyn FnMut(&str),
) -> Result<bool, Failure> {
    let (scripts, commands) = site.brings();
    let Some(why) = path
        .filter(|_| scripts + commands > 0)
        .and_then(|path| system.stranger(path))
    else {
        return Ok(trusted);
    };
    say(&format!("The site file is not yours alone: {why}."));
    if trusted {
        return Ok(true);
    }
    let scripts = count(scripts, "script");
    let commands = count(commands, "command line");
    let what = format!("Its {scripts} and {commands}");
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "{what} may be somebody else's, and nobody can be asked here; --trust-site runs them"
        )));
    }
    match ask::confirm(&format!("{what} may be somebody else's. Trust them?"))? {
        true => Ok(true),
        false => Err(Failure::Run("not started".to_owned())),
    }
}

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
