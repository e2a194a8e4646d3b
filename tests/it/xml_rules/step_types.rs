//! The twelve step types as data: action line, attributes and variables of each.

use roxmltree::Node;

/// A step type.
pub struct StepType {
    /// The attribute `type`.
    pub class: &'static str,
    /// The action line. `{P}` is the value of the property P, `{P!}` the same with a capital first
    /// letter; the part in square brackets is written only where its property is there.
    pub action: &'static str,
    /// The values of `runIn`.
    pub runs_in: &'static [&'static str],
    /// Whether the step has a time limit.
    pub timeout: bool,
    /// The variables in the order of writing.
    pub variables: &'static [Variable],
}

/// A variable of a step type; `<N>` in its names is a number that counts from 0.
pub struct Variable {
    /// The attribute `name`.
    pub name: &'static str,
    /// The attribute `property`.
    pub property: &'static str,
    /// Whether `hidden="true"` is written.
    pub hidden: bool,
    /// When the variable is written.
    pub need: Need,
    /// What it holds.
    pub value: Value,
}

/// When a variable is written.
pub enum Need {
    /// In every step of the type.
    Always,
    /// In some.
    Sometimes,
    /// Exactly where another property is written.
    With(&'static str),
    /// Exactly where another property is not written.
    Without(&'static str),
    /// In some of the steps that write another property.
    Within(&'static str),
}

/// What a variable holds.
pub enum Value {
    /// Any text.
    Text,
    /// A text that is not empty.
    Filled,
    /// `true` or `false`.
    Flag,
    /// Digits.
    Number,
    /// Numbers with one blank between two of them.
    Codes,
    /// Nothing: what should stay secret is blanked.
    Secret,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A version of so many numbers, or the console's empty mask.
    Version(usize, &'static str),
    /// A drive letter with colon.
    Drive,
    /// A package identifier.
    Package,
}

/// The type of a step, if it is one of the twelve.
pub fn of(step: Node) -> Option<&'static StepType> {
    let class = step.attribute("type")?.strip_prefix("SMS_TaskSequence_")?;
    STEP_TYPES.iter().find(|kind| kind.class == class)
}

const ANYWHERE: &[&str] = &["WinPE", "FullOS", "WinPEandFullOS"];
const FULL_OS: &[&str] = &["FullOS"];
const POLICIES: &[&str] = &[
    "AllSigned",
    "Bypass",
    "RemoteSigned",
    "Restricted",
    "Undefined",
    "Unrestricted",
];

use Need::{Always, Sometimes, With, Within, Without};
use Value::{Codes, Drive, Filled, Flag, Number, Package, Secret, Text, Version, Word};

/// A variable that is published.
const fn open(name: &'static str, property: &'static str, need: Need, value: Value) -> Variable {
    Variable {
        name,
        property,
        hidden: false,
        need,
        value,
    }
}

/// A variable with `hidden="true"`.
const fn hidden(name: &'static str, property: &'static str, need: Need, value: Value) -> Variable {
    Variable {
        name,
        property,
        hidden: true,
        need,
        value,
    }
}

/// The twelve types.
#[rustfmt::skip]
pub const STEP_TYPES: &[StepType] = &[
    StepType {
        class: "PrestartCheckAction",
        action: "OSDPrestartCheck.exe ",
        runs_in: ANYWHERE,
        timeout: false,
        variables: &[
            open("OSDCMClientMinVersion", "CMClientMinVersion",
                Within("CheckCMClientMinVersion"), Version(4, " .  .    .")),
            open("OSDCheckCMClientMinVersion", "CheckCMClientMinVersion", Sometimes, Flag),
            open("OSDCheckDeviceUEFI", "CheckDeviceUEFI", With("CheckCMClientMinVersion"), Flag),
            open("OSDCheckFreeDiskSpace", "CheckFreeDiskSpace", Always, Flag),
            open("OSDCheckMaxOsVersion", "CheckMaxOSVersion",
                With("CheckCMClientMinVersion"), Flag),
            open("OSDCheckMemory", "CheckMemory", Always, Flag),
            open("OSDCheckMinOSVersion", "CheckMinOSVersion",
                With("CheckCMClientMinVersion"), Flag),
            open("OSDCheckNetworkConnected", "CheckNetworkConnected",
                With("CheckCMClientMinVersion"), Flag),
            open("OSDCheckNetworkWired", "CheckNetworkWired",
                With("CheckCMClientMinVersion"), Flag),
            open("OSDCheckOSArchitecture", "CheckOSArchitecture",
                With("CheckCMClientMinVersion"), Flag),
            open("OSDCheckOSLanguageID", "CheckOSLanguageID",
                With("CheckCMClientMinVersion"), Flag),
            open("OSDCheckOSType", "CheckOSType", Always, Flag),
            open("OSDCheckPowerState", "CheckPowerState", With("CheckCMClientMinVersion"), Flag),
            open("OSDCheckProcessorSpeed", "CheckProcessorSpeed", Always, Flag),
            open("OSDCheckDeviceTpmActivated", "CheckTpmActivated", With("CheckTpmEnabled"), Flag),
            open("OSDCheckDeviceTpmEnabled", "CheckTpmEnabled",
                Within("CheckCMClientMinVersion"), Flag),
            open("OSDFreeDiskSpace", "FreeDiskSpace", Always, Number),
            open("OSDMaxOSVersion", "MaxOSVersion",
                With("CMClientMinVersion"), Version(3, "  . .")),
            open("OSDMemory", "Memory", Always, Number),
            open("OSDMinOSVersion", "MinOSVersion",
                With("CMClientMinVersion"), Version(3, "  . .")),
            open("OSDOSArchitecture", "OSArchitecture",
                With("CheckCMClientMinVersion"), Word(&["", "32", "64"])),
            open("OSDOSLanguageID", "OSLanguageID", With("CheckCMClientMinVersion"), Number),
            open("OSDOSType", "OSType", Always, Word(&["CLIENT", "SERVER"])),
            open("OSDProcessorSpeed", "ProcessorSpeed", Always, Number),
        ],
    },
    StepType {
        class: "ConnectNetworkFolderAction",
        action: "smsnetuse.exe %SMSConnectNetworkFolderPath%",
        runs_in: ANYWHERE,
        timeout: false,
        variables: &[
            open("SMSConnectNetworkFolderDriveLetter", "DriveLetter", Always, Drive),
            open("SMSConnectNetworkFolderPassword", "Password", Always, Secret),
            open("SMSConnectNetworkFolderPath", "Path", Always, Filled),
            open("SMSConnectNetworkFolderAccount", "Username", Always, Text),
        ],
    },
    StepType {
        class: "DownloadPackageContentAction",
        action: "OsdDownloadContent.exe ",
        runs_in: ANYWHERE,
        timeout: false,
        variables: &[
            open("OSDDownloadContinueDownloadOnError", "ContinueDownloadOnError", Always, Flag),
            open("OSDDownloadDestinationPath", "DestinationCustomPath", Sometimes, Text),
            open("OSDDownloadDestinationLocationType", "DestinationLocationType",
                Always, Word(&["CCMCache", "Custom", "TSCache"])),
            open("OSDDownloadDestinationVariable", "DestinationVariable", Sometimes, Text),
            open("OSDDownloadDownloadPackages", "DownloadPackages", Always, Filled),
            open("OSDPackageCount", "NumPackages", Always, Number),
            hidden("OSDPackage", "PackageInfo", Always, Number),
            open("OSDPackage<N>Name", "PackageInfo<N>Name", Sometimes, Filled),
            open("OSDPackage<N>PackageId", "PackageInfo<N>PackageId",
                With("PackageInfo<N>Name"), Package),
            open("OSDPackage<N>PkgType", "PackageInfo<N>PkgType",
                With("PackageInfo<N>Name"), Number),
            open("OSDPackage<N>Size", "PackageInfo<N>Size", With("PackageInfo<N>Name"), Number),
        ],
    },
    StepType {
        class: "InstallApplicationAction",
        action: "smsappinstall.exe /app:{ApplicationName} /basevar:{BaseVariableName} \
            /continueOnError:{ContinueOnInstallError!}",
        runs_in: FULL_OS,
        timeout: false,
        variables: &[
            hidden("OSDApp", "AppInfo", Within("NumApps"), Number),
            open("OSDApp<N>Description", "AppInfo<N>Description", Sometimes, Word(&["Valid"])),
            open("OSDApp<N>DisplayName", "AppInfo<N>DisplayName",
                With("AppInfo<N>Description"), Filled),
            open("OSDApp<N>Name", "AppInfo<N>Name", With("AppInfo<N>Description"), Filled),
            hidden("ApplicationName", "ApplicationName", Sometimes, Text),
            hidden("BaseVariableName", "BaseVariableName", Sometimes, Text),
            open("OSDAppClearCache", "ClearCache", Sometimes, Flag),
            hidden("ContinueOnInstallError", "ContinueOnInstallError", Always, Flag),
            open("OSDAppCount", "NumApps", Within("ApplicationName"), Number),
            hidden("RetryCount", "RetryCount", Always, Number),
        ],
    },
    StepType {
        class: "InstallSoftwareAction",
        action: "smsswd.exe /pkg:{PackageID} /install /basevar:{BaseVariableName} \
            /continueOnError:{ContinueOnInstallError!}",
        runs_in: FULL_OS,
        timeout: false,
        variables: &[
            hidden("BaseVariableName", "BaseVariableName", Without("PackageID"), Filled),
            hidden("ContinueOnInstallError", "ContinueOnInstallError",
                With("BaseVariableName"), Flag),
            hidden("PackageID", "PackageID", Without("BaseVariableName"), Package),
            open("_SMSSWDProgramName", "ProgramName", With("PackageID"), Filled),
        ],
    },
    StepType {
        class: "InstallUpdateAction",
        action: "TSInstallSWUpdate.exe /target:%SMSInstallUpdateTarget%",
        runs_in: FULL_OS,
        timeout: false,
        variables: &[
            hidden("RetryCount", "RetryCount", Always, Number),
            open("SMSInstallUpdateTarget", "Target", Always, Word(&["All", "Mandatory"])),
            open("SMSTSSoftwareUpdateScanUseCache", "UseCache", Sometimes, Flag),
        ],
    },
    StepType {
        class: "RebootAction",
        action: "smsboot.exe /target:{Target}",
        runs_in: ANYWHERE,
        timeout: false,
        variables: &[
            open("SMSRebootMessage", "Message", Always, Text),
            open("SMSRebootTimeout", "MessageTimeout", Always, Number),
            hidden("SMSRebootTarget", "Target", Always, Word(&["HD", "WinPE"])),
        ],
    },
    StepType {
        class: "RunCommandLineAction",
        action: "smsswd.exe /run:{PackageID} {CommandLine}",
        runs_in: ANYWHERE,
        timeout: true,
        variables: &[
            hidden("CommandLine", "CommandLine", Always, Filled),
            open("SMSTSDisableWow64Redirection", "DisableWow64Redirection", Always, Flag),
            open("SMSTSRunCommandLineOutputVariableName", "OutputVariableName", Sometimes, Text),
            hidden("PackageID", "PackageID", Sometimes, Package),
            open("_SMSTSRunCommandLineAsUser", "RunAsUser", Always, Flag),
            hidden("SuccessCodes", "SuccessCodes", Always, Codes),
            open("SMSTSRunCommandLineUserName", "UserName", Sometimes, Text),
            open("SMSTSRunCommandLineUserPassword", "UserPassword", Within("UserName"), Secret),
            open("WorkingDirectory", "WorkingDirectory", Sometimes, Text),
        ],
    },
    StepType {
        class: "RunPowerShellScriptAction",
        action: "OSDRunPowerShellScript.exe",
        runs_in: ANYWHERE,
        timeout: true,
        variables: &[
            open("OSDRunPowerShellScriptExecutionPolicy", "ExecutionPolicy",
                Always, Word(POLICIES)),
            open("OSDRunPowerShellScriptOutputVariableName", "OutputVariableName",
                With("SuccessCodes"), Text),
            open("OSDRunPowerShellScriptPackageID", "PackageID", Without("SourceScript"), Package),
            open("OSDRunPowerShellScriptParameters", "Parameters", Always, Text),
            open("_SMSTSRunPowerShellAsUser", "RunAsUser", With("SuccessCodes"), Flag),
            open("OSDRunPowerShellScriptScriptName", "ScriptName", With("PackageID"), Filled),
            open("OSDRunPowerShellScriptSourceScript", "SourceScript",
                Without("PackageID"), Filled),
            hidden("OSDRunPowerShellScriptSuccessCodes", "SuccessCodes", Sometimes, Codes),
            open("SMSTSRunPowerShellUserName", "UserName", Within("SuccessCodes"), Text),
            open("SMSTSRunPowerShellUserPassword", "UserPassword", Within("UserName"), Secret),
            open("SMSTSRunPowerShellWorkingDirectory", "WorkingDirectory", With("UserName"), Text),
        ],
    },
    StepType {
        class: "SubTasksequence",
        action: "SubTasksequence.exe",
        runs_in: &[],
        timeout: false,
        variables: &[
            open("OSDSubTasksequenceTsName", "TsName", Always, Filled),
            open("OSDSubTasksequencePackageID", "TsPackageID", Always, Package),
            open("OSDSubTasksequenceTsReferenceApplications", "TsReferenceApplications",
                Always, Text),
            open("OSDSubTasksequenceTsReferencePackages", "TsReferencePackages", Always, Text),
        ],
    },
    StepType {
        class: "SetDynamicVariablesAction",
        action: "OSDSetDynamicVariables.exe",
        runs_in: ANYWHERE,
        timeout: false,
        variables: &[open("OSDSetDynamicVariablesRules", "Rules", Always, Filled)],
    },
    StepType {
        class: "SetVariableAction",
        action: "tsenv.exe \"{VariableName}={VariableValue}\"\
            [ /hiddenflag:{DoNotShowVariableValue!}]",
        runs_in: ANYWHERE,
        timeout: false,
        variables: &[
            hidden("DoNotShowVariableValue", "DoNotShowVariableValue", Sometimes, Flag),
            open("SetVariableActionHiddenVariableValue", "HiddenVariableValue",
                Within("DoNotShowVariableValue"), Secret),
            hidden("VariableName", "VariableName", Always, Filled),
            hidden("VariableValue", "VariableValue", Always, Text),
        ],
    },
];

/// The product's other types that were seen in genuine files.
pub const OTHER_TYPES: &[&str] = &[
    "ApplyDataImageAction",
    "ApplyDriverPackageAction",
    "ApplyNetworkSettingsAction",
    "ApplyOperatingSystemAction",
    "ApplyWindowsSettingsAction",
    "AutoApplyAction",
    "CaptureNetworkSettingsAction",
    "CaptureSystemImageAction",
    "CaptureUserStateAction",
    "CaptureWindowsSettingsAction",
    "ConvertDiskAction",
    "DisableBitLockerAction",
    "EnableBitLockerAction",
    "InstallDeployToolsAction",
    "JoinDomainWorkgroupAction",
    "OfflineEnableBitLockerAction",
    "PartitionDiskAction",
    "PrepareOSAction",
    "PrepareSMSClientAction",
    "ReleaseStateStoreAction",
    "RequestStateStoreAction",
    "RestoreUserStateAction",
    "SetupWindowsAndSMSAction",
    "UpgradeOperatingSystemAction",
];
