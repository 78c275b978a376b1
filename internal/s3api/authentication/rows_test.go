package authentication

import (
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

var today = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func awsAnswers() world.Answers { return world.NewAnswers(world.ResponsesAWS, time.Time{}, today) }
func articleAnswers() world.Answers {
	return world.NewAnswers(world.ResponsesArticle, time.Time{}, today)
}

func TestEveryReasonHasAnAnswer(t *testing.T) {
	reasons := sigv4.Reasons()
	if len(reasons) == 0 {
		t.Fatal("sigv4 has no reasons")
	}
	for _, r := range reasons {
		if _, ok := rows[r]; !ok {
			t.Errorf("%v has no row", r)
			continue
		}
		for _, where := range []sigv4.Location{sigv4.Header, sigv4.Query, sigv4.FormFields} {
			e := Refusal(&sigv4.Error{Reason: r, Location: where}, awsAnswers())
			if e == nil || e.Status < 400 || e.Message == "" {
				t.Errorf("%v in a %v is %v", r, where, e)
			}
		}
	}
	if len(rows) != len(reasons) {
		t.Errorf("%d rows for %d reasons", len(rows), len(reasons))
	}
}

// The numbers are the rows of s3-errors.md 1.
func TestRefusal(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, row := range []struct {
		name    string
		e       sigv4.Error
		code    s3err.Code
		message string
		extras  string
	}{
		{"A7", sigv4.Error{Reason: sigv4.AccessKeyUnknown, AccessKeyID: "AKIDEXAMPLE"}, s3err.InvalidAccessKeyID,
			"The AWS Access Key Id you provided does not exist in our records.", "AWSAccessKeyId=AKIDEXAMPLE"},
		{"A10", sigv4.Error{Reason: sigv4.SignatureDoesNotMatch, AccessKeyID: "AKIDEXAMPLE", StringToSign: "ab\n",
			SignatureProvided: "00", CanonicalRequest: "GET"},
			s3err.SignatureDoesNotMatch,
			"The request signature we calculated does not match the signature you provided. Check your key and signing method.",
			"AWSAccessKeyId=AKIDEXAMPLE StringToSign=ab\n SignatureProvided=00 StringToSignBytes=61 62 0a CanonicalRequest=GET CanonicalRequestBytes=47 45 54"},
		{"A10b", sigv4.Error{Reason: sigv4.SignatureDoesNotMatch, StringToSign: "a"}, s3err.SignatureDoesNotMatch, "",
			"AWSAccessKeyId= StringToSign=a SignatureProvided= StringToSignBytes=61"},
		{"A11", sigv4.Error{Reason: sigv4.TimeSkewed, RequestTime: "20260102T000000Z", ServerTime: at,
			MaxSkew: sigv4.MaxSkew}, s3err.RequestTimeTooSkewed, "",
			"RequestTime=20260102T000000Z ServerTime=2026-01-02T03:04:05Z MaxAllowedSkewMilliseconds=900000"},
		{"A13", sigv4.Error{Reason: sigv4.TokenExpired, Value: "token"}, s3err.ExpiredToken,
			"The provided token has expired.", "Token-0=token"},
		{"A16", sigv4.Error{Reason: sigv4.RegionWrong, Location: sigv4.Header, Value: "us-east-1", Expected: "eu-west-1",
			Region: "eu-west-1"},
			s3err.AuthorizationHeaderMalformed,
			"The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
			"Region=eu-west-1"},
		{"A17", sigv4.Error{Reason: sigv4.ServiceWrong, Location: sigv4.Header, Value: "iam"},
			s3err.AuthorizationHeaderMalformed,
			`The authorization header is malformed; incorrect service "iam". This endpoint belongs to "s3".`, ""},
		{"A35", sigv4.Error{Reason: sigv4.HeadersNotSigned, HeadersNotSigned: []string{"x-amz-acl", "x-amz-tagging"}},
			s3err.AccessDenied,
			"There were headers present in the request which were not signed", "HeadersNotSigned=x-amz-acl, x-amz-tagging"},
		{"Q1", sigv4.Error{Reason: sigv4.Expired, Scheme: sigv4.V4, Expires: time.Minute, ExpiresAt: at,
			ServerTime: at.Add(time.Hour)}, s3err.AccessDenied,
			"Request has expired", "X-Amz-Expires=60 Expires=2026-01-02T03:04:05Z ServerTime=2026-01-02T04:04:05Z"},
		{"Q2", sigv4.Error{Reason: sigv4.Expired, Scheme: sigv4.V2, ExpiresAt: at, ServerTime: at}, s3err.AccessDenied,
			"Request has expired", "Expires=2026-01-02T03:04:05Z ServerTime=2026-01-02T03:04:05Z"},
		{"Q3", sigv4.Error{Reason: sigv4.NotYetValid, Date: at, ExpiresAt: at, ServerTime: at}, s3err.AccessDenied,
			"Request is not yet valid",
			"X-Amz-Date=1767323045000 Expires=2026-01-02T03:04:05Z ServerTime=2026-01-02T03:04:05Z"},
		{"Q10", sigv4.Error{Reason: sigv4.RegionWrong, Location: sigv4.Query, Value: "us-east-1", Expected: "eu-west-1",
			Region: "eu-west-1"},
			s3err.AuthorizationQueryParametersError,
			"Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
			"Region=eu-west-1"},
		{"Q11", sigv4.Error{Reason: sigv4.ScopeDateDiffers, Location: sigv4.Query, Value: "20260101", Expected: "20260102"},
			s3err.AuthorizationQueryParametersError,
			`Invalid credential date "20260101". This date is not the same as X-Amz-Date: "20260102".`, ""},
		{"form region", sigv4.Error{Reason: sigv4.RegionWrong, Location: sigv4.FormFields, Credential: "AKID/x",
			Value: "us-east-1", Expected: "us-west-1", Region: "us-west-1"},
			s3err.InvalidArgument, "the region 'us-east-1' is wrong; expecting 'us-west-1'",
			"ArgumentName=X-Amz-Credential ArgumentValue=AKID/x Region=us-west-1"},
		{"form condition", sigv4.Error{Reason: sigv4.PolicyConditionFailed, Value: `["eq", "$key", "k"]`},
			s3err.AccessDenied,
			`Invalid according to Policy: Policy Condition failed: ["eq", "$key", "k"]`, ""},
		{"form policy", sigv4.Error{Reason: sigv4.PolicyUnexpected, Value: "statement"}, s3err.InvalidPolicyDocument,
			"Invalid Policy: Unexpected: 'statement'", ""},
	} {
		got := Refusal(&row.e, awsAnswers())
		var extras []string
		for _, x := range got.Extras {
			extras = append(extras, x.Key+"="+x.Value)
		}
		if got.Code != row.code || row.message != "" && got.Message != row.message || strings.Join(extras,
			" ") != row.extras {
			t.Errorf("%s: %v %q", row.name, got, extras)
		}
	}
}

func TestTheArticleHidesExpiredSessionsBehindURLs(t *testing.T) {
	inURL := &sigv4.Error{Reason: sigv4.TokenExpired, Location: sigv4.Query}
	if got := Refusal(inURL, articleAnswers()); got.Code != s3err.AccessDenied {
		t.Errorf("presigned: %v", got)
	}
	inHeader := &sigv4.Error{Reason: sigv4.TokenExpired, Location: sigv4.Header}
	if got := Refusal(inHeader, articleAnswers()); got.Code != s3err.ExpiredToken {
		t.Errorf("in the header: %v", got)
	}
}
