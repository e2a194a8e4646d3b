function Export-TasqSequence {
    <#
    .SYNOPSIS
    Pulls task sequences of a site into a folder of files.

    .DESCRIPTION
    Writes a file for each task sequence: <SmsTaskSequencePackage> with all properties that stay as they are between two
    saves, and with the sequence as the site has it, to the letter. 'tasq decompile' and Publish-TasqSequence read it.

    Only what changed since the last pull into the same folder is asked for and written. What the last pull saw is kept in
    the folder, in .tasq-pull.json; it is for one person and does not belong in version control.

    No file holds a secret: passwords and the values of masked variables are left out, whether or not the site gives them.

    The site is only read. Asked are the classes SMS_ProviderLocation, SMS_TaskSequencePackage (its lazy properties only for
    what changed), and for -Folder SMS_ObjectContainerNode and SMS_ObjectContainerItem.

    Never tried against a live site.

    .PARAMETER Path
    The folder for the files. It is made where it is missing.

    .PARAMETER Name
    Only task sequences of these names or identifiers; * and ? stand for characters.

    .PARAMETER Folder
    Only task sequences in this folder of the console, or below it, such as OSD\Production.

    .PARAMETER All
    Ask for every task sequence again, whether or not the site says that it changed.

    .PARAMETER ComputerName
    The site server or the computer with its SMS Provider. Without it, the one that the console of this computer was last
    connected to, else this computer.

    .PARAMETER SiteCode
    The site's code, where the computer knows several sites.

    .PARAMETER Credential
    Another account for the connection. Windows allows none for the computer itself.

    .EXAMPLE
    Export-TasqSequence -Path .\pulled

    Pulls all task sequences that changed.

    .EXAMPLE
    Export-TasqSequence -Path .\pulled -Folder 'OSD\Production' -ComputerName cm01.corp.contoso.com

    Pulls those of one folder, from another computer.

    .EXAMPLE
    Export-TasqSequence -Path .\pulled -Name 'Windows 11*', PS100241 -All

    Pulls some by name and one by identifier, changed or not.

    .INPUTS
    None.

    .OUTPUTS
    An object for each task sequence: PackageId, Name, Status (Written, Unchanged, Gone), Path.

    .LINK
    Publish-TasqSequence
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    [OutputType([psobject])]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string] $Path,

        [Parameter(Position = 1)]
        [SupportsWildcards()]
        [string[]] $Name,

        [ValidateNotNullOrEmpty()]
        [string] $Folder,

        [switch] $All,

        [ValidateNotNullOrEmpty()]
        [string] $ComputerName,

        [ValidatePattern('^[A-Za-z0-9]{3}$')]
        [string] $SiteCode,

        [System.Management.Automation.PSCredential] $Credential
    )

    $ErrorActionPreference = 'Stop'
    $target = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
    $connection = Select-TasqConnection -Bound $PSBoundParameters
    $site = Connect-TasqSite @connection
    try {
        $pull = Get-TasqPull -Folder $target
        $list = @(Get-TasqSequenceList -Site $site)
        $files = Get-TasqFileTable -Sequence $list
        $wanted = @(Select-TasqSequence -Site $site -Sequence $list -Name $Name -Folder $Folder)
        foreach ($one in $wanted) {
            $seen = $pull[$one.PackageID]
            $place = [System.IO.Path]::Combine($target, $files[$one.PackageID])
            $marks = Get-TasqMark -Package $one
            $same = $seen -and $seen.marks -eq $marks -and $seen.file -eq $files[$one.PackageID]
            if ($same -and -not $All -and [System.IO.File]::Exists($place)) {
                New-TasqPulled -Sequence $one -Status 'Unchanged' -Path $place
                continue
            }
            if ($PSCmdlet.ShouldProcess("$($one.Name) ($($one.PackageID))", "Pull into $place")) {
                Save-TasqSequence -Site $site -Sequence $one -Path $place -Pull $pull -Folder $target
            }
        }
        # Those that were pulled and are on the site no more. Their files stay: nobody asked for less.
        if (-not $Name -and -not $Folder) {
            $there = @($list | ForEach-Object { $_.PackageID })
            foreach ($id in @($pull.Keys | Where-Object { $there -notcontains $_ } | Sort-Object)) {
                $gone = [pscustomobject]@{ PackageID = $id; Name = $pull[$id].name }
                New-TasqPulled -Sequence $gone -Status 'Gone' -Path ([System.IO.Path]::Combine($target, $pull[$id].file))
            }
        }
    }
    finally {
        Connect-TasqSite -Close $site
    }
}
