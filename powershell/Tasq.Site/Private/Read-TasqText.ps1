# The text of a file in UTF-8 or, with its mark, UTF-16.
function Read-TasqText {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Path
    )

    return ConvertFrom-TasqByte -Byte ([System.IO.File]::ReadAllBytes($Path)) -Source $Path
}
