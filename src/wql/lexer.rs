//! A query's text to tokens. Nothing is lost and nothing fails: what is no token is a fault and is
//! passed over.

use std::ops::Range;

use super::{ast::WqlOperator, fault::QueryFault};

/// Quotes that word processors and web pages put in place of `'` and `"`, and the quote that each
/// stands for.
const TYPOGRAPHIC: &[(char, char)] = &[
    ('\u{2018}', '\''),
    ('\u{2019}', '\''),
    ('\u{201A}', '\''),
    ('\u{00B4}', '\''),
    ('\u{201C}', '"'),
    ('\u{201D}', '"'),
    ('\u{201E}', '"'),
    ('\u{00AB}', '"'),
    ('\u{00BB}', '"'),
];

/// A word of the language; case does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is its word")]
pub(super) enum WqlKeyword {
    Select,
    From,
    Where,
    And,
    Or,
    Not,
    Like,
    Is,
    IsA,
    True,
    False,
    Null,
}

/// The words with their keywords.
const KEYWORDS: &[(&str, WqlKeyword)] = &[
    ("SELECT", WqlKeyword::Select),
    ("FROM", WqlKeyword::From),
    ("WHERE", WqlKeyword::Where),
    ("AND", WqlKeyword::And),
    ("OR", WqlKeyword::Or),
    ("NOT", WqlKeyword::Not),
    ("LIKE", WqlKeyword::Like),
    ("IS", WqlKeyword::Is),
    ("ISA", WqlKeyword::IsA),
    ("TRUE", WqlKeyword::True),
    ("FALSE", WqlKeyword::False),
    ("NULL", WqlKeyword::Null),
];

impl WqlKeyword {
    /// The keyword as it is usually written.
    pub(super) fn written(self) -> &'static str {
        KEYWORDS
            .iter()
            .find(|(_, keyword)| *keyword == self)
            .map_or("", |(word, _)| word)
    }
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum WqlTokenKind {
    Keyword(WqlKeyword),
    /// A name.
    Word,
    /// `%Name%`, alone or in a name; holds the first variable's name.
    Inserted(String),
    Text(String),
    Integer(i128),
    Real(f64),
    Operator(WqlOperator),
    Star,
    Comma,
    Point,
    Open,
    Close,
    /// In the place of a constant that has a fault of its own.
    Broken,
    /// Behind the last token.
    End,
}

/// A token and its bytes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WqlToken {
    pub(super) kind: WqlTokenKind,
    pub(super) range: Range<usize>,
}

/// The tokens of a query, the last one [`WqlTokenKind::End`], and what is wrong with single ones.
pub(super) fn tokens(text: &str) -> (Vec<WqlToken>, Vec<QueryFault>) {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
        faults: Vec::new(),
    };
    while lexer.next() {}
    let end = text.len();
    lexer.tokens.push(WqlToken {
        kind: WqlTokenKind::End,
        range: end..end,
    });
    (lexer.tokens, lexer.faults)
}

