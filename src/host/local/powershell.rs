//! Run PowerShell Script.

use std::{fs, path::PathBuf};

use super::{
    LocalHost,
    command::{self, Start, account, around, folder, time_out},
    words::{self, named, references, value},
};
use crate::{
    computer::{Outcome, Work},
    host::system::Program,
};

/// ERROR_NOT_SUPPORTED as an HRESULT.
const NOT_SUPPORTED: u32 = 0x8007_0032;
/// ERROR_FILE_NOT_FOUND as an HRESULT.
const NOT_FOUND: u32 = 0x8007_0002;

const COMPONENT: &str = "RunPowerShellScript";

/// Run PowerShell Script: written in the step, or of a package.
pub(super) fn run(host: &mut LocalHost, work: &Work<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let dry = host.setup.dry;
    let packages = references(work, "package");
    let Some(content) = host.content_of(work, packages.first(), &mut outcome) else {
        return outcome;
    };
    let what = match packages.first() {
        Some(package) => format!(
            "{} from package {}",
            value(work, "script_name"),
            named(package)
        ),
        None => "the PowerShell script of this step".to_owned(),
    };
    let parameters = value(work, "parameters").trim();
    let with = if parameters.is_empty() {
        String::new()
    } else {
        format!(" with {parameters}")
    };
    let as_user = around(work, "run_as", "_SMSTSRunPowerShellAsUser");
    let Some(powershell) = host.system.powershell() else {
        outcome.exit_code = NOT_FOUND;
        let why = "neither powershell.exe nor pwsh is on this computer";
        outcome
            .did
            .push(format!("{}: {why}", words::FAIL.said(dry)));
        host.line(COMPONENT, 3, format!("The script cannot run: {why}"));
        return outcome;
    };
    outcome
        .did
        .push(format!("{} {what}{with}{as_user}", words::RUN.said(dry)));
    if dry {
        if !value(work, "output_variable").is_empty() {
            outcome.assumed.push(format!(
                "output of the step \"{}\"",
                work.step.common.name.value
            ));
        }
        return outcome;
    }
    let (script, own) = match &content {
        Some(content) => (
            content.join(value(work, "script_name").replace('\\', "/")),
            false,
        ),
        None if host.system.family() != "windows"
            && account(work, "_SMSTSRunPowerShellAsUser").is_some() =>
        {
            outcome.exit_code = NOT_SUPPORTED;
            let why = "an inline script lies where only the run's account can read it; put it into a package";
            outcome
                .did
                .push(format!("could not run it as another account: {why}"));
            return outcome;
        }
        None => match host.written(value(work, "script")) {
            Ok(path) => (path, true),
            Err(message) => {
                outcome.exit_code = NOT_FOUND;
                outcome
                    .did
                    .push(format!("could not write the script: {message}"));
                return outcome;
            }
        },
    };
    let policy = value(work, "execution_policy").trim();
    let mut arguments = vec![
        "-NoLogo".into(),
        "-NoProfile".into(),
        "-NonInteractive".into(),
    ];
    if !policy.is_empty() && !policy.eq_ignore_ascii_case("Undefined") {
        arguments.extend(["-ExecutionPolicy".into(), policy.into()]);
    }
    // Parameters are in PowerShell's own words: only -Command reads them so.
    let path = script.display().to_string().replace('\'', "''");
    let call = format!("& '{path}' {parameters}; exit $LASTEXITCODE");
    arguments.extend(["-Command".into(), call.into()]);
    let log_parameters = (work.variables)("OSDLogPowerShellParameters")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let shown = match (log_parameters, parameters) {
        (_, "") => script.display().to_string(),
        (true, parameters) => format!("{} {parameters}", script.display()),
        (false, _) => format!("{} (parameters are not logged)", script.display()),
    };
    let start = Start {
        program: Program::Arguments(powershell, arguments),
        shown: &shown,
        component: COMPONENT,
        folder: folder(value(work, "working_directory"), content.as_deref()),
        content,
        time_out: time_out(work),
        account: account(work, "_SMSTSRunPowerShellAsUser"),
        native_view: true,
    };
    if let Some(ended) = host.process(work, start, &mut outcome) {
        command::finish(work, &ended, &mut outcome);
    }
    if own {
        let _ = fs::remove_file(&script);
    }
    outcome
}

impl LocalHost {
    /// Writes a script where only the run's account can read it.
    fn written(&mut self, text: &str) -> Result<PathBuf, String> {
        self.scripts += 1;
        let folder = self.setup.private.join("scripts");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let path = folder.join(format!("{}.ps1", self.scripts));
        let bytes = if self.system.family() == "windows" {
            // Signed scripts must be Unicode, and without a mark Windows PowerShell reads the
            // machine's code page.
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        } else {
            text.as_bytes().to_vec()
        };
        super::files::write_private(&path, &bytes).map_err(|error| error.to_string())?;
        self.system
            .make_private(&path)
            .map_err(|error| error.to_string())?;
        Ok(path)
    }
}
