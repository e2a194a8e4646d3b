//! What may begin an item in `< >`.

use std::{collections::HashMap, ops::Range};

use super::{CompletionKind, Offers, snippet};
use crate::{
    ide::{
        Owner,
        describe::{self, describe_keyword, describe_property},
    },
    syntax::{Node, SyntaxKind},
    vocabulary::{self, Holder, Property, StepType},
};

/// So many steps of the file count at most, each as much as so many of the counted exports.
const OWN_MOST: u32 = 10;
const OWN_WEIGHT: u32 = 15;

/// What stands between the neighbours in the console's order is so many times as likely as what
/// does not.
const BETWEEN_WEIGHT: u32 = 10;

/// So few candidates between the neighbours come before everything that is merely usual.
const FEW: usize = 2;

/// So many variables of the file are offered before the properties, where a step sets variables.
const FIRST_VARIABLES: usize = 2;

/// The properties of a test: name, text with places to fill, help.
const TEST_PROPERTIES: &[(&str, &str, &str)] = &[
    (
        "machine",
        "machine: \"$1\"",
        "The machine file that the test runs on.",
    ),
    (
        "machines",
        "machines: [\"$1\"]",
        "Machine files; the test runs on each.",
    ),
    (
        "of",
        "of: \"$1\"",
        "The file of the sequence that is tested, where it is not this one.",
    ),
    (
        "sequence",
        "sequence: \"$1\"",
        "Which sequence of an export with several.",
    ),
    (
        "facts",
        "facts: \"\"\"\n    $1\n    \"\"\"",
        "Facts in TOML that are laid over the machine.",
    ),
    (
        "parameters",
        "parameters: < $1 >",
        "Values for parameters of the source, as with `--param`.",
    ),
    (
        "children",
        "children: < ${1:PS100123}: \"$2\" >",
        "The files of child sequences.",
    ),
    (
        "secrets",
        "secrets: < ${1:NAME}: \"$2\" >",
        "Stand-ins for secrets.",
    ),
    (
        "undecided",
        "undecided: allow",
        "Conditions may stay undecided.",
    ),
];

/// The names of the items before and behind.
type NeighbourNames<'n> = (Option<&'n str>, Option<&'n str>);

/// The properties that may stand in some items, in the console's order, and which do.
struct Listed<'n> {
    all: Vec<&'static Property>,
    given: &'n [String],
    /// The name of the property that may stand without it.
    principal: &'static str,
    /// Those between the neighbours.
    between: Range<usize>,
    /// Whether there is a neighbour behind.
    has_next: bool,
}

impl<'n> Listed<'n> {
    fn new(
        own: &'static [Property],
        holder: Option<Holder>,
        given: &'n [String],
        (before, next): NeighbourNames<'_>,
    ) -> Self {
        let common = vocabulary::common()
            .iter()
            .filter(|one| holder.is_some_and(|holder| one.applies_to(holder)));
        let common = common.filter(|one| !own.iter().any(|known| known.name == one.name));
        let all: Vec<&'static Property> = own.iter().chain(common).collect();
        let principal = own
            .iter()
            .find(|one| one.principal)
            .map_or("", |one| one.name.as_str());
        let place = |name: &str| {
            all.iter()
                .position(|one| one.name == if name.is_empty() { principal } else { name })
        };
        let from = before.and_then(place).map_or(0, |at| at + 1);
        let next = next.and_then(place).filter(|next| *next > from);
        Listed {
            between: from..next.unwrap_or(all.len()),
            has_next: next.is_some(),
            all,
            given,
            principal,
        }
    }

    /// Those that do not stand there yet, with their places in the console's order.
    fn missing(&self) -> impl Iterator<Item = (usize, &'static Property)> {
        let all = self.all.iter().copied().enumerate();
        all.filter(|(_, one)| !self.is_given(&one.name))
    }

    /// A value without a name is that of the principal property.
    fn is_given(&self, name: &str) -> bool {
        self.given
            .iter()
            .any(|one| one == name || one.is_empty() && name == self.principal)
    }

    fn is_excluded(&self, property: &Property) -> bool {
        property.excludes.iter().any(|name| self.is_given(name))
            || self
                .all
                .iter()
                .any(|one| self.is_given(&one.name) && one.excludes.contains(&property.name))
    }

