//! What `:undo` takes back as one: the sequence, the computer, the variables.

use std::{collections::BTreeSet, rc::Rc, sync::Arc};

use super::{computer::Computer, document::SessionDocument};
use crate::{
    children::{ChildSequences, ChildSources, GivenChild},
    computer::Host,
    engine::{Engine, Event, InitialVariable, NoChildren, NotGiven, Program, RunOptions, RunState},
    model::Sequence,
    report::Summary,
    source::Files,
};

/// The whole of a session that entries change.
#[derive(Clone)]
pub(super) struct World {
    pub document: SessionDocument,
    pub computer: Computer,
    pub state: RunState,
    /// Whether no instruction was carried out since the run began.
    pub fresh: bool,
    /// Variables that were set by hand: a new run begins with them.
    pub given: Vec<InitialVariable>,
    /// Values of secrets by name.
    pub secrets: Vec<(String, String)>,
    /// Instructions before which a run stops.
    pub breaks: BTreeSet<u32>,
    /// How many instructions there are.
    pub length: u32,
    /// How many instructions came from a file.
    pub loaded: u32,
    /// What the last entry that ran something led to.
    pub events: Arc<Vec<Event>>,
    /// The run since it began, in numbers.
    pub counts: Summary,
    /// Grows with every change.
    pub version: u64,
    /// Children that were given to the session.
    pub named: Rc<Vec<GivenChild>>,
    /// Those that were found last.
    pub memo: Option<ChildMemo>,
}

/// The children of a sequence as they were found last: looking for them reads files.
#[derive(Clone)]
pub(super) struct ChildMemo {
    /// Of which sequence, and whether for the computer itself.
    of: (Arc<Sequence>, bool),
    children: Arc<ChildSequences>,
}

impl World {
    pub fn new(files: Rc<dyn Files>) -> World {
        World {
            document: SessionDocument::new(files),
            computer: Computer::unknown(),
            state: RunState::default(),
            fresh: true,
            given: Vec::new(),
            secrets: Vec::new(),
            breaks: BTreeSet::new(),
            length: 0,
            loaded: 0,
            events: Arc::default(),
            counts: Summary::default(),
            version: 0,
            named: Rc::default(),
            memo: None,
        }
    }

    /// Notes that something changed, so that it can be undone.
    pub fn changed(&mut self) {
        self.version += 1;
    }

    /// Begins the run anew on the computer as it was described.
    pub fn restart(&mut self) {
        self.state = RunState::default();
        self.fresh = true;
        self.computer.reset();
        self.events = Arc::default();
        self.counts = Summary::default();
    }

    /// Variables as a run begins with them are set anew, if nothing ran yet.
    pub fn refresh(&mut self) {
        if self.fresh {
            self.state = RunState::default();
        }
    }

    fn options(&self) -> RunOptions {
        let variables = self.given.clone();
        let options = RunOptions {
            explain: true,
            variables,
            secrets: self.secrets.clone(),
            ..RunOptions::default()
        };
        if self.computer.real.is_none() {
            return options;
        }
        // On the computer itself what nobody gave is not there, and a script says what it sets.
        RunOptions {
            external: NotGiven::Unset,
            built_in: NotGiven::Unset,
            script: NotGiven::Unset,
            ..options
        }
    }

    /// The children of the text so far.
    fn children(&mut self) -> Arc<ChildSequences> {
        let of = (
            Arc::clone(&self.document.sequence),
            self.computer.real.is_some(),
        );
        let same = |memo: &&ChildMemo| Arc::ptr_eq(&memo.of.0, &of.0) && memo.of.1 == of.1;
        if let Some(memo) = self.memo.as_ref().filter(same) {
            return Arc::clone(&memo.children);
        }
        let children = Arc::new(self.children_of(&of.0));
        self.memo = Some(ChildMemo {
            of,
            children: Arc::clone(&children),
        });
        children
    }

    /// The children of a sequence.
    pub fn children_of(&self, sequence: &Sequence) -> ChildSequences {
        let (place, beside) = &self.document.beside;
        let of_site = self.computer.real.as_ref();
        let of_site = of_site.map_or(&[][..], |real| real.children.as_slice());
        ChildSources::new(&*self.document.around)
            .given(self.named.iter())
            .of_site(of_site)
            .beside(place, beside)
            .resolve(sequence)
    }

    /// Does something with the run.
    ///
    /// # Errors
    /// Why the sequence cannot run at all.
    pub fn engine<R>(
        &mut self,
        work: impl FnOnce(&mut Engine<'_>, &mut dyn Host) -> R,
    ) -> Result<R, String> {
        let sequence = Arc::clone(&self.document.sequence);
        let children = self.children();
        let program = Program::new(&sequence, &*children).map_err(|refused| refused.to_string())?;
        let options = self.options();
        let mut engine = Engine::resume(&program, options, std::mem::take(&mut self.state));
        let host = self.computer.host();
        engine.begin(host);
        engine.lengthen();
        let result = work(&mut engine, host);
        self.length = engine.length();
        self.state = engine.state().clone();
        Ok(result)
    }

    /// Asks something that has nothing to do with the steps: in a large sequence that is much
    /// quicker.
    ///
    /// # Errors
    /// Why the sequence cannot run at all.
    pub fn ask<R>(
        &mut self,
        work: impl FnOnce(&mut Engine<'_>, &mut dyn Host) -> R,
    ) -> Result<R, String> {
        if !self.state.has_started() {
            return self.engine(work);
        }
        let nothing = Sequence::default();
        let program = Program::new(&nothing, &NoChildren).map_err(|refused| refused.to_string())?;
        let mut engine = Engine::resume(&program, self.options(), std::mem::take(&mut self.state));
        let result = work(&mut engine, self.computer.host());
        self.state = engine.state().clone();
        Ok(result)
    }
}
