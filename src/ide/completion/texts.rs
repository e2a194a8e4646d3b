//! Inside of strings and blocks: files, variables between percent signs, compile-time names,
//! systems, classes.

use super::{CompletionKind, Offers};
use crate::{
    ide::{CursorPlace, Owner, site::kind_of_call},
    source::{Span, join_relative},
    vocabulary::{self, Type},
};

impl Offers<'_> {
    /// Inside of a string or block whose text begins at byte `start`.
    pub(super) fn in_text(&mut self, start: u32, inserts: bool) {
        let typed = self
            .analysis
            .text()
            .get(start as usize..self.cursor.word.start as usize)
            .unwrap_or("");
        let line = typed.rsplit(['\n', '\r']).next().unwrap_or("");
        if inserts && line.ends_with("${") {
            return self.constants();
        }
        if line.matches('%').count() % 2 == 1
            && line.ends_with('%')
            && !matches!(self.cursor.place, CursorPlace::Predicate(ref word) if word == "wmi")
        {
            return self.percent();
        }
        match self.cursor.place.clone() {
            CursorPlace::Import => self.whole(start, |offers| offers.imports(false)),
            CursorPlace::Argument { call, .. } if call == "file" => {
                self.whole(start, |offers| {
                    offers.files_ending(&["ps1", "psm1", "txt", "cmd", "bat", "vbs"], false);
                });
            }
            CursorPlace::Argument {
                call,
                index,
                named: None,
            } if kind_of_call(&call).is_some() => {
                self.whole(start, |offers| offers.site_names(&call, index, false));
            }
            CursorPlace::Value {
                owner: Owner::Test,
                property,
            } if property.starts_with("machine") => {
                self.whole(start, |offers| offers.files_ending(&["toml"], false));
            }
            CursorPlace::Value { owner, property } => self.in_value(&owner, &property, start),
            CursorPlace::Operand { variable } | CursorPlace::Assigned { variable } => {
                self.whole(start, |offers| offers.built_in_values(&variable, false));
            }
            CursorPlace::Predicate(word) => {
                self.in_predicate(&word, start, line.to_owned().as_str());
            }
            CursorPlace::StepPath | CursorPlace::Outcome { .. } => {
                self.whole(start, |offers| offers.step_names(false));
            }
            _ => {}
        }
    }

    /// Inside of a property's text.
    fn in_value(&mut self, owner: &Owner, property: &str, start: u32) {
        let Some(property) = self.property_of(owner, property) else {
            return;
        };
        match property.of.unwrap_or(property.kind) {
            Type::Variable => self.variables(true),
            kind @ (Type::Package | Type::Application | Type::TaskSequence) => {
                self.whole(start, |offers| offers.known_references(kind));
            }
            _ => self.whole(start, |offers| offers.site_programs(property, false)),
        }
    }

    /// Offers that replace the whole text and not only its last word.
    fn whole(&mut self, start: u32, offer: impl FnOnce(&mut Self)) {
        let from = self.list.len();
        offer(self);
        let file = self.analysis.tree().file();
        let span = Span::new(file, start, self.cursor.word.end.max(start));
        let typed = self
            .analysis
            .text()
            .get(start as usize..self.cursor.offset as usize)
            .unwrap_or("")
            .to_lowercase();
        let word = self.cursor.prefix.to_lowercase();
        // They are ranked by the last word; what was typed before it must fit as well.
        let before = typed.strip_suffix(&word).unwrap_or("").to_owned();
        let mut index = from;
        while index < self.list.len() {
            if self.list[index].label.to_lowercase().starts_with(&before) {
                self.list[index].replace = span;
                index += 1;
            } else {
                self.list.remove(index);
            }
        }
    }

    /// A variable's name between percent signs, with the closing one where it is missing.
    fn percent(&mut self) {
        let behind = self
            .analysis
            .text()
            .get(self.cursor.word.end as usize..)
            .unwrap_or("");
        let close = if behind.starts_with('%') { "" } else { "%" };
        self.variables(true);
        for one in &mut self.list {
            one.insert.push_str(close);
        }
    }

    fn known_references(&mut self, kind: Type) {
        self.site_identifiers(kind);
        let known: Vec<String> = self
            .analysis
            .index()
            .references()
            .map(str::to_owned)
            .collect();
        for id in known
            .into_iter()
            .filter(|id| (kind == Type::Application) == id.starts_with("ScopeId_"))
        {
            self.offer(CompletionKind::Value, id, "named in this file", "");
        }
    }

    fn in_predicate(&mut self, word: &str, start: u32, line: &str) {
        match word {
            "os" => self.whole(start, |offers| {
                for known in vocabulary::platforms().iter().filter(|own| own.is_first()) {
                    let platform = &known.platform;
                    let remark = known.remark();
                    offers.offer(
                        CompletionKind::Value,
                        &platform.name,
                        &platform.arch,
                        remark,
                    );
                }
            }),
            "registry" => self.whole(start, |offers| {
                for hive in &vocabulary::conditions().hive {
                    offers.offer(
                        CompletionKind::Value,
                        format!("{}\\", hive.name),
                        &hive.short,
                        "",
                    );
                }
            }),
            "wmi" => {
                let before = line.trim_end().to_lowercase();
                if before.is_empty() {
                    self.offer(CompletionKind::Keyword, "select * from", "query", "");
                } else if before.ends_with("from") || before.ends_with("isa") {
                    for class in crate::wql::classes::USUAL.iter().copied() {
                        self.offer(CompletionKind::Value, class, "class", "");
                    }
                }
            }
            "in" => self.whole(start, |offers| {
                for namespace in [
                    "root\\cimv2",
                    "root\\wmi",
                    "root\\StandardCimv2",
                    "root\\cimv2\\Security\\MicrosoftTpm",
                ] {
                    offers.offer(CompletionKind::Value, namespace, "namespace", "");
                }
            }),
            _ => {}
        }
    }

    pub(super) fn imports(&mut self, quotes: bool) {
        self.files_ending(&["tasq"], quotes);
    }

    /// The files of the project with one of these endings, as this source names them.
    pub(super) fn beside(&self, endings: &[&str]) -> Vec<String> {
        let own = self.analysis.source.path.replace('\\', "/");
        let fits = |path: &&String| {
            let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
            endings
                .iter()
                .any(|wanted| ending.eq_ignore_ascii_case(wanted))
                && **path != own
        };
        let folder: Vec<&str> = own.split('/').collect();
        let folder = &folder[..folder.len().saturating_sub(1)];
        let relative = |path: &String| {
            let parts: Vec<&str> = path.split('/').collect();
            let shared = folder
                .iter()
                .zip(&parts)
                .take_while(|(own, other)| own == other)
                .count();
            let up = "../".repeat(folder.len() - shared);
            format!("{up}{}", parts[shared..].join("/"))
        };
        let mut list: Vec<String> = self.files.iter().filter(fits).map(relative).collect();
        list.retain(|path| join_relative(&own, path).is_ok());
        list.sort_by_key(|path| {
            (
                path.matches("../").count(),
                path.matches('/').count(),
                path.clone(),
            )
        });
        list
    }

    pub(super) fn files_ending(&mut self, endings: &[&str], quotes: bool) {
        for path in self.beside(endings) {
            let text = if quotes { format!("\"{path}\"") } else { path };
            self.offer(CompletionKind::File, text, "file", "");
        }
    }
}
