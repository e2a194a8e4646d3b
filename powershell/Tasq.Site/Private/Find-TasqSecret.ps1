# The places of a sequence's text that hold a secret, or an empty one: passwords, values of masked
# variables, values of masked variables in rules. In the order of the text.
function Find-TasqSecret {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Text
    )

    $attributes = '(?<attributes>(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|''[^'']*''))*)\s*'
    $pattern = '<!--.*?-->|<!\[CDATA\[.*?\]\]>|<step\b' + $attributes + '>|</step\s*>|' +
    '<(?<element>variable|action)\b' + $attributes + '>(?<value>[^<]*)</(?:variable|action)\s*>'
    $options = [System.Text.RegularExpressions.RegexOptions]::Singleline
    $step = 'global variables'
    $variables = New-Object -TypeName System.Collections.Generic.List[object]
    $found = @(
        foreach ($match in [regex]::Matches($Text, $pattern, $options)) {
            $tag = $match.Value
            $own = $match.Groups['attributes'].Value
            if ($tag.StartsWith('<step') -or $tag.StartsWith('</step')) {
                Select-TasqSecret -Step $step -Variable $variables.ToArray()
                $variables.Clear()
                $step = if ($tag.StartsWith('<step')) { Get-TasqXmlAttribute -Attributes $own -Name 'name' } else { '' }
            }
            elseif ($match.Groups['element'].Success) {
                $property = Get-TasqXmlAttribute -Attributes $own -Name 'property'
                if (-not $property) { $property = Get-TasqXmlAttribute -Attributes $own -Name 'name' }
                if ($match.Groups['element'].Value -eq 'action') { $property = '<action>' }
                $variables.Add([pscustomobject]@{
                        Property = $property
                        Value    = $match.Groups['value'].Value
                        Start    = $match.Groups['value'].Index
                    })
            }
        }
        Select-TasqSecret -Step $step -Variable $variables.ToArray()
    )
    $found | Sort-Object -Property 'Start', 'Rule'
}
