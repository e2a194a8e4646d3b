//! What an export says beside the sequence: the package's own properties, and names of what is
//! referred to.

use std::collections::HashMap;

use crate::{
    vocabulary::{Property, Type, header},
    write::spell,
    xml::{Document, Element},
};

/// What stands around a sequence.
#[derive(Clone, Debug, Default)]
pub struct ExportPackage {
    /// The package's name.
    pub name: Option<String>,
    /// The package's identifier.
    pub id: Option<String>,
    /// Header properties that are not at their default: name in the source, text in the table's
    /// unit.
    pub properties: Vec<(String, String)>,
    /// Names of packages and applications by identifier.
    pub names: HashMap<String, String>,
}

impl ExportPackage {
    /// Takes what an instance of `SMS_TaskSequencePackage` says.
    pub(super) fn of_instance(instance: Element<'_>) -> ExportPackage {
        let mut package = ExportPackage::default();
        for property in instance
            .children()
            .filter(|child| child.name() == "PROPERTY")
        {
            let Some(name) = property.attribute("NAME") else {
                continue;
            };
            if let Some(value) = property.child("VALUE") {
                package.take(&name, &value.text());
            }
        }
        package
    }

    /// Takes what the elements beside `SequenceData` of a `SmsTaskSequencePackage` say.
    pub(super) fn of_elements(root: Element<'_>) -> ExportPackage {
        let mut package = ExportPackage::default();
        for child in root
            .children()
            .filter(|child| child.children().next().is_none())
        {
            package.take(child.name(), &child.text());
        }
        package
    }

    fn take(&mut self, name: &str, text: &str) {
        match name {
            "Name" if !text.is_empty() => self.name = Some(text.to_owned()),
            "PackageID" if !text.is_empty() => self.id = Some(text.to_owned()),
            _ => {}
        }
        let known = header()
            .iter()
            .find(|property| property.property.as_deref() == Some(name));
        if let Some(property) = known
            && let Some(text) = in_words(property, text)
            && property.default.as_deref().unwrap_or("") != text
        {
            self.properties.push((property.name.clone(), text));
        }
    }

    /// Adds the names in a `ReferencesInfo.xml`: a list of instances, each escaped.
    pub(super) fn add_references(&mut self, text: &str) {
        let Ok(document) = Document::parse(text) else {
            return;
        };
        for one in document.root().children() {
            let inner = one.text();
            let Ok(instance) = Document::parse(inner.trim()) else {
                continue;
            };
            let value = |name: &str| {
                let mut properties = instance.root().children();
                let property = properties
                    .find(|child| child.attribute("NAME").is_some_and(|own| own == name))?;
                Some(property.child("VALUE")?.text().into_owned()).filter(|text| !text.is_empty())
            };
            if let (Some(id), Some(name)) = (value("ReferencePackageID"), value("ReferenceName")) {
                self.names.insert(id, name);
            }
        }
    }

    /// Adds the name of an object that came with the export.
    pub(super) fn add_object(&mut self, text: &str) {
        let Ok(document) = Document::parse(text) else {
            return;
        };
        let object = ExportPackage::of_instance(document.root());
        if let (Some(id), Some(name)) = (object.id, object.name) {
            self.names.insert(id, name);
        }
    }
}

/// The text a header's property holds for a value of the class; `None` for what a source cannot
/// say.
fn in_words(property: &Property, text: &str) -> Option<String> {
    let text = text.trim();
    match property.kind {
        Type::Boolean => match text.to_ascii_lowercase().as_str() {
            "1" | "true" => Some("true".to_owned()),
            "0" | "false" => Some("false".to_owned()),
            _ => None,
        },
        Type::Text => (property
            .max_length
            .is_none_or(|max| text.chars().count() <= max)
            && spell::text(text).is_some())
        .then(|| text.to_owned()),
        Type::List => None,
        _ => Some(text.to_owned()).filter(|text| !text.is_empty()),
    }
}
