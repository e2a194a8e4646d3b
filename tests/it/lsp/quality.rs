//! How good completion is: every property of every step type, deleted from a step that has it, is
//! offered among the first five at that place. The snapshot is the table.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use tasq::internals::{
    ide::{Analysis, Completion, CompletionKind, OpenSource, complete},
    source::{NoFiles, Span},
    syntax::{Node, SyntaxKind},
    vocabulary::{self, Dialect, Property, StepType, Type},
};

/// How far down the list a property may stand.
const FIRST: usize = 5;

fn analysis(text: &str) -> Analysis {
    let source = OpenSource {
        name: "lab.tasq".to_owned(),
        path: "lab.tasq".to_owned(),
        text: text.into(),
    };
    Analysis::new(source, &NoFiles)
}

/// The place of a property in the offers at a byte, from 1.
fn rank(text: &str, offset: u32, property: &str) -> Option<usize> {
    let offers = complete(&analysis(text), offset, &[]);
    let is_it = |one: &Completion| one.kind == CompletionKind::Property && one.label == property;
    offers.iter().position(is_it).map(|at| at + 1)
}

/// The text without the item, and where it stood.
fn without(text: &str, item: Span) -> (String, u32) {
    let mut end = item.end as usize;
    // The comma belongs to it.
    let rest = &text[end..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if rest[blanks..].starts_with(',') {
        end += blanks + 1;
    }
    let mut out = text.to_owned();
    out.replace_range(item.start as usize..end, "");
    (out, item.start)
}

/// The properties of steps in a text: type, name and place of each.
fn properties(text: &str) -> Vec<(String, String, Span)> {
    let found = analysis(text);
    let mut out = Vec::new();
    for step in found
        .tree()
        .nodes()
        .filter(|node| node.kind() == SyntaxKind::Step)
    {
        let (Some(keyword), Some(items)) =
            (step.child(SyntaxKind::Name), step.child(SyntaxKind::Items))
        else {
            continue;
        };
        for item in items.children_of(SyntaxKind::Property) {
            let name = item.child(SyntaxKind::Name).map_or("", Node::text);
            out.push((keyword.text().to_owned(), name.to_owned(), item.span()));
        }
    }
    out
}

/// The examples and the genuine sequences.
fn sources() -> Vec<(String, String)> {
    let mut out = Vec::new();
    for folder in ["examples", "tests/genuine"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in fs::read_dir(path).expect("the folder can be listed") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|ending| ending == "tasq") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                out.push((
                    name,
                    fs::read_to_string(&path).unwrap().replace("\r\n", "\n"),
                ));
            }
        }
    }
    out.sort();
    out
}

/// A value of the property's type; whether it is right does not count here.
fn value(property: &Property) -> String {
    match property.kind {
        Type::Boolean => "true".to_owned(),
        Type::Member => property.member[0].name.clone(),
        Type::Integer => "1".to_owned(),
        Type::Duration => "15min".to_owned(),
        Type::Size => "1GB".to_owned(),
        Type::Frequency => "1GHz".to_owned(),
        Type::Variable => "Name".to_owned(),
        Type::List => "[\"x\"]".to_owned(),
        _ => "\"x\"".to_owned(),
    }
}

/// A step with every property that may stand beside this one.
fn generated(table: &StepType, property: &Property) -> String {
    let beside = |other: &&Property| {
        other.name == property.name
            || !other.excludes.contains(&property.name) && !property.excludes.contains(&other.name)
    };
    let items: Vec<String> = table
        .property
        .iter()
        .filter(beside)
        .map(|one| format!("    {}: {}", one.name, value(one)))
        .collect();
    let header = if table.dialect == Some(Dialect::Mdt) {
        "sequence \"x\" < dialect: mdt >\n"
    } else {
        ""
    };
    format!(
        "{header}step \"x\" {} <\n{}\n>\n",
        table.keyword,
        items.join("\n")
    )
}

/// Which places the offers had, and which were not good enough.
#[derive(Default)]
struct Ranks {
    /// How often each of the first places, and how often a later one.
    counts: [usize; FIRST + 1],
    late: Vec<String>,
}

impl Ranks {
    fn add(&mut self, rank: Option<usize>, what: impl FnOnce() -> String) {
        let place = rank.unwrap_or(FIRST + 1).min(FIRST + 1);
        self.counts[place - 1] += 1;
        if place > FIRST {
            self.late.push(what());
        }
    }
}

