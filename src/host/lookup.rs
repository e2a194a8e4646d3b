//! How a command line of Windows names its program. Text in, text out; the caller says which files
//! there are.
//!
//! The rules are those of the step reference: without an extension `.com`, `.exe` and `.bat` are
//! tried in this order, and a file that is no program is opened with what its extension is
//! associated with. Which words name the program, when it is not quoted, is the rule of
//! `CreateProcess`: the shortest run of words that names a file.

pub use super::small_view::small_view;

/// Extensions that are tried for a name without one.
const TRIED: [&str; 3] = [".com", ".exe", ".bat"];

/// Where programs are looked for.
#[allow(missing_debug_implementations, reason = "it holds a function")]
pub struct Lookup<'a> {
    /// The folder that the process starts in; paths that are not whole begin there or in a folder
    /// of `folders`.
    pub folders: &'a [String],
    /// Folders in which a bare name is looked for after those: the system's, then `PATH`.
    pub path: &'a [String],
    /// Whether there is a file.
    pub is_file: &'a dyn Fn(&str) -> bool,
}

/// What a command line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundProgram {
    /// The file.
    pub file: String,
    /// What it is.
    pub kind: ProgramKind,
    /// The rest of the command line: the arguments as the author wrote them.
    pub arguments: String,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramKind {
    /// A program that the system starts.
    Program,
    /// A script for the command processor.
    Batch,
    /// Anything else: what its extension is associated with opens it.
    Document,
}

/// Finds what a command line names; `None` when there is no such file.
pub fn find(command: &str, lookup: &Lookup<'_>) -> Option<FoundProgram> {
    let command = command.trim();
    names(command).find_map(|(name, rest)| {
        let file = file(name, lookup)?;
        Some(FoundProgram {
            kind: kind(&file),
            file,
            arguments: rest.trim_start().to_owned(),
        })
    })
}

/// What could be the program's name, with what follows it.
fn names(command: &str) -> impl Iterator<Item = (&str, &str)> {
    let quoted = command
        .strip_prefix('"')
        .map(|inner| inner.split_once('"').unwrap_or((inner, "")));
    let plain = quoted.is_none();
    let ends = command
        .char_indices()
        .filter(|(_, c)| matches!(c, ' ' | '\t'))
        .map(|(at, _)| at);
    let words = ends
        .chain([command.len()])
        .map(move |at| (command[..at].trim_end(), &command[at..]));
    quoted
        .into_iter()
        .chain(words.filter(move |(name, _)| plain && !name.is_empty()))
}

fn file(name: &str, lookup: &Lookup<'_>) -> Option<String> {
    let name = name.replace('/', "\\");
    let last = name.rsplit('\\').next().unwrap_or_default();
    if last.is_empty() {
        return None;
    }
    let spelled: Vec<String> = match last.contains('.') {
        true => vec![name.clone()],
        false => TRIED
            .iter()
            .map(|extension| format!("{name}{extension}"))
            .collect(),
    };
    let whole = name.starts_with("\\\\") || name.get(1..2) == Some(":");
    let rooted = whole || name.starts_with('\\');
    let bare = !name.contains('\\') && !whole;
    let none = [String::new()];
    let first: &[String] = if rooted { &none } else { lookup.folders };
    let then: &[String] = if bare { lookup.path } else { &[] };
    first.iter().chain(then).find_map(|folder| {
        let at = |name: &String| match folder.as_str() {
            "" => name.clone(),
            folder => format!("{}\\{name}", folder.trim_end_matches('\\')),
        };
        spelled.iter().map(at).find(|path| (lookup.is_file)(path))
    })
}

fn kind(file: &str) -> ProgramKind {
    let extension = file
        .rsplit('\\')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, extension)| extension);
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "exe" | "com" => ProgramKind::Program,
        "bat" | "cmd" => ProgramKind::Batch,
        _ => ProgramKind::Document,
    }
}

/// Puts a file and arguments into the command of an association: `"C:\…\wscript.exe" "%1" %*`.
pub fn associated(template: &str, file: &str, arguments: &str) -> String {
    let mut out = String::new();
    let mut named = false;
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek().copied()) {
            ('%', Some('1' | 'l' | 'L' | 'v' | 'V')) => {
                chars.next();
                named = true;
                let quoted = out.ends_with('"');
                out.push_str(&if quoted || !file.contains(' ') {
                    file.to_owned()
                } else {
                    format!("\"{file}\"")
                });
            }
            ('%', Some('*')) => {
                chars.next();
                out.push_str(arguments);
            }
            _ => out.push(c),
        }
    }
    if !named {
        out.push_str(&format!(" \"{file}\""));
    }
    out.trim_end().to_owned()
}

