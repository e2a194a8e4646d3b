//! Values: choices, quantities, references, names.

use super::{CompletionKind, Offers, snippet};
use crate::{
    ide::{Owner, describe},
    syntax,
    vocabulary::{self, Property, Type, Unit},
};

impl Offers<'_> {
    /// The property of an owner's item.
    pub(super) fn property_of(&self, owner: &Owner, name: &str) -> Option<&'static Property> {
        let named = |list: &'static [Property]| list.iter().find(|one| one.name == name);
        match owner {
            Owner::Step(keyword) => {
                let table = vocabulary::step_type(keyword, self.analysis.dialect());
                let own = table.and_then(|table| {
                    if name.is_empty() {
                        table.principal()
                    } else {
                        table.find(name)
                    }
                });
                own.map(|(_, property)| property)
                    .or_else(|| named(vocabulary::common()))
            }
            Owner::Quoted => named(vocabulary::quoted()).or_else(|| named(vocabulary::common())),
            Owner::Group => named(vocabulary::common()),
            Owner::Header => named(vocabulary::header()),
            _ => None,
        }
    }

    pub(super) fn value(&mut self, owner: &Owner, name: &str) {
        match self.property_of(owner, name) {
            Some(property) => {
                self.property_value(
                    property,
                    property
                        .of
                        .filter(|_| self.in_list())
                        .unwrap_or(property.kind),
                );
            }
            None if *owner == Owner::Test => {
                if name.starts_with("machine") {
                    self.files_ending(&["toml"], true);
                }
            }
            None => {
                self.offer_snippet(CompletionKind::Value, "\"…\"", "text", "", "\"$1\"");
                self.offer(CompletionKind::Value, "absent", "not written at all", "");
                self.constants();
            }
        }
    }

    /// Whether the place is between `[` and `]`: then a list's element is asked for.
    fn in_list(&self) -> bool {
        let before = self
            .analysis
            .text()
            .get(..self.cursor.word.start as usize)
            .unwrap_or("");
        let mut depth = 0_usize;
        for byte in before.bytes().rev().take(4000) {
            match byte {
                b']' => depth += 1,
                b'[' if depth == 0 => return true,
                b'[' => depth -= 1,
                b'<' | b'>' => return false,
                _ => {}
            }
        }
        false
    }

    fn property_value(&mut self, property: &Property, kind: Type) {
        match kind {
            Type::Boolean => self.truth_values(property),
            Type::Member => self.members(property),
            Type::Duration => {
                self.quantities(property, Unit::TIMES, &["30s", "15min", "1h"]);
            }
            Type::Size => self.quantities(
                property,
                // The usual ones first.
                &[
                    Unit::Megabyte,
                    Unit::Gigabyte,
                    Unit::Kilobyte,
                    Unit::Terabyte,
                ],
                &["500MB", "4GB", "20GB"],
            ),
            Type::Frequency => self.quantities(property, Unit::RATES, &["1GHz"]),
            Type::Variable => {
                self.variables(false);
                return;
            }
            Type::Script => self.scripts(property),
            Type::Package | Type::Application | Type::TaskSequence => {
                self.references(kind, property);
            }
            Type::Text
            | Type::Integer
            | Type::Account
            | Type::Secret
            | Type::SuccessCodes
            | Type::Version
            | Type::List => {
                self.site_programs(property, true);
                self.by_snippet(property, kind);
            }
        }
        if property.switch.is_some() {
            self.offer_snippet(
                CompletionKind::Function,
                "unchecked",
                "the value without its check",
                "",
                "unchecked($1)",
            );
        }
        self.constants();
        self.offer(CompletionKind::Value, "absent", "not written at all", "");
    }

    /// `true` and `false`, the default last.
    fn truth_values(&mut self, property: &Property) {
        let default = describe::default(property);
        let words = if default.as_deref() == Some("true") {
            ["false", "true"]
        } else {
            ["true", "false"]
        };
        for word in words {
            let is_default = default.as_deref() == Some(word);
            let detail = if is_default { "default" } else { "" };
            self.offer(CompletionKind::Value, word, detail, "");
        }
    }

    /// The words that a property knows.
    fn members(&mut self, property: &Property) {
        let default = describe::default(property);
        for member in &property.member {
            let mut detail = member.label.clone().unwrap_or_default();
            if default.as_ref() == Some(&member.name) {
                detail.push_str(" (default)");
            }
            let help = member.help.clone().unwrap_or_default();
            self.offer(CompletionKind::Member, &member.name, detail, help);
        }
    }

    /// The value as a text with places to fill.
    fn by_snippet(&mut self, property: &Property, kind: Type) {
        let mut one = property.clone();
        one.kind = kind;
        let text = snippet::value(&one, &mut snippet::Stops::new());
        let shown = snippet::plain(&text);
        let label = if shown == "\"\"" {
            "\"…\"".to_owned()
        } else {
            shown
        };
        self.offer_snippet(
            CompletionKind::Value,
            label,
            describe::shape(property),
            "",
            text,
        );
    }

    /// Amounts; once digits are typed, the same number in each unit.
    fn quantities(&mut self, property: &Property, units: &[Unit], usual: &[&str]) {
        let number = syntax::number(&self.cursor.prefix);
        if number.value().is_some() {
            let digits = number.digits.to_owned();
            for unit in units {
                self.offer(CompletionKind::Unit, format!("{digits}{unit}"), "", "");
            }
            return;
        }
        if let Some(default) = describe::default(property) {
            self.offer(CompletionKind::Unit, default, "default", "");
        }
        for one in usual {
            self.offer(CompletionKind::Unit, *one, "", "");
        }
    }

    fn scripts(&mut self, property: &Property) {
        let text = snippet::value(property, &mut snippet::Stops::new());
        self.offer_snippet(
            CompletionKind::Snippet,
            "\"\"\"",
            "a script in the source",
            "",
            text,
        );
        self.offer_snippet(
            CompletionKind::Function,
            "file",
            "a script beside the source",
            "",
            "file(\"$1\")",
        );
        for path in self.beside(&["ps1", "psm1", "txt"]) {
            self.offer(
                CompletionKind::File,
                format!("file(\"{path}\")"),
                "script",
                "",
            );
        }
    }

    fn references(&mut self, kind: Type, property: &Property) {
        let known: Vec<String> = self
            .analysis
            .index()
            .references()
            .map(str::to_owned)
            .collect();
        let fits = |id: &str| (kind == Type::Application) == id.starts_with("ScopeId_");
        self.site_references(kind);
        for id in known.into_iter().filter(|id| fits(id)) {
            self.offer(
                CompletionKind::Value,
                format!("\"{id}\""),
                "named in this file",
                "",
            );
        }
        let (word, text) = match kind {
            Type::Application => (
                "application",
                "application(\"${1:ScopeId_GUID/Application_GUID}\", \"${2:Name}\")",
            ),
            Type::Package => ("package", "package(\"${1:PS100123}\", \"${2:Name}\")"),
            _ => (
                "task_sequence",
                "task_sequence(\"${1:PS100237}\", \"${2:Name}\")",
            ),
        };
        self.offer_snippet(
            CompletionKind::Function,
            word,
            "identifier and name",
            "",
            text,
        );
        self.by_snippet(property, kind);
    }

    pub(super) fn assigned(&mut self, variable: &str) {
        self.built_in_values(variable, true);
        self.offer_snippet(CompletionKind::Value, "\"…\"", "text", "", "\"$1\"");
        self.offer_snippet(
            CompletionKind::Function,
            "secret",
            "a value that is never written",
            "",
            "secret(\"${1:NAME}\")",
        );
        self.constants();
    }

    /// The values that a variable of the product may have.
    pub(super) fn built_in_values(&mut self, variable: &str, quotes: bool) {
        let found = vocabulary::built_ins()
            .iter()
            .find(|one| one.name.eq_ignore_ascii_case(variable));
        for value in found.into_iter().flat_map(|one| &one.values) {
            let text = if quotes {
                format!("\"{value}\"")
            } else {
                value.clone()
            };
            self.offer(CompletionKind::Value, text, variable, "");
        }
    }

    pub(super) fn argument(&mut self, call: &str, index: usize, named: Option<&str>) {
        match (call, index, named) {
            ("file", ..) => self.files_ending(&["ps1", "psm1", "txt", "cmd", "bat", "vbs"], true),
            ("package", _, Some("kind")) => {
                for kind in vocabulary::reference_kinds() {
                    self.offer(CompletionKind::Member, &kind.name, "kind", &kind.help);
                }
            }
            ("package", 1.., None) => {
                if index == 1 {
                    self.site_names(call, index, true);
                }
                for (name, text) in [
                    ("kind", "kind: ${1:driver_package}"),
                    ("size", "size: ${1:0}"),
                ] {
                    self.offer_snippet(CompletionKind::Property, name, "package", "", text);
                }
                self.constants();
            }
            _ => {
                if index < 2 {
                    self.site_names(call, index, true);
                }
                if self.analysis.index().fragments().iter().any(|one| {
                    one.name == call
                        && one
                            .parameters
                            .get(index)
                            .is_some_and(|one| one.kind == "variable")
                }) {
                    self.variables(false);
                }
                self.constants();
                self.offer_snippet(CompletionKind::Value, "\"…\"", "text", "", "\"$1\"");
            }
        }
    }

    pub(super) fn constant_value(&mut self) {
        self.constants();
        for (word, text) in [
            ("\"…\"", "\"$1\""),
            ("[…]", "[\"$1\"]"),
            ("application", "application(\"$1\", \"$2\")"),
            ("package", "package(\"$1\", \"$2\")"),
            ("task_sequence", "task_sequence(\"$1\", \"$2\")"),
        ] {
            self.offer_snippet(CompletionKind::Value, word, "", "", text);
        }
        self.offer(CompletionKind::Value, "true", "", "");
        self.offer(CompletionKind::Value, "false", "", "");
    }

    /// The compile-time names known here.
    pub(super) fn constants(&mut self) {
        let list: Vec<_> = self
            .analysis
            .index()
            .constants_at(self.cursor.offset)
            .cloned()
            .collect();
        for one in list {
            let value = self
                .analysis
                .value(&one.name)
                .unwrap_or_default()
                .to_owned();
            self.offer(
                CompletionKind::Constant,
                &one.name,
                value,
                format!("```tasq\n{}\n```", self.analysis.shown_constant(&one)),
            );
        }
    }

    /// The variables of the file, then those of the product.
    pub(super) fn known_variables(&self) -> Vec<String> {
        self.analysis
            .index()
            .variables()
            .filter(|name| self.cursor.prefix != **name || vocabulary::is_known(name))
            .map(str::to_owned)
            .collect()
    }

    pub(super) fn variables(&mut self, _in_text: bool) {
        for name in self.known_variables() {
            let (detail, help) = match vocabulary::built_ins()
                .iter()
                .find(|one| one.name.eq_ignore_ascii_case(&name))
            {
                Some(found) => ("built-in", describe::describe_built_in(found)),
                None => ("variable of this file", String::new()),
            };
            self.offer(CompletionKind::Variable, name, detail, help);
        }
        for one in vocabulary::built_ins() {
            if !one.name.contains(['#', '*', '@']) {
                self.offer(
                    CompletionKind::Variable,
                    &one.name,
                    "built-in",
                    describe::describe_built_in(one),
                );
            }
        }
    }
}
