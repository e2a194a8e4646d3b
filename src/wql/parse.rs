//! Tokens to a tree, by recursive descent. A fault costs its comparison only: reading goes on at
//! the next `AND`, `OR` or closing parenthesis, so that all faults are found at once.

mod comparison;

use super::{
    association::association,
    ast::{Projection, Query, Select, WqlExpression, WqlName},
    fault::QueryFault,
    lexer::{WqlKeyword, WqlToken, WqlTokenKind, insertion, tokens},
};
use crate::diagnostic::nearest;

/// How deep parentheses and `NOT` may nest. No query that a person wrote comes near; a program's
/// own stack would end somewhere too.
pub const MAX_DEPTH: usize = 100;

/// How many faults are kept. A text that is no query at all has one at every word.
pub const MAX_FAULTS: usize = 12;

/// What reading a query gives.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadQuery {
    /// The query. There is none where there is a fault: nobody shall evaluate what WMI would
    /// refuse.
    pub query: Option<Query>,
    /// What is wrong, in the order of the text.
    pub faults: Vec<QueryFault>,
}

/// Reads a query. Never panics, whatever the text.
pub fn parse(text: &str) -> ReadQuery {
    if let Some(parsed) = association(text) {
        return parsed;
    }
    if insertion(text.trim_start()).is_some() {
        return ReadQuery {
            query: Some(Query::Inserted {
                text: text.to_owned(),
            }),
            faults: Vec::new(),
        };
    }
    let (tokens, faults) = tokens(text);
    let mut parser = QueryParser {
        text,
        tokens,
        at: 0,
        faults,
        depth: 0,
        hopeless: false,
    };
    let query = parser.query();
    let mut faults = parser.faults;
    faults.sort_by_key(|fault| (fault.range.start, fault.range.end));
    faults.dedup();
    faults.truncate(MAX_FAULTS);
    ReadQuery {
        query: query
            .filter(|_| faults.is_empty())
            .map(|select| Query::Select(Box::new(select))),
        faults,
    }
}

struct QueryParser<'a> {
    text: &'a str,
    tokens: Vec<WqlToken>,
    at: usize,
    faults: Vec<QueryFault>,
    depth: usize,
    /// Nothing more is worth reading.
    hopeless: bool,
}

/// Words of event queries and of SQL that may follow a class, with what to say about each.
const FOREIGN: &[(&str, &str)] = &[
    (
        "WITHIN",
        "a condition asks for data; `WITHIN` is of event queries",
    ),
    (
        "GROUP",
        "a condition asks for data; `GROUP` is of event queries",
    ),
    (
        "HAVING",
        "a condition asks for data; `HAVING` is of event queries",
    ),
    (
        "ORDER",
        "WQL has no `ORDER BY`, and a condition needs none: one row is enough",
    ),
    (
        "LIMIT",
        "WQL has no `LIMIT`, and a condition needs none: one row is enough",
    ),
    (
        "JOIN",
        "WQL has no `JOIN`; ask for one class, or use `ASSOCIATORS OF`",
    ),
    (
        "INNER",
        "WQL has no `JOIN`; ask for one class, or use `ASSOCIATORS OF`",
    ),
    (
        "LEFT",
        "WQL has no `JOIN`; ask for one class, or use `ASSOCIATORS OF`",
    ),
    (
        "AS",
        "WQL of a client has no names for classes; write the class alone",
    ),
];

/// The keyword that a word was probably meant to be.
fn near(word: &str, keywords: &[WqlKeyword]) -> Option<WqlKeyword> {
    // Likeness says little of short words: one slip (`ADN`, `LKE`) counts by itself.
    let upper = word.to_uppercase();
    let slip = |keyword: &&WqlKeyword| {
        let written = keyword.written();
        written.len() > 2 && strsim::osa_distance(&upper, written) == 1
    };
    if let Some(keyword) = keywords.iter().find(slip) {
        return Some(*keyword);
    }
    let near = nearest(word, keywords.iter().map(|keyword| keyword.written()))?;
    keywords
        .iter()
        .copied()
        .find(|keyword| keyword.written() == near)
}

