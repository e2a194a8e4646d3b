//! Processes of Windows: one job for each, so that all it started can be ended.
#![allow(
    unsafe_code,
    reason = "processes are started with structures of pointers and handles"
)]

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, PipeWriter},
    os::windows::{ffi::OsStrExt as _, io::AsRawHandle as _},
    path::{Path, PathBuf},
    ptr,
    sync::mpsc,
    thread,
};

use windows_sys::Win32::{
    Foundation::{ERROR_ACCESS_DENIED, HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation},
    System::{
        JobObjects::{
            AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_BREAKAWAY_OK,
            JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation,
            SetInformationJobObject, TerminateJobObject,
        },
        Threading::{
            CREATE_NO_WINDOW, CREATE_SUSPENDED, CREATE_UNICODE_ENVIRONMENT, CreateProcessAsUserW,
            CreateProcessW, CreateProcessWithLogonW, DeleteProcThreadAttributeList,
            EXTENDED_STARTUPINFO_PRESENT, GetExitCodeProcess, INFINITE,
            InitializeProcThreadAttributeList, LOGON_WITH_PROFILE,
            PROC_THREAD_ATTRIBUTE_HANDLE_LIST, PROCESS_INFORMATION, ResumeThread,
            STARTF_USESTDHANDLES, STARTUPINFOEXW, STARTUPINFOW, TerminateProcess,
            UpdateProcThreadAttribute, WaitForSingleObject,
        },
    },
    UI::Shell::{ASSOCF_NONE, ASSOCSTR_COMMAND, AssocQueryStringW},
};

use super::{
    super::{
        capture::{self, Signal},
        lookup::{self, Lookup, ProgramKind},
        system::{Account, Launch, ProcessResult, ProgramStart, SystemError, is_own_variable},
    },
    account, left,
    text::{self, Handle, last_error, narrow, wide},
};

/// Starts a process and waits for it.
pub(super) fn run(
    launch: &Launch,
    watch: &mut dyn FnMut(&str) -> bool,
) -> Result<ProcessResult, SystemError> {
    let start = Start::of(launch)?;
    let (output, input) = io::pipe().map_err(|error| failed("cannot make a pipe", &error))?;
    let nothing = File::open("NUL").map_err(|error| failed("cannot open NUL", &error))?;
    let job = job()?;
    let (process, thread) = start.start(&input, &nothing)?;
    drop((input, nothing));
    // SAFETY: both handles are open. Where a job is refused, at least the process itself can be
    // ended.
    let in_job = unsafe { AssignProcessToJobObject(job.0, process.0) } != 0;
    if let Some(path) = &launch.track {
        left::note(path, &process, launch.time_out);
    }
    // SAFETY: the thread was started suspended.
    unsafe { ResumeThread(thread.0) };
    drop(thread);
    let (to, signals) = mpsc::channel();
    let ended = to.clone();
    thread::spawn(move || capture::read(output, &to));
    let shared = std::sync::Arc::new(process);
    let waited = shared.clone();
    thread::spawn(move || {
        let process = waited;
        let _ = ended.send(Signal::Ended(wait(&process)));
    });
    let mut end = || {
        // SAFETY: both handles are open until this function returns.
        unsafe {
            if !in_job || TerminateJobObject(job.0, capture::ERROR_TIMEOUT) == 0 {
                TerminateProcess(shared.0, capture::ERROR_TIMEOUT);
            }
        }
    };
    Ok(capture::follow(
        &signals,
        launch.time_out,
        text::printed,
        watch,
        &mut end,
    ))
}

fn failed(what: &str, error: &io::Error) -> SystemError {
    let code = error.raw_os_error().map_or(0, i32::cast_unsigned);
    SystemError::new(code, format!("{what}: {error}"))
}

fn wait(process: &Handle) -> u32 {
    let mut code = capture::ERROR_TIMEOUT;
    // SAFETY: the handle is open, and the code is ours to write.
    unsafe {
        WaitForSingleObject(process.0, INFINITE);
        GetExitCodeProcess(process.0, &mut code);
    }
    code
}

/// A job that ends nothing by itself: what an installer leaves running goes on when the step is
/// over. A process may leave the job when it asks to, as installers of services do.
fn job() -> Result<Handle, SystemError> {
    // SAFETY: neither a name nor rights are given.
    let job = Handle::new(unsafe { CreateJobObjectW(ptr::null(), ptr::null()) });
    let job = job.ok_or_else(|| last_error("cannot make a job"))?;
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_BREAKAWAY_OK;
    let size = u32::try_from(size_of_val(&limits)).unwrap_or(0);
    // SAFETY: the structure has the size that is given. Without the limit the job works too.
    unsafe {
        SetInformationJobObject(
            job.0,
            JobObjectExtendedLimitInformation,
            (&raw const limits).cast(),
            size,
        )
    };
    Ok(job)
}

