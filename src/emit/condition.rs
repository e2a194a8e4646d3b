//! Conditions.

use std::io::{self, Write};

use crate::{
    model::{Condition, Operand, OsCondition, StoredTest},
    vocabulary::{ConditionKeyword, Dialect, conditions},
    xml::XmlWriter,
};

/// Writes a `<condition>`; one without operands is not written.
pub(super) fn write<W: Write>(
    writer: &mut XmlWriter<W>,
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
    writer: &mut XmlWriter<W>,
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
        Operand::Expression(expression) => write_test(writer, &expression.stored(dialect)),
        Operand::Os(os) => write_os(writer, os),
        Operand::Xml(raw) => writer.raw(&raw.xml),
    }
}

/// Writes an `<expression>`.
pub(super) fn write_test<W: Write>(
    writer: &mut XmlWriter<W>,
    stored: &StoredTest<'_>,
) -> io::Result<()> {
    writer.open("expression", &stored.attributes)?;
    for (name, text) in &stored.variables {
        writer.text("variable", &[("name", name)], text)?;
    }
    writer.close("expression")
}

fn write_os<W: Write>(writer: &mut XmlWriter<W>, os: &OsCondition) -> io::Result<()> {
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
            let class = conditions().class(ConditionKeyword::Wmi);
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
