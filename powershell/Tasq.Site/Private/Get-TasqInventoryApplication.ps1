# Applications with their state. Whether a task sequence may install one stands in its definition, a
# lazy property: it is read only for those that are used, or for all.
function Get-TasqInventoryApplication {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [switch] $All
    )

    $used = @{}
    $references = Get-TasqInventoryList -Site $Site -Class 'SMS_TaskSequencePackageReference' -Sort 'ObjectID' -Column (
        [ordered]@{ id = 'ObjectID'; type = 'ObjectType' })
    foreach ($one in $references) { $used[[string] $one.id] = $true }
    $listed = Get-TasqInventoryList -Site $Site -Class 'SMS_ApplicationLatest' -Sort 'ModelName' -Column ([ordered]@{
            number = 'CI_ID'; model_name = 'ModelName'; name = 'LocalizedDisplayName'; version = 'SoftwareVersion'
            enabled = 'IsEnabled'; expired = 'IsExpired'; superseded = 'IsSuperseded'; deployable = 'IsDeployable'
        })
    if ($null -eq $listed) { return $null }
    $rows = @(
        foreach ($one in $listed) {
            $dynamic = $null
            if ($All -or $used.ContainsKey([string] $one.model_name)) {
                $dynamic = Test-TasqDynamicInstall -Site $Site -Number ([uint32] $one.number)
            }
            $one.Remove('number')
            $one.dynamic_install = $dynamic
            $one
        }
    )
    return , $rows
}
