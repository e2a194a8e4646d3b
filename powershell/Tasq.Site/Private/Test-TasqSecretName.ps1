# Whether a property of a step holds a password or a PIN. The list is that of tasq's own tables; a
# property that these do not know counts by its name.
function Test-TasqSecretName {
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Name
    )

    $secret = 'ADDSPassword', 'AdminPassword', 'CapturePassword', 'DomainPassword', 'LocalAccountPassword', 'Password',
    'PIN', 'SafeModeAdminPassword', 'SMSTSRunCommandLineUserPassword', 'UserPassword'
    # These say whether or where there is one.
    $open = 'BdeRecoveryPassword', 'CreateRecoveryPassword', 'RandomAdminPassword'
    if ($secret -contains $Name) { return $true }
    return ($open -notcontains $Name -and $Name -match '(password|passwd|pwd|passphrase)[0-9]*$')
}
