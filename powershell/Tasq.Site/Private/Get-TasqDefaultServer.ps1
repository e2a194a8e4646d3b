# The server that the console of this computer was last connected to; nothing where there is none.
function Get-TasqDefaultServer {
    [CmdletBinding()]
    [OutputType([string])]
    param()

    $places = @(
        @{ Path = 'HKCU:\SOFTWARE\Microsoft\ConfigMgr10\AdminUI\MRU\1'; Name = 'ServerName' }
        @{ Path = 'HKLM:\SOFTWARE\WOW6432Node\Microsoft\ConfigMgr10\AdminUI\Connection'; Name = 'Server' }
    )
    foreach ($place in $places) {
        $key = Get-ItemProperty -LiteralPath $place.Path -ErrorAction SilentlyContinue
        $server = Get-TasqValue -InputObject $key -Name $place.Name
        if ($server) { return [string] $server }
    }
}
