# What the last pull into a folder saw: for each identifier its name, its file, the marks of the
# site and the hash of the sequence. An empty table where nothing was pulled.
function Get-TasqPull {
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Folder
    )

    $table = @{}
    $path = [System.IO.Path]::Combine($Folder, '.tasq-pull.json')
    if (-not [System.IO.File]::Exists($path)) { return $table }
    try {
        $stored = ConvertFrom-Json -InputObject (Read-TasqText -Path $path)
    }
    catch {
        throw "$path is not what a pull writes: $($_.Exception.Message) Remove it, and pull again."
    }
    foreach ($one in @(Get-TasqValue -InputObject $stored -Name 'sequences')) {
        if ($null -eq $one) { continue }
        $table[[string] $one.id] = @{
            name   = [string] $one.name
            # No path: what stands there is written and removed.
            file   = [System.IO.Path]::GetFileName([string] $one.file)
            marks  = [string] $one.marks
            sha256 = [string] $one.sha256
        }
    }
    return $table
}
