//! What an export says beside the sequence: the package's own properties, and names of what is
//! referred to.

use std::collections::HashMap;

use crate::{
    vocabulary::{PlatformRange, Property, Type, header},
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
    /// Properties of the header whose value is nothing that a header can say.
    pub unsaid: Vec<String>,
    /// Names of packages and applications by identifier.
    pub names: HashMap<String, String>,
}

impl ExportPackage {
    /// Takes what an instance of `SMS_TaskSequencePackage` says.
    pub(super) fn of_instance(instance: Element<'_>) -> ExportPackage {
        let mut package = ExportPackage::default();
        for property in instance.children() {
            let Some(name) = property.attribute("NAME") else {
                continue;
            };
            if property.name() == "PROPERTY"
                && let Some(value) = property.child("VALUE")
            {
                package.take(&name, &value.text());
            }
            if let Some(list) = property.child("VALUE.OBJECTARRAY") {
                let own = list.children().filter_map(|one| one.child("INSTANCE"));
                let field = |one: Element<'_>, name: &str| {
                    let is_named =
                        |child: &Element<'_>| child.attribute("NAME").as_deref() == Some(name);
                    let field = one.children().find(is_named)?.child("VALUE")?;
                    Some(field.text().into_owned())
                };
                package.take_list(&name, own, field);
            }
        }
        package
    }

    /// Takes what the elements beside `SequenceData` of a `SmsTaskSequencePackage` say.
    pub(super) fn of_elements(root: Element<'_>) -> ExportPackage {
        let mut package = ExportPackage::default();
        for child in root.children() {
            if child.children().next().is_none() {
                package.take(child.name(), &child.text());
            } else {
                let field = |one: Element<'_>, name: &str| {
                    one.child(name).map(|field| field.text().into_owned())
                };
                package.take_list(child.name(), child.children(), field);
            }
        }
        package
    }

    /// Takes a list of operating systems; `field` gives a property of one of them.
    fn take_list<'d>(
        &mut self,
        name: &str,
        list: impl Iterator<Item = Element<'d>>,
        field: impl Fn(Element<'d>, &str) -> Option<String>,
    ) {
        let lists = header().iter().filter(|row| row.kind == Type::List);
        let mut known = lists.filter(|row| row.property.as_deref() == Some(name));
        let Some(property) = known.next() else { return };
        let spelled = |one: Element<'d>| {
            let range = PlatformRange {
                platform: field(one, "Platform")?,
                min_version: field(one, "MinVersion")?,
                max_version: field(one, "MaxVersion")?,
            };
            range.spelled()
        };
        let list: Vec<Option<String>> = list.map(spelled).collect();
        if list.is_empty() {
            return;
        }
        match list.into_iter().collect::<Option<Vec<String>>>() {
            Some(list) => self
                .properties
                .push((property.name.clone(), list.join(","))),
            None => self.unsaid.push(property.name.clone()),
        }
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
        let Some(property) = known.filter(|row| row.kind != Type::List) else {
            return;
        };
        match in_words(property, text) {
            Some(text) if property.default.as_deref().unwrap_or("") != text => {
                self.properties.push((property.name.clone(), text));
            }
            None if !text.trim().is_empty() => self.unsaid.push(property.name.clone()),
            _ => {}
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
    let whole = text;
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
            && spell::text(whole).is_some())
        // Blanks at its ends are its own; one of nothing else is how a file is laid out.
        .then(|| if text.is_empty() { text } else { whole }.to_owned()),
        Type::List => None,
        _ => Some(text.to_owned()).filter(|text| !text.is_empty()),
    }
}
