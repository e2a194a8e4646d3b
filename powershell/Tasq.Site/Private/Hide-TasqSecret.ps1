# A sequence's text without its secrets, for files, comparisons and hashes.
function Hide-TasqSecret {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Text
    )

    return Edit-TasqSecret -Text $Text -Place @(Find-TasqSecret -Text $Text)
}
