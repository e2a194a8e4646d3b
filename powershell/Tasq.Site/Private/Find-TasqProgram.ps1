# The program tasq, if it is there and knows the verb diff; empty otherwise.
function Find-TasqProgram {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [AllowEmptyString()]
        [string] $Path
    )

    # What a program writes to standard error is no error of this module.
    $ErrorActionPreference = 'Continue'
    $name = if ($Path) { $Path } else { 'tasq' }
    $command = Get-Command -Name $name -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if (-not $command) { return '' }
    $program = $command.Definition
    try {
        [void] (& $program diff --help 2>&1)
    }
    catch {
        return ''
    }
    if ($LASTEXITCODE -eq 0) { return $program }
    return ''
}
