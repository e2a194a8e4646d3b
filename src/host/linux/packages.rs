//! Debian packages as products.

use std::{io, path::Path, process::Stdio};

use crate::fact::{InstalledProduct, Known};

/// A package by its name; a product code of Windows Installer is never one.
pub(super) fn product(name: &str, admin: Option<&Path>) -> Known<InstalledProduct> {
    if !is_package_name(name) {
        return Known::No;
    }
    match installed_version(name, admin) {
        Ok(version) => version.map_or(Known::No, |version| {
            Known::Yes(InstalledProduct {
                product_code: Some(name.to_owned()),
                name: Some(name.to_owned()),
                version: Some(version),
            })
        }),
        Err(error) => Known::Unknown(format!("software '{name}' (dpkg-query: {error})")),
    }
}

/// The version of a package, when it is installed.
///
/// # Errors
/// There is no dpkg here, or it cannot read its data.
pub(super) fn installed_version(name: &str, admin: Option<&Path>) -> io::Result<Option<String>> {
    let mut command = super::tool("dpkg-query");
    if let Some(admin) = admin {
        command.arg("--admindir").arg(admin);
    }
    command.args([
        "-W",
        "-f",
        "${db:Status-Status}\\t${Version}\\n",
        "--",
        name,
    ]);
    let out = command.env("LC_ALL", "C").stdin(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&out.stdout);
    // With several architectures there is a line for each.
    let installed = text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .find(|(state, _)| *state == "installed");
    match (out.status.code(), installed) {
        (Some(0), installed) => Ok(installed.map(|(_, version)| version.to_owned())),
        // No package of that name.
        (Some(1), _) => Ok(None),
        _ => {
            let said = String::from_utf8_lossy(&out.stderr);
            Err(io::Error::other(
                said.lines().last().unwrap_or("it failed").to_owned(),
            ))
        }
    }
}

/// What Debian's policy allows as a name (5.6.1), with an architecture after a colon.
fn is_package_name(name: &str) -> bool {
    let (name, architecture) = name.split_once(':').unwrap_or((name, "any"));
    let of = |text: &str, more: &[char]| {
        text.len() >= 2
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(&c))
    };
    of(name, &['+', '-', '.'])
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && of(architecture, &['-'])
}

#[cfg(test)]
mod tests {
    use super::is_package_name;

    #[test]
    fn only_names_of_packages_are_asked_for() {
        for name in ["curl", "libstdc++6", "g++", "libc6:amd64", "0ad"] {
            assert!(is_package_name(name), "{name}");
        }
        for name in [
            "{4F0C8C1E-0000-0000-0000-000000000001}",
            "a",
            "-W",
            "Curl",
            "a b",
            "libc6:",
            "",
            "x*",
        ] {
            assert!(!is_package_name(name), "{name}");
        }
    }
}
