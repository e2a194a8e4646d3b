//! Whether standard output was closed when the program was started.
//!
//! Where it is, the standard library opens `/dev/null` in its place before `main`, and what is
//! written there is lost without a word. Later nobody can tell that from a `/dev/null` that
//! somebody wanted, which may be open for reading as well; so it is looked at before that.

use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether there is no standard output; only Linux tells.
pub(super) fn is_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

#[cfg(target_os = "linux")]
mod early {
    #![allow(
        unsafe_code,
        reason = "what runs before main stands in a section of its own"
    )]

    use std::{fs, sync::atomic::Ordering};

    #[used]
    // SAFETY: the section holds functions that are called without being asked for anything. This
    // one asks the file system, writes a flag, and cannot panic.
    #[unsafe(link_section = ".init_array")]
    static LOOK: extern "C" fn() = look;

    extern "C" fn look() {
        let is_open = fs::symlink_metadata("/proc/self/fd/1").is_ok();
        // Without /proc nothing is known, and the stream is taken to be open.
        let is_closed = !is_open && fs::symlink_metadata("/proc/self/fd").is_ok();
        super::CLOSED.store(is_closed, Ordering::Relaxed);
    }
}
