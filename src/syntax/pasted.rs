//! Messages of their own for what people paste: text from word processors, other languages'
//! comments and operators.

use crate::{
    diagnostic::{Code, Edit, Finding, Fix, Safety},
    source::{FileId, Span},
    syntax::RESERVED,
    vocabulary::conditions,
};

/// A finding for the text at the place where the grammar gave up, if it is one of the well-known
/// slips.
pub(super) fn explain(text: &str, at: u32, end: u32, file: FileId) -> Option<Finding> {
    let rest = text.get(at as usize..end as usize)?;
    let before = text.get(..at as usize)?;
    typographic(rest, at, file)
        .or_else(|| comment(rest, before, file))
        .or_else(|| backslash_quote(rest, before, at, file))
        .or_else(|| keyword_case(rest, before, at, file))
        .or_else(|| powershell_operator(rest, before, at, file))
        .or_else(|| not_before_predicate(rest, before, at, file))
        .or_else(|| decorated_variable(rest, at, file))
        .or_else(|| misplaced_bracket(rest, before, at, file))
}

fn typographic(rest: &str, at: u32, file: FileId) -> Option<Finding> {
    let character = rest.chars().next()?;
    let (name, plain) = match character {
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{00AB}' | '\u{00BB}' => {
            ("a curly quote", "\"")
        }
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' => ("a curly apostrophe", "'"),
        '\u{2013}' | '\u{2014}' | '\u{2212}' => ("a dash that is no minus sign", "-"),
        '\u{00A0}' | '\u{202F}' | '\u{2007}' | '\u{3000}' => ("a no-break space", " "),
        '\u{200B}' | '\u{FEFF}' | '\u{200E}' | '\u{200F}' => ("an invisible character", ""),
        '\u{2026}' => ("an ellipsis character", "..."),
        _ => return None,
    };
    let span = Span::new(file, at, at + character.len_utf8() as u32);
    let title = match plain {
        "" => "remove it".to_owned(),
        " " => "write an ordinary blank".to_owned(),
        _ => format!("write `{plain}`"),
    };
    let finding = Finding::new(
        Code::TypographicCharacter,
        span,
        format!(
            "{name} (U+{:04X}) stands where plain text is needed",
            u32::from(character)
        ),
    )
    .label("from a word processor or a web page")
    .help(format!(
        "{title}; inside of a string or block such characters are kept as they are"
    ));
    let mut edits = vec![Edit {
        span,
        new: plain.to_owned(),
    }];
    if matches!(plain, "\"" | "'") {
        // The string's other end is mended with it.
        let line = rest.lines().next().unwrap_or("");
        let same = |c: char| {
            matches!(
                (c, plain),
                ('\u{201C}'..='\u{201F}', "\"") | ('\u{2018}'..='\u{201B}', "'")
            )
        };
        if let Some((offset, close)) = line.char_indices().skip(1).find(|(_, c)| same(*c)) {
            let start = at + offset as u32;
            edits.push(Edit {
                span: Span::new(file, start, start + close.len_utf8() as u32),
                new: plain.to_owned(),
            });
        }
    }
    let safety = if plain == "-" {
        Safety::Unsafe
    } else {
        Safety::Safe
    };
    Some(finding.with_fix(Fix::new(title, safety, edits)))
}

fn comment(rest: &str, before: &str, file: FileId) -> Option<Finding> {
    let (mark, before) = foreign_mark(rest, before)?;
    let start = before.len() as u32;
    let span = Span::new(file, start, start + mark.len() as u32);
    let line_start = before.trim_end_matches([' ', '\t']);
    let own_line = line_start.is_empty() || line_start.ends_with(['\n', '\r']);
    if !own_line && mark == ";" {
        return Some(semicolon(before, span));
    }
    if line_start.ends_with([':', '=']) {
        return Some(
            Finding::new(
                Code::Syntax,
                span,
                "a value that is text is written in quotes",
            )
            .label("a text begins with a quote"),
        );
    }
    let finding = Finding::new(
        Code::ForeignComment,
        span,
        format!("`{mark}` does not begin a comment"),
    )
    .label("a comment begins with #")
    .help("a comment goes from # to the line's end; there is no other kind");
    let whole = own_line && matches!(mark, "//" | "--" | "::" | ";" | "rem");
    Some(if whole {
        finding.fix("write `#`", span, "#")
    } else {
        finding
    })
}

/// How a comment begins in another language, and what stands before it.
fn foreign_mark<'a>(rest: &str, before: &'a str) -> Option<(&'static str, &'a str)> {
    let marks = ["//", "/*", "--", "<#", "<!--", "::", ";"];
    if let Some(mark) = marks.into_iter().find(|mark| rest.starts_with(*mark)) {
        return Some((mark, before));
    }
    if let Some(before) = before.strip_suffix('<')
        && rest.starts_with(['#', '!'])
    {
        return Some(("<#", before));
    }
    let line = rest.lines().next().unwrap_or("");
    let remark = line.get(..4)?.eq_ignore_ascii_case("rem ");
    remark.then_some(("rem", before))
}

/// A semicolon behind a statement or an item.
fn semicolon(before: &str, span: Span) -> Finding {
    let statement = before
        .rfind("step ")
        .or(before.rfind("group "))
        .map_or("", |start| &before[start..]);
    let in_items = statement.matches('<').count() > statement.matches('>').count();
    if in_items {
        Finding::new(
            Code::MissingSeparator,
            span,
            "items are separated by a comma or a line end",
        )
        .label("not by `;`")
        .fix("write a comma", span, ",")
    } else {
        Finding::new(Code::Syntax, span, "a statement needs no `;` at its end")
            .label("the next statement's keyword ends it")
            .fix("remove it", span, "")
    }
}

