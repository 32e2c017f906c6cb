"""Names that operators have to read in an error or a log, as services, tenants and people write them."""

_ATTRIBUTES = """
accountEnabled ageGroup businessPhones companyName consentProvidedForMinor creationType displayName employeeHireDate
employeeId employeeLeaveDateTime employeeOrgData employeeType externalUserState facsimileTelephoneNumber givenName
imAddresses isResourceAccount jobTitle lastPasswordChangeDateTime legalAgeGroupClassification mailNickname mobilePhone
objectId officeLocation onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes
onPremisesImmutableId onPremisesLastSyncDateTime onPremisesSamAccountName onPremisesSecurityIdentifier
onPremisesSyncEnabled onPremisesUserPrincipalName originalUserPrincipalName otherMails passwordPolicies
physicalDeliveryOfficeName postalCode preferredDataLocation preferredLanguage proxyAddresses securityIdentifier
showInAddressList signInSessionsValidFromDateTime streetAddress surname telephoneNumber usageLocation
userPrincipalName userPrincipleName userprincipalname USERPRINCIPALNAME userType extensionAttribute1
extensionAttribute15 msDS-cloudExtensionAttribute20 msExchRecipientTypeDetails msExchArchiveGUID
msRTCSIP-PrimaryUserAddress mS-DS-ConsistencyGuid win32LobAppAutoUpdateSettings oauth2PermissionScopes
x509CertificateAuthenticationDefaultMode userExperienceAnalyticsAppHealthApplicationPerformanceByAppVersionDeviceId
securityComplianceCenterEOPCmdletAuditRecord tenantLockdownRequireNetworkDuringOutOfBoxExperience
firewallIPSecExemptionsAllowNeighborDiscovery azfwDnsQueryEventRecord
extension_0123456789abcdef0123456789abcdef_SkillSet extension_9d98ed114c4840d298fad781915f27e4_employeeLeaveDate
schemas name.givenName name.familyName name.honorificPrefix emails[type%20eq%20%22work%22].value
phoneNumbers[type%20eq%20%22mobile%22].value addresses[type%20eq%20%22work%22].streetAddress members externalId
steadyStateFirstAchievedTime synchronizedEntryCountByType countSuccessiveCompleteFailures
lastSuccessfulExecutionWithExports exportMissingReferences SyncNotificationSettings SkipOutOfScopeDeletions
Oauth2AccessTokenCreationTime AzureIngestionAttributeOptimization PerformInboundEntitlementGrants
"""
_CODES = """
Authentication_RequestFromNonPremiumTenantOrB2CTenant Authorization_RequestDenied Authorization_IdentityNotFound
Request_ResourceNotFound Directory_QuotaExceeded Request_UnsupportedQuery generalException serviceNotAvailable
activityLimitReached resourceModified CannotDeleteOrUpdateEnabledEntitlement UnsupportedOrInvalidSkuId
InvalidAuthenticationToken CompactToken TenantThrottleLimitExceeded notSupported extensionNotInstalled
SystemForCrossDomainIdentityManagementCredentialValidationFailure CredentialValidationUnavailable
SystemForCrossDomainIdentityManagementServiceIncompatible InvalidNotificationSettings
EncounteredEscrowProportionThreshold SYSTEMFORCROSSDOMAINIDENTITYMANAGEMENTSERVICEINCOMPATIBLE
systemforcrossdomainidentitymanagementbadrequest HPE_GL_ERROR_BAD_REQUEST HPE_GL_IAM_EXPIRED_TOKEN
HPE_GLCP_ERROR_EXPIRED_TOKEN HPE_GL_AUTHORIZATION_RESOURCE_CONFLICT HPE_GL_SERVICE_CATALOG_INTERNAL_SERVER_ERROR
hpe.greenlake.bad_request hpe.greenlake.retry_info AADSTS70021 AADSTS7000215 AADSTS7002138 AADSTS900023 invalid_client
unauthorized_client interaction_required uniqueness mutability invalidFilter sensitive ERR_TLS_CERT_ALTNAME_INVALID
ECONNREFUSED CERTIFICATE_VERIFY_FAILED oauth.v2.InvalidApiCallAsNoApiProductMatchFound policies.ratelimit.QuotaViolation
TokenCreatedWithOutdatedPolicies AadPremiumLicenseRequired Microsoft.Online.DirectoryServices.ObjectConflictException
SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering HPE_GLCP_SCIM_USER_NOT_IN_VERIFIED_DOMAIN
"""
_ADDRESSES = """
urn:ietf:params:scim:schemas:core:2.0:Group urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
urn:ietf:params:scim:api:messages:2.0:Error urn:ietf:params:scim:schemas:extension:hpe:greenlake:2.0:User:skillSet
urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:costCenterNumber
http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group
https://sps.us1.greenlake-hpe.com/v1alpha1/scimproxy/Users/11111111-2222-4333-8444-555555555555
https://global.api.greenlake.hpe.com/identity/v2beta1/scim/v2/
https://graph.microsoft.com/v1.0/servicePrincipals/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/synchronization/jobs
https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/oauth2/v2.0/token
https://syncfabric.windowsazure.com/api/servicePrincipals('8adf8e6e-67b2-4cf2-a259-e3dc5476c621')/synchronization/jobs
https://token.actions.githubusercontent.com api://AzureADTokenExchange https://127.0.0.1:8444/v1alpha1/scimproxy
repo:octocat@123456/my-repo@456789:environment:prod repo:Example/Infra:ref:refs/heads/feature/JIRA-1234_rotate
grn:glp/workspaces/05f0523c-fd03-47fc-981b-9c4333a37b70/regions/us-east-2/providers/bmaas/host/456
d111111abcdef8.cloudfront.net stghpe7f3k2q9.blob.core.windows.net ip-10-0-12-34.eu-central-1.compute.internal
greenlake-scim-prod-sp01.westeurope.cloudapp.azure.com kubernetes.default.svc.cluster.local
/v1alpha1/proxytoken/rotate?remove-current=true&remove_current=true
/home/runner/infra/stacks/Pulumi.prod.yaml
scim.aaaabbbb0000cccc1111dddd2222eeee.00001111-aaaa-2222-bbbb-3333cccc4444 12312-123123-123123-1231212
workspaces/05f0523cfd03447c981b9c4333a37b70/regions workspaceId=05f0523cfd03447c981b9c4333a37b70
00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 roles[primary%20eq%20"True"].value
/home/vsts/work/1/s/stacks/Pulumi.prod.yaml azurekeyvault://kv-pulumi-prod-weu.vault.azure.net/keys/pulumi
e5b61232-83c8-401a-8e14-a4c75b4fb745 P10675199DT2H48M5.4775807S 2026-11-27T21:49:50.5340673Z
pulumi-python:dynamic/greenlake:ScimProxyToken
urn:pulumi:prod::greenlake-scim::azuread:index/synchronizationJob:SynchronizationJob::link
TLSv1.2_ECDHE-RSA-AES256-GCM-SHA384 S-1-5-21-3623811015-3361044348-30300820-1013 provider=hpe;region=us-west-2
"""
_PEOPLE_AND_GROUPS = """
GreenLake Administrators
sg-greenlake-admins-prod-01
GRP_GL_ADM_PRD_W01
GG-DE-FRA-HPE-GLBC-VMaaS-OP-L2
first.last+scim-test@sub-domain.contoso.co.uk
Switch(SingleAppRoleAssignment([appRoleAssignments]),"user","admin","admin")
DE-MUC-IT-SEC-OPS-T1
AG-DE-BER-F3-IT-APPS-SAP-S4H-RW
RBAC-AWS-123456789012-PowerUserAccess
acl_fs01$_finance_rw
ROLE_SAP_BW4HANA_DEV_DSP
CN=GG_SVC_SQLPRD01_RW,OU=Groups,DC=corp,DC=contoso,DC=com
ann_contoso.com#EXT#@fabrikam.onmicrosoft.com
zoe.with.a.very.long.name@subsidiary.of.a.company.example
Rechtsschutzversicherungsgesellschaften Führungskräfte
Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft
Kreisverwaltungsreferat-Fuehrerscheinstelle
Przedsiebiorstwo_Wielobranzowe_Zarzadzajacy
Zarządzanie-Użytkownikami-Szczebrzeszyn
Ozgurluk-Yoneticileri
Csoportkezelés-Rendszergazdák
správci-skupiny-čtvrtek
Järjestelmänvalvojat-Pääkäyttäjät
Gestão_de_Identidades_e_Acessos
Administrateurs-d'infrastructure-Île-de-France
Verksamhetsutvecklingsgruppen
Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch
Администраторы-Инфраструктуры
全社員グループ_インフラ管理者
전체관리자그룹_인프라운영팀
مسؤولو-البنية-التحتية
Διαχειριστές-Υποδομής
F%C3%BChrungskr%C3%A4fte-%E5%85%A8%E7%A4%BE%E5%93%A1
"""

REAL_NAMES = (*(_ATTRIBUTES + _CODES + _ADDRESSES).split(), *_PEOPLE_AND_GROUPS.strip().splitlines())
