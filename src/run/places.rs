//! Where a run stands between two instructions, at the price of one sync: a file of two places that
//! are written in turn.
//!
//! The file keeps its size and its blocks, so nothing but the record itself goes to the disk, and a
//! full disk cannot hinder it. A record that is cut off spoils its own place only; its hash tells,
//! and the other place has the record before.

use std::{
    fs,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use super::{crash, store::sync_folder};
use crate::host::local::{create_private, read_own, sha256};

/// What a record begins with: which form it has.
const MAGIC: &str = "tasq-moment-1";
/// The size of a place at first, in bytes; a multiple of every usual block.
const SIZE: u64 = 64 * 1024;
/// The largest place, in bytes. What does not fit goes into the checkpoint itself.
const MOST: u64 = 32 * 1024 * 1024;

/// The file of a run that is on.
#[derive(Debug)]
pub(super) struct Places {
    file: fs::File,
    size: u64,
}

impl Places {
    /// Makes the file anew, large enough for records of this length, with all its blocks on the
    /// disk.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn make(path: &Path, length: usize) -> io::Result<Places> {
        let size = (length as u64 + 256)
            .saturating_mul(2)
            .next_power_of_two()
            .clamp(SIZE, MOST);
        let part = part_of(path);
        let fill = || -> io::Result<fs::File> {
            let mut file = create_private(&part)?;
            // Written, not only reserved: a block that was never written costs a second sync when
            // it is.
            let block = vec![b' '; SIZE as usize];
            for _ in 0..(2 * size / SIZE) {
                file.write_all(&block)?;
            }
            file.sync_all()?;
            super::store::rename(&part, path)?;
            sync_folder(path)?;
            Ok(file)
        };
        let file = fill().inspect_err(|_| {
            let _ = fs::remove_file(&part);
        })?;
        Ok(Places { file, size })
    }

    /// Whether a record of this length has a place.
    pub(super) fn holds(&self, length: usize) -> bool {
        length as u64 + 256 <= self.size
    }

    /// Writes a record into the place of its number, and comes back when it is on the disk.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn write(&mut self, number: u64, record: &[u8]) -> io::Result<()> {
        let mut whole = format!("{MAGIC} {} {}\n", record.len(), sha256(record)).into_bytes();
        whole.extend_from_slice(record);
        whole.push(b'\n');
        crash::point("before");
        self.file.seek(SeekFrom::Start(number % 2 * self.size))?;
        if crash::is_at("torn") {
            self.file
                .write_all(whole.get(..whole.len() / 2).unwrap_or(&[]))?;
            crash::point("torn");
        }
        self.file.write_all(&whole)?;
        crash::point("written");
        self.file.sync_data()?;
        crash::point("stored");
        Ok(())
    }
}

fn part_of(path: &Path) -> PathBuf {
    path.with_extension("tmp")
}

/// The records of both places that are whole, in no order. A file that is not there has none.
///
/// # Errors
/// It cannot be read.
pub(super) fn read(path: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut file = match read_own(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        // A folder in its place holds no moments.
        Err(_) if path.is_dir() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let facts = file.metadata()?;
    let size = facts.len() / 2;
    if size > MOST || !facts.is_file() {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    for place in [0, size] {
        file.seek(SeekFrom::Start(place))?;
        let mut bytes = Vec::new();
        (&mut file).take(size).read_to_end(&mut bytes)?;
        out.extend(record(&bytes).map(<[u8]>::to_vec));
    }
    Ok(out)
}

/// The record of a place; `None` when it is empty or was cut off.
fn record(place: &[u8]) -> Option<&[u8]> {
    let end = place.iter().take(200).position(|byte| *byte == b'\n')?;
    let (head, rest) = (
        std::str::from_utf8(place.get(..end)?).ok()?,
        place.get(end + 1..)?,
    );
    let mut words = head.split(' ');
    let (magic, length, hash) = (
        words.next()?,
        words.next()?.parse::<usize>().ok()?,
        words.next()?,
    );
    let record = rest.get(..length)?;
    (magic == MAGIC && sha256(record) == hash).then_some(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &Path, records: &[&[u8]]) {
        let mut places = Places::make(path, 10).expect("it is made");
        for (number, record) in records.iter().enumerate() {
            places.write(number as u64, record).expect("it is written");
        }
    }

    #[test]
    fn the_last_two_records_are_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("places");
        assert_eq!(read(&path).expect("none"), Vec::<Vec<u8>>::new());
        written(&path, &[b"one", b"two", b"three"]);
        assert_eq!(
            read(&path).expect("two"),
            [b"three".to_vec(), b"two".to_vec()]
        );
    }

    #[test]
    fn a_record_that_was_cut_off_anywhere_spoils_itself_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("places");
        written(
            &path,
            &[b"the first record, which is longer", b"the second"],
        );
        let before = fs::read(&path).expect("bytes");
        written(
            &path,
            &[
                b"the first record, which is longer",
                b"the second",
                b"the third",
            ],
        );
        let after = fs::read(&path).expect("bytes");
        let third = b"the third".to_vec();
        let mut seen = 0;
        for cut in 0..200 {
            // The first `cut` bytes of the new record came to the disk, the rest is of the old one.
            let mut torn = after[..cut].to_vec();
            torn.extend_from_slice(&before[cut..]);
            fs::write(&path, &torn).expect("written");
            let records = read(&path).expect("read");
            assert!(records.contains(&b"the second".to_vec()), "{cut}");
            let known = |record: &Vec<u8>| {
                record == &third
                    || record == b"the second"
                    || record == b"the first record, which is longer"
            };
            assert!(records.iter().all(known), "{cut}");
            seen += usize::from(records.contains(&third));
        }
        assert!(seen > 50 && seen < 150, "{seen}");
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("places");
        written(&path, &[b"one"]);
        let whole = fs::read(&path).expect("bytes");
        for bit in 0..(90 * 8) {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &bytes).expect("written");
            let records = read(&path).expect("read");
            assert!(records.iter().all(|record| record == b"one"), "{bit}");
        }
    }
}
