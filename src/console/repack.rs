//! An export packed again: what the sources change, and nothing else.
//!
//! Entries that do not change keep their bytes, and so do the properties of an object that a source
//! leaves as they are. What a source does not say is no change.

use std::collections::HashSet;

use super::{
    LISTS, SEQUENCE_CLASS,
    container::{TakenApart, ZipEntry, archive},
    instance::{IndentedXml, NEWLINE, ObjectValue, SmallInstance},
    object,
    references::{MARK, ObjectReferences, instance, list_of_texts},
};
use crate::{
    emit::{self, ReferenceEntry},
    model::Sequence,
    read::{self, Export, StepBackPlan},
    vocabulary::{ObjectForm, object_properties},
    xml::{self, Document, Element, XmlLayout},
};

/// Why an export cannot be packed again, in a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseError(pub String);

/// A sequence of the export.
#[derive(Debug)]
struct BaseObject {
    /// The folder of its entries.
    folder: String,
    /// Its object's text, without a byte-order mark.
    text: String,
    export: Export,
}

/// An export that others are packed into.
#[derive(Debug)]
pub struct ConsoleBase<'a> {
    bytes: &'a [u8],
    parts: TakenApart<'a>,
    objects: Vec<BaseObject>,
}

/// What became of a sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepackedSequence {
    /// Properties of the object that the source changed.
    pub changed: Vec<String>,
    /// Properties of the header that the source does not say, and the export has: they stay.
    pub kept: Vec<String>,
    /// Properties of the object that the source says, and the export's older product did not have.
    pub absent: Vec<String>,
}

impl<'a> ConsoleBase<'a> {
    /// Opens an export that was read, and found to be no trick.
    ///
    /// # Errors
    /// It is no export of the console.
    pub fn open(bytes: &'a [u8]) -> Result<ConsoleBase<'a>, BaseError> {
        let mut parts = TakenApart::of(bytes).map_err(|error| BaseError(error.to_string()))?;
        let mut objects = Vec::new();
        let names: Vec<String> = parts.entries.iter().map(|one| one.name.clone()).collect();
        for name in names {
            let Some(folder) = name.strip_suffix("/object.xml") else {
                continue;
            };
            if folder.split('/').next() != Some(SEQUENCE_CLASS) {
                continue;
            }
            let text = parts.text(&name)?;
            let mut input = read::open(&name, text.clone().into_bytes());
            let Some(export) = input.exports.pop() else {
                return Err(BaseError(format!("{name} holds no task sequence")));
            };
            objects.push(BaseObject {
                folder: folder.to_owned(),
                text,
                export,
            });
        }
        if objects.is_empty() {
            return Err(BaseError("it is no export of the console".to_owned()));
        }
        Ok(ConsoleBase {
            bytes,
            parts,
            objects,
        })
    }

    /// Which sequence of the export a source is: that with its identifier, else that with its name;
    /// one without either is the only one there is.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn find(&self, id: Option<&str>, name: Option<&str>) -> Result<usize, BaseError> {
        let with = |is: &dyn Fn(&BaseObject) -> bool| {
            let found: Vec<usize> = (0..self.objects.len())
                .filter(|index| self.objects.get(*index).is_some_and(is))
                .collect();
            found
        };
        let found = match (id, name) {
            (Some(id), _) => with(&|one| one.export.package.id.as_deref() == Some(id)),
            (None, Some(name)) => with(&|one| one.export.package.name.as_deref() == Some(name)),
            (None, None) => Vec::new(),
        };
        match (found.as_slice(), self.objects.len(), id) {
            ([one], ..) => Ok(*one),
            ([], 1, None) => Ok(0),
            ([_, _, ..], ..) => Err(BaseError(format!(
                "it holds more than one of them: {}",
                self.names()
            ))),
            ([], ..) => Err(BaseError(format!("it holds {}", self.names()))),
        }
    }

    /// The sequences of the export, for people.
    fn names(&self) -> String {
        let names = self.objects.iter().map(|one| {
            let package = &one.export.package;
            let name = package.name.as_deref().unwrap_or(&one.export.title);
            format!("{} \"{name}\"", package.id.as_deref().unwrap_or("?"))
        });
        names.collect::<Vec<_>>().join(", ")
    }

    /// The identifier of a sequence of the export.
    pub fn id(&self, index: usize) -> &str {
        let object = self.objects.get(index);
        object
            .and_then(|one| one.export.package.id.as_deref())
            .unwrap_or("")
    }

