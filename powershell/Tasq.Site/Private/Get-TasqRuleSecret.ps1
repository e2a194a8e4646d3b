# The masked variables in the rules of Set Dynamic Variables: their names, and where the text of each
# stands in the rules.
function Get-TasqRuleSecret {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Rule
    )

    $pattern = '<Variable\b(?<attributes>(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|''[^'']*''))*)\s*>(?<value>[^<]*)</Variable\s*>'
    foreach ($match in [regex]::Matches($Rule, $pattern)) {
        $attributes = $match.Groups['attributes'].Value
        if ((Get-TasqXmlAttribute -Attributes $attributes -Name 'IsSecret') -notmatch '^\s*(true|1)\s*$') { continue }
        [pscustomobject]@{
            Name   = Get-TasqXmlAttribute -Attributes $attributes -Name 'Name'
            Start  = $match.Groups['value'].Index
            Length = $match.Groups['value'].Length
        }
    }
}
