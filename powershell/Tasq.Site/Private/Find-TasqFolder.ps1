# The number of a folder of task sequences in the console by its path; 0 is the root.
function Find-TasqFolder {
    [CmdletBinding()]
    [OutputType([uint32])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyCollection()]
        [object[]] $Node,

        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Folder
    )

    $current = [uint32] 0
    foreach ($part in ($Folder -split '[\\/]')) {
        if (-not $part) { continue }
        $next = @($Node | Where-Object { $_.ParentContainerNodeID -eq $current -and $_.Name -eq $part })
        if ($next.Count -eq 0) { throw "The console has no folder '$part' of task sequences in '$Folder'." }
        $current = [uint32] $next[0].ContainerNodeID
    }
    return $current
}
