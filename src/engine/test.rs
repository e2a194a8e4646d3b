//! Conditions made ready: what the XML of each test says, with the names in its texts found and its
//! query read.

use super::{
    event::SharedText,
    expand::{Template, VariableName},
};
use crate::{
    model::{Condition, Expression, Junction, Operand, Operator, Pair},
    vocabulary::{Dialect, conditions},
    wql::{self, Query},
    xml::Document,
};

/// Deeper conditions are not looked into. A source can nest 200 levels, an export 256.
const MAX_DEPTH: usize = 300;

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
            let word = match junction {
                Junction::And => "all",
                Junction::Or => "any",
                Junction::Not => "none",
            };
            let operands = operands
                .iter()
                .map(|operand| clause(operand, dialect, depth + 1))
                .collect();
            Clause {
                written: word.into(),
                kind: ClauseKind::Operator(*junction, operands),
            }
        }
        Operand::Expression(expression) => expression_clause(expression, dialect),
        Operand::Os(os) => {
            let names: Vec<String> = os
                .systems
                .iter()
                .map(|system| format!("\"{}\"", system.name))
                .collect();
            let written = if names.len() == 1 {
                format!("os {}", names[0])
            } else {
                format!("os [{}]", names.join(", "))
            };
            let systems = os.systems.iter().map(|system| {
                (
                    SharedText::from(system.name.as_str()),
                    system
                        .queries
                        .iter()
                        .map(|query| ParsedQuery::new(query))
                        .collect(),
                )
            });
            Clause {
                written: written.into(),
                kind: ClauseKind::Test(Box::new(PreparedTest::Os(systems.collect()))),
            }
        }
        Operand::Xml(raw) => {
            let element = Document::parse(&raw.xml).ok();
            let class = element.as_ref().and_then(|document| {
                document
                    .root()
                    .attribute("type")
                    .map(std::borrow::Cow::into_owned)
            });
            let what = class.unwrap_or_else(|| "an element".to_owned());
            opaque(
                &format!("xml {what}"),
                format!("what {what} in XML's own words comes to"),
            )
        }
    }
}

/// A test of a condition or a rule.
pub(super) fn expression_clause(expression: &Expression, dialect: Dialect) -> Clause {
    let stored = expression.stored(dialect);
    let (test, written) = match stored.class() {
        Some(class) => {
            let test = of_pairs(class, &stored.variables);
            let written = written(&test, &stored.variables);
            (test, written)
        }
        None => {
            let test = PreparedTest::Opaque("what this test's XML means".to_owned());
            (test, "xml".to_owned())
        }
    };
    Clause {
        written: written.into(),
        kind: ClauseKind::Test(Box::new(test)),
    }
}

/// What a test of this class with these variables asks.
fn of_pairs(class: &str, variables: &[Pair<'_>]) -> PreparedTest {
    let get = |name: &str| {
        variables
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, text)| *text)
    };
    let template = |name: &str| Template::new(get(name).unwrap_or(""));
    let Some(kind) = conditions()
        .condition
        .iter()
        .find(|kind| kind.class == class)
    else {
        return PreparedTest::Opaque(format!("what {class} means"));
    };
    let operator = |name: &str| get(name).map(operator_of);
    let bound = |operator_name: &str, name: &str| -> Result<Option<Bound>, String> {
        match (operator(operator_name), get(name)) {
            (Some(None), Some(text)) if !text.is_empty() => Err(format!(
                "what the operator {:?} means",
                get(operator_name).unwrap_or("")
            )),
            (Some(Some(operator)), Some(text)) if !text.is_empty() => {
                Ok(Some((operator, Template::new(text))))
            }
            _ => Ok(None),
        }
    };
    let unknown = || {
        PreparedTest::Opaque(format!(
            "what the operator {:?} means",
            get("Operator").unwrap_or("")
        ))
    };
    match kind.keyword.as_str() {
        "variable" => match operator("Operator") {
            Some(Some(operator)) => PreparedTest::Variable {
                name: VariableName::new(get("Variable").unwrap_or("")),
                operator,
                value: template("Value"),
            },
            _ => unknown(),
        },
        "file" | "folder" => {
            let folder = kind.keyword == "folder";
            let version = if folder {
                Ok(None)
            } else {
                bound("VersionOperator", "Version")
            };
            match (version, bound("DateTimeOperator", "DateTime")) {
                (Ok(version), Ok(modified)) => PreparedTest::Path {
                    folder,
                    path: template("Path"),
                    version,
                    modified,
                },
                (Err(why), _) | (_, Err(why)) => PreparedTest::Opaque(why),
            }
        }
        "registry" => match operator("Operator") {
            Some(Some(operator)) if !matches!(operator, Operator::Like | Operator::NotLike) => {
                PreparedTest::Registry {
                    key: template("KeyPath"),
                    value: get("Value").map(Template::new),
                    kind: get("Type").unwrap_or("REG_SZ").to_owned(),
                    operator,
                    data: template("Data"),
                }
            }
            _ => unknown(),
        },
        "wmi" => PreparedTest::Wmi {
            namespace: Template::new(
                get("Namespace")
                    .filter(|text| !text.is_empty())
                    .unwrap_or("root\\cimv2"),
            ),
            query: ParsedQuery::new(get("Query").unwrap_or("")),
        },
        "software" => {
            let any_version =
                get("Operator").is_some_and(|word| word.eq_ignore_ascii_case("AnyVersion"));
            PreparedTest::Software {
                any_version,
                product: template("ProductCode"),
                upgrade: template("UpgradeCode"),
            }
        }
        other => PreparedTest::Opaque(format!("what a {other} test means outside of a rule")),
    }
}