    /// Packs sequences into it: the bytes of the archive, and what became of each.
    ///
    /// # Errors
    /// A part of the export is not what a console writes.
    pub fn repack(
        &mut self,
        sequences: &[(usize, &Sequence)],
    ) -> Result<(Vec<u8>, Vec<RepackedSequence>), BaseError> {
        let mut done = Vec::new();
        let mut replaced: Vec<(String, String)> = Vec::new();
        for (index, sequence) in sequences {
            let Some(base) = self.objects.get(*index) else {
                continue;
            };
            let change = ObjectChange::of(base, sequence);
            let (text, result) = change.object()?;
            if text != base.text {
                replaced.push((format!("{}/object.xml", base.folder), text));
            }
            done.push(result);
            for (name, applications) in LISTS {
                let name = format!("{}/{name}", base.folder);
                if !self.parts.entries.iter().any(|entry| entry.name == name) {
                    continue;
                }
                let old = self.parts.text(&name)?;
                if let Some(text) = change.list(&old, applications)? {
                    replaced.push((name, text));
                }
            }
        }
        if replaced.is_empty() {
            return Ok((self.bytes.to_vec(), done));
        }
        let entry = |entry: &ZipEntry| {
            let new = replaced.iter().find(|(name, _)| *name == entry.name);
            new.map_or_else(
                || entry.clone(),
                |(_, text)| entry.with_content(text.as_bytes()),
            )
        };
        let entries: Vec<ZipEntry> = self.parts.entries.iter().map(entry).collect();
        Ok((archive(&entries, &self.parts.comment), done))
    }
}

impl TakenApart<'_> {
    /// An entry's text.
    fn text(&mut self, name: &str) -> Result<String, BaseError> {
        let bytes = self
            .content(name)
            .map_err(|error| BaseError(format!("{name} cannot be read: {error}")))?;
        String::from_utf8(bytes).map_err(|_| BaseError(format!("{name} is not text in UTF-8")))
    }
}

/// What a source changes in an object.
struct ObjectChange<'a> {
    base: &'a BaseObject,
    sequence: &'a Sequence,
    /// The new XML, where it says something else than the export's.
    xml: Option<String>,
    /// The export's sequence, and what both refer to.
    was: Sequence,
    old: ObjectReferences,
    new: ObjectReferences,
}

