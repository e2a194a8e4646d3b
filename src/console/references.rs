//! What a sequence refers to, as its object and the lists beside it have it.

use std::{borrow::Cow, collections::HashMap};

use super::instance::{NEWLINE, SmallInstance};
use crate::{
    emit::{self, ReferenceEntry},
    model::{Node, Sequence, Value},
    vocabulary::{Property, Referenced, header, reference_kinds},
    xml::{Document, text as escaped},
};

/// A byte-order mark, which every text of the archive but the objects begins with.
pub(super) const MARK: &str = "\u{FEFF}";

/// How a list of texts begins.
const LIST: &str = "<ArrayOfString xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"";

/// What the source calls an object that it refers to.
#[derive(Clone, Debug, Default)]
struct NamedObject {
    name: String,
    /// The number of its kind.
    kind: u32,
}

/// All that a sequence refers to: the boot image, then the list in its XML.
#[derive(Clone, Debug, Default)]
pub(super) struct ObjectReferences {
    pub entries: Vec<ReferenceEntry>,
    named: HashMap<String, NamedObject>,
}

impl ObjectReferences {
    /// What a sequence and its XML say.
    pub fn of(sequence: &Sequence, xml: &str) -> ObjectReferences {
        let mut entries = Vec::new();
        let mut named = HashMap::new();
        if let Some(id) = boot_image(sequence) {
            let kind = kind_code("boot_image");
            named.insert(
                id.to_owned(),
                NamedObject {
                    name: boot_image_name(sequence),
                    kind,
                },
            );
            entries.push(ReferenceEntry {
                id: id.to_owned(),
                application: false,
                program: None,
            });
        }
        for entry in listed(xml).unwrap_or_else(|| emit::references(sequence)) {
            if !entries.iter().any(|known| known.id == entry.id) {
                entries.push(entry);
            }
        }
        sequence.walk(&mut |node, _| {
            let Node::Step(step) = node else { return };
            let rows = step.table().map_or(&[][..], |table| &table.property);
            for setting in &step.settings {
                if let (Value::References(list), Some(row)) =
                    (&setting.value, rows.get(setting.property))
                {
                    list.iter().for_each(|one| name(&mut named, one, row));
                }
            }
        });
        ObjectReferences { entries, named }
    }

    /// The instances of the object's property.
    pub fn instances(&self) -> Vec<SmallInstance> {
        self.entries.iter().map(instance).collect()
    }

    /// The texts about packages, or about applications.
    pub fn texts(&self, id: &str, applications: bool) -> Vec<String> {
        let own = self.entries.iter();
        own.filter(|entry| entry.application == applications)
            .map(|entry| self.text(id, entry))
            .collect()
    }

    /// One text, escaped as the list has it.
    pub fn text(&self, id: &str, entry: &ReferenceEntry) -> String {
        let none = NamedObject::default();
        let named = self.named.get(&entry.id).unwrap_or(&none);
        let kind = named.kind.to_string();
        let program = entry.program.as_deref().unwrap_or("*");
        let (class, properties) = if entry.application {
            let properties = [
                ("PackageID", "string", id),
                // The site's own number, which no source knows.
                ("RefAppCI_ID", "sint32", "0"),
                ("RefAppModelName", "string", &entry.id),
                ("RefAppPackageID", "string", ""),
            ];
            ("SMS_TaskSequenceAppReferencesInfo", properties.to_vec())
        } else {
            let properties = [
                ("PackageID", "string", id),
                ("ProgramName", "string", "*"),
                ("ReferenceDescription", "string", ""),
                ("ReferenceName", "string", &named.name),
                ("ReferencePackageID", "string", &entry.id),
                ("ReferencePackageType", "uint32", &kind),
                ("ReferenceProgramName", "string", program),
                ("ReferenceVersion", "string", ""),
            ];
            ("SMS_TaskSequenceReferencesInfo", properties.to_vec())
        };
        let mut out = format!("<INSTANCE CLASSNAME=\"{class}\">{NEWLINE}");
        let mut push = |start: &str, text: &str| {
            let text = escaped(text);
            out.push_str(&format!(
                "  <PROPERTY {start}>{NEWLINE}    <VALUE>{text}</VALUE>{NEWLINE}  </PROPERTY>{NEWLINE}"
            ));
        };
        push("TYPE=\"string\" NAME=\"__RELPATH\"", "");
        for (name, kind, text) in properties {
            push(&format!("NAME=\"{name}\" TYPE=\"{kind}\""), text);
        }
        out.push_str("</INSTANCE>");
        escaped(&out).into_owned()
    }
}

