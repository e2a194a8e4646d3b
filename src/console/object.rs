//! `object.xml`: the task sequence object with all its properties.

use super::{
    SEQUENCE_CLASS, SequenceObject, identity,
    instance::{BASE_CLASS, IndentedXml, ObjectValue, SmallInstance, SystemProperties},
    references::ObjectReferences,
};
use crate::{
    model::{Node, Sequence, Setting, Step, Value},
    vocabulary::{
        ByEngine, ObjectForm, ObjectProperty, PlatformRange, Property, Type, header,
        object_properties,
    },
};

/// The property of the boot image.
pub(super) const BOOT_IMAGE: &str = "BootImageID";
/// That of the operating systems that a sequence may run on.
pub(super) const PLATFORMS: &str = "SupportedOperatingSystems";
/// That of the flags that say how clients run a sequence.
pub(super) const FLAGS: &str = "ProgramFlags";
/// The flag for any operating system.
const ANY_PLATFORM: u32 = 1 << 27;

/// The object's text.
pub(super) fn text(object: &SequenceObject) -> String {
    let references = ObjectReferences::of(&object.sequence, &object.xml);
    let site = identity::site_of(&object.id);
    let namespace = format!("root\\sms\\site_{site}");
    let relative = format!("{SEQUENCE_CLASS}.PackageID=\"{}\"", object.id);
    // The server is named as WMI names the one that is asked: which it was, no source knows.
    let path = format!("\\\\.\\{namespace}:{relative}");
    let system = SystemProperties {
        path: Some(&path),
        namespace: Some(&namespace),
        server: Some("."),
        derivation: &[BASE_CLASS, "SMS_BaseClass"],
        count: object_properties().len(),
        relative: Some(&relative),
        dynasty: "SMS_BaseClass",
        class: SEQUENCE_CLASS,
    };
    let mut out = IndentedXml::default();
    out.object(&system, object_properties(), |row| {
        worked_out(object, &references, &row.name)
            .or_else(|| of_header(&object.sequence, row))
            .unwrap_or_else(|| ObjectValue::of_row(row))
    });
    out.text
}

/// What follows from the sequence, and no header says.
pub(super) fn worked_out(
    object: &SequenceObject,
    references: &ObjectReferences,
    name: &str,
) -> Option<ObjectValue> {
    Some(match name {
        "PackageID" => ObjectValue::text(&object.id),
        "Name" => ObjectValue::text(&object.name),
        "Sequence" => ObjectValue::One(cdata(&object.xml)),
        "SourceSize" => ObjectValue::text(&size(&object.xml)),
        "SourceSite" => ObjectValue::text(identity::site_of(&object.id)),
        "SedoObjectVersion" => {
            let guid = identity::guid(&["version", &object.id, &object.xml]);
            ObjectValue::text(&guid)
        }
        "Type" => ObjectValue::text(kind(&object.sequence)),
        "References" if references.entries.is_empty() => ObjectValue::Null,
        "References" => ObjectValue::Instances(references.instances()),
        _ => return None,
    })
}

/// The size of a sequence in kilobytes, every begun one counted.
pub(super) fn size(xml: &str) -> String {
    xml.len().div_ceil(1024).to_string()
}

/// A text in which nothing is escaped.
pub(super) fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// `2` for a sequence that deploys an operating system, `1` for another one. 13 public objects: it
/// does by a step that only such a one has, and by a restart into the boot image.
pub(super) fn kind(sequence: &Sequence) -> &'static str {
    let mut deploys = false;
    sequence.walk(&mut |node, _| {
        if let Node::Step(step) = node {
            deploys |= is_of_deployment(step);
        }
    });
    if deploys { "2" } else { "1" }
}

fn is_of_deployment(step: &Step) -> bool {
    let Some(table) = step.table() else {
        return false;
    };
    if table.by_engine == Some(ByEngine::Restarts) {
        let target = |setting: &Setting| {
            let row = table.property.get(setting.property);
            row.is_some_and(|row| row.property.as_deref() == Some("Target"))
                && setting.value.text() == Some("WinPE")
        };
        return step.settings.iter().any(target);
    }
    table.family.is_some() && !table.generic
}

/// What the header says of a property of the object; `None` when it says nothing.
pub(super) fn of_header(sequence: &Sequence, row: &ObjectProperty) -> Option<ObjectValue> {
    let (property, setting) = said(sequence, &row.name);
    let Some(value) = setting.and_then(|setting| setting_text(&setting.value)) else {
        if row.name == FLAGS && said(sequence, PLATFORMS).1.is_some() {
            return Some(ObjectValue::text(&not_any_platform(row.value.as_deref()?)?));
        }
        let default = property?.default.as_deref()?;
        return Some(ObjectValue::text(&in_class(property?, row, default)));
    };
    let property = property?;
    if row.form == ObjectForm::Objects {
        return Some(ObjectValue::Instances(platforms(value)));
    }
    Some(ObjectValue::text(&in_class(property, row, value)))
}

/// The flags of a sequence that may run on some operating systems only; `None` for what is no
/// number.
pub(super) fn not_any_platform(flags: &str) -> Option<String> {
    let flags: u32 = flags.trim().parse().ok()?;
    Some((flags & !ANY_PLATFORM).to_string())
}

/// The row of the header for a property of the object, and what the header says of it.
pub(super) fn said<'s>(
    sequence: &'s Sequence,
    name: &str,
) -> (Option<&'static Property>, Option<&'s Setting>) {
    let is_named = |row: &&Property| row.property.as_deref() == Some(name);
    let Some(index) = header().iter().position(|row| is_named(&row)) else {
        return (None, None);
    };
    let mut settings = sequence.properties.iter();
    let setting = settings.find(|setting| setting.property == index);
    (header().get(index), setting)
}

/// The text of a header's value.
pub(super) fn setting_text(value: &Value) -> Option<&str> {
    match value {
        Value::References(list) => list.first().map(|one| one.id.as_str()),
        other => other.text(),
    }
}

/// The text of the class for the text of a header.
pub(super) fn in_class(property: &Property, row: &ObjectProperty, text: &str) -> String {
    match (property.kind, row.kind.as_str(), text) {
        (Type::Boolean, "boolean", _) => text.to_uppercase(),
        (Type::Boolean, _, "true") => "1".to_owned(),
        (Type::Boolean, ..) => "0".to_owned(),
        // As the boxes of the console end a line.
        _ if text.contains('\n') && !text.contains('\r') => text.replace('\n', "\r\n"),
        _ => text.to_owned(),
    }
}

/// The instances for a list of platforms. What is none was reported when the source was compiled.
pub(super) fn platforms(list: &str) -> Vec<SmallInstance> {
    let ranges = list.split(',').filter_map(PlatformRange::parse);
    let instance = |range: PlatformRange| SmallInstance {
        class: "SMS_OS_Details",
        properties: vec![
            ("MaxVersion", "string", range.max_version),
            ("MinVersion", "string", range.min_version),
            ("Name", "string", "Win NT".to_owned()),
            ("Platform", "string", range.platform),
        ],
    };
    ranges.map(instance).collect()
}
