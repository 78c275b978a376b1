package s3err

// decides says of each code what decides that S3 answers it, as the journal tells it where
// nothing more is known. Codes that are not here speak for a policy, a setting or a
// signature: the decisions say why.
var decides = map[Code]string{
	MissingSecurityHeader:        "a header that the operation must have is missing",
	InvalidRequest:               "the request breaks a rule of the operation, which the message names",
	InvalidArgument:              "the value of an argument is none that the operation takes",
	BadRequest:                   "the request breaks a rule of the operation, which the message names",
	InvalidURI:                   "the path or the query cannot be decoded",
	KeyTooLongError:              "an object's key has more than 1024 bytes of UTF-8",
	MetadataTooLarge:             "names and values of the x-amz-meta- headers are more than 2 KB together",
	RequestHeaderSectionTooLarge: "the headers of the request are more than 8 KB together",
	MalformedXML:                 "the body is not the XML that the operation reads, or has a value that it does not take",
	UnexpectedContent:            "the request has a body or headers that exclude each other",
	MissingRequestBodyError:      "the operation reads a document, and the body is empty",
	MethodNotAllowed:             "the resource does not have this method",
	NotImplemented:               "a header asks for something that S3 does not do with this operation",
	NotModified:                  "the object is as it was: the condition of the read does not hold",
	PreconditionFailed:           "a condition of the request does not hold",
	InvalidRange:                 "the range begins behind the end of the object",
	InvalidRedirectLocation:      "a website redirects to a path, or to an address of http or https",
	InvalidStorageClass:          "S3 has no storage class of that name",
	InvalidTag:                   "a tag has characters or a length that S3 does not take, or comes twice",

	IncompleteBody:        "fewer bytes came than the request says, or its framing breaks off",
	MalformedTrailerError: "the trailer behind the body is not the one that x-amz-trailer announces",
	BadDigest:             "the bytes that came have another digest than the request says",
	InvalidDigest:         "Content-MD5 is not the base64 of 16 bytes",
	InvalidChunkSizeError: "a chunk that is not the last has fewer than 8192 bytes",
	MissingContentLength:  "the length of the body is not told",
	EntityTooLarge:        "the upload is larger than S3, or the form's policy, allows",
	EntityTooSmall:        "the upload is smaller than the form's policy allows, or an early part than 5 MiB",

	XAmzContentSHA256Mismatch: "the bytes that came have another hash than x-amz-content-sha256 says",

	MaxMessageLengthExceeded:     "the document is larger than the operation reads",
	MaxPostPreDataLengthExceeded: "the fields before the file are more than 20 KB",
	MalformedPOSTRequest:         "the body is not the multipart/form-data of a form with one file",
	InvalidPolicyDocument:        "the form's policy is not the JSON that S3 reads",

	NoSuchBucket:       "nobody has a bucket of that name",
	NoSuchKey:          "the bucket has no object of that key",
	NoSuchVersion:      "the object has no version of that id",
	NoSuchUpload:       "no upload of that id goes on for the key: it was completed, aborted, or never begun",
	NoSuchBucketPolicy: "the bucket has no policy",
	NoSuchTagSet:       "the bucket has no tags",
	ServerSideEncryptionConfigurationNotFoundError: "the bucket has no default encryption of its own",
	InvalidBucketOwnerAWSAccountID:                 "x-amz-expected-bucket-owner is no account number of 12 digits",

	InvalidPart:       "a part of the list was not uploaded, or with another ETag",
	InvalidPartOrder:  "the list of parts is not in ascending order",
	InvalidPartNumber: "the object has fewer parts",

	MalformedACLError:                          "the ACL is not the XML that S3 reads, or grants what there is not",
	UnresolvableGrantByEmailAddress:            "no account has that e-mail address",
	AccessControlListNotSupported:              "the bucket has ACLs disabled (BucketOwnerEnforced)",
	InvalidBucketACLWithObjectOwnership:        "BucketOwnerEnforced disables ACLs, and the ACL grants others something",
	InvalidBucketACLWithBlockPublicAccessError: "Block Public Access is on, and the ACL is public",
	OwnershipControlsNotFoundError:             "the bucket has no Object Ownership of its own",
	NoSuchPublicAccessBlockConfiguration:       "the bucket has no Block Public Access settings of its own",

	KMSNotFoundException:            "there is no such KMS key in that account and region",
	KMSDisabledException:            "the KMS key is disabled",
	KMSInvalidStateException:        "the KMS key is in a state in which it cannot be used",
	KMSInvalidKeyUsageException:     "the KMS key is not one for symmetric encryption",
	InvalidEncryptionAlgorithmError: "the algorithm of a customer's key is AES256 and no other",

	NoSuchLifecycleConfiguration:            "the bucket has no lifecycle configuration",
	InvalidObjectState:                      "the object's bytes are in an archive, and no restored copy is there",
	RestoreAlreadyInProgress:                "a restore of the object is under way, and is as fast",
	InvalidBucketState:                      "Object Lock and the bucket's versioning exclude what is asked for",
	ObjectLockConfigurationNotFoundError:    "the bucket has no Object Lock",
	IllegalVersioningConfigurationException: "the document does not say a Status",
	NoSuchObjectLockConfiguration:           "the object has no retention and no legal hold",
	TokenCodeInvalidError:                   "the code of x-amz-mfa is not the device's",

	IllegalLocationConstraintException: "the LocationConstraint is not the region of the endpoint",
	InvalidLocationConstraint:          "there is no such region",
	InvalidBucketName:                  "the name breaks the naming rules of buckets",
	BucketAlreadyExists:                "another account has a bucket of that name, and names are taken for everybody",
	BucketAlreadyOwnedByYou:            "the account has a bucket of that name already",
	MissingNamespaceHeader:             "the name ends as one of an account's regional namespace, and no header says so",
	InvalidNamespaceHeader:             "the header speaks of the account's namespace, and the name does not end so",
	InvalidBucketNamespace:             "the namespace in the name is not the one of this account and region",
	BucketHasAccessPointsAttached:      "the bucket has access points",
	NoSuchAccessPoint:                  "there is no such access point",
	BucketNotEmpty:                     "something is in the bucket",
	TooManyBuckets:                     "the account has as many buckets as it may",
	OperationAborted:                   "another operation on the bucket is under way",
	ConditionalRequestConflict:         "something was written to the key while the conditional request went on",

	AccessForbidden:                       "the bucket has no CORS configuration that lets the origin in",
	NoSuchCORSConfiguration:               "the bucket has no CORS configuration",
	NoSuchWebsiteConfiguration:            "the bucket has no website configuration",
	IncorrectEndpoint:                     "the bucket is in another region than the website endpoint",
	NoSuchConfiguration:                   "no bucket here has a configuration of this kind",
	MetadataConfigurationNotFound:         "no bucket here has a metadata configuration",
	InvalidTargetBucketForLogging:         "the target bucket is not there, or cannot take the bucket's logs",
	CrossLocationLoggingProhibited:        "the target bucket is in another region",
	ReplicationConfigurationNotFoundError: "the bucket has no replication configuration",

	AnnotationLimitExceeded: "the object has 1,000 annotations",
	AnnotationNameTooLong:   "the annotation's name has more than 512 bytes",
	InvalidAnnotationName:   "the annotation's name is empty, is no UTF-8, or begins with aws or s3",
	InvalidPrefix:           "the prefix is no beginning of an annotation's name",
	NoSuchAnnotation:        "the object has no annotation of that name",
	UnsupportedMediaType:    "the annotation is no UTF-8",
}

// Decides is what decides that S3 answers the code; empty: the decisions of the request
// say it.
func (c Code) Decides() string { return decides[c] }
