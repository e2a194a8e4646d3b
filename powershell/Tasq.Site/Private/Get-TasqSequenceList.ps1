# All task sequences of a site, without lazy properties.
function Get-TasqSequenceList {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site
    )

    Get-TasqSiteObject -Site $Site -Class 'SMS_TaskSequencePackage' `
        -Property 'PackageID', 'Name', 'SourceVersion', 'SedoObjectVersion', 'LastRefreshTime', 'SourceDate'
}
