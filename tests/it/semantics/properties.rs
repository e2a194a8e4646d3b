//! Properties over generated sequences: every run ends, comes back from its stored state, and
//! restarts change nothing else.

use proptest::prelude::*;

use tasq::internals::engine::RunResult;

use super::*;

/// A generated sequence, three groups deep.
fn source() -> impl Strategy<Value = String> {
    let when = prop_oneof![
        3 => Just(String::new()),
        1 => Just(" when A == \"1\"".to_owned()),
        1 => Just(" when any(exists B, not (file \"C:\\a\"))".to_owned()),
        1 => Just(" when none(A == \"%B%\", wmi \"select * from C where D = 1\"), _SMSTSInWinPE != \"true\"".to_owned()),
        1 => Just(" when registry \"HKEY_LOCAL_MACHINE\\S\" value \"V\" > \"3\"".to_owned()),
    ];
    let flags = prop_oneof![
        4 => Just(""),
        1 => Just("continue_on_error: true"),
        1 => Just("disabled: true"),
    ];
    let kind = prop_oneof![
        3 => Just("run_command_line < \"a %A% %C%\", FLAGS >"),
        2 => Just("set_variable < A = \"1\", FLAGS >"),
        1 => Just("set_variable < B = \"%A%%C%\", FLAGS >"),
        1 => Just("set_variable < A = \"\", FLAGS >"),
        1 => Just("restart_computer < FLAGS >"),
        1 => Just("install_application < base_variable: A, FLAGS >"),
        1 => Just("set_dynamic_variables < rule when make \"D*\" { B = \"2\" }, C = \"3\", FLAGS >"),
        1 => Just("run_task_sequence < task_sequence: \"PS100001\", FLAGS >"),
    ];
    let step =
        (0..6_u8, kind, flags.clone(), when.clone()).prop_map(|(name, kind, flags, when)| {
            let kind = if flags.is_empty() {
                kind.replace(", FLAGS", "").replace("< FLAGS >", "")
            } else {
                kind.replace("FLAGS", flags)
            };
            format!("step \"S{name}\" {kind}{when}\n")
        });
    let group = step.prop_recursive(3, 24, 4, move |inner| {
        (
            0..3_u8,
            prop::collection::vec(inner, 0..4),
            flags.clone(),
            when.clone(),
        )
            .prop_map(|(name, members, flags, when)| {
                let flags = if flags.is_empty() {
                    String::new()
                } else {
                    format!(" < {flags} >")
                };
                format!(
                    "group \"G{name}\"{flags}{when} {{\n{}}}\n",
                    members.concat()
                )
            })
    });
    prop::collection::vec(group, 0..6).prop_map(|members| members.concat())
}

pub fn is_restart(event: &Event) -> bool {
    matches!(event, Event::RestartRequested { .. })
}

/// What ran, was entered, skipped, undecided, or not reached.
fn instruction(event: &Event) -> Option<u32> {
    match event {
        Event::StepRan(ran) => Some(ran.at.instruction),
        Event::GroupEntered { at, .. }
        | Event::Skipped { at, .. }
        | Event::NotReached { at, .. }
        | Event::Undecided { at, .. }
        | Event::Failed { at, .. } => Some(at.instruction),
        Event::GroupLeft { .. }
        | Event::RestartRequested { .. }
        | Event::Restarted { .. }
        | Event::Finished { .. } => None,
    }
}

fn never(_: &Event) -> bool {
    false
}

fn always(_: &Event) -> bool {
    true
}

/// All events of a run that is stored as JSON, and taken up again by another engine, after those
/// that `stored` picks.
pub fn events(
    program: &Program<'_>,
    machine: &Machine,
    options: &RunOptions,
    stored: fn(&Event) -> bool,
) -> Vec<Event> {
    let mut machine = machine.clone();
    let mut engine = Engine::new(program, options.clone());
    let mut list = Vec::new();
    while let Some(event) = engine.step(&mut machine) {
        let store = stored(&event);
        list.push(event);
        assert!(list.len() < 20_000, "no end");
        if store {
            let state = serde_json::to_string(engine.state()).expect("plain data");
            engine = Engine::resume(
                program,
                options.clone(),
                serde_json::from_str(&state).expect("a state"),
            );
        }
    }
    list
}

