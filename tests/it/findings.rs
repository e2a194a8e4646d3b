//! The pages of the findings, `docs/findings/CODE.md`: each code has one, its example gives the
//! code, and its mended source gives nothing. What a user sees of each example is kept as a
//! snapshot.
//!
//! An example is a source, for the codes of exports XML, and for those of machine files TOML. XML
//! is opened and decompiled.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use tasq::internals::{
    check::check,
    decompile::{DecompileOptions, decompile, findings_of_export},
    diagnostic::{
        Code, Finding,
        render::{Format, Look, render},
    },
    format::format,
    machine, read, site,
    source::{FileId, NoFiles, Sources},
};

use crate::cases;

/// Stands under the heading of an example that no source text on a page can show.
const MARKER: &str = "<!-- no example source -->";

/// The codes whose pages have the marker: bytes that are no text, limits too large for a page, a
/// control character that a terminal would obey, an archive, a sequence that needs its site file, a
/// fault of the formatter, and what only a run finds.
const WITHOUT_SOURCE: &[Code] = &[
    Code::NotText,
    Code::Utf16Source,
    Code::SourceTooLarge,
    Code::NestedTooDeep,
    Code::ValuesTooLarge,
    Code::UnwritableCharacter,
    Code::ValueForShell,
    Code::SequenceTooLarge,
    Code::BadArchive,
    Code::FormatNotProven,
    Code::ExpectationNotMet,
    Code::NotInSite,
];

const EXAMPLE: &str = "Example";
const MEND: &str = "How to mend it";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A page taken apart.
struct Page {
    code: Code,
    /// The first line.
    title: String,
    /// The text between the title and the first heading.
    lead: Vec<String>,
    sections: Vec<Section>,
}

/// What stands under a heading of the second level.
#[derive(Default)]
struct Section {
    heading: String,
    prose: Vec<String>,
    blocks: Vec<Block>,
}

/// A fenced block.
struct Block {
    language: String,
    text: String,
    /// Whether it is of a page about site files.
    site: bool,
}

impl Block {
    /// A block from its lines, up to the one that closes it.
    fn read<'a>(language: &str, lines: &mut impl Iterator<Item = &'a str>, code: Code) -> Block {
        let mut block = Block {
            language: language.to_owned(),
            text: String::new(),
            site: code.id().starts_with("TQ10"),
        };
        loop {
            match lines.next() {
                Some("```") => return block,
                Some(line) => block.text.extend([line, "\n"]),
                None => panic!("{}: a block is not closed", code.id()),
            }
        }
    }
}

impl Page {
    fn read(code: Code) -> Page {
        let text = code.page();
        assert!(
            text.ends_with('\n') && !text.ends_with("\n\n"),
            "{}: the page ends with one line end",
            code.id()
        );
        let mut lines = text.lines();
        let title = lines.next().unwrap_or_default().to_owned();
        let mut page = Page {
            code,
            title,
            lead: Vec::new(),
            sections: Vec::new(),
        };
        while let Some(line) = lines.next() {
            if let Some(heading) = line.strip_prefix("## ") {
                page.sections.push(Section {
                    heading: heading.to_owned(),
                    ..Section::default()
                });
            } else if let Some(language) = line.strip_prefix("```") {
                let block = Block::read(language, &mut lines, code);
                let section = page.sections.last_mut();
                section
                    .unwrap_or_else(|| panic!("{}: a block before the first heading", code.id()))
                    .blocks
                    .push(block);
            } else if !line.trim().is_empty() {
                let prose = page
                    .sections
                    .last_mut()
                    .map_or(&mut page.lead, |section| &mut section.prose);
                prose.push(line.to_owned());
            }
        }
        page
    }

    fn all() -> impl Iterator<Item = Page> {
        Code::ALL.iter().map(|code| Page::read(*code))
    }

    fn section(&self, heading: &str) -> &Section {
        let found = self
            .sections
            .iter()
            .find(|section| section.heading == heading);
        found.unwrap_or_else(|| panic!("{}: there is no section \"{heading}\"", self.code.id()))
    }

    fn has_marker(&self) -> bool {
        self.section(EXAMPLE)
            .prose
            .first()
            .is_some_and(|line| line == MARKER)
    }

    /// The only block of a section.
    fn block(&self, heading: &str) -> &Block {
        match self.section(heading).blocks.as_slice() {
            [block] => block,
            blocks => panic!(
                "{}: \"{heading}\" has {} blocks",
                self.code.id(),
                blocks.len()
            ),
        }
    }

