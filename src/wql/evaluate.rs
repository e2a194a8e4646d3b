//! A query against known facts: would it give a row?
//!
//! Three-valued: what is not known makes a part undecided, and an undecided part decides nothing
//! unless the others settle it without it. The caller puts task sequence variables into the query's
//! text first; one that is left is not known.

use std::{
    fmt::{self, Display, Formatter},
    ops::Range,
    sync::Arc,
};

use super::{
    ast::{Query, Select, WqlComparison, WqlExpression, WqlLiteral, WqlOperand, WqlOperator},
    compare::{Compared, compare},
    facts::{ClassFacts, PropertyValue, Row, Rows},
};

/// The answer to a query or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryVerdict {
    /// It holds; for a query: there is a row.
    Holds,
    /// It does not.
    Fails,
    /// What is known does not tell.
    Undecided,
}

/// The answer with its explanation, as data.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryOutcome {
    /// Whether the query gives a row.
    pub verdict: QueryVerdict,
    /// The rows that decided: the one that fits; all of them if none fits; those that may fit if it
    /// is undecided.
    pub rows: Vec<RowOutcome>,
    /// Facts that would have been needed, each once.
    pub missing: Vec<Missing>,
    /// What else kept the query from being decided.
    pub reason: Option<Reason>,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct RowOutcome {
    /// Which row, from 0, in the order they were given.
    pub index: usize,
    /// Whether it fits.
    pub verdict: QueryVerdict,
    /// The comparisons that decided it; empty for a query without `WHERE`.
    pub parts: Vec<ComparisonOutcome>,
}

/// A comparison and what it came to.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonOutcome {
    /// The comparison, in normal spelling.
    pub written: Arc<str>,
    /// Its bytes in the query.
    pub range: Range<usize>,
    /// Its property; empty where there is none.
    pub property: String,
    /// The value of its property.
    pub found: PropertyValue,
    /// What it came to, by itself.
    pub verdict: QueryVerdict,
    /// Its properties whose values nobody gave.
    pub missing: Vec<String>,
    /// Why it is undecided, or that a value that is not there was compared.
    pub reason: Option<Reason>,
}

/// A fact that nobody gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The namespace.
    pub namespace: String,
    /// The class.
    pub class: String,
    /// The property; `None` if nothing is known of the class.
    pub property: Option<String>,
}

/// Why something is undecided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A fact is missing; [`QueryOutcome::missing`] names it.
    Missing,
    /// A task sequence variable stands in the query.
    Variable(String),
    /// An association query.
    Association,
    /// A value that is not there is compared, and what WMI makes of it is not documented.
    Null,
    /// Values whose comparison is not documented.
    Comparison(&'static str),
}

/// Asks whether a query gives a row.
pub fn evaluate(query: &Query, namespace: &str, rows: &dyn Rows) -> QueryOutcome {
    let undecided = |reason| QueryOutcome {
        verdict: QueryVerdict::Undecided,
        rows: Vec::new(),
        missing: Vec::new(),
        reason: Some(reason),
    };
    let select = match query {
        Query::Select(select) => select,
        Query::Association { .. } => return undecided(Reason::Association),
        Query::Inserted { text } => {
            let name = super::lexer::insertion(text.trim_start()).map_or("", |(name, _)| name);
            return undecided(Reason::Variable(name.to_owned()));
        }
    };
    if let Some(variable) = &select.class.inserted {
        return undecided(Reason::Variable(variable.clone()));
    }
    let class = &select.class.text;
    let mut outcome = QueryOutcome {
        missing: vec![Missing {
            namespace: namespace.to_owned(),
            class: class.clone(),
            property: None,
        }],
        ..undecided(Reason::Missing)
    };
    let narrowed = select
        .condition
        .as_ref()
        .and_then(|condition| rows.narrowed(namespace, class, &|| condition.to_string()));
    match narrowed {
        Some(ClassFacts::Rows(rows)) => outcome = of_rows(select, namespace, &rows),
        Some(ClassFacts::Unknown) => {}
        None => rows.look(namespace, class, &mut |rows| {
            if let Some(rows) = rows {
                outcome = of_rows(select, namespace, rows);
            }
        }),
    }
    outcome
}

