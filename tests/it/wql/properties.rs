//! Queries that a generator made.

use super::*;

/// Pieces of queries, and of what people type by mistake.
const SOUP: &[&str] = &[
    "SELECT",
    "select",
    "FROM",
    "form",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "LIKE",
    "IS",
    "ISA",
    "NULL",
    "TRUE",
    "IN",
    "BETWEEN",
    "COUNT",
    "DISTINCT",
    "TOP",
    "ASSOCIATORS OF",
    "REFERENCES OF",
    "WITHIN",
    "Win32_Battery",
    "a",
    "b.c",
    "__this",
    "%A%",
    "%",
    "'x'",
    "\"y\"",
    "'",
    "\"",
    "\\",
    "''",
    "‘z’",
    "”",
    "1",
    "-2",
    "0x1F",
    "1.5",
    "10.0.1",
    "1e",
    "=",
    "==",
    "!=",
    "<>",
    "<=",
    "=>",
    ">",
    "!",
    "&&",
    "|",
    "-eq",
    "-",
    "*",
    ",",
    ".",
    "(",
    ")",
    "{",
    "}",
    ";",
    "é",
    "\u{A0}",
    "\n",
    "/",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = (
        prop::sample::select(SOUP),
        prop::sample::select(&[" ", "", " "][..]),
    );
    let pieces = prop::collection::vec(piece, 0..30).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(a, b)| [a, b])
            .collect::<String>()
    });
    (
        prop::sample::select(&["", "SELECT * FROM C WHERE ", "SELECT "][..]),
        pieces,
    )
        .prop_map(|(a, b)| format!("{a}{b}"))
}

fn comparison() -> impl Strategy<Value = String> {
    let name = prop::sample::select(&["a", "Version", "t.b", "__CLASS"][..]);
    let constant = prop_oneof![
        any::<i64>().prop_map(|value| value.to_string()),
        any::<f64>()
            .prop_filter("finite", |value| value.is_finite())
            .prop_map(|value| format!("{value:?}")),
        "[a-zé%_' \\\\\"\\[\\]]{0,8}".prop_map(|text| WqlLiteral::Text(text).to_string()),
        prop::sample::select(&["TRUE", "false", "NULL", "'x'", "\"it's\"", "%V%"][..])
            .prop_map(str::to_owned),
    ];
    let compared = (
        name.clone(),
        prop::sample::select(&["=", "<>", "!="][..]),
        constant.clone(),
        any::<bool>(),
    )
        .prop_map(|(name, operator, constant, turned)| {
            if turned {
                format!("{constant} {operator} {name}")
            } else {
                format!("{name} {operator} {constant}")
            }
        });
    let rest = prop::sample::select(
        &[
            "IS NULL",
            "is not null",
            "LIKE '%x'",
            "isa 'C'",
            "< 5",
            ">= '1'",
        ][..],
    );
    prop_oneof![
        compared,
        (name, rest).prop_map(|(name, rest)| format!("{name} {rest}"))
    ]
}

fn expression() -> impl Strategy<Value = String> {
    comparison().prop_recursive(5, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" AND ")),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" or ")),
            inner.clone().prop_map(|part| format!("NOT {part}")),
            inner.prop_map(|part| format!("({part})")),
        ]
    })
}

fn query() -> impl Strategy<Value = String> {
    let what = prop::sample::select(&["*", "a", "a, b.c,d"][..]);
    (what, prop::option::of(expression())).prop_map(|(what, condition)| match condition {
        Some(condition) => format!("SELECT {what} FROM Class WHERE {condition}"),
        None => format!("SELECT {what} FROM Class"),
    })
}

