# Refuses secrets in clear, and those of which the sequence has no place.
function Assert-TasqSecret {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyCollection()]
        [object[]] $Place,

        [AllowNull()]
        [hashtable] $Given
    )

    if (-not $Given) { return }
    $keys = @($Place | Where-Object { $_.Ask } | ForEach-Object { "$($_.Step)/$($_.Property)" })
    foreach ($key in $Given.Keys) {
        if ($Given[$key] -isnot [System.Security.SecureString]) {
            throw "The secret of '$key' is no SecureString: use Read-Host -AsSecureString or Get-Credential."
        }
        if ($keys -notcontains $key) {
            $known = if ($keys.Count -gt 0) { 'It has: ' + ($keys -join ', ') } else { 'It has none.' }
            throw "The task sequence has no secret '$key'. $known"
        }
    }
}
