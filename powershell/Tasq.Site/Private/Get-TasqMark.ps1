# What of a sequence changes when somebody saves it, in one text. A choice: no page says which of
# these a save changes, so any one counts.
function Get-TasqMark {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Package
    )

    $parts = foreach ($name in 'SourceVersion', 'SedoObjectVersion', 'LastRefreshTime', 'SourceDate') {
        ConvertTo-TasqPropertyText -Value (Get-TasqValue -InputObject $Package -Name $name)
    }
    return ($parts -join ' ')
}
