# Writes the free space of a drive in whole gigabytes: a number that a condition can compare.
param([string] $Drive = 'C')

$disk = Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID = '${Drive}:'"
[string] [math]::Floor($disk.FreeSpace / 1GB)