    /// The example; nothing where the page has the marker.
    fn example(&self) -> Option<&Block> {
        (!self.has_marker()).then(|| self.block(EXAMPLE))
    }
}

impl Block {
    fn is_export(&self) -> bool {
        self.language == "xml"
    }

    /// What compiling says about a source, and opening and decompiling about an export.
    fn told(&self) -> Told {
        if self.language == "toml" {
            return if self.site {
                sited(&self.text)
            } else {
                described(&self.text)
            };
        }
        if self.is_export() {
            opened(self.text.as_str())
        } else {
            compiled(self.text.as_str())
        }
    }
}

/// What was said about an input.
struct Told {
    findings: Vec<Finding>,
    sources: Sources,
}

fn compiled(bytes: impl Into<Vec<u8>>) -> Told {
    let compiled = check(
        "lab.tasq",
        "lab.tasq",
        bytes.into(),
        &NoFiles,
        &Default::default(),
    );
    Told {
        findings: compiled.findings,
        sources: compiled.sources,
    }
}

fn described(text: &str) -> Told {
    let mut sources = Sources::new();
    let file = sources.add("lab.toml", text);
    Told {
        findings: machine::parse(file, text).findings,
        sources,
    }
}

fn sited(text: &str) -> Told {
    let mut sources = Sources::new();
    let file = sources.add("site.toml", text);
    Told {
        findings: site::parse(file, text).findings,
        sources,
    }
}

fn opened(bytes: impl Into<Vec<u8>>) -> Told {
    let input = read::open("lab.xml", bytes.into());
    let mut findings = input.findings;
    for export in &input.exports {
        let own = decompile(export, DecompileOptions::default()).findings;
        let checked: BTreeSet<Code> = findings_of_export(export)
            .iter()
            .map(|finding| finding.code)
            .collect();
        assert!(
            own.iter().all(|finding| checked.contains(&finding.code)),
            "a check says no less: {checked:?}"
        );
        findings.extend(own);
    }
    Told {
        findings,
        sources: input.sources,
    }
}

fn codes(told: &Told) -> BTreeSet<Code> {
    told.findings.iter().map(|finding| finding.code).collect()
}

fn shown(told: &Told) -> String {
    render(Format::Text, &told.findings, &told.sources, Look::PLAIN)
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let entries =
        fs::read_dir(root().join("docs/findings")).expect("the folder of the pages can be listed");
    let files = entries.map(|entry| {
        entry
            .expect("an entry can be read")
            .file_name()
            .to_string_lossy()
            .into_owned()
    });
    // The index of the pages has a test of its own.
    let files: BTreeSet<String> = files.filter(|file| file != "README.md").collect();
    let wanted: BTreeSet<String> = Code::ALL
        .iter()
        .map(|code| format!("{}.md", code.id()))
        .collect();
    assert_eq!(files, wanted);
}

/// That example and mended sources are in the language that the finding is about.
fn has_sources_of_its_kind(page: &Page) {
    let id = page.code.id();
    assert!(
        page.section(EXAMPLE).prose.is_empty(),
        "{id}: the example is the source alone"
    );
    let about_exports = id.starts_with("TQ07");
    let about_machines = id.starts_with("TQ08") || id.starts_with("TQ10");
    let language = match (about_exports, about_machines) {
        (true, _) => "xml",
        (_, true) => "toml",
        _ => "tasq",
    };
    assert_eq!(
        page.block(EXAMPLE).language,
        language,
        "the example of {id}"
    );
    let mended: Vec<&str> = page
        .section(MEND)
        .blocks
        .iter()
        .map(|block| block.language.as_str())
        .collect();
    match mended.as_slice() {
        ["toml"] if about_machines => {}
        ["tasq"] if !about_machines => {}
        [] | ["xml"] if about_exports => {}
        other => panic!("{id}: the mended sources {other:?}"),
    }
}

#[test]
fn pages_have_title_and_sections() {
    for page in Page::all() {
        let id = page.code.id();
        assert_eq!(
            page.title,
            format!("# {id}: {}", page.code.title()),
            "the title of {id}"
        );
        assert!(!page.lead.is_empty(), "{id}: nothing says what was found");
        let headings: Vec<&str> = page
            .sections
            .iter()
            .map(|section| section.heading.as_str())
            .collect();
        assert_eq!(
            headings.get(..2),
            Some(&[EXAMPLE, MEND][..]),
            "the sections of {id}"
        );
        assert!(
            !page.section(MEND).prose.is_empty(),
            "{id}: nothing says how to mend it"
        );
        for section in &page.sections[2..] {
            assert!(
                !section.prose.is_empty() && section.blocks.is_empty(),
                "{id}: \"{}\"",
                section.heading
            );
        }
        if page.has_marker() {
            assert_eq!(page.block(EXAMPLE).language, "text", "the example of {id}");
            assert!(
                page.section(MEND).blocks.len() <= 1,
                "{id}: more than one mended source"
            );
        } else {
            has_sources_of_its_kind(&page);
        }
    }
}

