//! A password that was typed into a source is shown by nothing that talks about the source, however
//! its name is misspelt and whether the text parses or not.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tasq::internals::{
    compile::compile,
    diagnostic::{
        Finding,
        render::{Format, Look, render},
    },
    elaborate::ParameterValues,
    source::NoFiles,
    syntax::{secret_values, without_secrets},
    vocabulary::{Type, secret_properties, step_types},
};

use crate::{
    cli::Scratch,
    lsp::{Client, Files},
};

/// What must not be seen, as a text and as a number.
const SECRET: &str = "hunter22xyz";
const NUMBER: &str = "4711815";

/// A property's name with one slip, in every way and at every place.
fn misspelt(name: &str) -> BTreeSet<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut out = BTreeSet::new();
    for at in 0..letters.len() {
        let mut put = |change: &dyn Fn(&mut Vec<char>)| {
            let mut changed = letters.clone();
            change(&mut changed);
            out.insert(changed.into_iter().collect::<String>());
        };
        put(&|word| {
            word.remove(at);
        });
        put(&|word| word.insert(at, word[at]));
        put(&|word| word[at] = 'x');
        if at > 0 {
            put(&|word| word.swap(at - 1, at));
            put(&|word| word.insert(at, '-'));
            put(&|word| word.insert(at, '_'));
        }
    }
    out.insert(name.to_uppercase());
    out.insert(name.replace('_', "-"));
    out.insert(name.replace('_', ""));
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    out.insert(capital(name));
    out.insert(name.split('_').map(capital).collect());
    out.insert(format!(
        "OSD{}",
        name.split('_').map(capital).collect::<String>()
    ));
    out
}

/// Items in which a secret stands behind a name.
fn items(name: &str) -> Vec<String> {
    let value = format!("\"{SECRET}\"");
    let mut out: Vec<String> = misspelt(name)
        .iter()
        .map(|name| format!("{name}: {value}"))
        .collect();
    out.extend([
        format!("{name}: {value}"),
        format!("{name} : {value}"),
        format!("{name}\t:{value}"),
        format!("{name} {value}"),
        format!("{name}{value}"),
        format!("{name} = {value}"),
        format!("{name}={value}"),
        format!("{name} := {value}"),
        format!("{name} => {value}"),
        format!("{name}:: {value}"),
        format!("{name}:\n    {value}"),
        format!("\"{name}\": {value}"),
        format!("'{name}' {value}"),
        format!("`{name}`: {value}"),
        format!("{name}: '{SECRET}'"),
        format!("{name}: \u{201C}{SECRET}\u{201D}"),
        format!("{name}: \u{201E}{SECRET}\u{201C}"),
        format!("{name}: \u{2018}{SECRET}\u{2019}"),
        format!("{name}: \"{SECRET}"),
        format!("{name}: {SECRET}"),
        format!("{name}: {NUMBER}"),
        format!("{name}: {value} \"{NUMBER}\""),
        format!("{name}: [{value}, {NUMBER}]"),
        format!("{name}: ({value})"),
        format!("{name}: encrypt({value})"),
        format!("{name}: secret {value}"),
        format!("{name}: \"\"\"\n    {SECRET}\n    \"\"\""),
        format!("account: \"DOM\\user, {name}: {value}"),
        format!("{name}: {value} bogus: 1"),
        format!("xml < {name}: {value} >"),
        format!("xml < \"{name}\": {value} >"),
        format!("masked {name} = {value}"),
    ]);
    out.extend(apart(name));
    out.extend(longer(name));
    out
}