/// A task sequence variable at the beginning of a text: the name, and the bytes of it with its
/// percent signs.
pub(super) fn insertion(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix('%')?;
    let close = inner.find('%')?;
    let name = &inner[..close];
    let is_name = name.len() <= 256
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    is_name.then_some((name, close + 2))
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<WqlToken>,
    faults: Vec<QueryFault>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Ends a token that begins where the lexer stands.
    fn token(&mut self, kind: WqlTokenKind, length: usize) {
        let range = self.at..self.at + length;
        self.at = range.end;
        self.tokens.push(WqlToken { kind, range });
    }

    fn here(&self, length: usize) -> Range<usize> {
        self.at..self.at + length
    }

    /// Reads one token; false at the end.
    fn next(&mut self) -> bool {
        let Some(first) = self.rest().chars().next() else {
            return false;
        };
        match first {
            ' ' | '\t' | '\r' | '\n' => self.at += 1,
            '\'' | '"' => self.string(first),
            _ if TYPOGRAPHIC.iter().any(|(quote, _)| *quote == first) => self.typographic(first),
            '*' => self.token(WqlTokenKind::Star, 1),
            ',' => self.token(WqlTokenKind::Comma, 1),
            '(' => self.token(WqlTokenKind::Open, 1),
            ')' => self.token(WqlTokenKind::Close, 1),
            '=' | '<' | '>' | '!' => self.operator(),
            '&' | '|' => self.sign(first),
            '%' if insertion(self.rest()).is_some() => self.word(),
            _ if first.is_alphabetic() || first == '_' => self.word(),
            _ if self.number_length() > 0 => self.number(),
            '.' => self.token(WqlTokenKind::Point, 1),
            '-' if self.rest()[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => self.dashed(),
            _ => self.stray(first),
        }
        true
    }

    /// A string in straight quotes.
    fn string(&mut self, quote: char) {
        let mut value = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        let mut faults = Vec::new();
        let mut end = None;
        while let Some((offset, c)) = chars.next() {
            if c == quote {
                end = Some(offset + 1);
                break;
            }
            if c != '\\' {
                value.push(c);
                continue;
            }
            match chars.peek() {
                Some((_, next)) if matches!(next, '\\' | '\'' | '"') => {
                    value.push(*next);
                    chars.next();
                }
                _ => {
                    faults.push(single_backslash(self.at + offset));
                    value.push('\\');
                }
            }
        }
        let Some(length) = end else {
            return self.unclosed(quote);
        };
        let doubled = self.doubles_quote(quote);
        if doubled {
            self.faults.push(doubled_quote(self.at - 1, quote));
        }
        self.faults.extend(faults);
        if doubled {
            self.at += length;
        } else {
            self.token(WqlTokenKind::Text(value), length);
        }
    }

    /// Whether a text ends where this one begins: `'It''s'`, the quote doubled as in SQL.
    fn doubles_quote(&self, quote: char) -> bool {
        self.tokens.last().is_some_and(|last| {
            let before = self.text.get(..last.range.end);
            matches!(last.kind, WqlTokenKind::Text(_))
                && last.range.end == self.at
                && before.is_some_and(|before| before.ends_with(quote))
        })
    }

    /// A string that is not closed: it takes the rest of the query, so nothing more is found.
    fn unclosed(&mut self, quote: char) {
        let rest = self.rest();
        let curly = rest
            .char_indices()
            .find(|(_, c)| TYPOGRAPHIC.contains(&(*c, quote)));
        let fault = if let Some((offset, c)) = curly {
            let range = self.at + offset..self.at + offset + c.len_utf8();
            QueryFault::new(range, "a text in a query is closed by a typographic quote")
                .expected(format!("`{quote}`"))
                .write(quote.to_string())
        } else {
            let trimmed = rest.trim_end();
            let fault = QueryFault::new(self.here(1), "a text in a query has no closing quote")
                .expected(format!("`{quote}` opens a text here"));
            // Where the text ends can be told only if nothing seems to follow it.
            let upper = trimmed.to_uppercase();
            if trimmed.len() < 2
                || trimmed.contains(')')
                || upper.contains(" AND ")
                || upper.contains(" OR ")
            {
                fault
            } else {
                let end = self.at + trimmed.len();
                fault.replace(
                    format!("write `{quote}` at the end"),
                    end..end,
                    quote.to_string(),
                    false,
                )
            }
        };
        let length = rest.len();
        self.faults.push(fault);
        self.token(WqlTokenKind::Broken, length);
    }

    /// A string in quotes of a word processor.
    fn typographic(&mut self, open: char) {
        let plain = TYPOGRAPHIC
            .iter()
            .find(|(quote, _)| *quote == open)
            .map_or('\'', |(_, plain)| *plain);
        let closes = |c: char| c == plain || TYPOGRAPHIC.contains(&(c, plain));
        let inner = &self.rest()[open.len_utf8()..];
        let found = inner.char_indices().find(|(_, c)| closes(*c));
        let (fault, length) = match found {
            Some((close, c)) => {
                let length = open.len_utf8() + close + c.len_utf8();
                // The text may hold the other straight quote, but not this one: the search would
                // have ended there.
                let new = format!("{plain}{}{plain}", &inner[..close]);
                let fault = QueryFault::new(
                    self.here(length),
                    "a text in a query has typographic quotes",
                )
                .expected("`'` or `\"`")
                .replace(format!("write {new}"), self.here(length), new, true);
                (fault, length)
            }
            None => {
                let fault =
                    QueryFault::new(self.here(open.len_utf8()), "a typographic quote in a query")
                        .expected("a text stands between `'` or `\"`");
                (fault, self.rest().len())
            }
        };
        self.faults.push(fault);
        self.token(WqlTokenKind::Broken, length);
    }

    fn operator(&mut self) {
        const FORMS: &[(&str, WqlOperator, &str)] = &[
            ("===", WqlOperator::Equal, "="),
            ("!==", WqlOperator::NotEqual, "!="),
            ("==", WqlOperator::Equal, "="),
            ("=>", WqlOperator::GreaterEqual, ">="),
            ("=<", WqlOperator::LessEqual, "<="),
            ("!=", WqlOperator::NotEqual, ""),
            ("<>", WqlOperator::NotEqual, ""),
            ("<=", WqlOperator::LessEqual, ""),
            (">=", WqlOperator::GreaterEqual, ""),
            ("=", WqlOperator::Equal, ""),
            ("<", WqlOperator::Less, ""),
            (">", WqlOperator::Greater, ""),
        ];
        let Some((form, operator, right)) = FORMS
            .iter()
            .find(|(form, ..)| self.rest().starts_with(form))
        else {
            let fault = QueryFault::new(self.here(1), "`!` is no operator of WQL")
                .expected("`NOT`")
                .replace("write `NOT`", self.here(1), "NOT ", true);
            self.faults.push(fault);
            return self.token(WqlTokenKind::Keyword(WqlKeyword::Not), 1);
        };
        if !right.is_empty() {
            let fault = QueryFault::new(
                self.here(form.len()),
                format!("WQL has no operator `{form}`"),
            );
            self.faults
                .push(fault.expected(format!("`{right}`")).write(*right));
        }
        self.token(WqlTokenKind::Operator(*operator), form.len());
    }

    /// `&&` and `||`.
    fn sign(&mut self, sign: char) {
        let length = self
            .rest()
            .chars()
            .take_while(|c| *c == sign)
            .count()
            .min(2);
        let keyword = if sign == '&' {
            WqlKeyword::And
        } else {
            WqlKeyword::Or
        };
        let word = keyword.written();
        let written = &self.rest()[..length];
        let fault = QueryFault::new(
            self.here(length),
            format!("`{written}` is no operator of WQL"),
        )
        .expected(format!("`{word}`"))
        .replace(
            format!("write `{word}`"),
            self.here(length),
            format!(" {word} "),
            true,
        );
        self.faults.push(fault);
        self.token(WqlTokenKind::Keyword(keyword), length);
    }

    /// `-eq`, `-like` and so on, as PowerShell writes them.
    fn dashed(&mut self) {
        const FORMS: &[(&str, &str, WqlTokenKind)] = &[
            ("eq", "=", WqlTokenKind::Operator(WqlOperator::Equal)),
            ("ne", "!=", WqlTokenKind::Operator(WqlOperator::NotEqual)),
            ("lt", "<", WqlTokenKind::Operator(WqlOperator::Less)),
            ("le", "<=", WqlTokenKind::Operator(WqlOperator::LessEqual)),
            ("gt", ">", WqlTokenKind::Operator(WqlOperator::Greater)),
            (
                "ge",
                ">=",
                WqlTokenKind::Operator(WqlOperator::GreaterEqual),
            ),
            ("like", "LIKE", WqlTokenKind::Keyword(WqlKeyword::Like)),
            ("and", "AND", WqlTokenKind::Keyword(WqlKeyword::And)),
            ("or", "OR", WqlTokenKind::Keyword(WqlKeyword::Or)),
            ("not", "NOT", WqlTokenKind::Keyword(WqlKeyword::Not)),
        ];
        let length = 1 + self.rest()[1..]
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        let word = self.rest()[1..length].to_ascii_lowercase();
        let Some((_, right, kind)) = FORMS.iter().find(|(form, ..)| *form == word) else {
            return self.stray('-');
        };
        let fault = QueryFault::new(
            self.here(length),
            format!("`-{word}` is an operator of PowerShell, not of WQL"),
        );
        self.faults
            .push(fault.expected(format!("`{right}`")).write(*right));
        self.token(kind.clone(), length);
    }

    /// A name or keyword; `%Name%` may stand in it.
    fn word(&mut self) {
        let mut length = 0;
        let mut inserted = None;
        loop {
            let rest = &self.rest()[length..];
            let part = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            length += part;
            match insertion(&rest[part..]) {
                Some((name, size)) => {
                    inserted = inserted.or_else(|| Some(name.to_owned()));
                    length += size;
                }
                None => break,
            }
        }
        let word = &self.rest()[..length];
        let kind = match inserted {
            Some(name) => WqlTokenKind::Inserted(name),
            None => KEYWORDS
                .iter()
                .find(|(keyword, _)| keyword.eq_ignore_ascii_case(word))
                .map_or(WqlTokenKind::Word, |(_, keyword)| {
                    WqlTokenKind::Keyword(*keyword)
                }),
        };
        self.token(kind, length);
    }

    /// How many bytes belong to a number, or to something that begins like one: `10.0.19045`,
    /// `64bit`.
    fn number_length(&self) -> usize {
        let rest = self.rest().as_bytes();
        let sign = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
        let point = usize::from(rest.get(sign) == Some(&b'.'));
        if !rest.get(sign + point).is_some_and(u8::is_ascii_digit) {
            return 0;
        }
        let mut length = sign;
        let hexadecimal = rest.get(sign + 1).is_some_and(|c| matches!(c, b'x' | b'X'));
        while let Some(byte) = rest.get(length) {
            // The sign of an exponent belongs to the number.
            let exponent = matches!(byte, b'+' | b'-')
                && !hexadecimal
                && length > sign
                && matches!(rest.get(length - 1), Some(b'e' | b'E'))
                && rest.get(length + 1).is_some_and(u8::is_ascii_digit);
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') || exponent) {
                break;
            }
            length += 1;
        }
        length
    }

    fn number(&mut self) {
        let length = self.number_length();
        let written = &self.rest()[..length];
        let (kind, fault) = match number(written) {
            Ok(kind) => (kind, None),
            Err(NumberRefusal::TooLarge) => {
                let fault =
                    QueryFault::new(self.here(length), "a number that is too large for WMI");
                (
                    WqlTokenKind::Broken,
                    Some(fault.expected("at most 64 bits")),
                )
            }
            Err(NumberRefusal::NoNumber) => {
                let fault = QueryFault::new(self.here(length), format!("`{written}` is no number"))
                    .expected("a number, or a text in quotes")
                    .suggest(format!("'{written}'"));
                (WqlTokenKind::Broken, Some(fault))
            }
        };
        self.faults.extend(fault);
        self.token(kind, length);
    }

    /// A character that has no place in a query. Like ones in a row are one fault.
    fn stray(&mut self, first: char) {
        let length: usize = self
            .rest()
            .chars()
            .take_while(|c| *c == first)
            .map(char::len_utf8)
            .sum();
        let range = self.here(length);
        let fault =
            match first {
                ';' => QueryFault::new(range.clone(), "a semicolon in a query")
                    .expected("a query ends without one")
                    .replace("remove it", range, "", true),
                _ if first.is_whitespace() => QueryFault::new(range.clone(), "a blank that WQL does not know")
                    .expected(format!("this is U+{:04X}", u32::from(first)))
                    .replace("write a plain blank", range, " ", true),
                '%' => QueryFault::new(range, "`%` outside of a text of a query")
                    .expected("a text stands between `'` or `\"`")
                    .help("`%` is a wildcard of LIKE inside of a text; `%Name%` inserts a task sequence variable"),
                _ => QueryFault::new(range, format!("`{}` has no meaning in a query", first.escape_debug())),
            };
        self.at += length;
        self.faults.push(fault);
    }
}