#[test]
fn only_known_codes_have_no_example_source() {
    let marked: Vec<Code> = Page::all()
        .filter(Page::has_marker)
        .map(|page| page.code)
        .collect();
    assert_eq!(marked, WITHOUT_SOURCE);
}

#[test]
fn examples_give_their_code_and_no_other() {
    for page in Page::all() {
        let Some(example) = page.example() else {
            continue;
        };
        let told = example.told();
        assert_eq!(
            codes(&told),
            BTreeSet::from([page.code]),
            "{}\n{}",
            page.code.id(),
            shown(&told)
        );
    }
}

#[test]
fn mended_sources_have_no_finding_and_are_formatted() {
    for page in Page::all() {
        for block in &page.section(MEND).blocks {
            let id = page.code.id();
            let told = block.told();
            assert!(
                told.findings.is_empty(),
                "{id}: the mended source\n{}",
                shown(&told)
            );
            if block.is_export() || block.language == "toml" {
                continue;
            }
            let formatted =
                format(&block.text, FileId(0)).expect("a source without findings can be formatted");
            assert_eq!(formatted, block.text, "{id}: the mended source, formatted");
        }
    }
}

/// Sources that the pages of [`WITHOUT_SOURCE`] describe in words, made here.
fn described_sources() -> Vec<(Code, Vec<u8>)> {
    let utf16 = "\u{FEFF}step \"Restart\" restart_computer\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes);
    let script = "Write-Output 'x'\n".repeat(800_000 / 17 + 1);
    let doubled = (1..40).map(|n| format!("let a{n} = \"${{a{}}}${{a{0}}}\"\n", n - 1));
    let doubled = format!("let a0 = \"xx\"\n{}", doubled.collect::<String>());
    vec![
        (
            Code::NotText,
            b"step \"Ger\xE4t\" restart_computer\n".to_vec(),
        ),
        (Code::Utf16Source, utf16.collect()),
        (Code::SourceTooLarge, vec![b'\n'; 10_485_761]),
        (Code::ValuesTooLarge, doubled.into_bytes()),
        (
            Code::NestedTooDeep,
            "group \"A\" {\n".repeat(201).into_bytes(),
        ),
        (
            Code::NestedTooDeep,
            format!("step \"A\" restart_computer when {}", "(".repeat(201)).into_bytes(),
        ),
        (
            Code::UnwritableCharacter,
            b"step \"A\" restart_computer < message: \"\x1B[31mred\" >\n".to_vec(),
        ),
        (
            Code::SequenceTooLarge,
            format!("step \"A\" run_powershell_script <\n\"\"\"\n{script}\"\"\"\n>\n").into_bytes(),
        ),
    ]
}

#[test]
fn described_sources_give_their_code() {
    for (code, bytes) in described_sources() {
        let told = compiled(bytes);
        assert_eq!(codes(&told), BTreeSet::from([code]), "{}", shown(&told));
    }
}

#[test]
fn described_archives_give_their_code() {
    let archives: Vec<Vec<u8>> = vec![
        b"PK\x03\x04 cut off".to_vec(),
        archive("../object.xml"),
        archive("C:\\object.xml"),
    ];
    for bytes in archives {
        let told = opened(bytes);
        assert_eq!(
            codes(&told),
            BTreeSet::from([Code::BadArchive]),
            "{}",
            shown(&told)
        );
    }
    assert_eq!(
        codes(&opened(archive("object.txt"))),
        BTreeSet::from([Code::NotASequence])
    );
}

#[test]
fn a_package_that_no_site_has_gives_its_code() {
    let needs = "step \"Drivers\" run_command_line < \"setup.exe\", package: \"PS100999\" >\n";
    let told = check(
        "lab.tasq",
        "lab.tasq",
        needs.as_bytes().to_vec(),
        &NoFiles,
        &Default::default(),
    );
    let missing = site::unknown_references(&told.sequence, &site::Site::default(), &|_| false);
    assert_eq!(
        missing
            .iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>(),
        [Code::NotInSite]
    );
}