/// Items in which no colon stands between the name of a secret and its value, or more than that.
fn apart(name: &str) -> Vec<String> {
    let value = format!("\"{SECRET}\"");
    vec![
        format!("{name} {SECRET}"),
        format!("{name}\n    {value}"),
        format!("{name}\n    {SECRET}"),
        format!("`{name}` {SECRET}"),
        format!("{name} {SECRET} {NUMBER}"),
        format!("{name}: P@{SECRET}(1)"),
        format!("{name}: one {SECRET} {NUMBER}"),
        format!("{name}: ${SECRET}"),
        format!("{name}: \"a\\\"{SECRET}\""),
        format!("{name}: \"a\\\" b {SECRET}\""),
        format!("{name}: \"a\\\", {SECRET}\""),
        format!("{name}: \"a\\\"b\\\"{SECRET}\""),
        format!("{name}: \"a`\"{SECRET}\""),
        format!("{name}: \"a\"{SECRET}\""),
        format!("{name}: 'a\\'{SECRET}'"),
        format!("{name} -eq {value}"),
        format!("{name} -eq {SECRET}"),
        format!("{name} != {value}"),
        format!("{name} is {value}"),
        format!("{name} is {SECRET}"),
        format!("{name} not like {value}"),
        format!("{name} in [{value}, \"{NUMBER}\"]"),
        format!("{value} == {name}"),
        format!("{value} -eq ${name}"),
        format!("\"%{name}%\" == {value}"),
        format!("{name}: secret(\"N\", {value})"),
        format!("{name}: secret(\"N\", {SECRET})"),
        format!("{name}: secret(name: \"N\", value: {value})"),
        format!("{name}: secret(\"N\") {value}"),
        format!("{name}: secret(\"N\"): {value}"),
        format!("description: secret(\"N\", {value})"),
        format!("xml < `@{name}`: {value} >"),
        format!("xml < {name}: < text: {value} > >"),
        format!("xml < {name}: < name: \"X\", text: {SECRET} > >"),
        format!("masked Whatever: {value}"),
        format!("masked Whatever {value}"),
        format!("masked Whatever {SECRET}"),
        format!("masked Whatever\n    {value}"),
        format!("masked Whatever := {value}"),
        format!("masked Whatever <- {value}"),
        format!("masked Whatever, {value}"),
        format!("hidden Whatever = {value}"),
    ]
}

/// Items that go on behind what the grammar takes for the value.
fn longer(name: &str) -> Vec<String> {
    let value = format!("\"{SECRET}\"");
    vec![
        format!("{name}; {value}"),
        format!("{name}\u{ff1a} {value}"),
        format!("{name}\u{ff1d}{value}"),
        format!("{name}: SECRET({SECRET})"),
        format!("{name}: , {value}"),
        format!("{name} ({SECRET})"),
        format!("{name}: secret(N = {value})"),
        format!("{name}: secret({SECRET})"),
        format!("{name}: secret(\"N\") + {value}"),
        format!("{name}: \"x\" + {value}"),
        format!("{name}: \"x\" & {value} & \"{NUMBER}\""),
        format!("{name}: \"${{secret(\"N\")}}{SECRET}\""),
        format!("{name}: {SECRET}!x@y"),
        format!("{name}:{SECRET},bogus"),
        format!("{name}: if x then {value} else \"{NUMBER}\""),
        format!("{name}: x == \"a\" ? {value} : \"{NUMBER}\""),
        format!("{name}: match x {{ \"a\" => {value}, _ => \"{NUMBER}\" }}"),
        format!("{name}.value == {value}"),
        format!("lower({name}) == {value}"),
        format!("xml < {name}: <variable>{SECRET}</variable> >"),
        format!("name: \"{name}\", value: {value}"),
        format!("variable: {name}, value = {value}"),
        format!("xml \"\"\"<variable property=\"{name}\">{SECRET}</variable>\"\"\""),
    ]
}

