//! What may be typed at a place, best first.

mod conditions;
mod items;
mod sites;
mod snippet;
mod statements;
mod texts;
mod values;

use std::collections::HashSet;

use super::{Analysis, Cursor, CursorPlace, Inside, SiteFile};
use crate::source::Span;

pub(super) use snippet::plain;

/// What kind of thing is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CompletionKind {
    Keyword,
    Step,
    StepType,
    Property,
    Member,
    Value,
    Variable,
    Constant,
    Fragment,
    Function,
    Operator,
    Unit,
    File,
    Type,
    Snippet,
}

/// Something that may be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What kind of thing it is.
    pub kind: CompletionKind,
    /// A few words beside the label.
    pub detail: String,
    /// Markdown.
    pub documentation: String,
    /// The text to insert, without places to fill, on one line.
    pub insert: String,
    /// The same with places to fill (`$1`, `${2:text}`, `${3|a,b|}`, `$0`), for those that know
    /// them.
    pub snippet: Option<String>,
    /// What it replaces.
    pub replace: Span,
}

/// Where completions are collected.
struct Offers<'a> {
    analysis: &'a Analysis,
    cursor: &'a Cursor,
    files: &'a [String],
    site: Option<&'a SiteFile>,
    steps: &'a [String],
    list: Vec<Completion>,
    /// The labels of the list.
    known: HashSet<String>,
}

/// What may be typed at a byte, best first. `files` are the files of the project, relative to its
/// folder.
pub fn complete(analysis: &Analysis, offset: u32, files: &[String]) -> Vec<Completion> {
    complete_with(
        analysis,
        offset,
        Surroundings {
            files,
            ..Surroundings::default()
        },
    )
}

/// What is around a source, for completions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// The files of the project, relative to its folder.
    pub files: &'a [String],
    /// The site file.
    pub site: Option<&'a SiteFile>,
    /// The steps and groups of the other file that a test is about.
    pub steps: &'a [String],
}

/// The same as [`complete`], with more of what is around the source.
pub fn complete_with(
    analysis: &Analysis,
    offset: u32,
    around: Surroundings<'_>,
) -> Vec<Completion> {
    let cursor = Cursor::new(analysis.text(), offset);
    let Surroundings { files, site, steps } = around;
    let (list, known) = (Vec::new(), HashSet::new());
    let mut offers = Offers {
        analysis,
        cursor: &cursor,
        files,
        site,
        steps,
        list,
        known,
    };
    match &cursor.inside {
        Inside::Comment => {}
        Inside::Text { start, inserts, .. } => offers.in_text(*start, *inserts),
        Inside::Code => offers.code(),
    }
    offers.ranked()
}

impl Offers<'_> {
    fn code(&mut self) {
        let place = self.cursor.place.clone();
        match &place {
            CursorPlace::Statement(bodies) => self.statement(bodies),
            CursorPlace::StepType => self.step_types(),
            CursorPlace::Tail { keyword, items } => self.tail(keyword, *items),
            CursorPlace::Item {
                owner,
                given,
                before,
                next,
                first,
            } => {
                self.item(owner, given, (before.as_deref(), next.as_deref()), *first);
            }
            CursorPlace::Value { owner, property } => self.value(owner, property),
            CursorPlace::Assigned { variable } => self.assigned(variable),
            CursorPlace::Argument { call, index, named } => {
                self.argument(call, *index, named.as_deref());
            }
            CursorPlace::Test { rule, negated } => self.test(*rule, *negated),
            CursorPlace::Variable => self.variables(false),
            CursorPlace::Operator { keyword } => self.operators(keyword),
            CursorPlace::Operand { variable } => self.operand(variable),
            CursorPlace::Predicate(word) => self.predicate(word),
            CursorPlace::RegistryType => self.registry_types(),
            CursorPlace::AfterTest { predicate, rule } => self.after_test(predicate, *rule),
            CursorPlace::Import => self.imports(true),
            CursorPlace::Fragment => self.fragments(),
            CursorPlace::Type => self.types(),
            CursorPlace::Constant => self.constant_value(),
            CursorPlace::StepPath => self.step_names(true),
            CursorPlace::Outcome { keyword } => self.outcomes(keyword),
            CursorPlace::Title(keyword) => self.title(keyword),
            CursorPlace::Unknown => {}
        }
    }

    fn replace(&self) -> Span {
        let file = self.analysis.tree().file();
        Span::new(file, self.cursor.word.start, self.cursor.word.end)
    }

    /// Offers a text as it stands.
    fn offer(
        &mut self,
        kind: CompletionKind,
        label: impl Into<String>,
        detail: impl Into<String>,
        documentation: impl Into<String>,
    ) {
        let label = label.into();
        let insert = label.clone();
        self.push(
            kind,
            label,
            detail.into(),
            documentation.into(),
            insert,
            None,
        );
    }

    /// Offers a text with places to fill.
    fn offer_snippet(
        &mut self,
        kind: CompletionKind,
        label: impl Into<String>,
        detail: impl Into<String>,
        documentation: impl Into<String>,
        snippet: impl Into<String>,
    ) {
        let snippet = snippet.into();
        let insert = snippet::one_line(&plain(&snippet));
        self.push(
            kind,
            label.into(),
            detail.into(),
            documentation.into(),
            insert,
            Some(snippet),
        );
    }

    fn push(
        &mut self,
        kind: CompletionKind,
        label: String,
        detail: String,
        documentation: String,
        insert: String,
        snippet: Option<String>,
    ) {
        if !self.known.insert(label.clone()) {
            return;
        }
        let replace = self.replace();
        self.list.push(Completion {
            label,
            kind,
            detail,
            documentation,
            insert,
            snippet,
            replace,
        });
    }

    /// Those that fit what is typed, the better fits first; equals stay in the order of their
    /// offers.
    fn ranked(self) -> Vec<Completion> {
        let typed = self.cursor.prefix.to_lowercase();
        let mut list: Vec<(u8, Completion)> = self
            .list
            .into_iter()
            .filter_map(|one| Some((fit(&typed, &one.label.to_lowercase())?, one)))
            .collect();
        list.sort_by_key(|(fit, _)| *fit);
        list.into_iter().map(|(_, one)| one).collect()
    }
}

/// How well a label fits what is typed; the less the better.
fn fit(typed: &str, label: &str) -> Option<u8> {
    if typed.is_empty() {
        return Some(0);
    }
    let bare = label.trim_start_matches(['"', '\'', '`']);
    if bare.starts_with(typed) || label.starts_with(typed) {
        return Some(0);
    }
    if label
        .split(['_', ' ', '.', '"', '-', '/', '\\'])
        .any(|part| part.starts_with(typed))
    {
        return Some(1);
    }
    if label.contains(typed) {
        return Some(2);
    }
    let mut letters = label.chars();
    typed
        .chars()
        .all(|wanted| letters.any(|letter| letter == wanted))
        .then_some(3)
}
