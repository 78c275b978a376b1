package s3err

// The catalogue. The groups follow the sections of s3-errors.md; docs/facts/codes.md is written from it, by this
// package's test. The words are those of a recording where there is one. Where S3 always fills something into a
// message, the row holds the part that never changes.

// Who is asking (s3-errors.md 1.1 and 1.2).
var (
	AccessDenied                      = code("AccessDenied", 403, "Access Denied")
	InvalidAccessKeyID                = code("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.")
	SignatureDoesNotMatch             = code("SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature you provided. Check your key and signing method.")
	RequestTimeTooSkewed              = code("RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large.")
	ExpiredToken                      = code("ExpiredToken", 400, "The provided token has expired.").closing()
	InvalidToken                      = code("InvalidToken", 400, "The provided token is malformed or otherwise invalid.").closing()
	TokenRefreshRequired              = code("TokenRefreshRequired", 400, "The provided token must be refreshed.").closing()
	AuthorizationHeaderMalformed      = code("AuthorizationHeaderMalformed", 400, "The authorization header is malformed").closing()
	AuthorizationQueryParametersError = code("AuthorizationQueryParametersError", 400, "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.").closing()
	XAmzContentSHA256Mismatch         = code("XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed.").closing()
	InvalidSecurity                   = code("InvalidSecurity", 403, "The provided security credentials are not valid.")
	CredentialsNotSupported           = code("CredentialsNotSupported", 400, "This request does not support credentials.").closing()
	MissingSecurityHeader             = code("MissingSecurityHeader", 400, "Your request was missing a required header")
)

// What is wrong with the request as such.
var (
	InvalidRequest               = code("InvalidRequest", 400, "Invalid Request")
	InvalidArgument              = code("InvalidArgument", 400, "Invalid Argument")
	BadRequest                   = code("BadRequest", 400, "Bad Request")
	InvalidURI                   = code("InvalidURI", 400, "Couldn't parse the specified URI.")
	KeyTooLongError              = code("KeyTooLongError", 400, "Your key is too long")
	MetadataTooLarge             = code("MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size")
	RequestHeaderSectionTooLarge = code("RequestHeaderSectionTooLarge", 400, "Your request header section exceeds the maximum allowed size.").closing()
	MalformedXML                 = code("MalformedXML", 400, "The XML you provided was not well-formed or did not validate against our published schema")
	UnexpectedContent            = code("UnexpectedContent", 400, "This request does not support content")
	MissingRequestBodyError      = code("MissingRequestBodyError", 400, "Request Body is empty")
	MethodNotAllowed             = code("MethodNotAllowed", 405, "The specified method is not allowed against this resource.")
	NotImplemented               = code("NotImplemented", 501, "A header you provided implies functionality that is not implemented")
	NotModified                  = code("NotModified", 304, "Not Modified")
	PreconditionFailed           = code("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold")
	InvalidRedirectLocation      = code("InvalidRedirectLocation", 400,
		"The website redirect location must have a prefix of 'http://' or 'https://' or '/'.")
	InvalidRange = code("InvalidRange", 416,
		"The requested range is not satisfiable").phrased("Requested Range Not Satisfiable")
	InvalidStorageClass = code("InvalidStorageClass", 400, "The storage class you specified is not valid")
	InvalidTag          = code("InvalidTag", 400, "The TagKey you have provided is invalid")
)

// The body and its digests (s3-errors.md 1.3).
var (
	IncompleteBody        = code("IncompleteBody", 400, "The request body terminated unexpectedly")
	MalformedTrailerError = code("MalformedTrailerError", 400, "The request contained trailing data that was not well-formed or did not conform to our published schema.")
	BadDigest             = code("BadDigest", 400, "The Content-MD5 you specified did not match what we received.")
	InvalidDigest         = code("InvalidDigest", 400, "The Content-MD5 you specified was invalid.")
	InvalidChunkSizeError = code("InvalidChunkSizeError", 400, "Only the last chunk is allowed to have a size less than 8192 bytes")
	MissingContentLength  = code("MissingContentLength", 411, "You must provide the Content-Length HTTP header.")
	EntityTooLarge        = code("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size")
	EntityTooSmall        = code("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size")
)

