# Whether a call failed because the site has no such class.
function Test-TasqNoSuchClass {
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory = $true)]
        [System.Management.Automation.ErrorRecord] $Failure
    )

    # WBEM_E_INVALID_CLASS and WBEM_E_NOT_FOUND; MI_RESULT_INVALID_CLASS has no number in the text.
    $said = $Failure.FullyQualifiedErrorId + ' ' + $Failure.CategoryInfo.ToString()
    return ($said -match '80041010|80041002|InvalidClass|ObjectNotFound')
}
