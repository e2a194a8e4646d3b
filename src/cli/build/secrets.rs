//! Passwords for MDT: its `ts.xml` is used where it lies and has no other place for them.

use super::{
    super::{Failure, output, run::Secrets},
    BuildArgs, BuildFormat, BuiltSource,
};
use crate::{
    lint::to_enter,
    model::{Node, Sequence, Step, Value},
    run::Provider,
    vocabulary::Dialect,
};

/// Fills in what `--secrets` gives.
///
/// # Errors
/// It is asked for where passwords have no place, or the file cannot be read.
pub(super) fn fill(
    args: &BuildArgs,
    format: BuildFormat,
    ready: &mut [BuiltSource],
) -> Result<(), Failure> {
    let Some(path) = &args.secrets else {
        return Ok(());
    };
    if format != BuildFormat::Pretty {
        return Err(Failure::Usage(
            "--secrets fills the ts.xml of MDT alone, which --format pretty writes: no other form holds a password".to_owned(),
        ));
    }
    let of_site = |source: &&BuiltSource| source.compiled.sequence.dialect != Dialect::Mdt;
    if let Some(source) = ready.iter().find(of_site) {
        return Err(Failure::Usage(format!(
            "{} is no task sequence of MDT (`dialect: mdt`): what the console imports holds no password, so --secrets is not for it",
            source.path.display()
        )));
    }
    if args
        .output
        .as_deref()
        .is_none_or(super::super::inputs::is_dash)
    {
        return Err(Failure::Usage(
            "--secrets writes passwords, which go to a file alone: -o FILE".to_owned(),
        ));
    }
    let mut secrets = Secrets::new(Some(path), false)?;
    for source in ready {
        let filled = filled(&mut source.compiled.sequence, &mut secrets);
        if !filled.is_empty() {
            output::remark(&format!(
                "{}: the ts.xml HOLDS IN CLEAR {}: keep it off git, and let the share be read by those alone who may know them\n",
                source.path.display(),
                filled.join(", ")
            ));
        }
    }
    Ok(())
}

/// Fills a sequence; gives what was filled, by the names of the secrets.
fn filled(sequence: &mut Sequence, secrets: &mut Secrets) -> Vec<String> {
    let names: Vec<String> = to_enter(sequence)
        .into_iter()
        .filter_map(|one| one.secret)
        .collect();
    let mut done: Vec<String> = names;
    done.retain(|name| secrets.secret(name).is_some());
    done.sort();
    done.dedup();
    let mut stack: Vec<&mut Node> = sequence.nodes.iter_mut().collect();
    while let Some(node) = stack.pop() {
        match node {
            Node::Group(group) => stack.extend(group.nodes.iter_mut()),
            Node::Step(step) => of_step(step, secrets),
            Node::Xml(_) => {}
        }
    }
    done
}

fn of_step(step: &mut Step, secrets: &mut Secrets) {
    let mut value = |value: &mut Value| {
        let Value::Secret(name) = value else {
            return false;
        };
        match secrets.secret(name) {
            Some(text) => {
                *value = Value::Text(text);
                true
            }
            None => false,
        }
    };
    step.settings.iter_mut().for_each(|setting| {
        value(&mut setting.value);
    });
    for assigned in &mut step.assignments {
        // Only the console can mask a value; MDT's step has it as it is.
        if value(&mut assigned.value) {
            assigned.masked = false;
        }
    }
}
