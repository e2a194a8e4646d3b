//! Checks a source as a whole: compiles it, and looks up what its tests are about.

use crate::{
    compile::{self, CompileMemory, Compiled},
    diagnostic,
    elaborate::ParameterValues,
    lint,
    source::Files,
    syntax, test_runner,
};

/// Compiles a source, as [`compile`](compile::compile) does, and judges its tests: they are looked
/// up in the sequence that they are about, with their machines.
pub fn check(
    name: &str,
    path: &str,
    bytes: Vec<u8>,
    files: &dyn Files,
    given: &ParameterValues,
) -> Compiled {
    let compiled = compile_tests(name, path, bytes, files, given);
    judged(compiled, path, files, given)
}

/// Compiles a source that may have tests: what a file of nothing else does not declare itself is
/// for the files that it tests.
pub fn compile_tests(
    name: &str,
    path: &str,
    bytes: Vec<u8>,
    files: &dyn Files,
    given: &ParameterValues,
) -> Compiled {
    if given.values.is_empty() {
        return compile::compile(name, path, bytes, files, given);
    }
    let whole = compile::compile(name, path, bytes.clone(), files, given);
    let sequence = &whole.sequence;
    let only_tests = sequence.nodes.is_empty() && sequence.name.is_none();
    if !only_tests || whole.tests.is_empty() {
        return whole;
    }
    let own = whole.tree.parameters();
    let mut given = given.clone();
    given.values.retain(|(name, _)| own.contains(name));
    compile::compile(name, path, bytes, files, &given)
}

/// Checks another version of a source: gives what [`check`] gives, and is quick about what `memory`
/// knows.
pub fn check_with(
    (name, path): (&str, &str),
    bytes: Vec<u8>,
    files: &dyn Files,
    given: &ParameterValues,
    memory: &mut CompileMemory,
) -> Compiled {
    let compiled = compile::compile_with((name, path), bytes, files, given, memory);
    judged(compiled, path, files, given)
}

/// Adds what there is to say about passwords and about the tests.
fn judged(
    mut compiled: Compiled,
    path: &str,
    files: &dyn Files,
    given: &ParameterValues,
) -> Compiled {
    let mut passwords = lint::passwords(&compiled.sequence);
    if !passwords.is_empty() {
        syntax::hide_secrets(&mut passwords, compiled.tree.file(), compiled.tree.text());
        compiled.findings.extend(passwords);
        diagnostic::sort(&mut compiled.findings);
    }
    if compiled.is_good() && !compiled.tests.is_empty() {
        let plan = test_runner::plan(&mut compiled, path, files, given);
        compiled.findings.extend(plan.findings);
        diagnostic::sort(&mut compiled.findings);
    }
    compiled
}
