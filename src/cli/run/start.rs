//! The host of a run: this computer, with what the run's processes find in their environment.

use std::{fs, io::Write as _, path::PathBuf};

use super::super::Failure;
use super::{LoadedRun, terminal::Watchers};
use crate::{
    engine::is_read_only,
    host::{
        local::{Channel, LocalHost, Setup},
        system::OperatingSystem,
    },
    run::{Folder, Header, LogWatch, SharedLog, StopSignal},
};

/// The module for scripts of PowerShell.
const MODULE: &str = include_str!("../../../powershell/Tasq.psm1");

/// How steps are carried out.
pub(in super::super) fn setup(
    loaded: &LoadedRun,
    folder: &Folder,
    log: PathBuf,
    skip_unknown: bool,
) -> Setup {
    let cache = match &loaded.site.cache {
        Some(cache) => loaded.base.join(cache),
        None => folder.cache(),
    };
    Setup {
        skip_unknown,
        base: loaded.base.clone(),
        authorities: loaded.authorities.clone(),
        cache,
        private: folder.run(),
        log,
        ..Setup::default()
    }
}

/// This computer as the run's host.
///
/// # Errors
/// What scripts need cannot be set up.
pub(in super::super) fn host(
    system: Box<dyn OperatingSystem>,
    loaded: &LoadedRun,
    header: &Header,
    folder: &Folder,
    log: &SharedLog,
    stop: &StopSignal,
    (output, progress): Watchers,
) -> Result<LocalHost, Failure> {
    let mut setup = setup(loaded, folder, header.log.clone(), header.skip_unknown);
    let channel = equip(&mut setup)?;
    let follow =
        LogWatch::new(log.clone(), folder.clone(), output, progress).stopped_by(stop.clone());
    Ok(LocalHost::new(system, loaded.site.clone(), setup)
        .watched(Box::new(follow))
        .with_channel(channel))
}

/// Gives the processes of steps what scripts need: the module, this program, and the way to the
/// run's variables.
///
/// # Errors
/// It cannot be set up.
pub(in super::super) fn equip(setup: &mut Setup) -> Result<Channel, Failure> {
    let module = setup.private.join("Tasq.psm1");
    fs::write(&module, MODULE).map_err(|error| {
        Failure::Unusable(format!("cannot write {}: {error}", module.display()))
    })?;
    setup
        .environment
        .push(("TASQ_MODULE".to_owned(), module.into()));
    if let Ok(program) = std::env::current_exe() {
        setup
            .environment
            .push(("TASQ_PROGRAM".to_owned(), program.into()));
    }
    Channel::listen(is_read_only).map_err(|error| {
        Failure::Unusable(format!(
            "scripts could not reach the run's variables: {error}"
        ))
    })
}

/// What is said when the run is left.
pub(super) const LEFT: &str = "\ntasq: the step is ended and the run is left";

/// Ctrl-C leaves the run: the step's processes end, and the run can be resumed. Once more ends the
/// program at once. Whoever ends the program, or closes its session, leaves the run as well.
#[allow(
    clippy::disallowed_methods,
    reason = "a second Ctrl-C is for a program that does not come back to main"
)]
pub(in super::super) fn leave_on_interrupt(stop: &StopSignal) {
    #[cfg(target_os = "linux")]
    super::hangup::leave_on_end(stop);
    let stop = stop.clone();
    // Without it the program ends as the system has it.
    let _ = ctrlc::set_handler(move || {
        if stop.ask() {
            std::process::exit(130);
        }
        say(&format!(
            "{LEFT}; Ctrl-C once more ends the program at once\n"
        ));
    });
}

/// Nobody can be told that the terminal is gone.
pub(super) fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
