# The text of a property's value, the same whatever language and time zone the computer has.
function ConvertTo-TasqPropertyText {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [AllowNull()]
        [object] $Value
    )

    if ($null -eq $Value) { return '' }
    if ($Value -is [bool]) { return $Value.ToString().ToLowerInvariant() }
    $invariant = [cultureinfo]::InvariantCulture
    if ($Value -is [datetime]) { return $Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', $invariant) }
    if ($Value -is [System.IFormattable]) { return $Value.ToString($null, $invariant) }
    return [string] $Value
}
