//! Statements, step types, what follows their heads.

use super::{CompletionKind, Offers, snippet};
use crate::{
    ide::{
        Symbol,
        describe::{describe_keyword, describe_step_type},
    },
    vocabulary::{self, Dialect, StepType},
};

/// The types of parameters, with what each is.
const TYPES: [(&str, &str); 11] = [
    ("text", "any text"),
    ("integer", "a whole number"),
    ("boolean", "true or false"),
    ("duration", "such as 15min"),
    ("size", "such as 4GB"),
    ("variable", "the name of a run-time variable"),
    ("package", "a package"),
    ("application", "an application"),
    ("task_sequence", "another sequence"),
    ("list", "list(TYPE)"),
    ("one_of", "one_of(\"a\", \"b\")"),
];

/// The step types of a dialect, those without operating system deployment first.
fn step_types(dialect: Dialect) -> Vec<&'static StepType> {
    let mut list: Vec<&StepType> = vocabulary::step_keywords()
        .filter_map(|keyword| vocabulary::step_type(keyword, dialect))
        .collect();
    let order = ["General", "Software"];
    list.sort_by_key(|table| {
        let menu = table
            .menu
            .as_deref()
            .and_then(|menu| order.iter().position(|known| *known == menu));
        (table.family, menu.unwrap_or(order.len()))
    });
    list
}

