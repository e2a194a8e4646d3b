//! What is written, over what, and what is left alone.

use std::{fs, process::Stdio, thread::sleep, time::Duration};

use super::{BAD, GOOD, Scratch, files_in};

/// A source with a test of its own step.
const TESTED: &[u8] =
    b"step \"A\" run_command_line < \"cmd.exe /c ver\" >\n\ntest \"t\" {\n    expect success\n}\n";

const MACHINE: &[u8] = b"name = \"PC1\"\n";

/// A line that `fmt` writes anew, and `fix` as well.
const UGLY: &str = "step   \"A\" run_command_line < \"x\" > when B = \"1\"\n";

/// More names of `lab.tasq`, through links.
#[cfg(unix)]
fn links(scratch: &Scratch) -> &'static [&'static str] {
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(from, scratch.path(to)).expect("a link can be made");
    };
    link("lab.tasq", "link.tasq");
    link(".", "here");
    &["link.tasq", "here/lab.tasq", "here/here/link.tasq"]
}

#[cfg(not(unix))]
fn links(_: &Scratch) -> &'static [&'static str] {
    &[]
}

#[test]
fn nothing_is_written_onto_an_input_whatever_it_is_called() {
    let files: &[(&str, &[u8])] = &[
        ("lab.tasq", GOOD),
        ("a.test.tasq", TESTED),
        ("m.toml", MACHINE),
        ("p.toml", b""),
        ("run.cmd", b"echo"),
        (
            "with.tasq",
            b"step \"A\" run_powershell_script < file(\"run.cmd\") >\n",
        ),
    ];
    let scratch = Scratch::new(files);
    fs::hard_link(scratch.path("lab.tasq"), scratch.path("hard.tasq")).expect("a hard link");
    let names = ["lab.tasq", "./lab.tasq", "hard.tasq"];
    let refused = ["is an input of this very run", "nothing was written"];
    for name in names.iter().chain(links(&scratch)) {
        for verb in ["build", "simulate"] {
            let done = scratch.run(&[verb, "lab.tasq", "-o", name, "--force"]);
            done.fails(2, &refused);
        }
    }
    let others = [
        "simulate lab.tasq -m m.toml -o m.toml",
        "simulate lab.tasq --child PS100001=a.test.tasq -o a.test.tasq",
        "test a.test.tasq --junit a.test.tasq",
        "build lab.tasq --param-file p.toml -o p.toml",
        "build with.tasq -o run.cmd",
        "decompile lab.xml -o lab.xml",
    ];
    scratch
        .run(&["build", "lab.tasq", "-o", "lab.xml"])
        .succeeds();
    let xml = scratch.read("lab.xml");
    for args in others {
        let args: Vec<&str> = args.split(' ').chain(["--force"]).collect();
        scratch.run(&args).fails(2, &refused);
    }
    assert_eq!(scratch.read("lab.xml"), xml);
    for (name, bytes) in files {
        assert_eq!(scratch.read(name).as_bytes(), *bytes, "{name} is as it was");
    }
}

#[test]
fn a_file_of_another_kind_is_written_over_only_with_force() {
    let scratch = Scratch::new(&[("lab.tasq", GOOD), ("t.test.tasq", TESTED)]);
    let verbs: &[(&[&str], &[u8])] = &[
        (&["build", "lab.tasq", "-o"], b"<sequences/>"),
        (
            &["simulate", "lab.tasq", "-o"],
            b"notes on a run\n\nthey ran\n",
        ),
        (
            &["simulate", "lab.tasq", "--output-format", "json", "-o"],
            b"{\"format_version\": 1}",
        ),
        (
            &["simulate", "lab.tasq", "--output-format", "html", "-o"],
            b"<!DOCTYPE html><p>mine",
        ),
        (&["test", "t.test.tasq", "--junit"], b"<testsuite/>"),
        (&["facts", "-o"], MACHINE),
    ];
    for (args, other) in verbs {
        let run = |more: &[&str]| scratch.run(&[args, ["out"].as_slice(), more].concat());
        fs::write(scratch.path("out"), other).expect("a file can be written");
        run(&[]).fails(2, &["out is there and", "--force writes over it"]);
        assert_eq!(scratch.read("out").as_bytes(), *other, "{args:?}");
        assert_eq!(run(&["--force"]).code, Some(0), "{args:?}");
        let own = scratch.read("out");
        assert_ne!(own.as_bytes(), *other, "{args:?}");
        assert_eq!(run(&[]).code, Some(0), "its own result gives way: {args:?}");
        fs::write(scratch.path("out"), "").expect("a file can be written");
        assert_eq!(run(&[]).code, Some(0), "so does an empty file: {args:?}");
    }
}

