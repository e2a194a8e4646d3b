//! Going back: one entry, or the whole run.

use super::{Answer, Session, world::World};

/// Most entries that can be undone.
const DEPTH: usize = 100;

impl Session {
    /// Keeps what was there before an entry.
    pub(super) fn remember(&mut self, entry: &str, before: World) {
        let first = entry.trim().lines().next().unwrap_or("").to_owned();
        let label = if super::may_be_remembered(entry) { self.scrub(first) } else { "a line with a secret".to_owned() };
        self.past.push((label, before));
        if self.past.len() > DEPTH {
            self.past.remove(0);
        }
    }

    /// `:undo`
    pub(super) fn undo(&mut self, _: &str) -> Answer {
        match self.past.pop() {
            Some((label, world)) => {
                // The answer is no change of its own: it must not be undone by the next one.
                let version = self.world.version;
                self.world = World { version, ..world };
                Answer::good(format!("undone: {label}"))
            }
            None => Answer::refused("there is nothing to undo"),
        }
    }

    /// `:reset`
    pub(super) fn reset(&mut self, what: &str) -> Answer {
        match what {
            "" => {
                self.world.restart();
                self.world.changed();
                Answer::good("the run begins anew; steps, break points and what was set by hand stay")
            }
            "all" => {
                let computer = self.world.computer.clone();
                let version = self.world.version;
                self.world = World { computer, version, ..World::new(self.disk.here()) };
                self.world.restart();
                self.world.changed();
                Answer::good("everything is forgotten but the machine")
            }
            other => Answer::refused(format!("`:reset {other}`: write `:reset` or `:reset all`")),
        }
    }
}
