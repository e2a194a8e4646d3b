//! Conditions.

use super::{CompletionKind, Offers};
use crate::{
    ide::describe::{describe_condition, describe_keyword},
    vocabulary,
};

impl Offers<'_> {
    pub(super) fn test(&mut self, rule: bool, negated: bool) {
        self.offer_snippet(
            CompletionKind::Keyword,
            "exists",
            "a variable has a value",
            describe_keyword("exists").unwrap_or(""),
            "exists $1",
        );
        if negated {
            return;
        }
        for name in self.known_variables() {
            self.offer(CompletionKind::Variable, name, "variable", "");
        }
        if rule {
            self.predicate_words(true);
        } else {
            for word in ["any", "all", "none"] {
                self.offer_snippet(
                    CompletionKind::Keyword,
                    word,
                    "several tests",
                    describe_keyword(word).unwrap_or(""),
                    format!("{word}($1)"),
                );
            }
            self.predicate_words(false);
        }
        self.offer_snippet(
            CompletionKind::Keyword,
            "not",
            "the opposite",
            describe_keyword("not").unwrap_or(""),
            "not ",
        );
        self.variables(false);
    }

    /// The tests of the table, those of rules alone or all others.
    fn predicate_words(&mut self, rule: bool) {
        for condition in &vocabulary::conditions().condition {
            if let Some(text) = condition
                .snippet
                .as_deref()
                .filter(|_| condition.rule_only == rule)
            {
                self.predicate_word(text.split(' ').next().unwrap_or(text), text);
            }
        }
    }

    fn predicate_word(&mut self, word: &str, text: &str) {
        let found = vocabulary::conditions()
            .condition
            .iter()
            .find(|one| one.keyword.word() == word);
        let (detail, help) = found.map_or((String::new(), String::new()), |one| {
            (one.label.clone(), describe_condition(one))
        });
        self.offer_snippet(CompletionKind::Keyword, word, detail, help, text);
    }

    pub(super) fn operators(&mut self, keyword: &str) {
        let (keyword, negated) = keyword
            .split_once(' ')
            .map_or((keyword, false), |(word, _)| (word, true));
        for operator in &vocabulary::conditions().operator {
            let after_not = operator.written.strip_prefix("not ");
            let fits = operator.applies.iter().any(|one| one.word() == keyword)
                && (keyword == "registry" || !operator.written.ends_with("exists"))
                && (!negated || after_not.is_some());
            if fits {
                let written = if negated {
                    after_not.unwrap_or("")
                } else {
                    &operator.written
                };
                let text = if operator.value {
                    format!("{written} \"$1\"")
                } else {
                    written.to_owned()
                };
                self.offer_snippet(CompletionKind::Operator, written, &operator.label, "", text);
            }
        }
    }

    pub(super) fn operand(&mut self, variable: &str) {
        self.built_in_values(variable, true);
        self.offer_snippet(CompletionKind::Value, "\"…\"", "text", "", "\"$1\"");
        let constants: Vec<String> = self
            .analysis
            .index()
            .constants_at(self.cursor.offset)
            .map(|one| one.name.clone())
            .collect();
        for name in constants {
            self.offer(
                CompletionKind::Constant,
                format!("${{{name}}}"),
                "compile-time value",
                "",
            );
        }
    }

    /// The text of a predicate, with quotes.
    pub(super) fn predicate(&mut self, word: &str) {
        match word {
            "os" => {
                for known in vocabulary::platforms().iter().filter(|own| own.is_first()) {
                    let platform = &known.platform;
                    self.offer(
                        CompletionKind::Value,
                        format!("\"{}\"", platform.name),
                        &platform.arch,
                        known.remark(),
                    );
                }
            }
            "in" => self.offer(CompletionKind::Value, "\"root\\cimv2\"", "namespace", ""),
            "registry" => {
                for hive in &vocabulary::conditions().hive {
                    let text = format!("\"{}\\\\$1\"", hive.name);
                    self.offer_snippet(
                        CompletionKind::Value,
                        format!("\"{}\\…\"", hive.name),
                        &hive.short,
                        "",
                        text,
                    );
                }
            }
            _ => self.offer_snippet(CompletionKind::Value, "\"…\"", word, "", "\"$1\""),
        }
    }

    pub(super) fn registry_types(&mut self) {
        for kind in &vocabulary::conditions().registry_type {
            self.offer(CompletionKind::Member, &kind.name, &kind.xml, "");
        }
    }

    pub(super) fn after_test(&mut self, predicate: &str, rule: bool) {
        let parts = vocabulary::conditions().before_text(predicate);
        for part in parts.map_or(&[][..], |condition| &condition.part) {
            if part.word != predicate {
                let kind = CompletionKind::Keyword;
                self.offer_snippet(kind, &part.word, &part.help, "", &part.snippet);
            }
        }
        match predicate {
            "registry" => {
                self.offer(CompletionKind::Keyword, "exists", "it is there", "");
                self.offer(CompletionKind::Keyword, "not exists", "it is not there", "");
                self.operators("registry");
            }
            "software" | "os" => {
                self.offer_snippet(CompletionKind::Snippet, "< … >", "details", "", "< $1 >");
            }
            _ => {}
        }
        for word in ["and", "or"] {
            self.offer(
                CompletionKind::Keyword,
                word,
                "another test",
                describe_keyword(word).unwrap_or(""),
            );
        }
        if !rule {
            // Behind a whole condition the next statement may begin.
            self.statement(&self.cursor.bodies.clone());
        }
    }
}
