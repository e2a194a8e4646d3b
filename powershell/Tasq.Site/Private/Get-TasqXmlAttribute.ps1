# The value of an attribute in the text of a tag; empty where it is not there.
function Get-TasqXmlAttribute {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Attributes,

        [Parameter(Mandatory = $true)]
        [string] $Name
    )

    $pattern = '(?:^|\s)' + [regex]::Escape($Name) + '\s*=\s*(?:"(?<value>[^"]*)"|''(?<value>[^'']*)'')'
    $match = [regex]::Match($Attributes, $pattern)
    if (-not $match.Success) { return '' }
    return [System.Net.WebUtility]::HtmlDecode($match.Groups['value'].Value)
}
