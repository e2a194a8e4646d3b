//! Conditions.

use super::{WrittenPart, fragment::Fragment, items, spell};
use crate::{
    model::{
        Condition, Expression, ExpressionKind, Junction, Operand, Operator, OsCondition, Spanned,
        VersionTest,
    },
    vocabulary::{Platform, conditions, platforms},
};

/// A chain of tests longer than this is written as `all( … )` or `any( … )`, a line a test.
const CHAIN: usize = 100;

/// The tests behind `when`.
pub(super) fn condition(condition: &Condition) -> Fragment {
    let mut writer = ConditionWriter { next: 0 };
    let alone = condition.operands.len() == 1;
    let list = condition
        .operands
        .iter()
        .map(|operand| writer.operand(operand, alone))
        .collect::<Vec<_>>();
    let one_line = list
        .iter()
        .map(Fragment::width)
        .fold(0, usize::saturating_add)
        < CHAIN;
    Fragment::join(list, if one_line { ", " } else { ",\n" })
}

/// Counts operands as the reader does.
struct ConditionWriter {
    next: usize,
}

impl ConditionWriter {
    /// An operand; `bare` where a chain needs no parentheses.
    fn operand(&mut self, operand: &Operand, bare: bool) -> Fragment {
        let number = self.next;
        self.next += 1;
        let (text, span) = match operand {
            Operand::Operator {
                junction,
                operands,
                span,
            } => (self.operator(*junction, operands, bare), *span),
            Operand::Expression(expression) => (expression_text(expression), expression.span),
            Operand::Os(os) => (Fragment::new(os_text(os)), os.span),
            Operand::Xml(raw) => (Fragment::new(items::raw(&raw.xml)), raw.span),
        };
        text.marked(WrittenPart::Operand(number), span)
    }

    fn operator(&mut self, junction: Junction, operands: &[Operand], bare: bool) -> Fragment {
        let mut list: Vec<Fragment> = operands
            .iter()
            .map(|operand| self.operand(operand, false))
            .collect();
        let width = list
            .iter()
            .map(Fragment::width)
            .fold(0, usize::saturating_add);
        if junction == Junction::Not && list.len() == 1 {
            let one = list.remove(0);
            let mut out = Fragment::new("not (");
            // The operand brought its own parentheses.
            let inner = one
                .text
                .strip_prefix('(')
                .and_then(|text| text.strip_suffix(')'))
                .is_some();
            if inner && matches!(operands.first(), Some(Operand::Operator { .. })) {
                out = Fragment::new("not ");
                out.append(one);
                return out;
            }
            out.append(one);
            out.push(")");
            return out;
        }
        let chain = match junction {
            Junction::And => " and ",
            Junction::Or => " or ",
            Junction::Not => "",
        };
        if list.len() > 1 && !chain.is_empty() && width < CHAIN {
            let mut out = Fragment::new(if bare { "" } else { "(" });
            out.append(Fragment::join(list, chain));
            out.push(if bare { "" } else { ")" });
            return out;
        }
        let word = match junction {
            Junction::And => "all",
            Junction::Or => "any",
            Junction::Not => "none",
        };
        let lines = width >= CHAIN && list.len() > 1;
        let mut out = Fragment::new(format!("{word}({}", if lines { "\n" } else { "" }));
        out.append(Fragment::join(list, if lines { ",\n" } else { ", " }));
        out.push(if lines { ",\n)" } else { ")" });
        out
    }
}

/// One test.
pub(super) fn expression_text(expression: &Expression) -> Fragment {
    let mut out = plain(&expression.kind);
    if !expression.overrides.is_empty() {
        out.push_str(" xml < ");
        out.push_str(&items::overrides(&expression.overrides).join(", "));
        out.push_str(" >");
    }
    Fragment::new(out)
}

fn text(text: &str) -> String {
    spell::text(text).unwrap_or_else(|| "\"\"".to_owned())
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Equals => "==",
        Operator::NotEquals => "!=",
        Operator::Less => "<",
        Operator::LessEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterEqual => ">=",
        Operator::Like => "like",
        Operator::NotLike => "not like",
        Operator::Exists => "exists",
        Operator::NotExists => "not exists",
    }
}