fn of_rows(select: &Select, namespace: &str, rows: &[Row]) -> QueryOutcome {
    let all: Vec<RowOutcome> = rows
        .iter()
        .enumerate()
        .map(|(index, row)| of_row(select, index, row))
        .collect();
    let has = |verdict| all.iter().any(|row| row.verdict == verdict);
    let verdict = if has(QueryVerdict::Holds) {
        QueryVerdict::Holds
    } else if has(QueryVerdict::Undecided) {
        QueryVerdict::Undecided
    } else {
        QueryVerdict::Fails
    };
    let mut rows: Vec<RowOutcome> = all
        .into_iter()
        .filter(|row| row.verdict == verdict)
        .collect();
    // One row is enough.
    if verdict == QueryVerdict::Holds {
        rows.truncate(1);
    }
    let mut missing: Vec<Missing> = Vec::new();
    let undecided = verdict == QueryVerdict::Undecided;
    for property in rows
        .iter()
        .flat_map(|row| &row.parts)
        .flat_map(|part| &part.missing)
        .filter(|_| undecided)
    {
        let class = select.class.text.clone();
        let one = Missing {
            namespace: namespace.to_owned(),
            class,
            property: Some(property.clone()),
        };
        if !missing.contains(&one) {
            missing.push(one);
        }
    }
    let reason = rows
        .iter()
        .flat_map(|row| &row.parts)
        .find_map(|part| part.reason.clone())
        .filter(|_| undecided);
    QueryOutcome {
        verdict,
        rows,
        missing,
        reason,
    }
}

fn of_row(select: &Select, index: usize, row: &Row) -> RowOutcome {
    let Some(condition) = &select.condition else {
        return RowOutcome {
            index,
            verdict: QueryVerdict::Holds,
            parts: Vec::new(),
        };
    };
    let (truth, parts) = expression(condition, row, false);
    RowOutcome {
        index,
        verdict: truth.verdict(),
        parts,
    }
}

/// The truth values that something may have, as a set: a part whose facts are missing may have any.
/// WMI may or may not know a third value for comparisons with NULL; both are kept until they come
/// to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Truth {
    yes: bool,
    neither: bool,
    no: bool,
}

impl Truth {
    const YES: Truth = Truth {
        yes: true,
        neither: false,
        no: false,
    };
    const NO: Truth = Truth {
        yes: false,
        neither: false,
        no: true,
    };
    const ANY: Truth = Truth {
        yes: true,
        neither: true,
        no: true,
    };

    fn not(self) -> Truth {
        Truth {
            yes: self.no,
            neither: self.neither,
            no: self.yes,
        }
    }

    fn and(self, other: Truth) -> Truth {
        Truth {
            yes: self.yes && other.yes,
            neither: (self.neither && (other.yes || other.neither))
                || (other.neither && (self.yes || self.neither)),
            no: self.no || other.no,
        }
    }

    /// A row fits if its condition is true; false and "neither" leave it out alike.
    fn verdict(self) -> QueryVerdict {
        match self {
            Truth::YES => QueryVerdict::Holds,
            Truth { yes: false, .. } => QueryVerdict::Fails,
            _ => QueryVerdict::Undecided,
        }
    }
}