// Browser forms (s3-errors.md 1.4).
var (
	MaxMessageLengthExceeded     = code("MaxMessageLengthExceeded", 400, "Your request was too big.")
	MaxPostPreDataLengthExceeded = code("MaxPostPreDataLengthExceeded", 400, "Your POST request fields preceeding the upload file was too large.")
	MalformedPOSTRequest         = code("MalformedPOSTRequest", 400, "The body of your POST request is not well-formed multipart/form-data.")
	InvalidPolicyDocument        = code("InvalidPolicyDocument", 400, "Invalid Policy: Invalid JSON.")
)

// What is not there (s3-errors.md 2.2).
var (
	NoSuchBucket                                   = code("NoSuchBucket", 404, "The specified bucket does not exist")
	NoSuchKey                                      = code("NoSuchKey", 404, "The specified key does not exist.")
	NoSuchVersion                                  = code("NoSuchVersion", 404, "The specified version does not exist.")
	NoSuchUpload                                   = code("NoSuchUpload", 404, "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.")
	NoSuchAccessPoint                              = code("NoSuchAccessPoint", 404, "The specified accesspoint does not exist")
	BucketHasAccessPointsAttached                  = code("BucketHasAccessPointsAttached", 400, "Bucket has access points attached and cannot be deleted.")
	NoSuchBucketPolicy                             = code("NoSuchBucketPolicy", 404, "The bucket policy does not exist")
	NoSuchTagSet                                   = code("NoSuchTagSet", 404, "The TagSet does not exist")
	ServerSideEncryptionConfigurationNotFoundError = code("ServerSideEncryptionConfigurationNotFoundError", 404, "The server side encryption configuration was not found")
	InvalidBucketOwnerAWSAccountID                 = code("InvalidBucketOwnerAWSAccountID", 400, "The value of the expected bucket owner parameter must be an AWS Account ID...")
)

// Multipart uploads.
var (
	InvalidPart       = code("InvalidPart", 400, "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.")
	InvalidPartOrder  = code("InvalidPartOrder", 400, "The list of parts was not in ascending order. Parts must be ordered by part number.")
	InvalidPartNumber = code("InvalidPartNumber", 416,
		"The requested partnumber is not satisfiable").phrased("Requested Range Not Satisfiable")
)

