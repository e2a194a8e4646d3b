//! The parameters of the call around a place.

use super::{Analysis, Cursor};

/// A call's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The whole, such as `secure_boot(title: text, bit: text)`.
    pub label: String,
    /// The parameters as they stand in the label.
    pub parameters: Vec<String>,
    /// Which of them is being written.
    pub active: usize,
    /// Markdown.
    pub documentation: String,
}

/// What the language itself can call.
const CALLS: [(&str, &[&str], &str); 8] = [
    (
        "application",
        &["\"IDENTIFIER\"", "\"NAME\""],
        "An application: `ScopeId_GUID/Application_GUID` and the name shown.",
    ),
    (
        "package",
        &["\"IDENTIFIER\"", "\"NAME\"", "kind: KIND", "size: KB"],
        "A package: the site's three characters and five digits, the name shown, its kind and size.",
    ),
    (
        "task_sequence",
        &["\"IDENTIFIER\"", "\"NAME\""],
        "Another sequence.",
    ),
    (
        "file",
        &["\"PATH\""],
        "The text of a file, relative to this one.",
    ),
    (
        "secret",
        &["\"NAME\""],
        "A value that is never written; it is entered in the console.",
    ),
    ("unchecked", &["VALUE"], "A value whose check is off."),
    ("list", &["TYPE"], "A list of values of one type."),
    ("one_of", &["\"TEXT\"", "…"], "One of these texts."),
];

/// The form of the call around a byte.
pub fn signature(analysis: &Analysis, offset: u32) -> Option<Signature> {
    let cursor = Cursor::new(analysis.text(), offset);
    let (name, index, _) = cursor.calls.last()?;
    let found = analysis
        .index()
        .fragments()
        .iter()
        .find(|one| one.name == *name);
    let (parameters, documentation): (Vec<String>, &str) = match found {
        Some(fragment) => (
            fragment
                .parameters
                .iter()
                .map(super::index::FragmentParameter::label)
                .collect(),
            "A fragment of this file.",
        ),
        None => {
            let (_, parameters, help) = CALLS.iter().find(|(known, ..)| known == name)?;
            (
                parameters.iter().map(|text| (*text).to_owned()).collect(),
                *help,
            )
        }
    };
    let label = format!("{name}({})", parameters.join(", "));
    Some(Signature {
        label,
        active: *index,
        parameters,
        documentation: documentation.to_owned(),
    })
}
