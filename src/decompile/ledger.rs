//! What the proof says: how each step came through, and by which rules.

use std::collections::{BTreeMap, HashSet};

use crate::{
    compile::Compiled,
    lint::ToEnter,
    read::{self, Export, Read, StepBackPlan},
    source::{Nested, Span},
    write::WrittenPart,
    xml::{Comparison, Difference, Document, Element, Normalisation},
};

/// The proof in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProofVerdict {
    /// The source gives the same bytes, or the same elements, attributes and texts in the same
    /// order and spelling.
    Exact,
    /// The source gives the same XML by the rules listed.
    Normalised,
    /// The same, but some elements are kept in XML's own words.
    Kept,
    /// The proof was left out.
    Unproven,
    /// The source would give another XML.
    NotRepresentable,
}

impl ProofVerdict {
    /// The word in output.
    pub fn name(self) -> &'static str {
        match self {
            ProofVerdict::Exact => "exact",
            ProofVerdict::Normalised => "normalised",
            ProofVerdict::Kept => "kept",
            ProofVerdict::Unproven => "unproven",
            ProofVerdict::NotRepresentable => "not-representable",
        }
    }
}

/// A place where something was normalised, kept or lost.
#[derive(Clone, Debug)]
pub struct LedgerPlace {
    /// In the XML.
    pub span: Span,
    /// What it is.
    pub message: String,
    /// The step or group it belongs to, by the byte of the file that it begins at.
    pub node: Option<u32>,
    /// Which part of that.
    pub part: WrittenPart,
}

/// The account of one sequence.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The proof in one word.
    pub verdict: ProofVerdict,
    /// Whether even the bytes are the same.
    pub same_bytes: bool,
    /// Steps whose XML is the same.
    pub exact: usize,
    /// Steps that are the same by a rule.
    pub normalised: usize,
    /// Steps kept in XML's own words, or with a condition that is.
    pub kept: usize,
    /// Steps that would come out otherwise.
    pub lost: usize,
    /// Groups.
    pub groups: usize,
    /// The rules used: how many places, and the first of them.
    pub rules: BTreeMap<Normalisation, (usize, Span)>,
    /// How many passwords or masked values were not carried over.
    pub secrets: usize,
    /// Elements kept in XML's own words.
    pub kept_places: Vec<LedgerPlace>,
    /// Differences with meaning.
    pub differences: Vec<LedgerPlace>,
    /// What must be entered again after an import.
    pub to_enter: Vec<ToEnter>,
    /// Characters of the XML on one line, of the source, and the source's lines.
    pub size: (usize, usize, usize),
}

impl Ledger {
    fn empty(verdict: ProofVerdict) -> Ledger {
        Ledger {
            verdict,
            same_bytes: false,
            exact: 0,
            normalised: 0,
            kept: 0,
            lost: 0,
            groups: 0,
            rules: BTreeMap::new(),
            secrets: 0,
            kept_places: Vec::new(),
            differences: Vec::new(),
            to_enter: Vec::new(),
            size: (0, 0, 0),
        }
    }

    /// An account without proof.
    pub(super) fn unproven(export: &Export) -> Ledger {
        let mut ledger = Ledger::empty(ProofVerdict::Unproven);
        if let Ok(document) = Document::parse(&export.text) {
            ledger.groups = nodes(&document)
                .iter()
                .filter(|node| node.name() == "group")
                .count();
        }
        ledger
    }

    /// The compiler refused what was written.
    pub(super) fn refused(export: &Export, compiled: &Compiled) -> Ledger {
        let mut ledger = Ledger::empty(ProofVerdict::NotRepresentable);
        let span = Span::at(export.file, export.map.offset(0));
        for finding in compiled
            .findings
            .iter()
            .filter(|finding| finding.is_error())
        {
            let message = format!(
                "the compiler refuses the source that was made: {}",
                finding.message
            );
            ledger.differences.push(LedgerPlace {
                span,
                message,
                node: None,
                part: WrittenPart::Whole,
            });
        }
        ledger
    }

