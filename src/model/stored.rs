//! What the XML of a test holds, as pairs: the words of a condition's table and their texts.
//! Writer, reader and engine share them, so that a test means what is written.

use super::{Expression, ExpressionKind, Override, RuleTest, Spanned};
use crate::vocabulary::{ConditionKeyword, Dialect, conditions};

/// The order in which MDT writes the variables of a variable test.
const MDT_ORDER: [&str; 3] = ["Variable", "Operator", "Value"];

/// A name and a text.
pub type Pair<'a> = (&'a str, &'a str);

/// The attributes and variables of an `<expression>`, each in the order of the XML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredTest<'a> {
    /// Its attributes, of which `type` says what it asks.
    pub attributes: Vec<Pair<'a>>,
    /// Its variables by name.
    pub variables: Vec<Pair<'a>>,
}

impl<'a> StoredTest<'a> {
    fn new(keyword: ConditionKeyword, variables: Vec<Pair<'a>>, usual: &[&str]) -> Self {
        let mut stored = StoredTest {
            attributes: vec![("type", conditions().class(keyword))],
            variables,
        };
        stored.sort(|name| usual.iter().position(|known| *known == name));
        stored
    }

    /// The class, which says what is asked.
    pub fn class(&self) -> Option<&'a str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(name, _)| *name == "type")
            .map(|(_, class)| *class)
    }

    /// By name, those that have a place before all others.
    fn sort(&mut self, place: impl Fn(&str) -> Option<usize>) {
        self.variables
            .sort_by_key(|(name, _)| (place(name).unwrap_or(usize::MAX), *name));
    }

    fn lay_over(mut self, overrides: &'a [Spanned<Override>], usual: &[&str]) -> Self {
        let mut order: Option<&[String]> = None;
        for one in overrides {
            match &one.value {
                Override::Attribute { name, text } => {
                    replace(&mut self.attributes, name, text.as_deref());
                }
                Override::Variable { property, text } => {
                    replace(&mut self.variables, property, text.as_deref());
                }
                Override::VariableOrder(names) => order = Some(names),
                _ => {}
            }
        }
        match order {
            Some(names) => self.sort(|name| names.iter().position(|known| known == name)),
            None => self.sort(|name| usual.iter().position(|known| *known == name)),
        }
        self
    }
}

fn replace<'a>(list: &mut Vec<Pair<'a>>, name: &'a str, text: Option<&'a str>) {
    let at = list.iter().position(|(known, _)| *known == name);
    match (text, at) {
        (Some(text), Some(at)) => list[at].1 = text,
        (Some(text), None) => list.push((name, text)),
        (None, Some(at)) => {
            list.remove(at);
        }
        (None, None) => {}
    }
}

impl Expression {
    /// What its XML holds, its own spelling laid over.
    pub fn stored(&self, dialect: Dialect) -> StoredTest<'_> {
        let usual: &[&str] = match (dialect, &self.kind) {
            (Dialect::Mdt, ExpressionKind::Variable { .. }) => &MDT_ORDER,
            _ => &[],
        };
        let stored = StoredTest::new(self.kind.keyword(), self.kind.pairs(), usual);
        if self.overrides.is_empty() {
            stored
        } else {
            stored.lay_over(&self.overrides, usual)
        }
    }
}

impl RuleTest {
    /// What its XML holds.
    pub fn stored(&self) -> StoredTest<'_> {
        let (keyword, pairs) = match self {
            RuleTest::Expression(expression) => return expression.stored(Dialect::ConfigMgr),
            RuleTest::MakeModel { make, model } => (
                ConditionKeyword::MakeModel,
                vec![("Make", make.value.as_str()), ("Model", &model.value)],
            ),
            RuleTest::Computer {
                asset_tag,
                mac_address,
                serial_number,
                uuid,
            } => (
                ConditionKeyword::Computer,
                vec![
                    ("AssetTag", asset_tag.as_str()),
                    ("MACAddress", mac_address),
                    ("SerialNumber", serial_number),
                    ("UUID", uuid),
                ],
            ),
            RuleTest::Gateway { gateway } => (
                ConditionKeyword::Gateway,
                vec![("DefaultGateway", gateway.value.as_str())],
            ),
        };
        StoredTest::new(keyword, pairs, &[])
    }
}