/// An argument as programs of Windows read it (the rules of the C runtime).
pub fn quoted(argument: &str) -> String {
    if !argument.is_empty() && !argument.contains([' ', '\t', '"', '\n', '\x0B']) {
        return argument.to_owned();
    }
    let mut out = String::from("\"");
    let mut backslashes = 0;
    for c in argument.chars() {
        match c {
            '\\' => backslashes += 1,
            '"' => {
                // Those before a quotation mark count twice, and the mark itself needs one.
                out.push_str(&"\\".repeat(backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        out.push(c);
    }
    out.push_str(&"\\".repeat(backslashes));
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: &[&str] = &[
        r"C:\pkg\setup.exe",
        r"C:\pkg\setup.bat",
        r"C:\pkg\tools\go.cmd",
        r"C:\pkg\read me.txt",
        r"C:\Windows\System32\cmd.exe",
        r"C:\Windows\System32\more.com",
        r"C:\Windows\System32\more.exe",
        r"C:\Program Files\App\app.exe",
        r"C:\pkg\app-1.2.msi",
    ];

    fn found(command: &str) -> Option<(String, ProgramKind, String)> {
        let lookup = Lookup {
            folders: &[r"C:\pkg".to_owned()],
            path: &[r"C:\Windows\System32\".to_owned()],
            is_file: &|path| FILES.iter().any(|file| file.eq_ignore_ascii_case(path)),
        };
        find(command, &lookup).map(|found| (found.file, found.kind, found.arguments))
    }

    fn is(command: &str, file: &str, kind: ProgramKind, arguments: &str) {
        assert_eq!(
            found(command),
            Some((file.to_owned(), kind, arguments.to_owned())),
            "{command}"
        );
    }

    #[test]
    fn programs_are_found_as_the_step_reference_says() {
        is("setup /q", r"C:\pkg\setup.exe", ProgramKind::Program, "/q");
        is(
            "setup.bat  a  b ",
            r"C:\pkg\setup.bat",
            ProgramKind::Batch,
            "a  b",
        );
        is(
            "more",
            r"C:\Windows\System32\more.com",
            ProgramKind::Program,
            "",
        );
        is(
            "CMD.EXE /c \"a b\"",
            r"C:\Windows\System32\CMD.EXE",
            ProgramKind::Program,
            "/c \"a b\"",
        );
        is(
            r"tools\go.cmd x",
            r"C:\pkg\tools\go.cmd",
            ProgramKind::Batch,
            "x",
        );
        is(
            "tools/go.cmd x",
            r"C:\pkg\tools\go.cmd",
            ProgramKind::Batch,
            "x",
        );
        is(
            r"C:\Program Files\App\app -x",
            r"C:\Program Files\App\app.exe",
            ProgramKind::Program,
            "-x",
        );
        is(
            "\"C:\\Program Files\\App\\app\" -x",
            r"C:\Program Files\App\app.exe",
            ProgramKind::Program,
            "-x",
        );
        is(
            "\"read me.txt\"",
            r"C:\pkg\read me.txt",
            ProgramKind::Document,
            "",
        );
        is(
            "app-1.2.msi /qn",
            r"C:\pkg\app-1.2.msi",
            ProgramKind::Document,
            "/qn",
        );
    }

    #[test]
    fn what_is_no_program_is_not_found() {
        assert_eq!(found("nowhere /x"), None);
        assert_eq!(found(r"tools\cmd.exe"), None);
        assert_eq!(found(""), None);
        assert_eq!(found("\""), None);
    }

    #[test]
    fn associations_get_the_file() {
        assert_eq!(
            associated("\"C:\\w.exe\" \"%1\" %*", "C:\\a b.vbs", "x y"),
            "\"C:\\w.exe\" \"C:\\a b.vbs\" x y"
        );
        assert_eq!(
            associated("notepad %1", "C:\\a b.txt", ""),
            "notepad \"C:\\a b.txt\""
        );
        assert_eq!(
            associated("notepad", "C:\\a.txt", ""),
            "notepad \"C:\\a.txt\""
        );
    }

    #[test]
    fn arguments_are_quoted_for_the_c_runtime() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted(r"C:\a b\"), "\"C:\\a b\\\\\"");
        assert_eq!(quoted("say \"hi\""), "\"say \\\"hi\\\"\"");
        assert_eq!(quoted("a\\\"b"), "\"a\\\\\\\"b\"");
    }
}
