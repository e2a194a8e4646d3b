//! One value against one constant.
//!
//! What WMI converts, and how, is documented in part only. An answer is given where the
//! documentation, or the practice that public sequences show, leaves no doubt, or where all
//! plausible conversions agree; otherwise there is none.

use std::cmp::Ordering;

use super::{
    ast::{WqlLiteral, WqlOperator},
    datetime::{DateTime, date_time},
    facts::PropertyValue,
    like::like,
};

/// What comparing gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Compared {
    /// Yes or no.
    Known(bool),
    /// A value that is not there is compared. The text says "no" to all comparisons but `IS`;
    /// whether WMI then takes `NOT` of it, or `<>`, for true is not documented. Holds what plain
    /// two-valued logic would say.
    Null(bool),
    /// It does not hold in any reading; what `NOT` of it comes to is not documented.
    Never(&'static str),
    /// Nobody can say, with the reason.
    Undecided(&'static str),
}

/// Compares; the value stands left. `Fact::Unknown` is not for here.
pub(super) fn compare(
    fact: &PropertyValue,
    operator: WqlOperator,
    constant: &WqlLiteral,
) -> Compared {
    if *constant == WqlLiteral::Null {
        return match operator {
            WqlOperator::Is | WqlOperator::Equal => Compared::Known(*fact == PropertyValue::Null),
            WqlOperator::IsNot | WqlOperator::NotEqual => {
                Compared::Known(*fact != PropertyValue::Null)
            }
            _ => Compared::Undecided("NULL has no order"),
        };
    }
    match (fact, operator) {
        (PropertyValue::Null, _) => Compared::Null(operator == WqlOperator::NotEqual),
        (PropertyValue::Array(values), _) => array(values, operator, constant),
        (_, WqlOperator::Like) => match constant {
            WqlLiteral::Text(pattern) => matched(fact, pattern),
            _ => Compared::Undecided("LIKE needs a text"),
        },
        (_, WqlOperator::IsA) => {
            Compared::Undecided("which classes inherit from which is not known")
        }
        (_, WqlOperator::Is | WqlOperator::IsNot) => {
            Compared::Undecided("IS compares with NULL only")
        }
        _ => match order(fact, constant) {
            Ok(order) => decide(order, operator),
            Err(reason) => Compared::Undecided(reason),
        },
    }
}

/// Arrays. The documentation says that queries of arrays are not supported; in public people write
/// `ChassisTypes = 9` and mean that one of them is 9. Where none is, no reading gives a row; where
/// one is, the readings disagree.
fn array(values: &[PropertyValue], operator: WqlOperator, constant: &WqlLiteral) -> Compared {
    const WHY: &str = "whether a query may compare an array with one value is disputed";
    let fits = |value: &PropertyValue| compare(value, operator, constant) != Compared::Known(false);
    if values.iter().any(fits) {
        Compared::Undecided(WHY)
    } else {
        Compared::Never(WHY)
    }
}

fn matched(fact: &PropertyValue, pattern: &str) -> Compared {
    let matched = match fact {
        PropertyValue::Text(text) => like(text, pattern),
        PropertyValue::Integer(value) => like(&value.to_string(), pattern),
        _ => return Compared::Undecided("how LIKE writes such a value is not documented"),
    };
    matched.map_or(
        Compared::Undecided("the pattern can be read in more than one way"),
        Compared::Known,
    )
}

/// What is known of the order of two values.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    /// All of it.
    Known(Ordering),
    /// They have none; they are the same or not.
    Same(bool),
}

fn decide(order: Order, operator: WqlOperator) -> Compared {
    let known = match (order, operator) {
        (Order::Known(order), WqlOperator::Equal) => order.is_eq(),
        (Order::Known(order), WqlOperator::NotEqual) => order.is_ne(),
        (Order::Known(order), WqlOperator::Less) => order.is_lt(),
        (Order::Known(order), WqlOperator::LessEqual) => order.is_le(),
        (Order::Known(order), WqlOperator::Greater) => order.is_gt(),
        (Order::Known(order), WqlOperator::GreaterEqual) => order.is_ge(),
        (Order::Same(same), WqlOperator::Equal) => same,
        (Order::Same(same), WqlOperator::NotEqual) => !same,
        _ => return Compared::Undecided("these values have no order"),
    };
    Compared::Known(known)
}

