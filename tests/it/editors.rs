//! The files for editors: those that list words are made from the vocabulary and compared here.
//! After a change of it, `TASQ_UPDATE=1 cargo test editors` writes them anew.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::{Value, json};
use tasq::internals::{
    ide::{Analysis, CompletionKind, OpenSource, complete},
    source::NoFiles,
    vocabulary::{self, Dialect, Property},
};

use crate::cases;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("editors")
}

fn grammar() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar/tasq.pest");
    fs::read_to_string(path).expect("the grammar")
}

/// The words that are reserved, from the grammar.
fn reserved() -> Vec<String> {
    let grammar = grammar();
    let line = grammar
        .lines()
        .find(|line| line.starts_with("reserved"))
        .expect("the rule `reserved`");
    line.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The words that mean something in one position, from the grammar; `all`, `any` and `none` share a
/// rule.
fn by_position() -> Vec<String> {
    let grammar = grammar();
    let rules = grammar.lines().filter(|line| line.starts_with("word_"));
    rules
        .flat_map(|line| {
            line.split('"')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

const STATEMENTS: [&str; 14] = [
    "sequence", "step", "group", "let", "param", "use", "import", "fragment", "test", "for", "in",
    "if", "else", "xml",
];
const CONSTANTS: [&str; 3] = ["true", "false", "absent"];
const CALLS: [&str; 8] = [
    "file",
    "secret",
    "package",
    "application",
    "task_sequence",
    "unchecked",
    "list",
    "one_of",
];

fn step_types() -> Vec<String> {
    vocabulary::step_keywords().map(str::to_owned).collect()
}

fn all_properties() -> Vec<&'static Property> {
    let own = vocabulary::step_types().flat_map(|table| &table.property);
    own.chain(vocabulary::common())
        .chain(vocabulary::header())
        .chain(vocabulary::quoted())
        .collect()
}

fn properties() -> Vec<String> {
    all_properties()
        .into_iter()
        .map(|one| one.name.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn members() -> Vec<String> {
    let all = all_properties()
        .into_iter()
        .flat_map(|one| &one.member)
        .map(|one| one.name.clone());
    let kinds = vocabulary::reference_kinds()
        .iter()
        .map(|one| one.name.clone());
    let types = vocabulary::conditions()
        .registry_type
        .iter()
        .map(|one| one.name.clone());
    all.chain(kinds)
        .chain(types)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn any(words: &[impl AsRef<str>]) -> String {
    words
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join("|")
}

/// A pattern without parts.
fn one(name: &str, pattern: &str) -> Value {
    json!({ "name": format!("{name}.tasq"), "match": pattern })
}

/// Blocks: they close with as many quotes as opened them.
fn block(open: &str, embedded: Option<(&str, &str)>) -> Value {
    let mut value = json!({
        "name": "string.quoted.triple.tasq",
        "begin": format!("{open}(\"{{3,}})[ \\t]*$"),
        "end": if open.contains('(') { "^[ \\t]*\\2" } else { "^[ \\t]*\\1" },
    });
    if let Some((scope, include)) = embedded {
        value["name"] = json!("meta.block.tasq");
        value["contentName"] = json!(scope);
        value["patterns"] = json!([{ "include": include }]);
    }
    value
}

fn text_mate() -> Value {
    json!({
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "Tasq",
        "scopeName": "source.tasq",
        "comment": "Made from the vocabulary: TASQ_UPDATE=1 cargo test editors",
        "patterns": [{ "include": "#all" }],
        "repository": {
            "all": { "patterns": everything() },
            "scripts": { "patterns": scripts() },
            "texts": { "patterns": texts() },
            "blocks": { "patterns": [block("(lf|fold)?", None)] },
            "insertions": { "patterns": insertions() },
            "references": {
                "patterns": [one("variable.other.reference", "%[A-Za-z_][A-Za-z0-9_.(){}-]*%")],
            },
        },
    })
}

/// A pattern whose first parts have these names.
fn parts(pattern: &str, names: &[&str]) -> Value {
    let names = names.iter().map(|name| format!("{name}.tasq"));
    let named = (1..).zip(names);
    let captures = named.map(|(part, name)| (part.to_string(), json!({ "name": name })));
    json!({ "match": pattern, "captures": captures.collect::<serde_json::Map<_, _>>() })
}

/// All that can stand in a source. The first pattern that fits wins.
fn everything() -> Vec<Value> {
    let mut all = vec![
        one("comment.line.number-sign", "#.*$"),
        json!({ "include": "#scripts" }),
        json!({ "include": "#texts" }),
        one("variable.other.quoted", "`(?:``|[^`])+`"),
        json!({ "include": "#insertions" }),
    ];
    all.extend(names());
    all.extend(words());
    all.extend([
        one("keyword.operator.comparison", "==|!=|<=|>="),
        one(
            "constant.numeric",
            "(?<![A-Za-z0-9_])-?\
             (?:0x[0-9A-Fa-f]+|[0-9]+(?:s|min|h|KB|MB|GB|TB|MHz|GHz)?)\\b",
        ),
        one("variable.other", "\\b[A-Za-z_][A-Za-z0-9_]*\\b"),
    ]);
    all
}

/// Step types and properties by what stands behind them.
fn names() -> Vec<Value> {
    let step = format!(
        "\\b({})\\b(?=\\s*(?:<|when\\b|step\\b|group\\b|#|\\}}|$))",
        any(&step_types())
    );
    let property = format!(
        "\\b({})\\b\\s*(:)(?:[ \\t]*({})\\b(?!\\s*[:(]))?",
        any(&properties()),
        any(&members())
    );
    let name = "support.type.property-name";
    let colon = "punctuation.separator.key-value";
    vec![
        parts(&step, &["support.class.step"]),
        parts(&property, &[name, colon, "constant.other.member"]),
        parts(
            "\\b([A-Za-z_][A-Za-z0-9_]*)\\s*(:)",
            &["variable.other.property", colon],
        ),
    ]
}

/// The words of the language, and names that are assigned to.
fn words() -> Vec<Value> {
    let words: Vec<String> = by_position()
        .into_iter()
        .filter(|word| !matches!(word.as_str(), "mock" | "expect"))
        .collect();
    let (statements, reserved): (Vec<String>, Vec<String>) = reserved()
        .into_iter()
        .filter(|word| !CONSTANTS.contains(&word.as_str()))
        .partition(|word| STATEMENTS.contains(&word.as_str()));
    let whole = |words: &str| format!("\\b(?:{words})\\b");
    vec![
        one("keyword.control", &whole(&any(&statements))),
        one(
            "keyword.control.test",
            "\\b(?:mock|expect)\\b(?=\\s)(?!\\s*[:=])",
        ),
        one("keyword.operator.word", &whole(&any(&reserved))),
        one("constant.language", &whole(&any(&CONSTANTS))),
        parts(
            &format!("\\b({})(?=\\()", any(&CALLS)),
            &["support.function"],
        ),
        one(
            "keyword.other.condition",
            &format!("{}(?!\\s*[:=])", whole(&any(&words))),
        ),
        parts(
            "\\b([A-Za-z_][A-Za-z0-9_]*)\\s*(=)(?!=)",
            &["variable.other.assigned", "keyword.operator.assignment"],
        ),
    ]
}

/// Texts in other languages: scripts and raw XML.
fn scripts() -> Value {
    let powershell = ("meta.embedded.block.powershell.tasq", "source.powershell");
    json!([
        {
            "begin": "\\b(run_powershell_script)\\b(?=\\s*<)",
            "beginCaptures": { "1": { "name": "support.class.step.tasq" } },
            "end": ">",
            "patterns": [block("(lf|fold)?", Some(powershell)), { "include": "#all" }],
        },
        {
            "begin": "\\b(xml)[ \\t]*(\"{3,})[ \\t]*$",
            "beginCaptures": {
                "1": { "name": "keyword.control.tasq" },
                "2": { "name": "string.quoted.triple.tasq" },
            },
            "end": "^[ \\t]*\\2",
            "contentName": "meta.embedded.block.xml.tasq",
            "patterns": [{ "include": "text.xml" }],
        },
    ])
}

fn texts() -> Value {
    json!([
        { "include": "#blocks" },
        {
            "name": "string.quoted.double.tasq", "begin": "\"", "end": "\"(?!\")|$",
            "patterns": [
                one("constant.character.escape", "\"\""),
                { "include": "#insertions" },
                { "include": "#references" },
            ],
        },
        {
            "name": "string.quoted.single.tasq", "begin": "'", "end": "'(?!')|$",
            "patterns": [one("constant.character.escape", "''"), { "include": "#references" }],
        },
    ])
}

/// What a `${name}` inserts.
fn insertions() -> Value {
    json!([
        one("constant.character.escape", "\\$\\$\\{"),
        {
            "name": "meta.interpolation.tasq", "match": "(\\$\\{)([^}\"$]*)(\\})",
            "captures": {
                "1": { "name": "punctuation.definition.template-expression.begin.tasq" },
                "2": { "name": "variable.parameter.tasq" },
                "3": { "name": "punctuation.definition.template-expression.end.tasq" },
            },
        },
    ])
}

/// Whole steps of the types without operating system deployment, as the server offers them, and the
/// other statements.
fn snippets() -> Value {
    let empty = Analysis::new(
        OpenSource {
            name: "x.tasq".to_owned(),
            path: "x.tasq".to_owned(),
            text: "".into(),
        },
        &NoFiles,
    );
    let core: BTreeSet<String> = vocabulary::core_step_types()
        .map(|table| format!("step {}", table.keyword))
        .collect();
    let mut out = serde_json::Map::new();
    for offer in complete(&empty, 0, &[]) {
        let wanted = offer.kind == CompletionKind::Keyword || core.contains(&offer.label);
        let (true, Some(snippet)) = (wanted, offer.snippet) else {
            continue;
        };
        let title = if offer.kind == CompletionKind::Keyword {
            offer.label.clone()
        } else {
            offer.detail.clone()
        };
        let prefix = offer
            .label
            .strip_prefix("step ")
            .unwrap_or(&offer.label)
            .to_owned();
        out.insert(
            title,
            json!({
                "prefix": prefix,
                "body": snippet.lines().collect::<Vec<_>>(),
                "description": offer.detail,
            }),
        );
    }
    Value::Object(out)
}

/// Pairs of what opens and closes a text, as Notepad++ numbers them.
const DELIMITERS: &str = "00&quot;&quot;&quot; 01 02&quot;&quot;&quot; \
    03&quot; 04 05((&quot; EOL)) 06&apos; 07 08((&apos; EOL)) 09% 10 11((% EOL)) \
    12` 13 14((` EOL)) 15 16 17 18 19 20 21 22 23";

/// A language for Notepad++, which colours lists of words.
fn notepad() -> String {
    let list = |words: &[String]| words.join(" ");
    let words = by_position();
    let (statements, other): (Vec<String>, Vec<String>) = reserved()
        .into_iter()
        .partition(|word| STATEMENTS.contains(&word.as_str()));
    format!(
        r##"<NotepadPlus>
    <!-- Made from the vocabulary: TASQ_UPDATE=1 cargo test editors -->
    <UserLang name="Tasq" ext="tasq" udlVersion="2.1">
        <Settings>
            <Global caseIgnored="no" allowFoldOfComments="no" foldCompact="no" forcePureLC="0" decimalSeparator="0" />
            <Prefix Keywords1="no" Keywords2="no" Keywords3="no" Keywords4="no" Keywords5="no" Keywords6="no" Keywords7="no" Keywords8="no" />
        </Settings>
        <KeywordLists>
            <Keywords name="Comments">00# 01 02 03 04</Keywords>
            <Keywords name="Numbers, prefix1">0x</Keywords>
            <Keywords name="Numbers, suffix1">s min h KB MB GB TB MHz GHz</Keywords>
            <Keywords name="Operators1">, : = ( ) [ ] &lt; &gt;</Keywords>
            <Keywords name="Folders in code1, open">{{</Keywords>
            <Keywords name="Folders in code1, close">}}</Keywords>
            <Keywords name="Keywords1">{}</Keywords>
            <Keywords name="Keywords2">{}</Keywords>
            <Keywords name="Keywords3">{}</Keywords>
            <Keywords name="Keywords4">{}</Keywords>
            <Keywords name="Delimiters">{DELIMITERS}</Keywords>
        </KeywordLists>
        <Styles>
            <WordsStyle name="DEFAULT" fgColor="000000" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="COMMENTS" fgColor="008000" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="LINE COMMENTS" fgColor="008000" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="NUMBERS" fgColor="FF8000" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="OPERATORS" fgColor="000080" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="KEYWORDS1" fgColor="0000FF" bgColor="FFFFFF" fontStyle="1" />
            <WordsStyle name="KEYWORDS2" fgColor="0000FF" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="KEYWORDS3" fgColor="267F99" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="KEYWORDS4" fgColor="7A3E9D" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="DELIMITERS1" fgColor="A31515" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="DELIMITERS2" fgColor="A31515" bgColor="FFFFFF" fontStyle="0" nesting="256" />
            <WordsStyle name="DELIMITERS3" fgColor="A31515" bgColor="FFFFFF" fontStyle="0" nesting="256" />
            <WordsStyle name="DELIMITERS4" fgColor="B5651D" bgColor="FFFFFF" fontStyle="0" />
            <WordsStyle name="DELIMITERS5" fgColor="000000" bgColor="FFFFFF" fontStyle="0" />
        </Styles>
    </UserLang>
</NotepadPlus>
"##,
        list(&statements),
        list(&[other, words].concat()),
        list(&step_types()),
        list(&properties()),
    )
}

/// Colours for Neovim and Vim where the server's are not shown.
fn vim() -> String {
    let words = |list: Vec<String>| -> String {
        list.chunks(8)
            .map(|chunk| format!("syn keyword KIND {}\n", chunk.join(" ")))
            .collect()
    };
    let (statements, other): (Vec<String>, Vec<String>) = reserved()
        .into_iter()
        .partition(|word| STATEMENTS.contains(&word.as_str()));
    let constants: Vec<String> = CONSTANTS.iter().map(|word| (*word).to_owned()).collect();
    let other: Vec<String> = other
        .into_iter()
        .filter(|word| !constants.contains(word))
        .chain(by_position())
        .collect();
    format!(
        r#"" Made from the vocabulary: TASQ_UPDATE=1 cargo test editors
if exists('b:current_syntax')
  finish
endif
{}{}{}{}syn match tasqProperty /\<[A-Za-z_][A-Za-z0-9_]*\ze\s*:/
syn match tasqNumber /\<\(0x[0-9A-Fa-f]\+\|\d\+\(s\|min\|h\|KB\|MB\|GB\|TB\|MHz\|GHz\)\=\)\>/
syn match tasqReference /%[A-Za-z_][A-Za-z0-9_.(){{}}-]*%/ contained
syn match tasqInsertion /\${{[^}}"$]*}}/ contained
syn region tasqString start=/"/ end=/"\|$/ skip=/""/ contains=tasqReference,tasqInsertion
syn region tasqString start=/'/ end=/'\|$/ skip=/''/ contains=tasqReference
syn region tasqBlock start=/\z("\{{3,}}\)\s*$/ end=/^\s*\z1/ contains=tasqReference
syn match tasqComment /#.*$/
hi def link tasqStatement Statement
hi def link tasqWord Keyword
hi def link tasqConstant Boolean
hi def link tasqStep Type
hi def link tasqProperty Identifier
hi def link tasqNumber Number
hi def link tasqReference Special
hi def link tasqInsertion PreProc
hi def link tasqString String
hi def link tasqBlock String
hi def link tasqComment Comment
let b:current_syntax = 'tasq'
"#,
        words(statements).replace("KIND", "tasqStatement"),
        words(other).replace("KIND", "tasqWord"),
        words(constants).replace("KIND", "tasqConstant"),
        words(step_types()).replace("KIND", "tasqStep"),
    )
}

fn same(name: &str, wanted: &str) {
    cases::made_file(&folder().join(name), wanted);
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON") + "\n"
}

#[test]
fn editors_lists_of_words_are_those_of_the_vocabulary() {
    same(
        "vscode/syntaxes/tasq.tmLanguage.json",
        &pretty(&text_mate()),
    );
    same("vscode/snippets/tasq.json", &pretty(&snippets()));
    same("notepad++/tasq.udl.xml", &notepad());
    same("neovim/syntax/tasq.vim", &vim());
    roxmltree::Document::parse(&notepad()).expect("the language of Notepad++ is XML");
}

#[test]
fn editors_snippets_fit_the_grammar() {
    let Value::Object(snippets) = snippets() else {
        panic!("an object")
    };
    assert!(snippets.len() > 20, "{}", snippets.len());
    for (title, snippet) in snippets {
        let body: Vec<&str> = snippet["body"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap())
            .collect();
        let text = filled(&body.join("\n"));
        let parsed =
            tasq::internals::syntax::parse(text.as_str(), tasq::internals::source::FileId(0));
        let unfinished = text.contains("\"Name\" \n") || title == "step";
        assert!(
            unfinished || parsed.is_clean(),
            "{title}:\n{text}\n{:?}",
            parsed.findings
        );
    }
}

/// A snippet with its proposals, read here anew; a place without one gets a word that fits most.
fn filled(snippet: &str) -> String {
    let mut out = String::new();
    let mut letters = snippet.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            '$' if letters.next_if_eq(&'{').is_some() => {
                let inner = placeholder(&mut letters);
                let text = inner.trim_start_matches(|c: char| c.is_ascii_digit());
                let proposals = text.trim_matches([':', '|']);
                out.push_str(proposals.split([',', '|']).next().unwrap_or(""));
            }
            '$' => while letters.next_if(char::is_ascii_digit).is_some() {},
            letter => out.push(letter),
        }
    }
    out
}

/// What stands up to the brace that closes a place.
fn placeholder(letters: &mut impl Iterator<Item = char>) -> String {
    let mut inner = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '}' => break,
            '\\' => inner.extend(letters.next()),
            letter => inner.push(letter),
        }
    }
    inner
}

/// The pattern of the problem matcher, on lines that `tasq check` really prints.
#[test]
fn editors_problem_matcher_fits_what_check_prints() {
    let package: Value =
        serde_json::from_str(&fs::read_to_string(folder().join("vscode/package.json")).unwrap())
            .unwrap();
    let matcher = &package["contributes"]["problemMatchers"][0]["pattern"];
    let scratch = tempfile::tempdir().unwrap();
    let source = "step \"a\" run_command_line < \"x\", timeot: 1min >\n\
        step \"b\" set_variable < B = \"1\" > when A == \"%C%\"\n";
    fs::write(scratch.path().join("a b.tasq"), source).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tasq"))
        .current_dir(scratch.path())
        .args(["check", "a b.tasq", "--output-format", "short"])
        .output()
        .expect("tasq runs");
    let text =
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    let regex = regex_lite(matcher["regexp"].as_str().unwrap());
    let lines: Vec<&str> = text.lines().collect();
    assert!(!lines.is_empty());
    for line in lines {
        let parts = regex(line).unwrap_or_else(|| panic!("the pattern does not fit {line:?}"));
        assert_eq!(parts[0], "a b.tasq");
        assert!(
            parts[1].parse::<u32>().is_ok() && parts[2].parse::<u32>().is_ok(),
            "{line}"
        );
        assert!(
            ["error", "warning", "note"].contains(&parts[3].as_str()),
            "{line}"
        );
        assert!(parts[4].starts_with("TQ") && !parts[5].is_empty(), "{line}");
    }
    for (name, index) in [
        ("file", 1),
        ("line", 2),
        ("column", 3),
        ("severity", 4),
        ("code", 5),
        ("message", 6),
    ] {
        assert_eq!(matcher[name], index);
    }
}

/// The one pattern there is, carried out by hand: a crate of regular expressions for one test would
/// be too much. The extension's own test runs it with the engine that the editor has.
fn regex_lite(pattern: &str) -> impl Fn(&str) -> Option<Vec<String>> + use<> {
    assert_eq!(
        pattern,
        r"^(.+?):(\d+):(\d+): (error|warning|note)\[(TQ\d{4})\]: (.*)$"
    );
    |line: &str| {
        let (head, message) = line.split_once("]: ")?;
        let (place, rest) = head.rsplit_once(": ")?;
        let (severity, code) = rest.split_once('[')?;
        let mut parts = place.rsplitn(3, ':');
        let (column, number, file) = (parts.next()?, parts.next()?, parts.next()?);
        Some(
            [file, number, column, severity, code, message]
                .map(str::to_owned)
                .to_vec(),
        )
    }
}

#[test]
fn editors_package_names_files_that_are_there() {
    let vscode = folder().join("vscode");
    let package: Value =
        serde_json::from_str(&fs::read_to_string(vscode.join("package.json")).unwrap()).unwrap();
    assert_eq!(
        package["version"],
        env!("CARGO_PKG_VERSION"),
        "the extension has the program's version"
    );
    let contributes = &package["contributes"];
    let mut named = vec![package["main"].clone()];
    named.extend([
        contributes["languages"][0]["configuration"].clone(),
        contributes["grammars"][0]["path"].clone(),
        contributes["snippets"][0]["path"].clone(),
    ]);
    for name in named {
        assert!(vscode.join(name.as_str().unwrap()).is_file(), "{name}");
    }
    let code = fs::read_to_string(vscode.join("extension.js")).unwrap();
    for command in contributes["commands"].as_array().unwrap() {
        let name = command["command"].as_str().unwrap();
        assert!(
            code.contains(&format!("registerCommand('{name}'")),
            "{name} is registered"
        );
    }
    for item in ["commandPalette", "editor/context"]
        .iter()
        .flat_map(|menu| contributes["menus"][*menu].as_array().unwrap())
    {
        let known = contributes["commands"]
            .as_array()
            .unwrap()
            .iter()
            .any(|command| command["command"] == item["command"]);
        assert!(known, "{item}");
    }
    for setting in contributes["configuration"]["properties"]
        .as_object()
        .unwrap()
        .keys()
    {
        let short = setting
            .strip_prefix("tasq.")
            .expect("settings begin with tasq.");
        assert!(
            short == "trace.server" || code.contains(&format!("get('{short}')")),
            "{setting} is read"
        );
    }
    let configuration: Value = serde_json::from_str(
        &fs::read_to_string(vscode.join("language-configuration.json")).unwrap(),
    )
    .unwrap();
    assert_eq!(configuration["comments"]["lineComment"], "#");
    assert!(vocabulary::step_type("set_variable", Dialect::default()).is_some());
}

/// The extension's own tests, where Node and its packages are: the grammar on the examples with the
/// editor's own engine.
#[test]
fn editors_grammar_colours_the_examples() {
    let vscode = folder().join("vscode");
    let node = Command::new("node")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !node || !vscode.join("node_modules/vscode-textmate").is_dir() {
        println!("skipped: needs node, and `npm ci` in editors/vscode");
        return;
    }
    for script in ["test/grammar.js", "test/extension.js"] {
        let output = Command::new("node")
            .current_dir(&vscode)
            .arg(script)
            .output()
            .expect("node runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}\n{text}");
        println!("{text}");
    }
}
