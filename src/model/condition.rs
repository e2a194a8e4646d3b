//! Conditions and the rules of Set Dynamic Variables.

use super::{Assigned, Override, Pair, RawXml, Spanned};
use crate::{source::Span, vocabulary::ConditionKeyword};

/// All operands must hold; there may be one, several or none.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// What stands directly in the condition.
    pub operands: Vec<Operand>,
    /// Its place.
    pub span: Span,
}

/// How an operator joins its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Junction {
    /// All: every one holds.
    And,
    /// Any: at least one holds.
    Or,
    /// None: not one holds.
    Not,
}

impl Junction {
    /// The XML's word.
    pub fn xml(self) -> &'static str {
        match self {
            Junction::And => "and",
            Junction::Or => "or",
            Junction::Not => "not",
        }
    }

    /// The word of an explanation.
    pub fn word(self) -> &'static str {
        match self {
            Junction::And => "all",
            Junction::Or => "any",
            Junction::Not => "none",
        }
    }
}

/// A part of a condition.
#[derive(Clone, Debug)]
pub enum Operand {
    /// All, Any or None of some operands.
    Operator {
        /// Which.
        junction: Junction,
        /// The operands; may be none.
        operands: Vec<Operand>,
        /// Its place.
        span: Span,
    },
    /// One test.
    Expression(Box<Expression>),
    /// One of several operating systems.
    Os(OsCondition),
    /// An element that Tasq has no words for.
    Xml(RawXml),
}

/// A test.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What is tested.
    pub kind: ExpressionKind,
    /// Where the XML is spelled otherwise.
    pub overrides: Vec<Spanned<Override>>,
    /// Its place.
    pub span: Span,
}

/// A comparison operator, in the XML's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the XML's word")]
pub enum Operator {
    Equals,
    NotEquals,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Like,
    NotLike,
    Exists,
    NotExists,
}

impl Operator {
    /// The XML's word.
    pub fn xml(self) -> &'static str {
        match self {
            Operator::Equals => "equals",
            Operator::NotEquals => "notEquals",
            Operator::Less => "less",
            Operator::LessEqual => "lessEqual",
            Operator::Greater => "greater",
            Operator::GreaterEqual => "greaterEqual",
            Operator::Like => "like",
            Operator::NotLike => "notLike",
            Operator::Exists => "exists",
            Operator::NotExists => "notExists",
        }
    }

    /// All operators.
    pub const ALL: [Operator; 10] = [
        Operator::Equals,
        Operator::NotEquals,
        Operator::Less,
        Operator::LessEqual,
        Operator::Greater,
        Operator::GreaterEqual,
        Operator::Like,
        Operator::NotLike,
        Operator::Exists,
        Operator::NotExists,
    ];

    /// The operator with this XML word.
    pub fn of_xml(word: &str) -> Option<Operator> {
        Operator::ALL
            .into_iter()
            .find(|operator| operator.xml() == word)
    }

    /// Whether it asks which of two values is the greater.
    pub fn is_order(self) -> bool {
        matches!(
            self,
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual
        )
    }

    /// Whether it compares by order or for being the same.
    pub fn is_comparison(self) -> bool {
        self.is_order() || matches!(self, Operator::Equals | Operator::NotEquals)
    }
}

/// A comparison with a version or time.
pub type VersionTest = (Operator, Spanned<String>);

/// What a test looks at.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// A task sequence variable.
    Variable {
        /// Its name.
        variable: Spanned<String>,
        /// The comparison.
        operator: Operator,
        /// What it is compared with; `None` for exists and notExists.
        value: Option<Spanned<String>>,
    },
    /// A file.
    File {
        /// Its path.
        path: Spanned<String>,
        /// A test of its version.
        version: Option<VersionTest>,
        /// A test of its time, as CIM datetime in UTC.
        modified: Option<VersionTest>,
    },
    /// A folder.
    Folder {
        /// Its path.
        path: Spanned<String>,
        /// A test of its time, as CIM datetime in UTC.
        modified: Option<VersionTest>,
    },
    /// A registry key or value.
    Registry {
        /// The key with its hive.
        key: Spanned<String>,
        /// The value's name; `None` for the key itself.
        value: Option<Spanned<String>>,
        /// The XML's type word.
        kind: String,
        /// The comparison.
        operator: Operator,
        /// What the data is compared with.
        data: Option<Spanned<String>>,
    },
    /// A WMI query that must give a row.
    Wmi {
        /// The namespace.
        namespace: Spanned<String>,
        /// The query.
        query: Spanned<String>,
    },
    /// A product installed by Windows Installer.
    Software {
        /// `AnyVersion` or `ThisVersion`.
        operator: String,
        /// The product code.
        product_code: Spanned<String>,
        /// The upgrade code.
        upgrade_code: Option<Spanned<String>>,
        /// The product's name.
        name: Option<Spanned<String>>,
        /// The product's version.
        version: Option<Spanned<String>>,
    },
}

impl ExpressionKind {
    /// Its word in the table of conditions.
    pub fn keyword(&self) -> ConditionKeyword {
        match self {
            ExpressionKind::Variable { .. } => ConditionKeyword::Variable,
            ExpressionKind::File { .. } => ConditionKeyword::File,
            ExpressionKind::Folder { .. } => ConditionKeyword::Folder,
            ExpressionKind::Registry { .. } => ConditionKeyword::Registry,
            ExpressionKind::Wmi { .. } => ConditionKeyword::Wmi,
            ExpressionKind::Software { .. } => ConditionKeyword::Software,
        }
    }