/// Sources in which the name beside a secret says nothing; another place of the text tells.
fn told_elsewhere() -> Vec<String> {
    let value = format!("\"{SECRET}\"");
    let mut out = Vec::new();
    for item in [
        "password: p",
        "password: ${p}",
        "password: \"${p}\"",
        "masked Any = p",
    ] {
        let step = format!("step \"A\" connect_network_folder < bogus: 1, {item} >");
        out.push(format!("param p: text = {value}\n{step}\n"));
        out.push(format!("{step}\nparam p: text = {value} bogus\n"));
        out.push(format!("let p: text {value}\n{step}\n"));
        out.push(format!("const p = {value}\n{step}\n"));
        out.push(format!("var p = {value}\n{step}\n"));
        out.push(format!("let q = {value}\nlet p = q\nlet q = q\n{step}\n"));
        out.push(format!("for p in [{value}] {{ {step} }}\n"));
        out.push(format!(
            "fragment F(p: text = {value}) {{ {step} }}\nuse F(p: {value})\n"
        ));
        let test = format!("test \"t\" < parameters: < p: {value}, x > > {{ expct }}");
        out.push(format!("param p: text\n{step}\n{test}\n"));
    }
    for compared in [
        "M == \"S\"",
        "M -eq \"S\"",
        "\"S\" == M",
        "m like \"S\"",
        "M = \"S\"",
    ] {
        let compared = compared.replace('S', SECRET);
        out.push(format!(
            "step \"A\" set_variable < masked M = secret(\"N\") >\nstep \"B\" restart when {compared}\n"
        ));
        out.push(format!(
            "test \"t\" < masked M = \"a\" > {{ expect {compared} bogus }}\n"
        ));
    }
    let variable = "step \"A\" set_variable < OSDJoinPassword = \"%Pool%\", x: 1 >";
    out.push(format!(
        "{variable}\nstep \"B\" set_variable < Pool = {value}, x: 1 >\n"
    ));
    out.push(format!("sequence \"A\" < masked G: {value} >\n"));
    out.push(format!("sequence \"A\" < masked G {value} >\n"));
    for group in [
        "secrets: < A: S >",
        "secrets < A: \"S\" >",
        "secrets: < A S >",
        "secrets: { A = S }",
    ] {
        let group = group.replace('S', SECRET);
        out.push(format!("test \"A\" < {group} > {{\n  expct\n}}\n"));
    }
    out.push(format!(
        "xml \"\"\"\n<step type=\"X\"><variable property=\"UserPassword\" hidden=\"true\">{SECRET}</variable>\n\"\"\"\n"
    ));
    out
}

/// What is used as a password is one, whatever it is called.
fn behind_names(keyword: &str, name: &str) -> Vec<String> {
    let used = [
        ("param admin: text", "admin"),
        ("let admin", "\"${admin}\""),
        ("let admin: text", "\"x${admin}y\""),
    ];
    let one = |(head, used): (&str, &str)| {
        format!(
            "{head} = \"{SECRET}\"\nlet other = bogus\nstep \"A\" {keyword} < {name}: {used}, bogus: 1 >\n"
        )
    };
    let mut out: Vec<String> = used.into_iter().map(one).collect();
    out.push(format!(
        "let first = \"{SECRET}\"\nlet admin = first\nstep \"A\" {keyword} < {name}: admin, bogus: 1 >\n"
    ));
    out
}

/// What is called so is one, too.
fn behind_other_words() -> Vec<String> {
    let names = [
        "AdminPassword1",
        "BiosPwd",
        "ClientSecret",
        "join_token",
        "ApiKey",
        "api_key2",
    ];
    let one = |name: &str| {
        [
            format!("step \"A\" set_variable < {name} = \"{SECRET}\" >\nstep \"B\" restart\n"),
            format!("sequence \"A\" < {name} = \"{SECRET}\", bogus: 1 >\n"),
        ]
    };
    names.into_iter().flat_map(one).collect()
}

