//! What is worth knowing about the word under the cursor.

use std::fmt::Write as _;

use super::{
    Analysis, Role, Symbol,
    describe::{
        describe_built_in, describe_condition, describe_keyword, describe_property,
        describe_step_type,
    },
    node::{innermost, path_at, type_of},
};
use crate::{
    source::Span,
    syntax::{self, Node, SyntaxKind},
    vocabulary::{self, Holder, Property, StepType},
};

/// A text about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What the text is about.
    pub span: Span,
    /// Markdown.
    pub text: String,
}

/// What is worth knowing about a place, if anything is.
pub fn hover(analysis: &Analysis, offset: u32) -> Option<Hover> {
    let path = path_at(analysis.tree(), offset);
    let leaf = path.last().copied()?;
    if let Some(found) = name(analysis, offset) {
        return Some(found);
    }
    let text = match leaf.kind() {
        SyntaxKind::Name => word(analysis, &path, leaf),
        SyntaxKind::Word => keyword(&path, leaf),
        SyntaxKind::Number => quantity(analysis, &path, leaf),
        SyntaxKind::String | SyntaxKind::Block | SyntaxKind::Literal => {
            of_value(analysis, &path).map(describe_property)
        }
        SyntaxKind::Operator => operator(leaf),
        SyntaxKind::Error => broken(analysis, &path, offset).map(|(text, _)| text),
        _ => None,
    }?;
    let span = if leaf.kind() == SyntaxKind::Error {
        broken(analysis, &path, offset)?.1
    } else {
        leaf.span()
    };
    Some(Hover { span, text })
}

