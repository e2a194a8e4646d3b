# The task sequences of a zip as the console's export makes it.
function Read-TasqZip {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Path
    )

    Add-Type -AssemblyName System.IO.Compression
    $file = [System.IO.File]::OpenRead($Path)
    try {
        $zip = New-Object -TypeName System.IO.Compression.ZipArchive -ArgumentList $file
        foreach ($entry in $zip.Entries) {
            if ($entry.FullName -notmatch '^SMS_TaskSequencePackage/[^/]+/object\.xml$') { continue }
            $source = $Path + ' ' + $entry.FullName
            $text = ConvertFrom-TasqByte -Byte (Read-TasqZipEntry -Entry $entry) -Source $source
            ConvertFrom-TasqPackageXml -Text $text -Source $source
        }
    }
    catch [System.IO.InvalidDataException] {
        throw "$Path is no zip that can be read: $($_.Exception.Message)"
    }
    finally {
        $file.Dispose()
    }
}
