//! Values in command lines that a shell reads.

use super::Place;

/// What a value must not be able to do.
const HOSTILE: &str = "it's \"here\"; $(touch bad) `touch bad2` \\ * $HOME";

fn sequence(command: &str, place: &Place) -> String {
    let here = place.path("").display().to_string();
    let command = command.replace('"', "\"\"");
    format!("step \"A\" run_command_line < \"{command}\", working_directory: \"{here}\" >\n")
}

#[test]
fn a_value_in_quotes_stays_one_word_whatever_it_holds() {
    for command in [
        "printf '%s' '%V%' > out.txt",
        "printf '%s' \"%V%\" > out.txt",
        "printf '%s' \"\"'%V%'\"\" > out.txt; echo # it's",
    ] {
        let place = Place::new();
        let set = format!("V={HOSTILE}");
        let done = place.run(&sequence(command, &place), &["--set", &set]);
        let done = done.ends(0);
        assert_eq!(place.read("out.txt"), HOSTILE, "{command}");
        assert!(!place.path("bad").exists() && !place.path("bad2").exists());
        assert!(!done.all().contains("TQ0509"), "{}", done.all());
        // What would be done is what is done.
        let dry = place.tasq(&["run", "lab.tasq", "--what-if", "--set", &set]);
        let ran = place.log();
        let line = "Executing command line: ";
        let ran = ran
            .split(line)
            .nth(1)
            .and_then(|rest| rest.split("]LOG]").next());
        let ran = ran.expect("a line of the log");
        assert!(dry.out.contains(ran), "no {ran} in {}", dry.out);
    }
}

#[test]
fn a_value_outside_of_quotes_is_warned_of_in_a_run_alone() {
    let place = Place::new();
    let source = sequence("echo %V% \"$(echo '%W%')\" > out.txt", &place);
    let done = place
        .run(&source, &["--set", "V=a  b", "--set", "W=c"])
        .ends(0);
    let says = "a shell reads what `%V%`, `%W%` holds";
    assert!(
        done.err.contains("TQ0509") && done.err.contains(says),
        "{}",
        done.err
    );
    assert_eq!(place.read("out.txt"), "a b c\n");
    let set = ["--set", "V=a", "--set", "W=c"];
    let dry = place.tasq(&[&["run", "lab.tasq", "--what-if"][..], &set].concat());
    assert!(dry.err.contains(says), "{}", dry.err);
    let checked = place.tasq(&["check", "lab.tasq"]);
    assert!(!checked.all().contains("TQ0509"), "{}", checked.all());
    // Nobody means a shell of Unix with these.
    for command in ["cmd.exe /c echo %V%", "C:\\a\\b %V%"] {
        place.write("lab.tasq", &sequence(command, &place));
        let dry = place.tasq(&[&["run", "lab.tasq", "--what-if"][..], &set].concat());
        assert!(!dry.all().contains("TQ0509"), "{}", dry.all());
    }
}

#[test]
fn a_secret_that_is_written_for_a_shell_is_hidden_all_the_same() {
    let place = Place::new();
    let secret = "se'cr\"et$\\word";
    place.write(
        "lab.tasq",
        "step \"Set\" set_variable < masked P = secret(\"PW\") >\n\
         step \"A\" run_command_line < \"test '%P%' = \"\"%P%\"\" && printf '%s' '%P%'\", output_variable: O >\n",
    );
    let mut command = place.command(&["run", "lab.tasq", "--yes"]);
    let output = command.env("TASQ_SECRET_PW", secret).output();
    let done = super::Done::of(&output.expect("tasq starts")).ends(0);
    let all = done.all() + &place.log();
    for form in [secret, r#"se'\''cr"#, r#"cr\"et"#, r"et\$"] {
        assert!(!all.contains(form), "{form} in {all}");
    }
}