/// Sources with a secret in them, and with findings at it and beside it.
fn sources() -> Vec<String> {
    let mut out = behind_other_words();
    for (keyword, name) in secret_properties() {
        for item in items(name) {
            let step = format!("step \"A\" {keyword} < bogus: 1, {item} >");
            out.push(format!(
                "step \"Before\" restart\n{step}\nstep \"Behind\" restart_computer < mesage: \"x\" >\n"
            ));
        }
        out.push(format!("step \"A\" {keyword}\n< {name} \"{SECRET}\"\n"));
        out.push(format!("step \"A\" {keyword}x < {name}: \"{SECRET}\" >\n"));
        out.push(format!("stp \"A\" {keyword} < {name}: \"{SECRET}\" >\n"));
        out.push(format!("sequence \"A\" < {name}: \"{SECRET}\" >\n"));
        out.push(format!("let {name} = \"{SECRET}\"\nstep \"A\" restart\n"));
        out.push(format!(
            "param {name}: text = \"{SECRET}\"\nstep \"A\" restart\n"
        ));
        out.push(format!("# {name}: \"{SECRET}\"\nstep \"A\" restart\n"));
        out.extend(behind_names(keyword, name));
    }
    for name in ["Join", "OSDJoinPassword", "Whatever"] {
        for masked in ["masked", "maskd", "Masked", "maksed", "masked "] {
            out.push(format!(
                "step \"A\" set_variable < {masked} {name} = \"{SECRET}\" >\nstep \"B\" restart\n"
            ));
        }
    }
    for name in [
        "OSDJoinPassword",
        "osdjoinpassword",
        "OSDBitLockerPIN",
        "OSDJoinPasword",
    ] {
        out.push(format!(
            "step \"A\" set_variable < {name} = \"{SECRET}\" >\nstep \"B\" restart\n"
        ));
        out.push(format!("step \"A\" restart when {name} == \"{SECRET}\"\n"));
    }
    for compared in [
        "V -eq S", "V != S", "V like S", "V <> S", "V in [S]", "S == V",
    ] {
        let compared = compared.replace('S', &format!("\"{SECRET}\""));
        let compared = compared.replace('V', "OSDJoinPassword");
        out.push(format!("step \"A\" restart when {compared}\n"));
    }
    out.extend(told_elsewhere());
    for word in ["secrets", "secret", "Secrets", "secrts"] {
        out.push(format!(
            "test \"A\" < {word}: < KEY: \"{SECRET}\", B: '{NUMBER}' > > {{\n  expct\n}}\n"
        ));
    }
    out
}

fn assert_hidden(shown: &str, source: &str, what: &str) {
    for secret in [SECRET, NUMBER] {
        assert!(
            !shown.contains(secret),
            "{what} of\n{source}\nshows it:\n{shown}"
        );
    }
}

#[test]
fn the_lists_are_those_of_the_tables() {
    let of_type = |wanted: Type| {
        step_types().flat_map(move |step| {
            let own = step.property.iter().filter(move |own| own.kind == wanted);
            own.map(|own| (step.keyword.as_str(), own.name.as_str()))
        })
    };
    let secret: BTreeSet<(&str, &str)> = of_type(Type::Secret).collect();
    assert_eq!(secret.into_iter().collect::<Vec<_>>(), secret_properties());
    for (_, name) in of_type(Type::Secret).chain(of_type(Type::Text)) {
        assert!(
            !tasq::internals::vocabulary::is_plain_property(name),
            "{name}"
        );
    }
    assert!(tasq::internals::vocabulary::is_plain_property(
        "random_admin_password"
    ));
    for own in tasq::internals::vocabulary::built_ins() {
        let listed = tasq::internals::vocabulary::is_secret_variable(&own.name);
        assert_eq!(listed, own.secret, "{}", own.name);
    }
}

#[test]
fn no_format_shows_a_secret() {
    let all = sources();
    assert!(all.len() > 1000, "{} sources", all.len());
    let others = [Format::Plain, Format::Short, Format::Json, Format::Sarif];
    for (at, source) in all.iter().enumerate() {
        let bytes = source.clone().into_bytes();
        let compiled = compile(
            "lab.tasq",
            "lab.tasq",
            bytes,
            &NoFiles,
            &ParameterValues::default(),
        );
        assert!(
            !compiled.findings.is_empty(),
            "nothing is said of\n{source}"
        );
        let shown = |format: Format, findings: &[Finding]| {
            let shown = render(format, findings, &compiled.sources, Look::PLAIN);
            assert_hidden(&shown, source, &format!("{format:?}"));
        };
        shown(Format::Text, &compiled.findings);
        shown(others[at % others.len()], &compiled.findings);
        // One by one, as a test report shows them.
        for finding in compiled.findings.iter().filter(|_| at % 5 == 0) {
            shown(Format::Text, std::slice::from_ref(finding));
        }
        assert_hidden(&without_secrets(source), source, "a difference");
    }
}

