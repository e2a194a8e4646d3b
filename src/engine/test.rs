//! Conditions made ready: what the XML of each test says, with the names in its texts found and its
//! query read.

use super::{
    event::SharedText,
    expand::{Template, VariableName},
    stored,
};
use crate::{
    model::{Condition, Expression, Junction, Operand, Operator, OsCondition, Pair},
    vocabulary::{ConditionKeyword, Dialect, conditions},
    wql::{self, Query},
    xml::Document,
};

/// Deeper conditions are not looked into. A source can nest 200 levels, an export 256.
pub(super) const MAX_DEPTH: usize = 300;

/// A condition.
#[derive(Clone, Debug, Default)]
pub(super) struct PreparedCondition {
    pub operands: Vec<Clause>,
}

/// An operand.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub written: SharedText,
    pub kind: ClauseKind,
}

#[derive(Clone, Debug)]
pub(super) enum ClauseKind {
    Operator(Junction, Vec<Clause>),
    Test(Box<PreparedTest>),
}

/// A comparison of a version or a time.
pub(super) type Bound = (Operator, Template);

/// A query with what reading it gave.
#[derive(Clone, Debug)]
pub(super) struct ParsedQuery {
    pub text: Template,
    /// The query as it stands, or its first fault.
    pub read: Result<Query, String>,
}

impl ParsedQuery {
    pub fn new(text: &str) -> Self {
        ParsedQuery {
            text: Template::new(text),
            read: read_query(text),
        }
    }
}

pub(super) fn read_query(text: &str) -> Result<Query, String> {
    let parsed = wql::parse(text);
    parsed.query.ok_or_else(|| {
        parsed
            .faults
            .into_iter()
            .next()
            .map(|fault| fault.message)
            .unwrap_or_default()
    })
}

/// An architecture, empty for any, and a version that the running system is compared with.
#[derive(Clone, Debug)]
pub(super) struct SystemVersion {
    pub architecture: &'static str,
    pub bound: Option<(Operator, String)>,
}

/// What a test asks.
#[derive(Clone, Debug)]
pub(super) enum PreparedTest {
    Variable {
        name: VariableName,
        operator: Operator,
        value: Template,
    },
    Path {
        folder: bool,
        path: Template,
        version: Option<Bound>,
        modified: Option<Bound>,
    },
    Registry {
        key: Template,
        value: Option<Template>,
        kind: String,
        operator: Operator,
        data: Template,
    },
    Wmi {
        namespace: Template,
        query: ParsedQuery,
    },
    Software {
        any_version: bool,
        product: Template,
        upgrade: Template,
    },
    Os(Vec<(SharedText, Vec<ParsedQuery>)>),
    System(SystemVersion),
    /// Nothing that can be asked; the text says why.
    Opaque(String),
}

/// Makes a condition ready.
pub(super) fn condition(condition: &Condition, dialect: Dialect) -> PreparedCondition {
    PreparedCondition {
        operands: condition
            .operands
            .iter()
            .map(|operand| clause(operand, dialect, 0))
            .collect(),
    }
}

fn clause(operand: &Operand, dialect: Dialect, depth: usize) -> Clause {
    let opaque = |written: &str, why: String| Clause {
        written: written.into(),
        kind: ClauseKind::Test(Box::new(PreparedTest::Opaque(why))),
    };
    if depth > MAX_DEPTH {
        return opaque("…", "a condition nested this deep".to_owned());
    }
    match operand {
        Operand::Operator {
            junction, operands, ..
        } => {
            let operands = operands
                .iter()
                .map(|operand| clause(operand, dialect, depth + 1))
                .collect();
            Clause {
                written: junction.word().into(),
                kind: ClauseKind::Operator(*junction, operands),
            }
        }
        Operand::Expression(expression) => expression_clause(expression, dialect),
        Operand::Os(os) => os_clause(os),
        Operand::Xml(raw) => stored::operand(&raw.xml).unwrap_or_else(|| {
            let what = xml_class(&raw.xml).unwrap_or_else(|| "an element".to_owned());
            opaque(
                &format!("xml {what}"),
                format!("what {what} in XML's own words comes to"),
            )
        }),
    }
}

