# Shows what a file would change on the site: through the verb diff of tasq where it has
# one, else by comparing the two texts of XML.
function Show-TasqDifference {
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '')]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Package,

        [AllowNull()]
        [object] $Current,

        [AllowEmptyString()]
        [string] $TasqPath
    )

    if ($null -eq $Current) {
        Write-Host "'$($Package.Name)' is new on the site."
        return
    }
    $old = Hide-TasqSecret -Text ([string] $Current.Sequence)
    $new = Hide-TasqSecret -Text $Package.Sequence
    $program = Find-TasqProgram -Path $TasqPath
    if (-not $program) {
        Write-Host "tasq with its verb diff was not found; this is the difference of the XML:"
        $lines = @(Compare-TasqSequence -Old $old -New $new)
        if ($lines.Count -eq 0) { $lines = @('no difference') }
        foreach ($line in $lines) { Write-Host "  $line" }
        return
    }
    $folder = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), [System.IO.Path]::GetRandomFileName())
    $ErrorActionPreference = 'Continue'
    try {
        # Neither file holds a secret.
        $site = [System.IO.Path]::Combine($folder, 'site.xml')
        $file = [System.IO.Path]::Combine($folder, 'file.xml')
        Write-TasqText -Path $site -Text $old
        Write-TasqText -Path $file -Text $new
        & $program diff $site $file 2>&1 | ForEach-Object { Write-Host "  $_" }
    }
    finally {
        if ([System.IO.Directory]::Exists($folder)) { [System.IO.Directory]::Delete($folder, $true) }
    }
}