/// The truth of an expression, and the comparisons that settle it. `negated` says that it stands
/// below a `NOT`. Recursion ends: a query nests at most [`MAX_DEPTH`](super::MAX_DEPTH) levels.
fn expression(
    expression: &WqlExpression,
    row: &Row,
    negated: bool,
) -> (Truth, Vec<ComparisonOutcome>) {
    match expression {
        WqlExpression::All(parts) => chain(parts, row, negated, false),
        // `a OR b` is `NOT (NOT a AND NOT b)`.
        WqlExpression::Any(parts) => {
            let (truth, parts) = chain(parts, row, !negated, true);
            (truth.not(), parts)
        }
        WqlExpression::Not(part) => {
            let (truth, parts) = self::expression(part, row, !negated);
            (truth.not(), parts)
        }
        WqlExpression::Test(test) => {
            let (truth, part) = self::test(test, row);
            (truth, vec![part])
        }
        WqlExpression::Inserted(name) => {
            let reason = Some(Reason::Variable(name.inserted.clone().unwrap_or_default()));
            (
                Truth::ANY,
                vec![part(
                    name.to_string().into(),
                    &name.range,
                    PropertyValue::Unknown,
                    Truth::ANY,
                    reason,
                )],
            )
        }
    }
}

/// All of some parts, each turned round first if asked for. `negated` is what stands above the
/// chain itself.
fn chain(
    parts: &[WqlExpression],
    row: &Row,
    negated: bool,
    turned: bool,
) -> (Truth, Vec<ComparisonOutcome>) {
    let each: Vec<(Truth, Vec<ComparisonOutcome>)> = parts
        .iter()
        .map(|part| {
            let (truth, parts) = expression(part, row, negated != turned);
            (if turned { truth.not() } else { truth }, parts)
        })
        .collect();
    let whole = each
        .iter()
        .fold(Truth::YES, |whole, (truth, _)| whole.and(*truth));
    // One part that cannot be true settles the whole, and below a `NOT` one that is surely false.
    let settles = |truth: &Truth| {
        if negated {
            *truth == Truth::NO
        } else {
            !truth.yes
        }
    };
    if let Some((_, parts)) = each.iter().find(|(truth, _)| settles(truth)) {
        return (whole, parts.clone());
    }
    let decided = if negated {
        !whole.no
    } else {
        whole == Truth::YES
    };
    let open = |truth: &Truth| decided || *truth != Truth::YES;
    (
        whole,
        each.into_iter()
            .filter(|(truth, _)| open(truth))
            .flat_map(|(_, parts)| parts)
            .collect(),
    )
}

fn part(
    written: Arc<str>,
    range: &Range<usize>,
    found: PropertyValue,
    truth: Truth,
    reason: Option<Reason>,
) -> ComparisonOutcome {
    let (range, property, missing) = (range.clone(), String::new(), Vec::new());
    ComparisonOutcome {
        written,
        range,
        property,
        found,
        verdict: truth.verdict(),
        missing,
        reason,
    }
}

fn test(test: &WqlComparison, row: &Row) -> (Truth, ComparisonOutcome) {
    let (left, operator, right) = property_first(test);
    let done = |truth, found, reason| {
        (
            truth,
            part(test.written.clone(), &test.range, found, truth, reason),
        )
    };
    if let Some(variable) = [left, right].into_iter().find_map(inserted_variable) {
        return done(
            Truth::ANY,
            PropertyValue::Unknown,
            Some(Reason::Variable(variable)),
        );
    }
    let WqlOperand::Property(property) = left else {
        let reason = Reason::Comparison("no side is a property");
        return done(Truth::ANY, PropertyValue::Unknown, Some(reason));
    };
    let done = |truth, found, reason| {
        let (truth, part) = done(truth, found, reason);
        (
            truth,
            ComparisonOutcome {
                property: property.text.clone(),
                ..part
            },
        )
    };
    let found = row.property(&property.text);
    let mut missing: Vec<String> = Vec::new();
    if found == PropertyValue::Unknown {
        missing.push(property.text.clone());
    }
    let constant = match right {
        WqlOperand::Constant(literal) => Some(literal.value.clone()),
        WqlOperand::Property(other) => {
            let fact = row.property(&other.text);
            if fact == PropertyValue::Unknown {
                missing.push(other.text.clone());
            }
            // A date's text is compared as a date only with a date.
            let alike = matches!(fact, PropertyValue::DateTime(_))
                == matches!(found, PropertyValue::DateTime(_));
            constant(&fact).filter(|_| alike)
        }
        WqlOperand::Inserted(_) => None,
    };
    if !missing.is_empty() {
        let (truth, part) = done(Truth::ANY, found, Some(Reason::Missing));
        return (truth, ComparisonOutcome { missing, ..part });
    }
    let Some(constant) = constant else {
        let reason = Reason::Comparison("two properties that cannot be compared here");
        return done(Truth::ANY, found, Some(reason));
    };
    let (truth, reason) = truth_of(compare(&found, operator, &constant));
    done(truth, found, reason)
}

