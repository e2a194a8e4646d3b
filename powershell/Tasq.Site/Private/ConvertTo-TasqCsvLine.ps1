# A device as a line of CSV; a cell without a value is empty.
function ConvertTo-TasqCsvLine {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [hashtable] $Row,

        [Parameter(Mandatory = $true)]
        [string[]] $Head
    )

    $cells = foreach ($column in $Head) {
        $text = ConvertTo-TasqPropertyText -Value $Row[$column]
        if ($text -match '[",\r\n]' -or $text -ne $text.Trim()) { '"' + $text.Replace('"', '""') + '"' } else { $text }
    }
    return ($cells -join ',')
}