#[test]
fn no_verb_shows_a_secret() {
    let all: Vec<String> = sources().into_iter().step_by(6).collect();
    let names: Vec<String> = (0..all.len())
        .map(|at| format!("lab/{at:04}.tasq"))
        .collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&all)
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let scratch = Scratch::new(&files);
    for args in [
        &["check", "lab"][..],
        &["check", "lab", "--output-format", "plain"],
        &["check", "lab", "--output-format", "short"],
        &["check", "lab", "--output-format", "json"],
        &["check", "lab", "--output-format", "sarif"],
        &["fmt", "lab", "--diff"],
        &["fix", "lab", "--diff"],
        &["fix", "lab", "--diff", "--unsafe"],
        &["test", "lab"],
        &["test", "lab", "--output-format", "json"],
        &["explain", "TQ0312"],
        &["fix", "lab", "--unsafe"],
    ] {
        let outcome = scratch.run(args);
        let shown = format!("{}{}", outcome.out, outcome.err);
        assert!(shown.len() > 100, "{args:?}: {shown}");
        let line = shown
            .lines()
            .find(|line| line.contains(SECRET) || line.contains(NUMBER));
        assert_eq!(line, None, "{args:?}");
    }
}

#[test]
fn stars_do_not_tell_how_long_a_secret_is() {
    let shown = |secret: &str| {
        let source = format!("step \"A\" enable_bitlocker < pin: \"{secret}\", bogus: 1 >\n");
        let bytes = source.clone().into_bytes();
        let given = ParameterValues::default();
        let compiled = compile("lab.tasq", "lab.tasq", bytes, &NoFiles, &given);
        let formats = [Format::Text, Format::Plain, Format::Short];
        let mut out: Vec<String> = formats
            .iter()
            .map(|format| render(*format, &compiled.findings, &compiled.sources, Look::PLAIN))
            .collect();
        out.push(without_secrets(&source).into_owned());
        out
    };
    let (short, long) = (
        shown("471181"),
        shown("47118154711815471181547118154711815"),
    );
    assert_eq!(short.last(), long.last());
    let stars = |text: &str| text.matches('*').count();
    for (short, long) in short.iter().zip(&long) {
        assert_eq!(stars(short), stars(long), "{short}\n{long}");
    }
    assert!(
        short.iter().any(|text| text.contains("********")),
        "{short:?}"
    );
}

#[test]
fn an_editor_is_told_no_value_of_a_name_that_is_used_as_a_password() {
    let source = format!(
        "param admin: text = \"{SECRET}\"\nparam share: text = \"{NUMBER}\"\n\
         step \"A\" connect_network_folder < path: share, account: admin, drive: \"P:\" >\n\
         step \"B\" set_variable < masked Key = admin >\n"
    );
    let mut client = Client::start(Files::default());
    let uri = "file:///lab/lab.tasq";
    client.open(uri, "tasq", 1, &source);
    client.findings(uri, Some(1));
    let document = json!({ "uri": uri });
    let start = json!({ "line": 0, "character": 0 });
    let end = json!({ "line": 9, "character": 0 });
    let asked = [
        (
            "textDocument/inlayHint",
            json!({ "textDocument": document, "range": { "start": start, "end": end } }),
        ),
        (
            "textDocument/hover",
            json!({ "textDocument": document, "position": { "line": 0, "character": 7 } }),
        ),
        (
            "textDocument/completion",
            json!({ "textDocument": document, "position": { "line": 2, "character": 45 } }),
        ),
    ];
    for (method, params) in asked {
        let answer = client
            .request(method, params)
            .expect("an answer")
            .to_string();
        assert!(!answer.contains(SECRET), "{method}: {answer}");
        assert!(
            answer.contains("admin") || answer.contains(NUMBER),
            "{method}: {answer}"
        );
    }
    client.stop();
}

#[test]
fn an_editor_is_told_no_secret() {
    let mut client = Client::start(Files::default());
    for (at, source) in sources().iter().enumerate().step_by(7) {
        let uri = format!("file:///lab/{at}.tasq");
        client.open(&uri, "tasq", 1, source);
        let found = client.findings(&uri, Some(1));
        assert_hidden(
            &Value::from(found.clone()).to_string(),
            source,
            "the findings",
        );
        for finding in found {
            let params = json!({
                "textDocument": { "uri": uri },
                "range": finding["range"],
                "context": { "diagnostics": [] },
            });
            let actions = client.request("textDocument/codeAction", params).unwrap();
            let titles: Vec<&Value> = actions
                .as_array()
                .into_iter()
                .flatten()
                .map(|action| &action["title"])
                .collect();
            assert_hidden(&format!("{titles:?}"), source, "the actions");
        }
        client.notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": uri } }),
        );
    }
    client.stop();
}

