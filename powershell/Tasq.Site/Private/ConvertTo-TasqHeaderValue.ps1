# A text of a file as a value of a property's type.
function ConvertTo-TasqHeaderValue {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Text,

        [Parameter(Mandatory = $true)]
        [type] $Type
    )

    if ($Type -eq [string]) { return $Text }
    $plain = $Text.Trim()
    if ($Type -eq [bool]) { return ($plain -eq 'true' -or $plain -eq '1') }
    if ($plain -eq 'true') { return [uint32] 1 }
    if ($plain -eq 'false' -or -not $plain) { return [uint32] 0 }
    return [uint32]::Parse($plain, [cultureinfo]::InvariantCulture)
}
