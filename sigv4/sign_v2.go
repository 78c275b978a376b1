package sigv4

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// SignV2 puts a V2 signature into the Authorization header. The resource is as
// in Key.Resource.
func SignV2(r *http.Request, c Credentials, resource string, now time.Time) {
	r.Header.Del("X-Amz-Date")
	r.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	setToken(r.Header, c)
	p := &Presented{Scheme: V2, Location: Header, originalDate: r.Header.Get("Date")}
	m := messageOf(r)
	signature := signV2(c.SecretAccessKey, p.stringsToSignV2(&m, resource)[0])
	r.Header.Set("Authorization", AlgorithmV2+" "+c.AccessKeyID+":"+signature)
}

// PresignV2 puts a V2 signature into the query of r.URL, to hold until
// expiresAt. The headers that V2 signs are those set by then, and a session
// token goes into the query.
func PresignV2(r *http.Request, c Credentials, resource string, expiresAt time.Time) {
	expires := strconv.FormatInt(expiresAt.Unix(), 10)
	q := r.URL.Query()
	q.Del("Signature")
	q.Set("AWSAccessKeyId", c.AccessKeyID)
	q.Set("Expires", expires)
	if c.SessionToken != "" {
		q.Set("x-amz-security-token", c.SessionToken)
	}
	// A bare sub-resource and an empty one are signed alike.
	setQuery(r, q.Encode())
	p := &Presented{Scheme: V2, Location: Query, originalDate: expires}
	m := messageOf(r)
	signature := signV2(c.SecretAccessKey, p.stringsToSignV2(&m, resource)[0])
	r.URL.RawQuery += "&Signature=" + url.QueryEscape(signature)
}