impl<'a> ObjectChange<'a> {
    fn of(base: &'a BaseObject, sequence: &'a Sequence) -> ObjectChange<'a> {
        let export = &base.export;
        let xml = emit::to_string(sequence, XmlLayout::OneLine);
        let mut was = Sequence::default();
        let mut same = false;
        if let (Ok(there), Ok(again)) = (Document::parse(&export.text), Document::parse(&xml)) {
            same = xml::compare(there.root(), again.root())
                .differences
                .is_empty();
            was = read::read_sequence(
                &there,
                &export.map,
                &export.package,
                &export.title,
                export.line_end,
                &StepBackPlan::default(),
            )
            .sequence;
        }
        let current = if same { &*export.text } else { xml.as_str() };
        let new = ObjectReferences::of(&with_boot_image(sequence, &was), current);
        let old = ObjectReferences::of(&was, &export.text);
        ObjectChange {
            base,
            sequence,
            xml: (!same).then_some(xml),
            was,
            old,
            new,
        }
    }

    /// The object's text.
    fn object(&self) -> Result<(String, RepackedSequence), BaseError> {
        let text = self.base.text.as_str();
        let bare = text.strip_prefix(MARK).unwrap_or(text);
        let document = Document::parse(bare)
            .map_err(|error| BaseError(format!("{}: {}", self.base.folder, error.message)))?;
        let mut edited = EditedObject {
            text: bare,
            root: document.root(),
            edits: Vec::new(),
            done: RepackedSequence::default(),
        };
        if let Some(xml) = &self.xml {
            edited.set("Sequence", &ObjectValue::One(object::cdata(xml)));
            if edited.has_value("SourceSize") {
                edited.set("SourceSize", &ObjectValue::text(&object::size(xml)));
            }
        }
        let (was, kind) = (object::kind(&self.was), object::kind(self.sequence));
        if was != kind {
            edited.set("Type", &ObjectValue::text(kind));
        }
        if let Some(name) = &self.sequence.name
            && !self.is_name(&name.value)
        {
            edited.set("Name", &ObjectValue::text(&name.value));
        }
        self.header(&mut edited);
        self.references(&mut edited);
        let mark = &text[..text.len() - bare.len()];
        let (text, done) = edited.finish();
        Ok((format!("{mark}{text}"), done))
    }

    /// Whether a source's name is the export's: a header has at most 50 characters of it.
    fn is_name(&self, name: &str) -> bool {
        let own = self.was.name.as_ref().map(|name| name.value.as_str());
        self.base.export.package.name.as_deref() == Some(name) || own == Some(name)
    }

    /// The properties that a header has.
    fn header(&self, edited: &mut EditedObject<'_>) {
        let own = object_properties().iter().filter(|row| !row.key);
        for row in own {
            let (Some(property), setting) = object::said(self.sequence, &row.name) else {
                continue;
            };
            let own = self.base.export.package.properties.iter();
            let there = own
                .filter(|(name, _)| *name == property.name)
                .map(|(_, text)| text.as_str())
                .next();
            let said = setting.and_then(|setting| object::setting_text(&setting.value));
            match said {
                Some(text) if Some(text) != there.or(property.default.as_deref()) => {
                    let value = match row.form {
                        ObjectForm::Objects => ObjectValue::Instances(object::platforms(text)),
                        _ => ObjectValue::text(&object::in_class(property, row, text)),
                    };
                    edited.set(&row.name, &value);
                }
                Some(_) => {}
                None if there.is_some() => edited.done.kept.push(property.name.clone()),
                None => {}
            }
        }
        self.flags(edited);
    }

    /// The flag for any operating system goes where some are named.
    fn flags(&self, edited: &mut EditedObject<'_>) {
        let named = edited
            .done
            .changed
            .iter()
            .any(|name| name == object::PLATFORMS);
        if !named || object::said(self.sequence, object::FLAGS).1.is_some() {
            return;
        }
        let there = edited.value(object::FLAGS).unwrap_or_default();
        if let Some(flags) = object::not_any_platform(&there)
            && flags != there
        {
            edited.set(object::FLAGS, &ObjectValue::text(&flags));
        }
    }

    /// The list of references, where the source changes it.
    fn references(&self, edited: &mut EditedObject<'_>) {
        if self.old.entries == self.new.entries {
            return;
        }
        let there = edited.references();
        let list: Vec<SmallInstance> = self.merged(&there).iter().map(instance).collect();
        // Where the number was told, it is told again.
        let told = edited.value("ReferencesCount");
        if told.is_some_and(|told| told == there.len().to_string() && told != "0") {
            edited.set(
                "ReferencesCount",
                &ObjectValue::text(&list.len().to_string()),
            );
        }
        let value = match list.is_empty() {
            true => ObjectValue::Null,
            false => ObjectValue::Instances(list),
        };
        edited.set("References", &value);
    }

    /// What an export lists, without what the source takes away, and with what it adds.
    fn merged(&self, there: &[ReferenceEntry]) -> Vec<ReferenceEntry> {
        let ids = |list: &[ReferenceEntry]| -> HashSet<String> {
            list.iter().map(|entry| entry.id.clone()).collect()
        };
        let (old, new, known) = (ids(&self.old.entries), ids(&self.new.entries), ids(there));
        let stays = |entry: &&ReferenceEntry| new.contains(&entry.id) || !old.contains(&entry.id);
        let added = self.new.entries.iter();
        let added = added.filter(|entry| !known.contains(&entry.id));
        there.iter().filter(stays).chain(added).cloned().collect()
    }

    /// The list beside the object; `None` when it stays as it is.
    fn list(&self, old: &str, applications: bool) -> Result<Option<String>, BaseError> {
        if self.old.entries == self.new.entries {
            return Ok(None);
        }
        let bare = old.strip_prefix(MARK).unwrap_or(old);
        let document = Document::parse(bare)
            .map_err(|error| BaseError(format!("{}: {}", self.base.folder, error.message)))?;
        let entry = |element: Element<'_>| {
            let id = listed_id(&element.text())?;
            let (start, end) = element.text_range();
            let raw = bare.get(start as usize..end as usize)?.to_owned();
            let application = applications;
            Some((
                ReferenceEntry {
                    id,
                    application,
                    program: None,
                },
                raw,
            ))
        };
        let there: Vec<(ReferenceEntry, String)> =
            document.root().children().filter_map(entry).collect();
        let entries: Vec<ReferenceEntry> = there.iter().map(|(entry, _)| entry.clone()).collect();
        let wanted: Vec<ReferenceEntry> = self
            .merged(&entries)
            .into_iter()
            .filter(|entry| entry.application == applications)
            .collect();
        let same = |(a, b): (&ReferenceEntry, &ReferenceEntry)| a.id == b.id;
        if wanted.len() == entries.len() && wanted.iter().zip(&entries).all(same) {
            return Ok(None);
        }
        let id = self.base.export.package.id.as_deref().unwrap_or("");
        let text = |entry: &ReferenceEntry| {
            let known = there.iter().find(|(own, _)| own.id == entry.id);
            known.map_or_else(|| self.new.text(id, entry), |(_, raw)| raw.clone())
        };
        let texts: Vec<String> = wanted.iter().map(text).collect();
        Ok(Some(list_of_texts(&texts)))
    }
}

