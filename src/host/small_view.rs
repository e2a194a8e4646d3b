//! What 32-bit programs find in the folders of a 64-bit Windows.

/// A path as the 32-bit view of a 64-bit Windows has it: `System32` is `SysWOW64`, but for the
/// folders that stay shared, and `Sysnative` is the real `System32`. `windows` is the folder of the
/// system, `C:\Windows`.
pub fn small_view(path: &str, windows: &str) -> String {
    const SHARED: [&str; 6] = [
        "catroot\\",
        "catroot2\\",
        "driverstore\\",
        "drivers\\etc\\",
        "logfiles\\",
        "spool\\",
    ];
    let inner = path
        .get(..windows.len())
        .filter(|start| start.eq_ignore_ascii_case(windows));
    let Some(rest) = inner.and_then(|_| path[windows.len()..].strip_prefix('\\')) else {
        return path.to_owned();
    };
    let (first, below) = rest.split_once('\\').unwrap_or((rest, ""));
    let shared = SHARED
        .iter()
        .any(|folder| format!("{}\\", below.to_ascii_lowercase()).starts_with(folder));
    let now = match first.to_ascii_lowercase().as_str() {
        "system32" if !shared => "SysWOW64",
        "sysnative" => "System32",
        _ => return path.to_owned(),
    };
    let separator = if rest.contains('\\') { "\\" } else { "" };
    format!("{windows}\\{now}{separator}{below}")
}
