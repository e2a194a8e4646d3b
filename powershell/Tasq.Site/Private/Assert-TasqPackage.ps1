# Refuses what no site takes: too much, no name, a name that is too long.
function Assert-TasqPackage {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Package
    )

    $most = 2MB
    $size = [System.Text.Encoding]::UTF8.GetByteCount($Package.Sequence)
    if ($size -gt $most) {
        throw "The task sequence has $size bytes; a site takes 2 MB at most. Move scripts into packages, or part of it into a child."
    }
    if (-not $Package.Name) { throw "$($Package.Source) has no name: give one with -Name." }
    if ($Package.Name.Length -gt 50) { throw "The name '$($Package.Name)' has more than 50 characters." }
}
