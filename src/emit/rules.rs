//! Rules of Set Dynamic Variables: XML inside of a variable.

use super::condition;
use crate::{
    model::Rule,
    xml::{LineEnd, XmlLayout, XmlWriter},
};

/// The inner XML with its line end, as exports have it.
pub(super) fn to_xml(rules: &[Rule], line_end: LineEnd) -> String {
    let mut writer = XmlWriter::new(Vec::new(), XmlLayout::OneLine);
    // Writing to memory does not fail.
    let _ = write(&mut writer, rules);
    let bytes = writer
        .finish(if line_end == LineEnd::None {
            LineEnd::CrLf
        } else {
            line_end
        })
        .unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn write(writer: &mut XmlWriter<Vec<u8>>, rules: &[Rule]) -> std::io::Result<()> {
    writer.open("Rules", &[])?;
    for rule in rules {
        writer.open("Rule", &[])?;
        if let Some(test) = &rule.test {
            writer.open("condition", &[])?;
            condition::write_test(writer, &test.stored())?;
            writer.close("condition")?;
        }
        if rule.variables.is_empty() {
            writer.empty("Variables", &[])?;
            writer.close("Rule")?;
            continue;
        }
        writer.open("Variables", &[])?;
        for variable in &rule.variables {
            let secret = if variable.masked { "true" } else { "false" };
            let text = if variable.masked {
                ""
            } else {
                variable.value.text().unwrap_or("")
            };
            writer.text(
                "Variable",
                &[("Name", &variable.name.value), ("IsSecret", secret)],
                text,
            )?;
        }
        writer.close("Variables")?;
        writer.close("Rule")?;
    }
    writer.close("Rules")
}
