//! A reader of PowerShell that knows its words: comments, texts, variables, names and signs. Enough
//! to ask what a script names; it does not know what a script means.

/// What a piece of a script is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name, a parameter (`-Path`), a number, an operator in words.
    Word,
    /// A variable, without its sign.
    Variable,
    /// A table or a list that gives parameters, without its sign.
    Splat,
    /// A text, with what stands between its marks.
    Quoted,
    /// A sign, such as `(`, `|` or `&&`.
    Sign,
    /// The end of a line that does not go on.
    End,
}

/// A piece of a script.
#[derive(Clone, Debug)]
pub struct Piece {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
    /// How many brackets are open around it.
    pub depth: usize,
}

/// Signs of two characters; the first four are none of Windows PowerShell.
const LONG_SIGNS: [&str; 9] = ["??", "?.", "&&", "||", "+=", "-=", "::", "++", "--"];

/// Reads a script.
pub struct Reader<'a> {
    rest: &'a str,
    line: usize,
    depth: usize,
    pieces: Vec<Piece>,
}

/// The pieces of a script; `Err` says what of it is never closed.
pub fn pieces(script: &str) -> Result<Vec<Piece>, String> {
    let mut reader = Reader {
        rest: script,
        line: 1,
        depth: 0,
        pieces: Vec::new(),
    };
    while !reader.rest.is_empty() {
        reader.step()?;
    }
    if reader.depth == 0 {
        Ok(reader.pieces)
    } else {
        Err(format!("{} brackets are never closed", reader.depth))
    }
}

impl<'a> Reader<'a> {
    fn push(&mut self, kind: Kind, text: &str) {
        self.pieces.push(Piece {
            kind,
            text: text.to_owned(),
            line: self.line,
            depth: self.depth,
        });
    }

    /// Takes some bytes off the front.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// Skips to behind a sign.
    fn skip_past(&mut self, sign: &str, what: &str) -> Result<(), String> {
        let at = self.rest.find(sign);
        let at = at.ok_or_else(|| format!("line {}: {what} is never closed", self.line))?;
        let skipped = self.take(at + sign.len());
        self.line += skipped.matches('\n').count();
        Ok(())
    }

    /// One piece, or what stands between two.
    fn step(&mut self) -> Result<(), String> {
        let first = self.rest.chars().next().unwrap_or(' ');
        match first {
            '\n' => {
                self.push(Kind::End, "");
                self.take(1);
                self.line += 1;
            }
            ' ' | '\t' | '\r' => drop(self.take(1)),
            '`' => {
                self.line += usize::from(self.rest.starts_with("`\n"));
                self.take(2.min(self.rest.len()));
            }
            '#' => drop(self.take(self.rest.find('\n').unwrap_or(self.rest.len()))),
            '<' if self.rest.starts_with("<#") => self.skip_past("#>", "a comment")?,
            '\'' => self.single()?,
            '"' => self.double()?,
            '$' if !self.rest.starts_with("$(") => self.variable(Kind::Variable),
            '@' if self.rest[1..].starts_with(char::is_alphabetic) => self.variable(Kind::Splat),
            '@' if self.rest[1..].starts_with(['\'', '"']) => {
                return Err(format!("line {}: a text over several lines", self.line));
            }
            _ if is_word(self.rest) => self.word(),
            _ => self.sign(first)?,
        }
        Ok(())
    }

    fn single(&mut self) -> Result<(), String> {
        let mut from = 1;
        loop {
            let end = self.rest[from..].find('\'');
            let end = from + end.ok_or_else(|| format!("line {}: a text", self.line))?;
            if !self.rest[end + 1..].starts_with('\'') {
                let text = self.take(end + 1);
                self.push(Kind::Quoted, &text[1..end]);
                self.line += text.matches('\n').count();
                return Ok(());
            }
            from = end + 2;
        }
    }

    /// A text with variables in it: they are pieces of their own, behind it.
    fn double(&mut self) -> Result<(), String> {
        let (start, line) = (self.rest, self.line);
        self.take(1);
        let at = self.pieces.len();
        loop {
            let Some(first) = self.rest.chars().next() else {
                return Err(format!("line {line}: a text is never closed"));
            };
            if self.rest.starts_with("\"\"") || first == '`' {
                self.take(2);
            } else if first == '"' {
                break;
            } else if self.rest.starts_with("$(") {
                self.inner()?;
            } else if first == '$' {
                self.variable(Kind::Variable);
            } else {
                self.line += usize::from(first == '\n');
                self.take(first.len_utf8());
            }
        }
        let text = start[1..start.len() - self.rest.len()].to_owned();
        self.take(1);
        let whole = Piece {
            kind: Kind::Quoted,
            text,
            line,
            depth: self.depth,
        };
        self.pieces.insert(at, whole);
        Ok(())
    }

    /// What `$(…)` in a text holds.
    fn inner(&mut self) -> Result<(), String> {
        let depth = self.depth;
        self.take(1);
        loop {
            if self.rest.is_empty() {
                return Err(format!("line {}: a part of a text", self.line));
            }
            self.step()?;
            if self.depth == depth {
                return Ok(());
            }
        }
    }

    fn variable(&mut self, kind: Kind) {
        self.take(1);
        let braced = self.rest.starts_with('{');
        self.take(usize::from(braced));
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let length = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let name = self.take(length).trim_end_matches(':');
        self.push(kind, name);
        self.take(usize::from(braced && self.rest.starts_with('}')));
    }

    fn word(&mut self) {
        let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\\' | ':');
        let length = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let word = self.take(length);
        self.push(Kind::Word, word);
    }

    fn sign(&mut self, first: char) -> Result<(), String> {
        let long = LONG_SIGNS.iter().find(|sign| self.rest.starts_with(**sign));
        let length = long.map_or(first.len_utf8(), |sign| sign.len());
        let opens = matches!(first, '(' | '{' | '[');
        if matches!(first, ')' | '}' | ']') {
            let depth = self.depth.checked_sub(1);
            self.depth = depth.ok_or_else(|| format!("line {}: `{first}`", self.line))?;
        }
        let sign = self.take(length);
        self.push(Kind::Sign, sign);
        self.depth += usize::from(opens);
        Ok(())
    }
}

/// Whether a name or a number begins; `-Path` is one, `--` and `-1` are not.
fn is_word(rest: &str) -> bool {
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let first = rest.chars().next().unwrap_or(' ');
    first.is_alphanumeric() || first == '_'
}
