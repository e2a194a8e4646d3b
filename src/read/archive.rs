//! The console's export as a zip, and any other zip with sequences in it.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{
    input::{Input, MAX_INPUT, stem},
    package::ExportPackage,
};
use crate::{
    diagnostic::Code,
    source::{FileId, shown_in_line},
};

/// Most bytes of an archive. An export with content keeps the content in a folder beside the
/// archive.
pub const MAX_ARCHIVE: usize = 64 * 1024 * 1024;
/// Most bytes that all members read from an archive may have together.
pub const MAX_EXPANDED: u64 = 128 * 1024 * 1024;
/// Most members.
const MAX_MEMBERS: usize = 10_000;
/// A member that is this many times larger than what is stored of it is made to fill a disk, not to
/// be read.
const MAX_RATIO: u64 = 200;
/// How deep archives are read in archives: a download of a repository that holds exports, and one
/// more.
const MAX_NESTED: usize = 3;
/// Members smaller than this may have any ratio.
const SMALL: u64 = 1024 * 1024;

/// Whether bytes begin as a zip does, an empty one included.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Adds the sequences of an archive.
pub(super) fn open(input: &mut Input, name: &str, bytes: &[u8]) {
    let file = input.sources.add(name, "");
    let mut left = MAX_EXPANDED;
    if let Err((code, message, help)) = members(input, name, bytes, &mut left, 0) {
        input.refuse(file, code, message, help);
        return;
    }
    if input.exports.is_empty() && input.findings.is_empty() {
        let message = "no task sequence in this archive";
        let help = "the console's export holds SMS_TaskSequencePackage/ID/object.xml; other archives may hold sequences as .xml files";
        input.refuse(FileId(file.0), Code::NotASequence, message, help);
    }
}

