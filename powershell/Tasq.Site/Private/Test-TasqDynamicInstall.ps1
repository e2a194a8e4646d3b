# Whether an application may be installed by a task sequence without being deployed; null where the
# site gives no definition.
function Test-TasqDynamicInstall {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        # Its CI_ID.
        [Parameter(Mandatory = $true)]
        [uint32] $Number
    )

    $found = @(Get-TasqSiteObject -Site $Site -Class 'SMS_ApplicationLatest' -Where "CI_ID = $Number" -Lazy)
    if ($found.Count -eq 0) { return $null }
    $definition = [string] (Get-TasqValue -InputObject $found[0] -Name 'SDMPackageXML')
    if (-not $definition) { return $null }
    # A choice: a definition without the element is one where the box is not ticked.
    return ($definition -match '<AutoInstall>\s*(true|1)\s*</AutoInstall>')
}
