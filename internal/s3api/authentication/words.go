package authentication

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/sigv4"
)

// The makers of rows.

func plain(code s3err.Code) func(*sigv4.Error) *s3err.Error {
	return func(*sigv4.Error) *s3err.Error { return s3err.New(code) }
}

func says(code s3err.Code, message string) func(*sigv4.Error) *s3err.Error {
	return func(*sigv4.Error) *s3err.Error { return s3err.New(code).WithMessage(message) }
}

func argument(message, name string) func(*sigv4.Error) *s3err.Error {
	return func(e *sigv4.Error) *s3err.Error { return s3err.Argument(message, name, e.Value) }
}

func token(code s3err.Code) func(*sigv4.Error) *s3err.Error {
	return func(e *sigv4.Error) *s3err.Error { return s3err.New(code, s3err.E("Token-0", e.Value)) }
}

// authorization is what is wrong with the Authorization header.
func authorization(tail func(*sigv4.Error) string) func(*sigv4.Error) *s3err.Error {
	return func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.AuthorizationHeaderMalformed).WithMessage("The authorization header is malformed; " + tail(e))
	}
}

// credential is what is wrong with a credential, wherever it stood.
func credential(tail func(*sigv4.Error) string) func(*sigv4.Error) *s3err.Error {
	return func(e *sigv4.Error) *s3err.Error {
		switch e.Location {
		case sigv4.Query:
			return s3err.New(s3err.AuthorizationQueryParametersError).
				WithMessage("Error parsing the X-Amz-Credential parameter; " + tail(e))
		case sigv4.FormFields:
			return s3err.Argument(tail(e), "X-Amz-Credential", e.Credential)
		}
		return authorization(tail)(e)
	}
}

// scopeDateDiffers has no prefix in a query (s3-errors.md Q11).
func scopeDateDiffers(e *sigv4.Error) *s3err.Error {
	tail := "Invalid credential date \"" + e.Value + "\". This date is not the same as X-Amz-Date: \"" + e.Expected + "\"."
	if e.Location == sigv4.Query {
		return s3err.New(s3err.AuthorizationQueryParametersError).WithMessage(tail)
	}
	return credential(func(*sigv4.Error) string { return tail })(e)
}

// fieldRepeated is the answer to a field of the signature that is there twice: the one
// to a signature whose fields are not as they must be [unsure].
func fieldRepeated(e *sigv4.Error) *s3err.Error {
	switch {
	case e.Location == sigv4.FormFields:
		return MissingField(e.Argument)
	case e.Scheme == sigv4.V2:
		return queryV2Incomplete(e)
	}
	return s3err.New(s3err.AuthorizationQueryParametersError)
}

func regionWrong(e *sigv4.Error) *s3err.Error {
	return credential(func(e *sigv4.Error) string {
		return "the region '" + e.Value + "' is wrong; expecting '" + e.Expected + "'"
	})(e).With(s3err.E("Region", e.Region))
}

func timeSkewed(e *sigv4.Error) *s3err.Error {
	return s3err.New(s3err.RequestTimeTooSkewed,
		s3err.E("RequestTime", e.RequestTime), s3err.E("ServerTime", seconds(e.ServerTime)),
		s3err.E("MaxAllowedSkewMilliseconds", decimal(e.MaxSkew.Milliseconds())))
}

func expired(e *sigv4.Error) *s3err.Error {
	err := s3err.New(s3err.AccessDenied).WithMessage("Request has expired")
	if e.Scheme == sigv4.V4 {
		err = err.With(s3err.E("X-Amz-Expires", decimal(int64(e.Expires/time.Second))))
	}
	return err.With(s3err.E("Expires", seconds(e.ExpiresAt)), s3err.E("ServerTime", seconds(e.ServerTime)))
}

func notYetValid(e *sigv4.Error) *s3err.Error {
	return s3err.New(s3err.AccessDenied,
		s3err.E("X-Amz-Date", decimal(e.Date.UnixMilli())), s3err.E("Expires", seconds(e.ExpiresAt)),
		s3err.E("ServerTime", seconds(e.ServerTime))).WithMessage("Request is not yet valid")
}

// seconds is a time as these errors tell it: without fractions.
func seconds(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func signatureDoesNotMatch(e *sigv4.Error) *s3err.Error {
	err := s3err.New(s3err.SignatureDoesNotMatch,
		s3err.E("AWSAccessKeyId", e.AccessKeyID), s3err.E("StringToSign", e.StringToSign),
		s3err.E("SignatureProvided", e.SignatureProvided), s3err.E("StringToSignBytes", spaced(e.StringToSign)))
	if e.CanonicalRequest == "" {
		return err
	}
	return err.With(s3err.E("CanonicalRequest", e.CanonicalRequest),
		s3err.E("CanonicalRequestBytes", spaced(e.CanonicalRequest)))
}

// spaced is the bytes of s in hex, a space between each two.
func spaced(s string) string {
	b := make([]byte, 0, 3*len(s))
	for i := range len(s) {
		if i > 0 {
			b = append(b, ' ')
		}
		b = hex.AppendEncode(b, []byte{s[i]})
	}
	return string(b)
}

// invalidPolicy refuses a form's policy; % stands for what is wrong in it.
func invalidPolicy(text string) func(*sigv4.Error) *s3err.Error {
	return func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.InvalidPolicyDocument).WithMessage("Invalid Policy: " + strings.Replace(text, "%", e.Value, 1))
	}
}

// againstPolicy refuses a form that its policy does not allow.
func againstPolicy(text string) func(*sigv4.Error) *s3err.Error {
	return func(e *sigv4.Error) *s3err.Error {
		return s3err.New(s3err.AccessDenied).WithMessage("Invalid according to Policy: " + text + e.Value)
	}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// MissingField refuses a form that has not the field in front of its file.
func MissingField(name string) *s3err.Error {
	return s3err.Argument("Bucket POST must contain a field named '"+name+
		"'.  If it is specified, please check the order of the fields.", name, "")
}
