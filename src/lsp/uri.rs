//! `file:` addresses and paths.

use std::str::FromStr as _;

use lsp_types::Uri;

/// The path of a `file:` address; `None` for any other, such as `untitled:`.
pub(super) fn path(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("file://")?;
    // A server's name stands before the path of a share.
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let path = decode(path);
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
        Some(share) => format!("file://{}", encode(share)),
        None if path.starts_with('/') => format!("file://{}", encode(&path)),
        None => format!("file:///{}", encode(&path)),
    };
    Uri::from_str(&text).ok()
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = (*byte == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
