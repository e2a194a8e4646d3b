//! Computers that steps run on: this one, and one that is only described.

mod capture;
pub mod dry;
mod foresee;
#[cfg(target_os = "linux")]
pub mod linux;
pub mod local;
#[cfg(any(windows, feature = "internals"))]
pub mod lookup;
#[cfg(any(windows, test))]
mod rights;
pub mod simulated;
mod small_view;
mod survivor;
pub mod system;
#[cfg(windows)]
pub mod windows;

/// The computer that this program runs on.
///
/// # Errors
/// It runs neither Windows nor Linux.
pub fn this_computer() -> Result<Box<dyn system::OperatingSystem>, system::SystemError> {
    #[cfg(target_os = "linux")]
    return Ok(Box::new(linux::LinuxSystem::new()));
    #[cfg(windows)]
    return Ok(Box::new(windows::WindowsSystem::new()));
    #[cfg(not(any(target_os = "linux", windows)))]
    Err(system::SystemError::not_supported(
        "sequences run on Windows and on Linux only; `tasq simulate` works everywhere",
    ))
}
