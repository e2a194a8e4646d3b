# Where the columns of a device come from: a class of hardware inventory, and for each column its
# property. Sizes are those of the class: memory in KB, drives in MB.
function Get-TasqFleetSource {
    [CmdletBinding()]
    param()

    $prefix = 'SMS_G_System_'
    @(
        @{ Class = $prefix + 'COMPUTER_SYSTEM'; Column = [ordered]@{ make = 'Manufacturer'; model = 'Model'; system_type = 'SystemType' } }
        @{ Class = $prefix + 'COMPUTER_SYSTEM_PRODUCT'; Column = [ordered]@{ product_version = 'Version' } }
        @{ Class = $prefix + 'PC_BIOS'; Column = [ordered]@{ serial_number = 'SerialNumber'; bios_version = 'SMBIOSBIOSVersion' } }
        @{ Class = $prefix + 'SYSTEM_ENCLOSURE'; Column = [ordered]@{ chassis = 'ChassisTypes'; asset_tag = 'SMBIOSAssetTag' } }
        @{ Class = $prefix + 'OPERATING_SYSTEM'; Column = [ordered]@{ os = 'Caption'; os_version = 'Version'; build = 'BuildNumber' } }
        @{ Class = $prefix + 'X86_PC_MEMORY'; Column = [ordered]@{ memory_kb = 'TotalPhysicalMemory' } }
        @{ Class = $prefix + 'LOGICAL_DISK'; Column = [ordered]@{ c_size_mb = 'Size'; c_free_mb = 'FreeSpace' }; Key = 'DeviceID' }
        @{ Class = $prefix + 'FIRMWARE'; Column = [ordered]@{ uefi = 'UEFI'; secure_boot = 'SecureBoot' } }
        @{ Class = $prefix + 'TPM'; Column = [ordered]@{ tpm_version = 'SpecVersion'; tpm_enabled = 'IsEnabled_InitialValue' } }
        @{ Class = $prefix + 'ENCRYPTABLE_VOLUME'; Column = [ordered]@{ c_protection = 'ProtectionStatus' }; Key = 'DriveLetter' }
    )
}
