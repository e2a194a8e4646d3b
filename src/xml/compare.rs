//! Whether two elements say the same, and in what they are written differently.

use std::collections::{BTreeMap, HashMap};

use super::{
    Element, XmlNodeKind,
    document::{Attribute, trim},
};

/// What may differ without meaning anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Normalisation {
    /// The order of attributes.
    AttributeOrder,
    /// The place of a condition among its siblings.
    ConditionPlace,
    /// White space between elements.
    WhiteSpace,
    /// `<a/>` and `<a></a>`.
    EmptyElement,
    /// Comments and processing instructions.
    Comment,
    /// CDATA in the place of references.
    CData,
    /// Which references stand for characters, and the quotes of attributes.
    References,
    /// CR LF and LF in a text, which XML readers do not tell apart.
    LineEnds,
}

impl Normalisation {
    /// What was done, for people.
    pub fn title(self) -> &'static str {
        match self {
            Normalisation::AttributeOrder => "order of attributes",
            Normalisation::ConditionPlace => "place of a condition among its siblings",
            Normalisation::WhiteSpace => "white space between elements",
            Normalisation::EmptyElement => "empty elements in the other spelling",
            Normalisation::Comment => "comments left out",
            Normalisation::CData => "CDATA written as text",
            Normalisation::References => "characters written as other references",
            Normalisation::LineEnds => "line ends inside texts",
        }
    }

    /// The word in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Normalisation::AttributeOrder => "attribute-order",
            Normalisation::ConditionPlace => "condition-place",
            Normalisation::WhiteSpace => "white-space",
            Normalisation::EmptyElement => "empty-element",
            Normalisation::Comment => "comment",
            Normalisation::CData => "cdata",
            Normalisation::References => "references",
            Normalisation::LineEnds => "line-ends",
        }
    }
}

/// A difference that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number of the element of the first document.
    pub element: u32,
    /// The bytes in the first document.
    pub range: (u32, u32),
    /// What it is, without values: they could be secrets.
    pub message: String,
    /// Whether only the element's text is another one.
    pub of_text: bool,
}

/// What a comparison found. Places are in the first document.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Differences without meaning: how often, and the elements they were found in.
    pub normalised: BTreeMap<Normalisation, Vec<u32>>,
    /// Differences with meaning.
    pub differences: Vec<Difference>,
}

/// Most differences that are kept.
const MAX_DIFFERENCES: usize = 1000;

/// Elements whose text is a value; in all others white space is between elements.
fn holds_value(name: &str) -> bool {
    matches!(name, "variable" | "action" | "Variable")
}

/// Elements whose condition may stand anywhere among the members.
fn has_condition(name: &str) -> bool {
    matches!(name, "group" | "step" | "subtasksequence")
}

/// Whether two elements say the same as canonical XML.
#[cfg(feature = "internals")]
pub fn equal(a: Element<'_>, b: Element<'_>) -> bool {
    compare(a, b).differences.is_empty()
}

/// Compares two elements with all they hold.
pub fn compare(a: Element<'_>, b: Element<'_>) -> Comparison {
    let mut found = Comparison::default();
    let mut stack = vec![(a, b)];
    while let Some((a, b)) = stack.pop() {
        if found.differences.len() >= MAX_DIFFERENCES {
            break;
        }
        if a.name() != b.name() {
            found.differ(
                a,
                a.name_range(),
                format!("<{}> is written as <{}>", a.name(), b.name()),
            );
            continue;
        }
        attributes(&mut found, a, b);
        spelling(&mut found, a, b);
        let (left, moved) = ordered(a);
        let (right, _) = ordered(b);
        if moved {
            found.note(Normalisation::ConditionPlace, a);
        }
        if left.is_empty() && right.is_empty() {
            texts(&mut found, a, b);
            continue;
        }
        let stray = a
            .stray_text()
            .or_else(|| b.stray_text().map(|_| a.name_range()));
        if let Some(range) = stray.filter(|_| a.text_pieces() != b.text_pieces()) {
            found.differ(a, range, "text between elements".to_owned());
        }
        if left.len() != right.len() {
            let place = left
                .iter()
                .zip(&right)
                .position(|(a, b)| a.name() != b.name())
                .unwrap_or(right.len());
            let at = left.get(place).copied().unwrap_or(a);
            let message = format!(
                "<{}> holds {} elements, and {} are written",
                a.name(),
                left.len(),
                right.len()
            );
            found.differ(at, at.name_range(), message);
            continue;
        }
        stack.extend(left.into_iter().zip(right).rev());
    }
    found
}

impl Comparison {
    fn note(&mut self, rule: Normalisation, element: Element<'_>) {
        let places = self.normalised.entry(rule).or_default();
        if places.last() != Some(&element.number()) {
            places.push(element.number());
        }
    }

