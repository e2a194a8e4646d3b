# What is different between a file and what the site has of it now: the sequence, the name, the
# properties that the file says.
function Compare-TasqSaved {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Package,

        [AllowNull()]
        [object] $Saved
    )

    if ($null -eq $Saved) { return 'it cannot be read back' }
    if ($Saved.Name -cne $Package.Name) { "Name: '$($Saved.Name)' instead of '$($Package.Name)'" }
    $types = Get-TasqHeaderType
    foreach ($name in $types.Keys) {
        if (-not $Package.Property.ContainsKey($name)) { continue }
        $value = ConvertTo-TasqHeaderValue -Text $Package.Property[$name] -Type $types[$name]
        $wanted = ConvertTo-TasqPropertyText -Value $value
        $got = ConvertTo-TasqPropertyText -Value (Get-TasqValue -InputObject $Saved -Name $name)
        if ($got -cne $wanted) { "${name}: '$got' instead of '$wanted'" }
    }
    $text = [string] $Saved.Sequence
    if (-not $text) { return 'the site gives no sequence' }
    Compare-TasqSequence -Old $Package.Sequence -New $text
}
