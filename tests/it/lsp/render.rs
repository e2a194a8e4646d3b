//! Answers as text that a person can review.

use serde_json::Value;

/// Words as the server's legend numbers them.
const TOKENS: [&str; 12] = [
    "comment",
    "keyword",
    "string",
    "number",
    "operator",
    "class",
    "property",
    "enumMember",
    "variable",
    "parameter",
    "function",
    "type",
];

fn position(value: &Value) -> String {
    format!(
        "{}:{}",
        value["line"].as_u64().unwrap() + 1,
        value["character"].as_u64().unwrap() + 1
    )
}

fn range(value: &Value) -> String {
    format!("{}-{}", position(&value["start"]), position(&value["end"]))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The byte of a place, counted here anew so that the server's own counting is held against it.
pub fn offset(source: &str, value: &Value) -> usize {
    let (line, character) = (
        value["line"].as_u64().unwrap() as usize,
        value["character"].as_u64().unwrap() as usize,
    );
    let start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let mut units = 0;
    for (at, letter) in source[start..].char_indices() {
        if units >= character {
            assert_eq!(units, character, "a place in the middle of a character");
            return start + at;
        }
        units += letter.len_utf16();
    }
    source.len()
}

/// The text after some edits.
pub fn applied(source: &str, edits: &[Value]) -> String {
    let mut sorted: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            (
                offset(source, &edit["range"]["start"]),
                offset(source, &edit["range"]["end"]),
                text(&edit["newText"]),
            )
        })
        .collect();
    sorted.sort_by_key(|(start, end, _)| (*start, *end));
    let mut out = String::new();
    let mut done = 0;
    for (start, end, new) in sorted {
        assert!(start >= done, "edits overlap");
        out.push_str(&source[done..start]);
        out.push_str(new);
        done = end;
    }
    out.push_str(&source[done..]);
    out
}

/// The lines that edits change.
fn changed(source: &str, edits: &[Value]) -> String {
    let new = applied(source, edits);
    let diff = similar::TextDiff::from_lines(source, &new);
    let mut out = String::new();
    for change in diff
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
    {
        out.push_str(&format!(
            "{}{}\n",
            change.tag(),
            change.value().trim_end_matches('\n')
        ));
    }
    out
}

pub fn diagnostics(found: &[Value]) -> String {
    let one = |value: &Value| {
        let severity =
            ["", "error", "warning", "information"][value["severity"].as_u64().unwrap() as usize];
        let mut out = format!(
            "{} {severity} {}",
            range(&value["range"]),
            text(&value["code"])
        );
        text(&value["message"])
            .lines()
            .for_each(|line| out.push_str(&format!(" | {line}")));
        for related in list(&value["relatedInformation"]) {
            out.push_str(&format!(
                "\n  {} {}",
                range(&related["location"]["range"]),
                text(&related["message"])
            ));
        }
        out + "\n"
    };
    if found.is_empty() {
        "nothing\n".to_owned()
    } else {
        found.iter().map(one).collect()
    }
}

/// The answer to a request, as the cases write it down.
pub fn answer(words: &[&str], value: &Value, source: &str) -> String {
    if value.is_null() || list(value).is_empty() && value.is_array() {
        return "nothing\n".to_owned();
    }
    match words[0] {
        "complete" => completions(
            value,
            words.get(2).map_or(8, |count| count.parse().unwrap()),
        ),
        "hover" => format!(
            "{}\n{}",
            range(&value["range"]),
            text(&value["contents"]["value"])
        ),
        "can-rename" => format!(
            "{} {}\n",
            range(&value["range"]),
            text(&value["placeholder"])
        ),
        "rename" => renamed(value, source),
        "symbols" => list(value).iter().map(|one| symbol(one, 0)).collect(),
        "select" => selections(&value[0], source),
        "tokens" => tokens(value, source),
        "format" => changed(source, list(value)),
        "actions" => list(value).iter().map(|one| action(one, source)).collect(),
        "signature" => signature(value),
        "simulate" => text(&value["text"]).to_owned(),
        other => match line_of(other) {
            Some(line) => each(value, line),
            None => format!("{value}\n"),
        },
    }
}

/// Of an answer that is a list: the line of one of its members.
fn line_of(word: &str) -> Option<fn(&Value) -> String> {
    Some(match word {
        "definition" | "references" => {
            |one| format!("{} {}", text(&one["uri"]), range(&one["range"]))
        }
        "highlight" => |one| {
            let kind = one["kind"].as_u64().unwrap() as usize;
            let kind = ["", "text", "read", "write"][kind];
            format!("{} {kind}", range(&one["range"]))
        },
        "workspace" => |one| {
            let (name, within) = (text(&one["name"]), text(&one["containerName"]));
            let place = &one["location"];
            format!(
                "{name} ({within}) {} {}",
                text(&place["uri"]),
                range(&place["range"])
            )
        },
        "fold" => |one| {
            let line = |name: &str| one[name].as_u64().unwrap() + 1;
            let (from, to) = (line("startLine"), line("endLine"));
            format!("{from}-{to} {}", text(&one["kind"]))
        },
        "hints" => |one| format!("{} {}", position(&one["position"]), text(&one["label"])),
        "lenses" => |one| {
            let command = &one["command"];
            format!(
                "{} {} {}",
                range(&one["range"]),
                text(&command["title"]),
                command["arguments"]
            )
        },
        "links" => |one| format!("{} {}", range(&one["range"]), text(&one["target"])),
        _ => return None,
    })
}

