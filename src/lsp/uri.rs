//! `file:` addresses and paths.

use std::str::FromStr as _;

use lsp_types::Uri;
use percent_encoding::percent_decode_str;

use crate::source::uri_path;

/// The path of a `file:` address; `None` for any other, such as `untitled:`.
pub(super) fn path(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("file://")?;
    // A server's name stands before the path of a share.
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
    let drive = path
        .get(1..3)
        .is_some_and(|drive| drive.ends_with(':') && drive.as_bytes()[0].is_ascii_alphabetic());
    Some(match (host, drive) {
        ("" | "localhost", true) => path[1..].to_owned(),
        ("" | "localhost", false) => path,
        (host, _) => format!("//{host}{path}"),
    })
}

/// The address of a path.
pub(super) fn of_path(path: &str) -> Option<Uri> {
    let path = path.replace('\\', "/");
    // As Windows names paths of any length.
    let path = match path.strip_prefix("//?/UNC/") {
        Some(share) => format!("//{share}"),
        None => path.strip_prefix("//?/").unwrap_or(&path).to_owned(),
    };
    let text = match path.strip_prefix("//") {
        Some(share) => format!("file://{}", uri_path(share)),
        None if path.starts_with('/') => format!("file://{}", uri_path(&path)),
        None => format!("file:///{}", uri_path(&path)),
    };
    Uri::from_str(&text).ok()
}
