# Compares the free space with the one measured before, and sets one variable for each answer.
$environment = New-Object -ComObject Microsoft.SMS.TSEnvironment
$disk = Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID = 'C:'"
$after = [math]::Floor($disk.FreeSpace / 1GB)
$environment.Value('FreeGBAfter') = "$after"
$environment.Value('GainedGB') = "$($after - [int] $environment.Value('FreeGB'))"