/// All that a process is started with.
struct Start<'a> {
    /// The program, when it is known; else the system finds it in the command line.
    application: Option<Vec<u16>>,
    command: Vec<u16>,
    folder: Option<Vec<u16>>,
    environment: Option<Vec<u16>>,
    account: Option<(&'a Account, Handle)>,
    /// What is started, for messages: never its arguments, which can hold a secret.
    what: String,
}

impl<'a> Start<'a> {
    fn of(launch: &'a Launch) -> Result<Self, SystemError> {
        let account = match &launch.account {
            Some(account) => Some((account, account::sign_in(account)?)),
            None => None,
        };
        let view = View {
            small: !launch.native_view,
            windows: windows_folder(),
        };
        let (application, command) = match &launch.program {
            ProgramStart::CommandLine(line) => command_line(line, launch, &view)?,
            ProgramStart::Arguments(program, arguments) => {
                arguments_line(program, arguments, launch, &view)
            }
        };
        let mut what = application
            .clone()
            .unwrap_or_else(|| first_word(&command).to_owned());
        if let Some((account, _)) = &account {
            what.push_str(&format!(" as {}", account.name));
        }
        if [Some(&command), application.as_ref()]
            .into_iter()
            .flatten()
            .any(|text| text.contains('\0'))
        {
            return Err(SystemError::new(87, "a command line cannot hold a null"));
        }
        Ok(Start {
            environment: environment(launch, account.as_ref().map(|(_, token)| token)),
            application: application.map(wide),
            command: wide(command),
            folder: launch.folder.as_deref().map(wide),
            account,
            what,
        })
    }

    /// The process and its first thread, which waits.
    fn start(mut self, output: &PipeWriter, input: &File) -> Result<(Handle, Handle), SystemError> {
        let mut handles: [HANDLE; 2] = [output.as_raw_handle(), input.as_raw_handle()];
        for handle in handles {
            // SAFETY: the handle is open.
            if unsafe { SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT) }
                == 0
            {
                return Err(last_error("cannot give a pipe to a process"));
            }
        }
        let mut list =
            Attributes::new(&mut handles).ok_or_else(|| last_error("cannot start a process"))?;
        let mut info = STARTUPINFOEXW::default();
        info.StartupInfo.cb = u32::try_from(size_of::<STARTUPINFOEXW>()).unwrap_or(0);
        info.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
        [
            info.StartupInfo.hStdOutput,
            info.StartupInfo.hStdError,
            info.StartupInfo.hStdInput,
        ] = [handles[0], handles[0], handles[1]];
        info.lpAttributeList = list.pointer();
        let mut made = PROCESS_INFORMATION::default();
        let done = match self.account.take() {
            None => self.own(&info, &mut made),
            Some((account, token)) => self.other(account, &token, &mut info.StartupInfo, &mut made),
        };
        if done == 0 {
            return Err(last_error(&format!("cannot start {}", self.what)));
        }
        let handles = Handle::new(made.hProcess).zip(Handle::new(made.hThread));
        handles.ok_or_else(|| last_error(&format!("cannot start {}", self.what)))
    }

    fn own(&mut self, info: &STARTUPINFOEXW, made: &mut PROCESS_INFORMATION) -> i32 {
        let flags = CREATE_SUSPENDED
            | CREATE_UNICODE_ENVIRONMENT
            | CREATE_NO_WINDOW
            | EXTENDED_STARTUPINFO_PRESENT;
        // SAFETY: all texts and the environment end as the function wants them and outlive the
        // call; the command line is ours to be written to; the flags say that the structure is the
        // extended one.
        unsafe {
            CreateProcessW(
                pointer(self.application.as_ref()),
                self.command.as_mut_ptr(),
                ptr::null(),
                ptr::null(),
                1,
                flags,
                pointer(self.environment.as_ref()).cast(),
                pointer(self.folder.as_ref()),
                (&raw const *info).cast(),
                made,
            )
        }
    }

    /// As another account: the service for this first. It refuses the system's own account, which
    /// may do it by itself.
    fn other(
        &mut self,
        account: &Account,
        token: &Handle,
        info: &mut STARTUPINFOW,
        made: &mut PROCESS_INFORMATION,
    ) -> i32 {
        info.cb = u32::try_from(size_of::<STARTUPINFOW>()).unwrap_or(0);
        let (user, domain) = account::names(account);
        let password = wide(&account.password);
        let flags = CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | CREATE_NO_WINDOW;
        // SAFETY: as above; the structure is the plain one.
        let done = unsafe {
            CreateProcessWithLogonW(
                user.as_ptr(),
                pointer(domain.as_ref()),
                password.as_ptr(),
                LOGON_WITH_PROFILE,
                pointer(self.application.as_ref()),
                self.command.as_mut_ptr(),
                flags,
                pointer(self.environment.as_ref()).cast(),
                pointer(self.folder.as_ref()),
                &raw const *info,
                made,
            )
        };
        if done != 0 || last_error("").code != ERROR_ACCESS_DENIED {
            return done;
        }
        // SAFETY: as above; the token is one that was signed in.
        unsafe {
            CreateProcessAsUserW(
                token.0,
                pointer(self.application.as_ref()),
                self.command.as_mut_ptr(),
                ptr::null(),
                ptr::null(),
                1,
                flags,
                pointer(self.environment.as_ref()).cast(),
                pointer(self.folder.as_ref()),
                &raw const *info,
                made,
            )
        }
    }
}