fn backslash_quote(rest: &str, before: &str, at: u32, file: FileId) -> Option<Finding> {
    // `"a \"b\" c"`: the string ended at the first `\"`, and what follows makes no sense.
    let tail = before.trim_end_matches(|c: char| c.is_alphanumeric() || "._-: /".contains(c));
    let close = tail.strip_suffix('"')?;
    let here = close.ends_with('\\')
        && close
            .rfind('"')
            .is_some_and(|open| !close[open..].contains('\n'));
    let ahead = rest.starts_with('\\') && rest[1..].starts_with('"');
    if !here && !ahead {
        return None;
    }
    let start = if here { close.len() as u32 - 1 } else { at };
    let span = Span::new(file, start, start + 2);
    Some(
        Finding::new(
            Code::BackslashQuote,
            span,
            "a backslash does not escape a quote",
        )
        .label("the string ends here")
        .help("write a quote inside of \"…\" twice (\"\"), or write the whole string in '…'"),
    )
}

/// Words that people write in capitals: the reserved ones, and these of conditions. `XML` is a name
/// like any other.
const SHOUTED: [&str; 5] = ["exists", "like", "all", "any", "none"];

fn keyword_case(rest: &str, before: &str, at: u32, file: FileId) -> Option<Finding> {
    // `NOT exists A`: the grammar took the word for a variable and failed behind it.
    let trimmed = before.trim_end();
    let word = trimmed
        .bytes()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    let start = trimmed.len() - word;
    let earlier = &trimmed[start..];
    if earlier.len() > 1
        && earlier.bytes().all(|byte| byte.is_ascii_uppercase())
        && !trimmed.is_empty()
    {
        let found = keyword_at(earlier, start as u32, file);
        if found.is_some() {
            return found;
        }
    }
    keyword_at(rest, at, file)
}

fn keyword_at(rest: &str, at: u32, file: FileId) -> Option<Finding> {
    let length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    let word = &rest[..length];
    let mut keywords = RESERVED
        .iter()
        .filter(|keyword| **keyword != "xml")
        .chain(&SHOUTED);
    let keyword =
        keywords.find(|keyword| keyword.eq_ignore_ascii_case(word) && **keyword != word)?;
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
    let length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    let word = rest.get(..length)?;
    if word.is_empty() || !before.trim_end().ends_with("not") {
        return None;
    }
    let span = Span::new(file, at, at + length as u32);
    let help = if conditions().predicates().any(|own| own == word) {
        format!("write none({word} …), or not ({word} …)")
    } else {
        format!("write `{word} != …`, `{word} not like …`, or not ( … )")
    };
    Some(
        Finding::new(
            Code::Syntax,
            span,
            format!("`not` cannot stand before `{word}`"),
        )
        .help(help),
    )
}

/// `%Ring% == …` and `$Ring -eq …`: a condition names the variable alone.
fn decorated_variable(rest: &str, at: u32, file: FileId) -> Option<Finding> {
    let name_length = |text: &str| {
        text.bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte))
            .count()
    };
    let mark = rest.chars().next().filter(|c| matches!(c, '%' | '$'))?;
    let length = name_length(&rest[1..]);
    let name = &rest[1..1 + length];
    let closed = mark == '%' && rest[1 + length..].starts_with('%');
    if name.is_empty() || mark == '%' && !closed {
        return None;
    }
    let span = Span::new(file, at, at + 1 + length as u32 + u32::from(closed));
    Some(
        Finding::new(
            Code::Syntax,
            span,
            format!("a variable is named without `{mark}` here"),
        )
        .label("outside of a text a name stands alone")
        .fix(format!("write `{name}`"), span, name),
    )
}

/// `when … < items >`, and `{ }` round properties.
fn misplaced_bracket(rest: &str, before: &str, at: u32, file: FileId) -> Option<Finding> {
    let span = Span::new(file, at, at + 1);
    let statement = before.rfind("step ").map_or("", |start| &before[start..]);
    if rest.starts_with('<')
        && before
            .lines()
            .last()
            .is_some_and(|line| line.contains("when "))
    {
        let finding = Finding::new(Code::Syntax, span, "`< … >` stands before `when`");
        return Some(finding.help(
            "a step is written: step \"NAME\" step_type < property: value > when CONDITION",
        ));
    }
    if rest.starts_with('{') && !statement.contains('{') && !statement.is_empty() {
        let finding = Finding::new(
            Code::Syntax,
            span,
            "the properties of a step stand in `< … >`",
        );
        return Some(
            finding.help("`{ … }` is for the members of a group and the variables of a rule"),
        );
    }
    None
}

fn powershell_operator(rest: &str, before: &str, at: u32, file: FileId) -> Option<Finding> {
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
    if rest.starts_with('=') && before.ends_with("==") {
        let span = Span::new(file, at - 2, at + 1);
        return Some(
            Finding::new(Code::AssignForCompare, span, "a comparison is written `==`").fix(
                "write `==`",
                span,
                "==",
            ),
        );
    }
    let length = rest
        .bytes()
        .take_while(|byte| !byte.is_ascii_whitespace() && *byte != b'"')
        .count();
    let word = rest.get(..length)?;
    let (wrong, right) = table
        .into_iter()
        .find(|(wrong, _)| wrong.eq_ignore_ascii_case(word))?;
    let span = Span::new(file, at, at + length as u32);
    Some(
        Finding::new(
            Code::AssignForCompare,
            span,
            format!("`{wrong}` is written `{right}` here"),
        )
        .label("an operator of another language")
        .fix(format!("write `{right}`"), span, right),
    )
}
