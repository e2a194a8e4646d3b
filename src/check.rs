//! Checks a source as a whole: compiles it, and looks up what its tests are about.

use crate::{
    compile::{self, CompileMemory, Compiled},
    diagnostic,
    elaborate::ParameterValues,
    source::Files,
    test_runner,
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
    let compiled = compile::compile(name, path, bytes, files, given);
    judge_tests(compiled, path, files, given)
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
    judge_tests(compiled, path, files, given)
}

/// Adds what there is to say about the tests.
fn judge_tests(
    mut compiled: Compiled,
    path: &str,
    files: &dyn Files,
    given: &ParameterValues,
) -> Compiled {
    if compiled.is_good() && !compiled.tests.is_empty() {
        let plan = test_runner::plan(&mut compiled, path, files, given);
        compiled.findings.extend(plan.findings);
        diagnostic::sort(&mut compiled.findings);
    }
    compiled
}
