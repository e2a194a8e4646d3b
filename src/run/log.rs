//! `smsts.log` as people read it: the format of CMTrace, with the product's roll-over; or one line
//! of JSON for each.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{Zoned, tz::TimeZone};
use serde::Serialize;

use super::RunFault;
use crate::host::local::open_own;

/// What the product keeps during a task sequence since 1806: 5 MB, and three files of before.
const MAX_SIZE: u64 = 5 * 1024 * 1024;
const MAX_HISTORY: usize = 3;

/// The name of the file.
const NAME: &str = "smsts.log";

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLayout {
    /// For CMTrace and the like.
    #[default]
    CmTrace,
    /// One object a line.
    Json,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// The part of the program.
    pub component: String,
    /// 1 information, 2 warning, 3 error.
    pub severity: u8,
    /// The instruction, where it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<u32>,
    /// The text, which may have several lines.
    pub message: String,
}

impl LogLine {
    /// A line of the engine's loop.
    pub fn new(severity: u8, message: impl Into<String>) -> Self {
        LogLine {
            component: "TSManager".to_owned(),
            severity,
            instruction: None,
            message: message.into(),
        }
    }
}

/// The log of a run.
#[derive(Debug)]
pub struct Log {
    folder: PathBuf,
    file: fs::File,
    size: u64,
    most: u64,
    format: LogLayout,
    zone: TimeZone,
    thread: u32,
}

/// The log as the runner and a watcher of the host share it.
pub type SharedLog = Arc<Mutex<Log>>;

impl Log {
    /// Opens the log in a folder, to add to it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(folder: &Path, format: LogLayout) -> Result<Log, RunFault> {
        let fault = |error: io::Error| RunFault::io("cannot write the log in", folder, &error);
        fs::create_dir_all(folder).map_err(fault)?;
        let (file, size) = append(&folder.join(NAME)).map_err(fault)?;
        Ok(Log {
            folder: folder.to_owned(),
            file,
            size,
            most: MAX_SIZE,
            format,
            zone: TimeZone::system(),
            thread: std::process::id(),
        })
    }

    /// With another size after which it begins anew, in bytes.
    #[must_use]
    #[cfg(feature = "internals")]
    pub fn with_size(mut self, most: u64) -> Log {
        self.most = most;
        self
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.folder.join(NAME)
    }

    /// To be shared.
    pub fn shared(self) -> SharedLog {
        Arc::new(Mutex::new(self))
    }

    /// Adds a line. A log that cannot be written does not end a run.
    pub fn add(&mut self, line: &LogLine) {
        let now = Zoned::now().with_time_zone(self.zone.clone());
        let text = match self.format {
            LogLayout::CmTrace => cmtrace(line, &now, self.thread),
            LogLayout::Json => json(line, &now, self.thread),
        };
        if self.size > 0 && self.size + text.len() as u64 > self.most {
            self.roll(&now);
        }
        if self.file.write_all(text.as_bytes()).is_ok() {
            self.size += text.len() as u64;
        }
    }

    /// Begins a new file; the old one keeps its time in its name, and the oldest go.
    fn roll(&mut self, now: &Zoned) {
        let stamp = now.strftime("%Y%m%d-%H%M%S").to_string();
        let mut target = self.folder.join(format!("smsts-{stamp}.log"));
        let mut number = 1;
        while target.exists() && number < 1000 {
            target = self.folder.join(format!("smsts-{stamp}-{number:03}.log"));
            number += 1;
        }
        if fs::rename(self.path(), &target).is_err() {
            return;
        }
        if let Ok((file, size)) = append(&self.path()) {
            (self.file, self.size) = (file, size);
        }
        let names = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        let mut old: Vec<PathBuf> = names
            .filter(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with("smsts-") && name.ends_with(".log")
            })
            .collect();
        old.sort();
        for path in old.iter().rev().skip(MAX_HISTORY) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Adds a line to a shared log.
pub(super) fn add(log: &SharedLog, line: &LogLine) {
    log.lock().unwrap_or_else(PoisonError::into_inner).add(line);
}

fn append(path: &Path) -> io::Result<(fs::File, u64)> {
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o640);
    }
    let file = open_own(&mut options, path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

/// A line as CMTrace reads it. The bias is what is added to local time to get UTC, as Windows has
/// it.
fn cmtrace(line: &LogLine, now: &Zoned, thread: u32) -> String {
    let bias = -now.offset().seconds() / 60;
    // Nothing is escaped in this format: a text must not hold its end.
    let message = line.message.replace("]LOG]!>", "]LOG]! >");
    let component: String = line
        .component
        .chars()
        .filter(|c| *c != '"')
        .take(100)
        .collect();
    format!(
        "<![LOG[{message}]LOG]!><time=\"{:02}:{:02}:{:02}.{:03}{bias:+04}\" date=\"{:02}-{:02}-{:04}\" \
         component=\"{component}\" context=\"\" type=\"{}\" thread=\"{thread}\" file=\"{}\">\r\n",
        now.hour(),
        now.minute(),
        now.second(),
        now.millisecond(),
        now.month(),
        now.day(),
        now.year(),
        line.severity,
        line.instruction
            .map_or("engine:0".to_owned(), |number| format!(
                "instruction:{number}"
            )),
    )
}

fn json(line: &LogLine, now: &Zoned, thread: u32) -> String {
    #[derive(Serialize)]
    struct Whole<'a> {
        time: String,
        thread: u32,
        #[serde(flatten)]
        line: &'a LogLine,
    }
    let whole = Whole {
        time: now.strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string(),
        thread,
        line,
    };
    let mut text = serde_json::to_string(&whole).unwrap_or_default();
    text.push('\n');
    text
}
