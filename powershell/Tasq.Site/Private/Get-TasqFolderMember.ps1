# The identifiers of the sequences in a folder and in those below it.
function Get-TasqFolderMember {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [string] $Folder
    )

    $nodes = @(Get-TasqFolderNode -Site $Site)
    $wanted = @{}
    $wanted[[uint32] (Find-TasqFolder -Node $nodes -Folder $Folder)] = $true
    # A folder may stand before its parent in the list.
    do {
        $before = $wanted.Count
        foreach ($node in $nodes) {
            if ($wanted.ContainsKey([uint32] $node.ParentContainerNodeID)) { $wanted[[uint32] $node.ContainerNodeID] = $true }
        }
    } while ($wanted.Count -gt $before)
    $items = @(Get-TasqSiteObject -Site $Site -Class 'SMS_ObjectContainerItem' -Where 'ObjectType = 20' `
            -Property 'MemberID', 'InstanceKey', 'ContainerNodeID', 'ObjectType')
    $placed = @{}
    foreach ($item in $items) {
        $placed[[string] $item.InstanceKey] = $true
        if ($wanted.ContainsKey([uint32] $item.ContainerNodeID)) { [string] $item.InstanceKey }
    }
    # What is in the root stands in no list of members.
    if ($wanted.ContainsKey([uint32] 0)) {
        Get-TasqSequenceList -Site $Site | ForEach-Object { $_.PackageID } | Where-Object { -not $placed.ContainsKey($_) }
    }
}
