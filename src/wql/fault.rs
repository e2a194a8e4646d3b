//! What is wrong with a query, and where.

use std::ops::Range;

/// A fault: plain data, so that a finding, an editor or a test can say it in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryFault {
    /// The bytes of the query it is about; never outside of it, always on character boundaries.
    pub range: Range<usize>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// A few words for that place: what was expected there. May be empty.
    pub expected: String,
    /// A rule that is worth knowing.
    pub help: Option<String>,
    /// A change of the query that mends it.
    pub replacement: Option<Replacement>,
}

/// A change of a query's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What it does, such as ``write `FROM` ``.
    pub title: String,
    /// The bytes that are replaced.
    pub range: Range<usize>,
    /// What stands there instead.
    pub new: String,
    /// Whether it is beyond doubt what was meant; otherwise a person should look first.
    pub certain: bool,
}

impl QueryFault {
    /// A fault with nothing but a message.
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        QueryFault {
            range,
            message: message.into(),
            expected: String::new(),
            help: None,
            replacement: None,
        }
    }

    /// Says what was expected.
    pub(super) fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = text.into();
        self
    }

    /// Tells a rule.
    pub(super) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Offers a change at the fault's own place that is beyond doubt.
    pub(super) fn write(self, new: impl Into<String>) -> Self {
        let (range, new) = (self.range.clone(), new.into());
        self.replace(format!("write `{new}`"), range, new, true)
    }

    /// Offers a change at the fault's own place that a person should look at.
    pub(super) fn suggest(self, new: impl Into<String>) -> Self {
        let (range, new) = (self.range.clone(), new.into());
        self.replace(format!("write `{new}`"), range, new, false)
    }

    /// Offers a change.
    pub(super) fn replace(
        mut self,
        title: impl Into<String>,
        range: Range<usize>,
        new: impl Into<String>,
        certain: bool,
    ) -> Self {
        self.replacement = Some(Replacement {
            title: title.into(),
            range,
            new: new.into(),
            certain,
        });
        self
    }
}
