//! One comparison of a query, and what people write in its place.

use super::{
    super::{
        ast::{Constant, Expression, Literal, Operand, Operator, Test},
        fault::Fault,
        lexer::{Keyword, Kind},
    },
    Parser,
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

impl Parser<'_> {
    /// A comparison. After a fault the parser stands where [`Parser::resume`] left it.
    pub(super) fn test(&mut self) -> Option<Expression> {
        let test = self.comparison();
        if test.is_none() {
            self.resume();
        }
        test
    }

    fn comparison(&mut self) -> Option<Expression> {
        let start = self.range().start;
        let left = self.side("a property")?;
        let whole = matches!(
            self.kind(),
            Kind::End | Kind::Close | Kind::Keyword(Keyword::And | Keyword::Or)
        );
        match left {
            Operand::Inserted(name) if whole => return Some(Expression::Inserted(name)),
            Operand::Property(name) if whole => {
                let fault = Fault::new(
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
            Operator::Is | Operator::IsNot => self.null()?,
            _ => self.side("a value")?,
        };
        let mut test = Test {
            left,
            operator,
            right,
            written: "".into(),
            range: start..self.behind(),
        };
        test.written = test.to_string().into();
        self.check(&test, place)?;
        Some(Expression::Test(test))
    }

    /// A property, constant or insertion.
    fn side(&mut self, wanted: &str) -> Option<Operand> {
        let range = self.range();
        let value = match self.kind() {
            Kind::Text(text) => Constant::Text(text.clone()),
            Kind::Integer(value) => Constant::Integer(*value),
            Kind::Real(value) => Constant::Real(*value),
            Kind::Keyword(Keyword::True) => Constant::Boolean(true),
            Kind::Keyword(Keyword::False) => Constant::Boolean(false),
            Kind::Keyword(Keyword::Null) => Constant::Null,
            Kind::Word | Kind::Inserted(_) | Kind::Broken => {
                let name = self.name(wanted)?;
                if *self.kind() == Kind::Open {
                    let fault =
                        Fault::new(name.range.start..self.range().end, "WQL calls no functions");
                    self.report(fault.expected("a property or a value"));
                    return None;
                }
                let alone = name.inserted.is_some() && !name.text.contains('.');
                return Some(if alone {
                    Operand::Inserted(name)
                } else {
                    Operand::Property(name)
                });
            }
            _ => {
                let fault = Fault::new(range, format!("expected {wanted}, found {}", self.found()));
                self.report(fault.expected(wanted));
                return None;
            }
        };
        self.advance();
        Some(Operand::Constant(Literal { value, range }))
    }

    /// The operator and its place. `start` is where the left side begins.
    fn operator(&mut self, start: usize) -> Option<(Operator, std::ops::Range<usize>)> {
        let place = self.range();
        let operator = match self.kind() {
            Kind::Operator(operator) => *operator,
            Kind::Keyword(Keyword::Like) => Operator::Like,
            Kind::Keyword(Keyword::IsA) => Operator::IsA,
            Kind::Keyword(Keyword::Is) => {
                self.advance();
                let not = self.accept(Keyword::Not);
                return Some((
                    if not { Operator::IsNot } else { Operator::Is },
                    place.start..self.behind(),
                ));
            }
            Kind::Keyword(Keyword::Not) => return self.not_like(start),
            Kind::Word => {
                if let Some((word, advice)) = SQL.iter().find(|(word, _)| self.is_word(word)) {
                    let fault = Fault::new(place, format!("WQL has no `{word}`"))
                        .expected("no operator of WQL");
                    self.report(fault.help(*advice));
                    // The `AND` between the limits joins no comparisons.
                    if *word == "BETWEEN" {
                        self.resume();
                        self.accept(Keyword::And);
                    }
                    return None;
                }
                return match self.misspelled(&[Keyword::Like, Keyword::IsA, Keyword::Is]) {
                    Some(Keyword::Like) => Some((Operator::Like, place)),
                    Some(Keyword::IsA) => Some((Operator::IsA, place)),
                    Some(_) => {
                        let not = self.accept(Keyword::Not);
                        Some((if not { Operator::IsNot } else { Operator::Is }, place))
                    }
                    None => self.no_operator(),
                };
            }
            Kind::Broken => return None,
            _ => return self.no_operator(),
        };
        self.advance();
        Some((operator, place))
    }

    fn no_operator(&mut self) -> Option<(Operator, std::ops::Range<usize>)> {
        let fault = Fault::new(
            self.range(),
            format!("expected a comparison, found {}", self.found()),
        )
        .expected("`=`, `<>`, `<`, `<=`, `>`, `>=`, `LIKE`, `IS NULL` or `ISA`");
        self.report(fault);
        None
    }

    /// `Name NOT LIKE '…'`: the language of collections knows it, WMI does not.
    fn not_like(&mut self, start: usize) -> Option<(Operator, std::ops::Range<usize>)> {
        let not = self.range();
        let left = self.slice(start..not.start).trim_end().to_owned();
        self.advance();
        if !self.is(Keyword::Like) {
            let fault = Fault::new(not, "`NOT` stands before a whole comparison")
                .expected("not behind a property");
            self.report(fault);
            return None;
        }
        let like = self.range();
        self.advance();
        let range = not.start..like.end;
        let fault = Fault::new(range.clone(), "`NOT LIKE` is no operator of WMI")
            .expected(format!("`NOT {left} LIKE …`"))
            .replace(
                "move `NOT` to the front",
                start..like.end,
                format!("NOT {left} LIKE"),
                true,
            );
        self.report(fault);
        Some((Operator::Like, range))
    }

    /// What may follow `IS` and `IS NOT`.
    fn null(&mut self) -> Option<Operand> {
        let range = self.range();
        if self.accept(Keyword::Null) {
            return Some(Operand::Constant(Literal {
                value: Constant::Null,
                range,
            }));
        }
        let fault = Fault::new(
            range,
            format!("`IS` compares with `NULL` only, not with {}", self.found()),
        )
        .expected("`NULL`")
        .help("values are compared with `=` and `<>`");
        self.report(fault);
        None
    }

    /// What the sides of a comparison must be.
    fn check(&mut self, test: &Test, place: std::ops::Range<usize>) -> Option<()> {
        let constant = |operand: &Operand| matches!(operand, Operand::Constant(_));
        let null = |operand: &Operand| {
            matches!(
                operand,
                Operand::Constant(Literal {
                    value: Constant::Null,
                    ..
                })
            )
        };
        let fault = if constant(&test.left) && constant(&test.right) {
            Fault::new(test.range.clone(), "two constants are compared")
                .expected("one side is a property")
        } else if test.operator == Operator::Like && constant(&test.left) {
            Fault::new(
                test.range.clone(),
                "the property stands to the left of `LIKE`",
            )
            .expected("sides exchanged")
        } else if matches!(test.operator, Operator::Like | Operator::IsA) {
            match &test.right {
                Operand::Constant(Literal {
                    value: Constant::Text(_),
                    ..
                })
                | Operand::Inserted(_) => return Some(()),
                Operand::Property(name) => {
                    let word = test.operator.written();
                    let fault = Fault::new(
                        name.range.clone(),
                        format!("`{word}` is followed by a text in quotes"),
                    );
                    fault
                        .expected("a text in quotes")
                        .suggest(format!("'{}'", name.text))
                }
                Operand::Constant(literal) => {
                    let word = test.operator.written();
                    let fault = Fault::new(
                        literal.range.clone(),
                        format!("`{word}` is followed by a text in quotes"),
                    );
                    fault
                        .expected("a text in quotes")
                        .suggest(format!("'{}'", self.slice(literal.range.clone())))
                }
            }
        } else if test.operator.is_order() && (null(&test.left) || null(&test.right)) {
            Fault::new(place, "`NULL` has no order").expected("`IS NULL` or `IS NOT NULL`")
        } else {
            return Some(());
        };
        self.report(fault);
        None
    }
}