fn pointer(text: Option<&Vec<u16>>) -> *const u16 {
    text.map_or(ptr::null(), Vec::as_ptr)
}

/// The list of handles that a process inherits, and no others.
struct Attributes(Vec<usize>);

impl Attributes {
    /// The list points to `handles`, which must live as long as it is used.
    fn new(handles: &mut [HANDLE; 2]) -> Option<Self> {
        let mut size = 0;
        // SAFETY: without a list it only says how large one is.
        unsafe { InitializeProcThreadAttributeList(ptr::null_mut(), 1, 0, &mut size) };
        let mut list = Attributes(vec![0; size.div_ceil(size_of::<usize>()).max(1)]);
        // SAFETY: the memory is as large as the function asked for, and aligned for pointers.
        if unsafe { InitializeProcThreadAttributeList(list.pointer(), 1, 0, &mut size) } == 0 {
            return None;
        }
        let attribute = usize::try_from(PROC_THREAD_ATTRIBUTE_HANDLE_LIST).ok()?;
        // SAFETY: the handles outlive the list: both are in the same function of the caller.
        let done = unsafe {
            UpdateProcThreadAttribute(
                list.pointer(),
                0,
                attribute,
                handles.as_ptr().cast(),
                size_of_val(handles),
                ptr::null_mut(),
                ptr::null(),
            )
        };
        (done != 0).then_some(list)
    }

    fn pointer(&mut self) -> *mut core::ffi::c_void {
        self.0.as_mut_ptr().cast()
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: the list was initialised, or is zeros, for which there is nothing to do.
        unsafe { DeleteProcThreadAttributeList(self.0.as_mut_ptr().cast()) };
    }
}

/// Which view of the system's own folders counts.
struct View {
    small: bool,
    windows: String,
}

impl View {
    /// A path as this view has it. A Windows without a 32-bit part has one view only.
    fn of(&self, path: &str) -> String {
        let redirected = self.small && Path::new(&self.windows).join("SysWOW64").is_dir();
        // In a program of 64 bits there is no `Sysnative`: it is the folder itself.
        let small = if redirected {
            lookup::small_view(path, &self.windows)
        } else {
            path.to_owned()
        };
        // A program that Windows has in 64 bits only is started as it is.
        let path = if Path::new(&small).exists() {
            small
        } else {
            path.to_owned()
        };
        let native = format!("{}\\Sysnative\\", self.windows);
        match path
            .get(..native.len())
            .filter(|start| start.eq_ignore_ascii_case(&native))
        {
            Some(_) => format!("{}\\System32\\{}", self.windows, &path[native.len()..]),
            None => path,
        }
    }
}

/// The folder of the system.
pub(super) fn windows_folder() -> String {
    env::var("SystemRoot").unwrap_or_else(|_| "C:\\Windows".to_owned())
}

