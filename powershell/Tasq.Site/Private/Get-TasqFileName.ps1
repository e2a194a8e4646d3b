# A file name for a sequence: its name without what Windows refuses, and short enough.
function Get-TasqFileName {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Name,

        [Parameter(Mandatory = $true)]
        [string] $PackageId,

        # Another sequence has the same file name, but for case.
        [switch] $Shared
    )

    $clean = ($Name -replace '[\x00-\x1f<>:"/\\|?*]', '_').Trim().TrimEnd('.', ' ')
    if ($clean.Length -gt 80) { $clean = $clean.Substring(0, 80).TrimEnd('.', ' ') }
    # Half of a pair of surrogates would be no UTF-8.
    if ($clean.Length -gt 0 -and [char]::IsHighSurrogate($clean[$clean.Length - 1])) {
        $clean = $clean.Substring(0, $clean.Length - 1)
    }
    if (-not $clean) { return "$PackageId.xml" }
    if ($clean -match '^(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\.|$)' -or $clean.StartsWith('.')) {
        $clean = '_' + $clean
    }
    if ($Shared) { return "$clean ($PackageId).xml" }
    return "$clean.xml"
}
