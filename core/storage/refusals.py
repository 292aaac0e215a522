"""Why a transfer with the object store is refused, by S3's names."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Reasons; clients of S3 know these names."""

    ACCESS_DENIED = "AccessDenied"
    NO_SUCH_KEY = "NoSuchKey"
    NO_SUCH_UPLOAD = "NoSuchUpload"
    INVALID_ARGUMENT = "InvalidArgument"
    INVALID_PART = "InvalidPart"
    INVALID_RANGE = "InvalidRange"
    INCOMPLETE_BODY = "IncompleteBody"
    MALFORMED_XML = "MalformedXML"
    MISSING_CONTENT_LENGTH = "MissingContentLength"
    OPERATION_ABORTED = "OperationAborted"
    OBJECT_EXISTS = "ObjectAlreadyExists"
    PRECONDITION_FAILED = "PreconditionFailed"


class TransferRefused(Exception):
    """A transfer that cannot go on; the text is for the person at the other end."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        self.refusal = refusal
        super().__init__(message)
