//! A sequence made ready to run: the table of instructions, with the numbers that smsts.log shows.

use std::{borrow::Cow, collections::HashMap, fmt, sync::Arc};

use super::{
    child::{ChildName, Children, FoundChild, child_of},
    event::{Location, NodeKind, SharedText},
    expand::VariableName,
    extent,
    plan::StepPlan,
    test::{self, PreparedCondition},
    unseen::OwnNames,
};
use crate::{
    emit::{self, WritingTarget},
    model::{Assigned, Common, Node, Sequence, Step},
    vocabulary::{Dialect, built_ins},
    xml::Document,
};

/// More instructions are refused: children that run children can grow without end.
pub const MAX_INSTRUCTIONS: usize = 200_000;
/// More children in children are refused.
pub const MAX_CHILDREN_DEEP: usize = 50;
/// More bytes of all places together, in which the names of all groups around stand, are refused.
const MAX_PATHS: usize = 64 * 1024 * 1024;

/// Why a sequence cannot run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramError {
    /// Sequences run each other in a circle; the identifiers in order, the first one again at the
    /// end.
    Cycle(Vec<String>),
    /// It has more than [`MAX_INSTRUCTIONS`] with its children.
    TooLarge,
    /// Children run children more than [`MAX_CHILDREN_DEEP`] deep; the identifier of the one that
    /// is too deep.
    TooDeep(String),
    /// The names of groups in groups are too long together.
    LongPaths,
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProgramError::Cycle(ids) => write!(
                f,
                "task sequences run each other in a circle: {}",
                ids.join(", ")
            ),
            ProgramError::TooLarge => write!(
                f,
                "more than {MAX_INSTRUCTIONS} instructions with all child sequences"
            ),
            ProgramError::TooDeep(id) => write!(
                f,
                "task sequences run each other more than {MAX_CHILDREN_DEEP} deep; {id} is the first one that is too deep"
            ),
            ProgramError::LongPaths => write!(
                f,
                "the names of groups in groups have more than {} MB together, as each step is in all of them",
                MAX_PATHS / 1024 / 1024
            ),
        }
    }
}

impl std::error::Error for ProgramError {}

/// What an instruction does.
#[derive(Debug)]
pub(super) enum InstructionKind<'s> {
    /// Begins a group or a child sequence, with the child's global variables.
    Open { child: Option<Box<Child<'s>>> },
    /// Ends it.
    Close { open: u32 },
    /// Runs a step.
    Step(Box<StepPlan<'s>>),
    /// Runs a sequence that is not at hand: which, and why not.
    NoChild { missing: String },
    /// Raw XML.
    Xml { element: String },
}

/// A child sequence.
#[derive(Debug)]
pub(super) struct Child<'s> {
    pub globals: &'s [Assigned],
    /// Whether clients run it.
    pub enabled: bool,
}

#[derive(Debug)]
pub(super) struct Instruction<'s> {
    pub at: Location,
    pub does: InstructionKind<'s>,
    /// The group around it.
    pub parent: Option<u32>,
    /// The instruction behind it and all it holds.
    pub next: u32,
    pub disabled: bool,
    pub continue_on_error: bool,
    pub condition: Option<PreparedCondition>,
}

impl Instruction<'_> {
    /// Whether it runs a sequence that is disabled. A step that is disabled itself runs none.
    pub(super) fn is_disabled_child(&self) -> bool {
        let disabled = match &self.does {
            InstructionKind::Open { child: Some(child) } => !child.enabled,
            _ => false,
        };
        disabled && !self.disabled
    }
}

/// A sequence with all of its children, made ready to run on any number of machines.
#[derive(Debug)]
pub struct Program<'s> {
    pub(super) sequence: &'s Sequence,
    pub(super) instructions: Vec<Instruction<'s>>,
    /// Names of variables that hold secrets by what they are.
    pub(super) secret_names: Vec<String>,
    pub(super) external: Vec<VariableName>,
    /// What its steps give a value themselves.
    pub(super) own: Arc<OwnNames>,
}

