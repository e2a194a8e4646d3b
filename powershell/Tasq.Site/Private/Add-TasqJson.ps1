# Adds one value to a text of JSON.
function Add-TasqJson {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [System.Text.StringBuilder] $Out,

        [AllowNull()]
        [object] $Value,

        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Indent
    )

    $inner = $Indent + '  '
    if ($null -eq $Value) {
        [void] $Out.Append('null')
    }
    elseif ($Value -is [bool]) {
        [void] $Out.Append($Value.ToString().ToLowerInvariant())
    }
    elseif ($Value -is [System.Collections.IDictionary]) {
        $separator = ''
        [void] $Out.Append('{')
        foreach ($key in $Value.Keys) {
            [void] $Out.Append("$separator`n$inner").Append((ConvertTo-TasqJsonText -Text $key)).Append(': ')
            Add-TasqJson -Out $Out -Value $Value[$key] -Indent $inner
            $separator = ','
        }
        if ($separator) { [void] $Out.Append("`n$Indent") }
        [void] $Out.Append('}')
    }
    elseif ($Value -is [array]) {
        $separator = ''
        [void] $Out.Append('[')
        foreach ($item in $Value) {
            [void] $Out.Append("$separator`n$inner")
            Add-TasqJson -Out $Out -Value $item -Indent $inner
            $separator = ','
        }
        if ($separator) { [void] $Out.Append("`n$Indent") }
        [void] $Out.Append(']')
    }
    elseif ($Value -is [string]) {
        [void] $Out.Append((ConvertTo-TasqJsonText -Text $Value))
    }
    else {
        # A number; an integer of any size.
        [void] $Out.Append(([System.IFormattable] $Value).ToString($null, [cultureinfo]::InvariantCulture))
    }
}
