# Sets the name and the properties that a file says on an object of the site. What the file does not
# say stays as it is; what this site does not have, or does not let be set, is said.
function Set-TasqHeader {
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Target,

        [Parameter(Mandatory = $true)]
        [object] $Package
    )

    $Target.Name = $Package.Name
    $types = Get-TasqHeaderType
    foreach ($name in $types.Keys) {
        if (-not $Package.Property.ContainsKey($name)) { continue }
        $value = ConvertTo-TasqHeaderValue -Text $Package.Property[$name] -Type $types[$name]
        $now = Get-TasqValue -InputObject $Target -Name $name
        # An empty text and none are the same to a person, and so is a value that is there already.
        if ((ConvertTo-TasqPropertyText -Value $now) -ceq (ConvertTo-TasqPropertyText -Value $value)) { continue }
        if ($null -eq $Target.PSObject.Properties[$name]) {
            Write-Warning "This site has no property ${name}; it is left out."
            continue
        }
        try {
            $Target.$name = $value
        }
        catch {
            Write-Warning "The property ${name} cannot be set; it stays '$now'."
        }
    }
    if ($Package.HasPlatforms) {
        Write-Warning 'The platforms that the file names are not set; choose them in the console.'
    }
}
