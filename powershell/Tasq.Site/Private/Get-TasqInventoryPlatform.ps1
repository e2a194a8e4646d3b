# The platforms that conditions and requirements may name. Their names are in the language of the
# site; the other keys are not.
function Get-TasqInventoryPlatform {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        # Read the query of each.
        [switch] $Query
    )

    $column = [ordered]@{
        id = 'CI_UniqueID'; name = 'DisplayText'; os_name = 'OSName'; os_platform = 'OSPlatform'
        os_min_version = 'OSMinVersion'; os_max_version = 'OSMaxVersion'; supported = 'IsSupported'
    }
    if (-not $Query) {
        $listed = Get-TasqInventoryList -Site $Site -Class 'SMS_SupportedPlatforms' -Sort 'CI_UniqueID' -Column $column
        if ($null -eq $listed) { return $null }
        return , @($listed)
    }
    $rows = @(
        foreach ($one in (Get-TasqSiteObject -Site $Site -Class 'SMS_SupportedPlatforms' -Lazy | Sort-Object -Property CI_UniqueID)) {
            $row = [ordered]@{}
            foreach ($key in $column.Keys) { $row[$key] = Get-TasqValue -InputObject $one -Name $column[$key] }
            $row.condition = Get-TasqValue -InputObject $one -Name 'Condition'
            $row
        }
    )
    return , $rows
}