    /// Its variables and their texts.
    pub(super) fn pairs(&self) -> Vec<Pair<'_>> {
        let mut list = Vec::with_capacity(5);
        match self {
            ExpressionKind::Variable {
                variable,
                operator,
                value,
            } => {
                list.push(("Operator", operator.xml()));
                // An export writes the value even where the operator needs none.
                list.push(("Value", value.as_ref().map_or("", |value| &value.value)));
                list.push(("Variable", &variable.value));
            }
            ExpressionKind::File {
                path,
                version,
                modified,
            } => {
                list.push(("Path", &path.value));
                list.extend(bound(modified.as_ref(), ["DateTime", "DateTimeOperator"]));
                list.extend(bound(version.as_ref(), ["Version", "VersionOperator"]));
            }
            ExpressionKind::Folder { path, modified } => {
                list.push(("Path", &path.value));
                list.extend(bound(modified.as_ref(), ["DateTime", "DateTimeOperator"]));
            }
            ExpressionKind::Registry {
                key,
                value,
                kind,
                operator,
                data,
            } => {
                list.push(("KeyPath", &key.value));
                list.push(("Operator", operator.xml()));
                list.push(("Type", kind));
                list.extend(optional("Value", value.as_ref()));
                list.extend(optional("Data", data.as_ref()));
            }
            ExpressionKind::Wmi { namespace, query } => {
                list.push(("Namespace", &namespace.value));
                list.push(("Query", &query.value));
            }
            ExpressionKind::Software {
                operator,
                product_code,
                upgrade_code,
                name,
                version,
            } => {
                list.push(("Operator", operator));
                list.push(("ProductCode", &product_code.value));
                list.extend(optional("ProductName", name.as_ref()));
                list.extend(optional("UpgradeCode", upgrade_code.as_ref()));
                list.extend(optional("Version", version.as_ref()));
            }
        }
        list
    }

    /// Its texts in which `%NAME%` is a variable.
    pub fn expanded(&self) -> Vec<&Spanned<String>> {
        match self {
            ExpressionKind::Variable { value, .. } => value.iter().collect(),
            ExpressionKind::File { path, .. } | ExpressionKind::Folder { path, .. } => vec![path],
            ExpressionKind::Registry { key, data, .. } => {
                std::iter::once(key).chain(data).collect()
            }
            // `%` in a query is LIKE's; other texts are identifiers.
            ExpressionKind::Wmi { .. } | ExpressionKind::Software { .. } => Vec::new(),
        }
    }

    /// Its texts that have a place of their own.
    pub fn texts_mut(&mut self) -> Vec<&mut Spanned<String>> {
        match self {
            ExpressionKind::Variable {
                variable,
                operator: _,
                value,
            } => std::iter::once(variable).chain(value).collect(),
            ExpressionKind::File {
                path,
                version,
                modified,
            } => {
                let bounds = version.iter_mut().chain(modified);
                std::iter::once(path)
                    .chain(bounds.map(|(_, text)| text))
                    .collect()
            }
            ExpressionKind::Folder { path, modified } => {
                let bounds = modified.iter_mut().map(|(_, text)| text);
                std::iter::once(path).chain(bounds).collect()
            }
            ExpressionKind::Registry {
                key,
                value,
                kind: _,
                operator: _,
                data,
            } => std::iter::once(key).chain(value).chain(data).collect(),
            ExpressionKind::Wmi { namespace, query } => vec![namespace, query],
            ExpressionKind::Software {
                operator: _,
                product_code,
                upgrade_code,
                name,
                version,
            } => std::iter::once(product_code)
                .chain(upgrade_code)
                .chain(name)
                .chain(version)
                .collect(),
        }
    }
}

/// A variable that is there only with a text.
fn optional<'a>(name: &'static str, text: Option<&'a Spanned<String>>) -> Option<Pair<'a>> {
    text.map(|text| (name, text.value.as_str()))
}

/// The two variables of a test of a version or time: of its text, and of its operator.
fn bound<'a>(
    test: Option<&'a VersionTest>,
    [text_name, operator_name]: [&'static str; 2],
) -> impl Iterator<Item = Pair<'a>> {
    test.into_iter().flat_map(move |(operator, text)| {
        [
            (text_name, text.value.as_str()),
            (operator_name, operator.xml()),
        ]
    })
}

/// Any of several operating systems.
#[derive(Clone, Debug)]
pub struct OsCondition {
    /// The systems.
    pub systems: Vec<crate::vocabulary::Platform>,
    /// Its place.
    pub span: Span,
}

/// What a rule of Set Dynamic Variables asks.
#[derive(Clone, Debug)]
pub enum RuleTest {
    /// A test as in a condition; the console offers variable tests only.
    Expression(Expression),
    /// Make and model with `*` and `?`.
    MakeModel {
        /// The manufacturer.
        make: Spanned<String>,
        /// The model.
        model: Spanned<String>,
    },
    /// Any of four facts about the computer.
    Computer {
        /// Asset tag.
        asset_tag: String,
        /// Network address.
        mac_address: String,
        /// Serial number.
        serial_number: String,
        /// SMBIOS UUID.
        uuid: String,
    },
    /// The default gateway.
    Gateway {
        /// Its address.
        gateway: Spanned<String>,
    },
}

/// A rule: when its test holds, its variables are set.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `None` always holds.
    pub test: Option<RuleTest>,
    /// The variables in order.
    pub variables: Vec<Assigned>,
    /// Its place.
    pub span: Span,
}
