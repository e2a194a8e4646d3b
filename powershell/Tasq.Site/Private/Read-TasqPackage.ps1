# The sequence of a file, with what stands around it: a zip of the console or of tasq, a
# SmsTaskSequencePackage, an object.xml, or a bare <sequence>.
function Read-TasqPackage {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Path,

        # The name or the identifier of one of several in a zip.
        [string] $Sequence
    )

    if (-not [System.IO.File]::Exists($Path)) { throw "There is no file $Path." }
    if ([System.IO.Path]::GetExtension($Path) -eq '.zip') {
        $found = @(Read-TasqZip -Path $Path)
    }
    else {
        $found = @(ConvertFrom-TasqPackageXml -Text (Read-TasqText -Path $Path) -Source $Path)
    }
    if ($Sequence) {
        $found = @($found | Where-Object { $_.Name -eq $Sequence -or $_.PackageId -eq $Sequence })
    }
    if ($found.Count -eq 0) { throw "$Path holds no such task sequence." }
    if ($found.Count -gt 1) {
        $list = @($found | ForEach-Object { "$($_.Name) ($($_.PackageId))" }) -join ', '
        throw "$Path holds several task sequences: $list. Say which with -Sequence, children first."
    }
    return $found[0]
}
