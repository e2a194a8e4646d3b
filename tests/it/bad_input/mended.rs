//! What was wrong once: each test is named after what broke. A test with a large input would not
//! end if the work grew faster than the input again.

use std::fs;

use serde_json::Value;
use tasq::internals::{
    compile::compile,
    decompile::{DecompileOptions, Decompiled, ProofVerdict, decompile},
    diagnostic::Code,
    elaborate::ParameterValues,
    read,
    source::{NoFiles, SourceFile},
    xml::Document,
};

use super::{
    Reads, Refused, acting, b,
    exports::{SEQUENCE, SMALL, escaped, instance},
    generated::proven,
    held, holds, run, scratch,
};

/// A sequence around something.
fn around(inner: &str) -> String {
    format!("<sequence version=\"3.10\">{inner}</sequence>")
}

/// What decompiling the only sequence of a text gives, held against another reader of XML.
fn done(text: &str) -> Decompiled {
    let input = read::open("a.xml", text.as_bytes().to_vec());
    assert!(input.findings.is_empty(), "{:?}", input.findings);
    proven(&input.exports[0])
}

/// The same without the other reader, which is slow.
fn quick(text: &str) -> Decompiled {
    let input = read::open("a.xml", text.as_bytes().to_vec());
    assert!(input.findings.is_empty(), "{:?}", input.findings);
    decompile(&input.exports[0], DecompileOptions::default())
}

fn is_proven(done: &Decompiled) -> bool {
    matches!(
        done.ledger.verdict,
        ProofVerdict::Exact | ProofVerdict::Normalised
    )
}

#[test]
fn numbers_in_an_escaped_sequence_are_references() {
    let numbered = |text: &str| {
        text.replace('&', "&#38;")
            .replace('<', "&#60;")
            .replace('>', "&#x3e;")
    };
    let sequence = SMALL.replace("\"G\"", "\"A &amp; B\"");
    let odd = numbered(&sequence).replace("A &#38;amp; B", "&#65; &#38;#38; &#000066;");
    for bytes in [
        instance(&numbered(&sequence)),
        numbered(&sequence),
        instance(&odd),
    ] {
        let done = done(&bytes);
        assert_eq!(
            done.ledger.verdict,
            if bytes.contains("#38;#38") {
                ProofVerdict::Normalised
            } else {
                ProofVerdict::Exact
            }
        );
        assert!(done.text.contains("group \"A & B\""), "{}", done.text);
    }
    // A place behind such references is still a place in the file.
    let broken = numbered("<sequence>").to_owned() + &numbered("<group></sequence>");
    holds(vec![(
        "a fault behind numbers",
        b(&broken),
        Refused("TQ0701", "1:36"),
    )]);
}

#[test]
fn elements_beside_an_escaped_sequence_are_not_dropped() {
    let value = format!("{}<b/>{}", escaped("<sequence>"), escaped("</sequence>"));
    holds(vec![(
        "an element in an escaped text",
        b(&instance(&value)),
        Refused("TQ0702", "6:6"),
    )]);
}

#[test]
fn cdata_in_two_pieces_is_one_text() {
    let inner = String::from_utf8(acting("<![CDATA[a & b]]>")).expect("it is text");
    let split = format!("<![CDATA[{}]]>", inner.replace("]]>", "]]]]><![CDATA[>"));
    holds(vec![
        (
            "CDATA in CDATA",
            b(&instance(&split)),
            Reads(ProofVerdict::Normalised),
        ),
        (
            "with blanks around",
            b(&instance(&format!("\r\n {split}\r\n"))),
            Reads(ProofVerdict::Normalised),
        ),
        (
            "a comment between the pieces",
            b(&instance(&split.replace("]]><![", "]]><!-- --><!["))),
            Reads(ProofVerdict::Normalised),
        ),
    ]);
    assert!(done(&instance(&split)).text.contains("a & b"));
}

#[test]
fn a_no_break_space_is_text() {
    let group = |between: &str| {
        around(&format!(
            "<group name=\"G\" description=\"\">{between}<group name=\"H\" description=\"\"/></group>"
        ))
    };
    let kept = done(&group("\u{A0}"));
    assert_eq!(kept.ledger.verdict, ProofVerdict::Kept);
    assert!(kept.text.contains('\u{A0}'), "{}", kept.text);
    assert_eq!(
        done(&group(" \t\r\n")).ledger.verdict,
        ProofVerdict::Normalised
    );
    holds(vec![(
        "before the root",
        b(&format!("\u{A0}{SMALL}")),
        super::Usage("neither XML nor a zip archive"),
    )]);
}