fn os_clause(os: &OsCondition) -> Clause {
    let names = os
        .systems
        .iter()
        .map(|system| format!("\"{}\"", system.name));
    let names: Vec<String> = names.collect();
    let written = match names.as_slice() {
        [name] => format!("os {name}"),
        names => format!("os [{}]", names.join(", ")),
    };
    let systems = os.systems.iter().map(|system| {
        let queries = system.queries.iter().map(|query| ParsedQuery::new(query));
        (SharedText::from(system.name.as_str()), queries.collect())
    });
    Clause {
        written: written.into(),
        kind: ClauseKind::Test(Box::new(PreparedTest::Os(systems.collect()))),
    }
}

/// The `type` of an element.
fn xml_class(xml: &str) -> Option<String> {
    let document = Document::parse(xml).ok()?;
    let class = document.root().attribute("type")?;
    Some(class.into_owned())
}

/// A test of a condition or a rule.
pub(super) fn expression_clause(expression: &Expression, dialect: Dialect) -> Clause {
    let stored = expression.stored(dialect);
    match stored.class() {
        Some(class) => test_clause(class, &stored.variables),
        None => Clause {
            written: "xml".into(),
            kind: ClauseKind::Test(Box::new(PreparedTest::Opaque(
                "what this test's XML means".to_owned(),
            ))),
        },
    }
}

/// A test of this class with these variables.
pub(super) fn test_clause(class: &str, variables: &[Pair<'_>]) -> Clause {
    let test = of_pairs(class, variables);
    Clause {
        written: written(&test, variables).into(),
        kind: ClauseKind::Test(Box::new(test)),
    }
}

/// What a test of this class with these variables asks.
fn of_pairs(class: &str, variables: &[Pair<'_>]) -> PreparedTest {
    let pairs = TestPairs(variables);
    let kind = conditions()
        .condition
        .iter()
        .find(|kind| kind.class == class);
    let Some(kind) = kind else {
        return PreparedTest::Opaque(format!("what {class} means"));
    };
    let test = match kind.keyword {
        ConditionKeyword::Variable => pairs.variable(),
        ConditionKeyword::File => pairs.path(false),
        ConditionKeyword::Folder => pairs.path(true),
        ConditionKeyword::Registry => pairs.registry(),
        // A language is stored as such a query.
        ConditionKeyword::Wmi | ConditionKeyword::OsLanguage => Ok(pairs.wmi()),
        ConditionKeyword::Software => Ok(pairs.software()),
        other @ (ConditionKeyword::Os
        | ConditionKeyword::MakeModel
        | ConditionKeyword::Computer
        | ConditionKeyword::Gateway) => Err(format!("what a {other} test means outside of a rule")),
    };
    test.unwrap_or_else(PreparedTest::Opaque)
}

/// The variables of a test. What a test asks, or why that is not known.
struct TestPairs<'a>(&'a [Pair<'a>]);

impl<'a> TestPairs<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        let mut pairs = self.0.iter();
        let pair = pairs.find(|(key, _)| key.eq_ignore_ascii_case(name));
        pair.map(|(_, text)| *text)
    }

    fn template(&self, name: &str) -> Template {
        Template::new(self.get(name).unwrap_or(""))
    }

    /// The operator of a comparison; an error where there is none or its word means nothing.
    fn operator(&self, name: &str) -> Result<Operator, String> {
        let word = self.get(name).unwrap_or("");
        operator_of(word).ok_or_else(|| format!("what the operator {word:?} means"))
    }

    /// A comparison that a test need not have.
    fn bound(&self, operator: &str, name: &str) -> Result<Option<Bound>, String> {
        let text = self.get(name).filter(|text| !text.is_empty());
        match text.filter(|_| self.get(operator).is_some()) {
            Some(text) => Ok(Some((self.operator(operator)?, Template::new(text)))),
            None => Ok(None),
        }
    }

    fn variable(&self) -> Result<PreparedTest, String> {
        Ok(PreparedTest::Variable {
            operator: self.operator("Operator")?,
            name: VariableName::new(self.get("Variable").unwrap_or("")),
            value: self.template("Value"),
        })
    }

    fn path(&self, folder: bool) -> Result<PreparedTest, String> {
        let version = if folder {
            None
        } else {
            self.bound("VersionOperator", "Version")?
        };
        Ok(PreparedTest::Path {
            folder,
            path: self.template("Path"),
            version,
            modified: self.bound("DateTimeOperator", "DateTime")?,
        })
    }

    fn registry(&self) -> Result<PreparedTest, String> {
        let operator = self.operator("Operator")?;
        if matches!(operator, Operator::Like | Operator::NotLike) {
            let word = self.get("Operator").unwrap_or("");
            return Err(format!("what the operator {word:?} means"));
        }
        Ok(PreparedTest::Registry {
            key: self.template("KeyPath"),
            value: self.get("Value").map(Template::new),
            kind: self.get("Type").unwrap_or("REG_SZ").trim().to_owned(),
            operator,
            data: self.template("Data"),
        })
    }

    fn wmi(&self) -> PreparedTest {
        let namespace = self.get("Namespace").filter(|text| !text.is_empty());
        PreparedTest::Wmi {
            namespace: Template::new(namespace.unwrap_or("root\\cimv2")),
            query: ParsedQuery::new(self.get("Query").unwrap_or("")),
        }
    }

    fn software(&self) -> PreparedTest {
        let word = self.get("Operator");
        PreparedTest::Software {
            any_version: word.is_some_and(|word| word.trim().eq_ignore_ascii_case("AnyVersion")),
            product: self.template("ProductCode"),
            upgrade: self.template("UpgradeCode"),
        }
    }
}

/// An operator's word in any case; the class page of the registry prints `nonExists`.
pub(super) fn operator_of(word: &str) -> Option<Operator> {
    let word = word.trim();
    let known = Operator::ALL
        .into_iter()
        .find(|operator| operator.xml().eq_ignore_ascii_case(word));
    known.or_else(|| {
        word.eq_ignore_ascii_case("nonExists")
            .then_some(Operator::NotExists)
    })
}

/// An operator in the words of the language.
pub(super) fn sign(operator: Operator) -> &'static str {
    let found = conditions()
        .operator
        .iter()
        .find(|known| known.xml == operator.xml());
    found.map_or("", |known| known.written.as_str())
}

