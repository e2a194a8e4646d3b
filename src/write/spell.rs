//! How values are spelled: strings, blocks, names, quantities, references.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    model::{Reference, Value},
    syntax,
    vocabulary::{Property, Type, Unit, reference_kinds},
};

/// Commands longer than this are folded over several lines.
const FOLD: usize = 100;
/// Characters of a folded line.
const FOLD_WIDTH: usize = 96;
/// Fewest bytes of a last line.
const TAIL: usize = 12;
/// How much longer a line may be when it holds a quoted argument.
const SLACK: usize = 60;
/// Characters of a line of base64.
const BASE64_WIDTH: usize = 96;

/// A string of one line, if the text can be one without doubling a quote.
pub fn string(text: &str) -> Option<String> {
    if has_unwritable(text) {
        None
    } else {
        syntax::quoted(text)
    }
}

/// The name of a step or group, which nothing but a string can be: with both kinds of quotes one of
/// them is doubled.
pub fn title(text: &str) -> Option<String> {
    let doubled = || {
        let one_line = !text.contains(['\n', '\r']) && !has_unwritable(text);
        one_line.then(|| format!("'{}'", text.replace('\'', "''")))
    };
    string(text).or_else(doubled)
}

/// Whether XML, and so a source, cannot hold a character of it.
fn has_unwritable(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}'))
}

/// A string, or a block where a string cannot hold the text; `None` where neither can.
pub fn text(text: &str) -> Option<String> {
    string(text).or_else(|| block(text))
}

/// A block: its line ends must be of one kind.
pub fn block(text: &str) -> Option<String> {
    if has_unwritable(text) {
        return None;
    }
    let pairs = text.matches("\r\n").count();
    let (carriage, feeds) = (text.matches('\r').count(), text.matches('\n').count());
    let prefix = if feeds == pairs && carriage == pairs {
        ""
    } else if carriage == 0 {
        "lf"
    } else {
        return None;
    };
    Some(fenced(prefix, &text.replace("\r\n", "\n")))
}

/// Lines between quotes, of which there are more than any line begins with.
fn fenced(prefix: &str, lines: &str) -> String {
    let run = |line: &str| {
        line.trim_start_matches([' ', '\t'])
            .bytes()
            .take_while(|byte| *byte == b'"')
            .count()
    };
    let longest = lines.split('\n').map(run).max().unwrap_or(0);
    let fence = "\"".repeat(longest.max(2) + 1);
    format!("{prefix}{fence}\n{lines}\n{fence}")
}

/// A long command over several lines, where that gives the same text back. Lines end at single
/// blanks outside of quotes, if possible before a switch or an operator of the command interpreter.
fn folded(text: &str) -> Option<String> {
    let plain = !text.contains(['\n', '\r', '\t']) && !has_unwritable(text) && text.trim() == text;
    if text.chars().count() <= FOLD || !plain {
        return None;
    }
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.chars().count() > FOLD_WIDTH {
        // A last line of a few characters helps nobody.
        let Some(at) = break_at(rest).filter(|at| rest.len() - at > TAIL) else {
            break;
        };
        lines.push(&rest[..at]);
        rest = &rest[at + 1..];
    }
    lines.push(rest);
    (lines.len() > 1).then(|| fenced("fold", &lines.join("\n")))
}

/// The blank at which a line of a command ends.
fn break_at(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut quoted, mut width) = (false, 0);
    let (mut switch, mut outside, mut anywhere) = (None, None, None);
    for (at, character) in text.char_indices() {
        quoted ^= character == '"';
        width += 1;
        let late = width > FOLD_WIDTH;
        if late
            && (switch.is_some()
                || outside.is_some()
                || width > FOLD_WIDTH + SLACK && anywhere.is_some())
        {
            break;
        }
        let single = character == ' '
            && at > 0
            && bytes[at - 1] != b' '
            && bytes.get(at + 1).is_some_and(|next| *next != b' ');
        // Blanks before a line are taken off, and quotes could close the block.
        if !single || bytes.get(at + 1) == Some(&b'"') && text[at + 1..].starts_with("\"\"\"") {
            continue;
        }
        if width <= FOLD_WIDTH + SLACK {
            anywhere = Some(at);
        }
        if !quoted {
            outside = Some(at);
            if matches!(bytes.get(at + 1), Some(b'/' | b'-' | b'&' | b'|'))
                && width > FOLD_WIDTH / 3
            {
                switch = Some(at);
            }
        }
    }
    switch.or(outside).or(anywhere)
}

/// Whether a run-time variable's name can be written at all.
pub fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.chars().any(char::is_control)
}

