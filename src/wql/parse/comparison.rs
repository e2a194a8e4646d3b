//! One comparison of a query, and what people write in its place.

use super::{
    super::{
        ast::{Literal, WqlComparison, WqlExpression, WqlLiteral, WqlOperand, WqlOperator},
        fault::QueryFault,
        lexer::{WqlKeyword, WqlTokenKind},
    },
    QueryParser,
};

/// Words of SQL that stand where WQL has an operator, and how WQL says the same.
const SQL: &[(&str, &str)] = &[
    ("IN", "compare with each value, joined with `OR`"),
    ("BETWEEN", "compare with both limits, joined with `AND`"),
    ("EQUALS", "write `=`"),
    ("CONTAINS", "write `LIKE '%…%'`"),
    ("STARTSWITH", "write `LIKE '…%'`"),
    ("ENDSWITH", "write `LIKE '%…'`"),
    (
        "MATCHES",
        "`LIKE` knows `%`, `_` and `[…]`; there are no regular expressions",
    ),
    (
        "REGEXP",
        "`LIKE` knows `%`, `_` and `[…]`; there are no regular expressions",
    ),
];

impl QueryParser<'_> {
    /// A comparison. After a fault the parser stands where [`QueryParser::resume`] left it.
    pub(super) fn test(&mut self) -> Option<WqlExpression> {
        let test = self.comparison();
        if test.is_none() {
            self.resume();
        }
        test
    }

    fn comparison(&mut self) -> Option<WqlExpression> {
        let start = self.range().start;
        let left = self.side("a property")?;
        let whole = matches!(
            self.kind(),
            WqlTokenKind::End
                | WqlTokenKind::Close
                | WqlTokenKind::Keyword(WqlKeyword::And | WqlKeyword::Or)
        );
        match left {
            WqlOperand::Inserted(name) if whole => return Some(WqlExpression::Inserted(name)),
            WqlOperand::Property(name) if whole => {
                let fault = QueryFault::new(
                    name.range.clone(),
                    format!("`{}` is compared with nothing", name.text),
                )
                .expected("an operator and a value follow a property")
                .replace(
                    "write `= TRUE`",
                    name.range.end..name.range.end,
                    " = TRUE",
                    false,
                );
                self.report(fault);
                return None;
            }
            _ => {}
        }
        let (operator, place) = self.operator(start)?;
        let right = match operator {
            WqlOperator::Is | WqlOperator::IsNot => self.null()?,
            _ => self.side("a value")?,
        };
        let mut test = WqlComparison {
            left,
            operator,
            right,
            written: "".into(),
            range: start..self.behind(),
        };
        test.written = test.to_string().into();
        self.check(&test, place)?;
        Some(WqlExpression::Test(test))
    }

    /// A property, constant or insertion.
    fn side(&mut self, wanted: &str) -> Option<WqlOperand> {
        let range = self.range();
        let value = match self.kind() {
            WqlTokenKind::Text(text) => WqlLiteral::Text(text.clone()),
            WqlTokenKind::Integer(value) => WqlLiteral::Integer(*value),
            WqlTokenKind::Real(value) => WqlLiteral::Real(*value),
            WqlTokenKind::Keyword(WqlKeyword::True) => WqlLiteral::Boolean(true),
            WqlTokenKind::Keyword(WqlKeyword::False) => WqlLiteral::Boolean(false),
            WqlTokenKind::Keyword(WqlKeyword::Null) => WqlLiteral::Null,
            WqlTokenKind::Word | WqlTokenKind::Inserted(_) | WqlTokenKind::Broken => {
                let name = self.name(wanted)?;
                if *self.kind() == WqlTokenKind::Open {
                    let fault = QueryFault::new(
                        name.range.start..self.range().end,
                        "WQL calls no functions",
                    );
                    self.report(fault.expected("a property or a value"));
                    return None;
                }
                let alone = name.inserted.is_some() && !name.text.contains('.');
                return Some(if alone {
                    WqlOperand::Inserted(name)
                } else {
                    WqlOperand::Property(name)
                });
            }
            _ => {
                let fault =
                    QueryFault::new(range, format!("expected {wanted}, found {}", self.found()));
                self.report(fault.expected(wanted));
                return None;
            }
        };
        self.advance();
        Some(WqlOperand::Constant(Literal { value, range }))
    }

    /// The operator and its place. `start` is where the left side begins.
    fn operator(&mut self, start: usize) -> Option<(WqlOperator, std::ops::Range<usize>)> {
        let place = self.range();
        let operator = match self.kind() {
            WqlTokenKind::Operator(operator) => *operator,
            WqlTokenKind::Keyword(WqlKeyword::Like) => WqlOperator::Like,
            WqlTokenKind::Keyword(WqlKeyword::IsA) => WqlOperator::IsA,
            WqlTokenKind::Keyword(WqlKeyword::Is) => {
                self.advance();
                let not = self.accept(WqlKeyword::Not);
                return Some((
                    if not {
                        WqlOperator::IsNot
                    } else {
                        WqlOperator::Is
                    },
                    place.start..self.behind(),
                ));
            }
            WqlTokenKind::Keyword(WqlKeyword::Not) => return self.not_like(start),
            WqlTokenKind::Word => {
                if let Some((word, advice)) = SQL.iter().find(|(word, _)| self.is_word(word)) {
                    let fault = QueryFault::new(place, format!("WQL has no `{word}`"))
                        .expected("no operator of WQL");
                    self.report(fault.help(*advice));
                    // The `AND` between the limits joins no comparisons.
                    if *word == "BETWEEN" {
                        self.resume();
                        self.accept(WqlKeyword::And);
                    }
                    return None;
                }
                return match self.misspelled(&[WqlKeyword::Like, WqlKeyword::IsA, WqlKeyword::Is]) {
                    Some(WqlKeyword::Like) => Some((WqlOperator::Like, place)),
                    Some(WqlKeyword::IsA) => Some((WqlOperator::IsA, place)),
                    Some(_) => {
                        let not = self.accept(WqlKeyword::Not);
                        Some((
                            if not {
                                WqlOperator::IsNot
                            } else {
                                WqlOperator::Is
                            },
                            place,
                        ))
                    }
                    None => self.no_operator(),
                };
            }
            WqlTokenKind::Broken => return None,
            _ => return self.no_operator(),
        };
        self.advance();
        Some((operator, place))
    }

    fn no_operator(&mut self) -> Option<(WqlOperator, std::ops::Range<usize>)> {
        let fault = QueryFault::new(
            self.range(),
            format!("expected a comparison, found {}", self.found()),
        )
        .expected("`=`, `<>`, `<`, `<=`, `>`, `>=`, `LIKE`, `IS NULL` or `ISA`");
        self.report(fault);
        None
    }

    /// `Name NOT LIKE '…'`: the language of collections knows it, WMI does not.
    fn not_like(&mut self, start: usize) -> Option<(WqlOperator, std::ops::Range<usize>)> {
        let not = self.range();
        let left = self.slice(start..not.start).trim_end().to_owned();
        self.advance();
        if !self.is(WqlKeyword::Like) {
            let fault = QueryFault::new(not, "`NOT` stands before a whole comparison")
                .expected("not behind a property");
            self.report(fault);
            return None;
        }
        let like = self.range();
        self.advance();
        let range = not.start..like.end;
        let fault = QueryFault::new(range.clone(), "`NOT LIKE` is no operator of WMI")
            .expected(format!("`NOT {left} LIKE …`"))
            .replace(
                "move `NOT` to the front",
                start..like.end,
                format!("NOT {left} LIKE"),
                true,
            );
        self.report(fault);
        Some((WqlOperator::Like, range))
    }

    /// What may follow `IS` and `IS NOT`.
    fn null(&mut self) -> Option<WqlOperand> {
        let range = self.range();
        if self.accept(WqlKeyword::Null) {
            return Some(WqlOperand::Constant(Literal {
                value: WqlLiteral::Null,
                range,
            }));
        }
        let fault = QueryFault::new(
            range,
            format!("`IS` compares with `NULL` only, not with {}", self.found()),
        )
        .expected("`NULL`")
        .help("values are compared with `=` and `<>`");
        self.report(fault);
        None
    }

    /// What the sides of a comparison must be.
    fn check(&mut self, test: &WqlComparison, place: std::ops::Range<usize>) -> Option<()> {
        let constant = |operand: &WqlOperand| matches!(operand, WqlOperand::Constant(_));
        let null = |operand: &WqlOperand| {
            matches!(
                operand,
                WqlOperand::Constant(Literal {
                    value: WqlLiteral::Null,
                    ..
                })
            )
        };
        let fault = if constant(&test.left) && constant(&test.right) {
            QueryFault::new(test.range.clone(), "two constants are compared")
                .expected("one side is a property")
        } else if test.operator == WqlOperator::Like && constant(&test.left) {
            QueryFault::new(
                test.range.clone(),
                "the property stands to the left of `LIKE`",
            )
            .expected("sides exchanged")
        } else if matches!(test.operator, WqlOperator::Like | WqlOperator::IsA) {
            match &test.right {
                WqlOperand::Constant(Literal {
                    value: WqlLiteral::Text(_),
                    ..
                })
                | WqlOperand::Inserted(_) => return Some(()),
                WqlOperand::Property(name) => {
                    let word = test.operator.written();
                    let fault = QueryFault::new(
                        name.range.clone(),
                        format!("`{word}` is followed by a text in quotes"),
                    );
                    fault
                        .expected("a text in quotes")
                        .suggest(format!("'{}'", name.text))
                }
                WqlOperand::Constant(literal) => {
                    let word = test.operator.written();
                    let fault = QueryFault::new(
                        literal.range.clone(),
                        format!("`{word}` is followed by a text in quotes"),
                    );
                    fault
                        .expected("a text in quotes")
                        .suggest(format!("'{}'", self.slice(literal.range.clone())))
                }
            }
        } else if test.operator.is_order() && (null(&test.left) || null(&test.right)) {
            QueryFault::new(place, "`NULL` has no order").expected("`IS NULL` or `IS NOT NULL`")
        } else {
            return Some(());
        };
        self.report(fault);
        None
    }
}
