# Moves a task sequence to a folder of the console, if it is not there.
function Move-TasqSequence {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [ValidatePattern('^[A-Za-z0-9]{8}$')]
        [string] $PackageId,

        [Parameter(Mandatory = $true)]
        [string] $Folder
    )

    $to = [uint32] (Find-TasqFolder -Node @(Get-TasqFolderNode -Site $Site) -Folder $Folder)
    $items = @(Get-TasqSiteObject -Site $Site -Class 'SMS_ObjectContainerItem' `
            -Where "ObjectType = 20 and InstanceKey = '$PackageId'" -Property 'MemberID', 'InstanceKey', 'ContainerNodeID')
    $from = [uint32] 0
    if ($items.Count -gt 0) { $from = [uint32] $items[0].ContainerNodeID }
    if ($from -eq $to) { return }
    [void] (Invoke-TasqSiteMethod -Site $Site -Class 'SMS_ObjectContainerItem' -Method 'MoveMembers' -Argument @{
            InstanceKeys          = [string[]] @($PackageId)
            ContainerNodeID       = $from
            TargetContainerNodeID = $to
            ObjectType            = [uint32] 20
        })
}
