//! Another account for a process.

use std::{ffi::OsString, fs, path::PathBuf, process::Stdio};

use super::super::system::{Account, SystemError};

/// EPERM.
const NOT_PERMITTED: u32 = 1;
/// ENOENT.
const NOT_THERE: u32 = 2;

/// An account of this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
    pub home: PathBuf,
    pub shell: String,
}

impl User {
    /// What a session of this account has in its environment.
    pub(super) fn environment(&self) -> [(&'static str, OsString); 4] {
        [
            ("HOME", self.home.clone().into()),
            ("USER", self.name.clone().into()),
            ("LOGNAME", self.name.clone().into()),
            ("SHELL", self.shell.clone().into()),
        ]
    }

    /// The words before a command that make it this account's, groups included.
    pub(super) fn prefix(&self) -> Vec<OsString> {
        let ids = [
            format!("--reuid={}", self.uid),
            format!("--regid={}", self.gid),
            "--init-groups".to_owned(),
        ];
        ["setpriv".to_owned()]
            .into_iter()
            .chain(ids)
            .chain(["--".to_owned()])
            .map(OsString::from)
            .collect()
    }
}

/// The account that a process is to have; `None` when it is the run's own.
///
/// # Errors
/// It is not there, or the run may not become it.
pub(super) fn find(account: &Account) -> Result<Option<User>, SystemError> {
    let own = rustix::process::geteuid();
    let user = look_up(&account.name).ok_or_else(|| {
        SystemError::new(
            NOT_THERE,
            format!("there is no account {} on this computer", account.name),
        )
    })?;
    if user.uid == own.as_raw() {
        return Ok(None);
    }
    if !own.is_root() {
        let message = format!(
            "only root may start a process as {}; start the run as root",
            account.name
        );
        return Err(SystemError::new(NOT_PERMITTED, message));
    }
    Ok(Some(user))
}

/// Accounts of directories come through the system's own look-up, those of the file also without
/// its program.
fn look_up(name: &str) -> Option<User> {
    let file = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let asked = |name: &str| {
        let mut command = super::tool("getent");
        let out = command
            .args(["passwd", "--", name])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        user(&String::from_utf8_lossy(&out.stdout), None)
    };
    spellings(name)
        .into_iter()
        .find_map(|name| user(&file, Some(&name)).or_else(|| asked(&name)))
}

/// `DOMAIN\user` may be an account of that name, or with a dot or this computer's name before it a
/// local one.
fn spellings(name: &str) -> Vec<String> {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let mut out = vec![name.to_owned()];
    if let Some((domain, user)) = name.split_once('\\')
        && (domain == "." || domain.eq_ignore_ascii_case(host.trim()))
    {
        out = vec![user.to_owned()];
    }
    out.retain(|name| !name.is_empty() && !name.contains([':', '\n', '\0']));
    out
}

/// `name:password:uid:gid:comment:home:shell`.
fn user(text: &str, wanted: Option<&str>) -> Option<User> {
    text.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, uid, gid, _, home, shell] = fields.as_slice() else {
            return None;
        };
        let shell = if shell.is_empty() { "/bin/sh" } else { shell };
        wanted.is_none_or(|wanted| wanted == *name).then_some(User {
            name: (*name).to_owned(),
            uid: uid.parse().ok()?,
            gid: gid.parse().ok()?,
            home: PathBuf::from(home),
            shell: shell.to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_read_from_the_file() {
        let text = "root:x:0:0:root:/root:/bin/bash\nsvc:x:120:130::/srv/x:\nbroken:x\n";
        let found = user(text, Some("svc")).map(|user| (user.uid, user.gid, user.shell));
        assert_eq!(found, Some((120, 130, "/bin/sh".to_owned())));
        assert_eq!(user(text, Some("broken")), None);
        assert_eq!(user("", None), None);
    }

    #[test]
    fn a_local_domain_is_left_out() {
        assert_eq!(spellings(r".\svc"), ["svc"]);
        assert_eq!(spellings(r"CORP\svc"), [r"CORP\svc"]);
        assert_eq!(spellings("a:b"), Vec::<String>::new());
        assert_eq!(spellings(""), Vec::<String>::new());
    }
}
