//! TQ0409, TQ0410: the queries of WMI conditions are read as WQL, and what looks like a slip in
//! them is told.

use std::ops::Range;

use crate::{
    diagnostic::{Code, Edit, Finding, Fix, Safety},
    lint::Facts,
    model::{Condition, ExpressionKind, Operand},
    source::{Sources, Span},
    wql::{
        self, Literal, Query, QueryFault, Replacement, WqlComparison, WqlExpression, WqlLiteral,
        WqlName, WqlOperator,
    },
};

/// Finds queries that WMI will not understand, and queries that probably ask something else than
/// was meant.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    facts.sequence.walk(&mut |node, _| {
        if let Some(condition) = node.common().and_then(|common| common.condition.as_ref()) {
            for asked in queries(condition) {
                asked.check(facts.sources, &mut findings);
            }
        }
    });
    findings
}

/// A query and where it stands: the span of its literal, or of the condition around it.
struct QueryInSource<'a> {
    query: &'a str,
    namespace: &'a str,
    span: Span,
}

fn queries(condition: &Condition) -> Vec<QueryInSource<'_>> {
    let mut found = Vec::new();
    // An explicit stack: a condition may be nested to any depth.
    let mut stack: Vec<&Operand> = condition.operands.iter().rev().collect();
    while let Some(operand) = stack.pop() {
        match operand {
            Operand::Operator { operands, .. } => stack.extend(operands.iter().rev()),
            Operand::Expression(expression) => {
                if let ExpressionKind::Wmi { namespace, query } = &expression.kind {
                    found.push(QueryInSource {
                        query: &query.value,
                        namespace: &namespace.value,
                        span: query.span,
                    });
                }
            }
            Operand::Os(condition) => {
                let queries = condition.systems.iter().flat_map(|system| &system.queries);
                found.extend(queries.map(|query| QueryInSource {
                    query,
                    namespace: "root\\cimv2",
                    span: condition.span,
                }));
            }
            Operand::Xml(_) => {}
        }
    }
    found
}

