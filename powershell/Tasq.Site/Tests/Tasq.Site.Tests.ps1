# Tests of Tasq.Site with Pester 5, without a site: the three functions that touch one are replaced.
#
#   Invoke-Pester -Path .\powershell\Tasq.Site\Tests
#
# They run in Windows PowerShell 5.1, and where there is a PowerShell 7 in that, too.

BeforeAll {
    Set-StrictMode -Version 2.0
    Import-Module -Name ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Tasq.Site.psd1')) -Force

    # The site of these tests: objects by class, and what methods were called with.
    # Global: the replaced functions call it from the module.
    function global:New-FakeSequence {
        param([string] $Id, [string] $Name, [string] $Text, [string] $Version = '1')
        [pscustomobject]@{
            PackageID         = $Id
            Name              = $Name
            Description       = 'It & others'
            Duration          = [uint32] 120
            TsEnabled         = $true
            BootImageID       = $null
            SourceVersion     = [uint32] 1
            SedoObjectVersion = $Version
            LastRefreshTime   = [datetime] '2026-01-02T03:04:05Z'
            SourceDate        = [datetime] '2026-01-02T03:04:05Z'
            Sequence          = $Text
        }
    }

    function Get-FakeText {
        param([string] $Command = 'one.cmd', [string] $Password = '')
        '<sequence version="3.10"><step type="SMS_TaskSequence_RunCommandLineAction" name="Run &amp; wait" description="">' +
        "<action>smsswd.exe /run: $Command</action><defaultVarList>" +
        "<variable name=`"CommandLine`" property=`"CommandLine`" hidden=`"true`">$Command</variable>" +
        "<variable name=`"SMSTSRunCommandLineUserPassword`" property=`"UserPassword`">$Password</variable>" +
        "</defaultVarList></step></sequence>`r`n"
    }

    $global:TasqFake = @{ Objects = @{}; Calls = @(); Lock = [uint32] 0; Lost = 0 }

    Mock -ModuleName Tasq.Site -CommandName Connect-TasqSite -MockWith {
        if ($Close -or $Again) { return }
        [pscustomobject]@{ Code = 'PS1'; Server = 'cm01'; Namespace = 'root\SMS\site_PS1'; Session = $null; How = @{} }
    }
    Mock -ModuleName Tasq.Site -CommandName Get-TasqSiteObject -MockWith {
        $fake = $global:TasqFake
        if ($Blank) {
            return [pscustomobject]@{ Name = $null; Description = $null; Duration = $null; PackageID = $null; BootImageID = $null }
        }
        if (-not $fake.Objects.ContainsKey($Class)) { return $null }
        $found = @($fake.Objects[$Class])
        if ($Where -match "(PackageID|InstanceKey) = '(?<id>\w+)'") {
            $key = $Matches[1]
            $id = $Matches['id']
            $found = @($found | Where-Object { $_.$key -eq $id })
        }
        if ($Where -match 'CI_ID = (?<id>\d+)') {
            $id = [uint32] $Matches['id']
            $found = @($found | Where-Object { $_.CI_ID -eq $id })
        }
        $fake.Calls += @{ Class = $Class; Lazy = [bool] $Lazy }
        return $found
    }
    Mock -ModuleName Tasq.Site -CommandName Invoke-TasqSiteMethod -MockWith {
        $fake = $global:TasqFake
        $fake.Calls += @{ Class = $Class; Method = $Method; Argument = $Argument }
        switch ($Method) {
            'GetLockInformation' {
                [pscustomobject]@{ ReturnValue = 0; LockState = $fake.Lock; AssignedUser = 'CONTOSO\ann'; AssignedMachine = 'PC7' }
            }
            'ImportSequence' {
                [pscustomobject]@{ ReturnValue = 0; TaskSequence = @{ Text = $Argument.SequenceXML } }
            }
            'SetSequence' {
                $package = $Argument.TaskSequencePackage
                $id = if ($package.PackageID) { $package.PackageID } else { 'PS100300' }
                $saved = New-FakeSequence -Id $id -Name $package.Name -Text $Argument.TaskSequence.Text -Version '9'
                $saved.Description = $package.Description
                $kept = @($fake.Objects['SMS_TaskSequencePackage'] | Where-Object { $_.PackageID -ne $id })
                $fake.Objects['SMS_TaskSequencePackage'] = $kept + $saved
                [pscustomobject]@{ ReturnValue = 0; SavedTaskSequencePackagePath = "SMS_TaskSequencePackage.PackageID=`"$id`"" }
            }
            'MoveMembers' {
                [pscustomobject]@{ ReturnValue = 0 }
            }
        }
    }
    Mock -ModuleName Tasq.Site -CommandName Write-Host -MockWith { return }

    # What a command refused, as its message; empty where it did not.
    function Get-Refusal {
        param([scriptblock] $Command)
        try { [void] (& $Command) } catch { return $_.Exception.Message }
        return ''
    }

    function Get-FakeCall {
        param([string] $Method)
        @($global:TasqFake.Calls | Where-Object { $_['Method'] -eq $Method })
    }
}

AfterAll {
    Remove-Variable -Name TasqFake -Scope Global -ErrorAction SilentlyContinue
    Remove-Item -Path Function:\New-FakeSequence -ErrorAction SilentlyContinue
    Remove-Module -Name Tasq.Site -Force -ErrorAction SilentlyContinue
}

Describe 'Export-TasqSequence' {
    BeforeEach {
        $global:TasqFake.Objects = @{
            'SMS_TaskSequencePackage' = @(
                New-FakeSequence -Id 'PS100001' -Name 'Lab: one/two' -Text (Get-FakeText -Password 'Winter2025')
                New-FakeSequence -Id 'PS100002' -Name 'Twin' -Text (Get-FakeText)
                New-FakeSequence -Id 'PS100003' -Name 'TWIN' -Text (Get-FakeText -Command 'three.cmd')
            )
        }
        $global:TasqFake.Calls = @()
        $folder = [System.IO.Path]::Combine("$TestDrive", [System.IO.Path]::GetRandomFileName())
    }

    It 'writes a file for each, with a name that Windows takes' {
        $pulled = @(Export-TasqSequence -Path $folder)
        $pulled.Count | Should -Be 3
        @($pulled | ForEach-Object { [System.IO.Path]::GetFileName($_.Path) }) |
            Should -Be @('Lab_ one_two.xml', 'Twin (PS100002).xml', 'TWIN (PS100003).xml')
        @($pulled | ForEach-Object { $_.Status } | Sort-Object -Unique) | Should -Be @('Written')
    }

    It 'writes UTF-8 without a mark, and the sequence to the letter' {
        $pulled = @(Export-TasqSequence -Path $folder -Name 'Twin')
        $bytes = [System.IO.File]::ReadAllBytes($pulled[0].Path)
        $bytes[0] | Should -Be 0x3c
        $text = [System.Text.Encoding]::UTF8.GetString($bytes)
        $text.Contains('<SequenceData><![CDATA[' + (Get-FakeText) + ']]></SequenceData>') | Should -BeTrue
        $text.Contains('<Description>It &amp; others</Description>') | Should -BeTrue
        $text.Contains('<TsEnabled>true</TsEnabled>') | Should -BeTrue
        $text.Contains('LastRefreshTime') | Should -BeFalse
    }

    It 'writes no secret' {
        [void] (Export-TasqSequence -Path $folder)
        foreach ($file in [System.IO.Directory]::GetFiles($folder)) {
            [System.IO.File]::ReadAllText($file).Contains('Winter2025') | Should -BeFalse -Because $file
        }
    }

    It 'asks and writes only what changed' {
        [void] (Export-TasqSequence -Path $folder)
        $global:TasqFake.Calls = @()
        $again = @(Export-TasqSequence -Path $folder)
        @($again | ForEach-Object { $_.Status } | Sort-Object -Unique) | Should -Be @('Unchanged')
        @($global:TasqFake.Calls | Where-Object { $_['Lazy'] }).Count | Should -Be 0

        $changed = $global:TasqFake.Objects['SMS_TaskSequencePackage'][1]
        $changed.Sequence = Get-FakeText -Command 'new.cmd'
        $changed.SedoObjectVersion = '2'
        $third = @(Export-TasqSequence -Path $folder)
        @($third | Where-Object { $_.Status -eq 'Written' } | ForEach-Object { $_.PackageId }) | Should -Be @('PS100002')
        @($global:TasqFake.Calls | Where-Object { $_['Lazy'] }).Count | Should -Be 1
    }

    It 'moves the file of one that was renamed, and tells of one that is gone' {
        [void] (Export-TasqSequence -Path $folder)
        $first = $global:TasqFake.Objects['SMS_TaskSequencePackage'][0]
        $first.Name = 'Laboratory'
        $first.SedoObjectVersion = '2'
        $global:TasqFake.Objects['SMS_TaskSequencePackage'] = @($first)
        $pulled = @(Export-TasqSequence -Path $folder)
        @($pulled | ForEach-Object { $_.Status }) | Should -Be @('Written', 'Gone', 'Gone')
        [System.IO.File]::Exists([System.IO.Path]::Combine($folder, 'Lab_ one_two.xml')) | Should -BeFalse
        [System.IO.File]::Exists([System.IO.Path]::Combine($folder, 'Laboratory.xml')) | Should -BeTrue
    }

    It 'takes a folder of the console with those below it' {
        $global:TasqFake.Objects['SMS_ObjectContainerNode'] = @(
            [pscustomobject]@{ ContainerNodeID = [uint32] 8; ParentContainerNodeID = [uint32] 7; Name = 'Pilot'; ObjectType = 20 }
            [pscustomobject]@{ ContainerNodeID = [uint32] 7; ParentContainerNodeID = [uint32] 0; Name = 'OSD'; ObjectType = 20 }
        )
        $global:TasqFake.Objects['SMS_ObjectContainerItem'] = @(
            [pscustomobject]@{ MemberID = 1; InstanceKey = 'PS100002'; ContainerNodeID = [uint32] 8; ObjectType = 20 }
        )
        @(Export-TasqSequence -Path $folder -Folder 'OSD' | ForEach-Object { $_.PackageId }) | Should -Be @('PS100002')
        Get-Refusal { Export-TasqSequence -Path $folder -Folder 'OSD\Nowhere' } | Should -BeLike "*no folder 'Nowhere'*"
    }

    It 'writes nothing with -WhatIf' {
        [void] (Export-TasqSequence -Path $folder -WhatIf)
        [System.IO.Directory]::Exists($folder) | Should -BeFalse
    }
}

Describe 'Publish-TasqSequence' {
    BeforeEach {
        $global:TasqFake.Objects = @{
            'SMS_TaskSequencePackage' = @(New-FakeSequence -Id 'PS100001' -Name 'Lab' -Text (Get-FakeText))
            'SMS_ObjectContainerNode' = @(
                [pscustomobject]@{ ContainerNodeID = [uint32] 7; ParentContainerNodeID = [uint32] 0; Name = 'OSD'; ObjectType = 20 }
            )
            'SMS_ObjectContainerItem' = @()
        }
        $global:TasqFake.Calls = @()
        $global:TasqFake.Lock = [uint32] 0
        $folder = [System.IO.Path]::Combine("$TestDrive", [System.IO.Path]::GetRandomFileName())
        [void] [System.IO.Directory]::CreateDirectory($folder)
        $bare = [System.IO.Path]::Combine($folder, 'bare.xml')
        [System.IO.File]::WriteAllText($bare, (Get-FakeText -Command 'published.cmd'))
        $go = @{ Confirm = $false; SkipSecret = $true; WarningAction = 'SilentlyContinue' }
    }

    It 'creates one from bare XML' {
        $done = Publish-TasqSequence -Path $bare -Name 'Fresh' @go
        $done.Action | Should -Be 'Created'
        $done.PackageId | Should -Be 'PS100300'
        $done.Difference.Count | Should -Be 0
        $done.EmptySecret | Should -Be @('Run & wait/UserPassword')
        (Get-FakeCall -Method 'ImportSequence')[0].Argument.SequenceXML | Should -Be (Get-FakeText -Command 'published.cmd').Trim()
    }

    It 'wants a name for bare XML' {
        Get-Refusal { Publish-TasqSequence -Path $bare @go } | Should -BeLike '*has no name*'
    }

    It 'refuses what was never pulled, and what changed since' {
        Get-Refusal { Publish-TasqSequence -Path $bare -Name 'Lab' @go } | Should -BeLike '*never pulled*'
        [void] (Export-TasqSequence -Path $folder)
        $global:TasqFake.Objects['SMS_TaskSequencePackage'][0].Sequence = Get-FakeText -Command 'other.cmd'
        Get-Refusal { Publish-TasqSequence -Path $bare -Name 'Lab' @go } | Should -BeLike '*changed on the site since*'
        (Get-FakeCall -Method 'SetSequence').Count | Should -Be 0
        (Publish-TasqSequence -Path $bare -Name 'Lab' -Force @go).Action | Should -Be 'Updated'
    }

    It 'updates what was pulled, keeps what was there, and may do it again' {
        [void] (Export-TasqSequence -Path $folder)
        $done = Publish-TasqSequence -Path $bare -Name 'Lab' @go
        $done.Action | Should -Be 'Updated'
        $done.PackageId | Should -Be 'PS100001'
        [System.IO.File]::ReadAllText($done.Backup).Contains('one.cmd') | Should -BeTrue
        (Publish-TasqSequence -Path $bare -Name 'Lab' @go).Action | Should -Be 'Updated'
    }

    It 'publishes what it kept' {
        [void] (Export-TasqSequence -Path $folder)
        $done = Publish-TasqSequence -Path $bare -Name 'Lab' @go
        $back = Publish-TasqSequence -Path $done.Backup -PackageId 'PS100001' -Force @go
        $back.Difference.Count | Should -Be 0
        $global:TasqFake.Objects['SMS_TaskSequencePackage'][0].Sequence.Contains('one.cmd') | Should -BeTrue
    }

    It 'refuses one that is open in an editor, even with -Force' {
        $global:TasqFake.Lock = [uint32] 1
        Get-Refusal { Publish-TasqSequence -Path $bare -Name 'Lab' -Force @go } | Should -BeLike '*CONTOSO\ann on PC7*'
        (Get-FakeCall -Method 'ImportSequence').Count | Should -Be 0
    }

    It 'writes over nothing that it cannot keep' {
        $global:TasqFake.Objects['SMS_TaskSequencePackage'][0].Sequence = ''
        Get-Refusal { Publish-TasqSequence -Path $bare -Name 'Lab' -Force @go } | Should -BeLike '*no sequence of PS100001 to keep*'
        (Get-FakeCall -Method 'ImportSequence').Count | Should -Be 0
    }

    It 'refuses more than 2 MB' {
        [System.IO.File]::WriteAllText($bare, (Get-FakeText -Command ('x' * 1100000)))
        Get-Refusal { Publish-TasqSequence -Path $bare -Name 'Fresh' @go } | Should -BeLike '*2 MB*'
    }

    It 'does not choose between two of one name' {
        $global:TasqFake.Objects['SMS_TaskSequencePackage'] += New-FakeSequence -Id 'PS100009' -Name 'Lab' -Text (Get-FakeText)
        Get-Refusal { Publish-TasqSequence -Path $bare -Name 'Lab' @go } | Should -BeLike '*PS100001, PS100009*'
    }

    It 'puts a secret into the sequence, and into no file' {
        $secret = ConvertTo-SecureString -String 'Win<ter&' -AsPlainText -Force
        $done = Publish-TasqSequence -Path $bare -Name 'Fresh' -Secret @{ 'Run & wait/UserPassword' = $secret } @go
        $done.EmptySecret.Count | Should -Be 0
        (Get-FakeCall -Method 'ImportSequence')[0].Argument.SequenceXML | Should -BeLike '*>Win&lt;ter&amp;</variable>*'
        foreach ($file in [System.IO.Directory]::GetFiles($folder, '*', 'AllDirectories')) {
            [System.IO.File]::ReadAllText($file).Contains('ter&') | Should -BeFalse
        }
    }

    It 'takes no secret in clear, and none that has no place' {
        Get-Refusal { Publish-TasqSequence -Path $bare -Name 'Fresh' -Secret @{ 'Run & wait/UserPassword' = 'clear' } @go } |
            Should -BeLike '*no SecureString*'
        $secret = ConvertTo-SecureString -String 'x' -AsPlainText -Force
        Get-Refusal { Publish-TasqSequence -Path $bare -Name 'Fresh' -Secret @{ 'Other/UserPassword' = $secret } @go } |
            Should -BeLike "*no secret 'Other/UserPassword'*"
    }

    It 'moves it to a folder that is there' {
        [void] (Publish-TasqSequence -Path $bare -Name 'Fresh' -Folder 'OSD' @go)
        $moved = (Get-FakeCall -Method 'MoveMembers')[0].Argument
        $moved.InstanceKeys | Should -Be @('PS100300')
        $moved.TargetContainerNodeID | Should -Be 7
        Get-Refusal { Publish-TasqSequence -Path $bare -Name 'Fresh' -New -Folder 'Nowhere' @go } | Should -BeLike "*no folder 'Nowhere'*"
    }

    It 'changes nothing with -WhatIf' {
        [void] (Publish-TasqSequence -Path $bare -Name 'Fresh' -WhatIf)
        (Get-FakeCall -Method 'ImportSequence').Count | Should -Be 0
        (Get-FakeCall -Method 'SetSequence').Count | Should -Be 0
    }

    It 'reads the zip of the console' {
        Add-Type -AssemblyName System.IO.Compression
        Add-Type -AssemblyName System.IO.Compression.FileSystem
        $object = '<INSTANCE CLASSNAME="SMS_TaskSequencePackage"><PROPERTY NAME="Name"><VALUE>Zipped</VALUE></PROPERTY>' +
        '<PROPERTY NAME="Description"><VALUE>From a zip</VALUE></PROPERTY><PROPERTY NAME="PackageID"><VALUE>AB100001</VALUE></PROPERTY>' +
        '<PROPERTY NAME="Sequence"><VALUE><![CDATA[' + (Get-FakeText) + ']]></VALUE></PROPERTY></INSTANCE>'
        $inner = [System.IO.Path]::Combine($folder, 'in', 'SMS_TaskSequencePackage', 'AB100001')
        [void] [System.IO.Directory]::CreateDirectory($inner)
        [System.IO.File]::WriteAllText([System.IO.Path]::Combine($inner, 'object.xml'), $object)
        $zip = [System.IO.Path]::Combine($folder, 'lab.zip')
        $file = [System.IO.File]::Create($zip)
        $archive = New-Object -TypeName System.IO.Compression.ZipArchive -ArgumentList $file, 'Create'
        $stream = $archive.CreateEntry('SMS_TaskSequencePackage/AB100001/object.xml').Open()
        $bytes = [System.Text.Encoding]::UTF8.GetBytes($object)
        $stream.Write($bytes, 0, $bytes.Length)
        $stream.Dispose()
        $archive.Dispose()
        $file.Dispose()
        $done = Publish-TasqSequence -Path $zip @go
        $done.Name | Should -Be 'Zipped'
        $done.Difference.Count | Should -Be 0
        (Get-FakeCall -Method 'SetSequence')[0].Argument.TaskSequencePackage.Description | Should -Be 'From a zip'
    }
}

Describe 'Export-TasqInventory' {
    BeforeEach {
        $global:TasqFake.Calls = @()
        $global:TasqFake.Objects = @{
            'SMS_Package'                      = @(
                [pscustomobject]@{ PackageID = 'PS100010'; Name = 'Tools'; Version = '1'; SourceVersion = [uint32] 3 }
            )
            'SMS_Program'                      = @(
                [pscustomobject]@{ PackageID = 'PS100010'; ProgramName = 'Install'; ProgramFlags = [uint32] 0x1001 }
            )
            'SMS_TaskSequencePackage'          = @(New-FakeSequence -Id 'PS100001' -Name 'Lab' -Text (Get-FakeText))
            'SMS_TaskSequencePackageReference' = @([pscustomobject]@{ ObjectID = 'Scope/App1'; ObjectType = [uint32] 512 })
            'SMS_ApplicationLatest'            = @(
                foreach ($number in 1, 2) {
                    [pscustomobject]@{
                        CI_ID = [uint32] $number; ModelName = "Scope/App$number"; LocalizedDisplayName = "App $number"
                        SoftwareVersion = '1'; IsEnabled = $true; IsExpired = $false; IsSuperseded = $false; IsDeployable = $true
                        SDMPackageXML = '<App><AutoInstall>true</AutoInstall></App>'
                    }
                }
            )
            'SMS_ObjectContentExtraInfo'       = @()
        }
    }

    It 'writes JSON, reads definitions of used applications only, and says null of what is not known' {
        $file = [System.IO.Path]::Combine("$TestDrive", 'site.json')
        [void] (Export-TasqInventory -Path $file -WarningAction SilentlyContinue)
        $json = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($file))
        $json.site | Should -Be 'PS1'
        $json.packages[0].programs[0].dynamic_install | Should -BeTrue
        $json.packages[0].programs[0].enabled | Should -BeFalse
        $json.applications[0].dynamic_install | Should -BeTrue
        $json.applications[1].dynamic_install | Should -BeNullOrEmpty
        @($json.content).Count | Should -Be 0
        $json.platforms | Should -BeNullOrEmpty
        @($global:TasqFake.Calls | Where-Object { $_['Lazy'] }).Count | Should -Be 1
    }
}

Describe 'Export-TasqFleet' {
    It 'writes a row for each device with a client, and nothing where nothing is known' {
        $global:TasqFake.Calls = @()
        $global:TasqFake.Objects = @{
            'SMS_R_System'                  = @(
                foreach ($number in 1, 2, 3) {
                    [pscustomobject]@{
                        ResourceID = [uint32] $number; Name = "PC$number"; ResourceDomainORWorkgroup = 'CONTOSO'; ADSiteName = $null
                        IsVirtualMachine = $false; Client = [uint32] ($number -ne 3); Obsolete = [uint32] 0
                    }
                }
            )
            'SMS_G_System_COMPUTER_SYSTEM'  = @(
                [pscustomobject]@{ ResourceID = [uint32] 1; Manufacturer = 'Contoso, "Ltd"'; Model = 'M1'; SystemType = $null }
            )
            'SMS_G_System_SYSTEM_ENCLOSURE' = @(
                [pscustomobject]@{ ResourceID = [uint32] 1; ChassisTypes = '{12}'; SMBIOSAssetTag = 'dock' }
                [pscustomobject]@{ ResourceID = [uint32] 1; ChassisTypes = '10'; SMBIOSAssetTag = 'A1' }
            )
        }
        $file = [System.IO.Path]::Combine("$TestDrive", 'fleet.csv')
        [void] (Export-TasqFleet -Path $file)
        $rows = @(ConvertFrom-Csv -InputObject ([System.IO.File]::ReadAllText($file) -split "`n"))
        @($rows | ForEach-Object { $_.name }) | Should -Be @('PC1', 'PC2')
        $rows[0].make | Should -Be 'Contoso, "Ltd"'
        $rows[0].chassis | Should -Be '10'
        $rows[0].asset_tag | Should -Be 'A1'
        $rows[0].is_virtual | Should -Be 'false'
        $rows[1].make | Should -Be ''
        $rows[1].uefi | Should -Be ''
    }
}

Describe 'Secrets' {
    It 'are found where they are masked, in steps, lines and rules' {
        InModuleScope -ModuleName Tasq.Site {
            $text = '<sequence version="3.10"><step type="SMS_TaskSequence_SetVariableAction" name="Key">' +
            '<action>tsenv.exe "Licence=ABCD" /hiddenflag:True</action><defaultVarList>' +
            '<variable name="DoNotShowVariableValue" property="DoNotShowVariableValue" hidden="true">true</variable>' +
            '<variable name="VariableName" property="VariableName" hidden="true">Licence</variable>' +
            '<variable name="VariableValue" property="VariableValue" hidden="true">ABCD</variable></defaultVarList></step>' +
            '<step type="SMS_TaskSequence_SetDynamicVariablesAction" name="Rules"><defaultVarList>' +
            '<variable name="OSDRules" property="Rules">' +
            "&lt;Rules&gt;`r`n&lt;Variable Name=`"A`" IsSecret=`"true`"&gt;one&lt;/Variable&gt;" +
            '&lt;Variable Name="B" IsSecret="false"&gt;two&lt;/Variable&gt;&lt;Variable Name="C" IsSecret="true"&gt;&lt;/Variable&gt;' +
            '&lt;/Rules&gt;</variable></defaultVarList></step></sequence>'
            $places = @(Find-TasqSecret -Text $text)
            $asked = @($places | Where-Object { $_.Ask } | ForEach-Object { "$($_.Step)/$($_.Property)" })
            $asked | Should -Be @('Key/Licence', 'Rules/A', 'Rules/C')

            $hidden = Hide-TasqSecret -Text $text
            $wanted = $text.Replace('ABCD', '').Replace('&gt;one&lt;', '&gt;&lt;')
            $hidden | Should -Be $wanted

            $filled = Edit-TasqSecret -Text $hidden -Place @(Find-TasqSecret -Text $hidden) -Value @{ 1 = 'new<'; 2 = 'last' }
            $filled | Should -BeLike '*IsSecret="true"&gt;new&amp;lt;&lt;/Variable&gt;*'
            $filled | Should -BeLike '*Name="C" IsSecret="true"&gt;last&lt;/Variable&gt;*'
        }
    }

    It 'leave a text alone where none is given' {
        InModuleScope -ModuleName Tasq.Site {
            $text = "<sequence><step name='A'><variable property='UserPassword'></variable></step></sequence>`r`n"
            Edit-TasqSecret -Text $text -Place @(Find-TasqSecret -Text $text) -Value @{} | Should -Be $text
        }
    }
}

Describe 'A lost connection' {
    It 'is told from a question that is wrong' {
        InModuleScope -ModuleName Tasq.Site {
            $lost = New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList (
                (New-Object -TypeName System.Exception), 'HRESULT 0x800706ba,GetCimInstance', 'NotSpecified', $null)
            $wrong = New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList (
                (New-Object -TypeName System.Exception), 'HRESULT 0x80041017,GetCimInstance', 'NotSpecified', $null)
            Test-TasqConnectionLost -Failure $lost | Should -BeTrue
            Test-TasqConnectionLost -Failure $wrong | Should -BeFalse
        }
    }
}

Describe 'File names' {
    It 'are such that Windows takes' -TestCases @(
        @{ Name = 'a<b>:c'; File = 'a_b__c.xml' }
        @{ Name = 'con'; File = '_con.xml' }
        @{ Name = 'Ends with a dot. '; File = 'Ends with a dot.xml' }
        @{ Name = '...'; File = 'PS100001.xml' }
        @{ Name = '.hidden'; File = '_.hidden.xml' }
    ) {
        param($Name, $File)
        InModuleScope -ModuleName Tasq.Site -Parameters @{ Name = $Name; File = $File } {
            param($Name, $File)
            Get-TasqFileName -Name $Name -PackageId 'PS100001' | Should -Be $File
        }
    }
}
