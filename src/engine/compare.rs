//! Comparisons of texts, whole numbers, versions and patterns, as `docs/semantics.md` decides them.

use std::cmp::Ordering;

use crate::{model::Operator, wildcard};

/// Two whole numbers of any length, with a sign and blanks around them or not; `None` if one is
/// none.
pub(super) fn integers(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (integer(left)?, integer(right)?);
    Some(match (left, right) {
        ((true, _), (false, _)) => Ordering::Less,
        ((false, _), (true, _)) => Ordering::Greater,
        ((false, a), (false, b)) => magnitude(a, b),
        ((true, a), (true, b)) => magnitude(b, a),
    })
}

/// Whether it is negative, and its digits without leading zeros.
fn integer(text: &str) -> Option<(bool, &str)> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    Some((negative && !digits.is_empty(), digits))
}

fn magnitude(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Whether a text is a whole number beyond 32 bits.
pub(super) fn is_wide(text: &str) -> bool {
    integer(text).is_some_and(|(_, digits)| magnitude(digits, "2147483647") == Ordering::Greater)
}

/// What a comparison came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ComparisonResult {
    pub holds: bool,
    /// Whether it would come to the other if case counted, or did not.
    pub depends_on_case: bool,
}

/// Compares as conditions do: two whole numbers as numbers, anything else letter by letter.
pub(super) fn compare(
    left: &str,
    operator: Operator,
    right: &str,
    case_sensitive: bool,
) -> ComparisonResult {
    let plain = |holds| ComparisonResult {
        holds,
        depends_on_case: false,
    };
    if matches!(operator, Operator::Like | Operator::NotLike) {
        let wanted = operator == Operator::Like;
        return both(case_sensitive, |sensitive| {
            like(left, right, sensitive) == wanted
        });
    }
    if let Some(order) = integers(left, right) {
        return plain(fits(order, operator));
    }
    if left == right {
        return plain(fits(Ordering::Equal, operator));
    }
    both(case_sensitive, |sensitive| {
        fits(
            if sensitive {
                left.cmp(right)
            } else {
                folded(left).cmp(folded(right))
            },
            operator,
        )
    })
}

fn both(case_sensitive: bool, test: impl Fn(bool) -> bool) -> ComparisonResult {
    let holds = test(case_sensitive);
    ComparisonResult {
        holds,
        depends_on_case: test(!case_sensitive) != holds,
    }
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_uppercase)
}

/// Whether an order is what an operator asks for.
pub(super) fn fits(order: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Equals => order.is_eq(),
        Operator::NotEquals => order.is_ne(),
        Operator::Less => order.is_lt(),
        Operator::LessEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterEqual => order.is_ge(),
        Operator::Like | Operator::NotLike | Operator::Exists | Operator::NotExists => false,
    }
}

/// `*` is any text, `?` one character.
pub(super) fn like(text: &str, pattern: &str, case_sensitive: bool) -> bool {
    let fold = |text: &str| -> Vec<char> {
        if case_sensitive {
            text.chars().collect()
        } else {
            folded(text).collect()
        }
    };
    wildcard::matches(&fold(pattern), &fold(text))
}

/// Versions part by part as numbers; a part that is not there is 0. `None` where one is no version.
pub(super) fn versions(left: &str, right: &str) -> Option<Ordering> {
    let parts = |text: &str| -> Option<Vec<u64>> {
        text.trim()
            .split('.')
            .map(|part| part.trim().parse().ok())
            .collect()
    };
    let (mut left, mut right) = (parts(left)?, parts(right)?);
    let longest = left.len().max(right.len());
    left.resize(longest, 0);
    right.resize(longest, 0);
    Some(left.cmp(&right))
}

/// A network address without its separators, in capitals.
pub(super) fn address(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}
