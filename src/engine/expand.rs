//! `%Name%` in texts, in one pass: what a value holds is not looked into again, and what nobody
//! defines stays as it stands.

use std::{borrow::Cow, collections::HashSet};

use super::{
    event::{Giver, Resolved, SharedText, Shown},
    variables::{VariableValue, Variables, key},
};
use crate::{
    computer::Host,
    fact::{Known, is_made_up_by_cmd},
    shell::ShellQuotes,
    vocabulary::is_of_windows,
};

/// A variable's name, and the key it is looked up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VariableName {
    pub spelled: SharedText,
    pub key: String,
}

impl VariableName {
    pub fn new(spelled: &str) -> Self {
        VariableName {
            spelled: spelled.trim().into(),
            key: key(spelled),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum TemplatePart {
    Literal(String),
    Name(VariableName),
}

/// A text whose names are found once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    source: String,
    /// Empty where there is no name.
    parts: Vec<TemplatePart>,
}

impl Template {
    /// Two names cannot share a sign: `%A%B%` holds `A` only. What cannot be a name is text.
    pub fn new(text: &str) -> Self {
        let mut parts = Vec::new();
        let (mut rest, mut literal) = (text, String::new());
        while let Some(open) = rest.find('%') {
            let Some(close) = rest[open + 1..].find('%') else {
                break;
            };
            let name = &rest[open + 1..open + 1 + close];
            if is_name(name) {
                literal.push_str(&rest[..open]);
                if !literal.is_empty() {
                    parts.push(TemplatePart::Literal(std::mem::take(&mut literal)));
                }
                parts.push(TemplatePart::Name(VariableName::new(name)));
                rest = &rest[open + close + 2..];
            } else {
                literal.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
        if !parts.is_empty() {
            literal.push_str(rest);
            parts.push(TemplatePart::Literal(literal));
        }
        Template {
            source: text.to_owned(),
            parts,
        }
    }

    /// A text in which nothing is looked for.
    pub fn plain(text: &str) -> Self {
        Template {
            source: text.to_owned(),
            parts: Vec::new(),
        }
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is always the same text.
    pub fn is_plain(&self) -> bool {
        self.parts.is_empty()
    }
}

/// As `lint::inserted_names` has it.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 256
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-(){}.".contains(c))
}

/// A default of the step that runs.
#[derive(Clone, Debug)]
pub(super) struct StepDefault {
    pub key: String,
    pub value: String,
    pub masked: bool,
}

/// Where names are looked up.
#[derive(Clone, Copy)]
pub(super) struct LookupScope<'a> {
    pub variables: &'a Variables,
    pub locals: &'a [StepDefault],
    pub host: &'a dyn Host,
}

/// What became of a text.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Each name once.
    pub resolved: Vec<Resolved>,
    /// Facts that were missing.
    pub missing: Vec<String>,
    /// Whether a masked value was put in.
    pub masked: bool,
    /// Bytes that values put into texts.
    pub made: usize,
    /// Whether a text would have grown too long.
    pub too_long: bool,
    /// The names in `resolved`.
    named: HashSet<SharedText>,
}

impl Findings {
    fn push(&mut self, name: &VariableName, value: impl FnOnce() -> Shown, by: Giver) {
        if self.named.insert(name.spelled.clone()) {
            self.resolved.push(Resolved {
                name: name.spelled.clone(),
                value: value(),
                by,
            });
        }
    }
}

/// How much longer than what is written a text may become with the values in it: the longest
/// command line, and the longest variable of the environment, of Windows.
const MAX_GROWTH: usize = 32_767;

impl LookupScope<'_> {
    /// Puts values in the place of names.
    pub fn expand<'t>(&self, template: &'t Template, findings: &mut Findings) -> Cow<'t, str> {
        self.filled(template, None, findings)
    }

    /// The same for a command line. Where a shell reads it, what stands in its quotes stays there.
    pub fn expand_command<'t>(
        &self,
        template: &'t Template,
        findings: &mut Findings,
    ) -> Cow<'t, str> {
        let shell = self.host.has_shell().then(ShellQuotes::new);
        self.filled(template, shell, findings)
    }

    fn filled<'t>(
        &self,
        template: &'t Template,
        mut shell: Option<ShellQuotes>,
        findings: &mut Findings,
    ) -> Cow<'t, str> {
        if template.parts.is_empty() {
            return Cow::Borrowed(&template.source);
        }
        let mut out = String::with_capacity(template.source.len() + 32);
        for part in &template.parts {
            match part {
                TemplatePart::Literal(text) => {
                    out.push_str(text);
                    if let Some(shell) = &mut shell {
                        shell.read(text);
                    }
                }
                TemplatePart::Name(name) => {
                    self.insert_within(template, name, shell.as_mut(), &mut out, findings);
                }
            }
        }
        Cow::Owned(out)
    }

    /// Puts a value in, unless the text would grow too long: what the product makes of such a text
    /// nobody knows, and a few names could fill any memory.
    fn insert_within(
        &self,
        template: &Template,
        name: &VariableName,
        shell: Option<&mut ShellQuotes>,
        out: &mut String,
        findings: &mut Findings,
    ) {
        let before = out.len();
        let most = template.source.len() + MAX_GROWTH;
        if before <= most {
            self.insert(name, out, findings);
        }
        if let Some(shell) = shell {
            let value = out.split_off(before);
            out.push_str(&shell.insert(&value));
        }
        if out.len() > most {
            out.truncate(before);
            leave(name, out);
            findings.too_long = true;
            let what = format!("a text of more than {most} bytes");
            if !findings.missing.contains(&what) {
                findings.missing.push(what);
            }
        }
        findings.made += out.len() - before;
    }

    fn insert(&self, name: &VariableName, out: &mut String, findings: &mut Findings) {
        match self.variables.by_key(&name.key) {
            Some(VariableValue::Text(text)) => {
                out.push_str(text);
                let shown = self.variables.show(&name.key);
                findings.masked |= shown == Shown::Masked;
                return findings.push(name, || shown, Giver::Sequence);
            }
            Some(VariableValue::Unknown(what)) => {
                findings.missing.push(what.clone());
                leave(name, out);
                return findings.push(name, || Shown::Unknown(what.clone()), Giver::Nobody);
            }
            None => {}
        }
        if let Some(local) = self
            .locals
            .iter()
            .find(|local| local.key == name.key && !local.value.is_empty())
        {
            out.push_str(&local.value);
            findings.masked |= local.masked;
            let shown = || {
                if local.masked {
                    Shown::Masked
                } else {
                    Shown::Text(local.value.clone())
                }
            };
            return findings.push(name, shown, Giver::Step);
        }
        match self.host.environment(&name.spelled) {
            Known::Yes(text) => {
                out.push_str(&text);
                findings.push(name, || Shown::Text(text), Giver::Machine);
            }
            Known::No => {
                leave(name, out);
                let setter = self.variables.setter(&name.key, &name.spelled);
                let setter = setter.filter(|_| !is_made_up_by_cmd(&name.key));
                let shown = setter.clone().map_or(Shown::Nothing, Shown::Unknown);
                findings.push(name, || shown, Giver::Nobody);
                findings.missing.extend(setter);
            }
            Known::Unknown(what) => {
                leave(name, out);
                // The usual ones are the system's; another one is the variable that a step may set.
                let setter = self.variables.setter(&name.key, &name.spelled);
                let what = setter.filter(|_| !is_of_windows(&name.key)).unwrap_or(what);
                findings.push(name, || Shown::Unknown(what.clone()), Giver::Nobody);
                findings.missing.push(what);
            }
        }
    }

    /// The same for a query, whose `%` may be LIKE's: only what the sequence knows goes in, and
    /// anything else is text.
    pub fn expand_query<'t>(
        &self,
        template: &'t Template,
        findings: &mut Findings,
    ) -> Cow<'t, str> {
        let known = |part: &TemplatePart| match part {
            TemplatePart::Name(name) => self.variables.by_key(&name.key).is_some(),
            _ => false,
        };
        if !template.parts.iter().any(known) {
            return Cow::Borrowed(&template.source);
        }
        let mut out = String::with_capacity(template.source.len() + 32);
        for part in &template.parts {
            match part {
                TemplatePart::Literal(text) => out.push_str(text),
                TemplatePart::Name(name) if known(part) => {
                    self.insert_within(template, name, None, &mut out, findings);
                }
                TemplatePart::Name(name) => leave(name, &mut out),
            }
        }
        Cow::Owned(out)
    }
}

fn leave(name: &VariableName, out: &mut String) {
    out.push('%');
    out.push_str(&name.spelled);
    out.push('%');
}