#[test]
fn a_carriage_return_inside_of_a_variables_xml_counts() {
    for text in [
        "&lt;a b=\"x&#xD;y\"/&gt;",
        "&lt;a&gt;&#xD;&lt;b/&gt;&lt;/a&gt;",
        "&lt;a/&gt;&#xD;",
        "&lt;a/&gt;&lt;!-- c --&gt;",
    ] {
        let variable = format!("<variable name=\"V\" property=\"V\">{text}</variable>");
        // `proven` compares the texts of variables character by character.
        let step = format!(
            "<step type=\"X\" name=\"S\" description=\"\"><defaultVarList>{variable}</defaultVarList></step>"
        );
        assert!(
            done(&around(&step)).ledger.verdict != ProofVerdict::NotRepresentable,
            "{text}"
        );
    }
}

#[test]
fn only_the_text_of_a_secret_is_forgiven() {
    let secret =
        "<variable name=\"OSDJoinPassword\" property=\"OSDJoin&#xD;Password\">Geheim-7!</variable>";
    let step = format!(
        "<step type=\"X\" name=\"S\" description=\"\"><defaultVarList>{secret}</defaultVarList></step>"
    );
    let done = done(&around(&step));
    assert!(!done.text.contains("Geheim"), "{}", done.text);
    assert_eq!(done.ledger.secrets, 1, "{}", done.text);
}

#[test]
fn a_password_in_a_group_that_is_kept_stays_behind() {
    let secret =
        "<variable name=\"OSDJoinPassword\" property=\"OSDJoinPassword\">Geheim-7!</variable>";
    let step = format!(
        "<step type=\"X\" name=\"S\" description=\"\"><action>x Geheim-7!</action><defaultVarList>{secret}</defaultVarList></step>"
    );
    for kept in [
        format!("<group name=\"G\" description=\"\">text{step}</group>"),
        format!("<plugin><a>{step}</a></plugin>"),
    ] {
        let done = quick(&around(&kept));
        // An action is never changed: it is told that the same text stands there.
        let without = done.text.replace("<action>x Geheim-7!</action>", "");
        assert!(!without.contains("Geheim"), "{}", done.text);
        assert_eq!(
            done.ledger.verdict,
            ProofVerdict::Kept,
            "{:?}",
            done.ledger.differences
        );
        let told = done
            .findings
            .iter()
            .filter(|finding| finding.code == Code::LiteralPassword);
        assert_eq!(told.count(), 2);
    }
}

#[test]
fn places_behind_column_65535_are_right() {
    let blanks = " ".repeat(70_000);
    holds(vec![
        (
            "an element that is not closed",
            b(&format!("<sequence>{blanks}<x>")),
            Refused("TQ0701", "1:70014"),
        ),
        (
            "an element of its own",
            b(&format!("<sequence>{blanks}<x/></sequence>")),
            Reads(ProofVerdict::Kept),
        ),
    ]);
    let text: String = "aé日\u{1F600}\u{301}b".repeat(900) + "\r\n" + &"ü".repeat(3000);
    let file = SourceFile::new("a", text.clone());
    for (offset, _) in text.char_indices().step_by(7) {
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let before = &text[start..offset];
        let place = file.position(offset as u32);
        assert_eq!(place.column as usize, before.chars().count() + 1);
        assert_eq!(place.utf16 as usize, before.encode_utf16().count());
        assert_eq!(place.byte as usize, before.len());
    }
}

#[test]
fn an_attribute_of_a_million_tabs() {
    let text = format!("<a b=\"{}\"/>", "\t".repeat(1_000_000));
    let document = Document::parse(&text).expect("it is XML");
    assert_eq!(
        document.root().attribute("b").map(|text| text.len()),
        Some(1_000_000)
    );
}

#[test]
fn a_thousand_attributes_two_hundred_times() {
    let attributes: String = (0..990).map(|number| format!(" a{number}=\"\"")).collect();
    let text = around(&format!("<group name=\"G\"{attributes}/>").repeat(200));
    let document = Document::parse(&text).expect("it is XML");
    assert_eq!(
        document
            .root()
            .children()
            .map(|group| group.attributes().count())
            .sum::<usize>(),
        200 * 991
    );
    let twice = text.replacen(" a989=", " a0=", 1);
    assert!(
        Document::parse(&twice).is_err_and(|error| error.message.contains("`a0` is given twice"))
    );
}