/// Why something is no number.
enum NumberRefusal {
    TooLarge,
    NoNumber,
}

fn number(written: &str) -> Result<WqlTokenKind, NumberRefusal> {
    let (negative, digits) = match written.as_bytes().first() {
        Some(b'-') => (true, &written[1..]),
        Some(b'+') => (false, &written[1..]),
        _ => (false, written),
    };
    let hexadecimal = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    let (digits, radix) = hexadecimal.map_or((digits, 10), |digits| (digits, 16));
    if !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)) {
        let value = i128::from_str_radix(digits, radix).map_err(|_| NumberRefusal::TooLarge)?;
        let value = if negative { -value } else { value };
        // The widest types of CIM are uint64 and sint64.
        return if (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&value) {
            Ok(WqlTokenKind::Integer(value))
        } else {
            Err(NumberRefusal::TooLarge)
        };
    }
    // Rust reads `inf` and `1_0` differently; only what looks like a number is given to it.
    if radix == 16
        || !digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
    {
        return Err(NumberRefusal::NoNumber);
    }
    let value: f64 = written.parse().map_err(|_| NumberRefusal::NoNumber)?;
    if value.is_finite() {
        Ok(WqlTokenKind::Real(value))
    } else {
        Err(NumberRefusal::TooLarge)
    }
}

fn single_backslash(at: usize) -> QueryFault {
    QueryFault::new(at..at + 1, "a single backslash in a text of a query")
        .expected("a backslash is written twice")
        .help("in WQL `\\\\` is a backslash, `\\'` and `\\\"` are quotes")
        .replace("write the backslash twice", at..at + 1, "\\\\", true)
}

fn doubled_quote(at: usize, quote: char) -> QueryFault {
    QueryFault::new(at..at + 2, "a doubled quote in a text of a query")
        .expected(format!("`\\{quote}`"))
        .help("WQL writes a quote inside of a text with a backslash")
        .replace(
            format!("write `\\{quote}`"),
            at..at + 2,
            format!("\\{quote}"),
            true,
        )
}
