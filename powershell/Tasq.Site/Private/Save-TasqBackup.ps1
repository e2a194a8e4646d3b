# Keeps a task sequence as it is on the site, in a file that can be published again; gives its path.
# Secrets are not in it.
function Save-TasqBackup {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Package,

        [Parameter(Mandatory = $true)]
        [string] $Folder
    )

    $text = Hide-TasqSecret -Text ([string] $Package.Sequence)
    if (-not $text) { throw "The site gave no sequence of $($Package.PackageID) to keep: may this account read task sequences?" }
    $stamp = [datetime]::UtcNow.ToString('yyyyMMddTHHmmssZ', [cultureinfo]::InvariantCulture)
    $path = [System.IO.Path]::Combine($Folder, "$($Package.PackageID) $stamp.xml")
    for ($number = 2; [System.IO.File]::Exists($path); $number++) {
        $path = [System.IO.Path]::Combine($Folder, "$($Package.PackageID) $stamp $number.xml")
    }
    Write-TasqText -Path $path -Text (ConvertTo-TasqPackageXml -Package $Package -Sequence $text)
    return $path
}