    /// Whether another property that stands there asks for it.
    fn is_needed(&self, property: &Property) -> bool {
        self.all
            .iter()
            .any(|one| self.is_given(&one.name) && one.requires.contains(&property.name))
            || property
                .only_with
                .as_ref()
                .is_some_and(|only| self.is_given(&only.property))
    }

    /// Whether the items are not whole without it.
    fn is_required(&self, property: &Property) -> bool {
        property.required
            || !property.required_unless.is_empty()
                && !property
                    .required_unless
                    .iter()
                    .any(|name| self.is_given(name))
    }

    /// Where hardly anything can stand between the neighbours, it is that.
    fn are_few_between(&self) -> bool {
        let open = |one: &&&Property| !self.is_given(&one.name) && !self.is_excluded(one);
        let between = self.all.get(self.between.clone()).unwrap_or(&[]);
        self.has_next && between.iter().filter(open).count() <= FEW
    }

    /// Where a property is offered, the lowest first; `often` says how usual it is.
    fn rank(&self, index: usize, property: &Property, often: u32) -> (u32, i64) {
        let order = index as i64;
        let from = self.between.start;
        let fits = self.between.contains(&index);
        let often = i64::from(if fits { often * BETWEEN_WEIGHT } else { often });
        match () {
            () if self.is_excluded(property) => (5, order),
            () if self.is_required(property) => (0, order),
            () if self.is_needed(property) => (1, order),
            () if fits && (!self.has_next && index == from || self.are_few_between()) => (2, order),
            () if often > 0 => (3, -often),
            () => (4, if index >= from { order } else { order + 1000 }),
        }
    }
}

