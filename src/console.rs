//! What the console imports: its zip, and a task sequence object in one file of XML.
//!
//! The zip has the form of the console's own exports: the entries and their order, the marks before
//! texts, identifiers that follow from keys. Nothing of it depends on a clock or on chance: the
//! same sequences give the same bytes. Facts: 71 public exports; none of what is written here was
//! ever imported at a site.

mod container;
mod identity;
mod instance;
mod object;
mod references;
mod repack;
mod wrapper;

use crate::{
    emit,
    model::{Node, Sequence, Value},
    xml::XmlLayout,
};

pub use identity::{NO_SITE, authoring_scope, derived_id, fresh_id, relationship, site_of};
pub use repack::{BaseError, ConsoleBase, RepackedSequence};
pub use wrapper::package_xml;

use container::{ZipEntry, archive};
use instance::NEWLINE;
use references::{MARK, ObjectReferences, list_of_texts};

/// The class of a task sequence object, and the folder of such objects.
pub const SEQUENCE_CLASS: &str = "SMS_TaskSequencePackage";

/// The relationship and the part that hold what an administrator said of the export.
const CORE: &str =
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";

/// A sequence with its identity, ready to be written.
#[derive(Clone, Debug)]
pub struct SequenceObject {
    /// Its package identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The sequence.
    pub sequence: Sequence,
    /// Its XML on one line.
    pub xml: String,
}

impl SequenceObject {
    /// A sequence under an identifier. `title` is its name where it says none.
    pub fn new(id: &str, title: &str, sequence: Sequence) -> SequenceObject {
        let name = sequence.name.as_ref().map_or(title, |name| &name.value);
        SequenceObject {
            id: id.to_owned(),
            name: name.to_owned(),
            xml: emit::to_string(&sequence, XmlLayout::OneLine),
            sequence,
        }
    }
}

/// Puts new identifiers in the place of old ones wherever a sequence refers to them.
pub fn with_other_ids(sequence: &mut Sequence, ids: &[(String, String)]) {
    let mut stack: Vec<&mut Node> = sequence.nodes.iter_mut().collect();
    while let Some(node) = stack.pop() {
        match node {
            Node::Group(group) => stack.extend(group.nodes.iter_mut()),
            Node::Step(step) => {
                let values = step.settings.iter_mut().map(|setting| &mut setting.value);
                values.for_each(|value| replace(value, ids));
            }
            Node::Xml(_) => {}
        }
    }
}

fn replace(value: &mut Value, ids: &[(String, String)]) {
    let Value::References(list) = value else {
        return;
    };
    for one in list {
        if let Some((_, new)) = ids.iter().find(|(old, _)| *old == one.id) {
            one.id.clone_from(new);
        }
    }
}

/// The console's zip.
#[derive(Clone, Copy, Debug)]
pub struct NewArchive<'a> {
    /// The authoring scope, which all archives of a project share.
    pub scope: &'a str,
    /// What the wizard shows as the administrator's comment.
    pub comment: &'a str,
    /// The sequences, each behind those that it runs.
    pub objects: &'a [SequenceObject],
}

impl NewArchive<'_> {
    /// Its bytes.
    pub fn bytes(self) -> Vec<u8> {
        let mut entries = Vec::new();
        let mut push = |name: &str, text: &str| entries.push(ZipEntry::new(name, text.as_bytes()));
        // The console names the package of the user state migration tool, which nobody else knows:
        // it is the first one of nearly every site.
        let site = self.objects.last().map_or(NO_SITE, |one| site_of(&one.id));
        let usmt = format!("{MARK}<string>{site}00001</string>");
        push(
            &format!("{SEQUENCE_CLASS}/USERSTATE_MIGRATION_PACKAGE.xml"),
            &usmt,
        );
        let hash = identity::guid(&self.texts());
        let hash = hash.replace('-', "").to_lowercase();
        let part = format!("package/services/metadata/core-properties/{hash}.psmdcp");
        for (index, object) in self.objects.iter().enumerate() {
            let folder = format!("{SEQUENCE_CLASS}/{}", object.id);
            push(&format!("{folder}/object.xml"), &object::text(object));
            if index == 0 {
                push("_rels/.rels", &self.relationships(&part, &hash));
            }
            let references = ObjectReferences::of(&object.sequence, &object.xml);
            for (name, applications) in LISTS {
                let texts = references.texts(&object.id, applications);
                push(&format!("{folder}/{name}"), &list_of_texts(&texts));
            }
        }
        push("Manifest.xml", &self.manifest());
        push(&part, &self.core_properties());
        push("[Content_Types].xml", &content_types());
        archive(&entries, &[])
    }

    /// All texts that make the archive what it is.
    fn texts(&self) -> Vec<&str> {
        let mut texts = vec!["archive", self.scope, self.comment];
        let own = self.objects.iter();
        texts.extend(own.flat_map(|one| [one.id.as_str(), &one.name, &one.xml]));
        texts
    }

    fn relationships(&self, part: &str, hash: &str) -> String {
        let objects = self.objects.iter().map(|object| {
            let id = &object.id;
            let own = relationship(SEQUENCE_CLASS, &[id]);
            format!(
                r#"<Relationship Type="{SEQUENCE_CLASS}" Target="/{SEQUENCE_CLASS}/{id}/object.xml" TargetMode="External" Id="{own}" />"#
            )
        });
        let objects: String = objects.collect();
        let own = hash.get(..16).unwrap_or_default();
        format!(
            r#"{MARK}<?xml version="1.0" encoding="utf-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{objects}<Relationship Type="{CORE}" Target="/{part}" Id="R{own}" /></Relationships>"#
        )
    }

    fn manifest(&self) -> String {
        let scope = self.scope;
        let objects = self.objects.iter().map(|object| {
            let id = &object.id;
            format!(
                r#"    <Object Path="{SEQUENCE_CLASS}.PackageID='{id}'" Type="{SEQUENCE_CLASS}" />"#
            )
        });
        let mut lines = vec![
            format!(
                r#"{MARK}<LibraryDocument xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">"#
            ),
            "  <Properties>".to_owned(),
            format!(r#"    <Property Name="AUTHORING_SCOPE" Value="{scope}" />"#),
            "  </Properties>".to_owned(),
            "  <Contents />".to_owned(),
            "  <EntryObjects>".to_owned(),
        ];
        lines.extend(objects);
        lines.extend(["  </EntryObjects>", "</LibraryDocument>"].map(str::to_owned));
        lines.join(NEWLINE)
    }

    fn core_properties(&self) -> String {
        let description = if self.comment.is_empty() {
            "<dc:description />".to_owned()
        } else {
            let comment = crate::xml::text(self.comment);
            format!("<dc:description>{comment}</dc:description>")
        };
        format!(
            r#"{MARK}<?xml version="1.0" encoding="utf-8"?><coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">{description}</coreProperties>"#
        )
    }
}

/// The lists beside an object, and whether each is of applications.
const LISTS: [(&str, bool); 2] = [
    ("ReferencesInfo.xml", false),
    ("AppReferencesInfo.xml", true),
];

/// The types of the archive's parts, by their endings.
fn content_types() -> String {
    let types = [
        ("xml", "text/xml"),
        (
            "rels",
            "application/vnd.openxmlformats-package.relationships+xml",
        ),
        (
            "psmdcp",
            "application/vnd.openxmlformats-package.core-properties+xml",
        ),
    ];
    let types = types
        .map(|(ending, kind)| format!(r#"<Default Extension="{ending}" ContentType="{kind}" />"#));
    let types = types.concat();
    format!(
        r#"{MARK}<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{types}</Types>"#
    )
}