#[test]
fn what_is_no_secret_is_shown() {
    for text in [
        "step \"Set the password\" restart_computer < message: \"Bye\" >",
        "step \"A\" connect_network_folder < password: secret(\"JOIN\") >",
        "step \"A\" connect_network_folder < password: join_password >",
        "step \"A\" apply_windows_settings < random_admin_password: true >",
        "step \"A\" restart_computer < message: \"The PIN: \", bypass: \"x\" >",
        "sequence \"A\" < description: \"Asks for a password\", product: \"2403\" >",
        "# the keyword: \"x\", a compass: \"n\", forward: \"y\", in: \"z\"",
        "step \"A\" run_command_line < command_line: \"opinion: 'x'\", spin: \"y\" >",
        "for name in [\"a\", \"b\"] { step \"A\" enable_bitlocker }",
        "step \"A\" restart_computer when exists OSDJoinPassword and Ring == \"pilot\"",
        "step \"A\" restart_computer when not exists Password, Ring == \"pilot\"",
        "param p: text = \"x\"\nstep \"A\" connect_network_folder < path: p, password: secret(\"S\") >",
        "step \"A\" connect_network_folder < password: secret(\"A\"), path: \"C:\\\", account: \"x\" >",
        "step \"A\" connect_network_folder < password: secret(name: \"A\") >\n\"x\"",
        "test \"t\" < Ring = \"a\" > { expect step \"Set the password\" ran }",
        "# a secret or a password is \"x\", and a masked one, too: \"y\"",
        "xml \"\"\"\n<variable property=\"UserPassword\"></variable><variable property=\"Name\">x</variable>\n\"\"\"",
    ] {
        assert!(secret_values(text).is_empty(), "{text}");
    }
}

/// What a verb says of a source before it does anything with it.
#[test]
fn no_verb_shows_a_secret_of_a_source_with_errors() {
    let sources: Vec<String> = apart("password")
        .into_iter()
        .chain(longer("password"))
        .map(|item| format!("step \"A\" connect_network_folder < bogus: 1, {item} >\n"))
        .chain(told_elsewhere())
        .collect();
    let names: Vec<String> = (0..sources.len()).map(|at| format!("{at}.tasq")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&sources)
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let scratch = Scratch::new(&files);
    for (at, (name, source)) in names.iter().zip(&sources).enumerate() {
        let verbs = [
            &["simulate", name.as_str()][..],
            &["build", name],
            &["run", name, "--what-if"],
            &["check", name],
            &["fix", name, "--diff", "--unsafe"],
            &["fmt", name, "--diff"],
        ];
        let args = verbs[at % verbs.len()];
        let outcome = scratch.run(args);
        assert_hidden(
            &format!("{}{}", outcome.out, outcome.err),
            source,
            &format!("{args:?}"),
        );
    }
}

/// What a test says of a value that a masked variable is compared with.
#[test]
fn a_failing_test_shows_no_secret() {
    let source = format!(
        "step \"A\" set_variable < masked M = secret(\"S\") >\n\
         step \"B\" run_command_line < \"x\" > when M == \"{SECRET}!\"\n\
         test \"t\" < secrets: < S: \"other\" > > {{\n\
         \x20   expect M == \"{SECRET}!\"\n\
         \x20   expect step \"A\" sets M = \"{SECRET}\"\n\
         \x20   expect step \"B\" ran\n\
         }}\n\
         test \"u\" < masked M = \"{SECRET}\", secrets: < S: \"third\" > > {{ expect M == \"{SECRET}!\" }}\n"
    );
    let scratch = Scratch::new(&[("a.tasq", source.as_bytes())]);
    for more in [
        &[][..],
        &["--verbose"],
        &["--output-format", "json"],
        &["--junit", "-"],
        &["--coverage", "--coverage-source", "-"],
    ] {
        let outcome = scratch.run(&[&["test", "a.tasq"][..], more].concat());
        assert_eq!(outcome.code, Some(1), "{}", outcome.err);
        assert!(outcome.out.contains("*****"), "{}", outcome.out);
        assert_hidden(
            &format!("{}{}", outcome.out, outcome.err),
            &source,
            &format!("{more:?}"),
        );
    }
}
