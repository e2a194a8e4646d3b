# Adds a property's element to a text of XML; nothing for one without a value.
function Add-TasqXmlValue {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [System.Text.StringBuilder] $Out,

        [Parameter(Mandatory = $true)]
        [string] $Name,

        [AllowNull()]
        [object] $Value,

        [Parameter(Mandatory = $true)]
        [string] $Indent
    )

    if ($null -eq $Value) { return }
    $inner = $Indent + '  '
    if ($Value -is [byte[]]) {
        $text = [System.Convert]::ToBase64String($Value)
    }
    elseif ($Value -is [array]) {
        if ($Value.Count -eq 0) { return }
        [void] $Out.Append("$Indent<$Name>`n")
        foreach ($item in $Value) { Add-TasqXmlValue -Out $Out -Name 'Item' -Value $item -Indent $inner }
        [void] $Out.Append("$Indent</$Name>`n")
        return
    }
    elseif ($Value -is [string] -or $Value -is [ValueType]) {
        $text = ConvertTo-TasqPropertyText -Value $Value
    }
    else {
        # An object inside of the object: a reference, a platform.
        $hidden = 'CimClass', 'CimInstanceProperties', 'CimSystemProperties', 'PSComputerName', 'PSShowComputerName'
        [void] $Out.Append("$Indent<$Name>`n")
        foreach ($property in @($Value.PSObject.Properties | Sort-Object -Property Name)) {
            if ($hidden -contains $property.Name) { continue }
            Add-TasqXmlValue -Out $Out -Name $property.Name -Value $property.Value -Indent $inner
        }
        [void] $Out.Append("$Indent</$Name>`n")
        return
    }
    [void] $Out.Append("$Indent<$Name>").Append((ConvertTo-TasqXmlText -Text $text)).Append("</$Name>`n")
}