/// The source with its new names, and the edits of other files.
fn renamed(value: &Value, source: &str) -> String {
    let mut out = String::new();
    for (uri, edits) in value["changes"].as_object().unwrap() {
        if uri == super::URI {
            out.push_str(&changed(source, list(edits)));
            continue;
        }
        let edits = each(edits, |one| {
            format!("  {} {}", range(&one["range"]), text(&one["newText"]))
        });
        out.push_str(&format!("{uri}\n{edits}"));
    }
    out
}

fn signature(value: &Value) -> String {
    let one = &value["signatures"][0];
    let active = value["activeParameter"].as_u64().unwrap() as usize;
    format!(
        "{}\nnow: {}\n{}\n",
        text(&one["label"]),
        text(&one["parameters"][active]["label"]),
        text(&one["documentation"]["value"])
    )
}

fn each(value: &Value, show: impl Fn(&Value) -> String) -> String {
    list(value).iter().map(|one| show(one) + "\n").collect()
}

fn completions(value: &Value, count: usize) -> String {
    let items = list(&value["items"]);
    let mut out = String::new();
    for item in items.iter().take(count) {
        let new = text(&item["textEdit"]["newText"]);
        let shown = if new == text(&item["label"]) {
            String::new()
        } else {
            format!(" => {new:?}")
        };
        out.push_str(&format!(
            "{} [{}]{shown}\n",
            text(&item["label"]),
            text(&item["detail"])
        ));
    }
    match items.first() {
        None => "nothing\n".to_owned(),
        Some(first) => format!(
            "{out}{} in all, for {}\n",
            items.len(),
            range(&first["textEdit"]["range"])
        ),
    }
}

fn symbol(value: &Value, depth: usize) -> String {
    let name = format!(
        "{}{} [{}] {}",
        "  ".repeat(depth),
        text(&value["name"]),
        text(&value["detail"]),
        range(&value["range"])
    );
    let inside: String = list(&value["children"])
        .iter()
        .map(|one| symbol(one, depth + 1))
        .collect();
    format!("{name}\n{inside}")
}

fn selections(value: &Value, source: &str) -> String {
    let mut out = String::new();
    let mut one = value;
    while one.is_object() {
        let (start, end) = (
            offset(source, &one["range"]["start"]),
            offset(source, &one["range"]["end"]),
        );
        let selected = &source[start..end];
        let shown: String = selected.chars().take(50).collect();
        out.push_str(&format!(
            "{shown:?}{}\n",
            if shown.len() < selected.len() {
                "…"
            } else {
                ""
            }
        ));
        one = &one["parent"];
    }
    out
}

fn tokens(value: &Value, source: &str) -> String {
    let numbers: Vec<u64> = list(&value["data"])
        .iter()
        .map(|number| number.as_u64().unwrap())
        .collect();
    let (mut line, mut column) = (0, 0);
    let mut out = String::new();
    for token in numbers.chunks(5) {
        column = if token[0] == 0 {
            column + token[1]
        } else {
            token[1]
        };
        line += token[0];
        let start = offset(
            source,
            &serde_json::json!({ "line": line, "character": column }),
        );
        let end = offset(
            source,
            &serde_json::json!({ "line": line, "character": column + token[2] }),
        );
        let declares = if token[4] == 1 { " declaration" } else { "" };
        out.push_str(&format!(
            "{}:{} {} {}{declares}\n",
            line + 1,
            column + 1,
            &source[start..end],
            TOKENS[token[3] as usize]
        ));
    }
    out
}

fn action(value: &Value, source: &str) -> String {
    let preferred = if value["isPreferred"] == true {
        ", preferred"
    } else {
        ""
    };
    let codes: Vec<&str> = list(&value["diagnostics"])
        .iter()
        .map(|one| text(&one["code"]))
        .collect();
    let command = value["command"]["command"]
        .as_str()
        .map_or(String::new(), |name| format!(" runs {name}"));
    let mut out = format!(
        "{} ({}{preferred}) {}{command}\n",
        text(&value["title"]),
        text(&value["kind"]),
        codes.join(" ")
    );
    for edits in value["edit"]["changes"]
        .as_object()
        .into_iter()
        .flat_map(|changes| changes.values())
    {
        changed(source, list(edits))
            .lines()
            .for_each(|line| out.push_str(&format!("  {line}\n")));
    }
    out
}

/// An edit that the server asks the client to make.
pub fn edit_of_server(params: &Value) -> String {
    let mut out = format!("asks: {}\n", text(&params["label"]));
    for change in list(&params["edit"]["documentChanges"]) {
        match change["kind"].as_str() {
            Some(kind) => out.push_str(&format!(
                "{kind} {} {}\n",
                text(&change["uri"]),
                change["options"]
            )),
            None => out.push_str(text(&change["edits"][0]["newText"])),
        }
    }
    out
}