impl Offers<'_> {
    pub(super) fn item(
        &mut self,
        owner: &Owner,
        given: &[String],
        beside: NeighbourNames<'_>,
        first: bool,
    ) {
        match owner {
            Owner::Step(keyword) => self.step_items(keyword, given, beside, first),
            Owner::Quoted => {
                self.properties(vocabulary::quoted(), Some(Holder::Step), given, beside);
                self.xml_note();
            }
            Owner::Group => {
                self.properties(&[], Some(Holder::Group), given, beside);
                self.xml_note();
            }
            Owner::Header => {
                self.properties(vocabulary::header(), None, given, beside);
                self.xml_note();
            }
            Owner::Test => self.test_items(given),
            Owner::Condition(word) => self.condition_items(word, given),
            Owner::Property(name) if name == "rule" || name == "variables" => {
                self.settable_variables(usize::MAX);
            }
            Owner::Xml | Owner::Property(_) => {}
        }
    }

    fn step_items(
        &mut self,
        keyword: &str,
        given: &[String],
        beside: NeighbourNames<'_>,
        first: bool,
    ) {
        let Some(table) = vocabulary::step_type(keyword, self.analysis.dialect()) else {
            return self.properties(&[], Some(Holder::Step), given, beside);
        };
        if let Some((_, principal)) = table
            .principal()
            .filter(|(_, one)| first && !given.contains(&one.name))
        {
            self.principal(principal);
        }
        self.rule_item(table);
        self.variable_items(table, FIRST_VARIABLES);
        self.properties(&table.property, Some(Holder::Step), given, beside);
        self.variable_items(table, usize::MAX);
        self.masked_item(table);
        self.xml_note();
    }

    fn test_items(&mut self, given: &[String]) {
        for (name, text, help) in TEST_PROPERTIES {
            if !given.iter().any(|one| one == name) {
                self.offer_snippet(CompletionKind::Property, *name, "test", *help, *text);
            }
        }
        self.settable_variables(usize::MAX);
    }

    /// The value of the property that needs no name.
    fn principal(&mut self, property: &Property) {
        let text = snippet::value(property, &mut snippet::Stops::new());
        let label = snippet::plain(&text);
        let label = label.lines().next().unwrap_or("").trim().to_owned();
        let shown = if label.len() < 2 {
            format!("{label}…")
        } else {
            label
        };
        let detail = format!("{} (without its name)", property.name);
        self.offer_snippet(
            CompletionKind::Value,
            shown,
            detail,
            describe_property(property),
            text,
        );
    }

    /// A rule, where the step has them.
    fn rule_item(&mut self, table: &StepType) {
        if table.rules.is_some() {
            let text = "rule when $1 { ${2:Name} = \"$3\" \\}";
            self.offer_snippet(
                CompletionKind::Keyword,
                "rule",
                "a rule",
                describe_keyword("rule").unwrap_or(""),
                text,
            );
        }
    }

    /// `NAME = "value"`, where the step sets variables.
    fn variable_items(&mut self, table: &StepType, most: usize) {
        if table.rules.is_some() || table.assignment.is_some() {
            self.settable_variables(most);
        }
    }

    fn masked_item(&mut self, table: &StepType) {
        if table.rules.is_some() || table.assignment.is_some() {
            let text = "masked ${1:Name} = secret(\"${2:NAME}\")";
            self.offer_snippet(
                CompletionKind::Keyword,
                "masked",
                "a value not to be shown",
                describe_keyword("masked").unwrap_or(""),
                text,
            );
        }
    }

    fn settable_variables(&mut self, most: usize) {
        for name in self
            .known_variables()
            .into_iter()
            .filter(|name| !name.starts_with('_'))
            .take(most)
        {
            let text = format!("{} = \"$1\"", snippet::escape(&name));
            self.offer_snippet(
                CompletionKind::Variable,
                &name,
                "set this variable",
                "",
                text,
            );
        }
    }

    fn xml_note(&mut self) {
        self.offer_snippet(
            CompletionKind::Keyword,
            "xml",
            "the XML's own spelling",
            describe_keyword("xml").unwrap_or(""),
            "xml < $1: \"$2\" >",
        );
    }

    /// Properties that are not there yet: those that are missing, those that others need, those
    /// that stand between the neighbours in the console's order, and then those that are said most
    /// often.
    fn properties(
        &mut self,
        own: &'static [Property],
        holder: Option<Holder>,
        given: &[String],
        beside: NeighbourNames<'_>,
    ) {
        let keyword = self.cursor.step_type.clone().unwrap_or_default();
        let listed = Listed::new(own, holder, given, beside);
        let here = self.said_here(&keyword);
        let mut ranked: Vec<((u32, i64), &Property)> = Vec::new();
        for (index, property) in listed.missing() {
            // What the file says in other steps of this type is said again more likely than what is
            // said elsewhere.
            let said = here.get(property.name.as_str()).copied().unwrap_or(0);
            let often =
                vocabulary::usage(&keyword, &property.name) + OWN_WEIGHT * said.min(OWN_MOST);
            ranked.push((listed.rank(index, property, often), property));
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        for (_, property) in ranked {
            let text = snippet::property(property, &mut snippet::Stops::new());
            let mut detail = describe::shape(property);
            if property.required {
                detail.push_str(", required");
            }
            self.offer_snippet(
                CompletionKind::Property,
                &property.name,
                detail,
                describe_property(property),
                text,
            );
        }
    }

    /// How many steps of this type in the file say each property.
    fn said_here(&self, keyword: &str) -> HashMap<&str, u32> {
        let mut out = HashMap::new();
        let steps = self
            .analysis
            .tree()
            .nodes()
            .filter(|node| node.kind() == SyntaxKind::Step);
        for step in steps.filter(|step| {
            step.child(SyntaxKind::Name)
                .is_some_and(|name| name.text() == keyword)
        }) {
            let items = step.child(SyntaxKind::Items);
            for item in items
                .into_iter()
                .flat_map(|items| items.children_of(SyntaxKind::Property))
            {
                *out.entry(item.child(SyntaxKind::Name).map_or("", Node::text))
                    .or_default() += 1;
            }
        }
        out
    }

    fn condition_items(&mut self, word: &str, given: &[String]) {
        let names: &[&str] = match word {
            "computer" => &["asset_tag", "mac_address", "serial_number", "uuid"],
            "software" => &["any_version", "upgrade_code", "name", "version"],
            "os" => &["arch", "min_version", "max_version", "type", "queries"],
            _ => &[],
        };
        for name in names
            .iter()
            .filter(|name| !given.iter().any(|one| one == *name))
        {
            let text = match *name {
                "queries" => "queries: [\"$1\"]".to_owned(),
                "any_version" => "any_version: ${1|true,false|}".to_owned(),
                name => format!("{name}: \"$1\""),
            };
            self.offer_snippet(CompletionKind::Property, *name, word, "", text);
        }
    }
}
