# What is written to the output goes to the variable that the step names.
$system = Get-CimInstance -ClassName Win32_ComputerSystem
"$($system.Manufacturer) $($system.Model)"
