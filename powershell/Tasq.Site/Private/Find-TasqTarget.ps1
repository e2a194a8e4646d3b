# The identifier of the task sequence that is updated; empty where one is created.
function Find-TasqTarget {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [object] $Package,

        [AllowEmptyString()]
        [string] $PackageId,

        [switch] $New
    )

    if ($New) { return '' }
    $list = @(Get-TasqSequenceList -Site $Site)
    if ($PackageId) {
        if (@($list | Where-Object { $_.PackageID -eq $PackageId }).Count -eq 0) {
            throw "The site $($Site.Code) has no task sequence $PackageId."
        }
        return $PackageId.ToUpperInvariant()
    }
    $own = @($list | Where-Object { $Package.PackageId -and $_.PackageID -eq $Package.PackageId })
    $named = @($list | Where-Object { $_.Name -eq $Package.Name })
    if ($own.Count -gt 0) {
        if ($own[0].Name -eq $Package.Name) { return [string] $own[0].PackageID }
        throw ("$($own[0].PackageID) is called '$($own[0].Name)' on the site and '$($Package.Name)' in the file: " +
            'say with -PackageId which one is meant, or -New.')
    }
    if ($named.Count -gt 1) {
        $ids = @($named | ForEach-Object { $_.PackageID }) -join ', '
        throw "The site has several task sequences '$($Package.Name)' ($ids): say which with -PackageId."
    }
    if ($named.Count -eq 1) { return [string] $named[0].PackageID }
    return ''
}