impl QueryParser<'_> {
    // ---- tokens

    fn kind(&self) -> &WqlTokenKind {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> &WqlTokenKind {
        self.tokens
            .get(self.at + count)
            .map_or(&WqlTokenKind::End, |token| &token.kind)
    }

    fn range(&self) -> std::ops::Range<usize> {
        self.tokens
            .get(self.at)
            .map_or(self.text.len()..self.text.len(), |token| {
                token.range.clone()
            })
    }

    /// Where the token before this one ends.
    fn behind(&self) -> usize {
        self.at
            .checked_sub(1)
            .and_then(|before| self.tokens.get(before))
            .map_or(0, |token| token.range.end)
    }

    fn word(&self) -> &str {
        self.text.get(self.range()).unwrap_or("")
    }

    fn slice(&self, range: std::ops::Range<usize>) -> &str {
        self.text.get(range).unwrap_or("")
    }

    fn advance(&mut self) {
        // The last token stays, so that there is always one to look at.
        self.at = (self.at + 1).min(self.tokens.len().saturating_sub(1));
    }

    fn is(&self, keyword: WqlKeyword) -> bool {
        *self.kind() == WqlTokenKind::Keyword(keyword)
    }

    fn accept(&mut self, keyword: WqlKeyword) -> bool {
        let found = self.is(keyword);
        if found {
            self.advance();
        }
        found
    }

    fn is_word(&self, word: &str) -> bool {
        *self.kind() == WqlTokenKind::Word && self.word().eq_ignore_ascii_case(word)
    }

    fn report(&mut self, fault: QueryFault) {
        self.faults.push(fault);
    }

    /// What stands here, for messages.
    fn found(&self) -> String {
        match self.kind() {
            WqlTokenKind::End => "the end of the query".to_owned(),
            _ => {
                let word = self.word();
                let short: String = word
                    .chars()
                    .take(40)
                    .map(|c| if c.is_control() { ' ' } else { c })
                    .collect();
                format!(
                    "`{short}{}`",
                    if short.len() < word.len() { "…" } else { "" }
                )
            }
        }
    }

    /// Whether a word stands here that is one of the keywords, misspelled; it is reported and taken
    /// for it.
    fn misspelled(&mut self, keywords: &[WqlKeyword]) -> Option<WqlKeyword> {
        if *self.kind() != WqlTokenKind::Word {
            return None;
        }
        let word = self.word().to_owned();
        let keyword = near(&word, keywords)?;
        let near = keyword.written();
        self.report(
            QueryFault::new(self.range(), format!("`{word}` is no word of WQL"))
                .expected(format!("did you mean `{near}`?"))
                .write(near),
        );
        self.advance();
        Some(keyword)
    }

    // ---- the query

    fn query(&mut self) -> Option<Select> {
        if *self.kind() == WqlTokenKind::End {
            if self.faults.is_empty() {
                self.report(
                    QueryFault::new(self.range(), "a query without text")
                        .expected("`SELECT * FROM Class`"),
                );
            }
            return None;
        }
        if !self.accept(WqlKeyword::Select) && self.misspelled(&[WqlKeyword::Select]).is_none() {
            let fault = QueryFault::new(
                self.range(),
                format!("a query begins with `SELECT`, not with {}", self.found()),
            )
            .expected("`SELECT * FROM Class`");
            self.report(fault);
            return None;
        }
        let projection = self.projection();
        if !self.accept(WqlKeyword::From) && self.misspelled(&[WqlKeyword::From]).is_none() {
            let fault = QueryFault::new(
                self.range(),
                format!("expected `FROM` and a class, found {}", self.found()),
            )
            .expected("`FROM`");
            self.report(fault);
            // Without a class there is no telling what the rest is.
            return None;
        }
        let class = self.class();
        let condition = self.condition();
        Some(Select {
            projection: projection?,
            class: class?,
            condition: condition?,
        })
    }

    fn projection(&mut self) -> Option<Projection> {
        self.sql_words();
        if self.is(WqlKeyword::From) {
            let fault = QueryFault::new(self.range(), "nothing stands between `SELECT` and `FROM`")
                .expected("`*`")
                .replace(
                    "write `*`",
                    self.range().start..self.range().start,
                    "* ",
                    true,
                );
            self.report(fault);
            return None;
        }
        if *self.kind() == WqlTokenKind::Star {
            self.advance();
            // `SELECT *, Name`: the rest adds nothing.
            if *self.kind() == WqlTokenKind::Comma {
                self.report(QueryFault::new(self.range(), "`*` stands alone").expected("`FROM`"));
                self.skip_to_from();
                return None;
            }
            return Some(Projection::All);
        }
        let mut names = Vec::new();
        loop {
            let Some(name) = self.name("a property or `*`") else {
                self.skip_to_from();
                return None;
            };
            names.push(name);
            match self.kind() {
                WqlTokenKind::Comma => self.advance(),
                WqlTokenKind::Open => {
                    let fault = QueryFault::new(self.range(), "WQL calls no functions")
                        .expected("properties or `*`");
                    self.report(fault);
                    self.skip_to_from();
                    return None;
                }
                // The next one may be `FROM`, misspelled; if not, a comma is missing.
                WqlTokenKind::Word
                    if near(self.word(), &[WqlKeyword::From]).is_none()
                        || *self.ahead(1) == WqlTokenKind::Keyword(WqlKeyword::From) =>
                {
                    let end = self.behind();
                    let fault = QueryFault::new(
                        self.range(),
                        format!("expected `,` or `FROM`, found {}", self.found()),
                    )
                    .expected("a comma before this property?")
                    .replace("write a comma", end..end, ",", false);
                    self.report(fault);
                }
                _ => return Some(Projection::Properties(names)),
            }
        }
    }

    /// `DISTINCT`, `TOP 1` and `COUNT(*)` of SQL.
    fn sql_words(&mut self) {
        let begin = self.range().start;
        if (self.is_word("DISTINCT") || self.is_word("ALL"))
            && !matches!(
                self.ahead(1),
                WqlTokenKind::Comma | WqlTokenKind::Keyword(_)
            )
        {
            let word = self.word().to_uppercase();
            self.advance();
            let fault = QueryFault::new(begin..begin + word.len(), format!("WQL has no `{word}`"))
                .expected("a condition holds if there is any row")
                .replace("remove it", begin..self.range().start, "", true);
            self.report(fault);
        } else if self.is_word("TOP") && matches!(self.ahead(1), WqlTokenKind::Integer(_)) {
            self.advance();
            let end = self.range().end;
            self.advance();
            let fault = QueryFault::new(begin..end, "WQL has no `TOP`")
                .expected("a condition holds if there is any row")
                .replace("remove it", begin..self.range().start, "", true);
            self.report(fault);
        } else if self.is_word("COUNT") && *self.ahead(1) == WqlTokenKind::Open {
            self.skip_to_from();
            let range = begin..self.behind();
            let fault = QueryFault::new(range.clone(), "WQL has no `COUNT`")
                .expected("`*`")
                .help("a condition holds if there is any row")
                .replace("write `*`", range, "*", true);
            // A star in its place, so that the rest is read.
            self.report(fault);
            self.at -= 1;
            if let Some(token) = self.tokens.get_mut(self.at) {
                token.kind = WqlTokenKind::Star;
            }
        }
    }

    fn skip_to_from(&mut self) {
        while !matches!(
            self.kind(),
            WqlTokenKind::End | WqlTokenKind::Keyword(WqlKeyword::From | WqlKeyword::Where)
        ) {
            self.advance();
        }
    }

    fn class(&mut self) -> Option<WqlName> {
        let class = self.name("a class")?;
        if class.text.contains('.') {
            let fault = QueryFault::new(
                class.range.clone(),
                format!("`{}` is no name of a class", class.text),
            );
            self.report(
                fault
                    .expected("a class has no point")
                    .help("the namespace stands beside the query"),
            );
            return None;
        }
        Some(class)
    }

    /// A name or a path of names; a fault where there is none.
    fn name(&mut self, wanted: &str) -> Option<WqlName> {
        let start = self.range();
        let mut inserted = None;
        loop {
            match self.kind() {
                WqlTokenKind::Word => {}
                WqlTokenKind::Inserted(name) => inserted = inserted.or_else(|| Some(name.clone())),
                // The lexer has said it.
                WqlTokenKind::Broken => {
                    self.advance();
                    return None;
                }
                _ => {
                    let fault = QueryFault::new(
                        self.range(),
                        format!("expected {wanted}, found {}", self.found()),
                    );
                    let fault = match self.kind() {
                        WqlTokenKind::Text(_) => fault.expected("without quotes"),
                        _ => fault.expected(wanted),
                    };
                    self.report(fault);
                    if matches!(self.kind(), WqlTokenKind::Text(_)) {
                        self.advance();
                    }
                    return None;
                }
            }
            self.advance();
            if *self.kind() != WqlTokenKind::Point {
                let range = start.start..self.behind();
                // Blanks round a point are none of the name.
                let text = self.slice(range.clone()).split_whitespace().collect();
                return Some(WqlName {
                    text,
                    range,
                    inserted,
                });
            }
            self.advance();
        }
    }

    /// What follows the class: `WHERE` and an expression, or nothing. The outer `None` is a fault.
    fn condition(&mut self) -> Option<Option<WqlExpression>> {
        match self.kind() {
            WqlTokenKind::End => return Some(None),
            WqlTokenKind::Keyword(WqlKeyword::Where) => self.advance(),
            WqlTokenKind::Comma => {
                let fault = QueryFault::new(self.range(), "a query asks for one class")
                    .expected("`WHERE` or nothing");
                self.report(fault);
                self.skip_to_where()?;
            }
            WqlTokenKind::Word => {
                let foreign = FOREIGN.iter().find(|(word, _)| self.is_word(word));
                if let Some((_, message)) = foreign {
                    self.report(
                        QueryFault::new(self.range(), *message).expected("`WHERE` or nothing"),
                    );
                    self.skip_to_where()?;
                } else if self.misspelled(&[WqlKeyword::Where]).is_none() {
                    self.no_where();
                }
            }
            _ => self.no_where(),
        }
        if self.hopeless {
            return None;
        }
        if *self.kind() == WqlTokenKind::End {
            let fault =
                QueryFault::new(self.range(), "nothing follows `WHERE`").expected("a comparison");
            self.report(fault);
            return None;
        }
        self.any().map(Some)
    }

    fn no_where(&mut self) {
        let start = self.range().start;
        let fault = QueryFault::new(
            self.range(),
            format!(
                "expected `WHERE` or the end of the query, found {}",
                self.found()
            ),
        )
        .expected("`WHERE`");
        // If a comparison follows, the word was forgotten.
        let comparison = matches!(self.kind(), WqlTokenKind::Word)
            && matches!(
                self.ahead(1),
                WqlTokenKind::Operator(_)
                    | WqlTokenKind::Keyword(
                        WqlKeyword::Like | WqlKeyword::Is | WqlKeyword::Not | WqlKeyword::IsA
                    )
            );
        self.report(if comparison {
            fault.replace("write `WHERE`", start..start, "WHERE ", true)
        } else {
            fault
        });
        if !comparison {
            self.hopeless = true;
            self.at = self.tokens.len().saturating_sub(1);
        }
    }

    fn skip_to_where(&mut self) -> Option<()> {
        while !matches!(
            self.kind(),
            WqlTokenKind::End | WqlTokenKind::Keyword(WqlKeyword::Where)
        ) {
            self.advance();
        }
        self.accept(WqlKeyword::Where).then_some(())
    }

    // ---- the expression

    /// A chain of `OR`.
    fn any(&mut self) -> Option<WqlExpression> {
        self.chain(WqlKeyword::Or, Self::all, WqlExpression::Any)
    }

    /// A chain of `AND`.
    fn all(&mut self) -> Option<WqlExpression> {
        self.chain(WqlKeyword::And, Self::part, WqlExpression::All)
    }

    fn chain(
        &mut self,
        keyword: WqlKeyword,
        part: fn(&mut Self) -> Option<WqlExpression>,
        join: fn(Vec<WqlExpression>) -> WqlExpression,
    ) -> Option<WqlExpression> {
        let first = part(self);
        let mut good = first.is_some();
        let mut parts: Vec<WqlExpression> = first.into_iter().collect();
        while !self.hopeless && self.accept(keyword) {
            match part(self) {
                Some(next) => parts.push(next),
                None => good = false,
            }
        }
        if !good {
            return None;
        }
        if parts.len() == 1 {
            parts.pop()
        } else {
            Some(join(parts))
        }
    }

    /// `NOT …`, `(…)` or a comparison, and what must follow it.
    fn part(&mut self) -> Option<WqlExpression> {
        let part = self.operand();
        if self.hopeless {
            return None;
        }
        self.end_of_part();
        part
    }

    fn operand(&mut self) -> Option<WqlExpression> {
        let deeper = matches!(
            self.kind(),
            WqlTokenKind::Open | WqlTokenKind::Keyword(WqlKeyword::Not)
        );
        if !deeper {
            return self.test();
        }
        if self.depth >= MAX_DEPTH {
            let fault = QueryFault::new(
                self.range(),
                format!("a query that nests deeper than {MAX_DEPTH} levels"),
            );
            self.report(fault.expected("too deep here"));
            self.hopeless = true;
            self.at = self.tokens.len().saturating_sub(1);
            return None;
        }
        self.depth += 1;
        let part = if self.accept(WqlKeyword::Not) {
            self.operand()
                .map(|part| WqlExpression::Not(Box::new(part)))
        } else {
            self.parentheses()
        };
        self.depth -= 1;
        part
    }

    fn parentheses(&mut self) -> Option<WqlExpression> {
        let open = self.range();
        self.advance();
        if *self.kind() == WqlTokenKind::Close {
            self.report(
                QueryFault::new(open.start..self.range().end, "empty parentheses")
                    .expected("a comparison"),
            );
            self.advance();
            return None;
        }
        let inner = self.any();
        if self.hopeless {
            return None;
        }
        if *self.kind() == WqlTokenKind::Close {
            self.advance();
            return inner;
        }
        self.report(
            QueryFault::new(open, "a parenthesis in a query is never closed")
                .expected("opened here"),
        );
        None
    }

    /// Behind a part stands `AND`, `OR`, a closing parenthesis or the end.
    fn end_of_part(&mut self) {
        loop {
            match self.kind() {
                WqlTokenKind::End | WqlTokenKind::Keyword(WqlKeyword::And | WqlKeyword::Or) => {
                    return;
                }
                WqlTokenKind::Close if self.depth > 0 => return,
                WqlTokenKind::Close => {
                    let fault = QueryFault::new(
                        self.range(),
                        "a closing parenthesis without an opening one",
                    );
                    self.report(fault.expected("nothing opens it"));
                    self.advance();
                }
                _ => break,
            }
        }
        let fault = match self.kind() {
            // The lexer has said it.
            WqlTokenKind::Broken => None,
            WqlTokenKind::Word => {
                let foreign = FOREIGN.iter().find(|(word, _)| self.is_word(word));
                if foreign.is_none()
                    && let Some(keyword) = self.misspelled(&[WqlKeyword::And, WqlKeyword::Or])
                {
                    // The chain that is being read shall find it.
                    self.at -= 1;
                    if let Some(token) = self.tokens.get_mut(self.at) {
                        token.kind = WqlTokenKind::Keyword(keyword);
                    }
                    return;
                }
                let message =
                    foreign.map_or_else(|| self.unexpected(), |(_, message)| (*message).to_owned());
                Some(QueryFault::new(self.range(), message).expected("`AND`, `OR` or nothing"))
            }
            _ => Some(
                QueryFault::new(self.range(), self.unexpected()).expected("`AND`, `OR` or nothing"),
            ),
        };
        self.faults.extend(fault);
        self.resume();
    }

    fn unexpected(&self) -> String {
        format!(
            "expected `AND`, `OR` or the end of the query, found {}",
            self.found()
        )
    }

    /// Goes to where the next part of an expression may begin. Parentheses that open on the way are
    /// passed over.
    fn resume(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.kind() {
                WqlTokenKind::End => return,
                WqlTokenKind::Keyword(WqlKeyword::And | WqlKeyword::Or) if open == 0 => return,
                WqlTokenKind::Open => open += 1,
                WqlTokenKind::Close if open == 0 => return,
                WqlTokenKind::Close => open -= 1,
                _ => {}
            }
            self.advance();
        }
    }
}
