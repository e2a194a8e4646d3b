//! Updates of Debian, with apt.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use super::{
    super::system::{OfferedUpdate, SystemError, Updated},
    LinuxOptions, failed, packages, tool,
};

/// Files of the configuration are kept as the administrator left them; another apt is waited for.
const QUIETLY: [&str; 8] = [
    "-y",
    "-q",
    "-o",
    "Dpkg::Options::=--force-confdef",
    "-o",
    "Dpkg::Options::=--force-confold",
    "-o",
    "DPkg::Lock::Timeout=300",
];

/// What `apt-get upgrade` would install, new dependencies included. Root asks the servers first;
/// others see what root last asked for.
pub(super) fn find(config: Option<&Path>, root: bool) -> Result<Vec<OfferedUpdate>, SystemError> {
    if root {
        apt(
            config,
            &[
                "-q",
                "-o",
                "DPkg::Lock::Timeout=300",
                "-o",
                "APT::Update::Error-Mode=any",
                "update",
            ],
        )?;
    }
    let out = apt(config, &["-s", "--with-new-pkgs", "upgrade"])?;
    Ok(String::from_utf8_lossy(&out.stdout)
        .lines()
        .filter_map(update)
        .collect())
}

/// `Inst bash [5.2-1] (5.2-2 Debian:12/stable [amd64])`; a package that is new has no version in
/// brackets.
fn update(line: &str) -> Option<OfferedUpdate> {
    let rest = line.strip_prefix("Inst ")?;
    let (name, rest) = rest.split_once(' ')?;
    let (before, offer) = rest.split_once('(')?;
    let offer = offer.rsplit_once(')').map_or(offer, |(inner, _)| inner);
    let (version, origin) = offer.split_once(' ').unwrap_or((offer, ""));
    let before = before.trim().trim_matches(['[', ']']);
    let title = if before.is_empty() {
        format!("{name} {version} (new)")
    } else {
        format!("{name} {before} to {version}")
    };
    Some(OfferedUpdate {
        id: format!("{name}={version}"),
        title,
        // `Debian-Security:12/stable-security`, `Ubuntu:24.04/noble-security`.
        required: origin.to_lowercase().contains("security"),
    })
}

/// Installs packages in the given versions, all in one go so that apt can order them.
pub(super) fn install(ids: &[String], options: &LinuxOptions) -> Result<Updated, SystemError> {
    let config = options.apt_config.as_deref();
    if ids.is_empty() {
        return Ok(Updated::default());
    }
    if let Some(bad) = ids
        .iter()
        .find(|id| !id.contains('=') || id.starts_with('-'))
    {
        return Err(SystemError::new(
            22,
            format!("`{bad}` is no package with its version, `name=version`"),
        ));
    }
    let mut words: Vec<&str> = QUIETLY.to_vec();
    words.extend(["install", "--"]);
    words.extend(ids.iter().map(String::as_str));
    let done = apt(config, &words);
    let mut updated = Updated {
        restart: needs_restart(config),
        ..Updated::default()
    };
    for id in ids {
        let (name, version) = id.split_once('=').unwrap_or((id, ""));
        let now = packages::installed_version(name, options.dpkg_admin.as_deref())
            .ok()
            .flatten();
        match (&done, now.as_deref() == Some(version)) {
            (_, true) => updated.installed.push(id.clone()),
            (Ok(_), false) => updated.failed.push((id.clone(), 1)),
            (Err(error), false) => updated.failed.push((id.clone(), error.code)),
        }
    }
    match done {
        // Nothing was done at all: what apt said is worth more than a list.
        Err(error) if updated.installed.is_empty() => Err(error),
        _ => Ok(updated),
    }
}

/// Debian's and Ubuntu's packages leave this file (below apt's own folder) when a restart is
/// needed.
fn needs_restart(config: Option<&Path>) -> bool {
    let mut command = tool("apt-config");
    set(&mut command, config);
    let out = command
        .args(["shell", "ROOT", "Dir"])
        .stdin(Stdio::null())
        .output();
    let said = out
        .map(|out| String::from_utf8_lossy(&out.stdout).into_owned())
        .unwrap_or_default();
    let root = said
        .trim()
        .strip_prefix("ROOT='")
        .and_then(|rest| rest.strip_suffix('\''))
        .unwrap_or("/");
    ["run/reboot-required", "var/run/reboot-required"]
        .iter()
        .any(|file| Path::new(root).join(file).exists())
}

fn set(command: &mut Command, config: Option<&Path>) {
    command
        .env("LC_ALL", "C")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("NEEDRESTART_SUSPEND", "1");
    if let Some(config) = config {
        command.env("APT_CONFIG", config);
    }
}

fn apt(config: Option<&Path>, arguments: &[&str]) -> Result<Output, SystemError> {
    let mut command = tool("apt-get");
    set(&mut command, config);
    let out = command.args(arguments).stdin(Stdio::null()).output();
    let out = out.map_err(|error| failed("there is no apt on this computer", &error))?;
    if out.status.success() {
        return Ok(out);
    }
    let code = out
        .status
        .code()
        .and_then(|code| u32::try_from(code).ok())
        .unwrap_or(1);
    let both = [out.stderr.as_slice(), out.stdout.as_slice()].map(String::from_utf8_lossy);
    let line = both
        .iter()
        .flat_map(|text| text.lines())
        .find(|line| line.starts_with("E:"));
    Err(SystemError::new(
        code,
        format!("apt: {}", line.map_or("it failed", |line| line[2..].trim())),
    ))
}

#[cfg(test)]
mod tests {
    use super::update;

    #[test]
    fn lines_of_apt_are_updates() {
        let security =
            update("Inst bash [5.2-1] (5.2-2 Debian-Security:12/stable-security [amd64])")
                .unwrap_or_default();
        assert_eq!(
            (security.id.as_str(), security.required),
            ("bash=5.2-2", true)
        );
        let new = update("Inst libnew1 (1.0 local:1/stable [all]) []").unwrap_or_default();
        assert_eq!(
            (new.id.as_str(), new.title.as_str(), new.required),
            ("libnew1=1.0", "libnew1 1.0 (new)", false)
        );
        assert_eq!(update("Conf bash (5.2-2 Debian:12/stable [amd64])"), None);
    }
}
