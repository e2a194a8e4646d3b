# The file name of each sequence by its identifier. Those that would share one all get their
# identifier behind the name, so that none depends on the order.
function Get-TasqFileTable {
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyCollection()]
        [object[]] $Sequence
    )

    $count = @{}
    foreach ($one in $Sequence) {
        $file = Get-TasqFileName -Name ([string] $one.Name) -PackageId $one.PackageID
        $count[$file] = 1 + [int] $count[$file]
    }
    $table = @{}
    foreach ($one in $Sequence) {
        $file = Get-TasqFileName -Name ([string] $one.Name) -PackageId $one.PackageID
        if ($count[$file] -gt 1) {
            $file = Get-TasqFileName -Name ([string] $one.Name) -PackageId $one.PackageID -Shared
        }
        $table[$one.PackageID] = $file
    }
    return $table
}
