//! What two versions of a text have in common: their beginning and their end.

/// Bytes that are compared at once.
const BLOCK: usize = 256;

/// The common beginning and end of two versions of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextChange {
    /// The bytes that both begin with.
    prefix: u32,
    /// Where the bytes that both end with begin, in the new version.
    suffix: u32,
    /// Where these begin in the old version.
    old_suffix: u32,
}

impl TextChange {
    /// Compares two versions.
    pub fn between(old: &str, new: &str) -> Self {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let most = old.len().min(new.len());
        // Whole blocks first: these are compared quickly.
        let blocks = old
            .chunks_exact(BLOCK)
            .zip(new.chunks_exact(BLOCK))
            .take_while(|(a, b)| a == b)
            .count()
            * BLOCK;
        let prefix = blocks
            + old
                .iter()
                .zip(new)
                .skip(blocks)
                .take_while(|(a, b)| a == b)
                .count();
        let (old_rest, new_rest) = (
            &old[old.len() - (most - prefix)..],
            &new[new.len() - (most - prefix)..],
        );
        let blocks = old_rest
            .rchunks_exact(BLOCK)
            .zip(new_rest.rchunks_exact(BLOCK))
            .take_while(|(a, b)| a == b)
            .count()
            * BLOCK;
        let one_by_one = old_rest
            .iter()
            .rev()
            .zip(new_rest.iter().rev())
            .skip(blocks);
        let behind = blocks + one_by_one.take_while(|(a, b)| a == b).count();
        TextChange {
            prefix: prefix as u32,
            suffix: (new.len() - behind) as u32,
            old_suffix: (old.len() - behind) as u32,
        }
    }

    /// Where a range of the new version stood in the old one with the same bytes; `None` when it
    /// touches what changed.
    pub fn old(self, start: u32, end: u32) -> Option<(u32, u32)> {
        if end <= self.prefix {
            return Some((start, end));
        }
        (start >= self.suffix).then(|| {
            (
                start - self.suffix + self.old_suffix,
                end - self.suffix + self.old_suffix,
            )
        })
    }
}
