//! The module `powershell/Tasq.Site`, without PowerShell: that it holds together, that its help is
//! true, that it is Windows PowerShell 5.1, and that only three of its functions touch a site. Its
//! own tests run where there is a PowerShell with Pester.

mod pester;
mod script;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use script::{Script, calls, is_sign, is_word};
use tasq::internals::vocabulary::{self, Type};
use words::{Kind, Piece, pieces};

/// The functions that may touch a site.
const DOORS: [&str; 3] = [
    "Connect-TasqSite",
    "Get-TasqSiteObject",
    "Invoke-TasqSiteMethod",
];

/// Approved verbs of PowerShell, of those that a module of this kind may need.
const VERBS: [&str; 33] = [
    "Add",
    "Assert",
    "Clear",
    "Close",
    "Compare",
    "Connect",
    "Convert",
    "ConvertFrom",
    "ConvertTo",
    "Copy",
    "Disconnect",
    "Edit",
    "Export",
    "Find",
    "Format",
    "Get",
    "Hide",
    "Import",
    "Invoke",
    "Move",
    "New",
    "Open",
    "Publish",
    "Read",
    "Remove",
    "Resolve",
    "Save",
    "Select",
    "Set",
    "Show",
    "Test",
    "Update",
    "Write",
];

/// Sections of help.
const SECTIONS: [&str; 8] = [
    "DESCRIPTION",
    "EXAMPLE",
    "INPUTS",
    "LINK",
    "NOTES",
    "OUTPUTS",
    "PARAMETER",
    "SYNOPSIS",
];

/// Parameters that every advanced function has.
const COMMON: [&str; 13] = [
    "Confirm",
    "Debug",
    "ErrorAction",
    "ErrorVariable",
    "InformationAction",
    "InformationVariable",
    "OutBuffer",
    "OutVariable",
    "PipelineVariable",
    "Verbose",
    "WarningAction",
    "WarningVariable",
    "WhatIf",
];

/// Variables that are there without having been set.
const AUTOMATIC: [&str; 14] = [
    "_",
    "ErrorActionPreference",
    "ExecutionContext",
    "LASTEXITCODE",
    "Matches",
    "PSBoundParameters",
    "PSCmdlet",
    "PSScriptRoot",
    "WhatIfPreference",
    "false",
    "null",
    "this",
    "true",
    "args",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("powershell/Tasq.Site")
}