/// The program and the command line for what an author wrote, which stays whole.
fn command_line(
    line: &str,
    launch: &Launch,
    view: &View,
) -> Result<(Option<String>, String), SystemError> {
    let own = || env::current_dir().unwrap_or_default();
    let folders = launch
        .search
        .iter()
        .cloned()
        .chain([launch.folder.clone().unwrap_or_else(own)]);
    let folders: Vec<String> = folders
        .map(|folder| folder.to_string_lossy().into_owned())
        .collect();
    let system = [format!("{}\\System32", view.windows), view.windows.clone()];
    let given = env::var_os("PATH").unwrap_or_default();
    let path = env::split_paths(&given).map(|folder| folder.to_string_lossy().into_owned());
    let path: Vec<String> = system
        .into_iter()
        .chain(path)
        .filter(|folder| !folder.is_empty())
        .collect();
    let is_file = |path: &str| Path::new(&view.of(path)).is_file();
    let Some(found) = lookup::find(
        line,
        &Lookup {
            folders: &folders,
            path: &path,
            is_file: &is_file,
        },
    ) else {
        // The system says what is wrong.
        return Ok((None, line.trim().to_owned()));
    };
    let file = view.of(&found.file);
    match found.kind {
        ProgramKind::Program => Ok((Some(file), line.trim().to_owned())),
        ProgramKind::Batch => {
            let processor = view.of(&format!("{}\\System32\\cmd.exe", view.windows));
            // With `/s` only the outermost quotation marks are taken off.
            let command = format!("\"{processor}\" /s /c \"\"{file}\" {}\"", found.arguments);
            Ok((Some(processor), command))
        }
        ProgramKind::Document => {
            let template = association(&file)?;
            Ok((None, lookup::associated(&template, &file, &found.arguments)))
        }
    }
}

fn arguments_line(
    program: &Path,
    arguments: &[OsString],
    launch: &Launch,
    view: &View,
) -> (Option<String>, String) {
    let bare = program.components().count() == 1;
    let here = launch
        .search
        .iter()
        .map(|folder| folder.join(program))
        .find(|file| bare && file.is_file());
    let program = here
        .unwrap_or_else(|| program.to_owned())
        .to_string_lossy()
        .into_owned();
    let whole = Path::new(&program).is_absolute().then(|| view.of(&program));
    let first = format!("\"{}\"", whole.as_ref().unwrap_or(&program));
    let rest = arguments
        .iter()
        .map(|argument| lookup::quoted(&argument.to_string_lossy()));
    (
        whole,
        [first]
            .into_iter()
            .chain(rest)
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// The first word of a command line, for messages.
fn first_word(command: &str) -> &str {
    let plain = || command.split_whitespace().next().unwrap_or_default();
    command
        .strip_prefix('"')
        .map_or_else(plain, |rest| rest.split('"').next().unwrap_or_default())
}

/// The command that opens a file, by its extension.
fn association(file: &str) -> Result<String, SystemError> {
    let extension = Path::new(file)
        .extension()
        .map(|extension| format!(".{}", extension.to_string_lossy()));
    let extension = extension.unwrap_or_default();
    let (name, mut buffer, mut length) = (wide(&extension), vec![0_u16; 2048], 2048);
    // SAFETY: the extension ends with a null, and the length is that of the buffer.
    let result = unsafe {
        AssocQueryStringW(
            ASSOCF_NONE,
            ASSOCSTR_COMMAND,
            name.as_ptr(),
            ptr::null(),
            buffer.as_mut_ptr(),
            &mut length,
        )
    };
    let command = narrow(&buffer);
    if result != 0 || command.is_empty() {
        // ERROR_NO_ASSOCIATION.
        return Err(SystemError::new(
            1155,
            format!("{file} is no program, and nothing opens files ending in {extension}"),
        ));
    }
    Ok(command)
}

/// The block of the environment; `None` when it is that of this program.
fn environment(launch: &Launch, token: Option<&Handle>) -> Option<Vec<u16>> {
    // What the run was given for itself is not its processes'.
    let all = || {
        env::vars_os().map(|(name, value)| (name.to_string_lossy().to_uppercase(), (name, value)))
    };
    if launch.environment.is_empty()
        && token.is_none()
        && !all().any(|(name, _)| is_own_variable(&name))
    {
        return None;
    }
    let own = || all().filter(|(name, _)| !is_own_variable(name));
    let mut all: BTreeMap<String, (OsString, OsString)> = match token {
        Some(token) => account::environment(token),
        None => own().collect(),
    };
    if all.is_empty() {
        all = own().collect();
    }
    // Those of the machine may have some, too.
    all.retain(|name, _| !is_own_variable(name));
    for (name, value) in &launch.environment {
        all.insert(name.to_uppercase(), (name.into(), value.clone()));
    }
    // Names in the order of their capital letters, each text with its null, one null more at the
    // end.
    let mut block: Vec<u16> = Vec::new();
    for (name, value) in all.into_values() {
        let text = [name.as_os_str(), OsStr::new("="), value.as_os_str()].join(OsStr::new(""));
        block.extend(text.encode_wide().filter(|unit| *unit != 0).chain([0]));
    }
    block.push(0);
    Some(block)
}

/// Where a program is: in the folders of `PATH`.
pub(super) fn in_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