impl QueryInSource<'_> {
    fn check(&self, sources: &Sources, findings: &mut Vec<Finding>) {
        let place = self.place(sources.text(self.span));
        let parsed = wql::parse(self.query);
        findings.extend(
            parsed
                .faults
                .iter()
                .map(|fault| self.finding(Code::BadQuery, fault, place.as_ref())),
        );
        if let Some(Query::Select(select)) = &parsed.query {
            let mut slips = Vec::new();
            if is_cimv2(self.namespace)
                && let Some(near) = wql::classes::nearest_class(&select.class.text)
            {
                let message = format!("`{}` is no usual class of `root\\cimv2`", select.class.text);
                let range = select.class.range.clone();
                slips.push(slip(
                    range.clone(),
                    message,
                    format!("did you mean `{near}`?"),
                    range,
                    near.to_owned(),
                ));
            }
            if let Some(condition) = &select.condition {
                self.slips(condition, &mut slips);
            }
            findings.extend(
                slips
                    .iter()
                    .map(|slip| self.finding(Code::OddQuery, slip, place.as_ref())),
            );
        }
    }

    /// Slips in an expression; a query nests to a limited depth.
    fn slips(&self, expression: &WqlExpression, slips: &mut Vec<QueryFault>) {
        match expression {
            WqlExpression::All(parts) | WqlExpression::Any(parts) => {
                for part in parts {
                    self.slips(part, slips);
                }
            }
            WqlExpression::Not(part) => self.slips(part, slips),
            WqlExpression::Test(test) => slips.extend(self.slip(test)),
            WqlExpression::Inserted(_) => {}
        }
    }

    fn slip(&self, test: &WqlComparison) -> Option<QueryFault> {
        let wql::WqlOperand::Property(left) = &test.left else {
            return None;
        };
        let compares = matches!(test.operator, WqlOperator::Equal | WqlOperator::NotEqual);
        match &test.right {
            // Comparing two properties is possible; with `=` and one bare word the quotes were
            // forgotten.
            wql::WqlOperand::Property(name) if compares && !name.text.contains('.') => {
                Some(forgotten_quotes(name))
            }
            wql::WqlOperand::Constant(Literal {
                value: WqlLiteral::Text(text),
                range,
            }) => match test.operator {
                WqlOperator::Like if text.contains('*') && !text.contains(['%', '_', '[']) => {
                    Some(self.star_as_wildcard(range))
                }
                // With two of them it may be a task sequence variable.
                _ if compares
                    && (text.starts_with('%') || text.ends_with('%'))
                    && text.matches('%').count() == 1
                    && text.len() > 1 =>
                {
                    Some(percent_without_like(left, test.operator, range))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// `LIKE 'Latitude*'`.
    fn star_as_wildcard(&self, literal: &Range<usize>) -> QueryFault {
        let written = self.query.get(literal.clone()).unwrap_or("");
        slip(
            literal.clone(),
            "`*` is no wildcard of LIKE".to_owned(),
            "`%` stands for any text".to_owned(),
            literal.clone(),
            written.replace('*', "%"),
        )
    }

    /// Where the query begins in the source's text of its span, and the quote it stands in. `None`
    /// where the source spells it otherwise: with doubled quotes, insertions, or lines that are
    /// indented.
    fn place(&self, text: &str) -> Option<QueryPlace> {
        let mut found = text.match_indices(self.query);
        let (offset, _) = found.next()?;
        if self.query.is_empty() || found.next().is_some() || text.contains("${") {
            return None;
        }
        let before = text[..offset].chars().next_back();
        let after = text[offset + self.query.len()..].chars().next();
        let quote = before.filter(|quote| matches!(quote, '"' | '\'') && Some(*quote) == after);
        Some(QueryPlace { offset, quote })
    }

    fn finding(&self, code: Code, fault: &QueryFault, place: Option<&QueryPlace>) -> Finding {
        let finding = match place {
            Some(place) => Finding::new(code, place.span(self.span, &fault.range), &fault.message)
                .label(fault.expected.as_str()),
            None => {
                let before = self.query.get(..fault.range.start).unwrap_or(self.query);
                let at = format!("at character {} of the query", before.chars().count() + 1);
                let label = if fault.expected.is_empty() {
                    at
                } else {
                    format!("{at}: {}", fault.expected)
                };
                Finding::new(code, self.span, &fault.message).label(label)
            }
        };
        let finding = match &fault.help {
            Some(help) => finding.help(help.as_str()),
            None => finding,
        };
        match (place, &fault.replacement) {
            (Some(place), Some(replacement)) => finding.with_fix(place.fix(self.span, replacement)),
            _ => finding,
        }
    }
}

/// Where a query stands in the source's text of its span.
struct QueryPlace {
    offset: usize,
    quote: Option<char>,
}

impl QueryPlace {
    fn span(&self, literal: Span, range: &Range<usize>) -> Span {
        let at = |byte: usize| {
            u32::try_from(self.offset + byte).map_or(literal.end, |byte| literal.start + byte)
        };
        Span::new(literal.file, at(range.start), at(range.end))
    }

    fn fix(&self, literal: Span, replacement: &Replacement) -> Fix {
        let new = match self.quote {
            Some(quote) => replacement.new.replace(quote, &format!("{quote}{quote}")),
            None => replacement.new.clone(),
        };
        // However plain the slip: a query that failed until now is asked from then on, so a person
        // decides.
        let safety = Safety::Unsafe;
        Fix::new(
            &replacement.title,
            safety,
            vec![Edit {
                span: self.span(literal, &replacement.range),
                new,
            }],
        )
    }
}

/// `Manufacturer = Dell`.
fn forgotten_quotes(name: &WqlName) -> QueryFault {
    slip(
        name.range.clone(),
        format!("`{}` is taken for a property here", name.text),
        "a text stands in quotes".to_owned(),
        name.range.clone(),
        format!("'{}'", name.text),
    )
}

/// `Model = 'Latitude%'`.
fn percent_without_like(
    left: &WqlName,
    operator: WqlOperator,
    literal: &Range<usize>,
) -> QueryFault {
    let mut fault = slip(
        literal.clone(),
        format!("`%` is no wildcard behind `{}`", operator.written()),
        "compared letter by letter, the `%` too".to_owned(),
        left.range.end..literal.start,
        " LIKE ".to_owned(),
    );
    if operator == WqlOperator::NotEqual {
        fault.replacement = None;
        fault.help = Some(format!("write NOT {} LIKE …", left.text));
    }
    fault
}

fn slip(
    range: Range<usize>,
    message: String,
    expected: String,
    replaced: Range<usize>,
    new: String,
) -> QueryFault {
    let title = format!("write `{}`", new.trim());
    let replacement = Some(Replacement {
        title,
        range: replaced,
        new,
        certain: false,
    });
    QueryFault {
        range,
        message,
        expected,
        help: None,
        replacement,
    }
}

/// Other namespaces have classes of their own.
fn is_cimv2(namespace: &str) -> bool {
    let namespace = namespace.replace('/', "\\").to_lowercase();
    namespace.trim_start_matches("\\\\.\\").trim_matches('\\') == "root\\cimv2"
}
