//! Connect To Network Folder.

use super::{Action, code_of, could_not, deed, property::value};
use crate::{
    computer::{Account, Computer, Outcome, Share, Work},
    deed::Verb,
    machine::values::letter,
};

const COMPONENT: &str = "ConnectNetworkFolder";

/// Connect To Network Folder.
pub(super) struct ConnectNetworkFolder;

impl Action for ConnectNetworkFolder {
    fn keyword(&self) -> &'static str {
        "connect_network_folder"
    }

    fn repeats(&self) -> bool {
        true
    }

    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
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
        let share = Share {
            path: path.to_owned(),
            drive,
            account: (!account.is_empty()).then(|| Account {
                name: account.to_owned(),
                password: value(work, "password").to_owned(),
            }),
        };
        match on.connect(&share) {
            Ok(()) => {
                let text = format!("Successfully connected to {path}");
                on.log(COMPONENT, 1, &(work.scrub)(&text));
                outcome.did.push(deed(on, Verb::Connect, what, ""));
            }
            Err(error) => {
                outcome.exit_code = code_of(&error);
                let text = format!("Failed to connect to {path}: {error}");
                on.log(COMPONENT, 3, &(work.scrub)(&text));
                let deed = could_not(Verb::Connect, what, error.to_string());
                outcome.did.push(deed);
            }
        }
        outcome
    }
}
