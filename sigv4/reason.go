package sigv4

// Reason says which check refused a request. Each names its row in the
// catalogue of S3 refusals.
type Reason int

// The reasons. "1.3" and "1.4" are the tables of streaming bodies and of POST
// forms, whose rows have no numbers.
const (
	_ Reason = iota

	// Found by Parse.
	DateMissing               // A12: no readable Date or x-amz-date
	TerminalWrong             // A18, Q11: the scope does not end in aws4_request
	ScopeDateMalformed        // A19, Q11: the scope's date is not yyyyMMdd
	ScopeDateDiffers          // A20, Q11: the scope's date is not the request's day
	CredentialMalformed       // A21, Q9: the credential has not five parts
	AccessKeyEmpty            // A22, Q11, 1.4: the credential has no access key
	ComponentsMissing         // A23: the header has not three components
	ComponentMalformed        // A24: a component is not name=value
	ComponentAbsent           // A25: one of the three names is missing
	AuthorizationMalformed    // A26: no space in the Authorization header
	AuthorizationUnsupported  // A27: neither AWS4-HMAC-SHA256 nor AWS
	AuthorizationV2Malformed  // header V2: not AccessKeyId:signature
	MechanismsMixed           // A30: header and query signatures together
	ContentSHA256Missing      // A31: no x-amz-content-sha256
	ContentSHA256Malformed    // A32: neither a hash nor a keyword
	ExpiresTooLong            // Q4: more than a week
	ExpiresNegative           // Q5
	ExpiresNotNumber          // Q6
	QueryV4Incomplete         // Q7: one of the six parameters is missing
	QueryV2Incomplete         // Q8: Signature, Expires and AWSAccessKeyId belong together
	QueryDateMalformed        // Q12: X-Amz-Date is not in ISO8601 basic format
	QueryAlgorithmUnsupported // Q13
	QueryV2ExpiresMalformed   // V2 query: Expires is not in seconds since the epoch
	FieldRepeated             // a parameter or form field of the signature is there twice

	// Found by Verify.
	TimeSkewed            // A11: more than 15 minutes from the server's time
	SignatureDoesNotMatch // A10, A10b, and 1.3 for a chunk or trailer
	HeadersNotSigned      // A35, Q17
	Expired               // Q1, Q2
	NotYetValid           // Q3

	// Found when the body is opened or read.
	StreamingNotAllowed  // A33: signed chunks without a V4 signature to chain to, or where no upload is expected
	DecodedLengthMissing // 1.3: no readable x-amz-decoded-content-length
	TrailerUnsupported   // 1.3: x-amz-trailer names something else than a checksum
	TrailerMalformed     // 1.3: trailer and x-amz-trailer disagree, or its form is broken
	ContentSHA256Differs // A34: the body's hash is not the declared one
	ChunksIncomplete     // 1.3: framing broken or body short within aws-chunked
	BodyIncomplete       // 1.3: fewer bytes than Content-Length said
	ChunkTooSmall        // 1.3: a chunk that is not the last has less than 8192 bytes

	// Found in a POST form (1.4).
	FormFieldMissing         // a field of the signature is missing
	FormAlgorithmUnsupported // x-amz-algorithm is not AWS4-HMAC-SHA256
	FormDateMalformed        // x-amz-date is not in ISO8601 basic format
	PolicyNotBase64
	PolicyNotJSON
	PolicyUnexpected // a property besides expiration and conditions
	PolicyExpirationMissing
	PolicyExpirationInvalid
	PolicyConditionsMissing
	PolicyConditionsInvalid // conditions is not a list, or an entry is neither list nor object
	PolicySimpleInvalid     // an object with another number of properties than one
	PolicyValueNotString
	PolicyOperatorMissing // a list that does not begin with an operator
	PolicyOperatorUnknown
	PolicyArgumentsInvalid // wrong number of arguments, or a range that is not two sizes
	PolicyExpired
	PolicyConditionFailed
	PolicyExtraField // a field that no condition covers
	EntityTooLarge
	EntityTooSmall

	// Told by the caller between Parse and Verify, through Presented.Refuse.
	AccessKeyUnknown // A7, A8, A9
	TokenExpired     // A13, Q14
	TokenInvalid     // A14
	RegionWrong      // A16, Q10, 1.4
	ServiceWrong     // A17, Q11
	V2NotSupported   // A29

	reasonEnd
)

