//! What the documentation says of steps, each as a case with the sentence it rests on
//! (`tests/truth/*.txt`): the report of `tasq simulate -v`, or the words of another command.
//! `TASQ_UPDATE=1` writes the outputs anew; read the difference before you commit it.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use tasq::internals::{
    engine::{NoChildren, Program, RunOptions},
    machine::Machine,
    model::Sequence,
    simulate::simulate,
    xml::{Document, Element},
};

use crate::{
    cases::{self, Case},
    cli::Scratch,
    corpus,
    semantics::decompiled,
};

/// The lines of a section with a line end behind each.
fn text(lines: &[String]) -> String {
    lines
        .iter()
        .fold(String::new(), |out, line| out + line + "\n")
}

/// What a case prints.
fn said(case: &Case) -> String {
    let mut files = Vec::new();
    let mut command = Vec::new();
    for section in &case.sections {
        match section.head.as_str() {
            "" | "says" => {}
            "command" => {
                command = section
                    .lines
                    .join(" ")
                    .split(' ')
                    .map(str::to_owned)
                    .collect();
            }
            name => files.push((name.to_owned(), text(&section.lines))),
        }
    }
    if command.is_empty() {
        let sequence = files.first().map_or("", |(name, _)| name);
        command = ["simulate", sequence, "-v"].map(str::to_owned).to_vec();
        if files.iter().any(|(name, _)| name == "machine.toml") {
            command.extend(["-m", "machine.toml"].map(str::to_owned));
        }
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let scratch = Scratch::new(&files);
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    let outcome = scratch.run(&words);
    let all = format!("{}{}", outcome.err, outcome.out);
    let lines = all.lines().map(str::trim_end).map(str::to_owned);
    text(&lines.collect::<Vec<_>>()).trim_end().to_owned()
}

#[test]
fn steps_do_what_the_documentation_says() {
    let update = cases::updates();
    let mut wrong = String::new();
    let mut files: BTreeMap<_, String> = BTreeMap::new();
    for case in cases::all("truth") {
        let expected = case.section("says").unwrap_or_default();
        let expected = text(expected).trim_end().to_owned();
        let found = said(&case);
        if found != expected {
            let _ = writeln!(
                wrong,
                "{}\n--- expected\n{expected}\n--- found\n{found}\n",
                case.title()
            );
        }
        let out = files
            .entry(case.path.clone())
            .or_insert_with(|| lead(&case.path));
        let _ = writeln!(out, "\n=== {}", case.name);
        for section in case.sections.iter().filter(|own| own.head != "says") {
            if !section.head.is_empty() {
                let _ = writeln!(out, "--- {}", section.head);
            }
            out.push_str(text(&section.lines).trim_end());
            out.push('\n');
        }
        let _ = writeln!(out, "--- says\n{found}");
    }
    if update {
        for (path, text) in files {
            fs::write(path, text).expect("the cases are written");
        }
        return;
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The lines before the first case.
fn lead(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lead = text.split("\n=== ").next().unwrap_or_default();
    format!("{}\n", lead.trim_end())
}

/// The ways in which serialisers lay out the same XML.
#[derive(Clone, Copy)]
enum Way {
    /// On one line without a line end, attributes the other way round, in single quotes.
    Reversed,
    /// Each element on its own line, LF, empty elements closed by themselves, a declaration.
    Indented,
    /// CR LF behind each tag, truth values with a capital, texts as CDATA.
    Loud,
}

/// The XML of rules in another layout.
fn laid_out(element: Element<'_>, depth: usize, way: Way, out: &mut String) {
    let indented = matches!(way, Way::Indented);
    let margin = "\t".repeat(depth);
    if indented {
        out.push_str(&margin);
    }
    let mut attributes: Vec<String> = element
        .attributes()
        .map(|own| {
            let text = own.text();
            let text = match way {
                Way::Loud if text == "false" => "False",
                Way::Loud if text == "true" => "TRUE",
                _ => &text,
            };
            let quoted = text.replace('&', "&amp;").replace('<', "&lt;");
            match way {
                Way::Reversed => format!(" {}='{}'", own.name, quoted.replace('\'', "&apos;")),
                _ => format!(" {} = \"{}\"", own.name, quoted.replace('"', "&quot;")),
            }
        })
        .collect();
    if matches!(way, Way::Reversed) {
        attributes.reverse();
    }
    let _ = write!(out, "<{}{}", element.name(), attributes.concat());
    let has_children = element.children().next().is_some();
    let text = element.text();
    if !has_children && text.is_empty() && indented {
        out.push_str(" />\n");
        return;
    }
    out.push('>');
    if has_children {
        if indented {
            out.push('\n');
        }
        for child in element.children() {
            laid_out(child, depth + 1, way, out);
        }
        if indented {
            out.push_str(&margin);
        }
    } else if matches!(way, Way::Loud) && !text.contains("]]>") && !text.is_empty() {
        let _ = write!(out, "<![CDATA[{text}]]>");
    } else {
        out.push_str(
            &text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
        );
    }
    let _ = write!(out, "</{}>", element.name());
    match way {
        Way::Reversed => {}
        Way::Indented => out.push('\n'),
        Way::Loud => out.push_str("\r\n"),
    }
}

/// A sequence with all of its rules in another layout, and how many there are.
fn with_other_rules(xml: &str, way: Way) -> (String, usize) {
    let mut count = 0;
    let text = replaced_rules(xml, &mut |rules| {
        count += 1;
        let inner = Document::parse(rules).expect("rules");
        let mut out = String::new();
        if matches!(way, Way::Indented) {
            out.push_str("<?xml version=\"1.0\"?>\n");
        }
        laid_out(inner.root(), 0, way, &mut out);
        out
    });
    (text, count)
}

/// A sequence with other texts for its rules.
pub fn replaced_rules(xml: &str, new: &mut dyn FnMut(&str) -> String) -> String {
    let document = Document::parse(xml).expect("an export");
    let mut edits = Vec::new();
    let mut stack = vec![document.root()];
    while let Some(element) = stack.pop() {
        if element.attribute("name").as_deref() == Some("OSDSetDynamicVariablesRules") {
            let escaped = new(&element.text())
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            edits.push((element.text_range(), escaped.replace('\r', "&#xD;")));
        }
        stack.extend(element.children());
    }
    edits.sort_by_key(|((start, _), _)| std::cmp::Reverse(*start));
    let mut text = xml.to_owned();
    for ((start, end), new) in edits {
        text.replace_range(start as usize..end as usize, &new);
    }
    text
}

/// What a run of a sequence comes to.
pub fn outcome_of(sequence: &Sequence) -> String {
    let program = Program::new(sequence, &NoChildren).expect("a program");
    let mut machine = Machine::default();
    machine.make = Some("Dell Inc.".to_owned());
    machine.model = Some("Latitude 5540".to_owned());
    machine.serial_number = Some("ABC123".to_owned());
    machine.asset_tag = Some("A1".to_owned());
    machine.uuid = Some("U1".to_owned());
    machine.network = Some(Vec::new());
    let run = simulate(&program, "x", "x", machine, RunOptions::default()).expect("an end");
    let events = run.events.iter();
    events.map(|event| format!("{event:?}\n")).collect()
}

/// Rules are XML of their own (xml-format): whoever writes them anew changes nothing.
#[test]
fn rules_mean_the_same_however_they_are_laid_out() {
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let mut count = 0;
    for sample in corpus::configmgr() {
        if !sample.xml.contains("OSDSetDynamicVariablesRules") {
            continue;
        }
        let stored = outcome_of(&decompiled(&sample.xml, &sample.name));
        for way in [Way::Reversed, Way::Indented, Way::Loud] {
            let (xml, rules) = with_other_rules(&sample.xml, way);
            count += rules;
            let other = outcome_of(&decompiled(&xml, &sample.name));
            let differ = stored.lines().zip(other.lines()).find(|(a, b)| a != b);
            assert!(stored == other, "{}: {differ:#?}", sample.name);
        }
    }
    assert!(count > 0, "rules in the corpus");
    println!("{count} steps with rules laid out anew");
}
