# What is different in two sequences, as lines for people: nothing where they are the same but for
# spelling that has no meaning. Secrets are compared as if they were empty.
function Compare-TasqSequence {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Old,

        [Parameter(Mandatory = $true)]
        [string] $New,

        # Most lines of each kind.
        [int] $Most = 10
    )

    $first = @(Get-TasqSequenceLine -Text (Hide-TasqSecret -Text $Old))
    $second = @(Get-TasqSequenceLine -Text (Hide-TasqSecret -Text $New))
    if ([string]::Equals(($first -join "`n"), ($second -join "`n"), [System.StringComparison]::Ordinal)) { return }
    $count = New-Object -TypeName 'System.Collections.Generic.Dictionary[string,int]' -ArgumentList ([System.StringComparer]::Ordinal)
    foreach ($line in $first) { if ($count.ContainsKey($line)) { $count[$line]++ } else { $count[$line] = 1 } }
    $added = New-Object -TypeName System.Collections.Generic.List[string]
    foreach ($line in $second) {
        if ($count.ContainsKey($line) -and $count[$line] -gt 0) { $count[$line]-- } else { $added.Add($line) }
    }
    $removed = New-Object -TypeName System.Collections.Generic.List[string]
    foreach ($line in $first) {
        if ($count[$line] -gt 0) {
            $count[$line]--
            $removed.Add($line)
        }
    }
    if ($added.Count -eq 0 -and $removed.Count -eq 0) { return 'the same parts in another order' }
    foreach ($kind in @(@{ Sign = '-'; Lines = $removed }, @{ Sign = '+'; Lines = $added })) {
        foreach ($line in ($kind.Lines | Select-Object -First $Most)) {
            if ($line.Length -gt 160) { $line = $line.Substring(0, 157) + '...' }
            "$($kind.Sign) $line"
        }
        if ($kind.Lines.Count -gt $Most) { "$($kind.Sign) and $($kind.Lines.Count - $Most) more" }
    }
}
