# The bytes of an entry of a zip, 64 MB at most whatever its head says.
function Read-TasqZipEntry {
    [CmdletBinding()]
    [OutputType([byte[]])]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Entry
    )

    $most = 64MB
    $out = New-Object -TypeName System.IO.MemoryStream
    $stream = $Entry.Open()
    try {
        $buffer = New-Object -TypeName byte[] -ArgumentList 65536
        while (($count = $stream.Read($buffer, 0, $buffer.Length)) -gt 0) {
            $out.Write($buffer, 0, $count)
            if ($out.Length -gt $most) { throw "$($Entry.FullName) has more than 64 MB." }
        }
    }
    finally {
        $stream.Dispose()
    }
    return , $out.ToArray()
}
