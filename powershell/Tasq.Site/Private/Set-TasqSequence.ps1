# Writes a task sequence: keeps what was there, imports, saves, moves, reads back. What it works on
# comes in one table, because it holds secrets, and logs of modules show what parameters hold.
function Set-TasqSequence {
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    param(
        # Site, Package, Current, Place, Answer, BackupFolder, PullFolder, Folder.
        [Parameter(Mandatory = $true)]
        [hashtable] $Writing
    )

    $site = $Writing.Site
    $package = $Writing.Package
    $backup = ''
    if ($Writing.Current) { $backup = Save-TasqBackup -Package $Writing.Current -Folder $Writing.BackupFolder }

    $argument = @{ SequenceXML = Edit-TasqSecret -Text $package.Sequence -Place $Writing.Place -Value $Writing.Answer }
    $imported = Invoke-TasqSiteMethod -Site $site -Class 'SMS_TaskSequencePackage' -Method 'ImportSequence' -Argument $argument
    $argument = $null
    $target = $Writing.Current
    if (-not $target) { $target = Get-TasqSiteObject -Site $site -Class 'SMS_TaskSequencePackage' -Blank }
    Set-TasqHeader -Target $target -Package $package
    try {
        $saved = Invoke-TasqSiteMethod -Site $site -Class 'SMS_TaskSequencePackage' -Method 'SetSequence' `
            -Argument @{ TaskSequencePackage = $target; TaskSequence = $imported.TaskSequence }
    }
    catch {
        # A connection can be lost behind the save.
        $said = $_.Exception.Message
        throw "SetSequence failed, and what the site has now is not known: look at '$($package.Name)' in the console. $said"
    }
    $path = [string] $saved.SavedTaskSequencePackagePath
    if ($path -notmatch '"(?<id>[A-Za-z0-9]{8})"') { throw "SetSequence saved something else than a task sequence: $path" }
    $id = $Matches['id']

    # What follows is said and stops nothing: it is saved.
    $now = $null
    try { $now = Get-TasqSequence -Site $site -PackageId $id }
    catch { Write-Warning "$id is saved, but reading it back failed: $($_.Exception.Message)" }
    $difference = @(Compare-TasqSaved -Package $package -Saved $now)
    foreach ($line in $difference) { Write-Warning "$id is not as the file says: $line" }
    if ($Writing.PullFolder) { Update-TasqPull -Folder $Writing.PullFolder -Package $now }
    if ($Writing.Folder) {
        try { Move-TasqSequence -Site $site -PackageId $id -Folder $Writing.Folder }
        catch { Write-Warning "$id is saved, but could not be moved to '$($Writing.Folder)': $($_.Exception.Message)" }
    }

    $empty = @(
        for ($index = 0; $index -lt $Writing.Place.Count; $index++) {
            $place = $Writing.Place[$index]
            # A secret that stands in the file is none that is missing.
            $held = $place.Rule -lt 0 -and $place.Length -gt 0
            if ($place.Ask -and -not $held -and -not $Writing.Answer.ContainsKey($index)) { "$($place.Step)/$($place.Property)" }
        }
    )
    if ($empty.Count -gt 0) { Write-Warning "Enter in the console: $($empty -join ', ')" }
    [pscustomobject]@{
        PackageId   = $id
        Name        = $package.Name
        Action      = if ($Writing.Current) { 'Updated' } else { 'Created' }
        Backup      = $backup
        EmptySecret = $empty
        Difference  = $difference
    }
}
