# All folders of task sequences of a site.
function Get-TasqFolderNode {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true)]
        [object] $Site
    )

    Get-TasqSiteObject -Site $Site -Class 'SMS_ObjectContainerNode' -Where 'ObjectType = 20' `
        -Property 'ContainerNodeID', 'ParentContainerNodeID', 'Name', 'ObjectType'
}
