# The properties around a sequence that a file may set, with their types. Platforms are not among
# them: they are objects, and stay as the site has them.
function Get-TasqHeaderType {
    [CmdletBinding()]
    param()

    [ordered]@{
        BootImageID                    = [string]
        Category                       = [string]
        CustomHighImpactHeadline       = [string]
        CustomHighImpactSet            = [uint32]
        CustomHighImpactWarning        = [string]
        CustomHighImpactWarningInstall = [string]
        CustomHighImpactWarningTop     = [string]
        CustomProgressMsg              = [string]
        DependentProgram               = [string]
        Description                    = [string]
        Duration                       = [uint32]
        EstimatedDownloadSizeMB        = [uint32]
        EstimatedRunTimeMinutes        = [uint32]
        HighImpactTaskSequence         = [uint32]
        LocalizedTaskSequenceDescription = [string]
        LocalizedTaskSequenceName      = [string]
        ProgramFlags                   = [uint32]
        RestartRequired                = [uint32]
        TsEnabled                      = [bool]
    }
}