#[test]
fn facts_that_somebody_wrote_on_are_kept() {
    let scratch = Scratch::new(&[]);
    scratch.run(&["facts", "-o", "pc.toml"]).succeeds();
    let windows = scratch.read("pc.toml").replace('\n', "\r\n");
    fs::write(scratch.path("pc.toml"), &windows).expect("a file can be written");
    scratch.run(&["facts", "-o", "pc.toml"]).succeeds();
    let mine = scratch.read("pc.toml") + "asset_tag = \"mine\"\n";
    fs::write(scratch.path("pc.toml"), &mine).expect("a file can be written");
    scratch
        .run(&["facts", "-o", "pc.toml"])
        .fails(2, &["--force"]);
    assert_eq!(scratch.read("pc.toml"), mine);
}

#[test]
fn marked_sources_do_not_write_over_notes() {
    let scratch = Scratch::new(&[("a.test.tasq", TESTED), ("cov/a.test.tasq.txt", b"mine")]);
    let args = ["test", "a.test.tasq", "--coverage-source", "cov"];
    let refused = scratch.run(&args);
    refused.fails(2, &["a.test.tasq.txt is there and is no marked source"]);
    assert_eq!(scratch.read("cov/a.test.tasq.txt"), "mine");
    fs::remove_file(scratch.path("cov/a.test.tasq.txt")).expect("a file can be removed");
    scratch.run(&args).succeeds();
    scratch.run(&args).succeeds();
}

#[test]
fn an_edited_script_is_kept_and_nothing_beside_it_is_written() {
    let script =
        |name: &str, text: &str| format!("step \"{name}\" run_powershell_script < \"{text}\" >\n");
    let source = script("One", "Write-Host 1") + &script("one", "Write-Host 2");
    let scratch = Scratch::new(&[("lab.tasq", source.as_bytes())]);
    scratch.run(&["build", "lab.tasq", "-o", "lab.xml"]);
    let args = ["decompile", "lab.xml", "--scripts", "files", "-o", "out/"];
    assert_eq!(scratch.run(&args).code, Some(0));
    let path = "out/scripts/lab/one-2.ps1";
    assert_eq!(scratch.run(&args).code, Some(0), "once more is the same");
    fs::write(scratch.path(path), "edited").expect("a file can be written");
    fs::remove_file(scratch.path("out/scripts/lab/one.ps1")).expect("a file can be removed");
    scratch
        .run(&args)
        .fails(2, &["one-2.ps1 is there and holds something else"]);
    assert_eq!(scratch.read(path), "edited");
    assert!(
        !scratch.path("out/scripts/lab/one.ps1").exists(),
        "all or nothing"
    );
    assert_eq!(
        scratch.run(&[&args[..], &["--force"]].concat()).code,
        Some(0)
    );
    assert_ne!(scratch.read(path), "edited");
}

#[test]
fn results_keep_everything_before_the_ending_and_collide_without_regard_to_case() {
    let files: &[(&str, &[u8])] = &[
        ("Patch 2024.10.tasq", GOOD),
        ("Patch 2024.TASQ", GOOD),
        ("Patch 2024.11", GOOD),
        ("sub/patch 2024.tasq", GOOD),
    ];
    let scratch = Scratch::new(files);
    let names = ["Patch 2024.10.tasq", "Patch 2024.TASQ", "Patch 2024.11"];
    let done = scratch.run(&[&["build"], &names[..], &["-o", "new/out"]].concat());
    done.fails(0, &["3 written, 0 failed"]);
    let written = ["Patch 2024.10.xml", "Patch 2024.11.xml", "Patch 2024.xml"];
    assert_eq!(files_in(&scratch.path("new/out")), written);
    let named = ["Patch 2024.TASQ", "sub/patch 2024.tasq"];
    let done = scratch.run(&[&["build"], &named[..], &["-o", "twice"]].concat());
    done.fails(
        2,
        &[
            "two sources would be written to",
            "sub",
            "nothing was written",
        ],
    );
    assert!(!scratch.path("twice").exists());
}

