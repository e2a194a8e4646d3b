//! What two versions of a text have in common: their beginning and their end.

/// The common beginning and end of two versions of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The bytes that both begin with.
    prefix: u32,
    /// Where the bytes that both end with begin, in the new version.
    suffix: u32,
    /// Where these begin in the old version.
    old_suffix: u32,
}

impl Change {
    /// Compares two versions.
    pub fn between(old: &str, new: &str) -> Self {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let most = old.len().min(new.len());
        let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let behind = old.iter().rev().zip(new.iter().rev()).take(most - prefix).take_while(|(a, b)| a == b).count();
        Change { prefix: prefix as u32, suffix: (new.len() - behind) as u32, old_suffix: (old.len() - behind) as u32 }
    }

    /// Where a range of the new version stood in the old one with the same bytes; `None` when it touches what changed.
    pub fn old(self, start: u32, end: u32) -> Option<(u32, u32)> {
        if end <= self.prefix {
            return Some((start, end));
        }
        (start >= self.suffix).then(|| (start - self.suffix + self.old_suffix, end - self.suffix + self.old_suffix))
    }
}
