//! Identifiers: those that an export works out of keys, and those that are worked out here where a
//! source has none. The same input gives the same identifier; no clock is asked, and no chance.

use ring::digest::{SHA256, digest};

/// The three characters that stand for a site where a source has no identifier of its own.
pub const NO_SITE: &str = "TSQ";

/// SHA-256 of texts, each behind its length in bytes: so the console's archive does it.
fn hash(texts: &[&str]) -> [u8; 32] {
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, &bytes).as_ref());
    out
}

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The identifier of an object's relationship: its class, and the hash of its keys.
///
/// ```text
/// SMS_TaskSequencePackage-81176A2A…
/// ```
pub fn relationship(class: &str, keys: &[&str]) -> String {
    format!("{class}-{}", hex(&hash(keys)))
}

/// A GUID that follows from texts, in capital letters.
pub(super) fn guid(texts: &[&str]) -> String {
    let mut bytes = hash(texts);
    // Version and variant of a GUID that was made up.
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let part = |range: std::ops::Range<usize>| hex(&bytes[range]);
    let parts = [
        part(0..4),
        part(4..6),
        part(6..8),
        part(8..10),
        part(10..16),
    ];
    parts.join("-")
}

/// The authoring scope of a project, which all archives made from it share.
pub fn authoring_scope(project: &str) -> String {
    format!("ScopeId_{}", guid(&["authoring scope", project]))
}

/// The package identifier of a sequence that has none of its own.
pub fn derived_id(project: &str, name: &str) -> String {
    package_id(NO_SITE, &["package", project, name])
}

/// Another package identifier for a sequence than the one it had: it follows from what the sequence
/// is now, so that a changed one gets another again.
pub fn fresh_id(project: &str, old: &str, xml: &str) -> String {
    package_id(site_of(old), &["fresh", project, old, xml])
}

/// The site's characters in a package identifier.
pub fn site_of(id: &str) -> &str {
    id.get(..3).unwrap_or(NO_SITE)
}

/// An identifier of a site's characters and five digits. Digits above those of any site that counts
/// its packages from 1: half a million of them.
fn package_id(site: &str, texts: &[&str]) -> String {
    let hash = hash(texts);
    let number = u32::from_be_bytes([0, hash[0], hash[1], hash[2]]) | 0x8_0000;
    format!("{site}{:05X}", number & 0xF_FFFF)
}
