package s3err

// How buckets and objects are configured (configurations.md).
var (
	NoSuchConfiguration = code("NoSuchConfiguration", 404,
		"The specified configuration does not exist.")
	MetadataConfigurationNotFound = code("MetadataConfigurationNotFound", 404,
		"The metadata configuration was not found")
	InvalidTargetBucketForLogging = code("InvalidTargetBucketForLogging", 400,
		"The target bucket for logging does not exist")
	CrossLocationLoggingProhibited = code("CrossLocationLoggingProhibitted", 403,
		"Cross S3 location logging not allowed. ")
	ReplicationConfigurationNotFoundError = code("ReplicationConfigurationNotFoundError", 404,
		"The replication configuration was not found")
)

// Annotations (configurations.md 6.4).
var (
	AnnotationLimitExceeded = code("AnnotationLimitExceeded", 400,
		"The request would exceed the maximum number of annotations allowed per object.")
	AnnotationNameTooLong = code("AnnotationNameTooLong", 400, "The annotation name exceeds 512 bytes.")
	InvalidAnnotationName = code("InvalidAnnotationName", 400, "The annotation name you provided is invalid.")
	InvalidPrefix         = code("InvalidPrefix", 400, "The annotation prefix you provided is invalid.")
	NoSuchAnnotation      = code("NoSuchAnnotation", 404,
		"The specified annotation does not exist on this object.")
	UnsupportedMediaType = code("UnsupportedMediaType", 415,
		"The annotation payload is not valid UTF-8 encoded text.")
)
