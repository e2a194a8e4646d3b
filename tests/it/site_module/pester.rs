//! The module's own tests, where there is a PowerShell with Pester 5: named by `TASQ_PWSH`, else on
//! the PATH.

use std::process::{Command, Stdio};

use super::folder;

/// What is said where Pester cannot be run.
const READY: &str = "Pester is ready";

/// Runs a command in a PowerShell; what it prints, and whether it ended well.
fn ask(program: &str, command: &str) -> Option<(String, bool)> {
    let output = Command::new(program)
        .args(["-NoProfile", "-NonInteractive", "-Command", command])
        .current_dir(folder())
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((text, output.status.success()))
}

/// A PowerShell, and whether it has Pester 5.
fn powershell() -> Option<(String, bool)> {
    let named = std::env::var("TASQ_PWSH").ok();
    let names = named.map_or_else(
        || vec!["powershell.exe".to_owned(), "pwsh".to_owned()],
        |name| vec![name],
    );
    let question = format!(
        "if (Get-Module -ListAvailable Pester | Where-Object {{ $_.Version -ge '5.0' }}) \
         {{ '{READY}' }} else {{ 'a PowerShell' }}"
    );
    names.into_iter().find_map(|name| {
        let (said, _) = ask(&name, &question)?;
        // Something else may be called so.
        let ready = said.contains(READY);
        (ready || said.contains("a PowerShell")).then_some((name, ready))
    })
}

#[test]
fn the_site_module_parses_where_there_is_a_powershell() {
    let Some((program, _)) = powershell() else {
        println!("skipped: there is no PowerShell; name one with TASQ_PWSH");
        return;
    };
    let command = "$bad = 0; foreach ($file in Get-ChildItem -Recurse -Include *.ps1, *.psm1, *.psd1) { \
        $faults = $null; \
        [void] [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref] $null, [ref] $faults); \
        foreach ($one in $faults) { $bad++; \"$($file.Name): $one\" } }; \
        [void] (Test-ModuleManifest -Path Tasq.Site.psd1 -ErrorAction Stop); exit $bad";
    let (said, well) = ask(&program, command).expect("it was there a moment ago");
    assert!(well, "{said}");
}

#[test]
fn the_tests_of_the_site_module_pass_where_there_is_pester() {
    let Some((program, true)) = powershell() else {
        println!("skipped: there is no PowerShell with Pester 5; name one with TASQ_PWSH");
        return;
    };
    let command = "Import-Module Pester -MinimumVersion 5.0; \
        $done = Invoke-Pester -Path Tests -PassThru; exit $done.FailedCount + [int] ($done.PassedCount -eq 0)";
    let (said, well) = ask(&program, command).expect("it was there a moment ago");
    assert!(well, "{said}");
}
