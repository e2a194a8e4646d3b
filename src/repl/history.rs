//! Going back: one entry, or the whole run.

use super::{Answer, Session, world::World};

/// Most entries that can be undone.
const DEPTH: usize = 100;

/// Said where a session begins anew and a computer does not.
const STAYS: &str = "\nWhat was done on this computer stays done";

/// What was there before an entry.
pub(super) struct Past {
    /// The entry's first line.
    label: String,
    world: World,
    /// Whether the entry did something to a real computer.
    real: bool,
}

impl Session {
    /// Keeps what was there before an entry; `real` says that it did something to a real computer.
    pub(super) fn remember(&mut self, entry: &str, before: World, real: bool) {
        let first = entry.trim().lines().next().unwrap_or("").to_owned();
        let label = if super::may_be_remembered(entry) {
            self.scrub(first)
        } else {
            "a line with a secret".to_owned()
        };
        self.past.push(Past {
            label,
            world: before,
            real,
        });
        if self.past.len() > DEPTH {
            self.past.remove(0);
        }
    }

    /// `:undo`
    pub(super) fn undo(&mut self, _: &str) -> Answer {
        match self.past.pop() {
            Some(Past { label, world, real }) => {
                // The answer is no change of its own: it must not be undone by the next one.
                let version = self.world.version;
                self.world = World { version, ..world };
                Answer::good(match real {
                    true => format!(
                        "taken back in this session: {label}\nWhat it did on this computer stays done"
                    ),
                    false => format!("undone: {label}"),
                })
            }
            None => Answer::refused("there is nothing to undo"),
        }
    }

    /// `:reset`
    pub(super) fn reset(&mut self, what: &str) -> Answer {
        match what {
            "" => {
                let done = self.world.computer.done() > 0;
                self.world.restart();
                self.world.changed();
                let text = "the run begins anew; steps, break points and what was set by hand stay";
                Answer::good(format!("{text}{}", if done { STAYS } else { "" }))
            }
            "all" => {
                let computer = self.world.computer.clone();
                let version = self.world.version;
                self.world = World {
                    computer,
                    version,
                    named: self.world.named.clone(),
                    ..World::new(self.disk.here())
                };
                self.world.restart();
                self.world.changed();
                let done = self.world.computer.done() > 0;
                Answer::good(format!(
                    "everything is forgotten but the machine{}",
                    if done { STAYS } else { "" }
                ))
            }
            other => Answer::refused(format!("`:reset {other}`: write `:reset` or `:reset all`")),
        }
    }
}
