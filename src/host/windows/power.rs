//! Restarts.
#![allow(
    unsafe_code,
    reason = "a restart needs a right that is switched on through pointers"
)]

use std::{ptr, time::SystemTime};

use windows_sys::Win32::{
    Foundation::{ERROR_NOT_ALL_ASSIGNED, FILETIME, GetLastError},
    Security::{
        AdjustTokenPrivileges, LUID_AND_ATTRIBUTES, LookupPrivilegeValueW, SE_PRIVILEGE_ENABLED,
        TOKEN_ADJUST_PRIVILEGES, TOKEN_PRIVILEGES, TOKEN_QUERY,
    },
    System::{
        Diagnostics::ToolHelp::{
            CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW,
            TH32CS_SNAPPROCESS,
        },
        Shutdown::{
            EWX_FORCE, EWX_REBOOT, ExitWindowsEx, InitiateSystemShutdownExW,
            SHTDN_REASON_FLAG_PLANNED, SHTDN_REASON_MAJOR_SOFTWARE, SHTDN_REASON_MINOR_MAINTENANCE,
        },
        SystemInformation::GetTickCount64,
        Threading::{
            GetCurrentProcess, GetProcessTimes, OpenProcess, OpenProcessToken,
            PROCESS_QUERY_LIMITED_INFORMATION,
        },
    },
};
use winreg::{
    RegKey,
    enums::{HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_64KEY, KEY_WRITE, REG_OPTION_VOLATILE},
};

use super::{
    super::system::SystemError,
    text::{Handle, last_error, narrow, wide},
};

const REASON: u32 =
    SHTDN_REASON_MAJOR_SOFTWARE | SHTDN_REASON_MINOR_MAINTENANCE | SHTDN_REASON_FLAG_PLANNED;

/// A key that is kept in memory only: Windows forgets it when it stops.
const BOOT_KEY: &str = r"SOFTWARE\Tasq\Boot";

/// Restarts now: the usual way first, else the one for computers without a session. Programs that
/// would ask about work that was not saved are ended, as the client does it: nobody may be there to
/// answer, and the countdown was the warning.
pub(super) fn restart(message: &str) -> Result<(), SystemError> {
    may_shut_down()?;
    // SAFETY: it takes two numbers.
    if unsafe { ExitWindowsEx(EWX_REBOOT | EWX_FORCE, REASON) } != 0 {
        return Ok(());
    }
    let text = wide(message.replace('\0', " "));
    // SAFETY: the text ends with a null; no name is this computer.
    if unsafe { InitiateSystemShutdownExW(ptr::null(), text.as_ptr(), 0, 1, 1, REASON) } != 0 {
        return Ok(());
    }
    Err(last_error("cannot restart"))
}

