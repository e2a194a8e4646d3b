//! Breaks small good sequences in one place and looks for the rule that should notice.

use super::good::{CONDITIONS, INDENTED, STEPS};
use super::{RULES, violations};

/// A way to break a rule: the good sequence, the text in it, what stands there instead, the rule,
/// and part of its message.
type Mutation = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// The text itself.
#[rustfmt::skip]
const TEXT: &[Mutation] = &[
    (INDENTED, "<sequence v", "<?xml version=\"1.0\"?>\n<sequence v", "nothing_but_elements", "does not begin with the root"),
    (INDENTED, "<sequence v", "<?xml version=\"1.0\"?>\n<sequence v", "nothing_but_elements", "a declaration"),
    (STEPS, "<referenceList>", "<!-- list --><referenceList>", "nothing_but_elements", "a comment"),
    (STEPS, "off.cmd</variable>", "<![CDATA[off.cmd]]></variable>", "nothing_but_elements", "CDATA"),
    (STEPS, "</sequence>\r\n", "</sequence>\r\n\r\n", "one_line_end_at_the_end", r#""\r\n\r\n" stands after"#),
    (INDENTED, "</sequence>", "</sequence>\n", "one_line_end_at_the_end", r#""\n" stands after"#),
    (CONDITIONS, "&lt;/Rules&gt;\r\n", "&lt;/Rules&gt;\n", "line_ends_alike", "LF, others with CR LF"),
    (STEPS, "pilot</variable>", "pilot\rtest</variable>", "line_ends_alike", "a CR stands alone"),
    (STEPS, "<group name=\"I", "\r\n<group name=\"I", "layout", r#""\r\n" between elements, before this tag"#),
    (STEPS, "</defaultVarList></step></group>", "</defaultVarList></step> </group>", "layout", r#"" " between elements, before an end tag"#),
    (STEPS, "</action><defaultVarList>", "</action>text<defaultVarList>", "layout", r#""text" between elements"#),
    (INDENTED, "      <action>", "    <action>", "layout", r#""\n    " between elements"#),
    (INDENTED, "  </group>\n</sequence>", "  </group></sequence>", "layout", r#""" between elements, before an end tag"#),
    (STEPS, "property=\"Message\"></variable>", "property=\"Message\"/>", "empty_elements", "an empty value is one tag"),
    (STEPS, "continueOnError=\"true\"/>", "continueOnError=\"true\"></group>", "empty_elements", "an empty element has two tags"),
    (STEPS, "continueOnError=\"true\"/>", "continueOnError=\"true\" />", "empty_elements", "a blank before the slash"),
    (INDENTED, "description=\"\" />", "description=\"\"/>", "empty_elements", "no blank before the slash"),
    (STEPS, "name=\"Check\" description", "name=\"Check\"  description", "tags_without_spare_blanks", "not one blank"),
    (STEPS, "name=\"Check\"", "name='Check'", "tags_without_spare_blanks", "quoted value"),
    (STEPS, "name=\"Check\"", "name =\"Check\"", "tags_without_spare_blanks", "not one blank"),
    (STEPS, "<defaultVarList>", "<defaultVarList >", "tags_without_spare_blanks", "not one blank"),
    (STEPS, "</defaultVarList>", "</defaultVarList >", "tags_without_spare_blanks", "has spare blanks"),
    (STEPS, "description=\"Everything\"", "description=\"Every\r\nthing\"", "no_line_end_in_attributes", "inside description"),
    (STEPS, "description=\"Everything\"", "description=\"Every&#xA;thing\"", "no_line_end_in_attributes", "inside description"),
    (STEPS, "\"Ring=pilot\"", "&quot;Ring=pilot\"", "entities", "&quot; is never written here"),
    (STEPS, "&gt; nul</action>", "> nul</action>", "entities", "'>' is not escaped"),
    (STEPS, "&gt; nul</action>", "&#62; nul</action>", "entities", "&#62; is never written"),
    (STEPS, "description=\"Everything\"", "description=\"Every&apos;s\"", "entities", "&apos; is never written"),
    (STEPS, "description=\"Everything\"", "description=\"a>b\"", "entities", "'>' is not escaped"),
];

/// Elements and attributes.
#[rustfmt::skip]
const ELEMENTS: &[Mutation] = &[
    (STEPS, "<sequence version=\"3.10\">", "<sequence version=\"3.00\">", "root_is_a_3_10_sequence", "the version is not 3.10"),
    (STEPS, "<sequence version=\"3.10\">", "<sequence version=\"3.10\" xmlns:x=\"urn:x\">", "root_is_a_3_10_sequence", "a namespace"),
    (STEPS, "<sequence version=\"3.10\">", "<sequence version=\"3.10\" name=\"Lab\">", "known_attributes", "attribute name is unknown"),
    (STEPS, "successCodeList=\"0\" retryCount=\"0\" runFromNet=\"false\"><action>Sub", "runIn=\"FullOS\" successCodeList=\"0\" retryCount=\"0\" runFromNet=\"false\"><action>Sub", "known_attributes", "attribute runIn is unknown"),
    (CONDITIONS, "<condition><exp", "<condition type=\"and\"><exp", "known_attributes", "attribute type is unknown"),
    (CONDITIONS, "<variable name=\"Operator\">notEq", "<variable name=\"Operator\" property=\"Operator\">notEq", "known_attributes", "attribute property is unknown"),
    (STEPS, "description=\"\" continueOnError=\"true\"", "continueOnError=\"true\" description=\"\"", "attribute_order", "the order is not type! name!"),
    (STEPS, "name=\"Install\" description=\"Everything\" disable=\"true\"", "name=\"Install\" disable=\"true\" description=\"Everything\"", "attribute_order", "the order is not name! description!"),
    (STEPS, "disable=\"true\" continueOnError=\"true\"", "continueOnError=\"true\" disable=\"true\"", "attribute_order", "group \"Install\""),
    (STEPS, "property=\"Target\" hidden=\"true\"", "hidden=\"true\" property=\"Target\"", "attribute_order", "the order is not name! property! hidden?"),
    (STEPS, " description=\"Everything\"", "", "required_attributes", "attribute description is missing"),
    (STEPS, "retryCount=\"2\" ", "", "required_attributes", "attribute retryCount is missing"),
    (STEPS, " runFromNet=\"false\"", "", "required_attributes", "attribute runFromNet is missing"),
    (STEPS, " property=\"Message\"", "", "required_attributes", "attribute property is missing"),
    (STEPS, "<defaultVarList><variable name=\"SMSRebootM", "<defaultVarList><condition/><variable name=\"SMSRebootM", "known_children", "condition does not belong into defaultVarList"),
    (STEPS, "<action>smsboot.exe /target:HD</action>", "<action>smsboot.exe /target:HD</action><description/>", "known_children", "description does not belong into step"),
    (CONDITIONS, "<condition><operator type=\"or\"/>", "<action>OSDSetDynamicVariables.exe</action><condition><operator type=\"or\"/>", "child_order", "the order is not condition? action!"),
    (STEPS, "<globalVarList>", "<group name=\"First\" description=\"\"/><globalVarList>", "child_order", "the order is not referenceList?"),
    (STEPS, "<action>smsboot.exe /target:HD</action>", "", "child_count", "action is missing"),
    (STEPS, "<action>smsboot.exe /target:HD</action>", "<condition/><action>smsboot.exe /target:HD</action>", "child_count", "is missing"),
    (CONDITIONS, "</osConditionGroup></operator></condition>", "</osConditionGroup></operator></condition><condition><operator type=\"or\"/></condition>", "child_count", "more than one condition"),
    (STEPS, "type=\"SMS_TaskSequence_SubTasksequence\"", "type=\"SMS_TaskSequence_RebootAction\"", "run_task_sequence_has_its_own_element", "do not belong together"),
    (STEPS, "type=\"SMS_TaskSequence_RebootAction\"", "type=\"SMS_TaskSequence_SubTasksequence\"", "run_task_sequence_has_its_own_element", "do not belong together"),
    (STEPS, "name=\"Restart\"", "name=\"\"", "names_are_not_empty", "name is \"\""),
    (STEPS, "type=\"SMS_TaskSequence_ApplyNetworkSettingsAction\"", "type=\"\"", "names_are_not_empty", "type is \"\""),
    (STEPS, "description=\"\" runIn", "description=\"\" disable=\"false\" runIn", "disable_and_continue_are_only_true", "disable is \"false\""),
    (STEPS, "continueOnError=\"true\" runIn", "continueOnError=\"True\" runIn", "disable_and_continue_are_only_true", "continueOnError is \"True\""),
    (STEPS, "timeout=\"900\"", "timeout=\"15m\"", "timeout_is_digits", "timeout is \"15m\""),
    (STEPS, "timeout=\"900\"", "timeout=\"\"", "timeout_is_digits", "timeout is \"\""),
    (STEPS, "runIn=\"WinPEandFullOS\"", "runIn=\"Both\"", "run_in_is_known", "runIn is \"Both\""),
    (STEPS, "successCodeList=\"0 3010\"", "successCodeList=\"0,3010\"", "success_codes_are_numbers", "successCodeList is \"0,3010\""),
    (STEPS, "retryCount=\"2\"", "retryCount=\"two\"", "retry_count_is_digits", "retryCount is \"two\""),
    (STEPS, "runFromNet=\"false\"", "runFromNet=\"true\"", "run_from_net_is_false", "runFromNet is \"true\""),
    (STEPS, "property=\"Target\" hidden=\"true\"", "property=\"Target\" hidden=\"false\"", "hidden_is_only_true", "hidden is \"false\""),
];

/// Variables, action lines and what repeats them.
#[rustfmt::skip]
const STEP_RULES: &[Mutation] = &[
    (STEPS, "SMS_TaskSequence_RebootAction", "SMS_TaskSequence_RestartAction", "product_types_are_known", "no type SMS_TaskSequence_RestartAction"),
    (STEPS, "SMS_TaskSequence_RebootAction", "SMS_Tasksequence_RebootAction", "product_types_are_known", "no type SMS_Tasksequence_RebootAction"),
    (STEPS, "<variable name=\"VariableName\" property=\"VariableName\" hidden=\"true\">Ring</variable><variable name=\"VariableValue\" property=\"VariableValue\" hidden=\"true\">pilot</variable>", "<variable name=\"VariableValue\" property=\"VariableValue\" hidden=\"true\">pilot</variable><variable name=\"VariableName\" property=\"VariableName\" hidden=\"true\">Ring</variable>", "variables_sorted_by_property", "VariableValue stands before VariableName"),
    (STEPS, "PackageInfo1", "PackageInfo10", "variables_sorted_by_property", "PackageInfo10Name stands before PackageInfo1PackageId"),
    (STEPS, "<variable name=\"SMSRebootMessage\" property=\"Message\"></variable>", "<variable name=\"SMSRebootMessage\" property=\"Message\"></variable><variable name=\"SMSRebootMessage\" property=\"Message\"></variable>", "no_property_twice", "Message stands twice"),
    (STEPS, "<variable name=\"SMSRebootMessage\"", "<variable name=\"SMSRebootDelay\" property=\"Delay\">1</variable><variable name=\"SMSRebootMessage\"", "known_variables", "not a property of RebootAction"),
    (STEPS, "name=\"OSDCheckMaxOsVersion\"", "name=\"OSDCheckMaxOSVersion\"", "variable_names", "the name is not OSDCheckMaxOsVersion"),
    (STEPS, "name=\"OSDPackage1Size\"", "name=\"OSDPackage0Size\"", "variable_names", "the name is not OSDPackage1Size"),
    (STEPS, "property=\"Target\" hidden=\"true\"", "property=\"Target\"", "hidden_variables", "must be hidden"),
    (STEPS, "property=\"PackageID\">LAB00040", "property=\"PackageID\" hidden=\"true\">LAB00040", "hidden_variables", "must not be hidden"),
    (STEPS, "<variable name=\"SMSRebootTimeout\" property=\"MessageTimeout\">60</variable>", "", "required_variables", "MessageTimeout is missing"),
    (STEPS, "<variable name=\"OSDCheckDeviceUEFI\" property=\"CheckDeviceUEFI\">false</variable>", "", "required_variables", "CheckDeviceUEFI and CheckCMClientMinVersion are not written together"),
    (STEPS, "<variable name=\"OSDPackage1Size\" property=\"PackageInfo1Size\">1024</variable>", "", "required_variables", "PackageInfo1Size and PackageInfo1Name"),
    (STEPS, "<variable name=\"BaseVariableName\" property=\"BaseVariableName\" hidden=\"true\">PACKAGES</variable>", "", "required_variables", "not exactly one of BaseVariableName and PackageID"),
    (STEPS, "<variable name=\"SMSTSRunCommandLineUserName\" property=\"UserName\">LAB\\svc</variable>", "", "required_variables", "UserPassword is written without UserName"),
    (STEPS, "property=\"CheckMemory\">true", "property=\"CheckMemory\">True", "variable_values", "the value is \"True\""),
    (STEPS, "property=\"Memory\">4096", "property=\"Memory\">4 GB", "variable_values", "the value is \"4 GB\""),
    (STEPS, "property=\"MaxOSVersion\">  . .<", "property=\"MaxOSVersion\">. .<", "variable_values", "the value is \". .\""),
    (STEPS, "property=\"MinOSVersion\">10.0.19041<", "property=\"MinOSVersion\">10.0<", "variable_values", "the value is \"10.0\""),
    (STEPS, "property=\"Password\">", "property=\"Password\">secret", "variable_values", "the value is \"secret\""),
    (STEPS, "property=\"UserPassword\">", "property=\"UserPassword\">secret", "variable_values", "the value is \"secret\""),
    (STEPS, "property=\"DriveLetter\">P:", "property=\"DriveLetter\">P", "variable_values", "the value is \"P\""),
    (STEPS, "property=\"OSType\">CLIENT", "property=\"OSType\">Client", "variable_values", "the value is \"Client\""),
    (STEPS, "property=\"PackageID\" hidden=\"true\">LAB00040", "property=\"PackageID\" hidden=\"true\">LAB40", "variable_values", "the value is \"LAB40\""),
    (STEPS, "property=\"ScriptName\">old.ps1", "property=\"ScriptName\">", "variable_values", "the value is \"\""),
    (STEPS, "property=\"DoNotShowVariableValue\" hidden=\"true\">false", "property=\"DoNotShowVariableValue\" hidden=\"true\">true", "hidden_value_is_blanked", "should not be shown"),
    (STEPS, "<variable name=\"OSDAppClearCache\"", "<variable name=\"BaseVariableName\" property=\"BaseVariableName\" hidden=\"true\">APPS</variable><variable name=\"OSDAppClearCache\"", "list_or_base_variable", "both a list and a base variable"),
    (STEPS, "<variable name=\"ApplicationName\" property=\"ApplicationName\" hidden=\"true\">ScopeId_1/Application_2,ScopeId_1/Application_1</variable>", "", "list_or_base_variable", "neither a list nor a base variable"),
    (STEPS, "property=\"PackageInfo0PackageId\">LAB00002", "property=\"PackageInfo0PackageId\">LAB00009", "described_lists", "DownloadPackages does not name"),
    (STEPS, "property=\"AppInfo0Name\">ScopeId_1/Application_2", "property=\"AppInfo0Name\">ScopeId_1/Application_9", "described_lists", "ApplicationName does not name"),
    (STEPS, "property=\"NumPackages\">2", "property=\"NumPackages\">3", "described_lists", "NumPackages is not the number"),
    (STEPS, "property=\"AppInfo\" hidden=\"true\">2", "property=\"AppInfo\" hidden=\"true\">1", "described_lists", "AppInfo is not the number"),
    (STEPS, "<variable name=\"OSDApp\" property=\"AppInfo\" hidden=\"true\">2</variable>", "", "described_lists", "ApplicationName is not counted"),
    (STEPS, "<variable name=\"OSDPackage1PackageId\" property=\"PackageInfo1PackageId\">", "<variable name=\"OSDPackage2PackageId\" property=\"PackageInfo2PackageId\">", "described_lists", "leaves out the number 1"),
    (STEPS, "property=\"DestinationCustomPath\">C:\\Content", "property=\"DestinationCustomPath\">", "custom_destination_has_a_path", "DestinationCustomPath is empty"),
    (STEPS, "OSDPrestartCheck.exe <", "OSDPrestartCheck.exe<", "action_text", "the action is not \"OSDPrestartCheck.exe \""),
    (STEPS, "OsdDownloadContent.exe <", "OSDDownloadContent.exe <", "action_text", "OsdDownloadContent.exe "),
    (STEPS, "smsnetuse.exe %SMSConnectNetworkFolderPath%", "smsnetuse.exe \\\\files\\packages", "action_text", "smsnetuse.exe %SMS"),
    (STEPS, "/continueOnError:True", "/continueOnError:true", "action_text", "/continueOnError:True"),
    (STEPS, "/basevar: /continueOnError:False", "/continueOnError:False", "action_text", "/basevar: /continueOnError:False"),
    (STEPS, "TSInstallSWUpdate.exe /target:%SMSInstallUpdateTarget%", "TSInstallSWUpdate.exe /target:Mandatory", "action_text", "%SMSInstallUpdateTarget%"),
    (STEPS, "smsboot.exe /target:HD", "smsboot.exe /target:WinPE", "action_text", "smsboot.exe /target:HD"),
    (STEPS, "smsswd.exe /run:LAB00040 cmd", "smsswd.exe /run: cmd", "action_text", "/run:LAB00040 cmd"),
    (STEPS, "<action>OSDRunPowerShellScript.exe", "<action>powershell.exe", "action_text", "OSDRunPowerShellScript.exe"),
    (STEPS, "<action>SubTasksequence.exe", "<action>SubTaskSequence.exe", "action_text", "SubTasksequence.exe"),
    (CONDITIONS, "<action>OSDSetDynamicVariables.exe", "<action>OSDSetDynamicVariables.exe ", "action_text", "OSDSetDynamicVariables.exe"),
    (STEPS, " /hiddenflag:False", "", "action_text", "/hiddenflag:False"),
    (STEPS, "\"Ring=\"</action>", "\"Ring=\" /hiddenflag:</action>", "action_text", "tsenv.exe"),
    (STEPS, "osdnetsettings.exe configure", "", "action_is_not_empty", "the action is empty"),
    (STEPS, "successCodeList=\"0 3010\"", "successCodeList=\"0\"", "success_codes_repeat_the_variable", "successCodeList is not \"0 3010\""),
    (STEPS, "runIn=\"WinPEandFullOS\" successCodeList=\"0\"", "runIn=\"WinPEandFullOS\" successCodeList=\"0 1\"", "success_codes_repeat_the_variable", "successCodeList is not \"0\""),
    (STEPS, "retryCount=\"3\"", "retryCount=\"0\"", "retry_count_repeats_the_variable", "retryCount is not \"3\""),
    (STEPS, "runIn=\"FullOS\" successCodeList=\"0\" retryCount=\"2\"", "runIn=\"WinPEandFullOS\" successCodeList=\"0\" retryCount=\"2\"", "run_in_fits_the_type", "does not run in WinPEandFullOS"),
    (STEPS, "runIn=\"FullOS\" successCodeList=\"0\" retryCount=\"2\"", "timeout=\"60\" runIn=\"FullOS\" successCodeList=\"0\" retryCount=\"2\"", "timeout_fits_the_type", "InstallApplicationAction has no time limit"),
];

/// Scripts, and the rules of dynamic variables.
#[rustfmt::skip]
const SCRIPTS: &[Mutation] = &[
    (STEPS, "//5HAGUAdAAtAEQAYQB0AGUADQAKAGUAeABpAHQAIAAwAA==", "Get-Date", "script_is_base64_of_utf16", "not base64"),
    (STEPS, "AAwAA==", "AAwAA", "script_is_base64_of_utf16", "not base64"),
    (STEPS, "AAwAA==", "AAwAB==", "script_is_base64_of_utf16", "not base64"),
    (STEPS, "//5HAGUAdAAtAEQAYQB0AGUADQAKAGUAeABpAHQAIAAwAA==", "RwBlAHQALQBEAGEAdABlAA0ACgBlAHgAaQB0ACAAMAA=", "script_is_base64_of_utf16", "does not begin with the mark"),
    (STEPS, "//5HAGUAdAAtAEQAYQB0AGUADQAKAGUAeABpAHQAIAAwAA==", "R2V0LURhdGUNCmV4aXQgMA==", "script_is_base64_of_utf16", "does not begin with the mark"),
    (STEPS, "AAwAA==", "AAwAHg=", "script_is_base64_of_utf16", "odd number of bytes"),
    (STEPS, "//5HAGUAdAAtAEQAYQB0AGUADQAKAGUAeABpAHQAIAAwAA==", "//5HAGUAdAAtAEQAYQB0AGUAANg=", "script_is_base64_of_utf16", "not UTF-16"),
    (STEPS, "//5HAGUAdAAtAEQAYQB0AGUADQAKAGUAeABpAHQAIAAwAA==", "//5HAGUAdAAtAEQAYQB0AGUACgBlAHgAaQB0ACAAMAA=", "script_lines_end_with_cr_lf", "does not end with CR LF"),
    (CONDITIONS, "&lt;/Rules&gt;\r\n", "&lt;/Rules&gt;", "dynamic_rules_end_with_a_line_end", "do not end with </Rules> and a line end"),
    (CONDITIONS, "&lt;Rules&gt;", "\r\n&lt;Rules&gt;", "dynamic_rules_end_with_a_line_end", "do not begin with <Rules>"),
    (CONDITIONS, "&lt;/Rules&gt;", "&lt;/rules&gt;", "dynamic_rules_are_xml", "not XML"),
    (CONDITIONS, "1 &amp;amp; 2", "1 &amp; 2", "dynamic_rules_are_xml", "not XML"),
    (CONDITIONS, "&lt;Rules&gt;", "&lt;Rules&gt;\r\n", "dynamic_rules_are_xml", "indented"),
    (CONDITIONS, "&lt;Variable Name=\"D\" IsSecret=\"false\"&gt;&lt;/Variable&gt;", "&lt;Variable Name=\"D\" IsSecret=\"false\"/&gt;", "dynamic_rules_are_xml", "an empty value is one tag"),
    (CONDITIONS, "1 &amp;amp; 2", "1 &amp;quot; 2", "dynamic_rules_are_xml", "&quot; is never written"),
    (CONDITIONS, "Name=\"D\" IsSecret=\"false\"", "name=\"D\" IsSecret=\"false\"", "dynamic_rules_spelling", "attribute Name is missing"),
    (CONDITIONS, "Name=\"D\" IsSecret=\"false\"", "IsSecret=\"false\" Name=\"D\"", "dynamic_rules_spelling", "the order is not Name! IsSecret!"),
    (CONDITIONS, "&lt;Variable Name=\"D\" IsSecret=\"false\"&gt;&lt;/Variable&gt;", "&lt;variable Name=\"D\" IsSecret=\"false\"&gt;&lt;/variable&gt;", "dynamic_rules_spelling", "variable does not belong into Variables"),
    (CONDITIONS, "&lt;Variable Name=\"D\" IsSecret=\"false\"&gt;&lt;/Variable&gt;", "", "dynamic_rules_spelling", "Variable is missing"),
    (CONDITIONS, "IsSecret=\"true\"&gt;", "IsSecret=\"true\"&gt;hunter2", "dynamic_variables", "a secret value is written"),
    (CONDITIONS, "IsSecret=\"true\"", "IsSecret=\"True\"", "dynamic_variables", "neither true nor false"),
    (CONDITIONS, "Name=\"D\"", "Name=\"\"", "dynamic_variables", "no name"),
    (CONDITIONS, "&lt;variable name=\"Model\"&gt;*&lt;/variable&gt;", "", "dynamic_rule_conditions", "Model is missing"),
    (CONDITIONS, "&lt;variable name=\"Value\"&gt;a*&lt;/variable&gt;", "", "dynamic_rule_conditions", "Value is always written"),
    (CONDITIONS, "SMS_TaskSequence_MakeModelConditionExpression", "SMS_TaskSequence_FolderConditionExpression", "dynamic_rule_conditions", "does not belong here"),
    (CONDITIONS, "\"Operator\"&gt;like", "\"Operator\"&gt;Like", "dynamic_rule_conditions", "Operator \"Like\" is not known"),
];

/// Conditions.
#[rustfmt::skip]
const CONDITION_RULES: &[Mutation] = &[
    (CONDITIONS, "<operator type=\"and\">", "<operator type=\"all\">", "operator_types", "the operator is \"all\""),
    (CONDITIONS, "<operator type=\"not\">", "<operator type=\"Not\">", "operator_types", "the operator is \"Not\""),
    (CONDITIONS, "SMS_TaskSequence_FolderConditionExpression", "SMS_TaskSequence_DirectoryConditionExpression", "expressions", "is no expression type"),
    (CONDITIONS, "SMS_TaskSequence_FolderConditionExpression", "SMS_TaskSequence_MakeModelConditionExpression", "expressions", "does not belong here"),
    (CONDITIONS, "<variable name=\"Path\">C:\\Lab</variable>", "<variable name=\"Folder\">C:\\Lab</variable>", "expressions", "not a variable of Folder"),
    (CONDITIONS, "<variable name=\"Value\">true</variable><variable name=\"Variable\">_SMSTSInWinPE</variable>", "<variable name=\"Variable\">_SMSTSInWinPE</variable><variable name=\"Value\">true</variable>", "expressions", "the order is not Operator Value Variable"),
    (CONDITIONS, "<variable name=\"Namespace\">root\\cimv2</variable>", "", "expressions", "Namespace is missing"),
    (CONDITIONS, "<variable name=\"Namespace\">root\\cimv2</variable>", "<variable name=\"Namespace\">cimv2</variable>", "expressions", "\"cimv2\" is no namespace"),
    (CONDITIONS, ">notEquals<", ">NotEquals<", "expressions", "Operator \"NotEquals\" is not known"),
    (CONDITIONS, ">exists<", ">Exists<", "expressions", "Operator \"Exists\" is not known"),
    (CONDITIONS, ">notExists<", ">nonExists<", "expressions", "Operator \"nonExists\" is not known"),
    (CONDITIONS, ">greaterEqual<", ">&gt;=<", "expressions", "VersionOperator \">=\" is not known"),
    (CONDITIONS, "<variable name=\"Value\">true</variable>", "", "expressions", "Value is missing"),
    (CONDITIONS, "<variable name=\"Value\"></variable>", "<variable name=\"Value\">1</variable>", "expressions", "not empty beside exists"),
    (CONDITIONS, "<variable name=\"Data\">1</variable>", "", "expressions", "Data belongs to a comparison"),
    (CONDITIONS, "<variable name=\"DateTime\">2024-01-31</variable>", "", "expressions", "DateTime and DateTimeOperator are not written together"),
    (CONDITIONS, ">REG_DWORD<", ">DWORD<", "expressions", "\"DWORD\" is no registry type"),
    (CONDITIONS, ">C:\\Lab<", "><", "expressions", "Path is empty"),
    (CONDITIONS, "<osConditionGroup type=\"or\">", "<osConditionGroup type=\"and\">", "operating_system_conditions", "the type is not or"),
    (CONDITIONS, "<osExpressionGroup type=\"and\"", "<osExpressionGroup type=\"or\"", "operating_system_conditions", "the type is not and"),
    (CONDITIONS, "ignoreQueryFailure=\"true\"", "ignoreQueryFailure=\"false\"", "operating_system_conditions", "ignoreQueryFailure is not true"),
    (CONDITIONS, "<osExpressionGroup type=\"and\" name=\"All x64 Windows 10\">", "<osExpressionGroup name=\"All x64 Windows 10\" type=\"and\">", "attribute_order", "the order is not type! name!"),
    (CONDITIONS, "arch=\"x64\" type=\"Win_NT\"", "type=\"Win_NT\" arch=\"x64\"", "attribute_order", "the order is not arch! type! minVer! maxVer!"),
    (CONDITIONS, "arch=\"x64\"", "arch=\"amd64\"", "platforms", "the architecture is not known"),
    (CONDITIONS, "type=\"Win_NT\"", "type=\"Windows\"", "platforms", "the type is not Win_NT"),
    (CONDITIONS, "minVer=\"10.00.0000.0\"", "minVer=\"10.0\"", "platforms", "minVer is \"10.0\""),
];

/// References and global variables.
#[rustfmt::skip]
const REFERENCES: &[Mutation] = &[
    (STEPS, "<reference package=\"LAB00031\"/>", "", "references_are_those_of_the_enabled_steps", "the steps refer to"),
    (STEPS, "<reference package=\"LAB00001\"/><reference package=\"LAB00002\"/>", "<reference package=\"LAB00002\"/><reference package=\"LAB00001\"/>", "references_are_those_of_the_enabled_steps", "the steps refer to"),
    (STEPS, "</referenceList>", "<reference package=\"LAB00099\"/></referenceList>", "references_are_those_of_the_enabled_steps", "the steps refer to"),
    (STEPS, "</referenceList>", "<reference package=\"LAB00001\"/></referenceList>", "references_are_those_of_the_enabled_steps", "the steps refer to"),
    (STEPS, "<group name=\"Prepare &quot;all&quot;\" description=\"\"", "<group name=\"Prepare &quot;all&quot;\" description=\"\" disable=\"true\"", "references_are_those_of_the_enabled_steps", "the steps refer to"),
    (INDENTED, "  <referenceList>\n    <reference package=\"LAB00001\" />\n  </referenceList>\n", "", "references_are_those_of_the_enabled_steps", "the list is []"),
    (STEPS, "package=\"LAB0000A\" program=\"Install\"", "package=\"LAB0000A\" program=\"Remove\"", "reference_programs", "the program is not Some(\"Install\")"),
    (STEPS, " program=\"*\"", "", "reference_programs", "the program is not Some(\"*\")"),
    (STEPS, "package=\"LAB00031\"", "package=\"LAB00031\" program=\"*\"", "reference_programs", "the program is not None"),
    (STEPS, "<reference package=\"LAB00031\"/>", "<reference/>", "reference_names_one_thing", "not exactly one"),
    (STEPS, "package=\"LAB0000A\" program", "package=\"LAB0000A\" application=\"A\" program", "reference_names_one_thing", "not exactly one"),
    (STEPS, "<globalVarList><variable name=\"OSDEnableTCPIPFiltering\"", "<globalVarList><variable name=\"EnableTCPIPFiltering\"", "global_variables_are_known", "not a known global variable"),
    (STEPS, "property=\"NumAdapters\">0", "property=\"NumAdapters\">1", "global_variables_repeat_a_step", "no step hides this variable"),
    (STEPS, "<variable name=\"OSDAdapterCount\" property=\"NumAdapters\">0</variable>", "", "network_settings_are_global", "not in the list of global variables"),
];

#[test]
fn good_sequences_break_no_rule() {
    let crlf = INDENTED.replace('\n', "\r\n");
    for good in [
        STEPS,
        CONDITIONS,
        INDENTED,
        &crlf,
        "<sequence version=\"3.10\"/>\r\n",
        "<sequence version=\"3.10\"/>",
        "<sequence version=\"3.10\" />",
    ] {
        let none: Vec<String> = Vec::new();
        assert_eq!(violations(good), none, "in {good}");
    }
}

#[test]
fn each_mutation_is_noticed_by_its_rule() {
    let missed: Vec<String> = mutations()
        .filter_map(|(good, from, to, rule, part)| {
            assert!(good.contains(from), "{from:?} is in no good sequence");
            let messages = violations(&good.replacen(from, to, 1));
            let noticed = messages
                .iter()
                .any(|message| message.starts_with(&format!("{rule}: ")) && message.contains(part));
            (!noticed).then(|| format!("{rule} ({part}): {from:?} -> {to:?}\n    {messages:#?}"))
        })
        .collect();
    println!("{} mutations noticed", mutations().count() - missed.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn no_rule_is_idle() {
    let idle: Vec<&str> = RULES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !mutations().any(|(_, _, _, rule, _)| rule == *name))
        .collect();
    assert!(idle.is_empty(), "no mutation for {idle:?}");
}

#[test]
fn a_message_tells_line_and_path() {
    let bad = INDENTED.replace(">LAB00001<", ">LAB1<");
    let path = "sequence/group \"Commands\"/step \"Command\"/defaultVarList/variable \"PackageID\"";
    let expected = format!("variable_values: line 13, {path}: the value is \"LAB1\"");
    let messages = violations(&bad);
    assert!(messages.contains(&expected), "{messages:#?}");
}

#[test]
fn text_that_is_not_xml_is_reported() {
    for bad in [
        "",
        "<sequence",
        "<sequence><group></sequence>",
        "&lt;sequence/&gt;",
    ] {
        let messages = violations(bad);
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(messages[0].starts_with("well_formed: "), "{messages:?}");
    }
}

fn mutations() -> impl Iterator<Item = Mutation> {
    [
        TEXT,
        ELEMENTS,
        STEP_RULES,
        SCRIPTS,
        CONDITION_RULES,
        REFERENCES,
    ]
    .into_iter()
    .flatten()
    .copied()
}
