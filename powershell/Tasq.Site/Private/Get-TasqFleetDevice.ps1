# The devices of a site, or of a collection, as tables.
function Get-TasqFleetDevice {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [AllowEmptyString()]
        [string] $CollectionId,

        [switch] $All
    )

    $members = $null
    if ($CollectionId) {
        $members = @{}
        $listed = Get-TasqSiteObject -Site $Site -Class 'SMS_FullCollectionMembership' -Where "CollectionID = '$CollectionId'" `
            -Property 'ResourceID', 'CollectionID'
        foreach ($one in $listed) { $members[[uint32] $one.ResourceID] = $true }
        if ($members.Count -eq 0) { Write-Warning "The collection $CollectionId has no members, or there is none." }
    }
    $devices = Get-TasqSiteObject -Site $Site -Class 'SMS_R_System' `
        -Property 'ResourceID', 'Name', 'ResourceDomainORWorkgroup', 'ADSiteName', 'IsVirtualMachine', 'Client', 'Obsolete'
    foreach ($one in $devices) {
        $id = [uint32] $one.ResourceID
        if ($null -ne $members -and -not $members.ContainsKey($id)) { continue }
        $client = Get-TasqValue -InputObject $one -Name 'Client'
        $obsolete = Get-TasqValue -InputObject $one -Name 'Obsolete'
        if (-not $All -and (-not $client -or $obsolete)) { continue }
        @{
            name        = [string] $one.Name
            resource_id = $id
            domain      = Get-TasqValue -InputObject $one -Name 'ResourceDomainORWorkgroup'
            ad_site     = Get-TasqValue -InputObject $one -Name 'ADSiteName'
            is_virtual  = Get-TasqValue -InputObject $one -Name 'IsVirtualMachine'
        }
    }
}
