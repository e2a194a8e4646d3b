//! `tasq lsp`: the language server on standard input and output.

use std::{path::Path, sync::Arc};

use clap::Args;
use lsp_server::Connection;

use super::{Failure, Status, disk};
use crate::lsp::{Project, serve};

/// Serve an editor (language server protocol on standard input and output)
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tasq lsp                                   started by an editor; see docs/how-to/editors.md")]
pub(crate) struct LspArgs {
    /// Standard input and output are used in any case; editors often say so
    #[arg(long)]
    pub stdio: bool,
}

/// Serves until the editor says `exit`.
pub(super) fn run(_: &LspArgs) -> Result<Status, Failure> {
    let (connection, threads) = Connection::stdio();
    let outcome = serve(&connection, Arc::new(ServerDisk));
    // The writer ends when nobody can send any more.
    drop(connection);
    let ended = threads.join().map_err(|error| error.to_string());
    outcome
        .and(ended)
        .map(|()| Status::Fine)
        .map_err(Failure::Unusable)
}

/// The disk as the server sees it.
struct ServerDisk;

impl Project for ServerDisk {
    fn locate(&self, path: &str) -> (String, String) {
        disk::locate(Path::new(path))
    }

    fn read(&self, root: &str, path: &str) -> Result<Vec<u8>, String> {
        crate::source::Files::read(&disk::DiskFiles::new(Path::new(root)), path)
    }

    fn list(&self, root: &str) -> Vec<String> {
        disk::list(Path::new(root))
    }
}