/// A sequence with the boot image that it has when its source does not say one.
fn with_boot_image(sequence: &Sequence, was: &Sequence) -> Sequence {
    let mut whole = sequence.clone();
    let (_, own) = object::said(sequence, object::BOOT_IMAGE);
    if own.is_none() {
        let (_, there) = object::said(was, object::BOOT_IMAGE);
        whole.properties.extend(there.cloned());
    }
    whole
}

/// The identifier that an instance in a list is about.
fn listed_id(text: &str) -> Option<String> {
    let document = Document::parse(xml::trim(text)).ok()?;
    let is_id = |element: &Element<'_>| {
        let name = element.attribute("NAME").unwrap_or_default();
        matches!(name.as_ref(), "ReferencePackageID" | "RefAppModelName")
    };
    let property = document.root().children().find(is_id)?;
    Some(property.child("VALUE")?.text().into_owned())
}

/// An object's text with what is put in the place of its pieces.
struct EditedObject<'d> {
    text: &'d str,
    root: Element<'d>,
    edits: Vec<(usize, usize, String)>,
    done: RepackedSequence,
}

impl<'d> EditedObject<'d> {
    fn property(&self, name: &str) -> Option<Element<'d>> {
        let named = |child: &Element<'d>| {
            child.attribute("NAME").is_some_and(|own| own == name)
                && child.attribute("CLASSORIGIN").as_deref() != Some("___SYSTEM")
        };
        self.root.children().find(named)
    }

    fn value(&self, name: &str) -> Option<String> {
        let value = self.property(name)?.child("VALUE")?;
        Some(value.text().into_owned())
    }

    fn has_value(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The references that the object has.
    fn references(&self) -> Vec<ReferenceEntry> {
        let list = self
            .property("References")
            .and_then(|property| property.child("VALUE.OBJECTARRAY"));
        let entry = |object: Element<'_>| {
            let instance = object.child("INSTANCE")?;
            let value = |name: &str| {
                let named =
                    |child: &Element<'_>| child.attribute("NAME").is_some_and(|own| own == name);
                let property = instance.children().find(named)?;
                Some(property.child("VALUE")?.text().into_owned())
            };
            Some(ReferenceEntry {
                id: value("Package")?,
                application: value("Type").as_deref() == Some("1"),
                program: value("Program"),
            })
        };
        let list = list.into_iter().flat_map(Element::children);
        list.filter_map(entry).collect()
    }

    /// Says what a property holds.
    fn set(&mut self, name: &str, value: &ObjectValue) {
        let Some(property) = self.property(name) else {
            self.done.absent.push(name.to_owned());
            return;
        };
        self.done.changed.push(name.to_owned());
        let mut written = IndentedXml::at(2);
        let old = match value {
            ObjectValue::Instances(list) => {
                written.instances(list);
                property.child("VALUE.OBJECTARRAY")
            }
            ObjectValue::One(xml) => {
                written.text = format!("    <VALUE>{xml}</VALUE>{NEWLINE}");
                property.child("VALUE")
            }
            ObjectValue::Null | ObjectValue::List(_) => property.child("VALUE.OBJECTARRAY"),
        };
        let (start, end) = match old {
            Some(old) => self.lines_of(old),
            None => {
                let (start, end) = property.range();
                let raw = &self.text[start as usize..end as usize];
                let at = start as usize + raw.rfind("</").unwrap_or(raw.len());
                // The closing tag's own indentation stays before it.
                let at = self.text[..at].trim_end_matches(' ').len();
                (at, at)
            }
        };
        self.edits.push((start, end, written.text));
    }

    /// The lines that an element fills.
    fn lines_of(&self, element: Element<'_>) -> (usize, usize) {
        let (start, end) = element.range();
        let start = self.text[..start as usize].trim_end_matches(' ').len();
        let behind = &self.text[end as usize..];
        let line_end = behind.len() - behind.trim_start_matches(['\r', '\n']).len();
        (start, end as usize + line_end)
    }

    fn finish(mut self) -> (String, RepackedSequence) {
        self.edits.sort_by_key(|(start, ..)| *start);
        let mut out = String::new();
        let mut at = 0;
        for (start, end, text) in &self.edits {
            out.push_str(self.text.get(at..*start).unwrap_or(""));
            out.push_str(text);
            at = *end;
        }
        out.push_str(self.text.get(at..).unwrap_or(""));
        (out, self.done)
    }
}