#[test]
fn sources_of_one_name_in_two_folders_are_built_into_two_folders() {
    let files: &[(&str, &[u8])] = &[
        ("all/lab.tasq", GOOD),
        ("all/east/lab.tasq", GOOD),
        ("all/east/deep/Lab.tasq", GOOD),
    ];
    let scratch = Scratch::new(files);
    let written = ["east/deep/Lab.xml", "east/lab.xml", "lab.xml"];
    for (argument, out) in [("all", "folder"), ("all/**/*.tasq", "pattern")] {
        let done = scratch.run(&["build", argument, "-o", out]);
        done.fails(0, &["3 written, 0 failed"]);
        for name in written {
            assert!(scratch.path(out).join(name).exists(), "{argument}: {name}");
        }
    }
    // One that goes up leaves nothing outside. Windows takes `..` first, and a file remains.
    let done = scratch.run(&["build", "all/*/../lab.tasq", "-o", "up/out/"]);
    done.fails(0, if cfg!(windows) { &[] } else { &["1 written"] });
    assert!(scratch.path("up/out/lab.xml").exists());
}

#[test]
fn a_result_in_a_folder_that_cannot_be_made_leaves_no_other_behind() {
    let files: &[(&str, &[u8])] = &[("a.test.tasq", TESTED), ("file", b"mine")];
    let scratch = Scratch::new(files);
    let args = [
        "test",
        "a.test.tasq",
        "--junit",
        "new/j.xml",
        "--coverage-source",
        "file/cov",
    ];
    scratch.run(&args).fails(2, &["cannot write file"]);
    assert!(!scratch.path("new").exists());
    assert_eq!(files_in(&scratch.path("")), ["a.test.tasq", "file"]);
}

#[test]
fn what_would_not_come_back_is_written_on_request_alone() {
    let lost = b"<sequence version=\"3.10\">lost</sequence>";
    let good = b"<sequence version=\"3.10\"></sequence>\r\n";
    let scratch = Scratch::new(&[("p/lost.xml", lost), ("p/good.xml", good)]);
    let args = ["decompile", "p", "-o", "out", "--force"];
    let words = [
        "TQ0704",
        "not written; --keep-unproven",
        "1 written, 1 failed, 0 kept as XML",
    ];
    scratch.run(&args).fails(1, &words);
    assert_eq!(files_in(&scratch.path("out")), ["good.tasq"]);
    let args = ["decompile", "p", "-o", "out", "--keep-unproven"];
    scratch
        .run(&args)
        .fails(1, &["TQ0704", "2 written, 0 failed"]);
    assert_eq!(files_in(&scratch.path("out")), ["good.tasq", "lost.tasq"]);
}

