//! Messages of their own for what people paste: text from word processors, other languages' comments and operators.

use crate::{
    diagnostic::{Code, Finding},
    source::{FileId, Span},
};

/// A finding for the text at the place where the grammar gave up, if it is one of the well-known slips.
pub(super) fn explain(text: &str, at: u32, end: u32, file: FileId) -> Option<Finding> {
    let rest = text.get(at as usize..end as usize)?;
    let before = text.get(..at as usize)?;
    typographic(rest, at, file)
        .or_else(|| comment(rest, before, at, file))
        .or_else(|| backslash_quote(rest, before, at, file))
        .or_else(|| keyword_case(rest, at, file))
        .or_else(|| powershell_operator(rest, at, file))
        .or_else(|| not_before_predicate(rest, before, at, file))
}

fn typographic(rest: &str, at: u32, file: FileId) -> Option<Finding> {
    let character = rest.chars().next()?;
    let (name, plain) = match character {
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{00AB}' | '\u{00BB}' => ("a curly quote", "\""),
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' => ("a curly apostrophe", "'"),
        '\u{2013}' | '\u{2014}' | '\u{2212}' => ("a dash that is no minus sign", "-"),
        '\u{00A0}' | '\u{202F}' | '\u{2007}' | '\u{3000}' => ("a no-break space", " "),
        '\u{200B}' | '\u{FEFF}' | '\u{200E}' | '\u{200F}' => ("an invisible character", ""),
        '\u{2026}' => ("an ellipsis character", "..."),
        _ => return None,
    };
    let span = Span::new(file, at, at + character.len_utf8() as u32);
    let shown = if plain.trim().is_empty() { "an ordinary blank" } else { plain };
    let title = if plain.is_empty() { "remove it".to_owned() } else { format!("write {shown}") };
    Some(
        Finding::new(
            Code::TypographicCharacter,
            span,
            format!("{name} (U+{:04X}) stands where plain text is needed", u32::from(character)),
        )
        .label("from a word processor or a web page")
        .help(format!("{title}; inside of a string or block such characters are kept as they are"))
        .fix(title, span, plain),
    )
}

fn comment(rest: &str, before: &str, at: u32, file: FileId) -> Option<Finding> {
    let line = rest.lines().next().unwrap_or("");
    let (mark, before) = if let Some(mark) =
        ["//", "/*", "--", "<#", "<!--", "::", ";"].into_iter().find(|mark| rest.starts_with(*mark))
    {
        (mark, before)
    } else if before.ends_with('<') && rest.starts_with(['#', '!']) {
        ("<#", &before[..before.len() - 1])
    } else if line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("rem ")) {
        ("rem", before)
    } else {
        return None;
    };
    let start = before.len() as u32;
    let span = Span::new(file, start, start + mark.len() as u32);
    let finding = Finding::new(Code::ForeignComment, span, format!("`{mark}` does not begin a comment"))
        .label("a comment begins with #")
        .help("a comment goes from # to the line's end; there is no other kind");
    let _ = at;
    Some(if matches!(mark, "//" | "--" | "::" | ";") { finding.fix("write #", span, "#") } else { finding })
}

fn backslash_quote(rest: &str, before: &str, at: u32, file: FileId) -> Option<Finding> {
    // `"a \"b\" c"`: the string ended at the first `\"`, and what follows makes no sense.
    let tail = before.trim_end_matches(|c: char| c.is_alphanumeric() || "._-: /".contains(c));
    let close = tail.strip_suffix('"')?;
    let here = close.ends_with('\\') && close.rfind('"').is_some_and(|open| !close[open..].contains('\n'));
    let ahead = rest.starts_with('\\') && rest[1..].starts_with('"');
    if !here && !ahead {
        return None;
    }
    let start = if here { close.len() as u32 - 1 } else { at };
    let span = Span::new(file, start, start + 2);
    Some(
        Finding::new(Code::BackslashQuote, span, "a backslash does not escape a quote")
            .label("the string ends here")
            .help("write a quote inside of \"…\" twice (\"\"), or write the whole string in '…'"),
    )
}

const KEYWORDS: &[&str] = &[
    "sequence", "step", "group", "when", "and", "or", "not", "if", "else", "for", "in", "let", "param", "use",
    "import", "fragment", "test", "true", "false", "absent", "exists", "like", "all", "any", "none",
];

fn keyword_case(rest: &str, at: u32, file: FileId) -> Option<Finding> {
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let word = &rest[..length];
    let keyword = KEYWORDS.iter().find(|keyword| keyword.eq_ignore_ascii_case(word) && **keyword != word)?;
    let span = Span::new(file, at, at + length as u32);
    Some(
        Finding::new(Code::KeywordCase, span, format!("`{word}` is written `{keyword}`"))
            .label("keywords are lower case")
            .help("keywords, step types and property names are lower case; only variable names ignore case")
            .fix(format!("write `{keyword}`"), span, *keyword),
    )
}

/// `not file "…"`: in the XML only `exists` and `like` have a negative form.
fn not_before_predicate(rest: &str, before: &str, at: u32, file: FileId) -> Option<Finding> {
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let word = rest.get(..length)?;
    let predicate = ["file", "folder", "registry", "wmi", "software", "os", "os_language", "all", "any", "none"];
    if !predicate.contains(&word) || !before.trim_end().ends_with("not") {
        return None;
    }
    let span = Span::new(file, at, at + length as u32);
    Some(
        Finding::new(Code::Syntax, span, format!("`not` cannot stand before `{word}`"))
            .help(format!("write none({word} …), or not ({word} …)")),
    )
}

fn powershell_operator(rest: &str, at: u32, file: FileId) -> Option<Finding> {
    let table = [
        ("-eq", "=="),
        ("-ne", "!="),
        ("-like", "like"),
        ("-notlike", "not like"),
        ("-ge", ">="),
        ("-gt", ">"),
        ("-le", "<="),
        ("-lt", "<"),
        ("-and", "and"),
        ("-or", "or"),
        ("-not", "not"),
        ("&&", "and"),
        ("||", "or"),
        ("===", "=="),
    ];
    let length = rest.bytes().take_while(|byte| !byte.is_ascii_whitespace() && *byte != b'"').count();
    let word = rest.get(..length)?;
    let (wrong, right) = table.into_iter().find(|(wrong, _)| wrong.eq_ignore_ascii_case(word))?;
    let span = Span::new(file, at, at + length as u32);
    Some(
        Finding::new(Code::AssignForCompare, span, format!("`{wrong}` is written `{right}` here"))
            .label("an operator of another language")
            .fix(format!("write `{right}`"), span, right),
    )
}