impl<'s> Program<'s> {
    /// Makes a sequence ready.
    ///
    /// # Errors
    /// If sequences run each other in a circle, or there is too much of them.
    pub fn new(sequence: &'s Sequence, children: &'s dyn Children) -> Result<Self, ProgramError> {
        if extent::of(sequence, children) > MAX_INSTRUCTIONS {
            return Err(ProgramError::TooLarge);
        }
        let mut builder = ProgramBuilder {
            children,
            instructions: Vec::new(),
            levels: Vec::new(),
            steps: 0,
            paths: 0,
        };
        let mut external: Vec<VariableName> = sequence
            .external_variables
            .iter()
            .map(|name| VariableName::new(&name.value))
            .collect();
        builder.run(sequence, &mut external)?;
        let ProgramBuilder {
            mut instructions,
            steps,
            ..
        } = builder;
        for instruction in &mut instructions {
            instruction.at.steps = steps;
        }
        let own = own_names(sequence, &instructions);
        let secret_names = built_ins()
            .iter()
            .filter(|built_in| built_in.secret)
            .map(|built_in| super::variables::key(&built_in.name));
        let secret_names = secret_names.collect();
        Ok(Program {
            sequence,
            instructions,
            secret_names,
            external,
            own: Arc::new(own),
        })
    }

    /// All instructions in order, for lists and break points. Ends of groups have the path of their
    /// group.
    pub fn instructions(&self) -> impl Iterator<Item = &Location> {
        self.instructions.iter().map(|instruction| &instruction.at)
    }

    /// The step of an instruction, if it is one.
    pub fn step(&self, instruction: u32) -> Option<&Step> {
        match &self.instructions.get(instruction as usize)?.does {
            InstructionKind::Step(plan) => Some(plan.step),
            _ => None,
        }
    }

    /// Whether an instruction is the end of a group or a child sequence.
    pub fn is_end(&self, instruction: u32) -> bool {
        self.instructions
            .get(instruction as usize)
            .is_some_and(|own| matches!(own.does, InstructionKind::Close { .. }))
    }

    /// Whether no step is one of deploying operating systems, as far as their types tell.
    pub(super) fn is_generic(&self) -> bool {
        self.instructions.iter().all(|own| match &own.does {
            InstructionKind::Step(plan) => {
                let table = plan.step.table();
                table.is_some_and(|table| table.family.is_none())
            }
            InstructionKind::Open { .. } | InstructionKind::Close { .. } => true,
            InstructionKind::NoChild { .. } | InstructionKind::Xml { .. } => false,
        })
    }

    /// Which sequence is missing that an instruction would run, unless the instruction or something
    /// around it is disabled.
    pub fn missing_child(&self, instruction: u32) -> Option<&str> {
        let at = |number: u32| self.instructions.get(number as usize);
        let own = at(instruction)?;
        let InstructionKind::NoChild { missing } = &own.does else {
            return None;
        };
        let mut around = std::iter::successors(Some(own), |own| at(own.parent?));
        (!around.any(|own| own.disabled)).then_some(missing)
    }

    /// Whether an instruction is disabled.
    pub fn is_disabled(&self, instruction: u32) -> bool {
        self.instructions
            .get(instruction as usize)
            .is_some_and(|own| own.disabled)
    }

    /// The instruction behind another one and all that it holds.
    pub fn behind(&self, instruction: u32) -> Option<u32> {
        self.instructions
            .get(instruction as usize)
            .map(|own| own.next)
    }

    /// The innermost group around an instruction that continues on error.
    pub(super) fn catches(&self, instruction: &Instruction<'_>) -> Option<&Instruction<'s>> {
        let above = |parent: Option<u32>| self.instructions.get(parent? as usize);
        std::iter::successors(above(instruction.parent), |group| above(group.parent))
            .find(|group| group.continue_on_error)
    }

    /// The number behind the last instruction.
    pub(super) fn length(&self) -> u32 {
        self.instructions.len() as u32
    }

    /// How many instructions there are.
    pub fn instruction_count(&self) -> usize {
        self.instructions.len()
    }
}

/// The members of a group or sequence that are being laid out.
struct MemberLayout<'s> {
    members: std::slice::Iter<'s, Node>,
    open: Option<u32>,
    path: String,
    depth: u32,
    /// Whether something around is disabled.
    disabled: bool,
    /// How often a name stood here.
    names: HashMap<&'s str, u32>,
    target: WritingTarget,
    /// The sequence and what it is called, on its outermost level.
    child: Option<(&'s Sequence, String)>,
}

struct ProgramBuilder<'s> {
    children: &'s dyn Children,
    instructions: Vec<Instruction<'s>>,
    levels: Vec<MemberLayout<'s>>,
    steps: u32,
    /// Bytes of the paths of all instructions.
    paths: usize,
}

