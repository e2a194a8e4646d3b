function Export-TasqInventory {
    <#
    .SYNOPSIS
    Writes what a site has for task sequences to refer to, as JSON.

    .DESCRIPTION
    Packages of all kinds with their programs, applications with their state, task sequences, how far content is
    distributed, and the platforms of conditions. What is not known is null, and not false: 'dynamic_install' of an
    application (the setting that lets a task sequence install it without a deployment) stands only in its definition,
    which is a lazy property; it is read for the applications that a task sequence of the site refers to, and for all with
    -AllApplication.

    The site is only read. Asked are SMS_Package, SMS_DriverPackage, SMS_ImagePackage, SMS_OperatingSystemInstallPackage,
    SMS_BootImagePackage, SMS_SoftwareUpdatesPackage, SMS_Program, SMS_ApplicationLatest, SMS_TaskSequencePackage,
    SMS_TaskSequencePackageReference, SMS_ObjectContentExtraInfo, SMS_SupportedPlatforms. A class that the site does not
    have gives null instead of a list, and a warning.

    Never tried against a live site.

    .PARAMETER Path
    The file.

    .PARAMETER AllApplication
    Read the definition of every application: one question each, which takes long where there are many.

    .PARAMETER PlatformQuery
    Read the query of every platform, too: one question each.

    .PARAMETER ComputerName
    The site server or the computer with its SMS Provider. Without it, the one that the console of this computer was last
    connected to, else this computer.

    .PARAMETER SiteCode
    The site's code, where the computer knows several sites.

    .PARAMETER Credential
    Another account for the connection. Windows allows none for the computer itself.

    .EXAMPLE
    Export-TasqInventory -Path .\sites\chq.json

    Writes the inventory of the site that the console is connected to.

    .EXAMPLE
    Export-TasqInventory -Path .\sites\chq.json -AllApplication -PlatformQuery -SiteCode CHQ

    Leaves nothing out.

    .INPUTS
    None.

    .OUTPUTS
    The file, as System.IO.FileInfo.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    [OutputType([System.IO.FileInfo])]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string] $Path,

        [switch] $AllApplication,

        [switch] $PlatformQuery,

        [ValidateNotNullOrEmpty()]
        [string] $ComputerName,

        [ValidatePattern('^[A-Za-z0-9]{3}$')]
        [string] $SiteCode,

        [System.Management.Automation.PSCredential] $Credential
    )

    $ErrorActionPreference = 'Stop'
    $file = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
    $connection = Select-TasqConnection -Bound $PSBoundParameters
    $site = Connect-TasqSite @connection
    try {
        if (-not $PSCmdlet.ShouldProcess($file, "Write the inventory of site $($site.Code)")) { return }
        $inventory = [ordered]@{
            site         = $site.Code
            made         = [datetime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [cultureinfo]::InvariantCulture)
            packages     = Get-TasqInventoryPackage -Site $site
            applications = Get-TasqInventoryApplication -Site $site -All:$AllApplication
            sequences    = Get-TasqInventoryList -Site $site -Class 'SMS_TaskSequencePackage' -Sort 'PackageID' -Column (
                [ordered]@{ id = 'PackageID'; name = 'Name' })
            content      = Get-TasqInventoryList -Site $site -Class 'SMS_ObjectContentExtraInfo' -Sort 'ObjectID' -Column (
                [ordered]@{ id = 'ObjectID'; targeted = 'Targeted'; success = 'NumberSuccess'; errors = 'NumberErrors' })
            platforms    = Get-TasqInventoryPlatform -Site $site -Query:$PlatformQuery
        }
        Write-TasqText -Path $file -Text (ConvertTo-TasqJson -Value $inventory)
        New-Object -TypeName System.IO.FileInfo -ArgumentList $file
    }
    finally {
        Connect-TasqSite -Close $site
    }
}