/// Each property of a step with all its properties: its place in the offers, by step type.
fn ranks_of_whole_steps(ranks: &mut Ranks) -> BTreeMap<String, Vec<String>> {
    let mut table: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for step in vocabulary::step_types() {
        let dialect = if step.dialect == Some(Dialect::Mdt) {
            " (mdt)"
        } else {
            ""
        };
        for property in &step.property {
            let text = generated(step, property);
            let (_, _, place) = properties(&text)
                .into_iter()
                .find(|(_, name, _)| *name == property.name)
                .expect("it was generated");
            let (text, at) = without(&text, place);
            let rank = rank(&text, at, &property.name);
            table
                .entry(format!("{}{dialect}", step.keyword))
                .or_default()
                .push(format!("{} {}", property.name, rank.unwrap_or(0)));
            ranks.add(rank, || {
                format!("{}.{}: {rank:?}", step.keyword, property.name)
            });
        }
    }
    table
}

/// A step type and one of its properties.
type Named = (String, String);

/// Each property that a source has: the worst place in the offers, and the source with it.
fn worst_ranks_of_sources(ranks: &mut Ranks) -> BTreeMap<Named, (usize, String)> {
    let mut worst: BTreeMap<Named, (usize, String)> = BTreeMap::new();
    for (name, text) in sources() {
        for (keyword, property, place) in properties(&text) {
            if vocabulary::step_type(&keyword, Dialect::default()).is_none() {
                continue;
            }
            let (text, at) = without(&text, place);
            let rank = rank(&text, at, &property).unwrap_or(999);
            ranks.add(Some(rank), || format!("{name}: {keyword}.{property}"));
            let entry = worst.entry((keyword, property)).or_default();
            if rank > entry.0 {
                *entry = (rank, name.clone());
            }
        }
    }
    worst
}

#[test]
fn completion_offers_a_deleted_property_among_the_first_five() {
    let (mut whole, mut real) = (Ranks::default(), Ranks::default());
    let mut shown = String::from(
        "# Each property of a step with all its properties: \
         its place in the offers where it was deleted\n",
    );
    for (keyword, properties) in &ranks_of_whole_steps(&mut whole) {
        let _ = writeln!(shown, "{keyword}: {}", properties.join(", "));
    }
    shown.push_str(
        "\n# Each property that an example or a genuine sequence has, deleted there: \
         the worst place of all\n",
    );
    for ((keyword, property), (rank, name)) in &worst_ranks_of_sources(&mut real) {
        let _ = writeln!(shown, "{keyword}.{property} {rank} ({name})");
    }
    let places = ["first", "second", "third", "fourth", "fifth", "later"];
    let counts = whole.counts.iter().zip(real.counts);
    let told: Vec<String> = places
        .iter()
        .zip(counts)
        .map(|(place, (whole, real))| format!("{place} {}", whole + real))
        .collect();
    let _ = writeln!(shown, "\n{}", told.join(", "));
    println!("{shown}");
    // Of what a step with nothing but its principal value says next, five things are said more
    // often in the counted exports than `disabled`, and nothing else at this place tells of it: the
    // step is the only one of its type in the file.
    assert_eq!(
        real.late,
        ["bios_update.tasq: run_command_line.disabled"],
        "of {} places in whole sequences",
        real.counts.iter().sum::<usize>()
    );
    let usage = |property: &str| vocabulary::usage("run_command_line", property);
    assert!(
        MORE_USUAL
            .iter()
            .all(|property| usage(property) > usage("disabled"))
    );
    assert!(
        whole.late.is_empty(),
        "{} are not among the first {FIRST}:\n{}",
        whole.late.len(),
        whole.late.join("\n")
    );
    insta::assert_snapshot!("completion-quality", shown);
}

/// What `run_command_line` has more often than `disabled`.
const MORE_USUAL: [&str; 5] = [
    "description",
    "success_codes",
    "continue_on_error",
    "disable_wow64_redirection",
    "timeout",
];

/// What a completion inserts for a whole step is a step without syntax errors.
#[test]
fn completion_of_whole_steps_fits_the_grammar() {
    let mut steps: Vec<(&str, Completion)> = Vec::new();
    for header in ["", "sequence \"x\" < dialect: mdt >\n"] {
        let offers = complete(&analysis(header), header.len() as u32, &[]);
        steps.extend(
            offers
                .into_iter()
                .filter(|one| one.kind == CompletionKind::Step)
                .map(|one| (header, one)),
        );
    }
    assert!(
        steps.len() >= vocabulary::step_keywords().count(),
        "{} step types are offered",
        steps.len()
    );
    for (header, step) in steps {
        let found = analysis(&format!("{header}{}\n", step.insert));
        let syntax: Vec<_> = found
            .compiled
            .findings
            .iter()
            .filter(|one| one.code.id().starts_with("TQ01"))
            .collect();
        assert!(
            syntax.is_empty(),
            "{}\n{}\n{syntax:?}",
            step.label,
            step.insert
        );
        let missing: Vec<_> = found
            .compiled
            .findings
            .iter()
            .filter(|one| one.code.id() == "TQ0204")
            .collect();
        assert!(
            missing.is_empty(),
            "{}\n{}\n{missing:?}",
            step.label,
            step.insert
        );
    }
}
