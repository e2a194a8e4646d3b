# Reads one task sequence whole, writes its file where that is not the same already, and keeps what
# was seen.
function Save-TasqSequence {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [object] $Sequence,

        [Parameter(Mandatory = $true)]
        [string] $Path,

        [Parameter(Mandatory = $true)]
        [hashtable] $Pull,

        # The folder of the pull.
        [Parameter(Mandatory = $true)]
        [string] $Folder
    )

    if ($Path.Length -gt 250) {
        throw "The path $Path is too long for Windows PowerShell; pull into a folder with a shorter one."
    }
    $id = [string] $Sequence.PackageID
    $full = Get-TasqSequence -Site $Site -PackageId $id
    if ($null -eq $full) {
        Write-Warning "$($Sequence.Name) ($id) was deleted while it was pulled."
        return
    }
    $text = Hide-TasqSecret -Text ([string] $full.Sequence)
    if (-not $text) {
        throw "The site gave no sequence of $($Sequence.Name) ($id): may this account read task sequences?"
    }
    $new = ConvertTo-TasqPackageXml -Package $full -Sequence $text
    $old = if ([System.IO.File]::Exists($Path)) { Read-TasqText -Path $Path } else { '' }
    $status = 'Unchanged'
    if (-not [string]::Equals($old, $new, [System.StringComparison]::Ordinal)) {
        Write-TasqText -Path $Path -Text $new
        $status = 'Written'
    }
    # Its file under the name that it had.
    if ($Pull.ContainsKey($id)) {
        $before = [System.IO.Path]::Combine($Folder, $Pull[$id].file)
        $others = @($Pull.Keys | Where-Object { $_ -ne $id -and $Pull[$_].file -eq $Pull[$id].file })
        if ($before -ne $Path -and $others.Count -eq 0 -and [System.IO.File]::Exists($before)) {
            [System.IO.File]::Delete($before)
            Write-Verbose "$before is $Path now."
        }
    }
    $Pull[$id] = @{
        name   = [string] $full.Name
        file   = [System.IO.Path]::GetFileName($Path)
        marks  = Get-TasqMark -Package $full
        sha256 = Get-TasqHash -Text $text
    }
    # Kept after each one: a pull that is stopped goes on where it was.
    Save-TasqPull -Folder $Folder -Pull $Pull
    New-TasqPulled -Sequence $full -Status $status -Path $Path
}
