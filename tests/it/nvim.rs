//! A real client: Neovim without a screen opens a project, gets findings, mends, completes,
//! renames, formats, simulates. Skipped with a message where there is no `nvim`.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Longer than any session takes, on a loaded machine too.
const PATIENCE: Duration = Duration::from_secs(240);

const SOURCE: &str = "sequence \"Lab\" < description: \"😀 lab\" >
step \"Set 😀\" set_variable < Ring = \"pilot\" >
step \"Show 😀😀\" run_command_line < \"echo %Ring%\" > when Ring = \"pilot\"
step   \"Restart\"  restart_computer <message:\"now\",message_timeout:60s>
";

fn has_nvim() -> bool {
    Command::new("nvim")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a script of `editors/neovim/test` in a folder; gives the lines it noted.
fn session(folder: &Path, script: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = root.join("editors/neovim");
    let results = folder.join("results.txt");
    let mut child = Command::new("nvim")
        .current_dir(folder)
        .args(["--headless", "-n", "-u", "NONE", "-i", "NONE"])
        .args([
            "--cmd",
            &format!(
                "set rtp^={} | filetype plugin on | syntax on",
                config.display()
            ),
        ])
        .args([
            "-c",
            &format!("luafile {}", config.join("test").join(script).display()),
        ])
        .env("TASQ_RESULTS", &results)
        .env("TASQ_PROGRAM", env!("CARGO_BIN_EXE_tasq"))
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("nvim starts");
    let begin = Instant::now();
    while child.try_wait().expect("nvim can be asked").is_none() {
        if begin.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!(
                "nvim did not end; it noted\n{}",
                fs::read_to_string(&results).unwrap_or_default()
            );
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let text = fs::read_to_string(&results).expect("the script noted something");
    text.lines()
        .map(|line| {
            line.split_once(": ")
                .map_or((String::new(), line.to_owned()), |(name, text)| {
                    (name.to_owned(), text.to_owned())
                })
        })
        .collect()
}

#[test]
fn nvim_works_on_a_project() {
    if !has_nvim() {
        println!("skipped: there is no nvim; on Debian `apt-get install neovim`");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tasq.toml"), "").unwrap();
    fs::write(folder.path().join("lab.tasq"), SOURCE).unwrap();
    fs::create_dir(folder.path().join("machines")).unwrap();
    let machine = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/machines/hyper-v.toml");
    fs::copy(machine, folder.path().join("machines/m.toml")).unwrap();
    let noted = session(folder.path(), "project.lua");
    let all = |name: &str| {
        noted
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, text)| text.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(all("failure"), Vec::<&str>::new(), "{noted:#?}");
    assert_eq!(all("end"), ["good"], "{noted:#?}");
    assert_eq!(all("syntax"), ["tasqStatement"]);
    assert_eq!(all("finding").len(), 1, "{noted:#?}");
    // Neovim counts bytes: the place was told in UTF-16 units.
    assert!(all("finding")[0].starts_with("TQ0112 3:67"), "{noted:#?}");
    assert_eq!(all("action"), ["write `==`"]);
    assert_eq!(
        all("mended"),
        ["step \"Show 😀😀\" run_command_line < \"echo %Ring%\" > when Ring == \"pilot\""]
    );
    assert_eq!(all("completion"), ["message message_timeout"]);
    // Without a word of ours in `init.lua`: Neovim 0.7 sets none of them by itself.
    let keys = "v:lua.vim.lsp.omnifunc v:lua.vim.lsp.tagfunc v:lua.vim.lsp.formatexpr()";
    assert_eq!(all("keys"), [keys]);
    let script = "step \"Run PowerShell Script\" run_powershell_script < \"\"\" \"\"\" >";
    assert_eq!(all("whole step"), [script], "{noted:#?}");
    assert!(all("hover")[0].contains("set_variable"), "{noted:#?}");
    assert_eq!(
        all("renamed"),
        [
            "step \"Set 😀\" set_variable < Wave = \"pilot\" >",
            "step \"Show 😀😀\" run_command_line < \"echo %Wave%\" > when Wave == \"pilot\"",
        ]
    );
    assert_eq!(
        all("formatted"),
        ["step \"Restart\" restart_computer < message: \"now\", message_timeout: 60s >"]
    );
    assert_eq!(all("symbols"), ["4"]);
    assert_eq!(all("lens"), ["simulate up to here"]);
    assert_eq!(all("simulated"), ["true"]);
    let written = fs::read_to_string(folder.path().join("lab.tasq")).unwrap();
    assert!(
        written.contains("Wave") && written.contains("message: \"now\""),
        "{written}"
    );
}