#[test]
fn an_edit_saved_meanwhile_is_kept_and_reported() {
    let mut files = vec![("p/a.tasq".to_owned(), UGLY.to_owned())];
    for index in 0..3 {
        files.push((format!("p/z{index}.tasq"), UGLY.repeat(150)));
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let mine = UGLY.replace("\"A\"", "\"MY NEW EDIT\"");
    for round in 0..20 {
        let scratch = Scratch::new(&files);
        let verb = ["fix", "fmt"][round % 2];
        let mut child = scratch
            .command(&[verb, "p"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        sleep(Duration::from_millis(3 * round as u64));
        fs::write(scratch.path("p/a.tasq"), &mine).expect("a file can be written");
        child.wait().expect("the program ends");
        let left = scratch.read("p/a.tasq");
        assert!(
            left.contains("MY NEW EDIT"),
            "{verb} in round {round}: {left}"
        );
    }
}

#[test]
fn a_killed_fmt_leaves_whole_files_and_the_next_one_clears_up() {
    let text = UGLY.repeat(40);
    let scratch = Scratch::new(&[]);
    fs::create_dir(scratch.path("p")).expect("a folder can be made");
    let names: Vec<String> = (0..12).map(|index| format!("p/{index}.tasq")).collect();
    let write = || {
        for name in &names {
            fs::write(scratch.path(name), &text).expect("a file can be written");
        }
    };
    write();
    assert_eq!(scratch.run(&["fmt", "p"]).code, Some(0));
    let new = scratch.read(&names[0]);
    for round in 0..crate::cli::crashes() {
        write();
        let mut child = scratch
            .command(&["fmt", "p"])
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        sleep(Duration::from_millis(u64::from(round) * 7 % 140));
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().expect("the program ends");
        for name in &names {
            let left = scratch.read(name);
            assert!(left == text || left == new, "{name}: {} bytes", left.len());
        }
    }
    fs::write(scratch.path("p/.tasq-aB3dE6.tmp"), "half").expect("a file can be written");
    fs::write(scratch.path("p/.tasq-mine.tmp"), "mine").expect("a file can be written");
    assert_eq!(scratch.run(&["fmt", "p"]).code, Some(0));
    let left = files_in(&scratch.path("p"));
    let hidden: Vec<&String> = left.iter().filter(|name| name.starts_with('.')).collect();
    assert_eq!(hidden, [".tasq-mine.tmp"], "what is not ours stays");
}

#[test]
fn a_draft_of_a_project_that_was_killed_is_cleared_away() {
    let scratch = Scratch::new(&[(".tasq-new-aB3dE6/tasq.toml", b"")]);
    assert_eq!(scratch.run(&["new", "lab"]).code, Some(0));
    assert_eq!(files_in(&scratch.path("")), ["lab"]);
}

#[test]
fn mark_and_encoding_stay_as_they_are() {
    let text = "step   \"Ä\" run_command_line < \"x\" >\r\n";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files: &[(&str, &[u8])] = &[
        ("mark.tasq", &[b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("wide.tasq", &[b"\xFF\xFE", wide.as_slice()].concat()),
    ];
    for verb in ["fmt", "fix"] {
        let scratch = Scratch::new(files);
        scratch.run(&[verb, "mark.tasq", "wide.tasq"]);
        let mark = fs::read(scratch.path("mark.tasq")).expect("a file can be read");
        assert!(
            mark.starts_with(b"\xEF\xBB\xBFstep") && mark.ends_with(b"\r\n"),
            "{verb}"
        );
        let wide = fs::read(scratch.path("wide.tasq")).expect("a file can be read");
        assert!(
            wide.starts_with(b"\xFF\xFEs\0") && wide.ends_with(b"\r\0\n\0"),
            "{verb}"
        );
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        ffi::CString,
        os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink},
    };

    use rustix::fs::{XattrFlags, getxattr, setxattr};

    use super::*;

    fn attribute(path: &std::path::Path) -> Option<Vec<u8>> {
        let mut buffer = vec![0; 100];
        let name = CString::new("user.note").expect("a name");
        let length = getxattr(path, name.as_c_str(), buffer.as_mut_slice()).ok()?;
        buffer.truncate(length);
        Some(buffer)
    }

    #[test]
    fn in_place_writes_keep_what_a_file_has_beside_its_content() {
        let scratch = Scratch::new(&[("a.tasq", UGLY.as_bytes())]);
        let path = scratch.path("a.tasq");
        symlink("a.tasq", scratch.path("link.tasq")).expect("a link can be made");
        fs::hard_link(&path, scratch.path("hard.txt")).expect("a hard link");
        let noted = setxattr(&path, "user.note", b"mine", XattrFlags::empty()).is_ok();
        // Somebody else's file: only root can make one.
        let given = chown(&path, Some(1234), Some(5678)).is_ok();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o2640)).expect("rights");
        let before = fs::metadata(&path).expect("a file");
        scratch
            .run(&["fmt", "link.tasq"])
            .fails(0, &["has 1 other name, which keeps the old text"]);
        let after = fs::metadata(&path).expect("a file");
        let facts = |data: &fs::Metadata| (data.uid(), data.gid(), data.mode());
        assert_eq!(
            facts(&after),
            facts(&before),
            "owner was changed for the test: {given}"
        );
        assert_eq!(attribute(&path), noted.then(|| b"mine".to_vec()));
        assert!(scratch.path("link.tasq").is_symlink());
        assert_eq!(scratch.read("hard.txt"), UGLY);
        assert_ne!(scratch.read("a.tasq"), UGLY);
    }

    #[test]
    fn a_link_to_a_file_that_is_not_there_stays_a_link() {
        let scratch = Scratch::new(&[("lab.tasq", GOOD)]);
        fs::create_dir(scratch.path("real")).expect("a folder can be made");
        symlink("real/lab.xml", scratch.path("out.xml")).expect("a link can be made");
        scratch
            .run(&["build", "lab.tasq", "-o", "out.xml"])
            .succeeds();
        assert!(scratch.path("out.xml").is_symlink());
        assert!(scratch.path("real/lab.xml").is_file());
    }

    #[test]
    fn two_results_do_not_share_a_file_through_links() {
        let scratch = Scratch::new(&[("a.tasq", GOOD), ("b.tasq", GOOD), ("out/a.xml", b"")]);
        symlink("a.xml", scratch.path("out/b.xml")).expect("a link can be made");
        scratch
            .run(&["build", "a.tasq", "b.tasq", "-o", "out"])
            .fails(2, &["two results would be written to one file"]);
        assert_eq!(scratch.read("out/a.xml"), "");
    }

    #[test]
    fn what_cannot_be_taken_in_place_is_left() {
        let scratch = Scratch::new(&[("a.tasq", UGLY.as_bytes()), ("b.tasq", UGLY.as_bytes())]);
        let locked = fs::Permissions::from_mode(0o444);
        fs::set_permissions(scratch.path("a.tasq"), locked).expect("rights");
        let words = [
            "cannot write a.tasq: it is read-only",
            "1 formatted, 1 failed",
        ];
        scratch.run(&["fmt", "a.tasq", "b.tasq"]).fails(2, &words);
        assert_eq!(scratch.read("a.tasq"), UGLY);
        assert_ne!(scratch.read("b.tasq"), UGLY);
    }
}

#[test]
fn the_prompt_saves_over_the_source_it_loaded_and_over_no_other_input() {
    let scratch = Scratch::new(&[("lab.tasq", GOOD), ("m.toml", MACHINE)]);
    let entries = ":load lab.tasq\nstep \"B\" run_command_line < \"y\" >\n:save lab.tasq\n\
                   :save! lab.tasq\n:save! lab.tasq\n:machine m.toml\n:save! m.toml\n";
    let done = scratch.run_with_input(&["repl"], entries.as_bytes());
    assert_eq!(done.code, Some(1), "{}", done.out);
    assert!(
        done.out.contains("lab.tasq is there already"),
        "{}",
        done.out
    );
    assert_eq!(
        done.out.matches("wrote lab.tasq").count(),
        2,
        "{}",
        done.out
    );
    assert!(
        done.out.contains("m.toml is an input of this very run"),
        "{}",
        done.out
    );
    assert!(scratch.read("lab.tasq").contains("\"B\""));
    assert_eq!(scratch.read("m.toml").as_bytes(), MACHINE);
}

#[test]
fn a_broken_source_costs_only_itself() {
    let scratch = Scratch::new(&[("a.tasq", GOOD), ("bad.tasq", BAD), ("c.tasq", GOOD)]);
    let done = scratch.run(&["build", "a.tasq", "bad.tasq", "c.tasq", "-o", "out"]);
    done.fails(1, &["TQ0201", "2 written, 1 failed"]);
    assert_eq!(files_in(&scratch.path("out")), ["a.xml", "c.xml"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_is_lost_is_an_error_in_every_verb() {
    let files: &[(&str, &[u8])] = &[
        ("lab.tasq", GOOD),
        ("t/a.test.tasq", TESTED),
        ("t/lab.tasq", GOOD),
    ];
    let scratch = Scratch::new(files);
    let xml = scratch.run(&["build", "lab.tasq"]).out;
    std::fs::write(scratch.path("lab.xml"), xml).expect("written");
    let cases: &[&[&str]] = &[
        &["build", "lab.tasq"],
        &["check", "lab.tasq", "--output-format", "json"],
        &["completions", "bash"],
        &["decompile", "lab.xml"],
        &["eval", "Ring == \"a\""],
        &["explain", "TQ0202"],
        &["facts"],
        &["fmt", "-"],
        &["new", "lab"],
        &["repl"],
        &["run", "lab.tasq", "--what-if"],
        &["simulate", "lab.tasq"],
        &["status", "--state", "state"],
        &["test", "t"],
        &["vocabulary"],
        &["--help"],
        &["--version"],
    ];
    for args in cases {
        for stdout in [">&-", ">/dev/full"] {
            let mut command = std::process::Command::new("sh");
            let script = format!("printf '1 == 1\\n' | \"$0\" \"$@\" {stdout}");
            let good = "step \"A\" run_command_line < \"x\" >";
            let input = if args[0] == "fmt" { good } else { "1 == 1" };
            command
                .args(["-c", &script.replace("1 == 1", input)])
                .arg(env!("CARGO_BIN_EXE_tasq"))
                .args(*args)
                .current_dir(scratch.path(""));
            let code = command.status().expect("a shell starts").code();
            let _ = std::fs::remove_dir_all(scratch.path("lab"));
            assert_eq!(code, Some(2), "{args:?} {stdout}");
        }
    }
    // Open for reading as well, as programs give it to their children.
    let null = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/null");
    let mut wanted = scratch.command(&["build", "lab.tasq"]);
    wanted.stdout(null.expect("it is there"));
    assert!(wanted.status().expect("it starts").success());
    scratch
        .run(&["build", "lab.tasq", "-o", "/dev/full"])
        .fails(2, &["cannot write /dev/full"]);
}
