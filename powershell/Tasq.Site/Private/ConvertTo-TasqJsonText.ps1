# A text as JSON writes it, with its quotation marks.
function ConvertTo-TasqJsonText {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Text
    )

    $out = New-Object -TypeName System.Text.StringBuilder
    [void] $out.Append('"')
    foreach ($character in $Text.ToCharArray()) {
        $number = [int] $character
        if ($number -eq 0x22 -or $number -eq 0x5c) {
            [void] $out.Append('\').Append($character)
        }
        elseif ($number -eq 10) {
            [void] $out.Append('\n')
        }
        elseif ($number -eq 13) {
            [void] $out.Append('\r')
        }
        elseif ($number -lt 32 -or ($number -ge 0xd800 -and $number -le 0xdfff)) {
            [void] $out.AppendFormat('\u{0:x4}', $number)
        }
        else {
            [void] $out.Append($character)
        }
    }
    [void] $out.Append('"')
    return $out.ToString()
}