/// Where something ran or was to run, and what an event tells; of a restart nothing.
fn told(event: &Event) -> (String, String) {
    let mut place = String::new();
    let what = match event {
        Event::StepRan(ran) => {
            place = ran.at.path.to_string();
            format!("{place} ran, {}", ran.success)
        }
        Event::Skipped { at, because } => format!("{} skipped: {because:?}", at.path),
        Event::GroupEntered { at, .. } => format!("{} entered", at.path),
        Event::GroupLeft { at, outcome } => format!("{} left: {outcome:?}", at.path),
        Event::Undecided { at, missing, .. } => {
            place = at.path.to_string();
            format!("{place} undecided: {missing:?}")
        }
        Event::Failed {
            at,
            exit_code,
            then,
            ..
        } => format!("{} failed: {exit_code} {then:?}", at.path),
        Event::NotReached { at, .. } => format!("{} not reached", at.path),
        Event::RestartRequested { .. } | Event::Restarted { .. } => String::new(),
        Event::Finished {
            result,
            code,
            failed,
            ..
        } => {
            let failed = failed.as_ref().map(|at| at.path.to_string());
            format!("{result:?} {code} {failed:?}")
        }
    };
    (place, what)
}

/// What ran and what was skipped, each with the variables behind it, without restarts: of a step
/// that runs again after one, the last time counts.
pub fn restarts_aside(
    program: &Program<'_>,
    options: &RunOptions,
    machine: &mut Machine,
) -> Vec<String> {
    let mut engine = Engine::new(program, options.clone());
    let mut list: Vec<(String, String)> = Vec::new();
    while let Some(event) = engine.step(machine) {
        assert!(list.len() < 20_000, "no end");
        if let Event::RestartRequested { at, again, .. } = &event {
            while *again && list.last().is_some_and(|(place, _)| **place == *at.path) {
                list.pop();
            }
            continue;
        }
        if matches!(event, Event::Restarted { .. }) {
            continue;
        }
        let (place, what) = told(&event);
        let own = |name: &str| {
            [
                "SMSTSRebootRequested",
                "SMSTSRetryRequested",
                "_SMSTSLastActionRetCode",
            ]
            .contains(&name)
        };
        let variables: Vec<String> = engine
            .variables()
            .shown()
            .filter(|(name, _)| !own(name))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        list.push((place, format!("{what} [{}]", variables.join(", "))));
    }
    list.into_iter().map(|(_, what)| what).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any sequence ends, has balanced groups, one end, and each instruction at most once for each
    /// attempt.
    #[test]
    fn any_sequence_comes_to_an_end(
        source in source(),
        codes in prop::collection::vec(
            prop_oneof![4 => Just(0_u32), 1 => Just(1), 1 => Just(3010)],
            6,
        ),
        taken in 0..3_u8,
    ) {
        let main = sequence(&source, "generated");
        let child = sequence("group \"Inner\" {\n    step \"S0\" run_command_line < \"x\" >\n}\n", "child");
        let children = Lookup([("PS100001".to_owned(), child)].into());
        let program = Program::new(&main, &children).expect("no circle");
        let mut machine = Machine::default();
        for (index, code) in codes.iter().enumerate() {
            let mock = Mock { codes: vec![*code], ..Mock::default() };
            machine.steps.insert(format!("S{index}"), mock);
        }
        let answers = [UndecidedAnswer::False, UndecidedAnswer::True, UndecidedAnswer::Stop];
        let undecided = answers[usize::from(taken)];
        let options = RunOptions { undecided, ..RunOptions::default() };
        let list = events(&program, &machine, &options, never);
        let ends = |event: &Event| matches!(event, Event::Finished { .. });
        prop_assert!(list.last().is_some_and(ends));
        prop_assert_eq!(list.iter().filter(|event| ends(event)).count(), 1);
        let mut open = Vec::new();
        for event in &list {
            match event {
                Event::GroupEntered { at, .. } => open.push(at.instruction),
                Event::GroupLeft { at, .. } => prop_assert_eq!(open.pop(), Some(at.instruction)),
                _ => {}
            }
        }
        let stopped = match list.last() {
            Some(Event::Finished { result, .. }) => *result == RunResult::Stopped,
            _ => false,
        };
        prop_assert!(open.is_empty() || stopped);
        // Whatever happens, each step and group is accounted for.
        let told: std::collections::BTreeSet<u32> = list.iter().filter_map(instruction).collect();
        let all = program.instructions().map(|at| at.instruction);
        let all: Vec<u32> = all.filter(|number| !program.is_end(*number)).collect();
        prop_assert_eq!(told.into_iter().collect::<Vec<u32>>(), all);
        // Stored and taken up again, at every restart or at every event, it is the same run.
        prop_assert_eq!(&events(&program, &machine, &options, is_restart), &list);
        prop_assert_eq!(&events(&program, &machine, &options, always), &list);
        // Without explanations it is the same run, too.
        let quiet = RunOptions { explain: false, ..options.clone() };
        prop_assert_eq!(events(&program, &machine, &quiet, never).len(), list.len());
        // And where 3010 is plain success: the same trace, restarts and codes aside.
        let mut plain = machine.clone();
        for mock in plain.steps.values_mut() {
            for code in &mut mock.codes {
                if *code == 3010 {
                    *code = 0;
                }
            }
        }
        let without_restarts = |list: &[Event]| -> Vec<Event> {
            list.iter().filter_map(|event| match event {
                Event::RestartRequested { .. } | Event::Restarted { .. } => None,
                Event::StepRan(ran) => {
                    let exit_code = if ran.exit_code == 3010 { 0 } else { ran.exit_code };
                    Some(Event::StepRan(Box::new(StepRan { exit_code, ..(**ran).clone() })))
                }
                Event::Finished { .. } => {
                    let mut end = event.clone();
                    if let Event::Finished { restarts, .. } = &mut end {
                        *restarts = 0;
                    }
                    Some(end)
                }
                other => Some(other.clone()),
            }).collect()
        };
        let plain = events(&program, &plain, &options, never);
        prop_assert_eq!(without_restarts(&plain), without_restarts(&list));
    }

    /// Restart Computer, 3010, `SMSTSRebootRequested` and running again: the same as without,
    /// restarts aside.
    #[test]
    fn restarts_change_nothing_else(source in source(), asks in prop::collection::vec(0..6_u8, 6)) {
        let without = sequence(&source.replace("restart_computer <", "run_command_line < \"reg.exe\",")
            .replace("\", >", "\" >").replace("restart_computer ", "run_command_line < \"reg.exe\" > "), "without");
        let main = sequence(&source, "generated");
        let program = Program::new(&main, &NoChildren).expect("no circle");
        let plain = Program::new(&without, &NoChildren).expect("no circle");
        let (mut asking, mut silent) = (Machine::default(), Machine::default());
        for (index, ask) in asks.iter().enumerate() {
            let name = format!("S{index}");
            let once = |names: &[(&str, &str)]| -> Vec<(usize, String, String)> {
                let pairs = names.iter();
                pairs.map(|(name, value)| (0, (*name).to_owned(), (*value).to_owned())).collect()
            };
            // A step that runs again is asked its condition again, which it may have changed: that
            // is another run.
            let step = format!("step \"{name}\"");
            let conditional = source.lines().any(|line| line.contains(&step) && line.contains(" when "));
            let (code, sets) = match ask {
                3 if conditional => (0, once(&[("SMSTSRebootRequested", "HD")])),
                1 => (3010, Vec::new()),
                2 => (0, once(&[("SMSTSRebootRequested", "HD")])),
                3 => (0, once(&[("SMSTSRebootRequested", "true"), ("SMSTSRetryRequested", "true")])),
                4 => (1, once(&[("SMSTSRebootRequested", "HD")])),
                _ => (0, Vec::new()),
            };
            asking.steps.insert(name.clone(), Mock { codes: vec![code], sets, ..Mock::default() });
            let code = if code == 3010 { 0 } else { code };
            silent.steps.insert(name, Mock { codes: vec![code], ..Mock::default() });
        }
        let options = RunOptions::default();
        let asked = restarts_aside(&program, &options, &mut asking);
        prop_assert_eq!(asked, restarts_aside(&plain, &options, &mut silent));
    }

    /// Names are found as the checks of a sequence find them.
    #[test]
    fn names_between_signs_are_those_of_the_checks(text in "[%A-C1 .(){}_-]{0,24}") {
        let main = sequence("step \"A\" run_command_line < \"x\" >", "names");
        let mut main = main;
        if let Some(tasq::internals::model::Node::Step(step)) = main.nodes.first_mut() {
            for setting in &mut step.settings {
                setting.value = tasq::internals::model::Value::Text(text.clone());
            }
        }
        let program = Program::new(&main, &NoChildren).expect("a program");
        let list = events(&program, &Machine::default(), &RunOptions::default(), never);
        let Some(Event::StepRan(ran)) = list.first() else { panic!("a step") };
        let mut wanted: Vec<&str> = Vec::new();
        for name in tasq::internals::lint::inserted_names(&text) {
            if !wanted.contains(&name) {
                wanted.push(name);
            }
        }
        let found: Vec<&str> = ran.resolved.iter().map(|resolved| &*resolved.name).collect();
        prop_assert_eq!(found, wanted);
    }
}
