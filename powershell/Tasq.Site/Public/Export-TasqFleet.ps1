function Export-TasqFleet {
    <#
    .SYNOPSIS
    Writes the devices of a site with the facts that task sequences ask for, as CSV.

    .DESCRIPTION
    A row for each device, from discovery and hardware inventory: model, BIOS, chassis, Windows, memory, drive C, UEFI,
    secure boot, TPM. Which of these a site has depends on the classes that its hardware inventory collects: a column
    whose class is not there, and a cell of a device that never reported, are empty, which means unknown.

    The site is only read, each class with one question: SMS_R_System, SMS_G_System_COMPUTER_SYSTEM,
    SMS_G_System_COMPUTER_SYSTEM_PRODUCT, SMS_G_System_PC_BIOS, SMS_G_System_SYSTEM_ENCLOSURE,
    SMS_G_System_OPERATING_SYSTEM, SMS_G_System_X86_PC_MEMORY, SMS_G_System_LOGICAL_DISK, SMS_G_System_FIRMWARE,
    SMS_G_System_TPM, SMS_G_System_ENCRYPTABLE_VOLUME; for -CollectionId SMS_FullCollectionMembership.

    The file has serial numbers and names of computers: treat it as what it is. Never tried against a live site.

    .PARAMETER Path
    The file.

    .PARAMETER CollectionId
    Only members of this collection, such as SMS00001.

    .PARAMETER All
    Also devices without a client, and records that are obsolete.

    .PARAMETER ComputerName
    The site server or the computer with its SMS Provider. Without it, the one that the console of this computer was last
    connected to, else this computer.

    .PARAMETER SiteCode
    The site's code, where the computer knows several sites.

    .PARAMETER Credential
    Another account for the connection. Windows allows none for the computer itself.

    .EXAMPLE
    Export-TasqFleet -Path .\fleet.csv

    Writes all devices with a client.

    .EXAMPLE
    Export-TasqFleet -Path .\pilot.csv -CollectionId CHQ00042 -All

    Writes the members of one collection, those without a client too.

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

        [ValidatePattern('^[A-Za-z0-9]{8}$')]
        [string] $CollectionId,

        [switch] $All,

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
        if (-not $PSCmdlet.ShouldProcess($file, "Write the devices of site $($site.Code)")) { return }
        $rows = @(Get-TasqFleetDevice -Site $site -CollectionId $CollectionId -All:$All)
        $ids = @{}
        foreach ($row in $rows) { $ids[[uint32] $row.resource_id] = $row }
        $head = @('name', 'resource_id', 'domain', 'ad_site', 'is_virtual')
        foreach ($source in (Get-TasqFleetSource)) {
            Add-TasqFleetColumn -Site $site -Row $ids -Source $source
            $head += @($source.Column.Keys)
        }
        $sorted = @($rows | Sort-Object -Property { $_.name }, { $_.resource_id })
        $lines = @(
            $head -join ','
            foreach ($row in $sorted) { ConvertTo-TasqCsvLine -Row $row -Head $head }
        )
        Write-TasqText -Path $file -Text (($lines -join "`n") + "`n")
        New-Object -TypeName System.IO.FileInfo -ArgumentList $file
    }
    finally {
        Connect-TasqSite -Close $site
    }
}