var reasonNames = [reasonEnd]string{
	DateMissing: "DateMissing", TerminalWrong: "TerminalWrong", ScopeDateMalformed: "ScopeDateMalformed",
	ScopeDateDiffers: "ScopeDateDiffers", CredentialMalformed: "CredentialMalformed", AccessKeyEmpty: "AccessKeyEmpty",
	ComponentsMissing: "ComponentsMissing", ComponentMalformed: "ComponentMalformed", ComponentAbsent: "ComponentAbsent",
	AuthorizationMalformed: "AuthorizationMalformed", AuthorizationUnsupported: "AuthorizationUnsupported",
	AuthorizationV2Malformed: "AuthorizationV2Malformed", MechanismsMixed: "MechanismsMixed",
	ContentSHA256Missing: "ContentSHA256Missing", ContentSHA256Malformed: "ContentSHA256Malformed",
	ExpiresTooLong: "ExpiresTooLong", ExpiresNegative: "ExpiresNegative", ExpiresNotNumber: "ExpiresNotNumber",
	QueryV4Incomplete: "QueryV4Incomplete", QueryV2Incomplete: "QueryV2Incomplete",
	QueryDateMalformed: "QueryDateMalformed", QueryAlgorithmUnsupported: "QueryAlgorithmUnsupported",
	QueryV2ExpiresMalformed: "QueryV2ExpiresMalformed", FieldRepeated: "FieldRepeated",
	TimeSkewed: "TimeSkewed", SignatureDoesNotMatch: "SignatureDoesNotMatch", HeadersNotSigned: "HeadersNotSigned",
	Expired: "Expired", NotYetValid: "NotYetValid",
	StreamingNotAllowed: "StreamingNotAllowed", DecodedLengthMissing: "DecodedLengthMissing",
	TrailerUnsupported: "TrailerUnsupported", TrailerMalformed: "TrailerMalformed",
	ContentSHA256Differs: "ContentSHA256Differs",
	ChunksIncomplete:     "ChunksIncomplete", BodyIncomplete: "BodyIncomplete", ChunkTooSmall: "ChunkTooSmall",
	FormFieldMissing: "FormFieldMissing", FormAlgorithmUnsupported: "FormAlgorithmUnsupported",
	FormDateMalformed: "FormDateMalformed",
	PolicyNotBase64:   "PolicyNotBase64", PolicyNotJSON: "PolicyNotJSON", PolicyUnexpected: "PolicyUnexpected",
	PolicyExpirationMissing: "PolicyExpirationMissing", PolicyExpirationInvalid: "PolicyExpirationInvalid",
	PolicyConditionsMissing: "PolicyConditionsMissing", PolicyConditionsInvalid: "PolicyConditionsInvalid",
	PolicySimpleInvalid: "PolicySimpleInvalid", PolicyValueNotString: "PolicyValueNotString",
	PolicyOperatorMissing: "PolicyOperatorMissing", PolicyOperatorUnknown: "PolicyOperatorUnknown",
	PolicyArgumentsInvalid: "PolicyArgumentsInvalid", PolicyExpired: "PolicyExpired",
	PolicyConditionFailed: "PolicyConditionFailed", PolicyExtraField: "PolicyExtraField",
	EntityTooLarge: "EntityTooLarge", EntityTooSmall: "EntityTooSmall",
	AccessKeyUnknown: "AccessKeyUnknown", TokenExpired: "TokenExpired", TokenInvalid: "TokenInvalid",
	RegionWrong: "RegionWrong", ServiceWrong: "ServiceWrong", V2NotSupported: "V2NotSupported",
}

// String is the constant's name.
func (r Reason) String() string {
	if r <= 0 || r >= reasonEnd {
		return "Reason(unknown)"
	}
	return reasonNames[r]
}

// Reasons lists every reason, so that a table of answers can be held against
// it.
func Reasons() []Reason {
	all := make([]Reason, 0, int(reasonEnd)-1)
	for r := Reason(1); r < reasonEnd; r++ {
		all = append(all, r)
	}
	return all
}
