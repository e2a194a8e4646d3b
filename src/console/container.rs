//! Zip archives in the one form that the console writes: entries stored as they are, no folders,
//! and behind each local header the room that its packaging library leaves for growth.

use std::io::{Cursor, Read as _};

use zip::{ZipArchive, result::ZipError};

/// The date of every entry that is made here: the first that the format knows. No clock is asked.
const DATE: u16 = 0x0021;

/// The field behind a local header's name: its number, its length, the library's mark, how much was
/// left, and that many zeros.
const ROOM: [u8; 28] = [
    0x20, 0xA2, 24, 0, 0x28, 0xA0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0,
];

/// The length of a header in the archive's list, before its name.
const LISTED: usize = 46;
/// The length of the archive's end, before its comment.
const END: usize = 22;

/// An entry, whole: its own record, and the one in the archive's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ZipEntry {
    /// Its name, with `/`.
    pub name: String,
    /// From its local header to the next one.
    local: Vec<u8>,
    /// Its header in the list; the place in it is worked out when it is written.
    listed: Vec<u8>,
}

impl ZipEntry {
    /// A new entry.
    pub fn new(name: &str, content: &[u8]) -> ZipEntry {
        let mut common = Vec::new();
        for word in [10u16, 0, 0, 0, DATE] {
            common.extend(word.to_le_bytes());
        }
        let size = length(content.len());
        for word in [checksum(content), size, size, length(name.len())] {
            common.extend(word.to_le_bytes());
        }
        // The name's length has two bytes.
        common.truncate(common.len() - 2);
        let mut local = b"PK\x03\x04".to_vec();
        local.extend(&common);
        local.extend((ROOM.len() as u16).to_le_bytes());
        local.extend(name.as_bytes());
        local.extend(ROOM);
        local.extend(content);
        // Made by version 4.5; no extra field, comment, disk, attributes, and no place yet.
        let mut listed = b"PK\x01\x02\x2D\x00".to_vec();
        listed.extend(&common);
        listed.resize(LISTED, 0);
        listed.extend(name.as_bytes());
        ZipEntry {
            name: name.to_owned(),
            local,
            listed,
        }
    }

    /// The same entry with another content: a new one with the old one's date.
    pub fn with_content(&self, content: &[u8]) -> ZipEntry {
        let mut new = ZipEntry::new(&self.name, content);
        if let (Some(date), Some(own)) = (self.listed.get(12..16), new.listed.get_mut(12..16)) {
            own.copy_from_slice(date);
            if let Some(own) = new.local.get_mut(10..14) {
                own.copy_from_slice(date);
            }
        }
        new
    }
}

/// What is added to counts of bytes; an archive that is written or read here is far below the
/// limit of the format.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The CRC-32 of bytes.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// An archive of these entries. `comment` is what stands at its end.
pub(super) fn archive(entries: &[ZipEntry], comment: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut list = Vec::new();
    for entry in entries {
        let start = list.len();
        list.extend(&entry.listed);
        if let Some(place) = list.get_mut(start + 42..start + LISTED) {
            place.copy_from_slice(&length(out.len()).to_le_bytes());
        }
        out.extend(&entry.local);
    }
    let start = length(out.len());
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    let size = length(list.len());
    out.extend(list);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    out.extend((comment.len() as u16).to_le_bytes());
    out.extend(comment);
    out
}

/// An archive taken apart.
#[derive(Debug)]
pub(super) struct TakenApart<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Its entries, in the order of its list.
    pub entries: Vec<ZipEntry>,
    /// What stands at its end.
    pub comment: Vec<u8>,
}

impl<'a> TakenApart<'a> {
    /// Takes an archive apart. That nothing in it is a trick was asked before, when it was read.
    ///
    /// # Errors
    /// It is broken, or in the form for large files.
    pub fn of(bytes: &'a [u8]) -> Result<TakenApart<'a>, ZipError> {
        let mut archive = ZipArchive::new(Cursor::new(bytes))?;
        let comment = archive.comment().to_vec();
        let (mut places, mut names) = (Vec::new(), Vec::new());
        for index in 0..archive.len() {
            let member = archive.by_index_raw(index)?;
            let place = (member.header_start(), member.central_header_start());
            places.push((place.0 as usize, place.1 as usize));
            names.push(member.name()?.into_owned());
        }
        // A record goes to where the next one begins, whatever the order of the list.
        let list_start = places.iter().map(|(_, listed)| *listed).min();
        let mut starts: Vec<usize> = places.iter().map(|(local, _)| *local).collect();
        starts.extend(list_start);
        starts.sort_unstable();
        let mut lists: Vec<usize> = places.iter().map(|(_, listed)| *listed).collect();
        lists.push(bytes.len().saturating_sub(END + comment.len()));
        lists.sort_unstable();
        let record = |starts: &[usize], start: usize| {
            let next = starts.get(starts.partition_point(|other| *other <= start))?;
            bytes.get(start..*next).map(<[u8]>::to_vec)
        };
        let mut entries = Vec::new();
        for (name, (local, listed)) in names.into_iter().zip(places) {
            let local = record(&starts, local).unwrap_or_default();
            let listed = record(&lists, listed).unwrap_or_default();
            if local.is_empty() || listed.len() < LISTED + name.len() {
                return Err(odd("its list does not fit its entries"));
            }
            if listed[20..28].chunks(4).any(|size| size == [0xFF; 4]) {
                return Err(odd("it is in the form for large files"));
            }
            entries.push(ZipEntry {
                name,
                local,
                listed,
            });
        }
        Ok(TakenApart {
            archive,
            entries,
            comment,
        })
    }

    /// The content of an entry.
    ///
    /// # Errors
    /// It cannot be read, or has more bytes than any part of an export.
    pub fn content(&mut self, name: &str) -> Result<Vec<u8>, ZipError> {
        let member = self.archive.by_name(name)?;
        let mut bytes = Vec::new();
        let limit = crate::read::MAX_INPUT as u64;
        member.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(odd("an entry expands beyond what is read"));
        }
        Ok(bytes)
    }
}

fn odd(why: &'static str) -> ZipError {
    ZipError::InvalidArchive(why.into())
}
