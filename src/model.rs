//! The sequence: what every way in makes and every way out reads.
//!
//! It knows nothing of syntax, XML, files or terminals. Texts are what the XML holds (after
//! decoding), with the place in the source each came from.

mod condition;
pub mod line_ends;
mod overrides;
mod parameter;
mod reference;
mod step;
mod stored;
mod test_case;

use crate::{
    source::Span,
    vocabulary::{Dialect, ProductVersion},
};

pub use condition::{
    Condition, Expression, ExpressionKind, Junction, Operand, Operator, OsCondition, Rule,
    RuleTest, VersionTest,
};
pub use overrides::{GlobalsPlace, Override, PART_NAMES, Place, is_attribute_name};
pub use parameter::{GivenValue, ParameterValues};
pub use reference::Reference;
pub use step::{Assigned, Common, Group, Node, RawXml, Setting, Step, StepKind, Value};
pub use stored::{Pair, StoredTest};
pub use test_case::{
    Expectation, ExpectationKind, Expected, RunOutcome, StepOutcome, StepPath, TestCase, TestMock,
    TestVariable,
};

/// Something and where it stands in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The thing.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A thing at a place.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }
}

/// A task sequence.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// The name of the package, from the header.
    pub name: Option<Spanned<String>>,
    /// The header's other properties, by the index in the header's table.
    pub properties: Vec<Setting>,
    /// The product version to write for.
    pub product: Option<ProductVersion>,
    /// The flavour of XML to write.
    pub dialect: Dialect,
    /// Where the root element is spelled otherwise than Tasq would.
    pub overrides: Vec<Spanned<Override>>,
    /// Global variables of the XML (`globalVarList`).
    pub global_variables: Vec<Assigned>,
    /// Variables that a collection, a device or media sets.
    pub external_variables: Vec<Spanned<String>>,
    /// Groups and steps in order.
    pub nodes: Vec<Node>,
}

impl Sequence {
    /// The text of a property of the header, if it was given.
    pub fn property(&self, name: &str) -> Option<&str> {
        let index = crate::vocabulary::header()
            .iter()
            .position(|property| property.name == name)?;
        self.properties
            .iter()
            .find(|setting| setting.property == index)?
            .value
            .text()
    }

    /// The product version that decides what is written.
    pub fn product(&self) -> ProductVersion {
        self.product.unwrap_or(ProductVersion::NEWEST)
    }

    /// Calls `visit` for every group and step, parents before children, with the number of groups
    /// around it.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Node, usize)) {
        // An explicit stack: nesting never costs the program's own.
        let mut stack: Vec<(std::slice::Iter<'a, Node>, usize)> = vec![(self.nodes.iter(), 0)];
        while let Some((nodes, depth)) = stack.last_mut() {
            let depth = *depth;
            match nodes.next() {
                Some(node) => {
                    visit(node, depth);
                    if let Node::Group(group) = node {
                        stack.push((group.nodes.iter(), depth + 1));
                    }
                }
                None => {
                    stack.pop();
                }
            }
        }
    }

    /// How many steps there are, groups not counted.
    pub fn step_count(&self) -> usize {
        let mut count = 0;
        self.walk(&mut |node, _| count += usize::from(matches!(node, Node::Step(_))));
        count
    }
}
