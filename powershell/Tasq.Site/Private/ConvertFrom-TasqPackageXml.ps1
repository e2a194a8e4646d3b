# The sequence of a text of XML, and the properties around it.
function ConvertFrom-TasqPackageXml {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Text,

        [Parameter(Mandatory = $true)]
        [string] $Source
    )

    $root = (ConvertFrom-TasqXml -Text $Text -Source $Source).DocumentElement
    $properties = @{}
    $platforms = $false
    $holder = $null
    switch ($root.LocalName) {
        'sequence' {
            $holder = $root
        }
        'SmsTaskSequencePackage' {
            foreach ($child in $root.SelectNodes('*')) {
                if ($child.LocalName -eq 'SequenceData') { $holder = $child }
                elseif ($child.LocalName -eq 'SupportedOperatingSystems') { $platforms = $child.SelectNodes('*').Count -gt 0 }
                elseif ($child.SelectNodes('*').Count -eq 0) { $properties[$child.LocalName] = $child.InnerText }
            }
        }
        'INSTANCE' {
            foreach ($child in $root.SelectNodes('PROPERTY[VALUE]')) {
                $value = $child.SelectSingleNode('VALUE')
                if ($child.GetAttribute('NAME') -eq 'Sequence') { $holder = $value }
                else { $properties[$child.GetAttribute('NAME')] = $value.InnerText }
            }
            $list = "PROPERTY.OBJECTARRAY[@NAME='SupportedOperatingSystems']//VALUE.OBJECT"
            $platforms = $root.SelectNodes($list).Count -gt 0
        }
    }
    if ($null -eq $holder) { throw "$Source holds no task sequence; its root element is <$($root.LocalName)>." }
    # A sequence that is an element of the file is cut out of the text: written from the document it
    # would lose white space.
    if ($root.LocalName -eq 'sequence' -or $holder.SelectNodes('*').Count -gt 0) {
        $start = $Text.IndexOf('<sequence', [System.StringComparison]::Ordinal)
        $end = $Text.LastIndexOf('</sequence>', [System.StringComparison]::Ordinal)
        $inner = if ($start -ge 0 -and $end -gt $start) { $Text.Substring($start, $end - $start + 11) } else { '' }
    }
    else {
        $inner = $holder.InnerText.Trim()
    }
    $sequence = (ConvertFrom-TasqXml -Text $inner -Source "The task sequence in $Source").DocumentElement
    if ($sequence.LocalName -ne 'sequence' -or $sequence.SelectNodes('*').Count -eq 0) {
        throw "$Source holds no task sequence with steps."
    }
    [pscustomobject]@{
        Name         = [string] $properties['Name']
        PackageId    = [string] $properties['PackageID']
        Property     = $properties
        HasPlatforms = [bool] $platforms
        Sequence     = $inner
        Source       = $Source
    }
}
