//! Conditions: what stands behind `when`.

use super::{
    Context,
    constant::{Bare, ConstantValue},
    datetime, forms,
    overrides::Overridden,
};
use crate::{
    diagnostic::{Code, Finding, nearest},
    model::{
        Condition, Expression, ExpressionKind, Junction, Operand, Operator, OsCondition, Spanned,
        VersionTest,
    },
    source::Span,
    syntax::{self, Node, SyntaxKind},
    vocabulary::{
        ConditionKeyword, Platform, conditions, is_name_only, platform, platform_up_to, platforms,
    },
};

type SpannedText = Spanned<String>;

impl Context<'_> {
    /// A `when` clause.
    pub(super) fn condition(&mut self, node: Node<'_>) -> Option<Condition> {
        let chains: Vec<_> = node.children_of(SyntaxKind::Condition).collect();
        let mut operands: Vec<Operand> = chains
            .into_iter()
            .filter_map(|chain| self.chain(chain))
            .collect();
        operands.shrink_to_fit();
        Some(Condition {
            operands,
            span: node.span(),
        })
    }

    /// `a and b and c`, or a single operand.
    pub(super) fn chain(&mut self, node: Node<'_>) -> Option<Operand> {
        let words: Vec<_> = node.children_of(SyntaxKind::Word).collect();
        let units: Vec<_> = node
            .children()
            .filter(|child| child.kind().is_unit())
            .collect();
        if let Some(first) = words.first() {
            if let Some(other) = words.iter().find(|word| word.text() != first.text()) {
                self.mixed(node, *first, *other, &units);
                return None;
            }
            let junction = if first.text() == "and" {
                Junction::And
            } else {
                Junction::Or
            };
            let operands = units
                .into_iter()
                .filter_map(|unit| self.operand(unit))
                .collect();
            return Some(Operand::Operator {
                junction,
                operands,
                span: node.span(),
            });
        }
        self.operand(*units.first()?)
    }

    fn mixed(&mut self, node: Node<'_>, first: Node<'_>, other: Node<'_>, units: &[Node<'_>]) {
        // Elsewhere `and` binds more tightly; the fix writes that down.
        let mut edits = Vec::new();
        let words: Vec<_> = node.children_of(SyntaxKind::Word).collect();
        let mut start = 0;
        while start < units.len() {
            let mut end = start;
            while words.get(end).is_some_and(|word| word.text() == "and") {
                end += 1;
            }
            if let (true, Some(from), Some(to)) = (end > start, units.get(start), units.get(end)) {
                let at = |offset| Span::at(from.span().file, offset);
                edits.push(crate::diagnostic::Edit {
                    span: at(from.span().start),
                    new: "(".to_owned(),
                });
                edits.push(crate::diagnostic::Edit {
                    span: at(to.span().end),
                    new: ")".to_owned(),
                });
            }
            start = end + 1;
        }
        let finding = Finding::new(
            Code::MixedAndOr,
            other.span(),
            "`and` and `or` are mixed without parentheses",
        )
        .label(format!("`{}` here", other.text()))
        .also(first.span(), format!("`{}` here", first.text()))
        .help("put parentheses round one of them")
        .with_fix(crate::diagnostic::Fix::new(
            "put parentheses round `and`",
            crate::diagnostic::Safety::Unsafe,
            edits,
        ));
        self.report(finding);
    }

    /// One operand.
    pub(super) fn operand(&mut self, node: Node<'_>) -> Option<Operand> {
        match node.kind() {
            SyntaxKind::Quantifier => {
                let junction = match node.child(SyntaxKind::Word).map(Node::text) {
                    Some("all") => Junction::And,
                    Some("any") => Junction::Or,
                    _ => Junction::Not,
                };
                let chains: Vec<_> = node.children_of(SyntaxKind::Condition).collect();
                if chains.is_empty() {
                    let finding = Finding::new(
                        Code::EmptyQuantifier,
                        node.span(),
                        "an If without conditions decides nothing",
                    )
                    .label("no conditions inside")
                    .help("remove it, or write its conditions between the parentheses");
                    self.report(finding);
                }
                let operands = chains
                    .into_iter()
                    .filter_map(|chain| self.chain(chain))
                    .collect();
                Some(Operand::Operator {
                    junction,
                    operands,
                    span: node.span(),
                })
            }
            SyntaxKind::Negation => {
                let operand = self.chain(node.child(SyntaxKind::Condition)?)?;
                Some(Operand::Operator {
                    junction: Junction::Not,
                    operands: vec![operand],
                    span: node.span(),
                })
            }
            SyntaxKind::Parentheses => self.chain(node.child(SyntaxKind::Condition)?),
            SyntaxKind::Test => self.test(node),
            _ => None,
        }
    }

    fn test(&mut self, node: Node<'_>) -> Option<Operand> {
        let body = node
            .children()
            .find(|child| !matches!(child.kind(), SyntaxKind::TestNote))?;
        let span = node.span();
        if body.kind() == SyntaxKind::RawXml {
            return self.raw_xml(body).map(Operand::Xml);
        }
        let kind = match keyword_of(body.kind()) {
            Some(ConditionKeyword::Os) => {
                if let Some(note) = node.child(SyntaxKind::TestNote) {
                    let finding = Finding::new(Code::UnexpectedItem, note.span(), "an `os` condition takes no notes")
                        .help("spell the operating system out: os \"NAME\" < arch: …, queries: […] >, or write the element in xml \"\"\"…\"\"\"");
                    self.report(finding);
                }
                return self.os(body);
            }
            Some(ConditionKeyword::Variable) => self.variable_test(body),
            Some(ConditionKeyword::File) => self.file_test(body),
            Some(ConditionKeyword::Folder) => self.folder_test(body),
            Some(ConditionKeyword::Registry) => self.registry(body),
            Some(ConditionKeyword::Wmi) => self.wmi(body),
            Some(ConditionKeyword::Software) => self.software(body),
            Some(ConditionKeyword::OsLanguage) => self.os_language(body),
            // Those of rules, which the grammar has nowhere else, and text that fits no rule.
            Some(
                ConditionKeyword::MakeModel
                | ConditionKeyword::Computer
                | ConditionKeyword::Gateway,
            )
            | None => None,
        };
        let of = Overridden::Test(kind.as_ref().map(ExpressionKind::keyword));
        let overrides = node
            .child(SyntaxKind::TestNote)
            .map(|note| self.overrides(note, of))
            .unwrap_or_default();
        self.check_variable_order(&overrides, &[], of);
        Some(Operand::Expression(Box::new(Expression {
            kind: kind?,
            overrides,
            span,
        })))
    }

    /// The operator a node spells, if it may stand in a condition of this kind.
    fn operator(&mut self, node: Node<'_>, keyword: ConditionKeyword) -> Option<Operator> {
        let words: Vec<&str> = node.children().map(Node::text).collect();
        let written = words.join(" ");
        if let Some(right) = match written.as_str() {
            "=" => Some("=="),
            "<>" => Some("!="),
            _ => None,
        } {
            let finding = Finding::new(
                Code::AssignForCompare,
                node.span(),
                format!("a comparison is written `{right}`"),
            )
            .label(format!("not `{written}`"))
            .fix(format!("write `{right}`"), node.span(), right);
            self.report(finding);
            return None;
        }
        match conditions().operator(&written, keyword) {
            Some(operator) => Operator::of_xml(&operator.xml),
            None => {
                let fitting: Vec<_> = conditions()
                    .operator
                    .iter()
                    .filter(|operator| operator.applies.contains(&keyword))
                    .map(|operator| format!("`{}`", operator.written))
                    .collect();
                let finding = Finding::new(
                    Code::OperatorDoesNotApply,
                    node.span(),
                    format!("`{written}` cannot stand in a {keyword} condition"),
                )
                .help(format!("it has {}", fitting.join(", ")));
                self.report(finding);
                None
            }
        }
    }

    /// A test of a variable: whether it has a value, or which.
    fn variable_test(&mut self, node: Node<'_>) -> Option<ExpressionKind> {
        if node.kind() == SyntaxKind::ExistsTest {
            self.exists(node)
        } else {
            self.comparison(node)
        }
    }

    fn comparison(&mut self, node: Node<'_>) -> Option<ExpressionKind> {
        let variable = self.variable(node.child(SyntaxKind::Variable)?)?;
        self.check_variable_name(&variable.value, variable.span, false);
        let operator_node = node.child(SyntaxKind::Operator)?;
        let operand = node
            .children()
            .filter(|child| child.kind().is_value())
            .last()?;
        let value = self.compared(operand);
        let operator = self.operator(operator_node, ConditionKeyword::Variable)?;
        let value = value?;
        if operator.is_order() && !is_integer(&value.value) && !value.value.contains('%') {
            let mut finding = Finding::new(
                Code::NotComparable,
                value.span,
                format!(
                    "`{}` with a value that is no whole number compares letter by letter",
                    operator_node.text()
                ),
            )
            .label("not a whole number");
            if forms::is_any_version(&value.value) {
                finding = finding.help("as text \"10.0.9\" is greater than \"10.0.19045\"; compare build numbers, or ask Windows with wmi \"…\"");
            }
            self.report(finding);
        }
        Some(ExpressionKind::Variable {
            variable,
            operator,
            value: Some(value),
        })
    }

    /// The right side of a run-time comparison.
    fn compared(&mut self, node: Node<'_>) -> Option<SpannedText> {
        let span = node.span();
        match node.kind() {
            SyntaxKind::Name => {
                let name = syntax::name_text(node.text());
                let mut finding = Finding::new(Code::BareNameCompared, span, format!("`{name}` is compared as a bare name"))
                    .label("text, a run-time variable, or a compile-time name?")
                    .help(format!("write \"{name}\" for the text, \"%{name}%\" for the run-time variable, ${{{name}}} for the compile-time value"));
                if self.scope.get(&name).is_some() {
                    finding = finding.unsafe_fix(
                        format!("write `${{{name}}}`"),
                        span,
                        format!("${{{name}}}"),
                    );
                }
                finding = finding
                    .unsafe_fix(format!("write \"{name}\""), span, format!("\"{name}\""))
                    .unsafe_fix(format!("write \"%{name}%\""), span, format!("\"%{name}%\""));
                self.report(finding);
                None
            }
            SyntaxKind::Literal => {
                let finding = Finding::new(Code::WrongType, span, "a run-time value is text")
                    .label(format!("`{}` is a compile-time word", node.text()))
                    .fix(
                        format!("write \"{}\"", node.text()),
                        span,
                        format!("\"{}\"", node.text()),
                    );
                self.report(finding);
                None
            }
            SyntaxKind::Number => match self.constant(node, Bare::Defined)? {
                ConstantValue::Integer { digits, .. } => Some(Spanned::new(digits, span)),
                _ => {
                    let finding =
                        Finding::new(Code::UnknownUnit, span, "a run-time value has no unit")
                            .help("write the number alone, or the text in quotes");
                    self.report(finding);
                    None
                }
            },
            _ => self.text(node).map(|text| Spanned::new(text, span)),
        }
    }

    fn exists(&mut self, node: Node<'_>) -> Option<ExpressionKind> {
        let variable = self.variable(node.child(SyntaxKind::Variable)?)?;
        self.check_variable_name(&variable.value, variable.span, false);
        let not = node
            .children_of(SyntaxKind::Word)
            .any(|word| word.text() == "not");
        let operator = if not {
            Operator::NotExists
        } else {
            Operator::Exists
        };
        Some(ExpressionKind::Variable {
            variable,
            operator,
            value: None,
        })
    }

    /// The text a test begins with, which must not be empty.
    pub(super) fn first_text(&mut self, node: Node<'_>) -> Option<SpannedText> {
        let value = node.value()?;
        let text = self.text(value)?;
        if text.trim().is_empty() {
            self.error(Code::EmptyText, value.span(), "this must not be empty");
            return None;
        }
        Some(Spanned::new(text, value.span()))
    }

    fn file_test(&mut self, node: Node<'_>) -> Option<ExpressionKind> {
        let path = self.first_text(node)?;
        let version = match self.once(node, SyntaxKind::VersionPart, "version") {
            Some(part) => Some(self.version(part)?),
            None => None,
        };
        let modified = self.modified_part(node, ConditionKeyword::File)?;
        Some(ExpressionKind::File {
            path,
            version,
            modified,
        })
    }

    fn folder_test(&mut self, node: Node<'_>) -> Option<ExpressionKind> {
        let path = self.first_text(node)?;
        let modified = self.modified_part(node, ConditionKeyword::Folder)?;
        Some(ExpressionKind::Folder { path, modified })
    }

    /// The comparison of a time, if there is one; `None` after a finding.
    fn modified_part(
        &mut self,
        node: Node<'_>,
        keyword: ConditionKeyword,
    ) -> Option<Option<VersionTest>> {
        match self.once(node, SyntaxKind::ModifiedPart, "modified") {
            Some(part) => self.modified(part, keyword).map(Some),
            None => Some(None),
        }
    }

    /// The only part of a kind; a second one is reported, since the XML has room for one.
    fn once<'n>(&mut self, node: Node<'n>, kind: SyntaxKind, word: &str) -> Option<Node<'n>> {
        let mut parts = node.children_of(kind);
        let first = parts.next()?;
        if let Some(second) = parts.next() {
            let finding = Finding::new(
                Code::DuplicateItem,
                second.span(),
                format!("`{word}` is compared twice"),
            )
            .also(first.span(), "compared here already")
            .help("write two conditions: the XML has room for one comparison of each kind");
            self.report(finding);
        }
        Some(first)
    }

    fn version(&mut self, part: Node<'_>) -> Option<VersionTest> {
        let operator = self.operator(part.child(SyntaxKind::Operator)?, ConditionKeyword::File);
        let value = part.value()?;
        let text = self.text(value)?;
        if !forms::is_any_version(&text) {
            let finding = Finding::new(
                Code::BadConditionValue,
                value.span(),
                format!("`{text}` is no file version"),
            )
            .label("expected one to four numbers, such as 10.0.19041.1");
            self.report(finding);
            return None;
        }
        Some((operator?, Spanned::new(text, value.span())))
    }

    fn modified(&mut self, part: Node<'_>, keyword: ConditionKeyword) -> Option<VersionTest> {
        let operator = self.operator(part.child(SyntaxKind::Operator)?, keyword);
        let value = part.value()?;
        let text = self.text(value)?;
        match datetime::to_cim(&text) {
            Ok(cim) => Some((operator?, Spanned::new(cim, value.span()))),
            Err(help) => {
                self.report(
                    Finding::new(
                        Code::BadConditionValue,
                        value.span(),
                        format!("`{text}` is no time"),
                    )
                    .help(help),
                );
                None
            }
        }
    }

    fn registry(&mut self, node: Node<'_>) -> Option<ExpressionKind> {
        let key = self.first_text(node)?;
        let mut texts = node
            .children()
            .filter(|child| child.kind().is_value())
            .skip(1);
        let has = |word: &str| {
            node.children_of(SyntaxKind::Word)
                .any(|child| child.text() == word)
        };
        let value = if has("value") {
            let value = texts.next()?;
            Some(Spanned::new(self.text(value)?, value.span()))
        } else {
            None
        };
        let kind = if has("as") {
            self.registry_type(texts.next()?)?
        } else {
            "REG_SZ".to_owned()
        };
        let data_node = texts.next();
        let (operator, data) = match node.child(SyntaxKind::Operator) {
            Some(operator) => {
                let data = data_node.and_then(|data| self.compared(data));
                (
                    self.operator(operator, ConditionKeyword::Registry)?,
                    Some(data?),
                )
            }
            None if has("not") => (Operator::NotExists, None),
            None => (Operator::Exists, None),
        };
        self.check_key(&key);
        if let Some(length) = value
            .as_ref()
            .map(|value| value.value.chars().count())
            .filter(|length| *length > 250)
        {
            self.error(
                Code::TooLong,
                node.span(),
                format!("a value's name has {length} characters here; the most is 250"),
            );
        }
        Some(ExpressionKind::Registry {
            key,
            value,
            kind,
            operator,
            data,
        })
    }

    fn registry_type(&mut self, node: Node<'_>) -> Option<String> {
        let types = &conditions().registry_type;
        if let Some(found) = types.iter().find(|kind| kind.name == node.text()) {
            return Some(found.xml.clone());
        }
        let names: Vec<_> = types.iter().map(|kind| kind.name.as_str()).collect();
        let mut finding = Finding::new(
            Code::UnknownMember,
            node.span(),
            format!("`{}` is no type of registry value", node.text()),
        )
        .help(format!("the types are {}", names.join(", ")));
        let lower = node.text().to_lowercase();
        if let Some(near) = names
            .iter()
            .find(|name| **name == lower || **name == format!("reg_{lower}"))
        {
            finding = finding.fix(format!("write `{near}`"), node.span(), *near);
        } else if let Some(near) = nearest(node.text(), names) {
            finding = finding.label(format!("did you mean `{near}`?")).unsafe_fix(
                format!("write `{near}`"),
                node.span(),
                near,
            );
        }
        self.report(finding);
        None
    }

    fn check_key(&mut self, key: &SpannedText) {
        let (root, rest) = key.value.split_once('\\').unwrap_or((&key.value, ""));
        let hives = &conditions().hive;
        if hives.iter().any(|hive| hive.name == root) || root.contains('%') {
            return;
        }
        let known = hives.iter().find(|hive| {
            [&hive.name, &hive.short]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(root.trim_end_matches(':')))
        });
        let finding = Finding::new(
            Code::BadRegistryKey,
            key.span,
            format!("`{root}` is no root of the registry as the XML names them"),
        );
        let finding = match known {
            Some(hive) => {
                let right = if rest.is_empty() {
                    hive.name.clone()
                } else {
                    format!("{}\\{rest}", hive.name)
                };
                let finding = finding.help(format!("write {right}"));
                match syntax::quoted(&right) {
                    Some(quoted) => finding.fix(format!("write {quoted}"), key.span, quoted),
                    None => finding,
                }
            }
            None => {
                let names: Vec<_> = hives
                    .iter()
                    .filter(|hive| hive.offered)
                    .map(|hive| hive.name.as_str())
                    .collect();
                finding.help(format!("a key begins with {}", names.join(", ")))
            }
        };
        self.report(finding);
    }

    fn wmi(&mut self, node: Node<'_>) -> Option<ExpressionKind> {
        let query = self.first_text(node)?;
        let length = query.value.chars().count();
        if length > 16_384 {
            self.error(
                Code::TooLong,
                query.span,
                format!("a query has at most 16384 characters; this has {length}"),
            );
        }
        let second = node
            .children()
            .filter(|child| child.kind().is_value())
            .nth(1);
        let namespace = match second {
            Some(value) => Spanned::new(self.text(value)?, value.span()),
            None => Spanned::new("root\\cimv2".to_owned(), query.span),
        };
        Some(ExpressionKind::Wmi { namespace, query })
    }

    fn os_language(&mut self, node: Node<'_>) -> Option<ExpressionKind> {
        let number = node.child(SyntaxKind::Number)?;
        let parsed = syntax::number(number.text());
        let Some(code) = parsed
            .value()
            .filter(|code| parsed.unit.is_empty() && (1..=0xFFFF).contains(code))
        else {
            self.report(
                Finding::new(
                    Code::BadConditionValue,
                    number.span(),
                    "this is no language code",
                )
                .help("a language is its decimal code, such as 1033 for English (United States)"),
            );
            return None;
        };
        // As the console writes it; one language a condition
        // (New-CMTSStepConditionOperatingSystemLanguage.md).
        let query =
            format!("SELECT OsLanguage FROM Win32_OperatingSystem WHERE OsLanguage='{code}'");
        Some(ExpressionKind::Wmi {
            namespace: Spanned::new("root\\cimv2".to_owned(), node.span()),
            query: Spanned::new(query, node.span()),
        })
    }

    /// Reports a property that a small set of items does not have.
    pub(super) fn unknown_of(&mut self, name: &str, span: Span, known: &[&str], owner: &str) {
        let mut finding = Finding::new(
            Code::UnknownProperty,
            span,
            format!("{owner} has no `{name}`"),
        )
        .help(format!("it has {}", known.join(", ")));
        if let Some(near) = nearest(name, known.iter().copied()) {
            finding = finding.label(format!("did you mean `{near}`?")).unsafe_fix(
                format!("write `{near}`"),
                span,
                near,
            );
        }
        self.report(finding);
    }

    fn os(&mut self, node: Node<'_>) -> Option<Operand> {
        let entries: Vec<_> = node.children_of(SyntaxKind::OsEntry).collect();
        let systems: Vec<Platform> = entries
            .into_iter()
            .filter_map(|entry| self.os_entry(entry))
            .collect();
        if systems.is_empty() {
            if node.children_of(SyntaxKind::OsEntry).next().is_none() {
                self.error(
                    Code::EmptyText,
                    node.span(),
                    "an `os` condition names at least one operating system",
                );
            }
            return None;
        }
        Some(Operand::Os(OsCondition {
            systems,
            span: node.span(),
        }))
    }

    fn os_entry(&mut self, node: Node<'_>) -> Option<Platform> {
        let name = self.first_text(node)?;
        let known = platform(&name.value);
        let Some(items) = node.child(SyntaxKind::Items) else {
            return known.cloned().or_else(|| {
                self.unknown_platform(&name, OS_SPELLED_OUT);
                None
            });
        };
        let newer = newer_range(&name.value, items);
        let mut platform = newer.or(known).cloned().unwrap_or(Platform {
            name: name.value.clone(),
            arch: String::new(),
            min_version: String::new(),
            max_version: String::new(),
            kind: "Win_NT".to_owned(),
            queries: Vec::new(),
        });
        for item in items.children_of(SyntaxKind::Property) {
            let key = item.child(SyntaxKind::Name)?;
            let value = item
                .children()
                .filter(|child| child.kind().is_value())
                .last()?;
            match key.text() {
                "arch" => platform.arch = self.text(value)?,
                "type" => platform.kind = self.text(value)?,
                "min_version" => platform.min_version = self.text(value)?,
                "max_version" => platform.max_version = self.text(value)?,
                "queries" => {
                    let ConstantValue::List(queries) = self.constant(value, Bare::Defined)? else {
                        self.error(
                            Code::WrongType,
                            value.span(),
                            "`queries` takes a list of texts",
                        );
                        return None;
                    };
                    platform.queries = queries
                        .into_iter()
                        .filter_map(|(query, _)| query.inserted())
                        .collect();
                }
                other => {
                    let known = ["arch", "max_version", "min_version", "queries", "type"];
                    self.unknown_of(other, key.span(), &known, "an operating system");
                }
            }
        }
        if platform.queries.is_empty() {
            self.error(
                Code::MissingProperty,
                node.span(),
                "an operating system is recognised by at least one query: `queries: [\"…\"]`",
            );
            return None;
        }
        Some(platform)
    }

    /// Reports a name that the table of operating systems does not have; `spelling` is how another
    /// one is written.
    pub(super) fn unknown_platform(&mut self, name: &Spanned<String>, spelling: &str) {
        if is_name_only(&name.value) {
            let message = format!("nobody has published how `{}` is recognised", name.value);
            let finding = Finding::new(Code::UnknownPlatform, name.span, message);
            self.report(finding.label("a name without queries").help(format!(
                "the site knows it: `Get-CMSupportedPlatform -Name '…'` shows DisplayText, OSPlatform, the versions, and in Condition the queries; spell them out: {spelling}",
            )));
            return;
        }
        let names = platforms().iter().map(|known| known.platform.name.as_str());
        let mut finding = Finding::new(
            Code::UnknownPlatform,
            name.span,
            format!("there is no operating system `{}` in the table", name.value),
        )
        .help(format!(
            "`tasq vocabulary platforms` lists the names; another one is spelled out: {spelling}"
        ));
        if let Some(near) = nearest(&name.value, names) {
            finding = finding
                .label(format!("did you mean \"{near}\"?"))
                .unsafe_fix(
                    format!("write \"{near}\""),
                    name.span,
                    format!("\"{near}\""),
                );
        }
        self.report(finding);
    }
}

