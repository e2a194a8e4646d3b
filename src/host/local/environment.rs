//! The environment that this program was started with.

use std::{env, ffi::OsString};

use crate::{fact::Known, host::system::is_own_variable};

/// A variable of the environment, as `%Name%` sees it: what is the program's own is not there.
pub(crate) fn environment_variable(name: &str) -> Known<String> {
    if is_own_variable(name) {
        return Known::No;
    }
    match env::var_os(name).map(OsString::into_string) {
        Some(Ok(value)) => Known::Yes(value),
        Some(Err(_)) => Known::Unknown(format!("environment.{name} (it is no text)")),
        None => Known::No,
    }
}
