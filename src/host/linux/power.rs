//! Restarts.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path, process::Stdio};

use rustix::system::{RebootCommand, reboot};

use super::{super::system::SystemError, failed};

/// The number of the first PID namespace (`PROC_PID_INIT_INO` of the kernel): that of the computer
/// itself.
const FIRST_NAMESPACE: u64 = 0xEFFF_FFFC;

/// Whether systemd runs this computer (sd_booted(3)).
pub(super) fn has_systemd() -> bool {
    Path::new("/run/systemd/system").is_dir()
}

/// Something that changes with every start: the kernel's own number, and when process 1 was
/// started, for containers, which restart without their kernel.
pub(super) fn boot_id() -> Option<String> {
    let kernel = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let first = fs::read_to_string("/proc/1/stat")
        .ok()
        .and_then(|text| started(&text));
    Some(first.map_or(kernel.trim().to_owned(), |first| {
        format!("{}-{first}", kernel.trim())
    }))
}

/// The 22nd field of a process's line, in clock ticks since the kernel started; the name before it
/// may hold anything.
fn started(stat: &str) -> Option<String> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(19).map(str::to_owned)
}

/// Restarts now. A container of its own (a PID namespace) ends instead; what runs it starts it
/// again.
pub(super) fn restart(message: &str) -> Result<(), SystemError> {
    let own = fs::metadata("/proc/self/ns/pid")
        .map_err(|error| failed("cannot tell what runs this computer", &error))?;
    if own.ino() != FIRST_NAMESPACE && !has_systemd() {
        rustix::fs::sync();
        return reboot(RebootCommand::Restart)
            .map_err(|error| failed("cannot restart", &error.into()));
    }
    let mut command = if has_systemd() {
        let mut command = super::tool("systemctl");
        command
            .arg(format!(
                "--message={}",
                message.replace(['\n', '\r', '\0'], " ")
            ))
            .arg("reboot");
        command
    } else {
        super::tool("reboot")
    };
    let out = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed("cannot restart", &error))?;
    if out.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&out.stderr);
    let code = out
        .status
        .code()
        .and_then(|code| u32::try_from(code).ok())
        .unwrap_or(1);
    Err(SystemError::new(
        code,
        format!(
            "cannot restart: {}",
            said.lines().last().unwrap_or("the system refused")
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::started;

    #[test]
    fn the_start_of_a_process_is_found_behind_any_name() {
        let line = "1 (a ) b) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 9 9";
        assert_eq!(started(line), Some("4711".to_owned()));
        assert_eq!(started("1 (x) S"), None);
    }
}
