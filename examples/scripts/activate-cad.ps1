# Activates the CAD suite with the key that the sequence holds in a masked variable. Sign it before use: the step asks for it.
$environment = New-Object -ComObject Microsoft.SMS.TSEnvironment
$key = $environment.Value('LicenceKey')
if (-not $key) { exit 87 }
$key | & "$env:ProgramFiles\CadSuite\activate.exe" --key-from-input
exit $LASTEXITCODE