// Bucket policies, ACLs, ownership and Block Public Access (s3-errors.md 2.3 and
// authorization.md 7).
var (
	MalformedPolicy                            = code("MalformedPolicy", 400, "Invalid policy syntax.")
	MalformedACLError                          = code("MalformedACLError", 400, "The XML you provided was not well-formed or did not validate against our published schema")
	UnresolvableGrantByEmailAddress            = code("UnresolvableGrantByEmailAddress", 400, "The e-mail address you provided does not match any account on record.")
	AccessControlListNotSupported              = code("AccessControlListNotSupported", 400, "The bucket does not allow ACLs")
	InvalidBucketACLWithObjectOwnership        = code("InvalidBucketAclWithObjectOwnership", 400, "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
	InvalidBucketACLWithBlockPublicAccessError = code("InvalidBucketAclWithBlockPublicAccessError", 400, "Bucket cannot have public ACLs set with BlockPublicAccess enabled")
	OwnershipControlsNotFoundError             = code("OwnershipControlsNotFoundError", 404, "The bucket ownership controls were not found")
	NoSuchPublicAccessBlockConfiguration       = code("NoSuchPublicAccessBlockConfiguration", 404, "The public access block configuration was not found")
)

// Encryption (s3-errors.md 2.4). What KMS says of a key begins with the key's ARN or
// id; the rows hold the rest.
var (
	KMSNotFoundException            = code("KMS.NotFoundException", 400, "Invalid keyId")
	KMSDisabledException            = code("KMS.DisabledException", 400, "The key is disabled.")
	KMSInvalidStateException        = code("KMS.KMSInvalidStateException", 400, "The key is pending deletion.")
	KMSInvalidKeyUsageException     = code("KMS.InvalidKeyUsageException", 400, "The key usage is not valid for this operation.")
	InvalidEncryptionAlgorithmError = code("InvalidEncryptionAlgorithmError", 400, "The Encryption request you specified is not valid. Supported value: AES256.")
)

// Object Lock, MFA delete, archives and accounts (s3-errors.md 2.5).
var (
	NoSuchLifecycleConfiguration            = code("NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist")
	InvalidObjectState                      = code("InvalidObjectState", 403, "The operation is not valid for the object's storage class")
	RestoreAlreadyInProgress                = code("RestoreAlreadyInProgress", 409, "Object restore is already in progress")
	InvalidBucketState                      = code("InvalidBucketState", 409, "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.")
	ObjectLockConfigurationNotFoundError    = code("ObjectLockConfigurationNotFoundError", 404, "Object Lock configuration does not exist for this bucket")
	IllegalVersioningConfigurationException = code("IllegalVersioningConfigurationException", 400, "The Versioning element must be specified")
	NoSuchObjectLockConfiguration           = code("NoSuchObjectLockConfiguration", 404, "The specified object does not have a ObjectLock configuration")
	TokenCodeInvalidError                   = code("TokenCodeInvalidError", 400, "The serial number and/or token code you provided is not valid.")
	AllAccessDisabled                       = code("AllAccessDisabled", 403, "All access to this object has been disabled")
	InvalidPayer                            = code("InvalidPayer", 403, "All access to this object has been disabled")
	AccountProblem                          = code("AccountProblem", 403, "There is a problem with your AWS account that prevents the operation from completing successfully.")
	NotSignedUp                             = code("NotSignedUp", 403, "Your account is not signed up for the S3 service. You must sign up before you can use S3.")
	UnauthorizedAccessError                 = code("UnauthorizedAccessError", 403, "Access Denied")
)

// CORS and websites (s3-errors.md 2.7 and 2.8).
var (
	AccessForbidden            = code("AccessForbidden", 403, "CORSResponse: CORS is not enabled for this bucket.")
	NoSuchCORSConfiguration    = code("NoSuchCORSConfiguration", 404, "The CORS configuration does not exist")
	NoSuchWebsiteConfiguration = code("NoSuchWebsiteConfiguration", 404, "The specified bucket does not have a website configuration")
	IncorrectEndpoint          = code("IncorrectEndpoint", 400, "The specified bucket exists in another region. Please direct requests to the specified endpoint.")
)

// Regions and bucket names (s3-errors.md 3).
var (
	PermanentRedirect                  = code("PermanentRedirect", 301, "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.")
	TemporaryRedirect                  = code("TemporaryRedirect", 307, "Please re-send this request to the specified temporary endpoint. Continue to use the original request endpoint for future requests.").closing()
	IllegalLocationConstraintException = code("IllegalLocationConstraintException", 400, "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.")
	InvalidLocationConstraint          = code("InvalidLocationConstraint", 400, "The specified location-constraint is not valid")
	InvalidBucketName                  = code("InvalidBucketName", 400, "The specified bucket is not valid.")
	BucketAlreadyExists                = code("BucketAlreadyExists", 409, "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.")
	BucketAlreadyOwnedByYou            = code("BucketAlreadyOwnedByYou", 409, "Your previous request to create the named bucket succeeded and you already own it.")
	MissingNamespaceHeader             = code("MissingNamespaceHeader", 400, "The requested bucket is an account-regional namespace bucket, but your request is missing the required x-amz-bucket-namespace header.")
	InvalidNamespaceHeader             = code("InvalidNamespaceHeader", 400, "The requested bucket name did not include the account-regional namespace suffix, but the provided x-amz-bucket-namespace header value is account-regional.")
	InvalidBucketNamespace             = code("InvalidBucketNamespace", 400, "The requested bucket is an account-regional namespace bucket, but the requested ")
	BucketNotEmpty                     = code("BucketNotEmpty", 409, "The bucket you tried to delete is not empty")
	TooManyBuckets                     = code("TooManyBuckets", 400, "You have attempted to create more buckets than allowed")
	OperationAborted                   = code("OperationAborted", 409, "A conflicting conditional operation is currently in progress against this resource. Please try again.")
)

// Throttling, faults and races (s3-errors.md 4).
var (
	SlowDown                   = code("SlowDown", 503, "Please reduce your request rate.").phrased("Slow Down").closing()
	ServiceUnavailable         = code("ServiceUnavailable", 503, "Service is unable to handle request.").closing()
	InternalError              = code("InternalError", 500, "We encountered an internal error. Please try again.")
	RequestTimeout             = code("RequestTimeout", 400, "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.").closing()
	ConditionalRequestConflict = code("ConditionalRequestConflict", 409, "The conditional request cannot succeed due to a conflicting operation against this resource.")
)
