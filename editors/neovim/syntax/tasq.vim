" Made from the vocabulary: TASQ_UPDATE=1 cargo test editors
if exists('b:current_syntax')
  finish
endif
syn keyword tasqStatement sequence step group if else for in let
syn keyword tasqStatement param use import fragment test xml
syn keyword tasqWord when and or not masked rule all any
syn keyword tasqWord none like exists file folder version modified registry
syn keyword tasqWord value as wmi software os os_language make model
syn keyword tasqWord computer gateway mock expect sets before after at
syn keyword tasqConstant true false absent
syn keyword tasqStep apply_data_image apply_driver_package apply_network_settings apply_operating_system apply_windows_settings auto_apply_drivers capture_network_settings capture_operating_system_image
syn keyword tasqStep capture_user_state capture_windows_settings check_readiness configure_adds configure_dhcp configure_dns connect_network_folder convert_disk
syn keyword tasqStep create_virtual_hard_disk disable_bitlocker download_package_content enable_bitlocker execute_runbook format_and_partition_disk gather inject_drivers
syn keyword tasqStep install_application install_deployment_tools install_language_packs_offline install_language_packs_online install_operating_system install_package install_roles_and_features install_software_updates
syn keyword tasqStep install_updates_offline join_domain_or_workgroup pre_provision_bitlocker prepare_configmgr_client prepare_windows recover_from_domain_join_failure release_state_store request_state_store
syn keyword tasqStep restart_computer restore_user_state run_command_line run_mdt_powershell_script run_powershell_script run_script run_task_sequence set_dynamic_variables
syn keyword tasqStep set_variable setup_windows_and_configmgr uninstall_roles_and_features upgrade_operating_system use_toolkit_package validate
syn match tasqProperty /\<[A-Za-z_][A-Za-z0-9_]*\ze\s*:/
syn match tasqNumber /\<\(0x[0-9A-Fa-f]\+\|\d\+\(s\|min\|h\|KB\|MB\|GB\|TB\|MHz\|GHz\)\=\)\>/
syn match tasqReference /%[A-Za-z_][A-Za-z0-9_.(){}-]*%/ contained
syn match tasqInsertion /\${[^}"$]*}/ contained
syn region tasqString start=/"/ end=/"\|$/ skip=/""/ contains=tasqReference,tasqInsertion
syn region tasqString start=/'/ end=/'\|$/ skip=/''/ contains=tasqReference
syn region tasqBlock start=/\z("\{3,}\)\s*$/ end=/^\s*\z1/ contains=tasqReference
syn match tasqComment /#.*$/
hi def link tasqStatement Statement
hi def link tasqWord Keyword
hi def link tasqConstant Boolean
hi def link tasqStep Type
hi def link tasqProperty Identifier
hi def link tasqNumber Number
hi def link tasqReference Special
hi def link tasqInsertion PreProc
hi def link tasqString String
hi def link tasqBlock String
hi def link tasqComment Comment
let b:current_syntax = 'tasq'
