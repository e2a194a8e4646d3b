//! The whole sequence: root, global variables, groups.

use std::collections::{HashMap, HashSet};

use super::{
    PositionMap, differ,
    package::ExportPackage,
    parts,
    plan::{StepBackPlan, StepForm},
    product,
    step::{assigned, one_line_end},
};
use crate::{
    diagnostic::{Code, Finding},
    emit::{self, WritingTarget},
    model::{
        GlobalsPlace, Group, Node, Override, Place, Reference, Sequence, Setting, Spanned, Value,
    },
    source::Span,
    vocabulary::{self, Dialect, ProductVersion, Type},
    write::{HEADER, MAX_GROUPS, WrittenPart, spell},
    xml::{Document, Element, LineEnd},
};

/// A sequence as read, and what could not be said in words of the language.
#[derive(Debug, Default)]
pub struct Read {
    /// The sequence.
    pub sequence: Sequence,
    /// What is worth knowing about the XML.
    pub findings: Vec<Finding>,
    /// Elements kept in XML's own words: the node, and the place.
    pub kept: Vec<(u32, Span)>,
    /// Elements whose text is not carried over, because it holds a secret: their numbers in the
    /// document.
    pub secrets: HashSet<u32>,
}

/// Reads a sequence. `title` names it where the XML does not.
pub fn read_sequence(
    document: &Document<'_>,
    map: &PositionMap,
    package: &ExportPackage,
    title: &str,
    line_end: LineEnd,
    plan: &StepBackPlan,
) -> Read {
    let root = document.root();
    let is_mdt = root.attributes().any(|attribute| attribute.name == "name");
    let mut reader = SequenceReader {
        map: map.clone(),
        plan,
        dialect: if is_mdt {
            Dialect::Mdt
        } else {
            Dialect::ConfigMgr
        },
        product: ProductVersion::NEWEST,
        line_end,
        candidates: product::candidates(),
        votes: None,
        names: &package.names,
        findings: Vec::new(),
        kept: Vec::new(),
        secrets: HashSet::new(),
        depth: 0,
    };
    if reader.dialect == Dialect::ConfigMgr {
        reader.product = reader.elect(root);
    }
    reader.sequence(root, package, title)
}

/// What every part of the reading needs.
pub(super) struct SequenceReader<'a> {
    pub map: PositionMap,
    pub plan: &'a StepBackPlan,
    pub dialect: Dialect,
    pub product: ProductVersion,
    pub line_end: LineEnd,
    pub candidates: Vec<ProductVersion>,
    /// While the product version is being found: the cost of each.
    pub votes: Option<Vec<(ProductVersion, usize)>>,
    /// Names of objects by identifier, from the rest of the export.
    pub names: &'a HashMap<String, String>,
    pub findings: Vec<Finding>,
    pub kept: Vec<(u32, Span)>,
    pub secrets: HashSet<u32>,
    /// Groups around what is being read.
    pub depth: usize,
}

