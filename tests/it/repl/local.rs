//! `:host local`: steps that are carried out on the computer of the tests, in a scratch folder.

use std::{cell::RefCell, fs, path::Path, rc::Rc};

use tasq::internals::{
    computer::{Host, SystemError},
    engine::Event,
    host::simulated::SimulatedHost,
    machine,
    model::Sequence,
    repl::{About, LOCAL_PROMPT, Local, Outside, PROMPT, Session, SessionSettings},
    source::FileId,
};
use tempfile::TempDir;

use super::{Memory, process::tasq};

fn scratch() -> TempDir {
    TempDir::new().expect("a scratch folder can be made")
}

/// A session with its state in the scratch folder; its output and exit code.
fn local(folder: &Path, arguments: &[&str], typed: &str) -> (String, i32) {
    let all: Vec<&str> = ["repl", "--state", "state"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    let (stdout, stderr, code) = tasq(folder, &all, typed);
    assert!(!stderr.contains("panicked"), "{stderr}");
    (stdout + &stderr, code)
}

#[test]
fn repl_local_without_an_answer_nothing_is_done() {
    let scratch = scratch();
    let typed = ":host local\nstep \"Touch\" run_command_line < \"touch marker\" >\n:host\n";
    let (shown, code) = local(scratch.path(), &[], typed);
    assert_eq!(code, 1, "{shown}");
    assert!(
        shown.contains("nobody can be asked here; `tasq repl --yes` needs no answer"),
        "{shown}"
    );
    assert!(
        shown.contains("? Touch  would run: touch marker – assumed to succeed"),
        "{shown}"
    );
    assert!(
        shown.ends_with("steps only pretend; `:host local` carries them out\n"),
        "{shown}"
    );
    assert!(!scratch.path().join("marker").exists() && !scratch.path().join("state").exists());
}

#[test]
fn repl_local_steps_are_carried_out_and_facts_are_real() {
    let scratch = scratch();
    let here = scratch.path().display();
    let typed = format!(
        ":host local\n\
         step \"Touch\" run_command_line < \"echo done > marker; echo spoken\", working_directory: \"{here}\", output_variable: Said >\n\
         Said\n\
         file \"{here}/marker\"\n\
         file \"{here}/nothing\"\n\
         step \"Fail\" run_command_line < \"exit 7\" >\n\
         _SMSTSLastActionRetCode\n\
         :facts files.'{here}/marker'\n\
         :facts name = \"x\"\n\
         :facts name\n\
         :host\n\
         :machine\n"
    );
    let (shown, code) = local(scratch.path(), &["--yes"], &typed);
    assert_eq!(code, 1, "a step failed: {shown}");
    assert_eq!(
        fs::read_to_string(scratch.path().join("marker")).expect("the step made it"),
        "done\n"
    );
    let after = |wanted: &str| {
        assert!(shown.contains(wanted), "{wanted} is not in\n{shown}");
    };
    after(
        "What they do cannot be undone. The computer is not restarted without another question.\n",
    );
    after("spoken\n");
    after("\"spoken\"\n");
    after(&format!("true\n  ✓ file \"{here}/marker\""));
    after(&format!("false\n  ✗ file \"{here}/nothing\""));
    after("✗ Fail  exit code 7 is none of success; the sequence would end here\n");
    after(
        "1 \"Fail\" failed and is next again: `:next` tries it once more, `:goto STEP` goes elsewhere\n",
    );
    after("\"7\"\n");
    after("modified ");
    after("this computer is what it is");
    let name = fs::read_to_string("/proc/sys/kernel/hostname").expect("this computer has a name");
    after(&format!("\"{}\"\n", name.trim()));
    after(&format!(
        "this computer, {}: steps are carried out on it\n",
        name.trim()
    ));
    // What was done is in the log, and nothing else is left behind.
    let log =
        fs::read_to_string(scratch.path().join("state/logs/smsts.log")).expect("there is a log");
    assert!(
        log.contains("Executing command line: echo done > marker") && log.contains("exit code 7"),
        "{log}"
    );
    assert!(!scratch.path().join("state/session").exists());
}

#[test]
fn repl_local_undo_and_reset_do_not_claim_what_they_cannot() {
    let scratch = scratch();
    let typed = "set Ring = pilot\n:host local\nstep \"Touch\" run_command_line < \"touch marker\" >\n:steps\n:undo\n:steps\n\
                 set Ring = broad\n:undo\nRing\n:undo\n:host\nstep \"Touch\" run_command_line < \"touch other\" >\n";
    let (shown, code) = local(scratch.path(), &["--yes"], typed);
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("taken back in this session: step \"Touch\""),
        "{shown}"
    );
    assert!(
        shown.contains("What it did on this computer stays done\nno steps yet\n"),
        "{shown}"
    );
    assert!(
        shown.contains(
            "undone: set Ring = broad\n\"pilot\"\nundone: :host local\na described machine"
        ),
        "{shown}"
    );
    assert!(
        shown.ends_with("? Touch  would run: touch other – assumed to succeed\n"),
        "{shown}"
    );
    assert!(scratch.path().join("marker").exists() && !scratch.path().join("other").exists());

    let typed = ":host local\nstep \"Touch\" run_command_line < \"touch marker\" >\n:reset\n:reset all\n:host machine\n:undo\n";
    let (shown, code) = local(scratch.path(), &["--yes"], typed);
    assert_eq!(code, 1, "{shown}");
    assert_eq!(
        shown
            .matches("What was done on this computer stays done")
            .count(),
        3,
        "{shown}"
    );
    // Undoing must not lead back to the computer without a question.
    assert!(shown.ends_with("there is nothing to undo\n"), "{shown}");
}

