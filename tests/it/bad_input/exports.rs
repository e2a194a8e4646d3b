//! Small exports of every kind, written here, and archives with faults.

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Where the console's export keeps its sequence.
pub const MEMBER: &str = "SMS_TaskSequencePackage/ABC00001/object.xml";

/// A sequence with one of everything.
pub const SEQUENCE: &str = concat!(
    "<sequence version=\"3.10\"><referenceList><reference package=\"ABC00001\"/></referenceList>",
    "<globalVarList><variable name=\"A\" property=\"A\">1</variable></globalVarList>",
    "<group name=\"Prepare\" description=\"All &amp; more\"><condition><operator type=\"or\">",
    "<expression type=\"SMS_TaskSequence_VariableConditionExpression\"><variable name=\"Operator\">equals</variable>",
    "<variable name=\"Value\">true</variable><variable name=\"Variable\">_SMSTSInWinPE</variable></expression>",
    "<expression type=\"SMS_TaskSequence_WMIConditionExpression\"><variable name=\"Namespace\">root\\cimv2</variable>",
    "<variable name=\"Query\">select * from Win32_ComputerSystem where Model like 'HP%'</variable></expression>",
    "</operator></condition>",
    "<step type=\"SMS_TaskSequence_RunCommandLineAction\" name=\"Run\" description=\"\" runIn=\"WinPEandFullOS\" ",
    "successCodeList=\"0 3010\"><action>smsswd.exe /run: cmd.exe /c \"ver\"</action><defaultVarList>",
    "<variable name=\"CommandLine\" property=\"CommandLine\" hidden=\"true\">cmd.exe /c \"ver\"</variable>",
    "<variable name=\"SMSTSDisableWow64Redirection\" property=\"DisableWow64Redirection\">false</variable>",
    "<variable name=\"_SMSTSRunCommandLineAsUser\" property=\"RunAsUser\">false</variable>",
    "<variable name=\"SuccessCodes\" property=\"SuccessCodes\" hidden=\"true\">0 3010</variable>",
    "</defaultVarList></step>",
    "<step type=\"SMS_TaskSequence_SetVariableAction\" name=\"Set\" description=\"d\">",
    "<action>tsenv.exe \"X=%Y%\"</action><defaultVarList>",
    "<variable name=\"VariableName\" property=\"VariableName\" hidden=\"true\">X</variable>",
    "<variable name=\"VariableValue\" property=\"VariableValue\" hidden=\"true\">%Y%</variable></defaultVarList></step>",
    "</group></sequence>\r\n"
);

/// A sequence of one group, for cases about what stands around it.
pub const SMALL: &str =
    "<sequence version=\"3.10\"><group name=\"G\" description=\"\"/></sequence>";

/// One level of escaping.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A text in a CDATA section.
pub fn cdata(text: &str) -> String {
    format!("<![CDATA[{text}]]>")
}

/// The `object.xml` of an export, with this in the property's `<VALUE>`.
pub fn instance(value: &str) -> String {
    format!(
        "<INSTANCE CLASSNAME=\"SMS_TaskSequencePackage\">\r\n  <PROPERTY NAME=\"Name\" TYPE=\"string\">\r\n    \
         <VALUE>Deploy</VALUE>\r\n  </PROPERTY>\r\n  <PROPERTY NAME=\"Sequence\" TYPE=\"string\">\r\n    \
         <VALUE>{value}</VALUE>\r\n  </PROPERTY>\r\n</INSTANCE>"
    )
}

/// What older tools write: the sequence as an element of the package.
pub fn package(data: &str) -> String {
    format!(
        "<SmsTaskSequencePackage><Name>A</Name><SequenceData>{data}</SequenceData></SmsTaskSequencePackage>"
    )
}

/// The same sequence in every wrapper that there is, each with a name.
pub fn wrapped(sequence: &str) -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: String| text.into_bytes();
    vec![
        ("bare", text(sequence.to_owned())),
        ("indented", text(sequence.replace("><", ">\r\n  <"))),
        (
            "MDT",
            text(format!(
                "<?xml version=\"1.0\"?>\r\n{}",
                sequence.replacen(" version", " name=\"M\" version", 1)
            )),
        ),
        ("object, CDATA", text(instance(&cdata(sequence)))),
        ("object, escaped", text(instance(&escaped(sequence)))),
        ("escaped", text(escaped(sequence))),
        ("package", text(package(sequence))),
        (
            "UTF-16, little end first",
            utf16(sequence, u16::to_le_bytes, &[0xFF, 0xFE]),
        ),
        (
            "UTF-16, big end first",
            utf16(sequence, u16::to_be_bytes, &[0xFE, 0xFF]),
        ),
    ]
}

/// A text as UTF-16 behind a mark, which may be empty.
pub fn utf16(text: &str, unit: fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
    mark.iter()
        .copied()
        .chain(text.encode_utf16().flat_map(unit))
        .collect()
}

/// A zip of these members.
pub fn archive<'a>(members: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in members {
        if name.ends_with('/') {
            writer
                .add_directory(name, options)
                .expect("a folder is added");
        } else {
            writer.start_file(name, options).expect("a member is added");
            writer.write_all(content).expect("a member is written");
        }
    }
    writer
        .finish()
        .expect("an archive is finished")
        .into_inner()
}

/// The console's zip around an `object.xml`.
pub fn export(object: &str) -> Vec<u8> {
    archive([
        ("Manifest.xml", b"<Manifest/>".as_slice()),
        (MEMBER, object.as_bytes()),
    ])
}

/// Every place of some bytes replaced by as many others: a name that the writer of archives
/// refuses, in both lists.
pub fn swapped(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "{from} and {to} have the same length");
    let places: Vec<usize> = bytes
        .windows(from.len())
        .enumerate()
        .filter(|(_, part)| *part == from.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(places.len() >= 2, "{from} stands in the archive");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

/// The header of the last member changed, before its content and in the list at the end, at these
/// two offsets.
pub fn tampered(mut bytes: Vec<u8>, local: usize, central: usize, mask: u8) -> Vec<u8> {
    for (mark, offset) in [(b"PK\x03\x04", local), (b"PK\x01\x02", central)] {
        let at = bytes
            .windows(4)
            .rposition(|four| four == mark)
            .expect("an archive has headers");
        bytes[at + offset] ^= mask;
    }
    bytes
}
