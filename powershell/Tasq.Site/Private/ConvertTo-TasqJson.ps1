# JSON of ordered tables, lists, texts, numbers, truth values and null, the same text in every
# version of PowerShell: ConvertTo-Json of 5.1 indents by the length of names, and may make an object
# of a list.
function ConvertTo-TasqJson {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [AllowNull()]
        [object] $Value
    )

    $out = New-Object -TypeName System.Text.StringBuilder
    Add-TasqJson -Out $out -Value $Value -Indent ''
    [void] $out.Append("`n")
    return $out.ToString()
}
