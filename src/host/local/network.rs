//! Connect To Network Folder.

use super::{
    LocalHost, code_of,
    words::{self, value},
};
use crate::{
    computer::{Outcome, Work},
    host::system::{Account, Share},
    machine::values::letter,
};

const COMPONENT: &str = "ConnectNetworkFolder";

/// Connect To Network Folder.
pub(super) fn connect(host: &mut LocalHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let (path, account) = (value(work, "path"), value(work, "account"));
    let drive = letter(value(work, "drive").trim());
    let mut what = path.to_owned();
    if let Some(drive) = &drive {
        what += &format!(" as drive {drive}");
    }
    if !account.is_empty() {
        what += &format!(" with the account {account}");
    }
    // Elsewhere nothing is connected: whether the share is mounted can be asked at any time.
    let dry = host.setup.dry;
    if dry && host.system.family() == "windows" {
        outcome
            .did
            .push(format!("{} {what}", words::CONNECT.said(true)));
        outcome
            .assumed
            .push(format!("whether {path} can be connected"));
        host.connected.extend(drive);
        return outcome;
    }
    let share = Share {
        path: path.to_owned(),
        drive,
        account: (!account.is_empty()).then(|| Account {
            name: account.to_owned(),
            password: value(work, "password").to_owned(),
        }),
    };
    match host.system.connect(&share) {
        Ok(()) => {
            host.line(
                COMPONENT,
                1,
                (work.scrub)(&format!("Successfully connected to {path}")),
            );
            outcome
                .did
                .push(format!("{} {what}", words::CONNECT.said(dry)));
        }
        Err(error) => {
            outcome.exit_code = code_of(&error);
            host.line(
                COMPONENT,
                3,
                (work.scrub)(&format!("Failed to connect to {path}: {error}")),
            );
            outcome
                .did
                .push(format!("could not connect {what}: {error}"));
        }
    }
    outcome
}
