//! Rules of Set Dynamic Variables as serialisers of others write them: whoever writes such XML anew
//! changes nothing of what it means. The two are Python's; where there is none the test says so.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use crate::{
    corpus,
    semantics::decompiled,
    truth::{outcome_of, replaced_rules},
};

/// Reads texts of XML, each with its length before it, and writes them anew in the same form.
const SCRIPT: &str = r#"
import sys, xml.dom.minidom
import xml.etree.ElementTree as tree
way = sys.argv[1]
data = sys.stdin.buffer
out = sys.stdout.buffer
while True:
    line = data.readline()
    if not line:
        break
    text = data.read(int(line)).decode("utf-8")
    if way == "tree":
        root = tree.fromstring(text)
        tree.indent(root)
        new = tree.tostring(root, encoding="unicode")
    elif way == "minidom":
        new = xml.dom.minidom.parseString(text.encode("utf-8")).toxml()
    else:
        new = xml.dom.minidom.parseString(text.encode("utf-8")).toprettyxml(newl="\r\n")
    new = new.encode("utf-8")
    out.write(b"%d\n" % len(new) + new)
"#;

/// Texts of XML as Python writes them; `None` without Python.
fn written_anew(way: &str, texts: &[String]) -> Option<Vec<String>> {
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT, way])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = python.stdin.take().expect("its input");
    let all: Vec<u8> = texts
        .iter()
        .flat_map(|text| {
            [
                format!("{}\n", text.len()).into_bytes(),
                text.clone().into_bytes(),
            ]
        })
        .flatten()
        .collect();
    let writer = std::thread::spawn(move || input.write_all(&all));
    let out = python.wait_with_output().expect("it ends");
    writer.join().expect("a thread").expect("it reads all");
    assert!(out.status.success(), "{way}");
    let mut rest = out.stdout.as_slice();
    let mut texts = Vec::new();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let length: usize = String::from_utf8_lossy(&rest[..end])
            .parse()
            .expect("a length");
        let text = &rest[end + 1..end + 1 + length];
        texts.push(String::from_utf8(text.to_vec()).expect("UTF-8"));
        rest = &rest[end + 1 + length..];
    }
    Some(texts)
}

#[test]
fn rules_mean_the_same_as_other_serialisers_write_them() {
    if corpus::folder().is_none() {
        println!("corpus absent: skipped");
        return;
    }
    let samples = corpus::configmgr();
    let with_rules: Vec<_> = samples
        .iter()
        .filter(|sample| sample.xml.contains("OSDSetDynamicVariablesRules"))
        .collect();
    assert!(!with_rules.is_empty(), "rules in the corpus");
    for way in ["tree", "minidom", "pretty"] {
        let mut count = 0;
        for sample in &with_rules {
            let mut texts = Vec::new();
            replaced_rules(&sample.xml, &mut |rules| {
                texts.push(rules.to_owned());
                rules.to_owned()
            });
            let Some(anew) = written_anew(way, &texts) else {
                println!("no python3: skipped");
                return;
            };
            assert_eq!(anew.len(), texts.len(), "{}", sample.name);
            count += anew.len();
            let mut anew = anew.into_iter();
            let other = replaced_rules(&sample.xml, &mut |_| anew.next().expect("one each"));
            let stored = outcome_of(&decompiled(&sample.xml, &sample.name));
            let other = outcome_of(&decompiled(&other, &sample.name));
            let differ = stored.lines().zip(other.lines()).find(|(a, b)| a != b);
            assert!(stored == other, "{way}, {}: {differ:#?}", sample.name);
        }
        println!("{way}: {count} steps with rules written anew");
    }
}