/// Notes the name and the kind of an object, unless an earlier use said more.
fn name(named: &mut HashMap<String, NamedObject>, one: &crate::model::Reference, row: &Property) {
    let own = named.entry(one.id.clone()).or_default();
    if own.name.is_empty() {
        own.name.clone_from(&one.name);
    }
    if own.kind == 0 {
        let by_row = match row.reference {
            Some(Referenced::TaskSequence) => kind_code("task_sequence"),
            _ => row.package_kind.as_deref().map_or(0, kind_code),
        };
        own.kind = if one.kind == 0 { by_row } else { one.kind };
    }
}

/// The number of a kind of objects.
fn kind_code(name: &str) -> u32 {
    let known = reference_kinds().iter().find(|kind| kind.name == name);
    known.map_or(0, |kind| kind.code)
}

/// The identifier of the header's boot image.
pub(super) fn boot_image(sequence: &Sequence) -> Option<&str> {
    boot_image_value(sequence).map(|(id, _)| id)
}

fn boot_image_name(sequence: &Sequence) -> String {
    boot_image_value(sequence).map_or_else(String::new, |(_, name)| name.to_owned())
}

fn boot_image_value(sequence: &Sequence) -> Option<(&str, &str)> {
    let is_boot_image = |row: &Property| row.property.as_deref() == Some(super::object::BOOT_IMAGE);
    let index = header().iter().position(is_boot_image)?;
    let mut settings = sequence.properties.iter();
    let setting = settings.find(|setting| setting.property == index)?;
    let (id, name) = match &setting.value {
        Value::References(list) => {
            let one = list.first()?;
            (one.id.as_str(), one.name.as_str())
        }
        other => (other.text()?, ""),
    };
    (!id.is_empty()).then_some((id, name))
}

/// The list of references in a sequence's XML, if there is one.
fn listed(xml: &str) -> Option<Vec<ReferenceEntry>> {
    let document = Document::parse(xml).ok()?;
    let list = document.root().child("referenceList")?;
    let entry = |element: crate::xml::Element<'_>| {
        let program = element.attribute("program").map(Cow::into_owned);
        let package = element.attribute("package");
        let application = package.is_none();
        let id = package.or_else(|| element.attribute("application"))?;
        Some(ReferenceEntry {
            id: id.into_owned(),
            application,
            program,
        })
    };
    Some(list.children().filter_map(entry).collect())
}

/// The instance that stands for a reference in the object.
pub(super) fn instance(entry: &ReferenceEntry) -> SmallInstance {
    let (program, kind) = if entry.application {
        ("", "1")
    } else {
        (entry.program.as_deref().unwrap_or("*"), "0")
    };
    SmallInstance {
        class: "SMS_TaskSequence_Reference",
        properties: vec![
            ("Package", "string", entry.id.clone()),
            ("Program", "string", program.to_owned()),
            ("Type", "uint32", kind.to_owned()),
        ],
    }
}

/// A list of texts, each escaped already.
pub(super) fn list_of_texts(texts: &[String]) -> String {
    if texts.is_empty() {
        return format!("{MARK}{LIST} />");
    }
    let strings = texts
        .iter()
        .map(|text| format!("  <string>{text}</string>{NEWLINE}"));
    let strings: String = strings.collect();
    format!("{MARK}{LIST}>{NEWLINE}{strings}</ArrayOfString>")
}
