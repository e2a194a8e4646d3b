# Keeps what a pull saw, for the next pull and for Publish-TasqSequence.
function Save-TasqPull {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Folder,

        [Parameter(Mandatory = $true)]
        [hashtable] $Pull
    )

    $list = @(
        foreach ($id in ($Pull.Keys | Sort-Object)) {
            [ordered]@{
                id     = $id
                name   = $Pull[$id].name
                file   = $Pull[$id].file
                marks  = $Pull[$id].marks
                sha256 = $Pull[$id].sha256
            }
        }
    )
    $text = ConvertTo-TasqJson -Value ([ordered]@{ sequences = $list })
    Write-TasqText -Path ([System.IO.Path]::Combine($Folder, '.tasq-pull.json')) -Text $text
}
