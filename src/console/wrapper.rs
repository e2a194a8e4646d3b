//! `<SmsTaskSequencePackage>`: a task sequence object in one indented file, as the 2007 product
//! exported it and scripts still read it.

use super::{
    SequenceObject,
    instance::{NEWLINE, ObjectValue},
    object,
};
use crate::{
    emit,
    vocabulary::{ObjectForm, PlatformRange, header, object_properties},
    xml::{XmlLayout, text as escaped},
};

/// The file: every property of the object that a header can say, in the order of their names, and
/// the sequence as elements.
pub fn package_xml(object: &SequenceObject) -> String {
    let mut lines = vec![
        r#"<?xml version="1.0"?>"#.to_owned(),
        "<SmsTaskSequencePackage>".to_owned(),
    ];
    for row in object_properties() {
        match row.name.as_str() {
            "PackageID" if object.id.is_empty() => {}
            "PackageID" => lines.push(element(&row.name, &escaped(&object.id))),
            "Name" => lines.push(element(&row.name, &escaped(&object.name))),
            "Sequence" => lines.extend(sequence(object)),
            name if row.form == ObjectForm::Objects && is_in_header(name) => {
                lines.extend(platforms(object, name));
            }
            name if is_in_header(name) => {
                if let Some(text) = text(object, name) {
                    lines.push(element(name, &text));
                }
            }
            _ => {}
        }
    }
    lines.push("</SmsTaskSequencePackage>".to_owned());
    let mut text = lines.join(NEWLINE);
    text.push_str(NEWLINE);
    text
}

fn is_in_header(name: &str) -> bool {
    let mut rows = header().iter();
    rows.any(|row| row.property.as_deref() == Some(name))
}

/// The text of a property of the header, escaped.
fn text(object: &SequenceObject, name: &str) -> Option<String> {
    let row = object_properties().iter().find(|row| row.name == name)?;
    match object::of_header(&object.sequence, row)? {
        ObjectValue::One(text) => Some(text),
        _ => None,
    }
}

fn element(name: &str, text: &str) -> String {
    if text.is_empty() {
        format!("  <{name} />")
    } else {
        format!("  <{name}>{text}</{name}>")
    }
}

/// The operating systems that the sequence may run on; no element when it may on any.
fn platforms(object: &SequenceObject, name: &str) -> Vec<String> {
    let (_, Some(setting)) = object::said(&object.sequence, name) else {
        return Vec::new();
    };
    let list = object::setting_text(&setting.value).unwrap_or("");
    let mut lines = vec![format!("  <{name}>")];
    for range in list.split(',').filter_map(PlatformRange::parse) {
        lines.push("    <SMS_OS_Details>".to_owned());
        for (name, text) in [
            ("MaxVersion", range.max_version.as_str()),
            ("MinVersion", &range.min_version),
            ("Name", "Win NT"),
            ("Platform", &range.platform),
        ] {
            lines.push(format!("      <{name}>{}</{name}>", escaped(text)));
        }
        lines.push("    </SMS_OS_Details>".to_owned());
    }
    lines.push(format!("  </{name}>"));
    lines
}

/// The sequence, indented. Texts of several lines must stay as they are, so nothing in it is moved.
fn sequence(object: &SequenceObject) -> [String; 3] {
    let xml = emit::to_string(&object.sequence, XmlLayout::Pretty);
    [
        "  <SequenceData>".to_owned(),
        xml.trim_end().to_owned(),
        "  </SequenceData>".to_owned(),
    ]
}
