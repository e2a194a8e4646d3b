//! The sequences that the steps of a sequence run, found for every verb in one way: by identifier,
//! else by name, in the nearest place that has one. What could be meant twice is said, and is taken
//! from nowhere.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use crate::{
    elaborate::{ParameterValues, is_package_id},
    engine::{ChildName, Children, FoundChild, named_children, wanted_children},
    load::{LoadedSequence, load},
    model::{Reference, Sequence},
    source::{FileId, Files, decode},
    syntax::{self, Node, SyntaxKind},
};

/// A sequence that somebody named as a child.
#[derive(Clone, Debug)]
pub struct GivenChild {
    /// The identifiers or names that it was given as, which it goes by beside its own; none if it
    /// only stands in a file with one that was.
    pub keys: Vec<String>,
    /// Where it is, for people.
    pub place: String,
    /// The sequence.
    pub loaded: Arc<LoadedSequence>,
}

impl GivenChild {
    /// A sequence of a file in which another one is meant.
    pub fn beside(place: &str, loaded: &Arc<LoadedSequence>) -> GivenChild {
        let title = &loaded.title;
        GivenChild {
            keys: Vec::new(),
            place: match &loaded.id {
                Some(id) => format!("\"{title}\" ({id}) in {place}"),
                None => format!("\"{title}\" in {place}"),
            },
            loaded: Arc::clone(loaded),
        }
    }
}

/// How near a place is to the sequence that runs the child: the first that has it wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Given,
    Site,
    SameFile,
    Project,
}

/// What may be a child.
#[derive(Debug)]
struct ChildCandidate {
    nearness: Nearness,
    /// What it was given as.
    keys: Vec<String>,
    id: Option<String>,
    name: String,
    place: String,
    /// The sequence, once it is read.
    loaded: Option<Arc<LoadedSequence>>,
}

impl ChildCandidate {
    fn of_loaded(nearness: Nearness, given: &GivenChild) -> ChildCandidate {
        // What nobody named only stands beside what was.
        let nearness = match given.keys.is_empty() {
            true => Nearness::SameFile,
            false => nearness,
        };
        ChildCandidate {
            nearness,
            keys: given.keys.clone(),
            id: given.loaded.id.clone(),
            name: given.loaded.title.clone(),
            place: given.place.clone(),
            loaded: Some(Arc::clone(&given.loaded)),
        }
    }

    fn has_id(&self, id: &str) -> bool {
        let mut ids = self.keys.iter().chain(&self.id);
        !id.is_empty() && ids.any(|own| own.eq_ignore_ascii_case(id))
    }

    /// Whether its own name is this one.
    fn has_name(&self, name: &str) -> bool {
        !name.is_empty() && same_name(&self.name, name)
    }

    /// Whether a step that says this can mean it by its name: not if it is known to be another
    /// sequence of the same name.
    fn may_be(&self, wanted: &ChildName) -> bool {
        let has_id = self.id.is_some() || self.keys.iter().any(|key| is_package_id(key));
        let given = self.keys.iter().any(|key| same_name(key, &wanted.name));
        given || self.has_name(&wanted.name) && (wanted.id.is_empty() || !has_id)
    }
}

/// Whether two names are one to a site, for which case does not count.
fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Where the children of a sequence are looked for.
#[allow(missing_debug_implementations, reason = "it holds a trait object")]
pub struct ChildSources<'f> {
    candidates: Vec<ChildCandidate>,
    /// The project of the sequence.
    files: &'f dyn Files,
    /// Whether the sources of the project are among the candidates.
    listed: bool,
}

impl<'f> ChildSources<'f> {
    /// The sources of a project, or of a folder that is none.
    pub fn new(files: &'f dyn Files) -> ChildSources<'f> {
        ChildSources {
            candidates: Vec::new(),
            files,
            listed: false,
        }
    }

    /// Adds children that were named one by one: nothing comes before them.
    #[must_use]
    pub fn given<'g>(mut self, list: impl IntoIterator<Item = &'g GivenChild>) -> Self {
        self.add(Nearness::Given, list);
        self
    }

