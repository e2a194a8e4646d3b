# A sequence's text with other secrets. All else stays as it is, to the letter.
function Edit-TasqSecret {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        # What Find-TasqSecret looks into.
        [Parameter(Mandatory = $true)]
        [AllowEmptyString()]
        [string] $Text,

        # Its places, all of them.
        [Parameter(Mandatory = $true)]
        [AllowEmptyCollection()]
        [object[]] $Place,

        # For a place by its number the text that it gets, in a table so that no log has it.
        # Without a table every place is emptied.
        [hashtable] $Value
    )

    $out = $Text
    # From the end, so that the numbers of those before stay right.
    for ($index = $Place.Count - 1; $index -ge 0; $index--) {
        $one = $Place[$index]
        if ($Value -and -not $Value.ContainsKey($index)) { continue }
        # Escaped here and by no command: where modules are logged, the log has what parameters hold.
        $new = ''
        if ($Value) { $new = $Value[$index].Replace('&', '&amp;').Replace('<', '&lt;').Replace('>', '&gt;') }
        $start = $one.Start
        $length = $one.Length
        if ($one.Rule -ge 0) {
            # Places are those of the rules as they were: only ones behind have changed.
            $original = [System.Net.WebUtility]::HtmlDecode($Text.Substring($start, $length))
            $inner = @(Get-TasqRuleSecret -Rule $original)[$one.Rule]
            if ($inner.Length -eq 0 -and -not $new) { continue }
            $length = $out.IndexOf('<', $start) - $start
            $rules = [System.Net.WebUtility]::HtmlDecode($out.Substring($start, $length))
            $rules = $rules.Remove($inner.Start, $inner.Length).Insert($inner.Start, $new)
            $new = $rules.Replace('&', '&amp;').Replace('<', '&lt;').Replace('>', '&gt;')
        }
        $out = $out.Remove($start, $length).Insert($start, $new)
    }
    return $out
}