    fn differ(&mut self, element: Element<'_>, range: (u32, u32), message: String) {
        self.differences.push(Difference {
            element: element.number(),
            range,
            message,
            of_text: false,
        });
    }
}

/// Attributes by name.
fn by_name<'d>(element: Element<'d>) -> HashMap<&'d str, Attribute<'d>> {
    element
        .attributes()
        .map(|attribute| (attribute.name, attribute))
        .collect()
}

fn attributes(found: &mut Comparison, a: Element<'_>, b: Element<'_>) {
    let same = |own: Attribute<'_>, other: Attribute<'_>| {
        (own.name, own.raw, own.quote) == (other.name, other.raw, '"')
    };
    if a.attributes().count() == b.attributes().count()
        && a.attributes().zip(b.attributes()).all(|(a, b)| same(a, b))
    {
        return;
    }
    let (left, right) = (by_name(a), by_name(b));
    let mut same_order = true;
    let mut others = b.attributes();
    for own in a.attributes() {
        let other = others.next();
        if other.is_some_and(|other| other.raw == own.raw && other.name == own.name) {
            if own.quote != '"' {
                found.note(Normalisation::References, a);
            }
            continue;
        }
        same_order &= other.is_some_and(|other| other.name == own.name);
        match right.get(own.name).map(Attribute::text) {
            None => found.differ(
                a,
                own.range,
                format!("the attribute `{}` is not written", own.name),
            ),
            Some(text) if text != own.text() => {
                found.differ(
                    a,
                    own.range,
                    format!("the attribute `{}` is written otherwise", own.name),
                );
            }
            Some(_) if other.is_some_and(|other| other.name == own.name) => {
                found.note(Normalisation::References, a);
            }
            Some(_) => {}
        }
    }
    for extra in b
        .attributes()
        .filter(|other| !left.contains_key(other.name))
    {
        found.differ(
            a,
            a.name_range(),
            format!(
                "the attribute `{}` is written and was not there",
                extra.name
            ),
        );
    }
    if !same_order {
        found.note(Normalisation::AttributeOrder, a);
    }
}

/// Differences of spelling that the structure does not show.
fn spelling(found: &mut Comparison, a: Element<'_>, b: Element<'_>) {
    if a.closed_itself() != b.closed_itself() {
        found.note(Normalisation::EmptyElement, a);
    }
    if a.holds(XmlNodeKind::Comment) || a.holds(XmlNodeKind::Instruction) {
        found.note(Normalisation::Comment, a);
    }
    if a.holds(XmlNodeKind::CData) {
        found.note(Normalisation::CData, a);
    }
    if !holds_value(a.name()) && a.holds(XmlNodeKind::Text) != b.holds(XmlNodeKind::Text) {
        found.note(Normalisation::WhiteSpace, a);
    }
}

/// The elements in an element, conditions first, and whether one had to be moved.
fn ordered(element: Element<'_>) -> (Vec<Element<'_>>, bool) {
    let children: Vec<_> = element.children().collect();
    if !has_condition(element.name()) {
        return (children, false);
    }
    let first = children
        .first()
        .is_none_or(|child| child.name() == "condition");
    if first || children.iter().all(|child| child.name() != "condition") {
        return (children, false);
    }
    let (mut conditions, others): (Vec<_>, Vec<_>) = children
        .into_iter()
        .partition(|child| child.name() == "condition");
    conditions.extend(others);
    (conditions, true)
}

fn texts(found: &mut Comparison, a: Element<'_>, b: Element<'_>) {
    let (left, right) = (a.text(), b.text());
    let same = left == right || !holds_value(a.name()) && trim(&left) == trim(&right);
    // Readers take a carriage return as such for a line feed, and leave one that is a reference.
    let read_alike =
        !(left.contains('\r') || right.contains('\r')) || a.normal_text() == b.normal_text();
    if same && (read_alike || !holds_value(a.name())) {
        let raw = |element: Element<'_>| {
            let (start, end) = element.text_range();
            let own = element.range();
            element
                .raw()
                .get((start - own.0) as usize..(end - own.0) as usize)
                .unwrap_or("")
                .to_owned()
        };
        if holds_value(a.name())
            && !a.holds(XmlNodeKind::CData)
            && left.contains(['&', '<', '>', '"', '\'', '\r'])
            && raw(a) != raw(b)
        {
            found.note(Normalisation::References, a);
        }
    } else if read_alike && one_kind(&left) == one_kind(&right) {
        found.note(Normalisation::LineEnds, a);
    } else {
        let message = format!("the text of <{}> is written otherwise", described(a));
        let range = a.text_range();
        found.differences.push(Difference {
            element: a.number(),
            range,
            message,
            of_text: true,
        });
    }
}

fn described(element: Element<'_>) -> String {
    match element.attribute("name") {
        Some(name) => format!("{} name=\"{name}\"", element.name()),
        None => element.name().to_owned(),
    }
}

fn one_kind(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