fn variables(count: usize) -> String {
    (0..count)
        .map(|number| format!("<variable name=\"V{number}\" property=\"V{number}\">1</variable>"))
        .collect()
}

#[test]
fn many_global_variables() {
    assert!(is_proven(&quick(&around(&format!(
        "<globalVarList>{}</globalVarList>",
        variables(10_000)
    )))));
    let lists = "<globalVarList><variable name=\"A\" property=\"A\">1</variable></globalVarList>"
        .repeat(5_000);
    assert_eq!(quick(&around(&lists)).ledger.kept_places.len(), 5_000);
}

#[test]
fn many_variables_of_one_step() {
    for class in ["Vendor_X", "SMS_TaskSequence_RebootAction"] {
        let list = variables(10_000);
        let done = quick(&around(&format!(
            "<step type=\"{class}\" name=\"A\" description=\"\"><action>x</action><defaultVarList>{list}</defaultVarList></step>"
        )));
        assert!(is_proven(&done), "{class}");
    }
}

#[test]
fn many_tests_in_a_condition() {
    let test = |number: usize| {
        format!(
            "<expression type=\"SMS_TaskSequence_VariableConditionExpression\"><variable name=\"Operator\">equals</variable>\
             <variable name=\"Value\">1</variable><variable name=\"Variable\">Var{number}</variable></expression>"
        )
    };
    let tests: String = (0..4_000).map(test).collect();
    let text = around(&format!(
        "<group name=\"G\" description=\"\"><condition><operator type=\"and\">{tests}</operator></condition></group>"
    ));
    let input = read::open("a.xml", text.into_bytes());
    let findings = tasq::internals::decompile::findings_of_export(&input.exports[0]);
    let never_set: Vec<_> = findings
        .iter()
        .filter(|finding| finding.code == Code::VariableNeverSet)
        .collect();
    assert_eq!(
        never_set.len(),
        4_000,
        "each variable is told, the last without a search for what may be meant"
    );
}

#[test]
fn many_variables_that_nothing_sets_among_many_that_something_does() {
    let step = |number: usize| {
        format!("step \"Set {number}\" set_variable < Set{number} = \"%Read{number}%\" >\n")
    };
    let text: String = (0..2_000).map(step).collect();
    let compiled = compile(
        "a.tasq",
        "a.tasq",
        text.into_bytes(),
        &NoFiles,
        &ParameterValues::default(),
    );
    let never_set = compiled
        .findings
        .iter()
        .filter(|finding| finding.code == Code::VariableNeverSet);
    assert_eq!(never_set.count(), 2_000);
}

/// Steps of which none is said in the usual way at the first attempt.
#[test]
fn many_steps_that_step_back() {
    let step = |number: usize| {
        format!(
            "<step type=\"SMS_TaskSequence_RebootAction\" name=\"A{number}\" description=\"\" continueOnError=\"maybe\" runIn=\"WinPE\">\
             <defaultVarList><variable name=\"Message\" property=\"Message\">\r\na\nb\r</variable></defaultVarList></step>"
        )
    };
    let done = quick(&around(&(0..500).map(step).collect::<String>()));
    assert_eq!(
        done.ledger.exact + done.ledger.normalised + done.ledger.kept,
        500,
        "{:?}",
        done.ledger.verdict
    );
}

#[test]
fn a_terminal_shows_the_first_hundred_findings() {
    let folder = scratch("a.xml", around(&"<plugin/>".repeat(5_000)).as_bytes());
    let shown = run(folder.path(), &["decompile", "a.xml"]);
    assert_eq!(shown.code, Some(1));
    assert_eq!(shown.err.matches("TQ0705").count(), 100);
    assert!(
        shown
            .err
            .contains("and 4900 more; `tasq check --output-format short` shows all"),
        "{}",
        &shown.err[..500]
    );
    assert!(
        shown.err.contains("kept as XML: 4900 places more"),
        "the account is short, too"
    );
    let short = run(
        folder.path(),
        &["check", "a.xml", "--output-format", "short"],
    );
    assert_eq!(short.err.lines().count(), 5_000);
    let json = run(
        folder.path(),
        &["check", "a.xml", "--output-format", "json"],
    );
    let document: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(document["findings"].as_array().map(Vec::len), Some(5_000));
    let sarif = run(
        folder.path(),
        &["check", "a.xml", "--output-format", "sarif"],
    );
    assert_eq!(sarif.out.matches("\"ruleId\"").count(), 5_000);
}

