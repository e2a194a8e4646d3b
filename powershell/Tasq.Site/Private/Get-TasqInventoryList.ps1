# The objects of a class as a list of tables, in order of a property; null where the site has no such
# class.
function Get-TasqInventoryList {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [string] $Class,

        # A key of the table to a property of the class.
        [Parameter(Mandatory = $true)]
        [System.Collections.IDictionary] $Column,

        [Parameter(Mandatory = $true)]
        [string] $Sort
    )

    $found = @(Get-TasqSiteObject -Site $Site -Class $Class -Property @($Column.Values) -Optional)
    # One null stands for a class that is not there.
    if ($found.Count -eq 1 -and $null -eq $found[0]) { return $null }
    $rows = @(
        foreach ($one in ($found | Sort-Object -Property $Sort)) {
            $row = [ordered]@{}
            foreach ($key in $Column.Keys) { $row[$key] = Get-TasqValue -InputObject $one -Name $Column[$key] }
            $row
        }
    )
    return , $rows
}