impl SequenceReader<'_> {
    /// The product version that needs the fewest notes, the newest among equals.
    fn elect(&mut self, root: Element<'_>) -> ProductVersion {
        self.votes = Some(
            self.candidates
                .iter()
                .map(|product| (*product, 0))
                .collect(),
        );
        self.members(root);
        (self.findings, self.kept) = (Vec::new(), Vec::new());
        self.secrets = HashSet::new();
        let mut votes = self.votes.take().unwrap_or_default();
        let classic = root
            .attribute("version")
            .is_some_and(|version| version == "3.00");
        votes.retain(|(product, _)| product.is_classic() == classic);
        let best = votes
            .into_iter()
            .reduce(|best, other| if other.1 < best.1 { other } else { best });
        best.map_or(ProductVersion::NEWEST, |(product, _)| product)
    }

    fn sequence(mut self, root: Element<'_>, package: &ExportPackage, title: &str) -> Read {
        let mut sequence = Sequence {
            dialect: self.dialect,
            ..Sequence::default()
        };
        sequence.product = (self.product != ProductVersion::NEWEST).then_some(self.product);
        self.header(&mut sequence, root, package, title);
        sequence.nodes = self.members(root);
        self.globals(&mut sequence, root);
        self.references(&mut sequence, root);
        let span = self.map.span(root.range());
        let shape = emit::root_attributes(&sequence);
        let there = parts::attributes(root).unwrap_or_default();
        let facts = differ::attributes(&differ::borrowed(&shape), &differ::borrowed(&there), span);
        sequence.overrides.extend(facts);
        if has_referenced_returns(root) {
            let fact = Spanned::new(Override::ReferencedReturns, span);
            sequence.overrides.push(fact);
        }
        let said = !sequence.properties.is_empty()
            || !sequence.global_variables.is_empty()
            || !sequence.overrides.is_empty();
        if !said && sequence.product.is_none() && package.name.is_none() {
            // A header that says nothing but the name of a file.
            sequence.name = None;
        }
        Read {
            sequence,
            findings: self.findings,
            kept: self.kept,
            secrets: self.secrets,
        }
    }

    /// The header: properties that belong to the package and not to the sequence's XML.
    fn header(
        &mut self,
        sequence: &mut Sequence,
        root: Element<'_>,
        package: &ExportPackage,
        title: &str,
    ) {
        let span = self.map.span(root.name_range());
        let own = root.attribute("name").map(std::borrow::Cow::into_owned);
        let name = own.as_deref().or(package.name.as_deref()).unwrap_or(title);
        sequence.name = Some(Spanned::new(self.sequence_name(name), span));
        if self.dialect == Dialect::Mdt {
            let description = root
                .attribute("description")
                .filter(|text| !text.is_empty());
            if let Some(text) = description
                .filter(|text| text.chars().count() <= 512 && spell::text(text).is_some())
            {
                set_in_header(sequence, "description", &text);
            }
            set_in_header(sequence, "dialect", "mdt");
        }
        self.package_properties(sequence, package, span);
        match self.line_end {
            LineEnd::CrLf => {}
            LineEnd::Lf => set_in_header(sequence, "line_end", "lf"),
            LineEnd::None => set_in_header(sequence, "line_end", "none"),
        }
    }

    /// The name as a header can say it: a long one ends at a word, an impossible one is replaced.
    fn sequence_name(&self, name: &str) -> String {
        let limit = if self.dialect == Dialect::Mdt {
            usize::MAX
        } else {
            50
        };
        let short: String = name
            .chars()
            .filter(|c| !c.is_control())
            .take(limit)
            .collect();
        let short = if short.len() < name.len() {
            at_word(&short)
        } else {
            short
        };
        let refused = self.plan.is_spelled(HEADER, WrittenPart::Name);
        if refused || short.trim().is_empty() || spell::string(&short).is_none() {
            "Task sequence".to_owned()
        } else {
            short
        }
    }

    /// What the export says of the package; a text that a header refuses is reported.
    fn package_properties(&mut self, sequence: &mut Sequence, package: &ExportPackage, span: Span) {
        for (name, text) in &package.properties {
            let refused = header_index(name)
                .is_some_and(|index| self.plan.is_spelled(HEADER, WrittenPart::Property(index)));
            if !refused {
                set_in_header(sequence, name, text);
                self.name_package(sequence, text);
                continue;
            }
            self.not_carried_over(name, span);
        }
        for name in &package.unsaid {
            self.not_carried_over(name, span);
        }
    }

    /// Gives the package that the header's last property is the name that the export has for it.
    fn name_package(&self, sequence: &mut Sequence, id: &str) {
        let Some(setting) = sequence.properties.last_mut() else {
            return;
        };
        let row = vocabulary::header().get(setting.property);
        let name = self
            .names
            .get(id)
            .filter(|name| spell::string(name).is_some());
        if let (Some(name), Some(Type::Package)) = (name, row.map(|row| row.kind)) {
            setting.value = Value::References(vec![Reference {
                id: id.to_owned(),
                name: name.clone(),
                ..Reference::default()
            }]);
        }
    }

    fn not_carried_over(&mut self, name: &str, span: Span) {
        let message =
            format!("the export's `{name}` is nothing that a header can say, and is left out");
        let finding = Finding::new(Code::NotCarriedOver, span, message);
        self.findings.push(
            finding.help(
                "`tasq build --format zip --base` with this export keeps it; else set it in the console after an import",
            ),
        );
    }

    fn globals(&mut self, sequence: &mut Sequence, root: Element<'_>) {
        let Some(list) = root.child("globalVarList") else {
            return;
        };
        // A list that is empty, or holds anything unusual, was kept as it stands among the members.
        let Some(variables) = self.global_list(root, list) else {
            return;
        };
        let left_out = self.leave_out_globals(list).into_iter();
        let left_out: HashSet<u32> = left_out.map(|secret| secret.element).collect();
        for (element, mut variable) in list.children().zip(variables) {
            if left_out.contains(&element.number()) {
                variable.text.clear();
            }
            let expected = vocabulary::global_property(&variable.name).unwrap_or(&variable.name);
            let plain = variable.property == expected
                && !variable.hidden
                && spell::text(&variable.text).is_some();
            if plain && spell::is_variable(&variable.name) {
                sequence.global_variables.push(assigned(
                    &variable.name,
                    &variable.text,
                    variable.span,
                ));
            }
        }
        let members = || {
            root.children()
                .filter(|child| !matches!(child.name(), "referenceList" | "globalVarList"))
        };
        let before = members()
            .take_while(|child| child.number() < list.number())
            .count();
        if before > 0 {
            let span = self.map.span(list.range());
            let place = if before == members().count() {
                Place::Last
            } else {
                Place::Behind(before)
            };
            let fact = Override::GlobalsPlace(GlobalsPlace::Among(place));
            sequence.overrides.push(Spanned::new(fact, span));
        }
    }

    /// The variables of a `globalVarList` that a header can say: plain ones.
    fn global_list(
        &self,
        root: Element<'_>,
        list: Element<'_>,
    ) -> Option<Vec<parts::StoredVariable>> {
        let mut lists = root
            .children()
            .filter(|child| child.name() == "globalVarList")
            .take(2);
        if self.plan.is_spelled(HEADER, WrittenPart::Variables)
            || lists.by_ref().count() > 1
            || list.attributes().next().is_some()
            || list.stray_text().is_some()
        {
            return None;
        }
        let variables: Vec<_> = list
            .children()
            .map(|child| parts::variable(child, &self.map))
            .collect::<Option<_>>()?;
        let plain = |variable: &parts::StoredVariable| {
            let expected = vocabulary::global_property(&variable.name).unwrap_or(&variable.name);
            variable.property == expected
                && !variable.hidden
                && spell::text(&variable.text).is_some()
                && spell::is_variable(&variable.name)
                && variable.text.chars().count() <= 4000
        };
        let names: HashSet<String> = variables
            .iter()
            .map(|variable| variable.name.to_lowercase())
            .collect();
        let repeated = self.dialect == Dialect::ConfigMgr && names.len() < variables.len();
        (!variables.is_empty() && !repeated && variables.iter().all(plain)).then_some(variables)
    }

    /// The list of references is worked out; another one, or one in another place, is kept as it
    /// stands.
    fn references(&mut self, sequence: &mut Sequence, root: Element<'_>) {
        let worked_out = if self.dialect == Dialect::Mdt {
            Vec::new()
        } else {
            emit::references(sequence)
        };
        let lists: Vec<_> = root
            .children()
            .filter(|child| child.name() == "referenceList")
            .collect();
        let [list] = lists.as_slice() else {
            if lists.is_empty() && !worked_out.is_empty() {
                let span = self.map.span(root.name_range());
                let fact = Spanned::new(Override::NoReferenceList, span);
                sequence.overrides.push(fact);
            }
            self.keep_lists(sequence, root, &lists);
            return;
        };
        let mut written = emit::reference_attributes(&worked_out);
        let mut there: Vec<Vec<(String, String)>> = list
            .children()
            .map(|child| {
                child
                    .attributes()
                    .map(|pair| (pair.name.to_owned(), pair.text().into_owned()))
                    .collect()
            })
            .collect();
        written
            .iter_mut()
            .chain(&mut there)
            .for_each(|attributes| attributes.sort());
        let mut before = root
            .children()
            .take_while(|child| child.number() < list.number());
        let globals_first = root
            .children()
            .next()
            .is_some_and(|child| child.name() == "globalVarList");
        let early = before
            .all(|child| child.name() == "globalVarList" && !sequence.global_variables.is_empty());
        let plain = list.attributes().next().is_none()
            && list.stray_text().is_none()
            && list
                .children()
                .all(|child| child.name() == "reference" && child.children().next().is_none());
        if early && globals_first {
            let fact = Override::GlobalsPlace(GlobalsPlace::BeforeReferences);
            let span = self.map.span(list.range());
            sequence.overrides.push(Spanned::new(fact, span));
        }
        if !(early && plain && written == there && !there.is_empty()) {
            self.keep_lists(sequence, root, &lists);
        }
    }

    fn keep_lists(&self, sequence: &mut Sequence, root: Element<'_>, lists: &[Element<'_>]) {
        if lists.is_empty() {
            return;
        }
        let mut nodes = std::mem::take(&mut sequence.nodes).into_iter();
        for child in root.children() {
            match child.name() {
                "globalVarList" if self.global_list(root, child).is_some() => {}
                "referenceList" => {
                    let span = self.map.span(child.range());
                    sequence.nodes.push(Node::Xml(crate::model::RawXml {
                        xml: one_line_end(child.raw()),
                        span,
                    }));
                }
                _ => sequence.nodes.extend(nodes.next()),
            }
        }
        sequence.nodes.extend(nodes);
    }

    /// Groups and steps in order. The reader of XML bounds the depth.
    fn members(&mut self, parent: Element<'_>) -> Vec<Node> {
        let top = parent.name() == "sequence";
        let mut nodes = Vec::new();
        for child in parent.children() {
            match child.name() {
                "referenceList" if top => {}
                "globalVarList" if top && self.global_list(parent, child).is_some() => {}
                "condition" | "action" if !top => {}
                _ => {
                    let node = self.node(child);
                    nodes.push(node);
                }
            }
        }
        nodes
    }

    fn node(&mut self, element: Element<'_>) -> Node {
        let number = self.map.offset(element.range().0);
        if element.name() == "group" {
            if let Some(group) = self.group(element, number) {
                return Node::Group(Box::new(group));
            }
        } else if matches!(element.name(), "step" | "subtasksequence")
            && let Some(step) = self.step(element, number)
        {
            return Node::Step(Box::new(step));
        }
        Node::Xml(self.raw(element, number))
    }

    fn group(&mut self, element: Element<'_>, number: u32) -> Option<Group> {
        let deep = self.depth >= MAX_GROUPS;
        if deep || self.plan.level(number) != StepForm::Typed || element.stray_text().is_some() {
            return None;
        }
        let attributes = parts::attributes(element)?;
        let mut common = self.common(&attributes, number, element)?;
        let mut conditions = element
            .children()
            .filter(|child| child.name() == "condition");
        if let Some(found) = conditions.next() {
            common.condition = self.condition(found, number, &mut common.overrides)?;
        }
        let mut actions = element.children().filter(|child| child.name() == "action");
        if conditions.next().is_some() {
            return None;
        }
        if let Some(action) = actions.next() {
            common.overrides.extend(group_action(
                element,
                action,
                self.map.span(action.range()),
            )?);
        }
        if actions.next().is_some() {
            return None;
        }
        let mut group = Group {
            common,
            nodes: Vec::new(),
        };
        let target = WritingTarget {
            product: self.product,
            dialect: self.dialect,
            line_end: self.line_end,
        };
        let written = emit::group_attributes(&group, target);
        let span = self.map.span(element.range());
        let (written, there) = (differ::borrowed(&written), differ::borrowed(&attributes));
        let facts = differ::attributes(&written, &there, span);
        group.common.overrides.extend(facts);
        self.depth += 1;
        group.nodes = self.members(element);
        self.depth -= 1;
        Some(group)
    }

    pub(super) fn attribute_span(&self, element: Element<'_>, name: &str) -> Span {
        let found = element
            .attributes()
            .find(|attribute| attribute.name == name);
        self.map
            .span(found.map_or(element.name_range(), |attribute| attribute.range))
    }
}

