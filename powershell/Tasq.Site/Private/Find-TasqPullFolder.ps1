# The first folder that was pulled into, from one upwards; empty where there is none.
function Find-TasqPullFolder {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Folder
    )

    for ($at = $Folder; $at; $at = [System.IO.Path]::GetDirectoryName($at)) {
        if ([System.IO.File]::Exists([System.IO.Path]::Combine($at, '.tasq-pull.json'))) { return $at }
    }
    return ''
}
