# Which variables of a step hold a secret. A place has the step, the property, where its text stands,
# for a rule's value its number in the rules, which are XML within XML, and whether it is asked for.
function Select-TasqSecret {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Step,

        [Parameter(Mandatory = $true)]
        [AllowEmptyCollection()]
        [object[]] $Variable
    )

    $is = @{}
    foreach ($one in $Variable) { $is[$one.Property] = $one.Value }
    $masked = ([string] $is['DoNotShowVariableValue']).Trim() -match '^(true|1)$'
    # Where a masked value goes when somebody gives one.
    $main = if ($is.ContainsKey('HiddenVariableValue')) { 'HiddenVariableValue' } else { 'VariableValue' }
    foreach ($one in $Variable) {
        $place = @{ Step = $Step; Property = $one.Property; Start = $one.Start; Length = $one.Value.Length; Rule = -1; Ask = $true }
        if ($masked -and ($one.Property -eq 'VariableValue' -or $one.Property -eq 'HiddenVariableValue')) {
            $place.Ask = $one.Property -eq $main
            $place.Property = [System.Net.WebUtility]::HtmlDecode([string] $is['VariableName'])
            [pscustomobject] $place
        }
        elseif ($masked -and $one.Property -eq '<action>') {
            # The line sets the variable: NAME=VALUE between quotation marks.
            $line = [regex]::Match($one.Value, '(?:"|&quot;)[^"=&]*=(?<value>.*?)(?:"|&quot;)\s*(?:/hiddenflag:\w*\s*)?$', 'Singleline')
            if (-not $line.Success -or $line.Groups['value'].Length -eq 0) { continue }
            $place.Start = $one.Start + $line.Groups['value'].Index
            $place.Length = $line.Groups['value'].Length
            $place.Ask = $false
            [pscustomobject] $place
        }
        elseif (Test-TasqSecretName -Name $one.Property) {
            [pscustomobject] $place
        }
        elseif ($one.Property -eq 'Rules' -and $one.Value.Contains('IsSecret')) {
            $index = 0
            foreach ($name in (Get-TasqRuleSecret -Rule ([System.Net.WebUtility]::HtmlDecode($one.Value)))) {
                $place.Property = $name.Name
                $place.Rule = $index
                [pscustomobject] $place
                $index++
            }
        }
    }
}
