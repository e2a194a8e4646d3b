# Which of the SMS Providers that a computer names is the one to talk to.
function Select-TasqProvider {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyCollection()]
        [object[]] $Location,

        [string] $ComputerName,

        [string] $SiteCode
    )

    $fits = @($Location | Where-Object { $_.ProviderForLocalSite })
    if ($SiteCode) { $fits = @($Location | Where-Object { $_.SiteCode -eq $SiteCode }) }
    if ($fits.Count -eq 0) {
        throw 'No SMS Provider of the site is named there. Is -ComputerName the site server or its SMS Provider, and -SiteCode right?'
    }
    $codes = @($fits | ForEach-Object { $_.SiteCode } | Sort-Object -Unique)
    if ($codes.Count -gt 1) {
        throw "There are several sites, $($codes -join ', '): say which with -SiteCode."
    }
    $same = @($fits | Where-Object { Test-TasqSameComputer -First $_.Machine -Second $ComputerName })
    if ($same.Count -gt 0) { return $same[0] }
    return $fits[0]
}
