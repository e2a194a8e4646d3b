//! Leaving a run in the middle, as Ctrl-C asks: the step's processes end, and the run stays stored.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Shared by whoever asks, the runner, and what follows the step's processes.
#[derive(Clone, Debug, Default)]
pub struct StopSignal(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    asked: AtomicBool,
    cut: AtomicBool,
}

impl StopSignal {
    /// Asks to leave the run; whether that was asked before.
    pub fn ask(&self) -> bool {
        self.0.asked.swap(true, Ordering::SeqCst)
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// Notes that a step was cut off for it.
    pub(super) fn cut(&self) {
        self.0.cut.store(true, Ordering::SeqCst);
    }

    /// Whether a step was cut off.
    pub(super) fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::SeqCst)
    }
}
