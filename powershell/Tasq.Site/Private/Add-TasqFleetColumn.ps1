# Adds the columns of one class to the devices.
function Add-TasqFleetColumn {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        # A device's table by its ResourceID.
        [Parameter(Mandatory = $true)]
        [hashtable] $Row,

        # Class, Column, Key.
        [Parameter(Mandatory = $true)]
        [hashtable] $Source
    )

    $key = $Source['Key']
    $properties = @('ResourceID') + @($Source.Column.Values) + @($key | Where-Object { $_ })
    $found = @(Get-TasqSiteObject -Site $Site -Class $Source.Class -Property $properties -Optional)
    foreach ($one in $found) {
        # One null stands for a class that is not there.
        if ($null -eq $one) { continue }
        $device = $Row[[uint32] $one.ResourceID]
        if ($null -eq $device) { continue }
        # Of drives only C.
        if ($key -and ([string] (Get-TasqValue -InputObject $one -Name $key)).Trim() -ne 'C:') { continue }
        $cells = @{}
        foreach ($column in $Source.Column.Keys) {
            $cells[$column] = Get-TasqValue -InputObject $one -Name $Source.Column[$column]
        }
        if ($cells.ContainsKey('chassis')) {
            $cells.chassis = ([string] $cells.chassis).Trim('{', '}', ' ')
            # A device in a dock or with an expansion has several: those are 12 and 21.
            $other = $cells.chassis -eq '12' -or $cells.chassis -eq '21'
            if ($other -and $device['chassis']) { continue }
            if (-not $other -and $device['chassis'] -and $device['chassis'] -ne '12' -and $device['chassis'] -ne '21') { continue }
        }
        foreach ($column in $cells.Keys) { $device[$column] = $cells[$column] }
    }
}