/// Switches on the right to shut down, which administrators have but do not use.
fn may_shut_down() -> Result<(), SystemError> {
    let what = "the run may not restart this computer";
    let mut token = ptr::null_mut();
    // SAFETY: the handle of the own process needs no closing; the token is written on success only.
    let opened = unsafe {
        OpenProcessToken(
            GetCurrentProcess(),
            TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY,
            &mut token,
        )
    } != 0;
    let token = Handle::new(token)
        .filter(|_| opened)
        .ok_or_else(|| last_error(what))?;
    let mut privileges = TOKEN_PRIVILEGES {
        PrivilegeCount: 1,
        Privileges: [LUID_AND_ATTRIBUTES {
            Attributes: SE_PRIVILEGE_ENABLED,
            ..LUID_AND_ATTRIBUTES::default()
        }],
    };
    let name = wide("SeShutdownPrivilege");
    // SAFETY: the name ends with a null, and the number is written into our structure.
    if unsafe {
        LookupPrivilegeValueW(
            ptr::null(),
            name.as_ptr(),
            &mut privileges.Privileges[0].Luid,
        )
    } == 0
    {
        return Err(last_error(what));
    }
    // SAFETY: the structure holds as many rights as it says; the old ones are not asked for.
    let done = unsafe {
        AdjustTokenPrivileges(
            token.0,
            0,
            &raw const privileges,
            0,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    // SAFETY: it reads a number of this thread. The function succeeds even when it changed nothing.
    if done == 0 || unsafe { GetLastError() } == ERROR_NOT_ALL_ASSIGNED {
        return Err(last_error(what));
    }
    Ok(())
}

/// A number that Windows forgets when it stops; without the right to keep one, the time it started,
/// which is as good as the clock.
pub(super) fn boot_id() -> Option<String> {
    kept_id().or_else(|| {
        // SAFETY: it takes nothing.
        let running = std::time::Duration::from_millis(unsafe { GetTickCount64() });
        let started = SystemTime::now().checked_sub(running)?;
        let seconds = started
            .duration_since(SystemTime::UNIX_EPOCH)
            .ok()?
            .as_secs();
        // The two clocks drift apart by seconds a day.
        Some(format!("started-{}", seconds / 60))
    })
}

fn kept_id() -> Option<String> {
    let software = RegKey::predef(HKEY_LOCAL_MACHINE);
    let begun = services_begun()
        .map(|time| time.to_string())
        .unwrap_or_default();
    if let Ok(key) = software.open_subkey_with_flags(BOOT_KEY, KEY_READ | KEY_WOW64_64KEY)
        && let Ok(id) = key.get_value::<String, _>("Id")
    {
        let then: String = key.get_value("Services").unwrap_or_default();
        // Where one of both is not known, the key alone counts.
        if then == begun || then.is_empty() || begun.is_empty() {
            return Some(id);
        }
    }
    let write = KEY_READ | KEY_WRITE | KEY_WOW64_64KEY;
    // What is below a key in memory must be so too, so the one above is made first, as a usual one.
    software
        .create_subkey_with_flags(r"SOFTWARE\Tasq", write)
        .ok()?;
    let (key, _) = software
        .create_subkey_with_options_flags(BOOT_KEY, REG_OPTION_VOLATILE, write)
        .ok()?;
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()?
        .as_nanos();
    let id = format!("{now:x}-{:x}", std::process::id());
    key.set_value("Services", &begun).ok()?;
    key.set_value("Id", &id).ok()?;
    Some(id)
}

/// When the service manager began, in units of 100 ns: it lives as long as Windows does. A second
/// sign beside the key, for a system that restarts without forgetting, as wine does: a run that
/// never sees its restart would ask for it for ever.
fn services_begun() -> Option<u64> {
    // SAFETY: it takes two numbers.
    let list = Handle::new(unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) })?;
    let size = u32::try_from(size_of::<PROCESSENTRY32W>()).ok()?;
    let mut entry = PROCESSENTRY32W {
        dwSize: size,
        ..PROCESSENTRY32W::default()
    };
    // SAFETY: the structure says how long it is, and is written whole.
    let mut there = unsafe { Process32FirstW(list.0, &mut entry) } != 0;
    while there && !narrow(&entry.szExeFile).eq_ignore_ascii_case("services.exe") {
        // SAFETY: as above.
        there = unsafe { Process32NextW(list.0, &mut entry) } != 0;
    }
    if !there {
        return None;
    }
    // SAFETY: it takes three numbers.
    let process = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, entry.th32ProcessID) };
    let process = Handle::new(process)?;
    let zero = FILETIME {
        dwLowDateTime: 0,
        dwHighDateTime: 0,
    };
    let (mut created, mut other) = (zero, [zero; 3]);
    let [exit, kernel, user] = &mut other;
    // SAFETY: the handle may be asked for times, and all four are ours to be written.
    let done = unsafe { GetProcessTimes(process.0, &mut created, exit, kernel, user) };
    (done != 0)
        .then(|| (u64::from(created.dwHighDateTime) << 32) | u64::from(created.dwLowDateTime))
}
