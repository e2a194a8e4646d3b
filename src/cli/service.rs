//! `tasq service`, which only the service manager of Windows starts: it goes on with a run after a
//! restart.

use clap::Args;

use super::{Failure, Status};
use crate::host::windows::service;

/// Answer the service manager of Windows, which goes on with a run after a restart
#[derive(Args, Debug)]
#[command(hide = true)]
pub(crate) struct ServiceArgs {
    /// The verb and its arguments
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGUMENT"
    )]
    pub arguments: Vec<std::ffi::OsString>,
}

/// Answers the service manager; what it was asked to start has ended when this returns.
pub(super) fn run(args: &ServiceArgs) -> Result<Status, Failure> {
    service::answer(args.arguments.clone()).map_err(|error| Failure::Unusable(error.message))?;
    Ok(Status::Fine)
}
