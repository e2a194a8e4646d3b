# One of the three functions that touch a site: objects of a class. What a condition holds must be
# safe: identifiers and numbers that were checked, no text of a person.
function Get-TasqSiteObject {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site,

        [Parameter(Mandatory = $true)]
        [ValidatePattern('^[A-Za-z0-9_]+$')]
        [string] $Class,

        # Those that the class of this site lacks are left out of the question.
        [string[]] $Property,

        # A condition in WQL.
        [string] $Where,

        # Read each object once more by itself: only then lazy properties are filled.
        [switch] $Lazy,

        # Where the site has no such class: a warning and one null, and no error.
        [switch] $Optional,

        # A new object in memory, not on the site.
        [switch] $Blank
    )

    $at = @{ Namespace = $Site.Namespace; ErrorAction = 'Stop' }
    for ($attempt = 1; ; $attempt++) {
        $at.CimSession = $Site.Session
        try {
            if ($Blank) {
                $declared = Get-CimClass @at -ClassName $Class
                return New-CimInstance -CimClass $declared -ClientOnly -WhatIf:$false -Confirm:$false
            }
            $select = '*'
            if ($Property) {
                $declared = Get-CimClass @at -ClassName $Class
                $known = @($declared.CimClassProperties | ForEach-Object { $_.Name })
                $select = @($Property | Where-Object { $known -contains $_ }) -join ', '
                if (-not $select) { return }
            }
            $query = "select $select from $Class"
            if ($Where) { $query = "$query where $Where" }
            # All of them before any is handed on: a second attempt must not give some twice.
            $found = @(Get-CimInstance @at -Query $query)
            if ($Lazy) {
                $found = @(foreach ($one in $found) { Get-CimInstance -InputObject $one -CimSession $Site.Session -ErrorAction Stop })
            }
            return $found
        }
        catch {
            if ($Optional -and (Test-TasqNoSuchClass -Failure $_)) {
                Write-Warning "This site has no class $Class."
                return $null
            }
            if ($attempt -ge 3 -or -not (Test-TasqConnectionLost -Failure $_)) { throw }
            Write-Warning "The connection to $($Site.Server) was lost; trying again."
            Start-Sleep -Seconds (5 * $attempt)
            Connect-TasqSite -Again $Site
        }
    }
}
