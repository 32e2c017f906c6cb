"""Errors as Graph's synchronization API writes them: its own one is a text of JSON inside of another one."""

import json

WRAPPED = json.dumps(
    {
        "error": {
            "code": "UnknownError",
            "message": '{\r\n  "error":{\r\n    "code":"CredentialValidationUnavailable","message":"An error occurred '
            'while sending the request.","target":null,"details":[],"innerError":null\r\n  }\r\n}',
            "innerError": {"date": "2026-11-29T16:00:00", "request-id": "aaaabbbb-1111-4222-8333-ccccdddd0001"},
        }
    }
)