/// The table of the step around a place.
pub(super) fn table_around(analysis: &Analysis, path: &[Node<'_>]) -> Option<&'static StepType> {
    let keyword = type_of(innermost(path, SyntaxKind::Step)?)?;
    vocabulary::step_type(&syntax::name_text(keyword.text()), analysis.dialect())
}

/// The property of a name in the items around a place.
pub(super) fn property_around(
    analysis: &Analysis,
    path: &[Node<'_>],
    name: &str,
) -> Option<&'static Property> {
    let of = |list: &'static [Property], owner: Holder| {
        list.iter()
            .find(|one| one.name == name && one.applies_to(owner))
    };
    if innermost(path, SyntaxKind::XmlNote)
        .or(innermost(path, SyntaxKind::TestNote))
        .is_some()
    {
        return None;
    }
    if innermost(path, SyntaxKind::Header).is_some() {
        return of(vocabulary::header(), Holder::Step);
    }
    if let Some(step) = innermost(path, SyntaxKind::Step) {
        let own = match type_of(step) {
            Some(_) => table_around(analysis, path)
                .and_then(|table| table.find(name))
                .map(|(_, property)| property),
            None => of(vocabulary::quoted(), Holder::Step),
        };
        return own.or_else(|| of(vocabulary::common(), Holder::Step));
    }
    innermost(path, SyntaxKind::GroupHead).and_then(|_| of(vocabulary::common(), Holder::Group))
}

/// A variable, compile-time name, fragment or identifier.
fn name(analysis: &Analysis, offset: u32) -> Option<Hover> {
    let index = analysis.index();
    let found = index.at(offset)?;
    let text = match &found.symbol {
        Symbol::Variable(key) => variable(analysis, key, found.span),
        Symbol::Constant(name, _) => {
            let shown = index
                .constant(&found.symbol)
                .map_or(name.clone(), |one| analysis.shown_constant(one));
            let mut text = format!("```tasq\n{shown}\n```\n");
            if let Some(value) = analysis.value(name) {
                let _ = write!(text, "\nValue: `{}`\n", value.replace('`', "'"));
            }
            text
        }
        Symbol::Fragment(name) => {
            let label = index
                .fragments()
                .iter()
                .find(|one| one.name == *name)
                .map(super::index::FragmentInfo::label);
            format!(
                "```tasq\nfragment {}\n```\n",
                label.unwrap_or_else(|| name.clone())
            )
        }
        Symbol::Step(name) if found.role == Role::Read => {
            format!("Step or group **{name}** of this file\n")
        }
        Symbol::Step(_) => return None,
        Symbol::Reference(id) => {
            let uses = index.of(&found.symbol).count();
            format!(
                "Identifier `{id}`: {uses} use{} in this file. It is checked for its form only.\n",
                if uses == 1 { "" } else { "s" }
            )
        }
    };
    Some(Hover {
        span: found.span,
        text,
    })
}

fn variable(analysis: &Analysis, key: &str, span: Span) -> String {
    if let Some(built_in) = vocabulary::built_ins()
        .iter()
        .find(|one| one.name.eq_ignore_ascii_case(key))
    {
        return describe_built_in(built_in);
    }
    let symbol = Symbol::Variable(key.to_owned());
    let (mut sets, mut reads) = (Vec::new(), 0);
    for one in analysis.index().of(&symbol) {
        match one.role {
            Role::Write => sets.push(analysis.position(one.span.start).line.to_string()),
            _ => reads += 1,
        }
    }
    let mut text = format!("**{}**: run-time variable\n\n", analysis.slice(span));
    if sets.is_empty() {
        text.push_str(if vocabulary::is_known(key) {
            "- Known to the product or to Windows\n"
        } else {
            "- Set nowhere in this file\n"
        });
    } else {
        let _ = writeln!(text, "- Set on line {}", sets.join(", "));
    }
    let _ = writeln!(
        text,
        "- Read {reads} time{}",
        if reads == 1 { "" } else { "s" }
    );
    text
}

/// A step type, a property or a choice.
fn word(analysis: &Analysis, path: &[Node<'_>], leaf: Node<'_>) -> Option<String> {
    let name = syntax::name_text(leaf.text());
    let parent = path
        .len()
        .checked_sub(2)
        .and_then(|index| path.get(index))
        .copied()?;
    match parent.kind() {
        SyntaxKind::Step => Some(describe_step_type(vocabulary::step_type(
            &name,
            analysis.dialect(),
        )?)),
        SyntaxKind::Property
            if parent
                .child(SyntaxKind::Name)
                .is_some_and(|first| first.index() == leaf.index()) =>
        {
            Some(describe_property(property_around(analysis, path, &name)?))
        }
        SyntaxKind::Property | SyntaxKind::List => {
            let owner = innermost(path, SyntaxKind::Property)?.child(SyntaxKind::Name)?;
            let property = property_around(analysis, path, &syntax::name_text(owner.text()))?;
            let member = property.member(&name)?;
            let mut text = format!("**{}**: a choice of `{}`\n", member.name, property.name);
            let facts = [
                member.help.clone(),
                member
                    .label
                    .as_ref()
                    .map(|label| format!("Console: {label}")),
                Some(format!("In the XML: `{}`", member.xml)),
            ];
            facts.into_iter().flatten().for_each(|fact| {
                let _ = write!(text, "\n{fact}\n");
            });
            Some(text)
        }
        _ => None,
    }
}

fn keyword(path: &[Node<'_>], leaf: Node<'_>) -> Option<String> {
    let in_condition = path
        .iter()
        .any(|node| matches!(node.kind(), SyntaxKind::Test | SyntaxKind::RuleItem));
    if in_condition
        && let Some(condition) = vocabulary::conditions()
            .condition
            .iter()
            .find(|one| one.keyword.word() == leaf.text())
    {
        return Some(describe_condition(condition));
    }
    describe_keyword(leaf.text()).map(str::to_owned)
}

/// What a quantity is in the unit that the XML stores.
fn quantity(analysis: &Analysis, path: &[Node<'_>], leaf: Node<'_>) -> Option<String> {
    let property = of_value(analysis, path)?;
    let stored = super::hints::stored(property, leaf.text());
    let stored = stored.map_or(String::new(), |stored| {
        format!("`{}` is stored as {stored}\n\n", leaf.text())
    });
    Some(stored + &describe_property(property))
}

/// The property whose value a place is in; a value without a name is that of the step type's
/// principal property.
fn of_value(analysis: &Analysis, path: &[Node<'_>]) -> Option<&'static Property> {
    // Variables, conditions and tests of a rule have no property.
    if innermost(path, SyntaxKind::When).is_some() {
        return None;
    }
    let owner = path.iter().rev().find(|node| {
        matches!(
            node.kind(),
            SyntaxKind::Property
                | SyntaxKind::Assignment
                | SyntaxKind::RuleItem
                | SyntaxKind::Items
        )
    })?;
    match owner.kind() {
        SyntaxKind::Property => property_around(
            analysis,
            path,
            &syntax::name_text(owner.child(SyntaxKind::Name)?.text()),
        ),
        SyntaxKind::Items => {
            let own = innermost(path, SyntaxKind::Step)?.child(SyntaxKind::Items)?;
            let principal = table_around(analysis, path)?
                .principal()
                .map(|(_, property)| property);
            principal.filter(|_| own.index() == owner.index())
        }
        _ => None,
    }
}

fn operator(leaf: Node<'_>) -> Option<String> {
    let operator = vocabulary::conditions()
        .operator
        .iter()
        .find(|one| one.written == leaf.text())?;
    Some(format!(
        "`{}`: {} (`{}` in the XML)\n",
        operator.written, operator.label, operator.xml
    ))
}

/// A word in text that fits no rule: what it would be.
fn broken(analysis: &Analysis, path: &[Node<'_>], offset: u32) -> Option<(String, Span)> {
    let leaf = path.last()?;
    let at = (offset - leaf.span().start) as usize;
    let text = leaf.text();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let start = text.get(..at)?.rfind(|c| !is_name(c)).map_or(0, |found| {
        found + text[found..].chars().next().map_or(1, char::len_utf8)
    });
    let end = text
        .get(at..)?
        .find(|c| !is_name(c))
        .map_or(text.len(), |found| at + found);
    let word = text.get(start..end).filter(|word| !word.is_empty())?;
    let span = Span::new(
        leaf.span().file,
        leaf.span().start + start as u32,
        leaf.span().start + end as u32,
    );
    let known = property_around(analysis, path, word).map(describe_property);
    let known =
        known.or_else(|| vocabulary::step_type(word, analysis.dialect()).map(describe_step_type));
    Some((known?, span))
}
