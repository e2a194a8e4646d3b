//! Sources of any length, with the mix of steps and conditions that exports have.

/// A sequence of `steps` steps in groups of twenty.
pub fn sequence(steps: usize) -> String {
    let mut out = String::from(
        "sequence \"Generated\" < description: \"For measuring\", maximum_run_time: 2h >\n\n",
    );
    for index in 0..steps {
        if index % 20 == 0 {
            if index > 0 {
                out.push_str("}\n\n");
            }
            out.push_str(&format!(
                "group \"Part {}\" < description: \"Twenty steps\" > when _SMSTSInWinPE == \"false\" {{\n",
                index / 20
            ));
        }
        out.push_str(&step(index));
    }
    out.push_str("}\n");
    out
}

fn step(index: usize) -> String {
    match index % 10 {
        0 => format!(
            "    step \"Note {index}\" set_variable < Mark{} = \"TRUE\" >\n",
            index % 7
        ),
        1 => format!(
            "    step \"Setting {index}\" run_command_line <\n        'reg add \"HKLM\\SOFTWARE\\Lab\\{index}\" /v Done /t REG_DWORD /d 1 /f'\n        timeout: 15min\n    >\n"
        ),
        2 => format!(
            "    step \"Copy {index}\" run_command_line < \"robocopy C:\\a C:\\b /e\", success_codes: \"0 1 2 3\" > when exists Mark0\n"
        ),
        3 => format!(
            "    step \"Script {index}\" run_powershell_script <\n        \"\"\"\n        Get-Item \"C:\\Temp\"   # {index}\n        exit 0\n        \"\"\"\n        execution_policy: bypass\n    >\n"
        ),
        4 => format!(
            "    step \"Restart {index}\" restart_computer < message_timeout: 10s > when _SMSTSLastActionRetCode == 3010\n"
        ),
        5 => format!(
            "    step \"Laptops {index}\" run_command_line < \"powercfg /s x\" > when any(wmi \"select * from Win32_Battery\", Mark1 == \"TRUE\")\n"
        ),
        6 => format!(
            "    step \"Inventory {index}\" run_command_line < \"cmd.exe /c ver\", continue_on_error: true >  # {index}\n"
        ),
        7 => format!(
            "    step \"Off {index}\" run_command_line < \"cmd.exe /c dir C:\\\", disabled: true >\n"
        ),
        8 => format!(
            "    step \"File {index}\" run_command_line < \"cmd.exe /c del x\" > when file \"C:\\Temp\\{index}.tag\"\n"
        ),
        _ => format!(
            "    step \"Package {index}\" run_command_line < \"setup.exe /s\", package: package(\"PS100{:03X}\", \"Tools\") >\n",
            index % 999
        ),
    }
}
