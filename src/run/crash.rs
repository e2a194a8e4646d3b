//! Lets the tests of a crash end the program at a chosen write. Release builds have none of it.
//!
//! `TASQ_CRASH_AT` names the place: `7 written` is the seventh time that the run is stored, and of
//! it the moment at which its bytes are written and nobody made sure that they stay.

#[cfg(all(debug_assertions, target_os = "linux"))]
mod real {
    use std::sync::atomic::{AtomicU32, Ordering};

    static WRITES: AtomicU32 = AtomicU32::new(0);

    pub(in super::super) fn is_at(stage: &str) -> bool {
        let number = WRITES.load(Ordering::Relaxed);
        std::env::var("TASQ_CRASH_AT").is_ok_and(|wanted| wanted == format!("{number} {stage}"))
    }

    pub(in super::super) fn point(stage: &str) {
        WRITES.fetch_add(u32::from(stage == "before"), Ordering::Relaxed);
        if is_at(stage) {
            let _ = rustix::process::kill_process(
                rustix::process::getpid(),
                rustix::process::Signal::KILL,
            );
        }
    }
}

#[cfg(not(all(debug_assertions, target_os = "linux")))]
mod real {
    pub(in super::super) fn is_at(_: &str) -> bool {
        false
    }

    pub(in super::super) fn point(_: &str) {}
}

/// Whether the program is to be ended at this stage of the write that is on.
pub(super) use real::is_at;
/// Ends the program without any chance to tidy up, if it is to be ended here.
pub(super) use real::point;
