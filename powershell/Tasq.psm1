# Reads and sets variables of the task sequence that started this script.
#
#   Import-Module $env:TASQ_MODULE
#   $tsenv = New-TasqEnvironment
#   $tsenv.Value('OSDComputerName')              # read
#   $tsenv.Value('OSDComputerName', 'LAP-0042')  # set
#   $tsenv.GetVariables()                        # names
#
# The object has the members of Microsoft.SMS.TSEnvironment that scripts use. It asks `tasq variable`.

Set-StrictMode -Version 2.0

class TasqEnvironment {
    hidden [string] $Program

    TasqEnvironment() {
        if (-not $env:TASQ_RUN) { throw 'No task sequence of tasq started this script.' }
        $this.Program = if ($env:TASQ_PROGRAM) { $env:TASQ_PROGRAM } else { 'tasq' }
    }

    [string] Value([string] $Name) {
        $text = & $this.Program variable get $Name
        if ($LASTEXITCODE -gt 1) { throw "The variable $Name cannot be read." }
        return ($text -join "`n")
    }

    [void] Value([string] $Name, [string] $Value) {
        & $this.Program variable set $Name "--value=$Value"
        if ($LASTEXITCODE -ne 0) { throw "The variable $Name cannot be set." }
    }

    [string[]] GetVariables() {
        return @(& $this.Program variable list --names)
    }
}

function New-TasqEnvironment {
    <#
    .SYNOPSIS
    Gives the variables of the task sequence that started this script.
    .EXAMPLE
    $tsenv = New-TasqEnvironment; $tsenv.Value('_SMSTSPackageName')
    #>
    [CmdletBinding()]
    param()
    [TasqEnvironment]::new()
}

function Get-TasqVariable {
    <#
    .SYNOPSIS
    Reads a variable of the task sequence.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)
    (New-TasqEnvironment).Value($Name)
}

function Set-TasqVariable {
    <#
    .SYNOPSIS
    Sets a variable of the task sequence; an empty value deletes it.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name, [AllowEmptyString()] [string] $Value = '')
    (New-TasqEnvironment).Value($Name, $Value)
}

$tsenv = if ($env:TASQ_RUN) { New-TasqEnvironment } else { $null }
Export-ModuleMember -Function New-TasqEnvironment, Get-TasqVariable, Set-TasqVariable -Variable tsenv