/// A word that may be typed: itself, the text with places to fill, its help.
type Word = (&'static str, &'static str, &'static str);

/// What a mock may say of its step.
const MOCK_OUTCOMES: &[Word] = &[
    ("exits", "exits ${1:0}", "The code that the step ends with."),
    (
        "prints",
        "prints \"$1\"",
        "What the step writes to standard output.",
    ),
    (
        "sets",
        "sets ${1:Name} = \"$2\"",
        "Variables that the step sets.",
    ),
    ("takes", "takes ${1:5min}", "How long the step takes."),
    (
        "times",
        "times ${1:1}",
        "For how many runs of the step this holds.",
    ),
];

/// What a mock may be of.
const MOCK_SUBJECTS: &[Word] = &[("step", "step \"$1\" ", "A step of the sequence.")];

/// What may be expected of a step or group.
const STEP_OUTCOMES: &[Word] = &[
    ("ran", "ran", "The step ran."),
    (
        "skipped",
        "skipped",
        "Its condition, or that of a group around it, did not hold.",
    ),
    ("succeeded", "succeeded", "It ran and ended well."),
    ("failed", "failed", "It ran and failed."),
    ("exits", "exits ${1:0}", "The code that it ended with."),
    ("sets", "sets ${1:Name} = \"$2\"", "Variables that it set."),
    ("not", "not ${1:reached}", "The opposite of what follows."),
    ("reached", "reached", "The run came to it."),
    ("before", "before \"$1\"", "It ran before another one."),
    ("after", "after \"$1\"", "It ran after another one."),
    ("times", "times ${1:1}", "How often it ran."),
    (
        "undecided",
        "undecided",
        "Its condition could not be decided.",
    ),
];

/// What may be expected, of a step or of the run.
const RUN_OUTCOMES: &[Word] = &[
    ("step", "step \"$1\" ", "A step of the sequence."),
    ("group", "group \"$1\" ", "A group of the sequence."),
    ("success", "success", "The run ends well."),
    ("failed", "failed", "The run fails."),
    (
        "failed at",
        "failed at \"$1\"",
        "The run fails at this step.",
    ),
    ("exits", "exits ${1:0}", "The code of the run."),
    (
        "restarts",
        "restarts ${1:1}",
        "How often the computer restarts.",
    ),
    ("not", "not ", "The opposite of what follows."),
    (
        "exists",
        "exists ${1:Name}",
        "The variable is there when the run is over.",
    ),
];

impl Offers<'_> {
    pub(super) fn statement(&mut self, bodies: &[String]) {
        let innermost = bodies.last().map(String::as_str);
        if innermost == Some("test") {
            self.keyword("mock", "mock step \"$1\" exits ${2:0}");
            self.keyword("expect", "expect step \"$1\" ran");
            return;
        }
        let empty = self
            .analysis
            .tree()
            .root()
            .children()
            .all(|node| node.kind() == crate::syntax::SyntaxKind::Error);
        let top = innermost.is_none();
        if top && (empty || !self.has_header()) {
            let title = snippet::Stops::new().with("Name");
            self.keyword(
                "sequence",
                &format!("sequence \"{title}\" < description: \"$2\" >\n\n$0"),
            );
        }
        self.keyword("step", "step \"${1:Name}\" $0");
        self.keyword("group", "group \"${1:Name}\" {\n    $0\n}");
        for table in step_types(self.analysis.dialect()) {
            let mut stops = snippet::Stops::new();
            let title = stops.with(&table.label);
            let text = format!("step \"{title}\" {}", snippet::step(table, &mut stops));
            self.offer_snippet(
                CompletionKind::Step,
                format!("step {}", table.keyword),
                &table.label,
                describe_step_type(table),
                text,
            );
        }
        if top {
            self.keyword("let", "let ${1:name} = \"$2\"");
            self.keyword("param", "param ${1:name}: ${2:text} = \"$3\"");
            self.keyword("import", "import \"$1\"");
            self.keyword(
                "test",
                "test \"${1:Name}\" < machine: \"$2\" > {\n    expect step \"$3\" ran\n}",
            );
        }
        self.keyword(
            "fragment",
            "fragment ${1:name}(${2:parameter}: ${3:text}) {\n    $0\n}",
        );
        self.keyword("use", "use ${1:name}($2)");
        self.keyword("for", "for ${1:name} in ${2:list} {\n    $0\n}");
        self.keyword("if", "if ${1:name} == \"$2\" {\n    $0\n}");
        self.keyword("xml", "xml \"\"\"\n$1\n\"\"\"");
    }

    fn has_header(&self) -> bool {
        self.analysis
            .tree()
            .root()
            .child(crate::syntax::SyntaxKind::Header)
            .is_some()
    }

    fn keyword(&mut self, word: &str, text: &str) {
        let help = describe_keyword(word).unwrap_or("");
        self.offer_snippet(CompletionKind::Keyword, word, "keyword", help, text);
    }

    pub(super) fn step_types(&mut self) {
        for table in step_types(self.analysis.dialect()) {
            let text = snippet::step(table, &mut snippet::Stops::new());
            self.offer_snippet(
                CompletionKind::StepType,
                &table.keyword,
                &table.label,
                describe_step_type(table),
                text,
            );
        }
    }

    pub(super) fn tail(&mut self, keyword: &str, items: bool) {
        if !items {
            self.offer_snippet(CompletionKind::Snippet, "< … >", "properties", "", "< $0 >");
        }
        if matches!(keyword, "step" | "group") {
            self.keyword("when", "when $0");
        }
        if matches!(keyword, "group" | "test" | "for" | "fragment" | "else") {
            self.offer_snippet(
                CompletionKind::Snippet,
                "{ … }",
                "body",
                "",
                "{\n    $0\n\\}",
            );
        }
        // What is behind a whole statement begins the next one.
        if keyword == "step" || keyword == "sequence" {
            self.statement(&self.cursor.bodies.clone());
        }
    }

    /// A name in quotes where none is yet: for a step, that of its type is often right.
    pub(super) fn title(&mut self, keyword: &str) {
        self.offer_snippet(
            CompletionKind::Snippet,
            "\"…\"",
            format!("the name of this {keyword}"),
            "",
            "\"$1\"",
        );
    }

    pub(super) fn fragments(&mut self) {
        for one in self.analysis.index().fragments().to_vec() {
            let mut stops = snippet::Stops::new();
            let arguments: Vec<String> = one
                .parameters
                .iter()
                .map(|parameter| stops.with(&parameter.name))
                .collect();
            let text = format!("{}({})", one.name, arguments.join(", "));
            self.offer_snippet(CompletionKind::Fragment, &one.name, one.label(), "", text);
        }
    }

    pub(super) fn types(&mut self) {
        for (name, detail) in TYPES {
            match name {
                "list" => {
                    self.offer_snippet(CompletionKind::Type, name, detail, "", "list(${1:text})");
                }
                "one_of" => self.offer_snippet(
                    CompletionKind::Type,
                    name,
                    detail,
                    "",
                    "one_of(\"$1\", \"$2\")",
                ),
                _ => self.offer(CompletionKind::Type, name, detail, ""),
            }
        }
    }

    /// The names of the file's steps, for tests.
    pub(super) fn step_names(&mut self, quotes: bool) {
        let symbols: Vec<String> = self
            .analysis
            .index()
            .occurrences()
            .iter()
            .filter_map(|one| match (&one.symbol, one.role) {
                (Symbol::Step(name), crate::ide::Role::Definition) => Some(name.clone()),
                _ => None,
            })
            .collect();
        for name in symbols.into_iter().chain(self.steps.iter().cloned()) {
            let text = if quotes { format!("\"{name}\"") } else { name };
            self.offer(CompletionKind::Value, text, "step", "");
        }
    }

    pub(super) fn outcomes(&mut self, keyword: &str) {
        self.outcome_words(keyword);
        if !keyword.ends_with(' ') {
            self.statement(&self.cursor.bodies.clone());
        }
    }

    /// What may be said of a step, a group or the run; `keyword` ends in a blank where nothing is
    /// said yet of what.
    fn outcome_words(&mut self, keyword: &str) {
        let words = match keyword {
            "mock" => MOCK_OUTCOMES,
            "mock " => MOCK_SUBJECTS,
            "expect" => STEP_OUTCOMES,
            _ => RUN_OUTCOMES,
        };
        for (word, text, help) in words {
            self.offer_snippet(CompletionKind::Keyword, *word, "", *help, *text);
        }
        if keyword == "expect " {
            self.variables(false);
        }
    }
}