#[test]
fn repl_local_a_machine_file_leads_back_to_pretending() {
    let scratch = scratch();
    fs::write(scratch.path().join("pc.toml"), "name = \"LAB-07\"\n")
        .expect("a file can be written");
    let typed = "step \"Touch\" run_command_line < \"touch marker\" >\n:host local\n:machine pc.toml\n:run\n_SMSTSMachineName\n:undo\n:undo\n";
    let (shown, code) = local(scratch.path(), &["--yes", "--echo"], typed);
    assert_eq!(code, 1, "{shown}");
    assert!(
        shown.contains(&format!("{LOCAL_PROMPT}:machine pc.toml\n")),
        "{shown}"
    );
    assert!(
        shown.contains(&format!(
            "{PROMPT}:run\n? Touch  would run: touch marker – assumed to succeed\n"
        )),
        "{shown}"
    );
    assert!(
        shown.contains("\"LAB-07\"\n") && shown.ends_with("there is nothing to undo\n"),
        "{shown}"
    );
    assert!(!scratch.path().join("marker").exists());
}

#[test]
fn repl_local_a_site_file_gives_content_and_sequences() {
    let scratch = scratch();
    fs::create_dir(scratch.path().join("tools")).expect("a folder can be made");
    fs::write(
        scratch.path().join("tools/hello.sh"),
        "echo hello from the package\n",
    )
    .expect("a file can be written");
    fs::write(
        scratch.path().join("child.tasq"),
        "step \"In the child\" run_command_line < \"echo from the child\" >\n",
    )
    .expect("a file can be written");
    let site = "[[packages]]\nid = \"LAB00001\"\nname = \"Tools\"\nsource = \"tools\"\n\n[[sequences]]\nid = \"LAB00002\"\nfile = \"child.tasq\"\n";
    fs::write(scratch.path().join("site.toml"), site).expect("a file can be written");
    let typed = ":host local\n\
                 step \"Hello\" run_command_line < \"sh hello.sh\", package: \"LAB00001\" >\n\
                 step \"Child\" run_task_sequence < task_sequence: \"LAB00002\" >\n";
    let (shown, code) = local(scratch.path(), &["--yes", "--site", "site.toml"], typed);
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("hello from the package\n") && shown.contains("from the child\n"),
        "{shown}"
    );
    let (shown, code) = local(scratch.path(), &["--site", "none.toml"], "");
    assert!(code == 2 && shown.contains("none.toml"), "{shown}");
    fs::write(scratch.path().join("wrong.toml"), "pakage = 1\n").expect("a file can be written");
    let (shown, code) = local(scratch.path(), &["--site", "wrong.toml"], "A == \"1\"\n");
    assert!(code == 2 && shown.contains("TQ10"), "{shown}");
}

