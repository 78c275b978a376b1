package sigv4

import (
	"net/http"
	"strings"
)

// authParameters are the x-amz- parameters of a presigned URL that are about
// the signature itself.
var authParameters = map[string]bool{
	"x-amz-algorithm": true, "x-amz-credential": true, "x-amz-signature": true, "x-amz-date": true,
	"x-amz-signedheaders": true, "x-amz-expires": true, "x-amz-security-token": true, "x-amz-content-sha256": true,
}

// HoistedHeaders are the x-amz- headers that a presigned URL carries as query
// parameters, where SDKs put them: S3 acts on them as if they were headers. It is nil for
// any other request. The caller adds them after Verify, which would take them for
// unsigned headers.
//
// A checksum, or the name of its algorithm, counts only if it is among the signed
// headers: the JavaScript SDK presigns a checksum of a body that it does not know yet,
// which AWS ignores (ministack#1695, aws-sdk#480).
func (p *Presented) HoistedHeaders(r *http.Request) http.Header {
	if p.Location != Query {
		return nil
	}
	_, raw := target(r)
	q := parameters{raw: raw}
	var hoisted http.Header
	for rest := raw; ; {
		name, value, after, ok := q.pair(rest)
		if !ok {
			return hoisted
		}
		rest = after
		name = strings.ToLower(unescape(name))
		if !strings.HasPrefix(name, "x-amz-") || authParameters[name] {
			continue
		}
		if (strings.HasPrefix(name, "x-amz-checksum-") || name == "x-amz-sdk-checksum-algorithm") && !p.signs(name) {
			continue
		}
		if hoisted == nil {
			hoisted = http.Header{}
		}
		hoisted.Add(name, unescape(value))
	}
}
