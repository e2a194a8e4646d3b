# What a pull says of one task sequence.
function New-TasqPulled {
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Sequence,

        [Parameter(Mandatory = $true)]
        [string] $Status,

        [Parameter(Mandatory = $true)]
        [string] $Path
    )

    [pscustomobject]@{
        PackageId = [string] $Sequence.PackageID
        Name      = [string] $Sequence.Name
        Status    = $Status
        Path      = $Path
    }
}
