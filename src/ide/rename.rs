//! Giving a name another one, everywhere in a file: in strings and scripts too.

use std::fmt;

use super::{Analysis, Occurrence, Symbol, index::NameSpelling};
use crate::{diagnostic::Edit, source::Span, vocabulary};

/// Why a name cannot be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenameRefused {
    /// Nothing with a name stands there.
    NoName,
    /// The product gives the name.
    BuiltIn(String),
    /// Numbered variables are made of it, or the XML needs it.
    Fixed(String),
    /// The new name cannot be one.
    BadName(String),
    /// The new name is in use.
    Taken(String),
    /// The new name is in use in another file.
    TakenIn(String, String),
}

impl fmt::Display for RenameRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RenameRefused::NoName => f.write_str("there is no name here that can be changed"),
            RenameRefused::BuiltIn(name) => {
                write!(f, "`{name}` is a variable of the product or of Windows")
            }
            RenameRefused::Fixed(name) => {
                write!(
                    f,
                    "`{name}` is the beginning of numbered variables, or a name of the XML: change it by hand"
                )
            }
            RenameRefused::BadName(name) => write!(f, "`{name}` cannot be a name here"),
            RenameRefused::TakenIn(name, path) => {
                write!(
                    f,
                    "`{name}` is in use in {path}: two things would become one"
                )
            }
            RenameRefused::Taken(name) => write!(
                f,
                "`{name}` is in use in this file: two things would become one"
            ),
        }
    }
}

/// The name at a place that can be changed, and where it stands there.
///
/// # Errors
/// [`RenameRefused`] says why not.
pub fn prepare_rename(analysis: &Analysis, offset: u32) -> Result<(Span, String), RenameRefused> {
    let found = analysis.index().at(offset).ok_or(RenameRefused::NoName)?;
    let spelled = crate::syntax::name_text(analysis.slice(found.span)).into_owned();
    match &found.symbol {
        Symbol::Reference(_) => return Err(RenameRefused::NoName),
        Symbol::Variable(key) if vocabulary::is_known(key) => {
            return Err(RenameRefused::BuiltIn(spelled));
        }
        Symbol::Variable(key) if is_numbered(analysis, key) => {
            return Err(RenameRefused::Fixed(spelled));
        }
        _ => {}
    }
    if analysis
        .index()
        .of(&found.symbol)
        .any(|one| one.form == NameSpelling::Fixed)
    {
        return Err(RenameRefused::Fixed(spelled));
    }
    Ok((found.span, spelled))
}

/// Whether a step makes numbered variables whose names begin as this one does.
fn is_numbered(analysis: &Analysis, key: &str) -> bool {
    analysis
        .index()
        .occurrences()
        .iter()
        .any(|one| match &one.symbol {
            Symbol::Variable(base) if one.form == NameSpelling::Fixed => {
                key.strip_prefix(base.as_str()).is_some_and(|rest| {
                    !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
                })
            }
            _ => false,
        })
}

/// The edits that give the name at a place another one.
///
/// # Errors
/// [`RenameRefused`] says why not; nothing may be changed then.
pub fn rename(analysis: &Analysis, offset: u32, new: &str) -> Result<Vec<Edit>, RenameRefused> {
    let (_, old) = prepare_rename(analysis, offset)?;
    let symbol = analysis
        .index()
        .at(offset)
        .map(|one| one.symbol.clone())
        .ok_or(RenameRefused::NoName)?;
    let new = new.trim();
    let bad = || RenameRefused::BadName(new.to_owned());
    let is_word = is_plain_word(new);
    let taken = match &symbol {
        Symbol::Variable(_) => {
            let good = is_word
                || new.len() <= 256
                    && new.starts_with(|c: char| c.is_ascii_alphabetic())
                    && new
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
            if !good || new.starts_with('_') || new.len() > 256 || vocabulary::is_known(new) {
                return Err(bad());
            }
            Symbol::Variable(new.to_lowercase())
        }
        Symbol::Constant(_, scope) if is_word && !is_reserved(new) => {
            Symbol::Constant(new.to_owned(), *scope)
        }
        Symbol::Fragment(_) if is_word && !is_reserved(new) => Symbol::Fragment(new.to_owned()),
        Symbol::Step(_)
            if !new.is_empty() && !new.contains(['\n', '\r', '"', '\'']) && !new.contains("${") =>
        {
            Symbol::Step(new.to_owned())
        }
        _ => return Err(bad()),
    };
    let index = analysis.index();
    let in_use = taken != symbol && index.of(&taken).next().is_some();
    // Two steps may have the same name; anything else would change its meaning.
    let meets = !matches!(symbol, Symbol::Step(_)) && (in_use || hides(analysis, &symbol, new));
    if meets && new != old {
        return Err(RenameRefused::Taken(new.to_owned()));
    }
    Ok(index
        .of(&symbol)
        .map(|one| edit(analysis.text(), one, new))
        .collect())
}

/// Whether a compile-time name of an outer or inner scope has the new name.
fn hides(analysis: &Analysis, symbol: &Symbol, new: &str) -> bool {
    matches!(symbol, Symbol::Constant(..))
        && analysis
            .index()
            .occurrences()
            .iter()
            .any(|one| matches!(&one.symbol, Symbol::Constant(name, _) if name == new))
}

/// Whether a name can be written without quotes, as far as its letters go.
fn is_plain_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The edit of one place of a text.
pub(super) fn edit(text: &str, one: &Occurrence, new: &str) -> Edit {
    let in_quotes = text
        .get(one.span.range())
        .is_some_and(|word| word.starts_with('`'));
    let plain = is_plain_word(new) && !is_reserved(new);
    let new = match one.form {
        NameSpelling::Name if !plain || in_quotes && is_reserved(new) => format!("`{new}`"),
        _ => new.to_owned(),
    };
    Edit {
        span: one.span,
        new,
    }
}

/// Words that are no names when written bare: of the grammar's rule `reserved`.
pub(super) fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "sequence"
            | "step"
            | "group"
            | "when"
            | "and"
            | "or"
            | "not"
            | "if"
            | "else"
            | "for"
            | "in"
            | "let"
            | "param"
            | "use"
            | "import"
            | "fragment"
            | "test"
            | "xml"
            | "true"
            | "false"
            | "absent"
    )
}