/// Whether texts have their carriage returns as references, and none as such: so some programs
/// write XML again.
fn has_referenced_returns(root: Element<'_>) -> bool {
    if !root.raw().contains("&#") {
        return false;
    }
    let mut found = false;
    let mut stack = vec![root];
    while let Some(element) = stack.pop() {
        if matches!(element.name(), "variable" | "action") {
            let (plain, referenced) = element.carriage_returns();
            if plain {
                return false;
            }
            found |= referenced;
        } else {
            stack.extend(element.children());
        }
    }
    found
}

/// The number of a property in the table of the header's.
fn header_index(name: &str) -> Option<usize> {
    let mut table = vocabulary::header().iter();
    table.position(|property| property.name == name)
}

/// Gives a sequence a property of the header, if there is one of this name.
fn set_in_header(sequence: &mut Sequence, name: &str, text: &str) {
    sequence
        .properties
        .extend(header_index(name).map(|property| Setting {
            property,
            value: Value::Text(text.to_owned()),
            span: Span::default(),
        }));
}

/// A name that was cut, without the word that was cut in two.
fn at_word(name: &str) -> String {
    let whole = name
        .rsplit_once([' ', '-', '_'])
        .map_or(name, |(whole, _)| whole);
    whole.trim_end_matches([' ', '-', '_']).to_owned()
}

/// What is to be said of a group's action, which stands before or behind all members.
fn group_action(
    group: Element<'_>,
    action: Element<'_>,
    span: Span,
) -> Option<Vec<Spanned<Override>>> {
    if action.attributes().next().is_some() || action.children().next().is_some() {
        return None;
    }
    let mut facts = vec![Override::Action(Some(action.text().into_owned()))];
    let members = || {
        group
            .children()
            .filter(|child| !matches!(child.name(), "condition" | "action"))
    };
    let before = members()
        .take_while(|child| child.number() < action.number())
        .count();
    match before {
        0 => {}
        count if count == members().count() => facts.push(Override::ActionPlace(Place::Last)),
        count => facts.push(Override::ActionPlace(Place::Behind(count))),
    }
    let facts = facts.into_iter();
    Some(facts.map(|fact| Spanned::new(fact, span)).collect())
}
