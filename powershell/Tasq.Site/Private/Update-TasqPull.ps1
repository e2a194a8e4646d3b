# Keeps what was published as what is known of the site. The marks are left empty: the next pull
# writes the file anew.
function Update-TasqPull {
    [CmdletBinding()]
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Folder,

        [AllowNull()]
        [object] $Package
    )

    if ($null -eq $Package) { return }
    $pull = Get-TasqPull -Folder $Folder
    $id = [string] $Package.PackageID
    $file = if ($pull.ContainsKey($id)) { $pull[$id].file } else { '' }
    $pull[$id] = @{
        name   = [string] $Package.Name
        file   = $file
        marks  = ''
        sha256 = Get-TasqHash -Text (Hide-TasqSecret -Text ([string] $Package.Sequence))
    }
    Save-TasqPull -Folder $Folder -Pull $pull
}