/// The tree without its places.
pub fn shape(query: &Query) -> String {
    fn expression(part: &WqlExpression) -> String {
        let all =
            |parts: &[WqlExpression]| parts.iter().map(expression).collect::<Vec<_>>().join(" ");
        match part {
            WqlExpression::All(parts) => format!("(and {})", all(parts)),
            WqlExpression::Any(parts) => format!("(or {})", all(parts)),
            WqlExpression::Not(part) => format!("(not {})", expression(part)),
            WqlExpression::Inserted(name) => format!("(inserted {})", name.text),
            WqlExpression::Test(test) => {
                format!(
                    "({:?} {} {})",
                    test.operator,
                    operand(&test.left),
                    operand(&test.right)
                )
            }
        }
    }
    fn operand(side: &WqlOperand) -> String {
        match side {
            WqlOperand::Property(name) => format!("property:{}", name.text),
            WqlOperand::Inserted(name) => format!("inserted:{}", name.text),
            WqlOperand::Constant(literal) => format!("{:?}", literal.value),
        }
    }
    let Query::Select(select) = query else {
        return query.to_string();
    };
    let names = match &select.projection {
        Projection::All => "*".to_owned(),
        Projection::Properties(names) => names
            .iter()
            .map(|name| name.text.as_str())
            .collect::<Vec<_>>()
            .join(" "),
    };
    format!(
        "({names}) {} {}",
        select.class.text,
        select
            .condition
            .as_ref()
            .map(expression)
            .unwrap_or_default()
    )
}

/// LIKE by its definition, for texts and patterns in small letters: each element takes a length of
/// the text, and all lengths are tried.
fn plain_like(text: &[char], pattern: &[char]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return text.is_empty();
    };
    match first {
        '%' => (0..=text.len()).any(|length| plain_like(&text[length..], rest)),
        '_' => !text.is_empty() && plain_like(&text[1..], rest),
        '[' => {
            let close = rest
                .iter()
                .position(|c| *c == ']')
                .expect("sets are closed");
            let (set, rest) = (&rest[..close], &rest[close + 1..]);
            let (turned, set) = if set[0] == '^' {
                (true, &set[1..])
            } else {
                (false, set)
            };
            let inside = |c: &char| match set {
                [from, '-', to] => from <= c && c <= to,
                _ => set.contains(c),
            };
            text.first().is_some_and(|c| inside(c) != turned) && plain_like(&text[1..], rest)
        }
        c => text.first() == Some(c) && plain_like(&text[1..], rest),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn reading_never_panics_and_places_are_in_the_query(text in prop_oneof![soup(), ".{0,60}"]) {
        let parsed = parse(&text);
        prop_assert_eq!(parsed.query.is_some(), parsed.faults.is_empty());
        for fault in &parsed.faults {
            check_fault(&text, fault);
        }
        if let Some(query) = parsed.query {
            let printed = query.to_string();
            prop_assert_eq!(parse(&printed).query.map(|query| shape(&query)), Some(shape(&query)));
            evaluate(&query, r"root\cimv2", &Known::default());
        }
    }

    #[test]
    fn what_is_printed_is_read_as_the_same(text in query()) {
        let parsed = parse(&text);
        prop_assert_eq!(&parsed.faults, &[]);
        let query = parsed.query.expect("a query without faults");
        let again = parse(&query.to_string()).query.expect("what is printed is a query");
        prop_assert_eq!(shape(&again), shape(&query));
        prop_assert_eq!(again.to_string(), query.to_string());
    }

    /// More knowledge never turns an answer round: what is decided without a fact stays when the
    /// fact is given.
    #[test]
    fn knowing_more_keeps_answers(text in query(), value in prop::sample::select(&["NULL", "'x'", "5", "TRUE"][..])) {
        let query = parse(&text).query.expect("a query without faults");
        let with = |row: Row| Known { classes: [("class".to_owned(), vec![row])].into() };
        let some = evaluate(&query, r"root\cimv2", &with(Row::new().with("a", PropertyValue::Integer(7)))).verdict;
        let all = ["Version", "t.b", "__CLASS"].iter().fold(Row::new(), |row, name| row.with(name, fact(value)));
        let all = evaluate(&query, r"root\cimv2", &with(all.with("a", PropertyValue::Integer(7)))).verdict;
        prop_assert!(some == QueryVerdict::Undecided || some == all, "{some} became {all}");
    }

    #[test]
    fn like_is_as_defined(
        text in "[abc%_\\-]{0,8}",
        pattern in prop::collection::vec(
            prop::sample::select(&["a", "b", "c", "-", "%", "%", "_", "[ab]", "[a-b]", "[^a]", "[^b-c]", "[%]", "[_]", "[-a]"][..]),
            0..8,
        ),
    ) {
        let pattern = pattern.concat();
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        prop_assert_eq!(like(&text, &pattern), Some(plain_like(&chars(&text), &chars(&pattern))), "{}", pattern);
        prop_assert_eq!(like(&text.to_uppercase(), &pattern), like(&text, &pattern.to_uppercase()));
    }
}
