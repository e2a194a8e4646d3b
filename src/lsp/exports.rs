//! Exported sequences: the action that turns one into sources.

use serde_json::{Value, json};

use super::{documents::OpenDocument, uri};
use crate::{
    decompile::{DecompileOptions, decompile},
    read,
};

/// The new files of an export: address and text.
pub(super) fn converted(document: &OpenDocument) -> Result<Vec<(String, String)>, String> {
    let path = uri::path(&document.uri).ok_or("save the export first")?;
    let (folder, _) = path
        .rsplit_once('/')
        .or_else(|| path.rsplit_once('\\'))
        .unwrap_or(("", &path));
    let input = read::open(document.name(), document.text.as_bytes().to_vec());
    if input.exports.is_empty() {
        return Err(input
            .findings
            .first()
            .map_or("this is no exported task sequence".to_owned(), |one| {
                one.message.clone()
            }));
    }
    let stem = document
        .name()
        .rsplit_once('.')
        .map_or(document.name(), |(stem, _)| stem)
        .to_owned();
    let several = input.exports.len() > 1;
    let mut out = Vec::new();
    for (index, export) in input.exports.iter().enumerate() {
        let done = decompile(export, DecompileOptions::default());
        let number = if several {
            format!("-{}", index + 1)
        } else {
            String::new()
        };
        let target = uri::of_path(&format!("{folder}/{stem}{number}.tasq"))
            .ok_or("the path cannot be written as an address")?;
        out.push((target.as_str().to_owned(), done.text));
    }
    Ok(out)
}

/// The edit that makes these files; one that is there is not touched, the client then refuses the
/// whole.
pub(super) fn edit(files: &[(String, String)]) -> Value {
    let mut changes = Vec::new();
    for (uri, text) in files {
        changes
            .push(json!({ "kind": "create", "uri": uri, "options": { "overwrite": false, "ignoreIfExists": false } }));
        changes.push(json!({
            "textDocument": { "uri": uri, "version": null },
            "edits": [{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }, "newText": text }],
        }));
    }
    json!({ "documentChanges": changes })
}