fn text(name: &str) -> String {
    let path = folder().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Names of the files in a folder of the module, with it before them.
fn listed(inner: &str) -> Vec<String> {
    let entries = fs::read_dir(folder().join(inner)).expect("the module has this folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| format!("{inner}/{}", name.to_string_lossy()))
        .collect();
    names.sort();
    names
}

fn scripts_in(inner: &str) -> Vec<Script> {
    let names = listed(inner);
    names
        .iter()
        .map(|name| Script::read(name, &text(name)))
        .collect()
}

fn all_scripts() -> Vec<Script> {
    [scripts_in("Private"), scripts_in("Public")].concat()
}

fn by_name(scripts: &[Script]) -> BTreeMap<String, &Script> {
    let named = scripts.iter().map(|one| (one.name().to_owned(), one));
    named.collect()
}

/// The texts of a list `NAME = @( … )`, or of `NAME @( … )`.
fn list_of(pieces: &[Piece], name: &str) -> Vec<String> {
    let at = pieces.iter().position(|piece| piece.text == name);
    let behind = &pieces[at.unwrap_or_else(|| panic!("there is no {name}")) + 1..];
    let open = behind
        .iter()
        .position(|piece| is_sign(piece, "("))
        .expect("a list");
    let depth = behind[open].depth;
    let inner = behind[open + 1..]
        .iter()
        .take_while(|piece| piece.depth > depth);
    let texts = inner.filter(|piece| piece.kind == Kind::Quoted);
    texts.map(|piece| piece.text.replace('\\', "/")).collect()
}

#[test]
fn the_site_module_lists_what_it_has() {
    let manifest = pieces(&text("Tasq.Site.psd1")).expect("the manifest can be read");
    let module = pieces(&text("Tasq.Site.psm1")).expect("the module can be read");
    let public: Vec<String> = scripts_in("Public")
        .iter()
        .map(|script| script.name().to_owned())
        .collect();
    assert_eq!(list_of(&manifest, "FunctionsToExport"), public);
    assert_eq!(list_of(&module, "-Function"), public);

    let files = [listed("Private"), listed("Public")].concat();
    assert_eq!(list_of(&module, "files"), files);
    let heads = ["Tasq.Site.psd1", "Tasq.Site.psm1"].map(str::to_owned);
    assert_eq!(
        list_of(&manifest, "FileList"),
        [heads.to_vec(), files].concat()
    );
    for (key, value) in [
        ("RootModule", "Tasq.Site.psm1"),
        ("PowerShellVersion", "5.1"),
    ] {
        let at = manifest.iter().position(|piece| piece.text == key);
        assert_eq!(manifest[at.expect(key) + 2].text, value, "{key}");
    }
}

#[test]
fn each_file_of_the_site_module_is_one_function_with_an_approved_verb() {
    for script in all_scripts() {
        assert_eq!(script.functions(), [script.name()], "{}", script.file);
        let outside = script.pieces.iter().filter(|piece| piece.depth == 0);
        let outside: Vec<&str> = outside
            .filter(|piece| piece.kind != Kind::End)
            .map(|piece| piece.text.as_str())
            .collect();
        assert_eq!(
            outside,
            ["function", script.name(), "{", "}"],
            "{}",
            script.file
        );
        let (verb, noun) = script.name().split_once('-').expect("a verb and a noun");
        assert!(VERBS.contains(&verb), "{}: the verb {verb}", script.file);
        assert!(noun.starts_with("Tasq"), "{}: the noun {noun}", script.file);
        let lines = script.body().iter().map(|piece| piece.line);
        let lines = lines.clone().max().unwrap_or(0) - lines.min().unwrap_or(0);
        assert!(lines <= 60, "{}: {lines} lines", script.file);
    }
}

#[test]
fn files_of_the_site_module_are_plain() {
    let tests = listed("Tests");
    let heads = ["Tasq.Site.psd1", "Tasq.Site.psm1"].map(str::to_owned);
    for name in [listed("Private"), listed("Public"), tests, heads.to_vec()].concat() {
        let text = text(&name);
        // Windows PowerShell takes a file without a mark for the code page of the computer.
        assert!(text.is_ascii(), "{name} is not ASCII");
        assert!(!text.contains(['\t', '\r']), "{name} has tabs or CR");
        assert!(text.ends_with("}\n") || text.ends_with(")\n"), "{name}");
        for (index, line) in text.lines().enumerate() {
            assert!(line.len() <= 140, "{name}:{}: {line}", index + 1);
            assert_eq!(line, line.trim_end(), "{name}:{}", index + 1);
        }
    }
}

/// What of a script is newer than Windows PowerShell 5.1.
fn newer(pieces: &[Piece]) -> Vec<String> {
    const WORDS: [&str; 10] = [
        "-Parallel",
        "-ThrottleLimit",
        "-AsHashtable",
        "-SkipCertificateCheck",
        "-EscapeHandling",
        "-AsByteStream",
        "Get-Error",
        "Join-String",
        "Test-Json",
        "clean",
    ];
    const VARIABLES: [&str; 5] = [
        "IsWindows",
        "IsLinux",
        "IsMacOS",
        "IsCoreCLR",
        "PSNativeCommandUseErrorActionPreference",
    ];
    let mut found = Vec::new();
    for piece in pieces {
        let is_newer = match piece.kind {
            // A lone `?` is the sign of a choice, or another name of Where-Object.
            Kind::Sign => ["??", "?.", "&&", "||", "?"].contains(&piece.text.as_str()),
            Kind::Word => WORDS.iter().any(|word| is_word(piece, word)),
            Kind::Variable => VARIABLES.contains(&piece.text.as_str()),
            _ => false,
        };
        if is_newer {
            found.push(format!("line {}: {}", piece.line, piece.text));
        }
    }
    found
}

#[test]
fn the_site_module_is_windows_powershell() {
    let newest =
        "$a = $b ?? 1; a && b; a || b; $c ? 1 : 2; $d?.e; $f?[0]\n1 | % -Parallel { $IsLinux }";
    let found = newer(&pieces(newest).expect("it can be read"));
    assert_eq!(found.len(), 8, "{found:?}");

    let mut files = [listed("Private"), listed("Public"), listed("Tests")].concat();
    files.push("Tasq.Site.psm1".to_owned());
    for name in files {
        let pieces = pieces(&text(&name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(newer(&pieces), Vec::<String>::new(), "{name}");
    }
}

/// What of a script touches a site, a network or another module.
fn touches(script: &Script) -> Vec<String> {
    let words = script.pieces.iter().filter(|piece| {
        let text = piece.text.to_ascii_lowercase();
        let noun = text.split_once('-').map_or("", |(_, noun)| noun);
        let names = noun.starts_with("cim")
            || noun.starts_with("wmi")
            || noun.starts_with("cm")
            || ["wmiclass", "wmi", "wmisearcher"].contains(&text.as_str())
            || text.starts_with("microsoft.")
            || ["module", "webrequest", "restmethod", "command", "pssession"].contains(&noun);
        piece.kind == Kind::Word && names && text != "get-command"
    });
    let said = words.map(|piece| format!("{}:{}: {}", script.file, piece.line, piece.text));
    said.collect()
}

#[test]
fn three_functions_touch_a_site() {
    for script in all_scripts() {
        let found = touches(&script);
        assert_eq!(
            !found.is_empty(),
            DOORS.contains(&script.name()),
            "{}: {found:?}",
            script.file
        );
    }
}

#[test]
fn the_site_module_does_nothing_that_shows_a_secret_or_runs_a_text() {
    const NEVER: [&str; 14] = [
        "Invoke-Expression",
        "iex",
        "Set-Content",
        "Add-Content",
        "Out-File",
        "Start-Transcript",
        "Start-Process",
        "ConvertFrom-SecureString",
        "ConvertTo-SecureString",
        "-AsPlainText",
        "Export-Csv",
        "Export-Clixml",
        "Write-Output",
        "Write-EventLog",
    ];
    for script in all_scripts() {
        for piece in &script.pieces {
            let at = format!("{}:{}: {}", script.file, piece.line, piece.text);
            assert!(!NEVER.iter().any(|word| is_word(piece, word)), "{at}");
            let host = is_word(piece, "Write-Host");
            assert!(!host || script.name() == "Show-TasqDifference", "{at}");
        }
    }
}

#[test]
fn calls_inside_the_site_module_are_right() {
    let scripts = all_scripts();
    let known = by_name(&scripts);
    let mut called = BTreeSet::new();
    for script in &scripts {
        for call in script.calls(&known) {
            called.insert(call.command.clone());
            check_call(&call, known[&call.command], &script.file);
        }
    }
    let private = scripts_in("Private");
    let idle: Vec<&str> = private.iter().map(Script::name).collect();
    let idle: Vec<&str> = idle
        .into_iter()
        .filter(|name| !called.contains(*name))
        .collect();
    assert_eq!(idle, Vec::<&str>::new(), "nobody calls these");
}

/// That a call gives parameters that are there, and those that must be given.
fn check_call(call: &script::Call, callee: &Script, file: &str) {
    let at = format!("{file}:{}: {}", call.line, call.command);
    for name in &call.given {
        let common = COMMON.contains(&name.as_str());
        assert!(common || callee.has(name), "{at} has no -{name}");
    }
    // Of its three ways each has a parameter of its own.
    if call.splats || call.command == "Connect-TasqSite" {
        return;
    }
    for own in callee.parameters.iter().filter(|own| own.mandatory) {
        let given = call
            .given
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&own.name));
        assert!(given, "{at} lacks -{}", own.name);
    }
}

/// Names that a script sets somewhere.
fn assigned(body: &[Piece]) -> BTreeSet<String> {
    let sets = |pair: &[Piece]| {
        let set = ["=", "+=", "-="].iter().any(|sign| is_sign(&pair[1], sign));
        pair[0].kind == Kind::Variable && (set || is_word(&pair[1], "in"))
    };
    let pairs = body.windows(2).filter(|pair| sets(pair));
    pairs.map(|pair| pair[0].text.to_lowercase()).collect()
}

#[test]
fn every_variable_of_the_site_module_is_set_and_every_parameter_used() {
    for script in all_scripts() {
        let mut known = assigned(script.body());
        let own = script.parameters.iter().map(|own| own.name.to_lowercase());
        known.extend(own);
        known.extend(AUTOMATIC.map(str::to_lowercase));
        let named = |piece: &&Piece| matches!(piece.kind, Kind::Variable | Kind::Splat);
        let used: BTreeSet<String> = script
            .body()
            .iter()
            .filter(named)
            .map(|piece| piece.text.to_lowercase())
            .collect();
        for name in &used {
            assert!(known.contains(name), "{}: ${name}", script.file);
        }
        // These are taken from the table of all parameters.
        let by_table = used.contains("psboundparameters");
        for own in &script.parameters {
            let connects = ["ComputerName", "SiteCode", "Credential"];
            let through = by_table && connects.contains(&own.name.as_str());
            let used = used.contains(&own.name.to_lowercase());
            assert!(used || through, "{}: -{} has no use", script.file, own.name);
        }
    }
}

#[test]
fn the_help_of_the_site_module_is_whole() {
    for script in scripts_in("Public") {
        let help = script.help();
        let heads: Vec<&str> = help.iter().map(|(head, _)| head.as_str()).collect();
        for wanted in ["SYNOPSIS", "DESCRIPTION", "OUTPUTS", "EXAMPLE"] {
            assert!(heads.contains(&wanted), "{}: .{wanted}", script.file);
        }
        for head in &heads {
            let word = head.split(' ').next().unwrap_or(head);
            assert!(SECTIONS.contains(&word), "{}: .{head}", script.file);
        }
        let documented: Vec<&str> = heads
            .iter()
            .filter_map(|head| head.strip_prefix("PARAMETER "))
            .collect();
        let own: Vec<&str> = script
            .parameters
            .iter()
            .map(|own| own.name.as_str())
            .collect();
        assert_eq!(documented, own, "{}", script.file);
        for (head, text) in &help {
            assert!(!text.trim().is_empty(), "{}: .{head}", script.file);
            // Such a line ends the help, if it begins none of its sections.
            let stray = text.lines().find(|line| line.starts_with('.'));
            assert_eq!(stray, None, "{}", script.file);
        }
        assert!(
            script.text.contains("Never tried against a live site."),
            "{}",
            script.file
        );
        assert!(
            script.text.contains("SupportsShouldProcess = $true"),
            "{}",
            script.file
        );
        let asks = script.body().iter();
        let asks = asks.filter(|piece| is_word(piece, "ShouldProcess")).count();
        assert_eq!(asks, 1, "{} asks before it writes", script.file);
    }
}

/// Checks the calls in a text of the help or of a page.
fn check_example(example: &str, at: &str) -> usize {
    let scripts = all_scripts();
    let known = by_name(&scripts);
    let read = pieces(example).unwrap_or_else(|fault| panic!("{at}: {fault}"));
    assert_eq!(newer(&read), Vec::<String>::new(), "{at}");
    let calls = calls(&read, &known);
    for call in &calls {
        let callee = known[&call.command];
        assert!(
            callee.file.starts_with("Public/"),
            "{at}: {} is private",
            call.command
        );
        check_call(call, callee, at);
    }
    calls.len()
}

#[test]
fn examples_in_the_help_of_the_site_module_are_right() {
    for script in scripts_in("Public") {
        let help = script.help();
        for (_, example) in help.iter().filter(|(head, _)| head == "EXAMPLE") {
            let command = example.split("\n\n").next().unwrap_or(example);
            let count = check_example(command, &format!("{}: {command}", script.file));
            assert_eq!(count, 1, "{}: {command}", script.file);
            assert!(
                command.starts_with(script.name()),
                "{}: {command}",
                script.file
            );
        }
    }
}

#[test]
fn examples_of_pages_call_the_site_module_rightly() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut shown = BTreeSet::new();
    for name in [
        "docs/how-to/site-module.md",
        "docs/tutorial.md",
        "docs/how-to/bring-your-own-sequence.md",
    ] {
        let text = fs::read_to_string(root.join(name)).expect("the page is there");
        for part in text.split("```powershell").skip(1) {
            let block = part.split("```").next().unwrap_or(part);
            let block = block.split_once('\n').map_or(block, |(_, rest)| rest);
            check_example(block, name);
            shown.extend(
                scripts_in("Public")
                    .iter()
                    .map(|script| script.name().to_owned())
                    .filter(|command| block.contains(command)),
            );
        }
    }
    assert_eq!(shown.len(), scripts_in("Public").len(), "{shown:?}");
}

/// The names that stand as texts, or before `=`, in a script.
fn names_in(script: &Script) -> BTreeSet<String> {
    let quoted = script
        .body()
        .iter()
        .filter(|piece| piece.kind == Kind::Quoted);
    let mut names: BTreeSet<String> = quoted.map(|piece| piece.text.clone()).collect();
    let pairs = script
        .body()
        .windows(2)
        .filter(|pair| is_sign(&pair[1], "="));
    names.extend(pairs.map(|pair| pair[0].text.clone()));
    names
}

#[test]
fn the_site_module_knows_the_secrets_of_the_tables() {
    let scripts = all_scripts();
    let body = by_name(&scripts)["Test-TasqSecretName"].body();
    let from = |name: &str| {
        let at = body.iter().position(|piece| piece.text == name);
        at.unwrap_or_else(|| panic!("there is no ${name}"))
    };
    let (secret, open) = (from("secret"), from("open"));
    let has = |body: &[Piece], name: &str| body.iter().any(|piece| piece.text == name);
    for step in vocabulary::step_types() {
        for own in &step.property {
            let stored = own.property.as_deref().unwrap_or_default();
            if own.kind == Type::Secret {
                let listed = has(&body[secret..open], stored);
                assert!(listed, "{}: {stored} is secret", step.keyword);
            } else if stored.to_ascii_lowercase().ends_with("password") {
                let listed = has(&body[open..], stored);
                assert!(listed, "{}: {stored} is open", step.keyword);
            }
        }
        if let Some(spec) = &step.assignment {
            let secret = names_in(by_name(&scripts)["Select-TasqSecret"]);
            let places = [&spec.masked, &spec.hidden_value].into_iter().flatten();
            for stored in places.chain([&spec.name, &spec.value]) {
                assert!(secret.contains(&stored.property), "{}", stored.property);
            }
        }
    }
}

#[test]
fn the_site_module_sets_what_a_header_says() {
    let scripts = all_scripts();
    let set = names_in(by_name(&scripts)["Get-TasqHeaderType"]);
    for own in vocabulary::header() {
        let Some(stored) = own.property.as_deref() else {
            continue;
        };
        // Platforms are objects: Publish-TasqSequence says that it leaves them. The identifier says
        // which one is meant.
        let left = ["SupportedOperatingSystems", "Name", "PackageID"].contains(&stored);
        assert!(left || set.contains(stored), "{stored}");
    }
}