    /// The account of a comparison.
    pub(super) fn new(
        export: &Export,
        read: &Read,
        document: &Document<'_>,
        comparison: Comparison,
        same_bytes: bool,
        plan: &StepBackPlan,
    ) -> Ledger {
        let mut ledger = Ledger::empty(ProofVerdict::Exact);
        ledger.same_bytes = same_bytes;
        let nodes = Nodes::new(document);
        let start = |node: Element<'_>| export.map.offset(node.range().0);
        let mut touched = HashSet::new();
        for (rule, places) in &comparison.normalised {
            let first = places
                .first()
                .and_then(|element| document.element(*element));
            let span = first.map_or_else(Span::default, |element| {
                export.map.span(element.name_range())
            });
            ledger.rules.insert(*rule, (places.len(), span));
            let owners = places.iter().filter_map(|element| nodes.owner(*element));
            touched.extend(owners.map(start));
        }
        let mut lost = HashSet::new();
        for difference in comparison.differences {
            let owner = nodes.owner(difference.element);
            if difference.of_text && read.secrets.contains(&difference.element) {
                ledger.secrets += 1;
                touched.extend(owner.map(start));
                continue;
            }
            lost.extend(owner.map(start));
            let place = place_of(difference, owner, export, plan);
            ledger.differences.push(place);
        }
        ledger.kept_places = read.kept.iter().map(kept_place).collect();
        let kept: HashSet<u32> = read.kept.iter().map(|(node, _)| *node).collect();
        for node in &nodes.list {
            let at = start(*node);
            match node.name() {
                "group" => ledger.groups += 1,
                _ if lost.contains(&at) => ledger.lost += 1,
                _ if kept.contains(&at) => ledger.kept += 1,
                _ if touched.contains(&at) => ledger.normalised += 1,
                _ => ledger.exact += 1,
            }
        }
        ledger.verdict = ledger.judge();
        ledger
    }

    /// What the account comes to.
    fn judge(&self) -> ProofVerdict {
        if !self.differences.is_empty() {
            ProofVerdict::NotRepresentable
        } else if !self.kept_places.is_empty() {
            ProofVerdict::Kept
        } else if self.rules.is_empty() && self.secrets == 0 {
            ProofVerdict::Exact
        } else {
            ProofVerdict::Normalised
        }
    }

    /// Notes how much shorter the source is.
    pub(super) fn measure(&mut self, export: &Export, text: &str) {
        self.size = (
            one_line(&export.text),
            text.chars().count(),
            text.lines().count(),
        );
    }
}

/// The steps and groups of a document, to be found by the elements in them.
struct Nodes<'d> {
    list: Vec<Element<'d>>,
    by_number: Nested,
}

impl<'d> Nodes<'d> {
    fn new(document: &'d Document<'d>) -> Self {
        let list = nodes(document);
        let ranges = list
            .iter()
            .map(|node| node.number() as usize..node.last_number() as usize + 1);
        Nodes {
            by_number: Nested::new(ranges),
            list,
        }
    }

    /// The step or group that an element belongs to.
    fn owner(&self, element: u32) -> Option<Element<'d>> {
        let at = self.by_number.innermost(element as usize)?;
        self.list.get(at).copied()
    }
}

/// Where a difference is, and in which part of the step or group `owner`.
fn place_of(
    difference: Difference,
    owner: Option<Element<'_>>,
    export: &Export,
    plan: &StepBackPlan,
) -> LedgerPlace {
    let node = owner.map(|owner| export.map.offset(owner.range().0));
    let condition = owner.and_then(|owner| owner.child("condition"));
    let operand = condition.zip(node).and_then(|(condition, node)| {
        let spelled = |number| plan.is_spelled(node, WrittenPart::Operand(number));
        read::operand_of(condition, difference.element, &spelled)
    });
    LedgerPlace {
        span: export.map.span(difference.range),
        message: difference.message,
        node,
        part: operand.map_or(WrittenPart::Whole, WrittenPart::Operand),
    }
}

fn kept_place((node, span): &(u32, Span)) -> LedgerPlace {
    LedgerPlace {
        span: *span,
        message: String::new(),
        node: Some(*node),
        part: WrittenPart::Whole,
    }
}

/// Characters of an XML text without the white space between elements.
fn one_line(text: &str) -> usize {
    let mut count = 0;
    let mut blanks = 0;
    let mut after_tag = true;
    for character in text.chars() {
        if after_tag && character.is_whitespace() {
            blanks += 1;
            continue;
        }
        if character != '<' {
            count += blanks;
        }
        blanks = 0;
        count += 1;
        after_tag = character == '>';
    }
    count
}

/// Steps and groups in order.
fn nodes<'d>(document: &'d Document<'d>) -> Vec<Element<'d>> {
    let mut out = Vec::new();
    let mut stack = vec![document.root()];
    while let Some(element) = stack.pop() {
        let is_node = matches!(element.name(), "group" | "step" | "subtasksequence");
        if is_node {
            out.push(element);
        }
        if !is_node || element.name() == "group" {
            let children: Vec<_> = element.children().collect();
            stack.extend(children.into_iter().rev());
        }
    }
    out
}
