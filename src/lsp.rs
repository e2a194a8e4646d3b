//! The language server: a thin door to [`crate::ide`].
//!
//! One thread takes messages and keeps the open texts; one works. Requests go before diagnostics, a
//! request for a text that has changed since is answered with "content modified", and only the
//! newest version of a text is ever analysed.

mod capabilities;
mod commands;
mod diagnostics;
mod documents;
mod exports;
mod position;
mod queue;
mod requests;
mod server;
mod sites;
mod uri;
mod wire;
mod worker;

use std::sync::Arc;

use lsp_server::Connection;

/// The files around the open texts. All paths inside a project have `/` between their parts.
pub trait Project: Send + Sync {
    /// The project's folder for a file of the system, and the file's place in it.
    fn locate(&self, path: &str) -> (String, String);

    /// The bytes of a file of a project.
    ///
    /// # Errors
    /// A message for people, without the path.
    fn read(&self, root: &str, path: &str) -> Result<Vec<u8>, String>;

    /// The files of a project, relative to its folder.
    fn list(&self, root: &str) -> Vec<String>;
}

pub use wire::{Incoming, read, refuse};

/// How a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// It asked for `shutdown` before.
    Goodbye,
    /// It did not: it said `exit` at once, or has gone.
    Abrupt,
}

/// Serves a client until it says `exit` or has gone.
///
/// # Errors
/// A message when the work cannot be begun.
pub fn serve(connection: &Connection, project: Arc<dyn Project>) -> Result<SessionEnd, String> {
    server::run(connection, project)
}