#[test]
fn repl_local_secrets_are_asked_for_before_anything_begins_and_stay_hidden() {
    const SECRET: &str = "Hunter2-correct-horse";
    let scratch = scratch();
    let typed = "step \"Before\" run_command_line < \"touch before\" >\n\
                 step \"Key\" set_variable < masked Key = secret(\"LAB_KEY\") >\n\
                 step \"Tell\" run_command_line < \"echo the key is %Key%; printf '%Key%' > told\" >\n\
                 :host local\n:run\n";
    let (shown, code) = local(scratch.path(), &["--yes"], typed);
    assert!(
        code == 1 && shown.contains("LAB_KEY (TASQ_SECRET_LAB_KEY)"),
        "{shown}"
    );
    assert!(
        !scratch.path().join("before").exists(),
        "nothing began: {shown}"
    );

    let file = scratch.path().join("secrets.toml");
    fs::write(&file, format!("LAB_KEY = \"{SECRET}\"\n")).expect("a file can be written");
    std::os::unix::fs::chown(&file, None, None).expect("it is ours");
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("rights can be set");
    let typed = format!(
        "{typed}Key\n:vars\n:why\nset masked Other = {SECRET}x\n:undo\n\
                 step \"Again\" run_command_line < \"cat told; echo x\" >\n:save kept\n"
    );
    let (shown, code) = local(
        scratch.path(),
        &["--yes", "--secret-file", "secrets.toml", "--echo"],
        &typed,
    );
    assert_eq!(code, 0, "{shown}");
    assert!(
        !shown.contains(SECRET) && shown.contains("the key is ********\n"),
        "{shown}"
    );
    assert_eq!(
        fs::read_to_string(scratch.path().join("told")).expect("the step made it"),
        SECRET
    );
    let log =
        fs::read_to_string(scratch.path().join("state/logs/smsts.log")).expect("there is a log");
    let saved = fs::read_to_string(scratch.path().join("kept.tasq")).expect("it was saved");
    assert!(
        !log.contains(SECRET) && !saved.contains(SECRET),
        "{log}{saved}"
    );
}

#[test]
fn repl_local_two_sessions_do_not_change_one_computer() {
    let scratch = scratch();
    let state = scratch.path().join("state");
    fs::create_dir(&state).expect("a folder");
    fs::write(state.join(".tasq-state"), "").expect("a mark");
    let _lock = tasq::internals::run::Lock::take(&state)
        .expect("the folder can be made")
        .expect("nobody has it");
    let (shown, code) = local(
        scratch.path(),
        &["--yes"],
        ":host local\nstep \"A\" run_command_line < \"touch marker\" >\n",
    );
    assert!(code == 1 && shown.contains("another run is on"), "{shown}");
    assert!(!scratch.path().join("marker").exists());
}

// ---- restarts, with a computer that only notes them

/// What was asked, shown and done outside of a session.
#[derive(Clone, Default)]
struct Notes(Rc<RefCell<Vec<String>>>);

impl Notes {
    fn add(&self, text: &str) {
        self.0.borrow_mut().push(text.to_owned());
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.borrow_mut()).join("\n")
    }
}

struct Pretended {
    notes: Notes,
    answers: Vec<Result<bool, String>>,
}

impl Outside for Pretended {
    fn warning(&self) -> Result<Vec<String>, String> {
        Ok(vec!["This account is not root.".to_owned()])
    }

    fn computer(&mut self) -> Result<Local, String> {
        let description = machine::parse(FileId(0), "name = \"LAB-07\"").machine;
        let host = Box::new(SimulatedHost::new(description));
        Ok(Local {
            name: "LAB-07".to_owned(),
            host,
            children: Vec::new(),
            remarks: Vec::new(),
        })
    }

    fn leave(&mut self) {
        self.notes.add("left");
    }

