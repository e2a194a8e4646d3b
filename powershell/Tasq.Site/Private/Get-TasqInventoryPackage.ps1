# Packages of all kinds, with the programs of those that have some.
function Get-TasqInventoryPackage {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site
    )

    $programs = @{}
    $listed = Get-TasqInventoryList -Site $Site -Class 'SMS_Program' -Sort 'ProgramName' -Column (
        [ordered]@{ package = 'PackageID'; name = 'ProgramName'; flags = 'ProgramFlags' })
    foreach ($one in $listed) {
        $flags = $one.flags
        $program = [ordered]@{
            name            = $one.name
            # "Allow this program to be installed from the Install Package task sequence without being deployed".
            dynamic_install = if ($null -eq $flags) { $null } else { ([uint32] $flags -band 0x1) -ne 0 }
            enabled         = if ($null -eq $flags) { $null } else { ([uint32] $flags -band 0x1000) -eq 0 }
        }
        if (-not $programs.ContainsKey($one.package)) { $programs[$one.package] = @() }
        $programs[$one.package] += $program
    }
    $rows = @(
        foreach ($class in 'SMS_Package', 'SMS_DriverPackage', 'SMS_ImagePackage', 'SMS_OperatingSystemInstallPackage',
            'SMS_BootImagePackage', 'SMS_SoftwareUpdatesPackage') {
            $packages = Get-TasqInventoryList -Site $Site -Class $class -Sort 'PackageID' -Column (
                [ordered]@{ id = 'PackageID'; name = 'Name'; version = 'Version'; source_version = 'SourceVersion' })
            foreach ($one in $packages) {
                $row = [ordered]@{ class = $class; id = $one.id; name = $one.name; version = $one.version }
                $row.source_version = $one.source_version
                $row.programs = @(if ($programs.ContainsKey($one.id)) { $programs[$one.id] })
                $row
            }
        }
    )
    return , $rows
}