type ArchiveRefusal = (Code, String, &'static str);

fn broken(message: impl Into<String>) -> ArchiveRefusal {
    (
        Code::BadArchive,
        message.into(),
        "export the task sequence once more, or take it from where this copy came from",
    )
}

fn suspicious(message: impl Into<String>) -> ArchiveRefusal {
    (
        Code::BadArchive,
        message.into(),
        "the console writes no such archive; nothing of it was read",
    )
}

/// Adds the sequences of an archive that lies so deep in others. `left` is how many bytes all
/// members to come may have together.
fn members(
    input: &mut Input,
    name: &str,
    bytes: &[u8],
    left: &mut u64,
    depth: usize,
) -> Result<(), ArchiveRefusal> {
    if bytes.len() > MAX_ARCHIVE {
        let message = format!(
            "this archive has more than {} MB",
            MAX_ARCHIVE / 1024 / 1024
        );
        return Err((
            Code::SourceTooLarge,
            message,
            "an export of a task sequence without content is small",
        ));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| broken(format!("this archive cannot be read: {error}")))?;
    let names = checked(&mut archive, bytes)?;
    let mut contents = MemberContents { archive, left };
    let package = contents.package(&names)?;
    let sequences: Vec<&String> = names.iter().filter(|name| is_sequence(name)).collect();
    for member in &sequences {
        let bytes = contents.read(member)?;
        let title = member
            .rsplit('/')
            .nth(1)
            .unwrap_or("Task sequence")
            .to_owned();
        input.text(&inner(name, member), &title, bytes, Some(package.clone()));
    }
    if sequences.is_empty() {
        for member in names
            .iter()
            .filter(|member| member.to_ascii_lowercase().ends_with(".xml"))
        {
            loose(input, name, member, contents.read(member)?);
        }
    }
    let is_zip = |member: &&String| member.to_ascii_lowercase().ends_with(".zip");
    for member in names.iter().filter(is_zip) {
        let bytes = contents.read(member)?;
        if is_archive(&bytes) {
            nested(
                input,
                &inner(name, member),
                &bytes,
                contents.left,
                depth + 1,
            );
        }
    }
    Ok(())
}

/// An archive in an archive: one that is broken costs only itself.
fn nested(input: &mut Input, name: &str, bytes: &[u8], left: &mut u64, depth: usize) {
    let done = if depth > MAX_NESTED {
        Err(suspicious("this archive lies too deep in others"))
    } else {
        members(input, name, bytes, left, depth)
    };
    if let Err((code, message, help)) = done {
        let file = input.sources.add(name, "");
        input.refuse(file, code, message, help);
    }
}

/// Whether a member is where the console's export has a sequence.
fn is_sequence(member: &str) -> bool {
    let mut parts = member.split('/');
    parts.next() == Some("SMS_TaskSequencePackage") && member.ends_with("/object.xml")
}

/// What a member is called in findings. It may have line ends, which would forge a line of them.
fn inner(archive: &str, member: &str) -> String {
    format!("{archive}!{}", shown_in_line(member))
}

/// An XML file in an archive that is not the console's: read if it is a sequence, else passed over.
fn loose(input: &mut Input, name: &str, member: &str, bytes: Vec<u8>) {
    let (exports, findings) = (input.exports.len(), input.findings.len());
    input.text(&inner(name, member), &stem(member), bytes, None);
    if input.exports.len() == exports {
        let other = input
            .findings
            .get(findings)
            .is_none_or(|finding| finding.code == Code::NotASequence);
        if other {
            input.findings.truncate(findings);
        }
    }
}

/// The members' names, once none of them is a trick.
fn checked(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    bytes: &[u8],
) -> Result<Vec<String>, ArchiveRefusal> {
    if archive.len() > MAX_MEMBERS {
        return Err(suspicious(format!(
            "this archive has more than {MAX_MEMBERS} members"
        )));
    }
    let mut names = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut places = Vec::new();
    for index in 0..archive.len() {
        let member = archive
            .by_index_raw(index)
            .map_err(|error| broken(format!("member {index} cannot be read: {error}")))?;
        let name = member.name().map_err(|error| {
            broken(format!(
                "the name of member {index} cannot be read: {error}"
            ))
        })?;
        let name = name.into_owned();
        let shown: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
        if leaves(&name) {
            return Err(suspicious(format!(
                "the member `{shown}` leaves the archive's folder"
            )));
        }
        if !seen.insert(name.to_lowercase()) {
            return Err(suspicious(format!("two members are named `{shown}`")));
        }
        if member.encrypted() {
            return Err((
                Code::BadArchive,
                format!("the member `{shown}` is encrypted"),
                "decrypt the archive first",
            ));
        }
        if member.size() > SMALL && member.size() / member.compressed_size().max(1) > MAX_RATIO {
            return Err(suspicious(format!(
                "the member `{shown}` expands to more than {MAX_RATIO} times its size"
            )));
        }
        let data = member.data_start().unwrap_or_else(|| member.header_start());
        let end = data.saturating_add(member.compressed_size());
        places.push((member.header_start(), end));
        if !name.ends_with('/') {
            names.push(name);
        }
    }
    if headers(bytes) > archive.len() {
        return Err(suspicious("two members have the same name"));
    }
    places.sort_unstable();
    if places.windows(2).any(|two| two[0].1 > two[1].0) {
        return Err(suspicious("two members lie over each other"));
    }
    Ok(names)
}

/// How many entries the archive's own list has: the reader keeps one of two with the same name.
fn headers(bytes: &[u8]) -> usize {
    let Some(end) = bytes.windows(4).rposition(|four| four == b"PK\x05\x06") else {
        return 0;
    };
    let count = bytes
        .get(end + 10..end + 12)
        .and_then(|two| <[u8; 2]>::try_from(two).ok());
    count
        .map_or(0, |two| usize::from(u16::from_le_bytes(two)))
        .min(usize::from(u16::MAX) - 1)
}

/// Whether a member's name is absolute or goes upwards.
fn leaves(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    drive
        || name.starts_with(['/', '\\'])
        || name.split(['/', '\\']).any(|part| part == "..")
        || name.contains('\0')
}

/// Takes members out of an archive.
struct MemberContents<'a, 'left> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that all members to come may have together.
    left: &'left mut u64,
}

impl MemberContents<'_, '_> {
    /// What the objects and references beside the sequences say.
    fn package(&mut self, names: &[String]) -> Result<ExportPackage, ArchiveRefusal> {
        let mut package = ExportPackage::default();
        for member in names.iter().filter(|member| !is_sequence(member)) {
            let is_object = member.ends_with("/object.xml");
            if !is_object && !member.ends_with("/ReferencesInfo.xml") {
                continue;
            }
            let text = String::from_utf8(self.read(member)?).unwrap_or_default();
            let text = text.trim_start_matches('\u{FEFF}');
            if is_object {
                package.add_object(text);
            } else {
                package.add_references(text);
            }
        }
        Ok(package)
    }

    /// The bytes of a member.
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ArchiveRefusal> {
        let member = self
            .archive
            .by_name(name)
            .map_err(|error| broken(format!("the member `{name}` cannot be read: {error}")))?;
        let limit = (*self.left).min(MAX_INPUT as u64 + 1);
        let claimed = member.size();
        let mut bytes = Vec::new();
        member
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| broken(format!("the member `{name}` cannot be read: {error}")))?;
        if bytes.len() as u64 > limit {
            return Err(suspicious(format!(
                "the member `{name}` expands beyond what is read"
            )));
        }
        if bytes.len() as u64 != claimed {
            return Err(suspicious(format!(
                "the member `{name}` holds {} bytes, and its entry claims {claimed}",
                bytes.len()
            )));
        }
        *self.left -= bytes.len() as u64;
        Ok(bytes)
    }
}
