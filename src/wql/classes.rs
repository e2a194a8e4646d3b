//! Classes of `root\cimv2` that conditions usually ask, to recognise a misspelled one.
//!
//! The list is not complete and need not be: a name that is far from all of them is never doubted.
//! Names that are near to a usual one and exist (`Win32_Process`, `Win32_Processor`) must all be
//! here.

/// The usual classes, spelled as Windows does.
pub const USUAL: &[&str] = &[
    "CIM_DataFile",
    "CIM_Directory",
    "CIM_LogicalDisk",
    "CIM_Process",
    "Win32_Account",
    "Win32_BaseBoard",
    "Win32_Battery",
    "Win32_BIOS",
    "Win32_BootConfiguration",
    "Win32_Bus",
    "Win32_CacheMemory",
    "Win32_CDROMDrive",
    "Win32_ComputerSystem",
    "Win32_ComputerSystemProduct",
    "Win32_Desktop",
    "Win32_DesktopMonitor",
    "Win32_DeviceGuard",
    "Win32_Directory",
    "Win32_DiskDrive",
    "Win32_DiskPartition",
    "Win32_DiskQuota",
    "Win32_EncryptableVolume",
    "Win32_Environment",
    "Win32_Fan",
    "Win32_FloppyDrive",
    "Win32_Group",
    "Win32_GroupUser",
    "Win32_IDEController",
    "Win32_InstalledSoftwareElement",
    "Win32_Keyboard",
    "Win32_LocalTime",
    "Win32_LoggedOnUser",
    "Win32_LogicalDisk",
    "Win32_LogicalDiskToPartition",
    "Win32_LogonSession",
    "Win32_MemoryArray",
    "Win32_MemoryDevice",
    "Win32_MotherboardDevice",
    "Win32_NetworkAdapter",
    "Win32_NetworkAdapterConfiguration",
    "Win32_NetworkAdapterSetting",
    "Win32_NetworkConnection",
    "Win32_NetworkLoginProfile",
    "Win32_NTDomain",
    "Win32_NTEventLogFile",
    "Win32_NTLogEvent",
    "Win32_OnBoardDevice",
    "Win32_OperatingSystem",
    "Win32_OptionalFeature",
    "Win32_PageFile",
    "Win32_PageFileSetting",
    "Win32_PageFileUsage",
    "Win32_PhysicalMedia",
    "Win32_PhysicalMemory",
    "Win32_PhysicalMemoryArray",
    "Win32_PingStatus",
    "Win32_PnPEntity",
    "Win32_PnPSignedDriver",
    "Win32_PointingDevice",
    "Win32_PortableBattery",
    "Win32_PowerPlan",
    "Win32_Printer",
    "Win32_PrinterDriver",
    "Win32_PrintJob",
    "Win32_Process",
    "Win32_Processor",
    "Win32_Product",
    "Win32_QuickFixEngineering",
    "Win32_Registry",
    "Win32_ScheduledJob",
    "Win32_SCSIController",
    "Win32_Service",
    "Win32_Session",
    "Win32_Share",
    "Win32_SoftwareElement",
    "Win32_SoftwareFeature",
    "Win32_SoundDevice",
    "Win32_StartupCommand",
    "Win32_SystemAccount",
    "Win32_SystemBIOS",
    "Win32_SystemDevices",
    "Win32_SystemDriver",
    "Win32_SystemEnclosure",
    "Win32_SystemServices",
    "Win32_SystemSlot",
    "Win32_TapeDrive",
    "Win32_Thread",
    "Win32_TimeZone",
    "Win32_Tpm",
    "Win32_UserAccount",
    "Win32_UserProfile",
    "Win32_USBController",
    "Win32_USBHub",
    "Win32_VideoController",
    "Win32_Volume",
    "Win32_VolumeQuota",
    "Win32_WinSAT",
];

/// The usual class that a name was probably meant to be; `None` for a usual one and for one that is
/// far from all.
pub fn nearest_class(name: &str) -> Option<&'static str> {
    if name.len() > 64 || USUAL.iter().any(|class| class.eq_ignore_ascii_case(name)) {
        return None;
    }
    let lower = name.to_lowercase();
    let prefixed = format!("win32_{lower}");
    let distance = |class: &&str| {
        let class = class.to_lowercase();
        // The prefix forgotten is one slip.
        if class == prefixed {
            1
        } else if class.len().abs_diff(lower.len()) > 2 {
            usize::MAX
        } else {
            strsim::osa_distance(&lower, &class)
        }
    };
    // One slip in a short name leads too easily to another class; a longer one may have two.
    let allowed = |class: &str| if class.len() < 16 { 1 } else { 2 };
    USUAL
        .iter()
        .map(|class| (distance(class), *class))
        .filter(|(distance, class)| *distance <= allowed(class))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, class)| class)
}
