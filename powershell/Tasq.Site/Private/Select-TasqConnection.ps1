# Of the parameters of a command those that say which site.
function Select-TasqConnection {
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory = $true)]
        [System.Collections.IDictionary] $Bound
    )

    $chosen = @{}
    foreach ($name in 'ComputerName', 'SiteCode', 'Credential') {
        if ($Bound.ContainsKey($name)) { $chosen[$name] = $Bound[$name] }
    }
    return $chosen
}
