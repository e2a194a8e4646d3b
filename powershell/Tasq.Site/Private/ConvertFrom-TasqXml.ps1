# A document for looking into. White space and line ends stay as they are, nothing is fetched, and no
# DTD is read. What goes to a site is never written from it.
function ConvertFrom-TasqXml {
    [CmdletBinding()]
    [OutputType([System.Xml.XmlDocument])]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Text,

        [Parameter(Mandatory = $true)]
        [string] $Source
    )

    $document = New-Object -TypeName System.Xml.XmlDocument
    $document.PreserveWhitespace = $true
    $document.XmlResolver = $null
    $characters = New-Object -TypeName System.IO.StringReader -ArgumentList $Text
    # This reader leaves CR and LF in CDATA alone; those that XmlReader.Create makes do not.
    $reader = New-Object -TypeName System.Xml.XmlTextReader -ArgumentList $characters
    $reader.DtdProcessing = [System.Xml.DtdProcessing]::Prohibit
    $reader.XmlResolver = $null
    try {
        $document.Load($reader)
    }
    catch {
        throw "$Source is no XML: $($_.Exception.GetBaseException().Message)"
    }
    finally {
        $reader.Dispose()
    }
    # A document is a list of its nodes, and would be taken apart on its way.
    return , $document
}
