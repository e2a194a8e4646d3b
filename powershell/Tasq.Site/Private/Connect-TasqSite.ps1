# One of the three functions that touch a site: opens a connection to its SMS Provider, opens it
# again after it was lost, closes it.
#
# DCOM and not WinRM: it is what the console uses, so a computer with only the console can do it, and
# WinRM takes no message above 500 KB without a change of its settings.
function Connect-TasqSite {
    [CmdletBinding(DefaultParameterSetName = 'Open')]
    param(
        [Parameter(ParameterSetName = 'Open')]
        [string] $ComputerName,

        [Parameter(ParameterSetName = 'Open')]
        [string] $SiteCode,

        [Parameter(ParameterSetName = 'Open')]
        [System.Management.Automation.PSCredential] $Credential,

        [Parameter(Mandatory = $true, ParameterSetName = 'Again')]
        [object] $Again,

        [Parameter(Mandatory = $true, ParameterSetName = 'Close')]
        [object] $Close
    )

    if ($Close) {
        if ($Close.Session) { Remove-CimSession -CimSession $Close.Session -WhatIf:$false -Confirm:$false -ErrorAction SilentlyContinue }
        $Close.Session = $null
        return
    }
    $option = New-CimSessionOption -Protocol Dcom
    if ($Again) {
        if ($Again.Session) { Remove-CimSession -CimSession $Again.Session -WhatIf:$false -Confirm:$false -ErrorAction SilentlyContinue }
        $how = $Again.How
        $Again.Session = New-CimSession @how -SessionOption $option
        return
    }

    if (-not $ComputerName) { $ComputerName = Get-TasqDefaultServer }
    $how = @{ ErrorAction = 'Stop'; OperationTimeoutSec = 600 }
    if ($ComputerName) { $how.ComputerName = $ComputerName }
    if ($Credential) { $how.Credential = $Credential }
    $session = New-CimSession @how -SessionOption $option
    try {
        $locations = @(
            Get-CimInstance -CimSession $session -Namespace 'root\SMS' -ClassName 'SMS_ProviderLocation' -ErrorAction Stop
        )
        $location = Select-TasqProvider -Location $locations -ComputerName $ComputerName -SiteCode $SiteCode
    }
    catch {
        Remove-CimSession -CimSession $session -WhatIf:$false -Confirm:$false -ErrorAction SilentlyContinue
        throw
    }

    # The SMS Provider may stand on another computer than the site server.
    if (-not (Test-TasqSameComputer -First $location.Machine -Second $ComputerName)) {
        Remove-CimSession -CimSession $session -WhatIf:$false -Confirm:$false -ErrorAction SilentlyContinue
        $how.ComputerName = $location.Machine
        $session = New-CimSession @how -SessionOption $option
    }
    [pscustomobject]@{
        Code      = $location.SiteCode
        Server    = $location.Machine
        Namespace = 'root\SMS\site_' + $location.SiteCode
        Session   = $session
        How       = $how
    }
}
