# Whether a call failed because the connection went away, and not because of what was asked.
function Test-TasqConnectionLost {
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory = $true)]
        [System.Management.Automation.ErrorRecord] $Failure
    )

    # RPC: server unavailable, call failed, call failed and not executed, object disconnected;
    # WMI: transport failure, shutting down.
    $lost = '800706ba', '800706be', '800706bf', '80010108', '80041015', '80041033'
    $said = $Failure.FullyQualifiedErrorId
    for ($inner = $Failure.Exception; $null -ne $inner; $inner = $inner.InnerException) {
        $said = $said + (' {0:x8}' -f $inner.HResult)
    }
    foreach ($code in $lost) {
        if ($said -match $code) { return $true }
    }
    return $false
}
