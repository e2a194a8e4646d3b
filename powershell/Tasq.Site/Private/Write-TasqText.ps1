# Writes a file in UTF-8 without a mark, whole or not at all: beside its place first, then moved.
function Write-TasqText {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Path,

        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Text
    )

    $folder = [System.IO.Path]::GetDirectoryName($Path)
    [void] [System.IO.Directory]::CreateDirectory($folder)
    $beside = [System.IO.Path]::Combine($folder, '.' + [System.IO.Path]::GetRandomFileName())
    $plain = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
    try {
        [System.IO.File]::WriteAllText($beside, $Text, $plain)
        if ([System.IO.File]::Exists($Path)) {
            [System.IO.File]::Replace($beside, $Path, [System.Management.Automation.Language.NullString]::Value)
        }
        else {
            [System.IO.File]::Move($beside, $Path)
        }
    }
    finally {
        if ([System.IO.File]::Exists($beside)) { [System.IO.File]::Delete($beside) }
    }
}
