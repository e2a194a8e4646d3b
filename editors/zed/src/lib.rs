//! Tells Zed how to start `tasq lsp`: the program must be on the PATH.

use zed_extension_api::{self as zed, Command, LanguageServerId, Result, Worktree};

struct Tasq;

impl zed::Extension for Tasq {
    fn new() -> Self {
        Tasq
    }

    fn language_server_command(&mut self, _id: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let command = worktree.which("tasq").ok_or("tasq is not on the PATH")?;
        Ok(Command { command, args: vec!["lsp".to_owned()], env: worktree.shell_env() })
    }
}

zed::register_extension!(Tasq);
