package sigv4

import (
	"net/http"
	"strings"
)

// ClaimedKey is the access key id that a request names, whether or not the rest of its
// signature is in order; empty: it names none outside of its body. It proves nothing.
func ClaimedKey(r *http.Request) string {
	if authorization := strings.Join(r.Header["Authorization"], ","); authorization != "" {
		return claimedInHeader(authorization)
	}
	_, query := target(r)
	q := &parameters{raw: query}
	if credential, ok := q.get("X-Amz-Credential"); ok {
		return keyOf(credential)
	}
	key, _ := q.get("AWSAccessKeyId")
	return key
}

func claimedInHeader(authorization string) string {
	scheme, rest, _ := strings.Cut(authorization, " ")
	if scheme == AlgorithmV2 {
		key, _, _ := strings.Cut(rest, ":")
		return key
	}
	for piece := range strings.SplitSeq(rest, ",") {
		if credential, ok := strings.CutPrefix(strings.Trim(piece, " \t"), "Credential="); ok {
			return keyOf(credential)
		}
	}
	return ""
}

func keyOf(credential string) string {
	key, _, _ := strings.Cut(credential, "/")
	return key
}
