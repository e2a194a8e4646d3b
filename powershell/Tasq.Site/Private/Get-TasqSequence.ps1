# One task sequence of a site, with its lazy properties; nothing where the site has none of that
# identifier.
function Get-TasqSequence {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [ValidatePattern('^[A-Za-z0-9]{3}[0-9A-Fa-f]{5}$')]
        [string] $PackageId
    )

    Get-TasqSiteObject -Site $Site -Class 'SMS_TaskSequencePackage' -Where "PackageID = '$PackageId'" -Lazy
}
