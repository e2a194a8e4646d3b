//! Conditions.

use std::io::{self, Write};

use crate::{
    model::{Condition, Expression, ExpressionKind, Note, NoteText, Operand, OsCondition},
    vocabulary::{Dialect, conditions},
    xml::Writer,
};

/// Writes a `<condition>`; one without operands is not written.
pub(super) fn write<W: Write>(
    writer: &mut Writer<W>,
    condition: &Condition,
    dialect: Dialect,
) -> io::Result<()> {
    if condition.operands.is_empty() {
        return Ok(());
    }
    writer.open("condition", &[])?;
    for operand in &condition.operands {
        write_operand(writer, operand, dialect)?;
    }
    writer.close("condition")
}

// Conditions are nested at most as deep as the parser allows brackets.
pub(super) fn write_operand<W: Write>(
    writer: &mut Writer<W>,
    operand: &Operand,
    dialect: Dialect,
) -> io::Result<()> {
    match operand {
        Operand::Operator {
            junction, operands, ..
        } => {
            let kind = [("type", junction.xml())];
            if operands.is_empty() {
                return writer.empty("operator", &kind);
            }
            writer.open("operator", &kind)?;
            for operand in operands {
                write_operand(writer, operand, dialect)?;
            }
            writer.close("operator")
        }
        Operand::Expression(expression) => write_expression(writer, expression, dialect),
        Operand::Os(os) => write_os(writer, os),
        Operand::Xml(raw) => writer.raw(&raw.xml),
    }
}

/// Writes an `<expression>`.
pub(super) fn write_expression<W: Write>(
    writer: &mut Writer<W>,
    expression: &Expression,
    dialect: Dialect,
) -> io::Result<()> {
    let keyword = keyword(&expression.kind);
    let order = match (dialect, &expression.kind) {
        (Dialect::Mdt, ExpressionKind::Variable { .. }) => MDT_ORDER,
        _ => "",
    };
    write_variables(
        writer,
        conditions().class(keyword),
        pairs(&expression.kind),
        &expression.notes,
        order,
    )
}

/// The order in which MDT writes the variables of a variable test.
const MDT_ORDER: &str = "Variable Operator Value";

fn keyword(kind: &ExpressionKind) -> &'static str {
    match kind {
        ExpressionKind::Variable { .. } => "variable",
        ExpressionKind::File { .. } => "file",
        ExpressionKind::Folder { .. } => "folder",
        ExpressionKind::Registry { .. } => "registry",
        ExpressionKind::Wmi { .. } => "wmi",
        ExpressionKind::Software { .. } => "software",
    }
}

/// An expression of a class with these variables, notes laid over them, sorted by name.
pub(super) fn write_variables<'a, W: Write>(
    writer: &mut Writer<W>,
    class: &'a str,
    mut variables: Vec<(&'a str, &'a str)>,
    notes: &'a [Note],
    order: &str,
) -> io::Result<()> {
    let mut attributes = vec![("type", class)];
    let mut order = order;
    for note in notes {
        if let ("variables", NoteText::Text(noted)) = (note.name.as_str(), &note.text) {
            order = noted;
            continue;
        }
        let attribute = note
            .name
            .starts_with(|c: char| c.is_ascii_lowercase() || c == '@');
        let list = if attribute {
            &mut attributes
        } else {
            &mut variables
        };
        let own = note.attribute();
        let at = list.iter().position(|(name, _)| *name == own);
        match (&note.text, at) {
            (NoteText::Text(text) | NoteText::Variable { text, .. }, Some(at)) => list[at].1 = text,
            (NoteText::Text(text) | NoteText::Variable { text, .. }, None) => {
                list.push((own, text));
            }
            (NoteText::Absent, Some(at)) => {
                list.remove(at);
            }
            (NoteText::Absent, None) => {}
        }
    }
    let place = |name: &str| {
        order
            .split(' ')
            .position(|known| known == name)
            .unwrap_or(usize::MAX)
    };
    variables.sort_by_key(|(name, _)| (place(name), *name));
    writer.open("expression", &attributes)?;
    for (name, text) in variables {
        writer.text("variable", &[("name", name)], text)?;
    }
    writer.close("expression")
}

fn pairs(kind: &ExpressionKind) -> Vec<(&str, &str)> {
    let mut list = Vec::with_capacity(5);
    match kind {
        ExpressionKind::Variable {
            variable,
            operator,
            value,
        } => {
            list.push(("Operator", operator.xml()));
            // An export writes the value even where the operator needs none.
            list.push(("Value", value.as_ref().map_or("", |value| &value.value)));
            list.push(("Variable", &variable.value));
        }
        ExpressionKind::File {
            path,
            version,
            modified,
        } => {
            list.push(("Path", &path.value));
            if let Some((operator, text)) = modified {
                list.extend([
                    ("DateTime", text.value.as_str()),
                    ("DateTimeOperator", operator.xml()),
                ]);
            }
            if let Some((operator, text)) = version {
                list.extend([
                    ("Version", text.value.as_str()),
                    ("VersionOperator", operator.xml()),
                ]);
            }
        }
        ExpressionKind::Folder { path, modified } => {
            list.push(("Path", &path.value));
            if let Some((operator, text)) = modified {
                list.extend([
                    ("DateTime", text.value.as_str()),
                    ("DateTimeOperator", operator.xml()),
                ]);
            }
        }
        ExpressionKind::Registry {
            key,
            value,
            kind,
            operator,
            data,
        } => {
            list.push(("KeyPath", &key.value));
            list.push(("Operator", operator.xml()));
            list.push(("Type", kind));
            list.extend(value.as_ref().map(|value| ("Value", value.value.as_str())));
            list.extend(data.as_ref().map(|data| ("Data", data.value.as_str())));
        }
        ExpressionKind::Wmi { namespace, query } => {
            list.push(("Namespace", &namespace.value));
            list.push(("Query", &query.value));
        }
        ExpressionKind::Software {
            operator,
            product_code,
            upgrade_code,
            name,
            version,
        } => {
            list.push(("Operator", operator));
            list.push(("ProductCode", &product_code.value));
            list.extend(
                name.as_ref()
                    .map(|name| ("ProductName", name.value.as_str())),
            );
            list.extend(
                upgrade_code
                    .as_ref()
                    .map(|code| ("UpgradeCode", code.value.as_str())),
            );
            list.extend(
                version
                    .as_ref()
                    .map(|version| ("Version", version.value.as_str())),
            );
        }
    }
    list
}

fn write_os<W: Write>(writer: &mut Writer<W>, os: &OsCondition) -> io::Result<()> {
    writer.open("osConditionGroup", &[("type", "or")])?;
    for system in &os.systems {
        writer.open(
            "osExpressionGroup",
            &[("type", "and"), ("name", &system.name)],
        )?;
        writer.empty(
            "platformKey",
            &[
                ("arch", &system.arch),
                ("type", &system.kind),
                ("minVer", &system.min_version),
                ("maxVer", &system.max_version),
            ],
        )?;
        for query in &system.queries {
            let class = conditions().class("wmi");
            writer.open(
                "expression",
                &[("type", class), ("ignoreQueryFailure", "true")],
            )?;
            writer.text("variable", &[("name", "Namespace")], "root\\cimv2")?;
            writer.text("variable", &[("name", "Query")], query)?;
            writer.close("expression")?;
        }
        writer.close("osExpressionGroup")?;
    }
    writer.close("osConditionGroup")
}
