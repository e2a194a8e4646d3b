//! A function fits on a screen and does not go deep.

use super::{
    house::{CodeFile, Function, source_files, test_files},
    only_down,
};

/// Most lines of a function, and most levels in it.
const LINES: usize = 60;
const LEVELS: usize = 3;

/// How many are still longer, or deeper, in `src` and in `tests`.
const LONGER: [usize; 2] = [0, 0];
const DEEPER: [usize; 2] = [0, 0];

/// What is said of each function that breaks a rule, the worst first.
fn breaking(files: &[CodeFile], measure: fn(&Function) -> usize, most: usize) -> Vec<String> {
    let mut found: Vec<(usize, String)> = files
        .iter()
        .flat_map(|file| file.functions.iter().map(move |function| (file, function)))
        .filter(|(_, function)| measure(function) > most)
        .map(|(file, function)| {
            let place = format!("{}:{}: {}", file.name, function.line, function.name);
            (measure(function), place)
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let said = found
        .into_iter()
        .map(|(size, place)| format!("{size} {place}"));
    said.collect()
}

#[test]
fn functions_fit_on_a_screen() {
    let lines = |function: &Function| function.lines;
    let found = [source_files(), test_files()].map(|files| breaking(files, lines, LINES));
    only_down("functions of more than 60 lines", LONGER, &found);
}

#[test]
fn functions_do_not_go_deep() {
    let depth = |function: &Function| function.depth;
    let found = [source_files(), test_files()].map(|files| breaking(files, depth, LEVELS));
    only_down("functions of more than three levels", DEEPER, &found);
}