/// The system of the table that newer sites have under a name, where the items give its range.
fn newer_range(name: &str, items: Node<'_>) -> Option<&'static Platform> {
    let is_max = |item: &Node<'_>| {
        let key = item.child(SyntaxKind::Name);
        key.is_some_and(|key| key.text() == "max_version")
    };
    let item = items.children_of(SyntaxKind::Property).find(is_max)?;
    let values = item.children().filter(|child| child.kind().is_value());
    let max = syntax::unquote(values.last()?.text())?.into_owned();
    platform_up_to(name, &max)
}

/// How an operating system is written that the table does not have.
const OS_SPELLED_OUT: &str =
    "os \"NAME\" < arch: …, min_version: …, max_version: …, queries: […] >";

/// The syntax of a condition type.
fn syntax_of(keyword: ConditionKeyword) -> &'static [SyntaxKind] {
    match keyword {
        ConditionKeyword::Variable => &[SyntaxKind::Comparison, SyntaxKind::ExistsTest],
        ConditionKeyword::File => &[SyntaxKind::FileTest],
        ConditionKeyword::Folder => &[SyntaxKind::FolderTest],
        ConditionKeyword::Registry => &[SyntaxKind::RegistryTest],
        ConditionKeyword::Wmi => &[SyntaxKind::WmiTest],
        ConditionKeyword::Software => &[SyntaxKind::SoftwareTest],
        ConditionKeyword::Os => &[SyntaxKind::OsTest],
        ConditionKeyword::OsLanguage => &[SyntaxKind::OsLanguageTest],
        ConditionKeyword::MakeModel => &[SyntaxKind::MakeTest],
        ConditionKeyword::Computer => &[SyntaxKind::ComputerTest],
        ConditionKeyword::Gateway => &[SyntaxKind::GatewayTest],
    }
}

/// The condition type that a node spells.
pub(super) fn keyword_of(kind: SyntaxKind) -> Option<ConditionKeyword> {
    let mut all = ConditionKeyword::ALL.iter().copied();
    all.find(|keyword| syntax_of(*keyword).contains(&kind))
}

/// A whole number as run-time comparisons read one: sign and digits, blanks around them ignored.
fn is_integer(text: &str) -> bool {
    let digits = text.trim().trim_start_matches(['+', '-']);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
