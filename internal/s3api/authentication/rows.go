// Package authentication is what S3 says of a request whose signer, form or body sigv4
// refuses.
package authentication

import (
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/sigv4"
)

// row is the row of one sigv4.Reason.
type row struct {
	// first: S3 notices it before it compares regions, because it can be seen in
	// the form of the request alone.
	first bool
	err   func(*sigv4.Error) *s3err.Error
}

// rows is the one table from what sigv4 refuses to what S3 says. The rows are
// those of s3-errors.md A10 to A35 and Q1 to Q14, where each has its evidence.
var rows = map[sigv4.Reason]row{
	sigv4.DateMissing: {true, says(s3err.AccessDenied, "AWS authentication requires a valid Date or x-amz-date header")},
	sigv4.TerminalWrong: {true, credential(func(e *sigv4.Error) string {
		return "incorrect terminal \"" + e.Value + "\". This endpoint uses \"aws4_request\"."
	})},
	sigv4.ScopeDateMalformed: {true, credential(func(e *sigv4.Error) string {
		return "incorrect date format \"" + e.Value + "\". This date in the credential must be in the format \"yyyyMMdd\"."
	})},
	sigv4.ScopeDateDiffers:    {true, scopeDateDiffers},
	sigv4.CredentialMalformed: {true, credential(func(*sigv4.Error) string { return credentialForm })},
	sigv4.AccessKeyEmpty: {true, credential(func(*sigv4.Error) string {
		return "a non-empty Access Key (AKID) must be provided in the credential."
	})},
	sigv4.ComponentsMissing: {true, authorization(func(*sigv4.Error) string {
		return "the authorization header requires three components: Credential, SignedHeaders, and Signature."
	})},
	sigv4.ComponentMalformed: {true, authorization(func(e *sigv4.Error) string {
		return "the authorization component \"" + e.Value + "\" is malformed."
	})},
	sigv4.ComponentAbsent: {true, authorization(func(e *sigv4.Error) string { return "missing " + e.Argument + "." })},
	sigv4.AuthorizationMalformed: {true, argument(
		"Authorization header is invalid -- one and only one ' ' (space) required", "Authorization")},
	sigv4.AuthorizationUnsupported: {true, argument("Unsupported Authorization Type", "Authorization")},
	sigv4.AuthorizationV2Malformed: {true, argument(
		"AWS authorization header is invalid.  Expected AwsAccessKeyId:signature", "Authorization")},
	sigv4.MechanismsMixed: {true, argument(
		"Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
		"Authorization")},
	sigv4.ContentSHA256Missing: {true, says(s3err.InvalidRequest,
		"Missing required header for this request: x-amz-content-sha256")},
	sigv4.ContentSHA256Malformed: {true, argument(
		"x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
		"x-amz-content-sha256")},
	sigv4.ExpiresTooLong: {true, says(s3err.AuthorizationQueryParametersError,
		"X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds")},
	sigv4.ExpiresNegative:   {true, says(s3err.AuthorizationQueryParametersError, "X-Amz-Expires must be non-negative")},
	sigv4.ExpiresNotNumber:  {true, says(s3err.AuthorizationQueryParametersError, "X-Amz-Expires should be a number")},
	sigv4.QueryV4Incomplete: {true, plain(s3err.AuthorizationQueryParametersError)},
	sigv4.QueryV2Incomplete: {true, queryV2Incomplete},
	sigv4.FieldRepeated:     {true, fieldRepeated},
	sigv4.QueryDateMalformed: {true, says(s3err.AuthorizationQueryParametersError,
		"X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")},
	sigv4.QueryAlgorithmUnsupported: {true, says(s3err.AuthorizationQueryParametersError, onlyAlgorithms)},
	sigv4.QueryV2ExpiresMalformed: {true, func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.AccessDenied).WithMessage("Invalid date (should be seconds since epoch): " + e.Value)
	}},

	sigv4.TimeSkewed:            {false, timeSkewed},
	sigv4.SignatureDoesNotMatch: {false, signatureDoesNotMatch},
	sigv4.HeadersNotSigned: {false, func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.AccessDenied, s3err.E("HeadersNotSigned", strings.Join(e.HeadersNotSigned, ", "))).
			WithMessage("There were headers present in the request which were not signed")
	}},
	sigv4.Expired:     {false, expired},
	sigv4.NotYetValid: {false, notYetValid},

	sigv4.StreamingNotAllowed:  {true, says(s3err.InvalidRequest, "The value of x-amz-content-sha256 header is invalid.")},
	sigv4.DecodedLengthMissing: {false, plain(s3err.MissingContentLength)},
	sigv4.TrailerUnsupported: {false, says(s3err.InvalidRequest,
		"The value specified in the x-amz-trailer header is not supported")},
	sigv4.TrailerMalformed: {false, plain(s3err.MalformedTrailerError)},
	sigv4.ContentSHA256Differs: {false, func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.XAmzContentSHA256Mismatch,
			s3err.E("ClientComputedContentSHA256", e.ClientHash), s3err.E("S3ComputedContentSHA256", e.ServerHash))
	}},
	sigv4.ChunksIncomplete: {false, plain(s3err.IncompleteBody)},
	sigv4.BodyIncomplete: {false, says(s3err.IncompleteBody,
		"You did not provide the number of bytes specified by the Content-Length HTTP header")},
	sigv4.ChunkTooSmall: {false, func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.InvalidChunkSizeError,
			s3err.E("Chunk", strconv.Itoa(e.Chunk)), s3err.E("BadChunkSize", decimal(e.ChunkSize)))
	}},

	sigv4.FormFieldMissing:         {true, func(e *sigv4.Error) *s3err.Error { return MissingField(e.Argument) }},
	sigv4.FormAlgorithmUnsupported: {true, argument(onlyAlgorithms, "X-Amz-Algorithm")},
	sigv4.FormDateMalformed:        {true, argument("X-Amz-Date must be formated via ISO8601 Long format", "X-Amz-Date")},
	sigv4.PolicyNotBase64:          {false, invalidPolicy("Invalid JSON.")},
	sigv4.PolicyNotJSON:            {false, invalidPolicy("Invalid JSON.")},
	sigv4.PolicyUnexpected:         {false, invalidPolicy("Unexpected: '%'")},
	sigv4.PolicyExpirationMissing:  {false, invalidPolicy("Policy missing expiration.")},
	sigv4.PolicyExpirationInvalid:  {false, invalidPolicy("Invalid 'expiration' value: '%'")},
	sigv4.PolicyConditionsMissing:  {false, invalidPolicy("Policy missing conditions.")},
	sigv4.PolicyConditionsInvalid:  {false, invalidPolicy("Invalid 'conditions' value: must be a List.")},
	sigv4.PolicySimpleInvalid: {false, invalidPolicy(
		"Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")},
	sigv4.PolicyValueNotString:   {false, invalidPolicy("Invalid Simple-Condition: value must be a string.")},
	sigv4.PolicyOperatorMissing:  {false, invalidPolicy("Invalid Condition: missing operation identifier.")},
	sigv4.PolicyOperatorUnknown:  {false, invalidPolicy("Invalid Condition: unknown operation '%'.")},
	sigv4.PolicyArgumentsInvalid: {false, invalidPolicy("Invalid Condition: wrong number of arguments for '%'.")},
	sigv4.PolicyExpired:          {false, says(s3err.AccessDenied, "Invalid according to Policy: Policy expired.")},
	sigv4.PolicyConditionFailed:  {false, againstPolicy("Policy Condition failed: ")},
	sigv4.PolicyExtraField:       {false, againstPolicy("Extra input fields: ")},
	sigv4.EntityTooLarge: {false, func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.EntityTooLarge,
			s3err.E("ProposedSize", decimal(e.Size)), s3err.E("MaxSizeAllowed", decimal(e.Limit)))
	}},
	sigv4.EntityTooSmall: {false, func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.EntityTooSmall,
			s3err.E("ProposedSize", decimal(e.Size)), s3err.E("MinSizeAllowed", decimal(e.Limit)))
	}},

	sigv4.AccessKeyUnknown: {false, func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.InvalidAccessKeyID, s3err.E("AWSAccessKeyId", e.AccessKeyID))
	}},
	sigv4.TokenExpired: {false, token(s3err.ExpiredToken)},
	sigv4.TokenInvalid: {false, token(s3err.InvalidToken)},
	sigv4.RegionWrong:  {false, regionWrong},
	sigv4.ServiceWrong: {true, credential(func(e *sigv4.Error) string {
		return "incorrect service \"" + e.Value + "\". This endpoint belongs to \"s3\"."
	})},
	sigv4.V2NotSupported: {true, says(s3err.InvalidRequest,
		"The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.")},
}

var queryV2Incomplete = says(s3err.AccessDenied,
	"Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters")

const (
	credentialForm = "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
	onlyAlgorithms = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\""
)