impl<'s> ProgramBuilder<'s> {
    fn run(
        &mut self,
        sequence: &'s Sequence,
        external: &mut Vec<VariableName>,
    ) -> Result<(), ProgramError> {
        self.levels.push(MemberLayout {
            members: sequence.nodes.iter(),
            open: None,
            path: String::new(),
            depth: 0,
            disabled: false,
            names: HashMap::new(),
            target: WritingTarget::of(sequence),
            child: Some((sequence, String::new())),
        });
        while let Some(level) = self.levels.last_mut() {
            let Some(node) = level.members.next() else {
                self.leave();
                continue;
            };
            if self.instructions.len() > MAX_INSTRUCTIONS {
                return Err(ProgramError::TooLarge);
            }
            if self.paths > MAX_PATHS {
                return Err(ProgramError::LongPaths);
            }
            match node {
                Node::Group(group) => {
                    let target = level.target;
                    let attributes = emit::group_attributes(group, target);
                    let open = self.push(
                        &group.common,
                        NodeKind::Group,
                        &attributes,
                        InstructionKind::Open { child: None },
                    );
                    self.enter(open, group.nodes.iter(), target, None);
                }
                Node::Step(step) => {
                    let target = level.target.for_step(step);
                    let mut shape = emit::shape(step, target);
                    emit::as_action_says(step, &mut shape);
                    if let Some(wanted) = child_of(&shape) {
                        self.child(step, &wanted, &shape.attributes, external)?;
                    } else {
                        let plan = StepPlan::new(step, &shape, target.dialect);
                        self.push(
                            &step.common,
                            NodeKind::Step,
                            &shape.attributes,
                            InstructionKind::Step(Box::new(plan)),
                        );
                    }
                }
                Node::Xml(raw) => self.xml(&raw.xml),
            }
        }
        Ok(())
    }

    /// A step that runs another sequence: the members of that stand in its place.
    fn child(
        &mut self,
        step: &'s Step,
        wanted: &ChildName,
        attributes: &[(String, String)],
        external: &mut Vec<VariableName>,
    ) -> Result<(), ProgramError> {
        let disabled = self.levels.last().is_some_and(|level| level.disabled)
            || is_true(attributes, "disable");
        let found = if disabled {
            FoundChild::Nowhere(None)
        } else {
            self.children.child(wanted)
        };
        let child = match found {
            FoundChild::Sequence(child) => child,
            FoundChild::Nowhere(why) => {
                let missing = match why {
                    Some(why) => format!("{wanted} ({why})"),
                    None => wanted.to_string(),
                };
                let does = InstructionKind::NoChild { missing };
                self.push(&step.common, NodeKind::Child, attributes, does);
                return Ok(());
            }
        };
        self.refuse_nesting(child, wanted)?;
        external.extend(
            child
                .external_variables
                .iter()
                .map(|name| VariableName::new(&name.value)),
        );
        let enabled = child.property("enabled") != Some("false");
        let does = InstructionKind::Open {
            child: Some(Box::new(Child {
                globals: &child.global_variables,
                enabled,
            })),
        };
        let open = self.push(&step.common, NodeKind::Child, attributes, does);
        let own = Some((child, wanted.short().to_owned()));
        self.enter(open, child.nodes.iter(), WritingTarget::of(child), own);
        Ok(())
    }

    /// Refuses a sequence that already stands around the place where it would run, or around which
    /// too many stand.
    fn refuse_nesting(&self, child: &Sequence, wanted: &ChildName) -> Result<(), ProgramError> {
        let around = self.levels.iter().filter_map(|level| level.child.as_ref());
        if !around.clone().any(|(own, _)| std::ptr::eq(*own, child)) {
            // The first one is the sequence itself.
            return if around.count() > MAX_CHILDREN_DEEP {
                Err(ProgramError::TooDeep(wanted.short().to_owned()))
            } else {
                Ok(())
            };
        }
        // The first one is the sequence itself, which has no name here.
        let names = around.skip(1).map(|(_, name)| name.clone());
        Err(ProgramError::Cycle(
            names.chain([wanted.short().to_owned()]).collect(),
        ))
    }

