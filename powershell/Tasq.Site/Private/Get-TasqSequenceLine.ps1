# A sequence as lines that can be compared: an element with its attributes in order of name, a text.
# The list of references is left out: a site works it out anew.
function Get-TasqSequenceLine {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)]
        [string] $Text
    )

    $settings = New-Object -TypeName System.Xml.XmlReaderSettings
    $settings.DtdProcessing = [System.Xml.DtdProcessing]::Prohibit
    $settings.XmlResolver = $null
    $settings.IgnoreWhitespace = $true
    $settings.IgnoreComments = $true
    $settings.IgnoreProcessingInstructions = $true
    $characters = New-Object -TypeName System.IO.StringReader -ArgumentList $Text
    $reader = [System.Xml.XmlReader]::Create($characters, $settings)
    $where = ''
    $lines = New-Object -TypeName System.Collections.Generic.List[string]
    try {
        $more = $reader.Read()
        while ($more) {
            if ($reader.NodeType -eq 'Element' -and $reader.LocalName -eq 'referenceList') {
                $reader.Skip()
                $more = -not $reader.EOF
                continue
            }
            if ($reader.NodeType -eq 'Element') {
                $element = "$($reader.Depth) <$($reader.LocalName)"
                $named = $reader.LocalName -eq 'step' -or $reader.LocalName -eq 'group' -or $reader.LocalName -eq 'subtasksequence'
                if ($named) { $where = $reader.GetAttribute('name') }
                $pairs = @(for ($index = 0; $index -lt $reader.AttributeCount; $index++) {
                        $reader.MoveToAttribute($index)
                        "$($reader.Name)=`"$($reader.Value)`""
                    })
                [System.Array]::Sort($pairs, [System.StringComparer]::Ordinal)
                $lines.Add("'$where': $element $($pairs -join ' ')>")
            }
            elseif ($reader.NodeType -eq 'Text' -or $reader.NodeType -eq 'CDATA') {
                $lines.Add("'$where': $($reader.Depth) $($reader.Value)")
            }
            $more = $reader.Read()
        }
    }
    finally {
        $reader.Dispose()
    }
    return $lines.ToArray()
}
