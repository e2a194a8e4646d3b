//! Bytes that are text in several encodings, and those that are no text.

use super::*;

/// A sequence behind a declaration of its encoding.
fn declared(name: &str, sequence: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"{name}\"?>\n{sequence}")
}

/// A small sequence with a letter outside of ASCII.
fn accented() -> String {
    SMALL.replace("\"G\"", "\"é\"")
}

/// A text as bytes of windows-1252.
fn latin(text: &str) -> Vec<u8> {
    let byte = |c| u8::try_from(u32::from(c)).expect("it is Latin");
    text.chars().map(byte).collect()
}

#[test]
fn declared_encodings() {
    let accent = accented();
    holds(vec![
        (
            "UTF-8 that calls itself UTF-16",
            b(&declared("utf-16", &accent)),
            Reads(ProofVerdict::Exact),
        ),
        (
            "UTF-8 that calls itself windows-1252",
            b(&declared("windows-1252", &accent)),
            Reads(ProofVerdict::Exact),
        ),
        (
            "windows-1252 indeed",
            latin(&declared("windows-1252", &accent)),
            Refused("TQ0001", "2:39"),
        ),
        (
            "Latin without a declaration",
            latin(&accent),
            Refused("TQ0001", "1:39"),
        ),
        (
            "UTF-8 with a mark",
            b(&format!("\u{FEFF}{accent}")),
            Reads(ProofVerdict::Exact),
        ),
        (
            "two marks",
            b(&format!("\u{FEFF}\u{FEFF}{accent}")),
            Reads(ProofVerdict::Exact),
        ),
    ]);
    let folder = scratch("a.xml", &latin(&declared("windows-1252", &accent)));
    let outcome = run(folder.path(), &["decompile", "a.xml"]);
    assert!(
        outcome.err.contains("the file declares `windows-1252`"),
        "{}",
        outcome.err
    );
}

#[test]
fn encodings_of_two_bytes() {
    let accent = accented();
    let wide = utf16(SMALL, u16::to_le_bytes, &[0xFF, 0xFE]);
    let lone = [&wide[..60], &[0x00, 0xD8], &wide[60..]].concat();
    holds(vec![
        (
            "UTF-16, little end first",
            utf16(&accent, u16::to_le_bytes, &[0xFF, 0xFE]),
            Reads(ProofVerdict::Exact),
        ),
        (
            "UTF-16, big end first",
            utf16(&accent, u16::to_be_bytes, &[0xFE, 0xFF]),
            Reads(ProofVerdict::Exact),
        ),
        (
            "UTF-16 without a mark",
            utf16(&accent, u16::to_le_bytes, &[]),
            Reads(ProofVerdict::Exact),
        ),
        (
            "the other UTF-16 without a mark",
            utf16(&accent, u16::to_be_bytes, &[]),
            Reads(ProofVerdict::Exact),
        ),
        (
            "UTF-16 of an odd length",
            [wide.as_slice(), b"x"].concat(),
            Refused("TQ0001", "1:69"),
        ),
        (
            "UTF-16 with a lone surrogate",
            lone,
            Refused("TQ0001", "1:30"),
        ),
    ]);
}

#[test]
fn files_without_text_and_characters_that_are_none() {
    holds(vec![
        ("half a mark", vec![0xFF], NO_EXPORT),
        ("nothing at all", Vec::new(), Refused("TQ0701", "1:1")),
        (
            "blanks and nothing else",
            b(" \r\n "),
            Refused("TQ0701", "1:1"),
        ),
        (
            "a mark and nothing else",
            vec![0xEF, 0xBB, 0xBF],
            Refused("TQ0701", "1:1"),
        ),
        (
            "a UTF-16 mark and nothing else",
            vec![0xFF, 0xFE],
            Refused("TQ0701", "1:1"),
        ),
        ("NUL bytes", vec![0; 1000], NO_EXPORT),
        (
            "a NUL byte in a text",
            b(&SMALL.replace("\"G\"", "\"G\0\"")),
            Refused("TQ0701", "1:40"),
        ),
        (
            "a control character",
            b(&SMALL.replace("\"G\"", "\"\u{1}\"")),
            Refused("TQ0701", "1:39"),
        ),
        (
            "a noncharacter",
            b(&SMALL.replace("\"G\"", "\"\u{FFFF}\"")),
            Refused("TQ0701", "1:39"),
        ),
    ]);
}
