//! `tasq cancel`.

use std::{fs, path::PathBuf};

use clap::Args;

use super::{
    Failure, Status, output,
    run::{confirm, of_fault, own_state},
};
use crate::run::{Checkpoint, Lock};

/// Give up a run of this computer
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tasq cancel                                the run ends as soon as it can; what was done stays done")]
pub(crate) struct CancelArgs {
    /// Where the run is kept
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Without a question
    #[arg(short, long)]
    pub yes: bool,
}

/// Ends a run, or gives one up that waits.
pub(super) fn run(args: &CancelArgs) -> Result<Status, Failure> {
    let system =
        crate::host::this_computer().map_err(|error| Failure::Unusable(error.to_string()))?;
    let folder = own_state(args.state.as_ref(), system.as_ref())?;
    if !folder.has_run() {
        return Err(Failure::Run(format!(
            "no run is in {}",
            folder.root().display()
        )));
    }
    if !args.yes && !confirm("Give the run up? What was done stays done.")? {
        return Err(Failure::Run("not cancelled".to_owned()));
    }
    let Some(_lock) = Lock::take(folder.root()).map_err(of_fault)? else {
        let path = folder.cancel();
        fs::write(&path, b"").map_err(|error| {
            Failure::Unusable(format!("cannot write {}: {error}", path.display()))
        })?;
        output::stdout(b"The run ends as soon as it can.\n")?;
        return Ok(Status::Fine);
    };
    // A damaged one is given up as well.
    let stored = Checkpoint::read(&folder).ok().flatten();
    if stored.as_ref().is_none_or(|stored| stored.header.entry)
        && let Err(error) = system.remove_resume_entry()
    {
        output::remark(&format!(
            "tasq: the start-up entry could not be removed: {error}\n"
        ));
    }
    let left = system.survivor(&folder.started());
    folder.retire(
        stored
            .as_ref()
            .map_or("damaged", |stored| stored.header.id.as_str()),
    );
    output::stdout(b"The run is given up.\n")?;
    if let Some(left) = left {
        let text = format!(
            "The step that was cut off is left alone: {}.\n",
            left.words()
        );
        output::stdout(text.as_bytes())?;
    }
    Ok(Status::Fine)
}