/// An operator's word in any case; the class page of the registry prints `nonExists`.
fn operator_of(word: &str) -> Option<Operator> {
    let known = Operator::ALL
        .into_iter()
        .find(|operator| operator.xml().eq_ignore_ascii_case(word));
    known.or_else(|| {
        word.eq_ignore_ascii_case("nonExists")
            .then_some(Operator::NotExists)
    })
}

/// An operator in the words of the language.
fn sign(operator: Operator) -> &'static str {
    let found = conditions()
        .operator
        .iter()
        .find(|known| known.xml == operator.xml());
    found.map_or("", |known| known.written.as_str())
}

/// A test in the words of the language, as short as an explanation wants it.
fn written(test: &PreparedTest, variables: &[Pair<'_>]) -> String {
    let get = |name: &str| {
        variables
            .iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, text)| *text)
    };
    let bounds = |out: &mut String, word: &str, bound: &Option<Bound>| {
        if let Some((operator, text)) = bound {
            out.push_str(&format!(
                " {word} {} \"{}\"",
                sign(*operator),
                text.source()
            ));
        }
    };
    match test {
        PreparedTest::Variable {
            name,
            operator: operator @ (Operator::Exists | Operator::NotExists),
            ..
        } => {
            format!("{} {}", sign(*operator), name.spelled)
        }
        PreparedTest::Variable {
            name,
            operator,
            value,
        } => {
            format!(
                "{} {} \"{}\"",
                name.spelled,
                sign(*operator),
                value.source()
            )
        }
        PreparedTest::Path {
            folder,
            path,
            version,
            modified,
        } => {
            let mut out = format!(
                "{} \"{}\"",
                if *folder { "folder" } else { "file" },
                path.source()
            );
            bounds(&mut out, "version", version);
            bounds(&mut out, "modified", modified);
            out
        }
        PreparedTest::Registry {
            key,
            value,
            operator,
            data,
            ..
        } => {
            let mut out = format!("registry \"{}\"", key.source());
            if let Some(value) = value {
                out.push_str(&format!(" value \"{}\"", value.source()));
            }
            match operator {
                Operator::Exists | Operator::NotExists => {
                    out.push_str(&format!(" {}", sign(*operator)));
                }
                _ => out.push_str(&format!(" {} \"{}\"", sign(*operator), data.source())),
            }
            out
        }
        PreparedTest::Wmi { namespace, query }
            if namespace.source().eq_ignore_ascii_case("root\\cimv2") =>
        {
            format!("wmi \"{}\"", query.text.source())
        }
        PreparedTest::Wmi { namespace, query } => format!(
            "wmi \"{}\" in \"{}\"",
            query.text.source(),
            namespace.source()
        ),
        PreparedTest::Software {
            any_version: false,
            product,
            ..
        } => format!("software \"{}\"", product.source()),
        PreparedTest::Software { upgrade, .. } => {
            format!("software any version of \"{}\"", upgrade.source())
        }
        PreparedTest::Os(_) => "os".to_owned(),
        PreparedTest::Opaque(_) => {
            let words = ["Variable", "Path", "KeyPath", "Operator", "Value", "Data"].map(get);
            words
                .into_iter()
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        }
    }
}
