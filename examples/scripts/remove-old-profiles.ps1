# Removes the profiles that nobody used for some days and writes how many they were.
param([int] $Days = 90)

$limit = (Get-Date).AddDays(-$Days)
$old = Get-CimInstance -ClassName Win32_UserProfile |
    Where-Object { -not $_.Special -and -not $_.Loaded -and $_.LastUseTime -lt $limit }
$old | Remove-CimInstance
"$(@($old).Count)"