    fn confirm(&mut self, _: About, question: &str) -> Result<bool, String> {
        self.notes.add(question);
        self.answers.remove(0)
    }

    fn secrets(&mut self, _: &[&Sequence], _: &[&str]) -> Result<Vec<(String, String)>, String> {
        Ok(Vec::new())
    }

    fn restart(&mut self, computer: &mut dyn Host, message: &str) -> Result<(), SystemError> {
        self.notes.add(&format!("restarted: {message}"));
        computer.restart(false, message)
    }

    fn description(&self) -> Result<String, String> {
        Ok("name = \"LAB-07\"\n".to_owned())
    }

    fn show(&mut self, text: &str) {
        self.notes.add(&format!("shown: {text}"));
    }

    fn happened(&mut self, events: &[Event], _: &dyn Fn(&str) -> String) {
        self.notes.add(&format!("events: {}", events.len()));
    }
}

fn pretended(answers: Vec<Result<bool, String>>) -> (Session, Notes) {
    let notes = Notes::default();
    let session = Session::new(SessionSettings::default(), Box::new(Memory::default()));
    (
        session.with_outside(Box::new(Pretended {
            notes: notes.clone(),
            answers,
        })),
        notes,
    )
}

#[test]
fn repl_local_the_question_tells_what_it_is_about() {
    let (mut session, notes) = pretended(vec![Ok(false), Ok(true)]);
    let answer = session.enter(":host local");
    assert!(
        answer.failed && answer.text == "nothing has changed: steps only pretend\n",
        "{}",
        answer.text
    );
    let asked = notes.take();
    assert!(
        asked.contains("This account is not root.") && asked.ends_with("on this computer?"),
        "{asked}"
    );
    assert_eq!(session.prompt(), PROMPT);
    assert!(!session.enter(":host local").failed);
    assert_eq!(session.prompt(), LOCAL_PROMPT);
    // It is the computer already: no second question.
    assert!(
        session
            .enter(":host local")
            .text
            .starts_with("this computer, LAB-07")
    );
    notes.take();
    session.enter(":host machine");
    assert_eq!((session.prompt(), notes.take().as_str()), (PROMPT, "left"));
}

#[test]
fn repl_local_a_restart_is_asked_for_each_time() {
    let restart = "step \"Restart\" restart_computer < message: \"Save your work\" >";
    let (mut session, notes) = pretended(vec![
        Ok(true),
        Ok(false),
        Err("nobody is here".to_owned()),
        Ok(true),
    ]);
    session.enter(":host local");
    notes.take();
    let answer = session.enter(restart);
    assert_eq!(
        answer.text,
        "it was not restarted; `:next` or `:run` goes on as if it had been\n"
    );
    let asked = notes.take();
    assert!(
        asked.contains("shown: ✓ Restart") && !asked.contains("restarted:"),
        "{asked}"
    );
    assert!(
        session
            .enter("step \"After\" set_variable < A = \"1\" >")
            .text
            .starts_with("✓ After")
    );
    assert!(
        !notes.take().contains("restarted:"),
        "going on restarts nothing"
    );
    let answer = session.enter(restart);
    assert!(
        answer
            .text
            .starts_with("nobody is here: it was not restarted")
            && !answer.quit,
        "{}",
        answer.text
    );
    notes.take();
    let answer = session.enter(restart);
    assert!(
        answer.quit && answer.text == "the computer restarts\n",
        "{}",
        answer.text
    );
    assert!(notes.take().ends_with("restarted: Save your work"));
}

#[test]
fn repl_local_a_secret_that_is_printed_in_two_pieces_is_hidden() {
    let scratch = scratch();
    let typed = "set masked Key = Hunter2-horse\n:host local\n\
                 step \"Tell\" run_command_line < \"printf 'it is Hunter2'; sleep 0.3; printf -- '-horse, all of it'\" >\n\
                 step \"Next\" run_command_line < \"echo next\" >\n";
    let (shown, code) = local(scratch.path(), &["--yes"], typed);
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("it is ********, all of it\n✓ Tell") && !shown.contains("Hunter2-horse"),
        "{shown}"
    );
}