    /// Adds the sequences of a site file.
    #[must_use]
    pub fn of_site<'g>(mut self, list: impl IntoIterator<Item = &'g GivenChild>) -> Self {
        self.add(Nearness::Site, list);
        self
    }

    /// Adds the other sequences of an export.
    #[must_use]
    pub fn beside<'g>(
        mut self,
        place: &str,
        list: impl IntoIterator<Item = &'g Arc<LoadedSequence>>,
    ) -> Self {
        let list: Vec<GivenChild> = list
            .into_iter()
            .map(|one| GivenChild::beside(place, one))
            .collect();
        self.add(Nearness::SameFile, &list);
        self
    }

    fn add<'g>(&mut self, nearness: Nearness, list: impl IntoIterator<Item = &'g GivenChild>) {
        let list = list.into_iter();
        self.candidates
            .extend(list.map(|given| ChildCandidate::of_loaded(nearness, given)));
    }

    /// Finds all sequences that a sequence runs, and those that these run.
    pub fn resolve(mut self, main: &Sequence) -> ChildSequences {
        let mut out = ChildSequences::default();
        let mut pending = wanted_children(main);
        while let Some(wanted) = pending.pop() {
            if out.found.contains_key(&wanted) {
                continue;
            }
            let found = self.find(&wanted);
            if let ResolvedChild::At(at) = found
                && !out.sequences.iter().any(|(own, _)| *own == at)
                && let Some(child) = self.sequence(at)
            {
                pending.extend(wanted_children(&child.sequence));
                out.sequences.push((at, child));
            }
            out.found.insert(wanted, found);
        }
        let children = out.sequences.iter().map(|(_, own)| &own.sequence);
        let all = children.chain([main]);
        out.named = all.flat_map(named_children).collect();
        out.unused = self.unused(&out.named);
        out.places = self.candidates.into_iter().map(|own| own.place).collect();
        out
    }

    /// What was given and no step means.
    fn unused(&self, named: &[ChildName]) -> Vec<String> {
        let given = self.candidates.iter();
        let given = given.filter(|own| own.nearness == Nearness::Given);
        let is_meant = |own: &&ChildCandidate| {
            let mut named = named.iter();
            named.any(|wanted| own.has_id(&wanted.id) || own.may_be(wanted))
        };
        let unused = given.filter(|own| !is_meant(own));
        unused.filter_map(|own| own.keys.first().cloned()).collect()
    }

    /// The candidate that a step means.
    fn find(&mut self, wanted: &ChildName) -> ResolvedChild {
        let mut found = self.nearest(&|own| own.has_id(&wanted.id));
        if found.is_empty() {
            self.list_project();
            found = self.nearest(&|own| own.has_id(&wanted.id));
        }
        if found.is_empty() {
            found = self.nearest(&|own| own.may_be(wanted));
            if found.is_empty() {
                let other = self.nearest(&|own| own.has_name(&wanted.name));
                return ResolvedChild::Nowhere(self.another(&other));
            }
        }
        match found.as_slice() {
            [one] => self.read(*one),
            several => {
                let places: Vec<&str> = several
                    .iter()
                    .map(|at| self.candidates[*at].place.as_str())
                    .collect();
                ResolvedChild::Unclear(format!("it may be {}", places.join(" or ")))
            }
        }
    }

    /// Why sequences of the wanted name are not taken.
    fn another(&self, list: &[usize]) -> Option<String> {
        let own = self.candidates.get(*list.first()?)?;
        let id = own.id.as_deref()?;
        Some(format!("{} has this name, but is {id}", own.place))
    }

    /// The candidates of the nearest place that has any like this.
    fn nearest(&self, fits: &dyn Fn(&ChildCandidate) -> bool) -> Vec<usize> {
        let all = self.candidates.iter().enumerate();
        let fitting: Vec<(usize, Nearness)> = all
            .filter(|(_, own)| fits(own))
            .map(|(at, own)| (at, own.nearness))
            .collect();
        let nearest = fitting.iter().map(|(_, nearness)| *nearness).min();
        let fitting = fitting.into_iter();
        fitting
            .filter(|(_, nearness)| Some(*nearness) == nearest)
            .map(|(at, _)| at)
            .collect()
    }

    /// Reads a candidate, unless it was read.
    fn read(&mut self, at: usize) -> ResolvedChild {
        let own = &mut self.candidates[at];
        if own.loaded.is_none() {
            own.loaded = sequence_of(&own.place, self.files).map(Arc::new);
        }
        if own.loaded.is_some() {
            return ResolvedChild::At(at);
        }
        let place = &own.place;
        ResolvedChild::Unclear(format!(
            "{place} has errors, which `tasq check {place}` tells"
        ))
    }

    fn sequence(&self, at: usize) -> Option<Arc<LoadedSequence>> {
        self.candidates.get(at)?.loaded.clone()
    }

    /// Adds the sources of the project, told by their headers: most of them are no children.
    fn list_project(&mut self) {
        if std::mem::replace(&mut self.listed, true) {
            return;
        }
        for path in self.files.sources() {
            let Ok(bytes) = self.files.read(&path) else {
                continue;
            };
            let Some((id, name)) = self.said(&path, bytes) else {
                continue;
            };
            self.candidates.push(ChildCandidate {
                nearness: Nearness::Project,
                keys: Vec::new(),
                id,
                name,
                place: path,
                loaded: None,
            });
        }
    }

    /// The identifier and the name that a source says its sequence has; `None` where it says
    /// neither.
    fn said(&self, path: &str, bytes: Vec<u8>) -> Option<(Option<String>, String)> {
        let parsed = syntax::parse(decode(bytes).text, FileId(0));
        let header = parsed.tree.root().child(SyntaxKind::Header)?;
        let name = header.child(SyntaxKind::String)?;
        let id = package_id_node(header);
        let plain = |node: Node<'_>| syntax::unquote(node.text()).map(Cow::into_owned);
        let (said, id) = (plain(name), id.map(plain));
        match (said, id) {
            (Some(name), None) => Some((None, name)),
            (Some(name), Some(Some(id))) => Some((Some(id), name)),
            // Names of compile time stand in one of them.
            _ => sequence_of(path, self.files).map(|one| (one.id, one.title)),
        }
    }
}

