//! Where a 64-bit Windows leads a 32-bit program that names a folder of the system.

/// A path as the 32-bit view of a 64-bit Windows has it: `System32` is `SysWOW64`, but for the
/// folders that stay shared, and `Sysnative` is the real `System32`. `windows` is the folder of the
/// system, `C:\Windows`.
pub(crate) fn small_view(path: &str, windows: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::small_view;

    #[test]
    fn the_small_view_is_that_of_32_bits() {
        let view = |path| small_view(path, r"C:\Windows");
        assert_eq!(
            view(r"c:\windows\system32\cmd.exe"),
            r"C:\Windows\SysWOW64\cmd.exe"
        );
        assert_eq!(
            view(r"C:\Windows\Sysnative\cmd.exe"),
            r"C:\Windows\System32\cmd.exe"
        );
        assert_eq!(
            view(r"C:\Windows\System32\drivers\etc\hosts"),
            r"C:\Windows\System32\drivers\etc\hosts"
        );
        assert_eq!(view(r"C:\Windows\System32"), r"C:\Windows\SysWOW64");
        assert_eq!(view(r"C:\Windows\System32x\a"), r"C:\Windows\System32x\a");
        assert_eq!(view(r"D:\x"), r"D:\x");
    }
}