/// An error that stands behind many notes is among those that are shown.
#[test]
fn errors_are_shown_before_the_rest() {
    let text = around(&("<plugin/>".repeat(150) + "text"));
    let folder = scratch("a.xml", text.as_bytes());
    let shown = run(folder.path(), &["decompile", "a.xml"]);
    assert!(
        shown.err.contains("TQ0704") && shown.err.contains("more; `tasq check"),
        "{}",
        shown.err
    );
}

#[test]
fn a_write_that_fails_leaves_no_folder_and_names_the_file() {
    let folder = scratch("a.xml", SMALL.as_bytes());
    let long = format!("new/deep/{}.tasq", "n".repeat(300));
    let outcome = run(folder.path(), &["decompile", "a.xml", "-o", &long]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.err);
    assert_eq!(held(folder.path()), ["a.xml"]);
    assert!(
        outcome.err.contains(&long) && !outcome.err.contains(".tasq-"),
        "{}",
        outcome.err
    );
    fs::create_dir(folder.path().join("old")).expect("a folder can be made");
    let below = format!("old/{long}");
    assert_eq!(
        run(folder.path(), &["decompile", "a.xml", "-o", &below]).code,
        Some(2)
    );
    assert_eq!(
        held(folder.path()),
        ["a.xml", "old"],
        "a folder that was there stays"
    );
}

/// A folder in which nobody can make a file, whoever runs the test.
#[cfg(target_os = "linux")]
#[test]
fn an_error_of_writing_is_about_the_file_that_was_asked_for() {
    let folder = scratch("a.xml", SMALL.as_bytes());
    let outcome = run(folder.path(), &["decompile", "a.xml", "-o", "/proc/a.tasq"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.err);
    assert!(
        outcome.err.contains("cannot write /proc/a.tasq: ") && !outcome.err.contains(".tasq-"),
        "{}",
        outcome.err
    );
}

#[test]
fn a_refused_input_is_told_to_programs() {
    let folder = scratch("a.xml", b"<sequence>");
    let outcome = run(
        folder.path(),
        &["decompile", "a.xml", "--output-format", "json"],
    );
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(1), ""));
    let document: Value = serde_json::from_str(&outcome.out).expect("JSON");
    assert_eq!(document["sequences"], Value::Array(Vec::new()));
    let finding = &document["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["file"]),
        (&"TQ0701".into(), &"a.xml".into())
    );
    assert_eq!(finding["start"]["column"], 11);
}

#[test]
fn an_empty_file_is_what_its_name_says() {
    let folder = scratch("a.tasq", b"");
    fs::write(folder.path().join("a.xml"), "").expect("a file can be written");
    for verb in ["check", "decompile"] {
        let outcome = run(folder.path(), &[verb, "a.xml"]);
        assert_eq!(
            (outcome.code, outcome.err.contains("TQ0701")),
            (Some(1), true),
            "{verb}: {}",
            outcome.err
        );
    }
    assert_eq!(run(folder.path(), &["check", "a.tasq"]).code, Some(0));
    let outcome = run(folder.path(), &["decompile", "a.tasq"]);
    assert_eq!(
        (outcome.code, outcome.err.contains("neither XML nor a zip")),
        (Some(2), true),
        "{}",
        outcome.err
    );
}

#[test]
fn lists_of_references_stay_where_they_are() {
    let list = "<referenceList><reference package=\"ABC00001\"/></referenceList>";
    let globals = "<globalVarList/>";
    let group = "<group name=\"G\" description=\"\"/>";
    for text in [
        format!("{globals}{list}"),
        format!("{group}{list}{globals}{list}{group}"),
        format!("{list}{list}{group}{list}"),
        SEQUENCE
            .replace("<sequence version=\"3.10\">", "")
            .replace("</sequence>\r\n", "")
            + list,
    ] {
        let done = done(&around(&text));
        assert!(
            done.ledger.verdict != ProofVerdict::NotRepresentable,
            "{text}\n{:?}\n{}",
            done.ledger.differences,
            done.text
        );
    }
}
