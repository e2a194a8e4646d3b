//! The service that goes on with a run after a restart, and the program's answer when Windows
//! starts it as one.
#![allow(
    unsafe_code,
    reason = "the service manager works with handles and calls back"
)]

use std::{
    ffi::OsString,
    process::{Child, Command, Stdio},
    ptr,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use windows_sys::Win32::{
    Foundation::{ERROR_SERVICE_DOES_NOT_EXIST, ERROR_SERVICE_EXISTS, NO_ERROR},
    Storage::FileSystem::DELETE,
    System::Services::{
        ChangeServiceConfig2W, ChangeServiceConfigW, CloseServiceHandle, CreateServiceW,
        DeleteService, OpenSCManagerW, OpenServiceW, RegisterServiceCtrlHandlerExW, SC_HANDLE,
        SC_MANAGER_CONNECT, SC_MANAGER_CREATE_SERVICE, SERVICE_ACCEPT_SHUTDOWN,
        SERVICE_ACCEPT_STOP, SERVICE_AUTO_START, SERVICE_CHANGE_CONFIG, SERVICE_CONFIG_DESCRIPTION,
        SERVICE_CONTROL_INTERROGATE, SERVICE_CONTROL_SHUTDOWN, SERVICE_CONTROL_STOP,
        SERVICE_DESCRIPTIONW, SERVICE_ERROR_NORMAL, SERVICE_RUNNING, SERVICE_STATUS,
        SERVICE_STATUS_HANDLE, SERVICE_STOPPED, SERVICE_TABLE_ENTRYW, SERVICE_WIN32_OWN_PROCESS,
        SetServiceStatus, StartServiceCtrlDispatcherW,
    },
};

use super::{
    super::{
        lookup::quoted,
        system::{ResumeEntry, SystemError},
    },
    text::{last_error, wide},
};

/// The name of the service.
pub const NAME: &str = "TasqResume";
/// The verb with which the program answers as a service.
pub const VERB: &str = "service";

/// A handle of the service manager.
struct Opened(SC_HANDLE);

impl Opened {
    fn new(handle: SC_HANDLE) -> Option<Self> {
        // Not `then_some`: what it would drop closes a handle, which changes the last error.
        (!handle.is_null()).then(|| Opened(handle))
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and nobody else closes it.
        unsafe { CloseServiceHandle(self.0) };
    }
}

fn manager(access: u32) -> Result<Opened, SystemError> {
    // SAFETY: no names are this computer and its usual database.
    let handle = unsafe { OpenSCManagerW(ptr::null(), ptr::null(), access) };
    Opened::new(handle).ok_or_else(|| last_error("the service manager refuses"))
}

/// Puts the service in place.
pub(super) fn add(entry: &ResumeEntry) -> Result<(), SystemError> {
    let words = [entry.program.clone().into_os_string(), VERB.into()]
        .into_iter()
        .chain(entry.arguments.iter().cloned());
    let words: Vec<String> = words
        .map(|word: OsString| quoted(&word.to_string_lossy()))
        .collect();
    let command = wide(words.join(" "));
    let (name, shown) = (wide(NAME), wide("Tasq: goes on with a task sequence"));
    let manager = manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE)?;
    // SAFETY: all texts end with a null; without an account it is the system's.
    let made = unsafe {
        CreateServiceW(
            manager.0,
            name.as_ptr(),
            shown.as_ptr(),
            SERVICE_CHANGE_CONFIG,
            SERVICE_WIN32_OWN_PROCESS,
            SERVICE_AUTO_START,
            SERVICE_ERROR_NORMAL,
            command.as_ptr(),
            ptr::null(),
            ptr::null_mut(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
        )
    };
    let service = match Opened::new(made) {
        Some(service) => service,
        None => {
            let error = last_error("cannot make the service that goes on after a restart");
            if error.code != ERROR_SERVICE_EXISTS {
                return Err(error);
            }
            replace(&manager, &name, &command)?
        }
    };
    let mut text =
        wide("Goes on with a task sequence after a restart. It is removed when the run is over.");
    let description = SERVICE_DESCRIPTIONW {
        lpDescription: text.as_mut_ptr(),
    };
    // SAFETY: the structure is the one that this number asks for. A service without a description
    // works too.
    unsafe {
        ChangeServiceConfig2W(
            service.0,
            SERVICE_CONFIG_DESCRIPTION,
            (&raw const description).cast(),
        )
    };
    Ok(())
}

fn replace(manager: &Opened, name: &[u16], command: &[u16]) -> Result<Opened, SystemError> {
    let what = "cannot change the service that goes on after a restart";
    // SAFETY: the name ends with a null.
    let service =
        Opened::new(unsafe { OpenServiceW(manager.0, name.as_ptr(), SERVICE_CHANGE_CONFIG) });
    let service = service.ok_or_else(|| last_error(what))?;
    // SAFETY: the command ends with a null; what is null stays as it is.
    let done = unsafe {
        ChangeServiceConfigW(
            service.0,
            SERVICE_WIN32_OWN_PROCESS,
            SERVICE_AUTO_START,
            SERVICE_ERROR_NORMAL,
            command.as_ptr(),
            ptr::null(),
            ptr::null_mut(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
        )
    };
    if done == 0 {
        Err(last_error(what))
    } else {
        Ok(service)
    }
}

/// Takes the service away. One that runs just now (it went on with this run) goes when it ends.
pub(super) fn remove() -> Result<(), SystemError> {
    let what = "cannot remove the service that goes on after a restart";
    let (manager, name) = (manager(SC_MANAGER_CONNECT)?, wide(NAME));
    // SAFETY: the name ends with a null.
    let service = Opened::new(unsafe { OpenServiceW(manager.0, name.as_ptr(), DELETE) });
    let Some(service) = service else {
        let error = last_error(what);
        return if error.code == ERROR_SERVICE_DOES_NOT_EXIST {
            Ok(())
        } else {
            Err(error)
        };
    };
    // SAFETY: the handle was opened with the right to delete.
    if unsafe { DeleteService(service.0) } != 0 {
        return Ok(());
    }
    let error = last_error(what);
    // ERROR_SERVICE_MARKED_FOR_DELETE: it is as good as gone.
    if error.code == 1072 {
        Ok(())
    } else {
        Err(error)
    }
}

/// What the service does: this program with these arguments.
static ARGUMENTS: OnceLock<Vec<OsString>> = OnceLock::new();
static CHILD: Mutex<Option<Child>> = Mutex::new(None);
static STOPPING: AtomicBool = AtomicBool::new(false);

/// Answers as a service: starts this program again with `arguments` and waits for it.
///
/// # Errors
/// It was not Windows that started the program.
pub fn answer(arguments: Vec<OsString>) -> Result<(), SystemError> {
    let _ = ARGUMENTS.set(arguments);
    let mut name = wide(NAME);
    let table = [
        SERVICE_TABLE_ENTRYW {
            lpServiceName: name.as_mut_ptr(),
            lpServiceProc: Some(service_main),
        },
        SERVICE_TABLE_ENTRYW {
            lpServiceName: ptr::null_mut(),
            lpServiceProc: None,
        },
    ];
    // SAFETY: the table ends with an empty entry and outlives the call, which returns when the
    // service has stopped.
    if unsafe { StartServiceCtrlDispatcherW(table.as_ptr()) } == 0 {
        return Err(last_error(
            "only the service manager of Windows can start this",
        ));
    }
    Ok(())
}

unsafe extern "system" fn service_main(_: u32, _: *mut windows_sys::core::PWSTR) {
    let name = wide(NAME);
    // SAFETY: the name ends with a null; the handler needs no context.
    let status =
        unsafe { RegisterServiceCtrlHandlerExW(name.as_ptr(), Some(handler), ptr::null()) };
    if status.is_null() {
        return;
    }
    report(status, SERVICE_RUNNING, 0);
    let code = work();
    report(status, SERVICE_STOPPED, code);
}

/// Runs the program to its end; a stop ends it, and the checkpoint says where the run was.
fn work() -> u32 {
    let Ok(program) = std::env::current_exe() else {
        return 2;
    };
    let mut command = Command::new(program);
    command.args(ARGUMENTS.get().into_iter().flatten());
    match command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
    {
        Ok(child) => *CHILD.lock().unwrap_or_else(PoisonError::into_inner) = Some(child),
        Err(_) => return 2,
    }
    loop {
        thread::sleep(Duration::from_millis(100));
        let mut child = CHILD.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(running) = child.as_mut() else {
            return 2;
        };
        if STOPPING.load(Ordering::Relaxed) {
            let _ = running.kill();
        }
        match running.try_wait() {
            Ok(None) => {}
            Ok(Some(status)) => return status.code().map_or(1, i32::cast_unsigned),
            Err(_) => return 2,
        }
    }
}

unsafe extern "system" fn handler(
    control: u32,
    _: u32,
    _: *mut core::ffi::c_void,
    _: *mut core::ffi::c_void,
) -> u32 {
    match control {
        SERVICE_CONTROL_STOP => STOPPING.store(true, Ordering::Relaxed),
        // The run asked for the restart itself, or it goes on from its checkpoint.
        SERVICE_CONTROL_SHUTDOWN | SERVICE_CONTROL_INTERROGATE => {}
        // ERROR_CALL_NOT_IMPLEMENTED.
        _ => return 120,
    }
    NO_ERROR
}

fn report(handle: SERVICE_STATUS_HANDLE, state: u32, code: u32) {
    // ERROR_SERVICE_SPECIFIC_ERROR: the code is our own.
    let system = if code == 0 { NO_ERROR } else { 1066 };
    let status = SERVICE_STATUS {
        dwServiceType: SERVICE_WIN32_OWN_PROCESS,
        dwCurrentState: state,
        dwControlsAccepted: if state == SERVICE_RUNNING {
            SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN
        } else {
            0
        },
        dwWin32ExitCode: system,
        dwServiceSpecificExitCode: code,
        dwCheckPoint: 0,
        dwWaitHint: 0,
    };
    // SAFETY: the handle is that of this service; it needs no closing.
    unsafe { SetServiceStatus(handle, &raw const status) };
}