/// A name, in back quotes where it needs them.
pub fn name(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !syntax::RESERVED.contains(&name)
        && !syntax::CONTEXTUAL.contains(&name);
    if plain {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}

/// A CIM datetime in UTC as a source has it, `2024-01-31T00:00:00Z`.
pub fn time(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        text.get(range)
            .filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if bytes.len() != 25 || bytes[14] != b'.' || !text.ends_with("+000") {
        return None;
    }
    let micro = digits(15..21)?;
    let fraction = if micro == "000000" {
        String::new()
    } else {
        format!(".{micro}")
    };
    let written = format!(
        "{}-{}-{}T{}:{}:{}{fraction}Z",
        digits(0..4)?,
        digits(4..6)?,
        digits(6..8)?,
        digits(8..10)?,
        digits(10..12)?,
        digits(12..14)?
    );
    // A day or hour that there is not cannot be written.
    written.parse::<jiff::Timestamp>().ok().map(|_| written)
}

/// A property's value; `None` where a source cannot say it.
pub fn value(property: &Property, value: &Value) -> Option<String> {
    match value {
        Value::Absent => Some("absent".to_owned()),
        Value::Secret(name) => Some(format!("secret({})", string(name)?)),
        Value::Unchecked(text) => Some(format!("unchecked({})", scalar(property, text)?)),
        Value::Script(text) => self::text(text),
        Value::Bytes(bytes) => Some(base64(bytes)),
        Value::References(list) => references(property, list),
        Value::Text(text) => scalar(property, text),
    }
}

fn scalar(property: &Property, text: &str) -> Option<String> {
    match property.kind {
        Type::Boolean => matches!(text, "true" | "false").then(|| text.to_owned()),
        Type::Integer => number(property, text).map(|number| number.to_string()),
        Type::Duration | Type::Size | Type::Frequency => {
            quantity(property, number(property, text)?)
        }
        Type::Member => property
            .member
            .iter()
            .find(|member| member.xml == text)
            .map(|member| member.name.clone()),
        Type::Variable if is_variable(text) && name(text) == text => Some(text.to_owned()),
        Type::List => {
            let items = text.split(',').map(|item| match property.of {
                Some(Type::Variable) if name(item) == item => Some(item.to_owned()),
                _ => string(item),
            });
            Some(format!(
                "[{}]",
                items.collect::<Option<Vec<_>>>()?.join(", ")
            ))
        }
        Type::SuccessCodes | Type::Variable => string(text),
        Type::Text if property.principal => folded(text).or_else(|| self::text(text)),
        Type::Secret if !text.is_empty() => None,
        Type::Package | Type::Application | Type::TaskSequence | Type::Script
            if text.is_empty() =>
        {
            None
        }
        Type::Text
        | Type::Account
        | Type::Secret
        | Type::Script
        | Type::Version
        | Type::Package
        | Type::Application
        | Type::TaskSequence => self::text(text),
    }
}

/// A number in its one spelling, inside of the property's range.
fn number(property: &Property, text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    let inside = property.min.is_none_or(|min| number >= min)
        && property.max.is_none_or(|max| number <= max);
    let sign = number >= 0 || property.kind == Type::Integer;
    (number.to_string() == text && inside && sign).then_some(number)
}

/// A number in the largest unit that fits exactly.
fn quantity(property: &Property, number: i64) -> Option<String> {
    let unit = property.unit?;
    if number == 0 {
        return Some(format!("0{unit}"));
    }
    let (number, unit) = unit.largest(i128::from(number), Unit::of(property.kind))?;
    Some(format!("{number}{unit}"))
}

fn references(property: &Property, list: &[Reference]) -> Option<String> {
    let of = property.of.unwrap_or(property.kind);
    let list_type = property.kind == Type::List;
    let items: Vec<String> = list
        .iter()
        .map(|one| reference(of, one))
        .collect::<Option<_>>()?;
    match items.as_slice() {
        [] => Some("[]".to_owned()),
        [one] if !list_type => Some(one.clone()),
        [one] if one.len() < 60 => Some(format!("[{one}]")),
        _ => Some(format!(
            "[\n{}\n]",
            items
                .iter()
                .map(|item| format!("{item},"))
                .collect::<Vec<_>>()
                .join("\n")
        )),
    }
}

fn reference(of: Type, one: &Reference) -> Option<String> {
    let id = string(&one.id)?;
    let word = match of {
        Type::Application => "application",
        Type::TaskSequence => "task_sequence",
        _ => "package",
    };
    let mut arguments = vec![id];
    if !one.name.is_empty() {
        arguments.push(string(&one.name)?);
    }
    if one.kind != 0 {
        let known = reference_kinds().iter().find(|kind| kind.code == one.kind);
        arguments.push(format!(
            "kind: {}",
            known.map_or(one.kind.to_string(), |kind| kind.name.clone())
        ));
    }
    if one.size != 0 {
        arguments.push(format!("size: {}", one.size));
    }
    if let [id] = arguments.as_slice() {
        return Some(id.clone());
    }
    Some(format!("{word}({})", arguments.join(", ")))
}

/// Bytes in lines of base64.
fn base64(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    if text.len() <= BASE64_WIDTH {
        return format!("base64 \"{text}\"");
    }
    let lines: Vec<&str> = (0..text.len())
        .step_by(BASE64_WIDTH)
        .filter_map(|at| text.get(at..text.len().min(at + BASE64_WIDTH)))
        .collect();
    format!("base64 {}", fenced("", &lines.join("\n")))
}