/// A test in the words of the language, as short as an explanation wants it.
fn written(test: &PreparedTest, variables: &[Pair<'_>]) -> String {
    match test {
        PreparedTest::Variable {
            name,
            operator: operator @ (Operator::Exists | Operator::NotExists),
            ..
        } => format!("{} {}", sign(*operator), name.spelled),
        PreparedTest::Variable {
            name,
            operator,
            value,
        } => format!("{}{}", name.spelled, compared(*operator, value)),
        PreparedTest::Path {
            folder,
            path,
            version,
            modified,
        } => {
            let word = if *folder { "folder" } else { "file" };
            let version = written_bound("version", version.as_ref());
            let modified = written_bound("modified", modified.as_ref());
            format!("{word} \"{}\"{version}{modified}", path.source())
        }
        PreparedTest::Registry {
            key,
            value,
            operator,
            data,
            ..
        } => {
            let value = value.as_ref();
            let value = value.map(|value| format!(" value \"{}\"", value.source()));
            let compared = match operator {
                Operator::Exists | Operator::NotExists => format!(" {}", sign(*operator)),
                _ => compared(*operator, data),
            };
            let value = value.unwrap_or_default();
            format!("registry \"{}\"{value}{compared}", key.source())
        }
        PreparedTest::Wmi { namespace, query } => {
            written_query(namespace.source(), query.text.source())
        }
        PreparedTest::Software {
            any_version: false,
            product,
            ..
        } => format!("software \"{}\"", product.source()),
        PreparedTest::Software { upgrade, .. } => {
            format!("software any version of \"{}\"", upgrade.source())
        }
        PreparedTest::Os(_) | PreparedTest::System(_) => "os".to_owned(),
        PreparedTest::Opaque(_) => telling_values(variables),
    }
}

/// A comparison that a test need not have, with a blank before it.
fn written_bound(word: &str, bound: Option<&Bound>) -> String {
    bound.map_or_else(String::new, |(operator, text)| {
        format!(" {word}{}", compared(*operator, text))
    })
}

/// A query, and its namespace where it is not the usual one.
pub(super) fn written_query(namespace: &str, query: &str) -> String {
    if namespace.eq_ignore_ascii_case("root\\cimv2") {
        format!("wmi \"{query}\"")
    } else {
        format!("wmi \"{query}\" in \"{namespace}\"")
    }
}

/// An operator and what it compares with.
fn compared(operator: Operator, text: &Template) -> String {
    format!(" {} \"{}\"", sign(operator), text.source())
}

/// What says most of a test that is not understood.
fn telling_values(variables: &[Pair<'_>]) -> String {
    let get = |name: &str| {
        let pair = variables.iter().find(|(key, _)| *key == name);
        pair.map_or("", |(_, text)| *text)
    };
    let mut words = ["Variable", "Path", "KeyPath", "Operator", "Value", "Data"]
        .map(get)
        .to_vec();
    words.retain(|word| !word.is_empty());
    words.join(" ")
}
