"""The properties of directory objects with their empty values: Graph sends what is empty as null, never leaves it out.

Source: Microsoft's Graph reference and what the real azuread plugin reads. One place, because an absent nullable is
drift to that plugin.
"""

from typing import Any

from sandbox.core.store import Document

TEMPLATE_ID = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
"""The gallery's "Custom" template, which makes non-gallery applications that can be provisioned."""

USER_ROLE = "18d14569-c3bd-439b-9a66-3a2aee01d14f"
ACCESS_ROLE = "b9632174-c057-4f7e-951b-be3adc52bfe6"

USER_V1_DEFAULT = (
    "businessPhones,displayName,givenName,jobTitle,mail,mobilePhone,officeLocation,preferredLanguage,surname,"
    "userPrincipalName,id"
)
"""What v1.0 answers of a user without $select."""


def _nulls(names: str) -> Document:
    return dict.fromkeys(names.split())


def user(**values: Any) -> Document:
    """Return a user."""
    nulls = _nulls(
        "deletedDateTime ageGroup city companyName consentProvidedForMinor country createdDateTime creationType "
        "department employeeHireDate employeeId employeeType externalUserState externalUserStateChangeDateTime "
        "faxNumber givenName jobTitle legalAgeGroupClassification mail mobilePhone officeLocation "
        "onPremisesDistinguishedName onPremisesDomainName onPremisesImmutableId onPremisesSamAccountName "
        "onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName passwordPolicies "
        "passwordProfile postalCode preferredLanguage state streetAddress surname usageLocation"
    )
    lists: Document = {"businessPhones": [], "imAddresses": [], "otherMails": [], "proxyAddresses": []}
    fixed: Document = {
        "accountEnabled": True,
        "employeeOrgData": None,
        "showInAddressList": None,
        "userType": "Member",
    }
    return {**nulls, **lists, **fixed, **values}


def group(**values: Any) -> Document:
    """Return a security group."""
    nulls = _nulls(
        "deletedDateTime classification createdDateTime description expirationDateTime isAssignableToRole mail "
        "membershipRule membershipRuleProcessingState onPremisesDomainName onPremisesLastSyncDateTime "
        "onPremisesNetBiosName onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled "
        "preferredDataLocation preferredLanguage renewedDateTime securityIdentifier theme uniqueName visibility"
    )
    lists: Document = {
        "creationOptions": [],
        "groupTypes": [],
        "proxyAddresses": [],
        "resourceBehaviorOptions": [],
        "resourceProvisioningOptions": [],
        "onPremisesProvisioningErrors": [],
        "serviceProvisioningErrors": [],
    }
    return {**nulls, **lists, "mailEnabled": False, "securityEnabled": True, **values}


def application(**values: Any) -> Document:
    """Return an application registration."""
    nulls = _nulls(
        "deletedDateTime applicationTemplateId disabledByMicrosoftStatus createdDateTime description "
        "groupMembershipClaims isDeviceOnlyAuthSupported isFallbackPublicClient notes publisherDomain "
        "serviceManagementReference tokenEncryptionKeyId uniqueName samlMetadataUrl defaultRedirectUri certification "
        "optionalClaims servicePrincipalLockConfiguration requestSignatureVerification"
    )
    fixed: Document = {
        "identifierUris": [],
        "signInAudience": "AzureADMyOrg",
        "tags": [],
        "addIns": [],
        "appRoles": [],
        "api": {
            "acceptMappedClaims": None,
            "knownClientApplications": [],
            "requestedAccessTokenVersion": None,
            "oauth2PermissionScopes": [],
            "preAuthorizedApplications": [],
        },
        "info": _nulls("logoUrl marketingUrl privacyStatementUrl supportUrl termsOfServiceUrl"),
        "keyCredentials": [],
        "oauth2RequirePostResponse": False,
        "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
        "passwordCredentials": [],
        "publicClient": {"redirectUris": []},
        "requiredResourceAccess": [],
        "verifiedPublisher": _nulls("displayName verifiedPublisherId addedDateTime"),
        "web": {
            "homePageUrl": None,
            "logoutUrl": None,
            "redirectUris": [],
            "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False},
            "redirectUriSettings": [],
        },
        "spa": {"redirectUris": []},
    }
    return {**nulls, **fixed, **values}


def service_principal(**values: Any) -> Document:
    """Return a service principal."""
    nulls = _nulls(
        "deletedDateTime appDescription appOwnerOrganizationId applicationTemplateId createdDateTime description "
        "disabledByMicrosoftStatus homepage loginUrl logoutUrl notes preferredSingleSignOnMode "
        "preferredTokenSigningKeyThumbprint samlMetadataUrl samlSingleSignOnSettings tokenEncryptionKeyId"
    )
    fixed: Document = {
        "accountEnabled": True,
        "addIns": [],
        "alternativeNames": [],
        "appRoleAssignmentRequired": False,
        "appRoles": [],
        "info": _nulls("logoUrl marketingUrl privacyStatementUrl supportUrl termsOfServiceUrl"),
        "keyCredentials": [],
        "notificationEmailAddresses": [],
        "oauth2PermissionScopes": [],
        "passwordCredentials": [],
        "replyUrls": [],
        "resourceSpecificApplicationPermissions": [],
        "servicePrincipalNames": [],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg",
        "tags": [],
        "verifiedPublisher": _nulls("displayName verifiedPublisherId addedDateTime"),
    }
    return {**nulls, **fixed, **values}


def app_roles() -> list[Document]:
    """Return the two roles that the Custom template brings."""
    return [
        {
            "allowedMemberTypes": ["User"],
            "description": name,
            "displayName": name,
            "id": role,
            "isEnabled": True,
            "origin": "Application",
            "value": None,
        }
        for name, role in (("User", USER_ROLE), ("msiam_access", ACCESS_ROLE))
    ]
