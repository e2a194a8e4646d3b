//! Run PowerShell Script: written in the step, or of a package.

use super::{
    Action, NOT_SUPPORTED, could_not, deed,
    process::{
        self, around, content_of, folder, is_on, package, start_in, time_out, usable_account,
    },
    property::{named, value},
};
use crate::{
    computer::{Computer, Outcome, Process, Script, Task, Work},
    deed::Verb,
};

/// ERROR_FILE_NOT_FOUND as an HRESULT.
const NOT_FOUND: u32 = 0x8007_0002;

const COMPONENT: &str = "RunPowerShellScript";

/// The variable that says whether the step's account is used.
const AS_USER: &str = "_SMSTSRunPowerShellAsUser";

/// Run PowerShell Script.
pub(super) struct RunPowerShellScript;

impl Action for RunPowerShellScript {
    fn keyword(&self) -> &'static str {
        "run_powershell_script"
    }

    fn perform(&self, on: &mut dyn Computer, work: &Work<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let package = package(work);
        let Some(content) = content_of(on, work, package.as_ref(), &mut outcome) else {
            return outcome;
        };
        let Ok(account) = usable_account(on, work, AS_USER, COMPONENT, &mut outcome) else {
            return outcome;
        };
        let name = value(work, "script_name");
        let what = match &package {
            Some(package) => format!("{name} from package {}", named(package)),
            None => "the PowerShell script of this step".to_owned(),
        };
        let parameters = value(work, "parameters").trim();
        let with = with_parameters(work, parameters, &mut outcome);
        let Some(powershell) = on.powershell() else {
            let why = "neither powershell.exe nor pwsh is on this computer";
            outcome.exit_code = NOT_FOUND;
            outcome.did.push(deed(on, Verb::Fail, "", why));
            on.log(COMPONENT, 3, &format!("The script cannot run: {why}"));
            return outcome;
        };
        let said = format!("{what}{with}{}", around(work, AS_USER));
        outcome.did.push(deed(on, Verb::Run, said, ""));
        let script = match &content {
            Some(content) => Script::File(content.join(name.replace('\\', "/"))),
            None if account.is_some() && on.family() != "windows" => {
                let why = "an inline script lies where only the run's account can read it; put it into a package";
                outcome.exit_code = NOT_SUPPORTED;
                let deed = could_not(Verb::Run, "it as another account", why);
                outcome.did.push(deed);
                return outcome;
            }
            None => Script::Inline(value(work, "script")),
        };
        let process = Process {
            task: Task::Script {
                powershell,
                script,
                parameters,
                policy: value(work, "execution_policy").trim(),
            },
            component: COMPONENT,
            folder: folder(start_in(work), content.as_deref()),
            content,
            time_out: time_out(work),
            account,
            native_view: true,
        };
        process::run(on, work, &process, &mut outcome);
        outcome
    }
}

/// The parameters as they may be told; a dry run says what the run would.
fn with_parameters(work: &Work<'_>, parameters: &str, outcome: &mut Outcome) -> String {
    if parameters.is_empty() {
        return String::new();
    }
    if is_on(work, "OSDLogPowerShellParameters") {
        return format!(" with {parameters}");
    }
    outcome.quiet = true;
    " with parameters that are not logged".to_owned()
}
