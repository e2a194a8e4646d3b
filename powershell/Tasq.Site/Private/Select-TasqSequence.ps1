# Of all task sequences of a site those of some names or identifiers, and of a folder.
function Select-TasqSequence {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [AllowEmptyCollection()]
        [object[]] $Sequence,

        [AllowNull()]
        [AllowEmptyCollection()]
        [string[]] $Name,

        [AllowEmptyString()]
        [string] $Folder
    )

    $chosen = $Sequence
    if ($Folder) {
        $members = @(Get-TasqFolderMember -Site $Site -Folder $Folder)
        $chosen = @($chosen | Where-Object { $members -contains $_.PackageID })
    }
    if (-not $Name) {
        $chosen | Sort-Object -Property PackageID
        return
    }
    $found = @{}
    foreach ($pattern in $Name) {
        # A name that is written so counts even where it holds signs of a pattern: "Lab [test]".
        $fits = @($chosen | Where-Object { $_.Name -eq $pattern -or $_.PackageID -eq $pattern })
        if ($fits.Count -eq 0) { $fits = @($chosen | Where-Object { $_.Name -like $pattern -or $_.PackageID -like $pattern }) }
        if ($fits.Count -eq 0) { Write-Warning "No task sequence is called '$pattern'." }
        foreach ($one in $fits) { $found[[string] $one.PackageID] = $one }
    }
    $found.Values | Sort-Object -Property PackageID
}
