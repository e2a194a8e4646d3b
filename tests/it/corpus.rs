//! Finds the genuine task sequences the tests run over and hands out their XML.
//!
//! The corpus stands outside of the project. `TASQ_CORPUS` names its folder; without it the folder
//! `../shared/corpus` beside the project is taken. Where there is none, a test says so and returns.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use roxmltree::Document;

/// One genuine task sequence.
pub struct Sample {
    /// Folder and file name, `configmgr/….xml`.
    pub name: String,
    /// The sequence's XML as the file holds it, without wrapper and byte-order mark.
    pub xml: String,
    /// Whether the XML is the indented form instead of the one-line form.
    pub indented: bool,
}

/// The corpus folder, or nothing where there is none.
pub fn folder() -> Option<PathBuf> {
    let folder = env::var_os("TASQ_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

/// The Configuration Manager sequences, bare ones and those inside an `object.xml`, sorted by name.
///
/// # Panics
///
/// Panics where a file holds no sequence or is in an encoding that is not known.
pub fn configmgr() -> Vec<Sample> {
    samples(&["configmgr", "configmgr-object"], |text| sequence(&text))
}

/// The MDT sequences, XML declaration included, sorted by name.
///
/// # Panics
///
/// Panics where a file is in an encoding that is not known.
pub fn mdt() -> Vec<Sample> {
    samples(&["mdt"], Ok)
}

/// Reads every XML file of the given folders.
fn samples(folders: &[&str], extract: fn(String) -> Result<String, String>) -> Vec<Sample> {
    let Some(corpus) = folder() else {
        return Vec::new();
    };
    let mut samples: Vec<Sample> = folders
        .iter()
        .flat_map(|folder| files(&corpus, folder))
        .map(|(name, path)| {
            let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
            let xml = decode(&bytes)
                .and_then(extract)
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            let indented = is_indented(&xml);
            Sample {
                name,
                xml,
                indented,
            }
        })
        .collect();
    samples.sort_by(|a, b| a.name.cmp(&b.name));
    samples
}

/// The XML files of one folder of the corpus, each with its name in the corpus; none where there is
/// no such folder.
fn files(corpus: &Path, folder: &str) -> Vec<(String, PathBuf)> {
    let Ok(entries) = fs::read_dir(corpus.join(folder)) else {
        return Vec::new();
    };
    entries
        .map(|entry| {
            entry
                .unwrap_or_else(|e| panic!("corpus folder {folder}: {e}"))
                .path()
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .map(|path| {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            (format!("{folder}/{file}"), path)
        })
        .collect()
}

/// The text of a file in UTF-8 or, with a byte-order mark, UTF-16.
fn decode(bytes: &[u8]) -> Result<String, String> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|e| format!("not UTF-8: {e}"))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return Err("UTF-16 with an odd number of bytes".to_owned());
    }
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    String::from_utf16(&units).map_err(|e| format!("not UTF-16: {e}"))
}

/// The sequence's XML out of a file's text: bare, escaped as a whole, or a property of an object.
fn sequence(text: &str) -> Result<String, String> {
    if text.starts_with("<sequence") {
        Ok(text.to_owned())
    } else if text.starts_with("&lt;sequence") {
        Ok(unescape(text))
    } else {
        object_sequence(text)
    }
}

/// The value of the property `Sequence` of an `object.xml`.
///
/// The value is cut out of the text because an XML reader would change its line ends.
fn object_sequence(text: &str) -> Result<String, String> {
    let document =
        Document::parse(text).map_err(|e| format!("neither sequence nor object: {e}"))?;
    let value = document
        .descendants()
        .find(|node| node.has_tag_name("PROPERTY") && node.attribute("NAME") == Some("Sequence"))
        .and_then(|property| {
            property
                .children()
                .find(|child| child.has_tag_name("VALUE"))
        })
        .ok_or("no property Sequence with a value")?;
    let element = &text[value.range()];
    let inner = element
        .strip_prefix("<VALUE>")
        .and_then(|rest| rest.strip_suffix("</VALUE>"))
        .ok_or("the property Sequence is not one plain value")?;
    let Some(rest) = inner.strip_prefix("<![CDATA[") else {
        return Ok(unescape(inner));
    };
    match rest.strip_suffix("]]>") {
        Some(xml) if !xml.contains("]]>") => Ok(xml.to_owned()),
        _ => Err("the property Sequence is not one CDATA section".to_owned()),
    }
}

/// Takes one level of escaping off.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// Whether the root's start tag is followed by a line end; an empty root is indented when its tag
/// is written as the indenting writer does.
fn is_indented(xml: &str) -> bool {
    let Some(root) = xml.find("<sequence") else {
        return false;
    };
    let Some(length) = xml[root..].find('>') else {
        return false;
    };
    let (tag, rest) = xml[root..].split_at(length + 1);
    tag.ends_with(" />") || (!tag.ends_with("/>") && rest.starts_with(['\r', '\n']))
}

#[test]
fn every_sample_is_a_sequence() {
    if folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    for (samples, kind) in [(configmgr(), "Configuration Manager"), (mdt(), "MDT")] {
        let indented = samples.iter().filter(|sample| sample.indented).count();
        println!("{kind}: {} samples, {indented} indented", samples.len());
        assert!(!samples.is_empty(), "no {kind} samples in the corpus");
        assert!(samples.is_sorted_by(|a, b| a.name < b.name));
        for Sample { name, xml, .. } in &samples {
            let document = Document::parse(xml).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(
                document.root_element().has_tag_name("sequence"),
                "{name}: the root is no sequence"
            );
        }
    }
}

#[test]
fn encodings_are_decoded() {
    let utf16 = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter()
            .chain("<é/>".encode_utf16().flat_map(unit))
            .collect()
    };
    for bytes in [
        "<é/>".as_bytes().to_vec(),
        "\u{FEFF}<é/>".as_bytes().to_vec(),
        utf16([0xFF, 0xFE], u16::to_le_bytes),
        utf16([0xFE, 0xFF], u16::to_be_bytes),
    ] {
        assert_eq!(decode(&bytes).as_deref(), Ok("<é/>"));
    }
    assert!(decode(&[0xFF, 0xFE, 0x3C]).is_err());
    assert!(decode(&[0xE9]).is_err());
}

#[test]
fn wrappers_are_taken_off() {
    let object = |value: &str| {
        format!(
            "<INSTANCE><PROPERTY NAME=\"Name\"><VALUE>A</VALUE></PROPERTY><PROPERTY NAME=\"Sequence\">\
             <QUALIFIER><VALUE>string</VALUE></QUALIFIER><VALUE>{value}</VALUE></PROPERTY></INSTANCE>"
        )
    };
    let bare = "<sequence version=\"3.10\"><group name=\"a &amp; b\"/></sequence>\r\n";
    let escaped = bare
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    for text in [
        bare.to_owned(),
        escaped.clone(),
        object(&format!("<![CDATA[{bare}]]>")),
        object(&escaped),
    ] {
        assert_eq!(sequence(&text).as_deref(), Ok(bare));
    }
    assert!(sequence("<INSTANCE/>").is_err());
}

#[test]
fn the_form_is_recognised() {
    assert!(is_indented("<sequence version=\"3.10\" />"));
    assert!(is_indented(
        "<sequence version=\"3.10\">\r\n  <group />\r\n</sequence>"
    ));
    assert!(!is_indented("<sequence version=\"3.10\"/>\r\n"));
    assert!(!is_indented(
        "<sequence version=\"3.10\"><group/></sequence>\r\n"
    ));
}