/// The sides of a test, the property left wherever it is compared with a constant.
fn property_first(test: &WqlComparison) -> (&WqlOperand, WqlOperator, &WqlOperand) {
    match (&test.left, &test.right) {
        (WqlOperand::Constant(_), other) => (other, test.operator.mirrored(), &test.left),
        (left, right) => (left, test.operator, right),
    }
}

/// The variable whose text stands in an operand's name.
fn inserted_variable(operand: &WqlOperand) -> Option<String> {
    match operand {
        WqlOperand::Property(name) | WqlOperand::Inserted(name) => name.inserted.clone(),
        WqlOperand::Constant(_) => None,
    }
}

/// What a comparison makes of its test, and why that is not plainly yes or no.
fn truth_of(compared: Compared) -> (Truth, Option<Reason>) {
    match compared {
        Compared::Known(true) => (Truth::YES, None),
        Compared::Known(false) => (Truth::NO, None),
        Compared::Null(plain) => {
            let truth = Truth {
                yes: plain,
                neither: true,
                no: !plain,
            };
            (truth, Some(Reason::Null))
        }
        Compared::Never(reason) => {
            let truth = Truth {
                yes: false,
                neither: true,
                no: true,
            };
            (truth, Some(Reason::Comparison(reason)))
        }
        Compared::Undecided(reason) => (Truth::ANY, Some(Reason::Comparison(reason))),
    }
}

/// A property's value in the place of a constant. That of one without a value is not among them:
/// what two of those are to each other is not documented.
fn constant(fact: &PropertyValue) -> Option<WqlLiteral> {
    match fact {
        PropertyValue::Text(text) => Some(WqlLiteral::Text(text.clone())),
        PropertyValue::Integer(value) => Some(WqlLiteral::Integer(*value)),
        PropertyValue::Real(value) => Some(WqlLiteral::Real(*value)),
        PropertyValue::Boolean(value) => Some(WqlLiteral::Boolean(*value)),
        PropertyValue::DateTime(text) => Some(WqlLiteral::Text(text.clone())),
        PropertyValue::Unknown | PropertyValue::Null | PropertyValue::Array(_) => None,
    }
}

impl Display for QueryVerdict {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            QueryVerdict::Holds => "true",
            QueryVerdict::Fails => "false",
            QueryVerdict::Undecided => "undecided",
        })
    }
}

impl Display for PropertyValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            PropertyValue::Unknown => f.write_str("not known"),
            PropertyValue::Null => f.write_str("NULL"),
            PropertyValue::Text(text) => write!(f, "'{text}'"),
            PropertyValue::Integer(value) => value.fmt(f),
            PropertyValue::Real(value) => write!(f, "{value:?}"),
            PropertyValue::Boolean(value) => f.write_str(if *value { "TRUE" } else { "FALSE" }),
            PropertyValue::DateTime(text) => f.write_str(text),
            PropertyValue::Array(values) => write!(f, "an array of {}", values.len()),
        }
    }
}

impl Display for ComparisonOutcome {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} — is {} → {}", self.written, self.found, self.verdict)
    }
}
