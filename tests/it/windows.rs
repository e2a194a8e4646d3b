//! The host of Windows, on the system that runs the tests: Windows, or wine with
//! `tests/windows/layer.sh`, whose README says what wine cannot prove. Programs and installers that
//! the script makes are named by `TASQ_WINDOWS_FIXTURES`.

mod facts;
mod installer;
mod processes;
mod restart;
mod runs;
mod service;

use std::{
    env,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tasq::internals::host::{
    system::{Launch, OperatingSystem as _, ProcessResult, ProgramStart},
    windows::WindowsSystem,
};

/// A file that the script made; `None`, and a word about it, where the script does not run.
pub fn fixture(name: &str) -> Option<PathBuf> {
    let Some(folder) = env::var_os("TASQ_WINDOWS_FIXTURES") else {
        println!("{name} is made by tests/windows/layer.sh; skipped");
        return None;
    };
    let path = Path::new(&folder).join(name);
    assert!(path.is_file(), "{} is not there", path.display());
    Some(plain(&path).into())
}

/// A launch of a command line with nothing special about it.
pub fn launch(line: &str) -> Launch {
    Launch {
        program: ProgramStart::CommandLine(line.to_owned()),
        folder: None,
        search: Vec::new(),
        environment: Vec::new(),
        time_out: None,
        account: None,
        native_view: false,
        track: None,
    }
}

pub fn run(launch: &Launch) -> ProcessResult {
    WindowsSystem::new()
        .run(launch, &mut |_| true)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// What tests change of the machine itself they change one at a time.
pub fn alone() -> MutexGuard<'static, ()> {
    static MACHINE: Mutex<()> = Mutex::new(());
    MACHINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A path as programs take it: with its drive, without the form that only the system's functions
/// know.
pub fn plain(path: &Path) -> String {
    let whole =
        std::fs::canonicalize(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    whole
        .to_string_lossy()
        .trim_start_matches(r"\\?\")
        .to_owned()
}
