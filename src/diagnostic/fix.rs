//! Edits that mend a finding, and how to carry out several of them at once.

use std::fmt;

use crate::source::Span;

/// Whether a fix may be applied without a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// It says what the author meant beyond doubt.
    Safe,
    /// A person decides.
    Unsafe,
}

/// Replace the bytes of `span` by `new`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub new: String,
}

/// One way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: "write `==`".
    pub title: String,
    /// Whether it may be applied without a look.
    pub safety: Safety,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix with these edits.
    pub fn new(title: impl Into<String>, safety: Safety, edits: Vec<Edit>) -> Self {
        Fix {
            title: title.into(),
            safety,
            edits,
        }
    }
}

/// Why edits could not be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplyError {
    /// Two edits change the same bytes.
    Overlap,
    /// An edit lies outside the text.
    Outside,
}

impl fmt::Display for ApplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ApplyError::Overlap => "two edits change the same text",
            ApplyError::Outside => "an edit lies outside the text",
        })
    }
}

/// Carries out edits on one file's text, in any order given.
///
/// # Errors
/// [`ApplyError`] when two overlap or one does not fit the text; the text is then unchanged.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, ApplyError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        let range = edit.span.range();
        if range.start < done {
            return Err(ApplyError::Overlap);
        }
        out.push_str(text.get(done..range.start).ok_or(ApplyError::Outside)?);
        text.get(range.clone()).ok_or(ApplyError::Outside)?;
        out.push_str(&edit.new);
        done = range.end;
    }
    out.push_str(text.get(done..).ok_or(ApplyError::Outside)?);
    Ok(out)
}