/// The node of the value of `package_id` in a header.
fn package_id_node(header: Node<'_>) -> Option<Node<'_>> {
    let items = header.child(SyntaxKind::Items)?;
    let mut properties = items.children_of(SyntaxKind::Property);
    let own = properties.find(|item| {
        let name = item.child(SyntaxKind::Name);
        name.is_some_and(|name| name.text() == "package_id")
    })?;
    own.children().filter(|node| node.kind().is_value()).last()
}

/// The sequence of a source, unless it has errors.
fn sequence_of(path: &str, files: &dyn Files) -> Option<LoadedSequence> {
    let bytes = files.read(path).ok()?;
    let contents = load(path, path, bytes, files, &ParameterValues::default());
    contents.sequences.into_iter().next()
}

/// What came of looking for a child.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ResolvedChild {
    /// The candidate with this number.
    At(usize),
    /// Nobody has it, and perhaps why what looks like it is none.
    Nowhere(Option<String>),
    /// It is there, and cannot be taken.
    Unclear(String),
}

/// The sequences that the steps of a sequence run.
#[derive(Clone, Debug, Default)]
pub struct ChildSequences {
    found: BTreeMap<ChildName, ResolvedChild>,
    /// Each once, with its number.
    sequences: Vec<(usize, Arc<LoadedSequence>)>,
    /// Where each candidate is.
    places: Vec<String>,
    /// What the steps say, those that are disabled as well.
    named: Vec<ChildName>,
    /// What was given and no step means.
    unused: Vec<String>,
}

impl ChildSequences {
    /// The sequences, each once.
    pub fn sequences(&self) -> impl Iterator<Item = &Sequence> {
        self.sequences.iter().map(|(_, own)| &own.sequence)
    }

    /// The sequences with where each is from, for people.
    pub fn with_places(&self) -> impl Iterator<Item = (&str, &LoadedSequence)> {
        self.sequences.iter().map(|(at, own)| {
            let place = self.places.get(*at).map_or("", String::as_str);
            (place, &**own)
        })
    }

    /// What steps say of the sequences, and the sequence of each.
    pub fn named(&self) -> impl Iterator<Item = (&ChildName, &Sequence)> {
        self.found.keys().filter_map(|name| match self.child(name) {
            FoundChild::Sequence(sequence) => Some((name, sequence)),
            FoundChild::Nowhere(_) => None,
        })
    }

    /// Whether a sequence that a step refers to is among them.
    pub fn has(&self, reference: &Reference) -> bool {
        // A step may show another name than that of its reference.
        self.named().any(|(own, _)| match own.id.as_str() {
            "" => own.name == reference.name,
            id => id == reference.id,
        })
    }

    /// The identifiers or names that children were given as and that no step says.
    pub fn unused(&self) -> impl Iterator<Item = &str> {
        self.unused.iter().map(String::as_str)
    }

    /// What the steps say, those that are disabled as well.
    pub fn said(&self) -> impl Iterator<Item = &str> {
        let both = self.named.iter();
        let both = both.flat_map(|name| [name.id.as_str(), name.name.as_str()]);
        both.filter(|text| !text.is_empty())
    }

    /// What is there and cannot be taken, and why.
    pub fn unclear(&self) -> impl Iterator<Item = (&ChildName, &str)> {
        self.found.iter().filter_map(|(name, found)| match found {
            ResolvedChild::Unclear(why) => Some((name, why.as_str())),
            ResolvedChild::At(_) | ResolvedChild::Nowhere(_) => None,
        })
    }
}

impl Children for ChildSequences {
    fn child(&self, wanted: &ChildName) -> FoundChild<'_> {
        match self.found.get(wanted) {
            Some(ResolvedChild::At(at)) => {
                let own = self.sequences.iter().find(|(own, _)| own == at);
                own.map_or(FoundChild::Nowhere(None), |(_, own)| {
                    FoundChild::Sequence(&own.sequence)
                })
            }
            Some(ResolvedChild::Unclear(why) | ResolvedChild::Nowhere(Some(why))) => {
                FoundChild::Nowhere(Some(why))
            }
            Some(ResolvedChild::Nowhere(None)) | None => FoundChild::Nowhere(None),
        }
    }
}