    fn enter(
        &mut self,
        open: u32,
        members: std::slice::Iter<'s, Node>,
        target: WritingTarget,
        child: Option<(&'s Sequence, String)>,
    ) {
        let Some(own) = self.instructions.get(open as usize) else {
            return;
        };
        let around = self.levels.last().is_some_and(|level| level.disabled);
        self.levels.push(MemberLayout {
            members,
            open: Some(open),
            path: format!("{} / ", own.at.path),
            depth: own.at.depth + 1,
            disabled: around || own.disabled,
            names: HashMap::new(),
            target,
            child,
        });
    }

    fn leave(&mut self) {
        let Some(MemberLayout {
            open: Some(open), ..
        }) = self.levels.pop()
        else {
            return;
        };
        let number = self.instructions.len() as u32;
        let Some(group) = self.instructions.get_mut(open as usize) else {
            return;
        };
        group.next = number + 1;
        let at = Location {
            instruction: number,
            ..group.at.clone()
        };
        let (parent, disabled) = (group.parent, group.disabled);
        self.instructions.push(Instruction {
            at,
            does: InstructionKind::Close { open },
            parent,
            next: number + 1,
            disabled,
            continue_on_error: false,
            condition: None,
        });
    }

    fn push(
        &mut self,
        common: &'s Common,
        kind: NodeKind,
        attributes: &[(String, String)],
        does: InstructionKind<'s>,
    ) -> u32 {
        let dialect = self
            .levels
            .last()
            .map_or(Dialect::default(), |level| level.target.dialect);
        let condition = common
            .condition
            .as_ref()
            .filter(|condition| !condition.operands.is_empty());
        let condition = condition.map(|condition| test::condition(condition, dialect));
        let (disabled, goes_on) = (
            is_true(attributes, "disable"),
            is_true(attributes, "continueOnError"),
        );
        self.add(&common.name.value, kind, disabled, goes_on, condition, does)
    }

    fn add(
        &mut self,
        name: &'s str,
        kind: NodeKind,
        disabled: bool,
        continue_on_error: bool,
        condition: Option<PreparedCondition>,
        does: InstructionKind<'s>,
    ) -> u32 {
        let number = self.instructions.len() as u32;
        let Some(level) = self.levels.last_mut() else {
            return number;
        };
        let count = level.names.entry(name).or_insert(0);
        *count += 1;
        let mut path = format!("{}\"{}\"", level.path, in_path(name));
        if *count > 1 {
            path.push_str(&format!("[{count}]"));
        }
        self.paths = self.paths.saturating_add(path.len());
        let counted = kind == NodeKind::Step && !disabled && !level.disabled;
        self.steps += u32::from(counted);
        let at = Location {
            path: path.into(),
            name: SharedText::from(name),
            kind,
            instruction: number,
            step: if counted { self.steps } else { 0 },
            steps: 0,
            depth: level.depth,
        };
        let parent = level.open;
        let next = number + 1;
        self.instructions.push(Instruction {
            at,
            does,
            parent,
            next,
            disabled,
            continue_on_error,
            condition,
        });
        number
    }

    /// Raw XML that is a step, a group or anything else that may run. A list of references is none.
    fn xml(&mut self, xml: &'s str) {
        let Ok(document) = Document::parse(xml) else {
            return;
        };
        let root = document.root();
        if !matches!(root.name(), "step" | "group" | "subtasksequence") {
            return;
        }
        let is_true = |name: &str| {
            root.attribute(name)
                .is_some_and(|text| text.eq_ignore_ascii_case("true"))
        };
        let element = root.name().to_owned();
        let does = InstructionKind::Xml { element };
        let number = self.add(
            "",
            NodeKind::Xml,
            is_true("disable"),
            is_true("continueOnError"),
            None,
            does,
        );
        if let (Some(name), Some(own)) = (
            root.attribute("name"),
            self.instructions.get_mut(number as usize),
        ) {
            let plain = own
                .at
                .path
                .rfind("\"\"")
                .map_or("", |at| &own.at.path[..at])
                .to_owned();
            own.at.path = format!("{plain}\"{}\"", in_path(&name)).into();
            own.at.name = name.into_owned().into();
        }
    }
}

/// A name as a path has it: as it is, unless it looks like the border between two names.
fn in_path(name: &str) -> Cow<'_, str> {
    match name.contains("\" / \"") {
        true => name.replace('"', "\"\"").into(),
        false => name.into(),
    }
}

/// The names that enabled steps, the sequence and its children give a value.
fn own_names(sequence: &Sequence, instructions: &[Instruction<'_>]) -> OwnNames {
    let mut own = OwnNames::default();
    let mut add = |name: &str| {
        own.keys.insert(super::variables::key(name));
    };
    let globals = |list: &[Assigned], add: &mut dyn FnMut(&str)| {
        list.iter().for_each(|one| add(&one.name.value));
    };
    globals(&sequence.global_variables, &mut add);
    for instruction in instructions.iter().filter(|own| !own.disabled) {
        match &instruction.does {
            InstructionKind::Step(plan) if instruction.at.step > 0 => plan.assigned(&mut add),
            InstructionKind::Open { child: Some(child) } => globals(child.globals, &mut add),
            _ => {}
        }
    }
    let steps = instructions.iter().filter_map(|own| match &own.does {
        InstructionKind::Step(plan) if own.at.step > 0 => Some(plan),
        _ => None,
    });
    own.bases = steps.flat_map(|plan| plan.filled_bases()).collect();
    own
}

pub(super) fn is_true(attributes: &[(String, String)], name: &str) -> bool {
    attributes
        .iter()
        .any(|(key, text)| key == name && text.eq_ignore_ascii_case("true"))
}
