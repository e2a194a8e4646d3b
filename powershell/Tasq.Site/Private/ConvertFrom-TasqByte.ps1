# The text of bytes in UTF-8 or, with its mark, UTF-16, without the mark.
function ConvertFrom-TasqByte {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyCollection()]
        [byte[]] $Byte,

        [Parameter(Mandatory = $true)]
        [string] $Source
    )

    $most = 64MB
    if ($Byte.Length -gt $most) { throw "$Source has more than 64 MB." }
    $stream = New-Object -TypeName System.IO.MemoryStream -ArgumentList (, $Byte)
    $strict = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false, $true
    $reader = New-Object -TypeName System.IO.StreamReader -ArgumentList $stream, $strict, $true
    try {
        return $reader.ReadToEnd()
    }
    catch [System.Text.DecoderFallbackException] {
        throw "$Source is no text in UTF-8, and no UTF-16 with its mark."
    }
    finally {
        $reader.Dispose()
    }
}