fn plain(kind: &ExpressionKind) -> String {
    match kind {
        ExpressionKind::Variable {
            variable,
            operator,
            value,
        } => variable_text(&variable.value, *operator, value.as_ref()),
        ExpressionKind::File {
            path,
            version,
            modified,
        } => format!(
            "file {}{}{}",
            text(&path.value),
            version_text(version.as_ref()),
            modified_text(modified.as_ref())
        ),
        ExpressionKind::Folder { path, modified } => format!(
            "folder {}{}",
            text(&path.value),
            modified_text(modified.as_ref())
        ),
        ExpressionKind::Registry {
            key,
            value,
            kind,
            operator,
            data,
        } => format!(
            "registry {}{}{} {}{}",
            text(&key.value),
            worded(" value ", value.as_ref()),
            registry_type(kind),
            symbol(*operator),
            worded(" ", data.as_ref())
        ),
        ExpressionKind::Wmi { namespace, query } => wmi_text(&namespace.value, &query.value),
        ExpressionKind::Software {
            operator,
            product_code,
            upgrade_code,
            name,
            version,
        } => {
            let items = [
                (operator == "AnyVersion").then(|| "any_version: true".to_owned()),
                item("upgrade_code", upgrade_code.as_ref()),
                item("name", name.as_ref()),
                item("version", version.as_ref()),
            ];
            let code = text(&product_code.value);
            format!("software {code}{}", bracketed(items))
        }
    }
}

fn variable_text(name: &str, operator: Operator, value: Option<&Spanned<String>>) -> String {
    let (name, symbol) = (spell::name(name), symbol(operator));
    if matches!(operator, Operator::Exists | Operator::NotExists) {
        return format!("{symbol} {name}");
    }
    format!(
        "{name} {symbol} {}",
        text(value.map_or("", |value| &value.value))
    )
}

/// A word and a text, where there is a text.
fn worded(word: &str, value: Option<&Spanned<String>>) -> String {
    value.map_or(String::new(), |value| {
        format!("{word}{}", text(&value.value))
    })
}

/// The type of a registry value, unless it is the usual one or none that has a word.
fn registry_type(xml: &str) -> String {
    let known = conditions()
        .registry_type
        .iter()
        .find(|known| known.xml == xml && xml != "REG_SZ");
    known.map_or(String::new(), |known| format!(" as {}", known.name))
}

fn wmi_text(namespace: &str, query: &str) -> String {
    match language(namespace, query) {
        Some(number) => format!("os_language {number}"),
        None if namespace == "root\\cimv2" => format!("wmi {}", text(query)),
        None => format!("wmi {} in {}", text(query), text(namespace)),
    }
}

/// `NAME: "TEXT"`, where there is a text.
fn item(name: &str, value: Option<&Spanned<String>>) -> Option<String> {
    Some(format!("{name}: {}", text(&value?.value)))
}

/// The items that there are in `< >`, or nothing.
fn bracketed(items: [Option<String>; 4]) -> String {
    let items: Vec<String> = items.into_iter().flatten().collect();
    if items.is_empty() {
        return String::new();
    }
    format!(" < {} >", items.join(", "))
}

fn version_text(version: Option<&VersionTest>) -> String {
    version.map_or(String::new(), |(operator, value)| {
        format!(" version {} {}", symbol(*operator), text(&value.value))
    })
}

fn modified_text(modified: Option<&VersionTest>) -> String {
    modified.map_or(String::new(), |(operator, value)| {
        let time = spell::time(&value.value).unwrap_or_default();
        format!(" modified {} \"{time}\"", symbol(*operator))
    })
}

/// The language that the console's query for one asks for.
fn language(namespace: &str, query: &str) -> Option<u32> {
    let number = query
        .strip_prefix("SELECT OsLanguage FROM Win32_OperatingSystem WHERE OsLanguage='")?
        .strip_suffix('\'')?;
    let parsed: u32 = number.parse().ok()?;
    (namespace == "root\\cimv2" && parsed.to_string() == number).then_some(parsed)
}

/// A system of the table: by its name, and by its range where newer sites have another one.
fn known_system(system: &Platform) -> Option<String> {
    let known = platforms().iter().find(|known| known.platform == *system)?;
    let name = text(&system.name);
    Some(match known.is_first() {
        true => name,
        false => format!("{name} < max_version: {} >", text(&system.max_version)),
    })
}

fn os_text(os: &OsCondition) -> String {
    let all: Option<Vec<String>> = os.systems.iter().map(known_system).collect();
    match all.as_deref() {
        Some([one]) => return format!("os {one}"),
        Some(names) => return format!("os [{}]", names.join(", ")),
        None => {}
    }
    let one = |system: &Platform| {
        let queries: Vec<String> = system.queries.iter().map(|query| text(query)).collect();
        let mut items = vec![
            format!("arch: {}", text(&system.arch)),
            format!("min_version: {}", text(&system.min_version)),
            format!("max_version: {}", text(&system.max_version)),
        ];
        if system.kind != "Win_NT" {
            items.push(format!("type: {}", text(&system.kind)));
        }
        items.push(format!("queries: [{}]", queries.join(", ")));
        format!("{} < {} >", text(&system.name), items.join(", "))
    };
    match os.systems.as_slice() {
        [alone] => format!("os {}", one(alone)),
        list => {
            let entries: Vec<String> = list
                .iter()
                .map(|system| known_system(system).unwrap_or_else(|| one(system)))
                .collect();
            format!("os [\n{}\n]", entries.join(",\n"))
        }
    }
}
