# Whether two names are the same computer: with or without its domain, and no name is this one.
function Test-TasqSameComputer {
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [string] $First,

        [string] $Second
    )

    $short = foreach ($name in $First, $Second) {
        if (-not $name -or $name -eq 'localhost' -or $name -eq '.') { $name = [System.Environment]::MachineName }
        ($name -split '\.')[0]
    }
    return ($short[0] -eq $short[1])
}
