# Gives a task sequence of the site as it is now. Refuses one that is locked, and one that is not as
# the last pull saw it.
function Assert-TasqUnchanged {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [string] $PackageId,

        [AllowEmptyString()]
        [string] $PullFolder,

        [switch] $Force
    )

    $lock = Invoke-TasqSiteMethod -Site $Site -Class 'SMS_ObjectLock' -Method 'GetLockInformation' -ReadOnly `
        -Argument @{ ObjectRelPath = "SMS_TaskSequencePackage.PackageID=`"$PackageId`"" }
    # Assigned, requested, about to be assigned.
    if (1, 2, 3 -contains [int] $lock.LockState) {
        throw "$PackageId is open in an editor: locked by $($lock.AssignedUser) on $($lock.AssignedMachine). Close it there, and try again."
    }
    $current = Get-TasqSequence -Site $Site -PackageId $PackageId
    if ($null -eq $current) { throw "The task sequence $PackageId is gone from the site." }
    if ($Force) { return $current }

    $seen = if ($PullFolder) { (Get-TasqPull -Folder $PullFolder)[$PackageId] } else { $null }
    if ($null -eq $seen) {
        throw "$PackageId was never pulled, so nobody knows what would be lost: pull it with Export-TasqSequence, or say -Force."
    }
    if ($seen.sha256 -ne (Get-TasqHash -Text (Hide-TasqSecret -Text ([string] $current.Sequence)))) {
        throw "$PackageId was changed on the site since the last pull: pull it and look at the difference, or say -Force."
    }
    return $current
}
