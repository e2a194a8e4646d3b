//! `tasq service`, which only the service manager of Windows starts: it goes on with a run after a
//! restart.

use super::{Failure, Status, args::ServiceArgs};
use crate::host::windows::service;

/// Answers the service manager; what it was asked to start has ended when this returns.
pub(super) fn run(args: ServiceArgs) -> Result<Status, Failure> {
    service::answer(args.arguments).map_err(|error| Failure::Unusable(error.message))?;
    Ok(Status::Fine)
}