fn order(fact: &PropertyValue, constant: &WqlLiteral) -> Result<Order, &'static str> {
    let known = |order: Ordering| Ok(Order::Known(order));
    match (fact, constant) {
        (PropertyValue::Text(left), WqlLiteral::Text(right)) => known(text_order(left, right)),
        // As text or as number? Where both give the same, it does not matter.
        (PropertyValue::Text(left), WqlLiteral::Integer(right)) => {
            let as_text = text_order(left, &right.to_string());
            match integer(left) {
                Some(left) if left.cmp(right) == as_text => known(as_text),
                _ => Err("a text is compared with a number"),
            }
        }
        (PropertyValue::Text(_), _) => Err("a text is compared with a value of another type"),
        (PropertyValue::Integer(left), WqlLiteral::Integer(right)) => known(left.cmp(right)),
        (PropertyValue::Integer(left), WqlLiteral::Text(right)) => match integer(right) {
            Some(right) => known(left.cmp(&right)),
            None => Err("a number is compared with a text that is no whole number"),
        },
        (PropertyValue::Integer(left), WqlLiteral::Real(right)) => {
            if right.fract() == 0.0 {
                numbers(*left, *right).map(Order::Known)
            } else {
                Err("whether WMI rounds the constant is not documented")
            }
        }
        // True is 1 in some places and -1 in others; false is 0 in all of them.
        (PropertyValue::Integer(left), WqlLiteral::Boolean(right)) => match (*left, *right) {
            (0, right) => Ok(Order::Same(!right)),
            (_, false) => Ok(Order::Same(false)),
            _ => Err("a number is compared with TRUE"),
        },
        (PropertyValue::Real(left), WqlLiteral::Real(right)) => left
            .partial_cmp(right)
            .map(Order::Known)
            .ok_or("not a number"),
        (PropertyValue::Real(left), WqlLiteral::Integer(right)) => {
            numbers(*right, *left).map(|order| Order::Known(order.reverse()))
        }
        (PropertyValue::Real(_), _) => {
            Err("a real number is compared with a value of another type")
        }
        (PropertyValue::Boolean(left), _) => match boolean(constant) {
            Some(right) => Ok(Order::Same(*left == right)),
            None => {
                Err("a truth value is compared with something else than TRUE, FALSE, 0, 1 and -1")
            }
        },
        (PropertyValue::DateTime(left), WqlLiteral::Text(right)) => {
            date_order(left, right).map(Order::Known)
        }
        (PropertyValue::DateTime(_), _) => Err("a date is compared with something else"),
        (PropertyValue::Array(_) | PropertyValue::Null | PropertyValue::Unknown, _)
        | (_, WqlLiteral::Null) => Err("there is no value to compare"),
    }
}

fn date_order(left: &str, right: &str) -> Result<Ordering, &'static str> {
    match (date_time(left), date_time(right)) {
        (Some(DateTime::Instant(left)), Some(DateTime::Instant(right)))
        | (Some(DateTime::Interval(left)), Some(DateTime::Interval(right))) => Ok(left.cmp(&right)),
        (Some(_), Some(_)) => Err("a date is compared with a length of time"),
        _ => Err("only dates of the form yyyymmddHHMMSS.mmmmmm+UUU are compared"),
    }
}

/// Letter by letter, without regard to case.
fn text_order(left: &str, right: &str) -> Ordering {
    left.chars()
        .flat_map(char::to_lowercase)
        .cmp(right.chars().flat_map(char::to_lowercase))
}

/// A whole number in decimal, as a text may hold it.
fn integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Numbers that a real number holds exactly.
fn numbers(integer: i128, real: f64) -> Result<Ordering, &'static str> {
    let exact = 1_i128 << 53;
    if (-exact..=exact).contains(&integer) {
        (integer as f64).partial_cmp(&real).ok_or("not a number")
    } else {
        Err("a real number cannot hold so large a number exactly")
    }
}

fn boolean(constant: &WqlLiteral) -> Option<bool> {
    match constant {
        WqlLiteral::Boolean(value) => Some(*value),
        WqlLiteral::Integer(0) => Some(false),
        WqlLiteral::Integer(1 | -1) => Some(true),
        // Public sequences ask for `HypervisorPresent = "1"`.
        WqlLiteral::Text(text) => match text.to_ascii_lowercase().as_str() {
            "0" | "false" => Some(false),
            "1" | "-1" | "true" => Some(true),
            _ => None,
        },
        _ => None,
    }
}
