# A text as it stands in an element. A carriage return is written as its number: readers of XML
# take one that stands there as a line feed.
function ConvertTo-TasqXmlText {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [AllowNull()]
        [AllowEmptyString()]
        [string] $Text
    )

    $escaped = $Text.Replace('&', '&amp;').Replace('<', '&lt;').Replace('>', '&gt;').Replace("`r", '&#13;')
    # What XML 1.0 cannot hold at all.
    return ($escaped -replace '[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]', '')
}
