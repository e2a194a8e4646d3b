# One of the three functions that touch a site: calls a static method. Its arguments come in a
# hashtable: where modules are logged, the log then has the type of the table and no password.
function Invoke-TasqSiteMethod {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [string] $Class,

        [Parameter(Mandatory = $true)]
        [string] $Method,

        [Parameter(Mandatory = $true)]
        [hashtable] $Argument,

        # The method changes nothing, so it may be called again after the connection was lost.
        [switch] $ReadOnly
    )

    for ($attempt = 1; ; $attempt++) {
        try {
            $result = Invoke-CimMethod -CimSession $Site.Session -Namespace $Site.Namespace -ClassName $Class `
                -MethodName $Method -Arguments $Argument -Confirm:$false -WhatIf:$false -ErrorAction Stop
            break
        }
        catch {
            if (-not $ReadOnly -or $attempt -ge 3 -or -not (Test-TasqConnectionLost -Failure $_)) { throw }
            Write-Warning "The connection to $($Site.Server) was lost; trying again."
            Start-Sleep -Seconds (5 * $attempt)
            Connect-TasqSite -Again $Site
        }
    }
    if ($result.ReturnValue -ne 0) {
        throw "$Class.$Method returned $($result.ReturnValue) instead of 0."
    }
    $result
}
