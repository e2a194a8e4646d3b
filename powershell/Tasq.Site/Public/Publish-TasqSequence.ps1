function Publish-TasqSequence {
    <#
    .SYNOPSIS
    Puts a task sequence of a file on a site: creates it, or updates the one that is there.

    .DESCRIPTION
    Takes a zip as the console's export makes it, a file of Export-TasqSequence, an object.xml, or the bare <sequence> of
    'tasq build'. Which task sequence of the site is updated: that of -PackageId; else that of the
    identifier in the file, if the name is the same; else that of the name. Where there is none, one is created, and the
    site gives it its identifier.

    Before it writes, it refuses: more than 2 MB; a task sequence that somebody has open in an editor (its lock); one that
    is not as the last pull saw it, or that was never pulled. -Force writes over the last of these, and over nothing else.
    Then the secrets are asked for, each by its step and name, and what was there is kept in a file, before it is written
    over. Afterwards the task sequence is read back, and what is different is said.

    Methods: ImportSequence and SetSequence of SMS_TaskSequencePackage, GetLockInformation of SMS_ObjectLock, MoveMembers
    of SMS_ObjectContainerItem for -Folder. With -WhatIf the site is only read.

    A secret is asked for unseen, stands in no file, and is put into the sequence in memory, on the way to the site.

    Never tried against a live site. Begin with a new task sequence in a laboratory.

    .PARAMETER Path
    The file: .zip or .xml.

    .PARAMETER PackageId
    The identifier of the task sequence on the site that is updated, whatever the file says.

    .PARAMETER Name
    The name on the site, instead of the file's. A bare <sequence> has none.

    .PARAMETER Sequence
    The name or the identifier of the one that is meant, where a zip holds several. Publish children before their parents.

    .PARAMETER New
    Create a task sequence even where the site has one of that name or identifier.

    .PARAMETER Folder
    The folder of the console that it is moved to, such as OSD\Production. It must be there.

    .PARAMETER PullFolder
    The folder of Export-TasqSequence that tells what the last pull saw. Without it, the first folder that has been pulled
    into, beginning with the file's own and going up.

    .PARAMETER BackupFolder
    Where what was there is kept. Without it, .tasq-backup beside the file.

    .PARAMETER Secret
    A table of secrets that are not asked for: 'STEP/NAME' to a SecureString. NAME is the property as in the XML, such as
    UserPassword, or the variable that is masked.

    .PARAMETER SkipSecret
    Ask for no secret. Those that were not given are empty on the site and must be entered in the console.

    .PARAMETER TasqPath
    The program tasq, for the difference that -WhatIf shows; it must have the verb diff. Without it, the one on the PATH.

    .PARAMETER Force
    Write over what was changed on the site since the last pull, or was never pulled.

    .PARAMETER ComputerName
    The site server or the computer with its SMS Provider. Without it, the one that the console of this computer was last
    connected to, else this computer.

    .PARAMETER SiteCode
    The site's code, where the computer knows several sites.

    .PARAMETER Credential
    Another account for the connection. Windows allows none for the computer itself.

    .EXAMPLE
    Publish-TasqSequence -Path .\build\lab.zip -WhatIf

    Says what would be created or updated, and what would be different, and writes nothing.

    .EXAMPLE
    Publish-TasqSequence -Path .\build\lab.zip -Folder 'OSD\Lab'

    Creates or updates it, after a question, and moves it to a folder.

    .EXAMPLE
    Publish-TasqSequence -Path .\lab.xml -Name 'Lab maintenance' -New -SkipSecret -Confirm:$false

    Creates one from bare XML, without any question.

    .EXAMPLE
    Publish-TasqSequence -Path .\lab.zip -PackageId PS100241 -Secret @{ 'Connect/Password' = (Read-Host -AsSecureString) }

    Updates the one of an identifier, with one secret given.

    .EXAMPLE
    Publish-TasqSequence -Path '.\.tasq-backup\PS100241 20261130T084500Z.xml' -PackageId PS100241 -Force

    Puts back what was there before, but for its secrets.

    .INPUTS
    None.

    .OUTPUTS
    An object: PackageId, Name, Action (Created, Updated), Backup, EmptySecret, Difference.

    .LINK
    Export-TasqSequence
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
    [OutputType([psobject])]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string] $Path,

        [ValidatePattern('^[A-Za-z0-9]{3}[0-9A-Fa-f]{5}$')]
        [string] $PackageId,

        [ValidateLength(1, 50)]
        [string] $Name,

        [ValidateNotNullOrEmpty()]
        [string] $Sequence,

        [switch] $New,

        [ValidateNotNullOrEmpty()]
        [string] $Folder,

        [ValidateNotNullOrEmpty()]
        [string] $PullFolder,

        [ValidateNotNullOrEmpty()]
        [string] $BackupFolder,

        [ValidateNotNull()]
        [hashtable] $Secret,

        [switch] $SkipSecret,

        [ValidateNotNullOrEmpty()]
        [string] $TasqPath,

        [switch] $Force,

        [ValidateNotNullOrEmpty()]
        [string] $ComputerName,

        [ValidatePattern('^[A-Za-z0-9]{3}$')]
        [string] $SiteCode,

        [System.Management.Automation.PSCredential] $Credential
    )

    $ErrorActionPreference = 'Stop'
    if ($New -and $PackageId) { throw '-New creates a task sequence, and -PackageId names one that is there: give one of them.' }
    $file = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
    $package = Read-TasqPackage -Path $file -Sequence $Sequence
    if ($Name) { $package.Name = $Name }
    Assert-TasqPackage -Package $package
    $places = @(Find-TasqSecret -Text $package.Sequence)
    Assert-TasqSecret -Place $places -Given $Secret

    $beside = [System.IO.Path]::GetDirectoryName($file)
    $pulled = if ($PullFolder) { $PSCmdlet.GetUnresolvedProviderPathFromPSPath($PullFolder) } else { Find-TasqPullFolder -Folder $beside }
    $backup = [System.IO.Path]::Combine($beside, '.tasq-backup')
    if ([System.IO.Path]::GetFileName($beside) -eq '.tasq-backup') { $backup = $beside }
    if ($BackupFolder) { $backup = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($BackupFolder) }

    $connection = Select-TasqConnection -Bound $PSBoundParameters
    $site = Connect-TasqSite @connection
    try {
        $id = Find-TasqTarget -Site $site -Package $package -PackageId $PackageId -New:$New
        # A folder that is not there is said before anything is written.
        if ($Folder) { [void] (Find-TasqFolder -Node @(Get-TasqFolderNode -Site $site) -Folder $Folder) }
        $check = @{ Site = $site; PackageId = $id; PullFolder = $pulled; Force = $Force }
        $current = if ($id) { Assert-TasqUnchanged @check } else { $null }
        if ($WhatIfPreference) { Show-TasqDifference -Package $package -Current $current -TasqPath $TasqPath }

        $what = if ($id) { "Update $id" } else { 'Create' }
        if ($PSCmdlet.ShouldProcess("Task sequence '$($package.Name)' on site $($site.Code)", $what)) {
            $answers = Read-TasqSecret -Place $places -Given $Secret -Skip:$SkipSecret
            # Questions take their time.
            if ($id) { $current = Assert-TasqUnchanged @check }
            $writing = @{
                Site = $site; Package = $package; Current = $current; Place = $places; Answer = $answers
                BackupFolder = $backup; PullFolder = $pulled; Folder = $Folder
            }
            Set-TasqSequence -Writing $writing
        }
    }
    finally {
        Connect-TasqSite -Close $site
    }
}
