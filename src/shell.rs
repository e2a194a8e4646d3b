//! Quotes of a Unix shell: where a value stands in a command line that `/bin/sh` reads, and how it
//! stays one word there.

use std::borrow::Cow;

/// Where the shell stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Quotes {
    /// Outside of quotes.
    #[default]
    None,
    Single,
    Double,
    /// Behind something that only a shell can tell the end of: a command in a command, a document
    /// in the line, a comment.
    Unknown,
}

/// Reads a command line piece by piece as a shell does, as far as its quotes go.
#[derive(Debug)]
pub(crate) struct ShellQuotes {
    quotes: Quotes,
    /// Whether a backslash stands before what comes next.
    escaped: bool,
    /// What came last and has its own meaning.
    last: char,
}

impl ShellQuotes {
    /// At the beginning of a line.
    pub fn new() -> ShellQuotes {
        ShellQuotes {
            quotes: Quotes::None,
            escaped: false,
            last: ' ',
        }
    }

    /// Goes on behind a text that stands in the line.
    pub fn read(&mut self, text: &str) {
        for c in text.chars() {
            let last = std::mem::replace(&mut self.last, c);
            if self.escaped {
                (self.escaped, self.last) = (false, '\\');
                continue;
            }
            self.quotes = match (self.quotes, last, c) {
                (Quotes::Single, _, '\'') | (Quotes::Double, _, '"') => Quotes::None,
                (Quotes::Single | Quotes::Unknown, ..) => self.quotes,
                (_, _, '`') | (_, '$', '(' | '{' | '[') => Quotes::Unknown,
                (_, _, '\\') => {
                    self.escaped = true;
                    self.quotes
                }
                (Quotes::Double, ..) => Quotes::Double,
                // `$'…'`, a document in the line, a comment.
                (_, '$', '\'' | '"') | (_, '<', '<') => Quotes::Unknown,
                (_, ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')', '#') => Quotes::Unknown,
                (_, _, '\'') => Quotes::Single,
                (_, _, '"') => Quotes::Double,
                _ => Quotes::None,
            };
        }
    }

    /// Whether a value that comes next stays one word.
    pub fn keeps_one_word(&self) -> bool {
        match self.quotes {
            Quotes::Single => true,
            Quotes::Double => !self.escaped && self.last != '$',
            Quotes::None | Quotes::Unknown => false,
        }
    }

    /// A value as it must be written here: in quotes as one word, else as it is.
    pub fn insert<'t>(&mut self, value: &'t str) -> Cow<'t, str> {
        if !self.keeps_one_word() {
            self.read(value);
            return Cow::Borrowed(value);
        }
        if value.is_empty() {
            return Cow::Borrowed(value);
        }
        self.last = '\\';
        match self.quotes {
            Quotes::Single => in_single(value),
            _ => in_double(value),
        }
    }
}

/// A value between single quotes.
pub(crate) fn in_single(value: &str) -> Cow<'_, str> {
    match value.contains('\'') {
        true => Cow::Owned(value.replace('\'', r"'\''")),
        false => Cow::Borrowed(value),
    }
}

/// A value between double quotes.
pub(crate) fn in_double(value: &str) -> Cow<'_, str> {
    let is_special = |c: char| matches!(c, '\\' | '"' | '$' | '`');
    if !value.contains(is_special) {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        if is_special(c) {
            out.push('\\');
        }
        out.push(c);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line with a value in each place of `@`.
    fn filled(line: &str, value: &str) -> String {
        let mut shell = ShellQuotes::new();
        let mut out = String::new();
        for (index, piece) in line.split('@').enumerate() {
            if index > 0 {
                out.push_str(&shell.insert(value));
            }
            shell.read(piece);
            out.push_str(piece);
        }
        out
    }

    #[test]
    fn a_value_in_quotes_is_one_word_and_any_other_is_as_it_is() {
        for (line, value, wanted) in [
            ("echo '@'", "it's", r"echo 'it'\''s'"),
            ("echo \"@\"", "a\"$(b)`c`\\", r#"echo "a\"\$(b)\`c\`\\""#),
            ("echo @", "it's", "echo it's"),
            (r"echo \'@", "it's", r"echo \'it's"),
            ("echo \"it's\" '@'", "'", r#"echo "it's" ''\'''"#),
            // A backslash or a dollar sign in front would take a part of the value.
            ("echo \"\\@\"", "\"", "echo \"\\\"\""),
            ("echo \"$@\"", "(b)", "echo \"$(b)\""),
            // What only a shell can tell the end of.
            ("echo \"$(cat '@')\"", "'", "echo \"$(cat ''')\""),
            ("echo `cat '@'`", "'", "echo `cat '''`"),
            ("echo x # it's @", "'", "echo x # it's '"),
            ("cat <<E\nit's @\nE", "$(b)'", "cat <<E\nit's $(b)'\nE"),
            ("echo $'@'", "\\", "echo $'\\'"),
            // A value outside of quotes may open some itself.
            ("echo @ '@'", "'", "echo ' '''"),
        ] {
            assert_eq!(filled(line, value), wanted, "{line}");
        }
    }
}
