//! Findings: one plain type for everything the program has to say about a source.
//!
//! Nothing here knows a renderer. Each renderer is a file of its own in [`render`], and a finding
//! knows nothing of them.

pub mod codes;
mod fix;
mod hide;
pub mod render;
mod suggest;
mod unseen;

pub use codes::Code;
pub use fix::{Edit, Fix, Safety, apply};
pub use hide::{STARS, hide, masked};
pub(crate) use hide::{TELLING, telling};
pub use suggest::{misspelt, nearest};
pub use unseen::{turns, unseen_characters};

use crate::source::{FileId, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never changes the exit code.
    Note,
    /// Probably not what was meant; an error with `--warnings-as-errors`.
    Warning,
    /// Nothing is written while one is left.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A place in a source and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words; may be empty.
    pub text: String,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable code; `tasq explain CODE` tells more.
    pub code: Code,
    /// How bad it is; at first the code's own severity.
    pub severity: Severity,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// The places; the first is the one the finding is about. Labels may be in different files.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// Edits that mend it.
    pub fixes: Vec<Fix>,
    /// Places whose text must not be shown: secrets around it.
    pub sensitive: Vec<Span>,
}

impl Finding {
    /// A finding of `code` at `span`; the first label's text is empty.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Finding {
            code,
            severity: code.severity(),
            message: message.into(),
            labels: vec![Label {
                span,
                text: String::new(),
            }],
            help: None,
            fixes: Vec::new(),
            sensitive: Vec::new(),
        }
    }

    /// Says something at the finding's own place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Adds a fix that leaves the meaning as it was intended beyond doubt.
    #[must_use]
    pub fn fix(self, title: impl Into<String>, span: Span, new: impl Into<String>) -> Self {
        self.with_fix(Fix::new(
            title,
            Safety::Safe,
            vec![Edit {
                span,
                new: new.into(),
            }],
        ))
    }

    /// Adds a fix that a person should look at first.
    #[must_use]
    pub fn unsafe_fix(self, title: impl Into<String>, span: Span, new: impl Into<String>) -> Self {
        self.with_fix(Fix::new(
            title,
            Safety::Unsafe,
            vec![Edit {
                span,
                new: new.into(),
            }],
        ))
    }

    /// Adds a fix.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Keeps the text of a place from being shown.
    #[must_use]
    pub fn hides(mut self, span: Span) -> Self {
        self.sensitive.push(span);
        self
    }

    /// Whether one of its places is in a file.
    pub fn is_about(&self, file: FileId) -> bool {
        self.labels.iter().any(|label| label.span.file == file)
    }

    /// All places that it has, to be moved.
    pub fn spans_mut(&mut self) -> impl Iterator<Item = &mut Span> {
        let labels = self.labels.iter_mut().map(|label| &mut label.span);
        let edits = self.fixes.iter_mut().flat_map(|fix| &mut fix.edits);
        labels
            .chain(edits.map(|edit| &mut edit.span))
            .chain(&mut self.sensitive)
    }

    /// Where it is.
    pub fn span(&self) -> Span {
        self.labels
            .first()
            .map(|label| label.span)
            .unwrap_or_default()
    }

    /// Whether nothing may be written because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Findings in the order of the source (file, place, code), each once.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| {
            (
                finding.span().file,
                finding.span().start,
                finding.span().end,
            )
        };
        key(a)
            .cmp(&key(b))
            .then_with(|| a.code.id().cmp(b.code.id()))
            .then_with(|| a.message.cmp(&b.message))
    });
    findings.dedup();
}
