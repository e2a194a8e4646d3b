# Asks for the secrets of a sequence, each by its step and name, or takes those that were given. The
# answers come back in a table by the number of the place, and stay in memory.
function Read-TasqSecret {
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyCollection()]
        [object[]] $Place,

        # Those that were given: "step/name" to a SecureString.
        [hashtable] $Given,

        # Ask for none.
        [switch] $Skip
    )

    $answers = @{}
    for ($index = 0; $index -lt $Place.Count; $index++) {
        $one = $Place[$index]
        if (-not $one.Ask) { continue }
        $key = "$($one.Step)/$($one.Property)"
        if ($Given -and $Given.ContainsKey($key)) {
            $answer = $Given[$key]
        }
        elseif ($Skip) {
            continue
        }
        else {
            $answer = Read-Host -AsSecureString -Prompt "$($one.Property) of the step '$($one.Step)' (nothing leaves it empty)"
        }
        if ($answer.Length -eq 0) { continue }
        $pointer = [System.Runtime.InteropServices.Marshal]::SecureStringToBSTR($answer)
        try {
            $answers[$index] = [System.Runtime.InteropServices.Marshal]::PtrToStringBSTR($pointer)
        }
        finally {
            [System.Runtime.InteropServices.Marshal]::ZeroFreeBSTR($pointer)
        }
    }
    return $answers
}
