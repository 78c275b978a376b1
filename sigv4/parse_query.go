package sigv4

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The parameters of a signature in the query. None may be there twice: only one of the
// two would count, and S3 does not say which.
var (
	queryFieldsV4 = []string{
		"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires",
		"X-Amz-Security-Token", contentSHA256Parameter,
	}
	queryFieldsV2 = []string{"AWSAccessKeyId", "Signature", "Expires"}
)

// parseQueryV4 reads a presigned URL (s3-errors.md Q4 to Q13).
func parseQueryV4(r *http.Request, q *parameters) (*Presented, error) {
	p := &Presented{Scheme: V4, Location: Query, Algorithm: AlgorithmV4}
	if name := q.repeated(queryFieldsV4); name != "" {
		return nil, p.argument(FieldRepeated, name, "")
	}
	var algorithm, date, expires string
	for _, want := range [...]struct {
		name string
		into *string
	}{
		{"X-Amz-Algorithm", &algorithm}, {"X-Amz-Credential", &p.credential}, {"X-Amz-Signature", &p.Signature},
		{"X-Amz-Date", &date}, {"X-Amz-SignedHeaders", &p.signedHeaders}, {"X-Amz-Expires", &expires},
	} {
		value, ok := q.get(want.name)
		if !ok {
			return nil, p.argument(QueryV4Incomplete, want.name, "")
		}
		*want.into = value
	}
	if algorithm != AlgorithmV4 {
		return nil, p.argument(QueryAlgorithmUnsupported, "X-Amz-Algorithm", algorithm)
	}
	p.readSignedHeaders()
	if err := p.readCredential(); err != nil {
		return nil, err
	}
	if err := p.readQueryTimes(date, expires); err != nil {
		return nil, err
	}
	p.SessionToken, _ = q.get("X-Amz-Security-Token")
	if p.SessionToken == "" && p.signs("x-amz-security-token") {
		p.SessionToken = header(r.Header, "X-Amz-Security-Token")
	}
	if err := p.declare(r, q); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Presented) readQueryTimes(date, expires string) error {
	t, ok := parseBasicTime(date)
	if !ok {
		return p.argument(QueryDateMalformed, "X-Amz-Date", date)
	}
	p.setTime(t, date)
	if err := p.checkScopeDate(); err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(expires, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) && !strings.HasPrefix(expires, "-"):
		return p.argument(ExpiresTooLong, "X-Amz-Expires", expires)
	case errors.Is(err, strconv.ErrRange), err == nil && seconds < 0:
		return p.argument(ExpiresNegative, "X-Amz-Expires", expires)
	case err != nil:
		return p.argument(ExpiresNotNumber, "X-Amz-Expires", expires)
	case seconds > int64(MaxExpires/time.Second):
		return p.argument(ExpiresTooLong, "X-Amz-Expires", expires)
	}
	p.Expires = time.Duration(seconds) * time.Second
	p.ExpiresAt = p.Time.Add(p.Expires)
	return nil
}

// parseQueryV2 reads a URL presigned with Signature Version 2 (s3-errors.md Q8).
func parseQueryV2(r *http.Request, q *parameters) (*Presented, error) {
	p := &Presented{Scheme: V2, Location: Query, Algorithm: AlgorithmV2}
	if name := q.repeated(queryFieldsV2); name != "" {
		return nil, p.argument(FieldRepeated, name, "")
	}
	for _, want := range [...]struct {
		name string
		into *string
	}{{"AWSAccessKeyId", &p.AccessKeyID}, {"Signature", &p.Signature}, {"Expires", &p.originalDate}} {
		value, ok := q.get(want.name)
		if !ok {
			return nil, p.argument(QueryV2Incomplete, want.name, "")
		}
		*want.into = value
	}
	seconds, err := strconv.ParseInt(p.originalDate, 10, 64)
	if err != nil {
		return nil, p.argument(QueryV2ExpiresMalformed, "Expires", p.originalDate)
	}
	p.ExpiresAt = time.Unix(seconds, 0).UTC()
	var ok bool
	if p.SessionToken, ok = q.fold("x-amz-security-token"); !ok {
		p.SessionToken = header(r.Header, "X-Amz-Security-Token")
	}
	if err := p.declare(r, q); err != nil {
		return nil, err
	}
	return p, nil
}