/// What of [`WITHOUT_SOURCE`] the tests above do not show.
#[test]
fn nearly_all_that_has_no_source_is_described() {
    let sources = described_sources();
    let others = [Code::BadArchive, Code::NotInSite];
    let shown: BTreeSet<Code> = sources
        .iter()
        .map(|(code, _)| *code)
        .chain(others)
        .collect();
    let described: BTreeSet<Code> = WITHOUT_SOURCE.iter().copied().collect();
    let left: Vec<Code> = described.difference(&shown).copied().collect();
    assert_eq!(
        left,
        [
            Code::ValueForShell,
            Code::FormatNotProven,
            Code::ExpectationNotMet
        ],
        "no source gives the one, and only a run the others"
    );
}

/// An archive with one empty member, stored.
fn archive(member: &str) -> Vec<u8> {
    let length = u16::try_from(member.len())
        .expect("a short name")
        .to_le_bytes();
    // From the version that is needed to the length of the name: nothing is compressed and
    // everything is empty.
    let common = [&[20, 0][..], &[0; 20][..], &length[..], &[0, 0][..]].concat();
    let local = [b"PK\x03\x04", common.as_slice(), member.as_bytes()].concat();
    let entry = [
        b"PK\x01\x02\x14\x00",
        common.as_slice(),
        &[0; 14][..],
        member.as_bytes(),
    ]
    .concat();
    let [size, offset] = [entry.len(), local.len()]
        .map(|length| u32::try_from(length).expect("small").to_le_bytes());
    let end = [
        b"PK\x05\x06",
        &[0; 4][..],
        &[1, 0, 1, 0][..],
        &size[..],
        &offset[..],
        &[0, 0][..],
    ]
    .concat();
    [local, entry, end].concat()
}

/// Whoever reads a finding must not see the password that it is about.
#[test]
fn a_password_of_an_export_is_not_shown() {
    let page = Page::read(Code::LiteralPassword);
    // SARIF holds the page itself with its password, so another one is looked for.
    let export = page.block(EXAMPLE).text.replace("Winter2025", "Autumn2026");
    let told = opened(export.as_str());
    assert_eq!(codes(&told), BTreeSet::from([Code::LiteralPassword]));
    for format in [
        Format::Text,
        Format::Plain,
        Format::Short,
        Format::Json,
        Format::Sarif,
    ] {
        let text = render(format, &told.findings, &told.sources, Look::PLAIN);
        assert!(
            export.contains("Autumn2026") && !text.contains("Autumn2026"),
            "{text}"
        );
    }
}

#[test]
fn one_less_is_no_finding() {
    let inputs: Vec<Vec<u8>> = vec![
        [
            b"step \"A\" restart_computer".to_vec(),
            vec![b'\n'; 10_485_760 - 25],
        ]
        .concat(),
        format!(
            "{}step \"A\" restart_computer\n{}",
            "group \"A\" {\n".repeat(200),
            "}\n".repeat(200)
        )
        .into_bytes(),
    ];
    for bytes in inputs {
        let told = compiled(bytes);
        assert!(told.findings.is_empty(), "{}", shown(&told));
    }
}

#[test]
fn every_code_is_reported_somewhere() {
    let mut sources = String::new();
    read_sources(&root().join("src"), &mut sources);
    for code in Code::ALL {
        let name = format!("Code::{code:?}");
        let used = sources.match_indices(&name).any(|(at, _)| {
            let next = sources[at + name.len()..].chars().next();
            next.is_none_or(|c| !c.is_alphanumeric() && c != '_')
        });
        assert!(used, "{} ({name}) is never reported", code.id());
    }
}

/// All Rust sources below a folder, but for the list of the codes itself.
fn read_sources(folder: &Path, out: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder of sources can be listed") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            read_sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("diagnostic/codes.rs")
        {
            out.push_str(&fs::read_to_string(&path).expect("a source is UTF-8 text"));
        }
    }
}

/// One snapshot a code, `snapshots/findings/CODE.snap`: what the user sees of the page's example.
#[test]
fn findings_look_as_before() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/findings");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for page in Page::all() {
            let Some(example) = page.example() else {
                continue;
            };
            let told = example.told();
            let plain = render(Format::Plain, &told.findings, &told.sources, Look::PLAIN);
            // A password is on the page only.
            let source = example.text.replace("Winter2025", "**********");
            let content = format!(
                "----- source -----\n{source}\n----- findings -----\n{plain}{}",
                shown(&told)
            );
            insta::assert_snapshot!(page.code.id(), content);
        }
    });
    let shown = Page::all().filter(|page| !page.has_marker());
    let names = shown.map(|page| page.code.id().to_owned());
    cases::snapshots_are("tests/it/snapshots/findings", "", names);
}
