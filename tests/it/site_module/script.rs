//! A file of the module: its function, the parameters, the help, and what it calls.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{Kind, Piece, pieces};

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub mandatory: bool,
}

/// A call of a command.
#[derive(Clone, Debug)]
pub struct Call {
    pub command: String,
    pub line: usize,
    /// Names behind a hyphen.
    pub given: BTreeSet<String>,
    /// Whether a table of parameters is among them.
    pub splats: bool,
}

/// A file with one function.
#[derive(Clone, Debug)]
pub struct Script {
    /// Such as `Public/Export-TasqFleet.ps1`.
    pub file: String,
    pub text: String,
    pub pieces: Vec<Piece>,
    pub parameters: Vec<Parameter>,
}

/// Whether a piece is this sign.
pub fn is_sign(piece: &Piece, sign: &str) -> bool {
    piece.kind == Kind::Sign && piece.text == sign
}

/// Whether a piece is this word, in any case.
pub fn is_word(piece: &Piece, word: &str) -> bool {
    piece.kind == Kind::Word && piece.text.eq_ignore_ascii_case(word)
}

impl Script {
    /// Reads a file.
    pub fn read(file: &str, text: &str) -> Script {
        let pieces = pieces(text).unwrap_or_else(|fault| panic!("{file}: {fault}"));
        let mut script = Script {
            file: file.to_owned(),
            text: text.to_owned(),
            pieces,
            parameters: Vec::new(),
        };
        script.parameters = script.read_parameters();
        script
    }

    /// The name of the file, which is that of its function.
    pub fn name(&self) -> &str {
        let name = self.file.rsplit('/').next().unwrap_or(&self.file);
        name.trim_end_matches(".ps1")
    }

    /// Names of functions it declares.
    pub fn functions(&self) -> Vec<&str> {
        let pairs = self.pieces.windows(2);
        let declared = pairs.filter(|pair| is_word(&pair[0], "function"));
        declared.map(|pair| pair[1].text.as_str()).collect()
    }

    /// The pieces of `param(…)`, and those behind it.
    fn halves(&self) -> (&[Piece], &[Piece]) {
        let start = self.pieces.iter().position(|piece| is_word(piece, "param"));
        let start = start.unwrap_or_else(|| panic!("{} has no param()", self.file));
        let depth = self.pieces[start].depth;
        let behind = &self.pieces[start + 1..];
        let end = behind
            .iter()
            .position(|piece| is_sign(piece, ")") && piece.depth == depth);
        behind.split_at(end.unwrap_or(behind.len()))
    }

    fn read_parameters(&self) -> Vec<Parameter> {
        let (head, _) = self.halves();
        let Some(depth) = head.first().map(|piece| piece.depth + 1) else {
            return Vec::new();
        };
        let mut mandatory = false;
        let mut found = Vec::new();
        for piece in head {
            mandatory |= is_word(piece, "Mandatory");
            if piece.kind == Kind::Variable && piece.depth == depth {
                let name = piece.text.clone();
                found.push(Parameter { name, mandatory });
                mandatory = false;
            }
        }
        found
    }

    /// What is done, behind the parameters.
    pub fn body(&self) -> &[Piece] {
        self.halves().1
    }

    /// Whether it has a parameter, in any case.
    pub fn has(&self, name: &str) -> bool {
        let mut all = self.parameters.iter();
        all.any(|own| own.name.eq_ignore_ascii_case(name))
    }

    /// The calls of some commands in its pieces.
    pub fn calls(&self, known: &BTreeMap<String, &Script>) -> Vec<Call> {
        calls(&self.pieces, known)
    }

    /// The sections of its help: the words behind the dot, and the lines below.
    pub fn help(&self) -> Vec<(String, String)> {
        let start = self.text.find("<#");
        let start = start.unwrap_or_else(|| panic!("{} has no help", self.file));
        let end = self.text.find("#>").unwrap_or(self.text.len());
        let mut sections: Vec<(String, String)> = Vec::new();
        for line in self.text[start + 2..end].lines().map(str::trim) {
            match (line.strip_prefix('.'), sections.last_mut()) {
                (Some(head), _) if head.starts_with(char::is_uppercase) => {
                    sections.push((head.to_owned(), String::new()));
                }
                (_, Some((_, text))) => text.extend([line, "\n"]),
                (_, None) => assert!(line.is_empty(), "{}: {line}", self.file),
            }
        }
        sections
    }
}

/// The calls of some commands.
pub fn calls(pieces: &[Piece], known: &BTreeMap<String, &Script>) -> Vec<Call> {
    let mut found = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let declares = index > 0 && is_word(&pieces[index - 1], "function");
        if piece.kind == Kind::Word && known.contains_key(&piece.text) && !declares {
            found.push(call(piece, &pieces[index + 1..]));
        }
    }
    found
}

/// A call, from what stands behind the command.
fn call(command: &Piece, behind: &[Piece]) -> Call {
    let mut call = Call {
        command: command.text.clone(),
        line: command.line,
        given: BTreeSet::new(),
        splats: false,
    };
    let ends = |piece: &Piece| {
        let stops = piece.kind == Kind::End || is_sign(piece, "|") || is_sign(piece, ";");
        piece.depth < command.depth || stops && piece.depth == command.depth
    };
    let own = behind.iter().take_while(|piece| !ends(piece));
    for piece in own.filter(|piece| piece.depth == command.depth) {
        call.splats |= piece.kind == Kind::Splat;
        if let (Kind::Word, Some(name)) = (&piece.kind, piece.text.strip_prefix('-')) {
            let name = name.split(':').next().unwrap_or(name);
            call.given.insert(name.to_owned());
        }
    }
    call
}
