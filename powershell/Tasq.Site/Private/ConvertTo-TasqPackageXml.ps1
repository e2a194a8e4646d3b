# The file of a sequence: <SmsTaskSequencePackage> with an element for each property, sorted, and the
# sequence as it is, in CDATA. Left out is what changes by itself: dates and counters of the site.
function ConvertTo-TasqPackageXml {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        # The object of the site, with lazy properties.
        [Parameter(Mandatory = $true)]
        [object] $Package,

        # Its sequence, without secrets.
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Sequence
    )

    $left = 'Sequence', 'ActionInProgress', 'LastRefreshTime', 'SedoObjectVersion', 'SourceDate',
    'CimClass', 'CimInstanceProperties', 'CimSystemProperties', 'PSComputerName', 'PSShowComputerName'
    $names = @($Package.PSObject.Properties | ForEach-Object { $_.Name } | Where-Object { $left -notcontains $_ })
    [System.Array]::Sort($names, [System.StringComparer]::Ordinal)
    $out = New-Object -TypeName System.Text.StringBuilder
    [void] $out.Append("<?xml version=`"1.0`" encoding=`"utf-8`"?>`n<SmsTaskSequencePackage>`n")
    foreach ($name in $names) {
        Add-TasqXmlValue -Out $out -Name $name -Value $Package.$name -Indent '  '
    }
    # A CDATA section ends at the first of these signs, so they stand in two of them.
    $raw = $Sequence.Replace(']]>', ']]]]><![CDATA[>')
    [void] $out.Append('  <SequenceData><![CDATA[').Append($raw).Append("]]></SequenceData>`n")
    [void] $out.Append("</SmsTaskSequencePackage>`n")
    return $out.ToString()
}
